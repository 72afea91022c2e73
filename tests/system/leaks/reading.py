"""How the product is read from outside: addresses, answers and files, down to their words."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.urls import URLResolver, get_resolver
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from c2m2a_crm.accounts.models import Role, User
from c2m2a_crm.core.views import ListView
from tests.factories import UserFactory
from tests.system.leaks.planting import LENGTH, MARK, Vault

PARTS = ("viewer", "staff", "secretariat", "compliance", "administrator")


def outsider(part: str, request: pytest.FixtureRequest) -> User:
    """Somebody of this role who is in no circle; the cast's own ``staff`` is in it."""
    if part == "staff":
        return UserFactory(roles=[Role.STAFF], handle="outsider", name="Olga Tinsmith")
    user: User = request.getfixturevalue(part)
    return user


def asked_with(name: str, made: Any, vault: Vault) -> list[dict[str, Any]]:
    """Arguments for an address: those of confided records where it is about such, else those that the matrix makes."""
    records = vault.arguments.get(name) or vault.arguments.get(name.partition(":")[0]) or []
    fitting = []
    keys = arguments_of_addresses()[name]
    for record in records:
        if keys and keys <= record.keys():
            chosen = {key: record[key] for key in keys}
            if chosen not in fitting:
                fitting.append(chosen)
        elif keys == {"pk", "language"}:
            fitting.append({"pk": record["pk"], "language": "en"})
    return fitting or [made() if made else {}]


@cache
def arguments_of_addresses() -> dict[str, set[str]]:
    """The names of the arguments of each address."""

    def below(patterns: Any, namespace: str, held: set[str]) -> Iterator[tuple[str, set[str]]]:
        for entry in patterns:
            own = held | set(entry.pattern.regex.groupindex)
            if isinstance(entry, URLResolver):
                yield from below(
                    entry.url_patterns, f"{namespace}{entry.namespace}:" if entry.namespace else namespace, own
                )
            else:
                yield f"{namespace}{entry.name or entry.pattern}", own

    return dict(below(get_resolver().url_patterns, "", set()))


def words_of(body: bytes) -> str:
    """What a person reads in a file of ours: the cells of a workbook, the text of a PDF, anything else as it is."""
    if body.startswith(b"%PDF"):
        reader = PdfReader(BytesIO(body))
        said = [page.extract_text() for page in reader.pages]
        return "\n".join([*said, str(reader.metadata), *(str(line) for line in reader.outline)])
    if not body.startswith(b"PK"):
        return body.decode(errors="replace")
    with ZipFile(BytesIO(body)) as packed:
        names = packed.namelist()
        raw = b"".join(packed.read(name) for name in names).decode(errors="replace")
    if "xl/workbook.xml" not in names:
        return raw
    book = CalamineWorkbook.from_filelike(BytesIO(body))
    cells = [str(cell) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row]
    return "\n".join([raw, *cells])


def text_of(response: Any) -> str:
    """Everything that leaves with an answer: words and headers."""
    body: bytes = b"".join(response.streaming_content) if response.streaming else response.content
    return f"{response.headers} {words_of(body)}"


def secrets_in(said: str, *more: str) -> list[str]:
    """What is told of the confided entries: the word, and the length of the talks, which stands in no other number."""
    found = [secret for secret in (MARK, *more) if secret in said]
    return [*found, LENGTH] if re.search(rf"\b{LENGTH}\b", said) else found


def takes_words(name: str) -> bool:
    """Whether the page behind an address looks for words: a list, or a page that reads ``q``."""
    view = getattr(views()[name], "view_class", views()[name])
    if isinstance(view, type) and issubclass(view, ListView):
        return True
    try:
        source = inspect.getsource(view)
    except (OSError, TypeError):
        return False
    return bool(re.search(r"""GET(\.get\(|\[)["']q["']|asked_words|search\(""", source))


@cache
def views() -> dict[str, Any]:
    """What answers at each address."""

    def below(patterns: Any, namespace: str) -> Iterator[tuple[str, Any]]:
        for entry in patterns:
            if isinstance(entry, URLResolver):
                yield from below(entry.url_patterns, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
            else:
                yield f"{namespace}{entry.name or entry.pattern}", entry.callback

    return dict(below(get_resolver().url_patterns, ""))
