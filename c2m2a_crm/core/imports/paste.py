"""People as they are pasted: “Name <address>, title, organization” lines, and what stands after “To:” in Outlook."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Final

from c2m2a_crm.core.text import clean_line

_ANGLED: Final = re.compile(r"^(?P<name>[^<]*)<\s*(?:mailto:)?(?P<address>[^<>\s]+@[^<>\s]+)\s*>(?P<rest>.*)$", re.I)
_BARE: Final = re.compile(r"[^\s<>,;:]+@[^\s<>,;:]+")
_LABEL: Final = re.compile(r"^\s*(?:to|cc|bcc|from|à|cci|de)\s*:\s*", re.I)
_BRACKETS: Final = re.compile(r"\s*[(\[]([^)\]]+)[)\]]\s*")
HEADINGS: Final = ("Name", "E-mail", "Title", "Organization")


def read_pasted(text: str) -> list[tuple[str, str, str, str]]:
    """(name, address, title, organization) of everybody in the text; what is not said is empty."""
    return [found for part in _parts(text) if (found := _read(part)) and any(found[:2])]


def as_table(people: list[tuple[str, str, str, str]]) -> bytes:
    """The people as a file that is imported like any other."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerows([HEADINGS, *people])
    return buffer.getvalue().encode()


def _parts(text: str) -> Iterator[str]:
    """One person each: lines, and pieces between semicolons; semicolons in quotation marks do not count."""
    for line in text.splitlines():
        quoted, piece = False, ""
        for letter in _LABEL.sub("", line):
            quoted ^= letter == '"'
            if letter == ";" and not quoted:
                yield piece
                piece = ""
            else:
                piece += letter
        yield piece


def _read(part: str) -> tuple[str, str, str, str]:
    part = clean_line(part).strip(",")
    rest: list[str] = []
    if found := _ANGLED.match(part):
        name, address = found["name"], found["address"]
        rest = _fields(found["rest"])
    elif bare := _BARE.search(part):
        name, address = part[: bare.start()], bare[0]
        rest = _fields(part[bare.end() :])
    else:
        name, address = part, ""
        fields = _fields(part)
        # “Jane Doe, Director, Alder Copper”; “Doe, Jane” is a name.
        if len(fields) > 2 or (len(fields) == 2 and " " in fields[0]):
            name, rest = fields[0], fields[1:]
    name = clean_line(name).strip("\"' ,-")
    organization = ", ".join(rest[1:])
    if (within := _BRACKETS.search(name)) and not organization:
        organization = clean_line(within[1])
    name = clean_line(_BRACKETS.sub(" ", name))
    if not name and address:
        name = _name_of(address)
    return name, address, rest[0] if rest else "", organization


def _fields(text: str) -> list[str]:
    return [field for field in map(clean_line, text.strip(" ,-").split(",")) if field]


def _name_of(address: str) -> str:
    """“jane.doe@…” is Jane Doe; other addresses tell no name but their own first part."""
    words = re.split(r"[._]+", address.partition("@")[0])
    return " ".join(word.capitalize() for word in words if word)
