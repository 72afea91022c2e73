"""What pages show of documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from c2m2a_crm.core.models import Document, DocumentVersion
from c2m2a_crm.core.registries import document_homes


def newest_files(rows: Sequence[Document]) -> dict[int, DocumentVersion]:
    """The newest file of each, whatever its language; its text is not read."""
    versions = DocumentVersion.objects.filter(document__in=[row.pk for row in rows])
    newest = versions.order_by("document_id", "-number").distinct("document_id").defer("text")
    return {version.document_id: version for version in newest}


def sides_of(versions: Iterable[DocumentVersion]) -> dict[str, DocumentVersion]:
    """The file that counts for each language: the newest that is in it."""
    sides: dict[str, DocumentVersion] = {}
    for version in sorted(versions, key=lambda each: each.number):
        for side in ("en", "fr"):
            if version.language in {side, DocumentVersion.Language.BOTH}:
                sides[side] = version
    return sides


def homes_of(actor: Any, rows: Sequence[Document]) -> Mapping[int, list[tuple[str, str]]]:
    """Name and address of the records under which each is filed, as far as the reader may read them."""
    found: dict[int, list[tuple[str, str]]] = {}
    for home in document_homes:
        links = list(
            home.link._base_manager.filter(document__in=[row.pk for row in rows]).values_list(
                "document_id", f"{home.column}_id"
            )
        )
        records: Any = home.record._default_manager
        known = {record.pk: record for record in records.readable_by(actor).filter(pk__in={key for _pk, key in links})}
        for document, key in links:
            if key in known:
                found.setdefault(document, []).append((str(known[key]), known[key].get_absolute_url()))
    return found


def home_in(actor: Any, address: Mapping[str, str]) -> Any | None:
    """The record that an address names, under which the actor may file documents; None where it names none.

    Raises ``LookupError`` where it does not exist for the actor, ``PermissionError`` where it is not theirs to use.
    """
    for home in document_homes:
        named = address.get(home.parameter, "")
        if not named:
            continue
        records: Any = home.record._default_manager
        record = records.visible_to(actor).filter(pk=named).first() if _is_key(named) else None
        if record is None:
            raise LookupError(named)
        if not home.allowed(actor, record):
            raise PermissionError(named)
        return record
    return None


def home_query(record: Any) -> str:
    """How an address names the record."""
    home = next(home for home in document_homes if isinstance(record, home.record))
    return f"{home.parameter}={record.pk}"


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19
