"""What documents add to the house: navigation, search, the card on records, their text in a lawful removal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.documents import lists, policies, selectors, services
from c2m2a_crm.core.documents.personal_data import find, held
from c2m2a_crm.core.locks import shut_lock
from c2m2a_crm.core.models import Circle, Document, DocumentVersion
from c2m2a_crm.core.prepared import Statement
from c2m2a_crm.core.querysets import among
from c2m2a_crm.core.registries import (
    ExportableList,
    NavItem,
    PersonalData,
    RecordPanel,
    RecordTables,
    SearchHit,
    SearchKind,
    TextHolder,
    document_homes,
    exportable_lists,
    navigation,
    personal_data,
    record_panels,
    record_tables,
    search_kinds,
    text_holders,
)
from c2m2a_crm.core.rights import can_read_secretariat

PANEL_ROWS = 8


def register() -> None:
    """Called by the contributions of the ground floor."""
    text_holders.register(TextHolder("documents", 5, services.forget))  # before the search, which reads the rows
    navigation.register(
        NavItem(
            key="documents",
            label=_("Documents"),
            url_name="documents:list",
            icon="paperclip",
            order=45,
            allowed=policies.can_see_documents,
            go_key="d",
        )
    )
    exportable_lists.register(
        ExportableList(
            "documents", 45, _("Documents"), policies.can_export, lists.document_list, notes=lists.export_notes
        )
    )
    personal_data.register(PersonalData("documents", 50, _("Documents"), held, find))
    record_tables.register(
        RecordTables("core.document", 45, Document, policies.can_add_documents, parts={DocumentVersion: "document_id"})
    )
    record_panels.register(
        RecordPanel("documents-circle", 20, Circle, "core/_document_panel.html", _confided_panel, "main")
    )
    for key, order, label, allowed in (
        ("document", 62, _("Documents"), policies.can_see_documents),
        ("secretariatpaper", 63, _("Papers of the secretariat"), can_read_secretariat),
    ):
        search_kinds.register(
            SearchKind(
                key=key,
                order=order,
                label=label,
                icon="paperclip",
                model=Document,
                allowed=allowed,
                hits=_hits,
                texts=_texts,
                words=("document", "documents") if key == "document" else (),
            )
        )


def _filed(actor: Any, keys: Any, home_key: str, tells_of_restricted: bool) -> Any:
    """Those that are read, and, in the same statement, those that are restricted to others (``is_shut``)."""
    home = next(each for each in document_homes if each.key == home_key)
    links = home.link._base_manager.filter(among(f"{home.column}_id", keys), document=models.OuterRef("pk"))
    filed = Document.objects.filter(models.Exists(links)).active().for_list()
    readable = filed.readable_by(actor).order_by("-updated_at", "-pk")
    shown = readable.annotate(is_shut=models.Value(False))[: PANEL_ROWS + 1]
    if not tells_of_restricted:
        return shown
    others = filed.visible_to(actor).filter(restricted_circle__isnull=False).exclude(pk__in=readable.values("pk"))
    shut = others.order_by("-created_at", "-pk").annotate(is_shut=models.Value(True))[:PANEL_ROWS]
    return shown.union(shut, all=True)


_FILED = Statement(_filed)


def document_panel(actor: Any, record: models.Model, *, tells_of_restricted: bool = False) -> dict[str, Any] | None:
    """The card of documents on a record's page, newest first; rooms above register it for their records.

    ``tells_of_restricted`` shows, of those restricted to others, date, lock and whom to ask.
    """
    if not policies.can_see_documents(actor):
        return None
    home = services.home_of(record)
    found: list[Any] = list(_FILED(actor, [record.pk], home.key, tells_of_restricted))
    rows = sorted((row for row in found if not row.is_shut), key=lambda row: (row.updated_at, row.pk), reverse=True)
    shut = sorted((row for row in found if row.is_shut), key=lambda row: (row.created_at, row.pk), reverse=True)
    may_add = policies.can_add_documents(actor) and home.allowed(actor, record)
    if not rows and not shut and not may_add:
        return None
    newest = selectors.newest_files(rows)
    return {
        "title": _("Documents"),
        "rows": [_row(row, newest.get(row.pk)) for row in rows[:PANEL_ROWS]],
        "has_more": len(rows) > PANEL_ROWS,
        "list_url": reverse("documents:list"),
        "shut": [{"on": row.created_at, "lock": shut_lock(row.adder)} for row in shut],
        "add_url": f"{reverse('documents:create')}?{selectors.home_query(record)}" if may_add else "",
    }


def _row(document: Document, file: DocumentVersion | None) -> dict[str, Any]:
    return {
        "document": document,
        "file": file,
        "class_tag": lists.class_tag(document) if document.document_class != Document.Audience.MEMBERS else "",
        "marking_tag": lists.marking_tag(document),
        "confidential_tag": lists.confidential_tag(document),
    }


def _confided_panel(actor: Any, circle: Circle) -> dict[str, Any] | None:
    """Documents that belong to the circle, newest first; no card where there are none."""
    rows = Document.objects.readable_by(actor).active().for_list()
    ours = rows.filter(models.Q(sealed_circle=circle) | models.Q(restricted_circle=circle))
    found = list(ours.order_by("-updated_at", "-pk")[: PANEL_ROWS + 1])
    if not found:
        return None
    newest = selectors.newest_files(found)
    return {
        "title": _("Documents"),
        "rows": [_row(row, newest.get(row.pk)) for row in found[:PANEL_ROWS]],
        "has_more": len(found) > PANEL_ROWS,
        "list_url": reverse("documents:list"),
        "shut": [],
        "add_url": "",
    }


def _hits(actor: Any, ids: Sequence[int]) -> Mapping[int, SearchHit]:
    rows = list(Document.objects.readable_by(actor).filter(pk__in=ids))
    newest = selectors.newest_files(rows)
    return {
        row.pk: SearchHit(
            str(row),
            row.get_absolute_url(),
            " · ".join(filter(None, (lists.class_words(row), str(newest[row.pk]) if row.pk in newest else ""))),
        )
        for row in rows
    }


def _texts(actor: Any, ids: Sequence[int]) -> Mapping[int, str]:
    readable = Document.objects.readable_by(actor).filter(pk__in=ids)
    versions = DocumentVersion.objects.filter(document__in=readable).order_by("document_id", "number")
    found: dict[int, dict[str, str]] = {}
    for document, language, text in versions.values_list("document_id", "language", "text"):
        found.setdefault(document, {})[language] = text  # the newest of each language is the last
    return {document: " ".join(texts.values()) for document, texts in found.items()}
