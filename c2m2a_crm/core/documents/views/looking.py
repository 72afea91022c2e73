"""The list of documents, the page of each, its history, its files. Everything here is a read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from c2m2a_crm.core import dates, ui
from c2m2a_crm.core.documents import lists, policies, selectors, sharing
from c2m2a_crm.core.documents.filters import DocumentFilterSet
from c2m2a_crm.core.documents.kinds import BY_CONTENT_TYPE
from c2m2a_crm.core.lists import ListState
from c2m2a_crm.core.models import Document, DocumentVersion
from c2m2a_crm.core.pages.versioned import whole_number
from c2m2a_crm.core.reads import note_reading
from c2m2a_crm.core.record_changes import Told, record_page
from c2m2a_crm.core.views import HouseView, ListView, visible_or_404

# So much of a file's text stands on the page of somebody who may look and not fetch.
_TEXT_SHOWN = 20_000


def document_or_404(user: Any, pk: int) -> Document:
    """The document. 404 where it does not exist for this person, 403 where it is restricted to a circle of others."""
    rows = Document.objects.select_related("added_by", "sealed_circle", "restricted_circle")
    document: Document = visible_or_404(rows, user, pk=pk)
    if not Document.objects.readable_by(user).filter(pk=pk).exists():
        raise PermissionDenied
    note_reading(user, document)
    return document


def urls_of(document: Document) -> dict[str, str]:
    names = ("edit", "add_version", "change_class", "archive", "restore", "history", "remove", "approve")
    return {
        "list": reverse("documents:list"),
        "detail": document.get_absolute_url(),
        **{name: reverse(f"documents:{name}", args=[document.pk]) for name in names},
    }


class DocumentListView(ListView):
    allowed = staticmethod(policies.can_see_documents)
    list_key = "documents"
    template_name = "core/document_list.html"
    filterset_class = DocumentFilterSet
    columns = lists.DOCUMENT_COLUMNS
    words = lists.DOCUMENT_WORDS

    def state(self) -> ListState:
        return lists.document_list(self.request)

    def context(self, state: ListState) -> dict[str, Any]:
        address, tab = reverse("documents:list"), lists.tab_of(self.request)
        tabs = [
            {"label": pgettext("documents", "Current"), "url": address, "current": tab == lists.CURRENT},
            {
                "label": pgettext("documents", "Archived"),
                "url": f"{address}?tab={lists.ARCHIVED}",
                "current": tab == lists.ARCHIVED,
            },
        ]
        return {
            "tabs": tabs,
            "may_add": policies.can_add_documents(self.request.user),
            "may_export": policies.can_export(self.request.user),
        }


class DocumentView(HouseView):
    """What it is, who may read it, its files."""

    allowed = staticmethod(policies.can_see_documents)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        document = document_or_404(request.user, pk)
        versions = list(document.versions.select_related("uploaded_by").defer("text").order_by("-number"))
        sides = selectors.sides_of(versions)
        may_edit = policies.can_edit(request.user, document)
        context = {
            "document": document,
            "urls": urls_of(document),
            "lines": [_line(request.user, document, version, sides) for version in versions],
            "sides": [_side(document, side, sides.get(side), may_edit) for side in ("en", "fr")],
            "homes": selectors.homes_of(request.user, [document]).get(document.pk, []),
            "class_tag": lists.class_tag(document),
            "marking_tag": lists.marking_tag(document),
            "confidential_tag": lists.confidential_tag(document),
            "facts": _facts(document),
            "may_edit": may_edit,
            "may_change_class": policies.can_change_class(request.user, document),
            "may_restore": policies.can_restore(request.user, document),
            "may_remove": policies.can_remove(request.user, document),
            "text": self.text_in_place(request.user, document, versions),
            "shared": sharing.links_panel(request.user, versions),
        }
        return render(request, "core/document_detail.html", context)

    def text_in_place(self, user: Any, document: Document, versions: list[DocumentVersion]) -> str:
        """The text of the newest file, for somebody who sees it in an emergency and carries nothing away."""
        if document.is_workable_by(user) or not versions:
            return ""
        return DocumentVersion.objects.values_list("text", flat=True).get(pk=versions[0].pk)[:_TEXT_SHOWN]


def _line(
    user: Any, document: Document, version: DocumentVersion, sides: Mapping[str, DocumentVersion]
) -> dict[str, Any]:
    may_fetch = policies.can_fetch(user, document, version) and bool(version.file)
    return {
        "version": version,
        "kind": BY_CONTENT_TYPE[version.content_type].label,
        "is_current": version in sides.values(),
        "url": reverse("documents:file", args=[document.pk, version.pk]) if may_fetch else "",
        "notes": [
            str(words)
            for words, is_said in (
                (version.get_scan_display(), version.scan != DocumentVersion.Scan.CLEAN),
                (version.get_reading_display(), version.reading != DocumentVersion.Reading.READ),
            )
            if is_said and version.file
        ],
    }


def _side(document: Document, side: str, version: DocumentVersion | None, may_edit: bool) -> dict[str, Any]:
    state = getattr(document, f"state_{side}")
    return {
        "side": side,
        "label": _("English") if side == "en" else _("French"),
        "dot": ui.dot(capfirst(getattr(document, f"get_state_{side}_display")()), lists.STATE_TONES[state]),
        "version": version,
        "may_approve": may_edit and state in {Document.State.DRAFT, Document.State.STALE},
    }


def _facts(document: Document) -> list[dict[str, Any]]:
    return [
        {"label": _("Class"), "value": lists.class_words(document)},
        {"label": _("Security marking"), "value": document.get_marking_display()},
        {
            "label": _("Third-party confidential"),
            "value": _("Yes: ask them before its particulars are passed on.")
            if document.third_party_confidential
            else "",
        },
        {"label": _("Received from"), "value": document.received_from},
        {"label": _("Received on"), "value": dates.short_date(document.received_on) if document.received_on else ""},
        {"label": _("Added by"), "value": document.adder},
        {"label": _("Added on"), "value": ui.when(document.created_at, style="moment")},
    ]


class DocumentHistoryView(HouseView):
    allowed = staticmethod(policies.can_see_documents)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        document = document_or_404(request.user, pk)
        before = whole_number(request.GET.get("before"), 0) or None

        def name(image: Mapping[str, Any], names: Any) -> str:
            return str(image.get("original_name") or "")

        quiet = frozenset({"document_id", "file", "sha256", "content_type", "size", "uploaded_at", "uploaded_by_id"})
        parts = [Told(DocumentVersion, "document_id", _("Version"), name, quiet)]
        context = {
            "document": document,
            "urls": urls_of(document),
            "page": record_page([document], parts, request.user, before=before),
        }
        return render(request, "core/document_history.html", context)


class DocumentFileView(HouseView):
    """One file, as an attachment, for whoever may read the document; it has no other address."""

    allowed = staticmethod(policies.can_see_documents)

    def get(self, request: HttpRequest, pk: int, version_pk: int) -> FileResponse:
        document = document_or_404(request.user, pk)
        version = get_object_or_404(document.versions.defer("text"), pk=version_pk)
        if not policies.can_fetch(request.user, document, version):
            raise PermissionDenied
        note_reading(request.user, document, verb="document.downloaded")
        try:
            file = version.file.open("rb") if version.file else None
        except FileNotFoundError:
            file = None
        if file is None:
            raise Http404
        response = FileResponse(
            file, as_attachment=True, filename=version.original_name, content_type=version.content_type
        )
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "private, no-store"
        response["Content-Security-Policy"] = "sandbox; default-src 'none'"
        return response
