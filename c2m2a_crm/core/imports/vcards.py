"""vCards 3.0 (RFC 2426) and 4.0 (RFC 6350) as a table: a card is a row, what it tells stands under fixed headings.

Strict where a guess would change what somebody wrote: version 2.1, whose texts may be in any alphabet and encoding, is
refused. Photos, notes, days of birth and whatever else no heading takes are left out, and the table's notes say so.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Final

from django.utils.translation import gettext as _

from c2m2a_crm.core.imports.workbooks import Unreadable

MAX_MB: Final = 20
HEADINGS: Final = (
    "Given name",
    "Family name",
    "Full name",
    "Honorific",
    "Preferred name",
    "Post-nominals",
    "Organization",
    "Branch or unit",
    "Title in English",
    "Title in French",
    "E-mail address",
    "Other e-mail",
    "Telephone",
    "Mobile",
    "Official language",
    "Street and number",
    "City",
    "Province or territory",
    "Postal code",
    "Country",
)
_BEGIN: Final = re.compile(rb"^(?:\xef\xbb\xbf)?\s*(?:[\w-]+\.)?BEGIN\s*:\s*VCARD\s*$", re.I | re.M)
_PROPERTY: Final = re.compile(
    r"""^(?:[\w-]+\.)?(?P<name>[\w-]+)(?P<parameters>(?:;[^:;"]*(?:"[^"]*"[^:;"]*)*)*):(?P<value>.*)$""", re.S
)
_PARAMETER: Final = re.compile(r';((?:[^;"]|"[^"]*")*)')
_VERSIONS: Final = frozenset({"3.0", "4.0"})
_LONGEST_LINE: Final = 2_000_000
# What every card has, or what tells nothing of its person.
_QUIET: Final = frozenset(
    {"BEGIN", "END", "VERSION", "PRODID", "REV", "UID", "FN", "N", "SORT-STRING", "PROFILE", "KIND"}
)
_USED: Final = frozenset({"NICKNAME", "ORG", "TITLE", "EMAIL", "TEL", "ADR", "LANG"})
_NO_VOICE: Final = frozenset({"fax", "pager", "modem", "bbs", "pcs", "isdn"})


@dataclass(frozen=True, slots=True)
class Property:
    """One property of a card: its value as written, and its parameters in lower case."""

    name: str
    value: str
    types: frozenset[str]
    language: str = ""
    rank: int = 100

    def parts(self) -> list[str]:
        return [_plain(part) for part in _split(self.value, ";")]

    @property
    def text(self) -> str:
        return _plain(self.value)


@dataclass(slots=True)
class _Card:
    line: int
    properties: list[Property] = field(default_factory=list)

    def of(self, name: str) -> list[Property]:
        """The preferred one first; else as they stand in the card."""
        return sorted((each for each in self.properties if each.name == name), key=lambda each: each.rank)

    def first(self, name: str) -> Property | None:
        return next(iter(self.of(name)), None)


def is_vcards(head: bytes) -> bool:
    """Whether a file of which this is the beginning holds vCards."""
    first = head.lstrip().split(b"\n", 1)[0].replace(b"\x00", b"")
    return bool(_BEGIN.match(first.strip().removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")))


def left_out(file: IO[bytes], encoding: str) -> Counter[str]:
    """The properties that no heading takes, with how often they stand in the file."""
    return Counter(
        each.name for card in _cards(file, encoding) for each in card.properties if each.name not in _QUIET | _USED
    )


def card_records(file: IO[bytes], encoding: str) -> Iterator[tuple[int, list[str]]]:
    """The headings, then each card with the line on which it begins. Raises ``Unreadable`` where a card is none."""
    yield 1, list(HEADINGS)
    for card in _cards(file, encoding):
        yield card.line, _cells(card)


# --- Reading ----------------------------------------------------------------------------------------------------------


def _cards(file: IO[bytes], encoding: str) -> Iterator[_Card]:
    card: _Card | None = None
    for number, line in _unfolded(file, encoding):
        if not line.strip():
            continue
        found = _property(line, number)
        word = found.value.strip().upper()
        if found.name == "BEGIN" and word == "VCARD":
            if card is not None:
                raise _not_closed(card.line)
            card = _Card(number)
        elif card is None:
            raise Unreadable(_("Line %(line)d stands in no vCard.") % {"line": number})
        elif found.name == "END" and word == "VCARD":
            _check_version(card)
            yield card
            card = None
        else:
            card.properties.append(found)
    if card is not None:
        raise _not_closed(card.line)


def _not_closed(line: int) -> Unreadable:
    return Unreadable(_("The vCard that begins on line %(line)d has no end.") % {"line": line})


def _check_version(card: _Card) -> None:
    version = card.first("VERSION")
    if version is None or version.value.strip() not in _VERSIONS:
        said = version.value.strip()[:10] if version else _("none")
        sentence = _("The vCard on line %(line)d is of version %(version)s. Save it as version 3.0 or 4.0.")
        raise Unreadable(sentence % {"line": card.line, "version": said})


def _unfolded(file: IO[bytes], encoding: str) -> Iterator[tuple[int, str]]:
    """Whole lines with the number of their first: a line that begins with white space goes on with the one before."""
    file.seek(0)
    text = io.TextIOWrapper(file, "utf-8-sig" if encoding == "utf-8" else encoding, newline=None)
    begun, length = 0, 0
    pieces: list[str] = []
    try:
        for number, line in enumerate(text, start=1):
            line = line.rstrip("\r\n")
            if line[:1] in {" ", "\t"} and pieces:
                pieces.append(line[1:])
                length += len(line)
            else:
                if pieces:
                    yield begun, "".join(pieces)
                begun, pieces, length = number, [line], len(line)
            if length > _LONGEST_LINE:
                raise Unreadable(_("Line %(line)d is too long for a vCard.") % {"line": begun})
        if pieces:
            yield begun, "".join(pieces)
    except UnicodeDecodeError as error:
        sentence = _("The file is not written in %(encoding)s. Choose another encoding.")
        raise Unreadable(sentence % {"encoding": encoding}) from error
    finally:
        text.detach()  # or the file would be closed with the reader


def _property(line: str, number: int) -> Property:
    match = _PROPERTY.match(line.replace("\x00", ""))
    if match is None:
        raise Unreadable(_("Line %(line)d is no line of a vCard.") % {"line": number})
    types: set[str] = set()
    language, rank = "", 100
    for parameter in _PARAMETER.findall(match["parameters"]):
        name, equals, value = parameter.partition("=")
        name, value = name.strip().upper(), value.replace('"', "").strip().lower()
        if not equals:
            name, value = "TYPE", name.lower()
        if name == "ENCODING" and value == "quoted-printable":
            sentence = _("Line %(line)d is written as in vCards of version 2.1. Save it as version 3.0 or 4.0.")
            raise Unreadable(sentence % {"line": number})
        if name == "TYPE":
            types.update(filter(None, map(str.strip, value.split(","))))
        elif name == "LANGUAGE":
            language = value[:2]
        elif name == "PREF" and value.isdecimal():
            rank = int(value[:3])
    return Property(match["name"].upper(), match["value"], frozenset(types), language, 1 if "pref" in types else rank)


def _split(value: str, sign: str) -> list[str]:
    """The parts between signs that no backslash stands before."""
    parts, begun, at = [], 0, 0
    while at < len(value):
        if value[at] == "\\":
            at += 2
            continue
        if value[at] == sign:
            parts.append(value[begun:at])
            begun = at + 1
        at += 1
    return [*parts, value[begun:]]


def _plain(text: str) -> str:
    r"""The text without its escapes: ``\n`` is a new line, ``\,`` a comma. Some write ``\:`` as well."""
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], text, flags=re.S).strip()


# --- What a card tells ------------------------------------------------------------------------------------------------


def _cells(card: _Card) -> list[str]:
    names = _names(card)
    told = {**names, **_work(card), **_reach(card), **_place(card)}
    return [told.get(heading, "") for heading in HEADINGS]


def _listed(value: str) -> str:
    """Several given names, honorifics or letters behind a name stand with commas between them."""
    return " ".join(filter(None, (_plain(each) for each in _split(value, ","))))


def _names(card: _Card) -> dict[str, str]:
    """Name in its parts, else whole. A card of an organization has no person in it."""
    kind = card.first("KIND") or card.first("X-ABSHOWAS") or card.first("X-ADDRESSBOOKSERVER-KIND")
    shown = card.first("FN")
    if kind is not None and kind.text.lower() in {"org", "company", "group", "location"}:
        return {"Organization": shown.text} if shown else {}
    parted = card.first("N")
    parts = [_listed(part) for part in _split(parted.value, ";")] if parted else []
    family, given, more, prefix, suffix = [*parts, *[""] * 5][:5]
    told = {
        "Given name": " ".join(filter(None, (given, more))),
        "Family name": family,
        "Honorific": prefix,
        "Post-nominals": suffix,
    }
    if not (told["Given name"] or family):
        told["Full name"] = shown.text if shown else ""
    if nickname := card.first("NICKNAME"):
        told["Preferred name"] = _plain(_split(nickname.value, ",")[0])
    return told


def _work(card: _Card) -> dict[str, str]:
    told: dict[str, str] = {}
    if organization := card.first("ORG"):
        name, *units = organization.parts()
        told |= {"Organization": name, "Branch or unit": ", ".join(filter(None, units))}
    for title in reversed(card.of("TITLE")):
        told["Title in French" if title.language == "fr" else "Title in English"] = title.text
    if language := card.first("LANG"):
        told["Official language"] = language.text[:2]
    return {heading: text for heading, text in told.items() if text}


def _reach(card: _Card) -> dict[str, str]:
    emails = list(dict.fromkeys(each.text.removeprefix("mailto:") for each in card.of("EMAIL")))
    phones: dict[str, list[str]] = {"Telephone": [], "Mobile": []}
    for each in card.of("TEL"):
        if each.types & _NO_VOICE and "voice" not in each.types:
            continue
        number = re.sub(r"(?i)^tel:", "", each.text)
        number = re.sub(r"(?i);ext=", " ext. ", number).partition(";")[0]
        phones["Mobile" if each.types & {"cell", "iphone"} else "Telephone"].append(number)
    return {
        "E-mail address": emails[0] if emails else "",
        "Other e-mail": "; ".join(emails[1:]),
        **{heading: "; ".join(dict.fromkeys(filter(None, numbers))) for heading, numbers in phones.items()},
    }


def _place(card: _Card) -> dict[str, str]:
    """One address: that of the office before any other."""
    addresses = sorted(card.of("ADR"), key=lambda each: "work" not in each.types)
    if not addresses:
        return {}
    box, more, street, city, region, code, country = [*addresses[0].parts(), *[""] * 7][:7]
    return {
        "Street and number": "\n".join(filter(None, (street, more, box))),
        "City": city,
        "Province or territory": region,
        "Postal code": code,
        "Country": country,
    }
