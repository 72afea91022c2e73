"""The list of documents: its columns, on the screen and in files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from c2m2a_crm.core import ui
from c2m2a_crm.core.documents import selectors
from c2m2a_crm.core.documents.filters import CLASSES, DocumentFilterSet
from c2m2a_crm.core.documents.kinds import BY_CONTENT_TYPE
from c2m2a_crm.core.lists import Column, ListState, ListWords
from c2m2a_crm.core.models import Document, DocumentVersion, SecurityMarking

CURRENT, ARCHIVED = "current", "archived"

_CLASS_WORDS = dict(CLASSES)
_CLASS_TONES = {"public": "ok", "members": "", "secretariat": "info", "restricted": "lock", "sealed": "lock"}
STATE_TONES = {"missing": "none", "draft": "warn", "approved": "ok", "stale": "bad"}


def class_words(document: Document) -> str:
    return str(_CLASS_WORDS[document.document_class])


def class_tag(document: Document) -> SafeString:
    return ui.tag(class_words(document), _CLASS_TONES[document.document_class])


def marking_words(document: Document) -> str:
    return str(document.get_marking_display()) if document.marking != SecurityMarking.NONE else ""


def marking_tag(document: Document) -> SafeString:
    words = marking_words(document)
    return ui.tag(words, "warn", "shield-lock") if words else ui.NOTHING


def confidential_tag(document: Document) -> SafeString:
    if not document.third_party_confidential:
        return ui.NOTHING
    return ui.tag(_("Third-party confidential"), "warn", "hand-stop")


def sides_words(document: Document) -> str:
    return "; ".join(
        _("%(language)s: %(state)s") % {"language": side, "state": label} for side, _state, label in _sides(document)
    )


def sides_marks(document: Document) -> SafeString:
    marks = [
        (ui.dot(_("%(language)s: %(state)s") % {"language": side, "state": label}, STATE_TONES[state]),)
        for side, state, label in _sides(document)
    ]
    return format_html("<span>{}</span>", format_html_join(" ", "{}", marks))


def _sides(document: Document) -> list[tuple[str, str, str]]:
    return [
        ("EN", document.state_en, str(document.get_state_en_display())),
        ("FR", document.state_fr, str(document.get_state_fr_display())),
    ]


def _newest(actor: Any, rows: Sequence[Document]) -> Mapping[int, DocumentVersion]:
    return selectors.newest_files(rows)


def _homes(actor: Any, rows: Sequence[Document]) -> Mapping[int, list[tuple[str, str]]]:
    return selectors.homes_of(actor, rows)


def _title_cell(document: Document) -> SafeString:
    title = ui.in_language(document.title) if str(document) else _("Removed")
    return format_html(
        '<a class="t" href="{}">{}</a> {}', document.get_absolute_url(), title, confidential_tag(document)
    )


def _homes_cell(document: Document, homes: list[tuple[str, str]] | None) -> SafeString:
    links = [(url, name) for name, url in homes or ()]
    return format_html_join(", ", '<a href="{}">{}</a>', links)


def _kind(file: DocumentVersion | None) -> str:
    return str(BY_CONTENT_TYPE[file.content_type].label) if file else ""


DOCUMENT_COLUMNS = (
    Column(
        "title",
        gettext_lazy("Title"),
        value=lambda document: document.title.text or _("Removed"),
        cell=_title_cell,
        order=lambda: ["title_en", "title_fr"],
        is_row_header=True,
    ),
    Column(
        "class",
        gettext_lazy("Class"),
        value=class_words,
        cell=class_tag,
        order=lambda: ["audience"],
    ),
    Column(
        "marking", gettext_lazy("Security marking"), value=marking_words, cell=marking_tag, order=lambda: ["marking"]
    ),
    # A file says it beside every row; on the screen it stands beside the title.
    Column(
        "confidential",
        gettext_lazy("Third-party confidential"),
        value=lambda document: document.third_party_confidential,
        export_only=True,
    ),
    Column(
        "homes",
        gettext_lazy("Filed under"),
        value=lambda document, homes: [name for name, _url in homes or ()],
        cell=_homes_cell,
        batch=_homes,
    ),
    Column("sides", gettext_lazy("Languages"), value=sides_words, cell=sides_marks),
    Column("kind", gettext_lazy("Kind of file"), value=lambda document, file: _kind(file), batch=_newest),
    Column(
        "size",
        gettext_lazy("Size"),
        value=lambda document, file: file.size if file else None,
        cell=lambda document, file: filesizeformat(file.size) if file else "",
        batch=_newest,
        is_numeric=True,
        is_low=True,
    ),
    Column(
        "received_from",
        gettext_lazy("Received from"),
        value=lambda document: document.received_from,
        order=lambda: ["received_from"],
        is_low=True,
        is_default=False,
    ),
    Column(
        "received_on",
        gettext_lazy("Received on"),
        value=lambda document: document.received_on,
        cell=lambda document: ui.when(document.received_on),
        order=lambda: ["received_on"],
        is_low=True,
        is_default=False,
    ),
    Column(
        "added_by",
        gettext_lazy("Added by"),
        value=lambda document: document.adder,
        order=lambda: ["added_by__name"],
        is_low=True,
        is_default=False,
    ),
    Column(
        "changed",
        gettext_lazy("Changed"),
        value=lambda document: document.updated_at,
        cell=lambda document: ui.when(document.updated_at, style="moment"),
        order=lambda: ["updated_at"],
    ),
)

DOCUMENT_WORDS = ListWords(
    label=gettext_lazy("Documents"),
    counted=lambda total: ngettext("%(count)s document", "%(count)s documents", total),
    empty_title=gettext_lazy("No documents yet"),
    empty_text=gettext_lazy("Add one here, or on the page of the forum, partnership or organization that it is about."),
)


def document_list(request: HttpRequest) -> ListState:
    """What the page and its files show: documents whose content the reader may use."""
    tab = tab_of(request)
    rows = Document.objects.readable_by(request.user).for_list()
    return ListState(
        list_key="documents",
        request=request,
        base=rows.archived() if tab == ARCHIVED else rows.active(),
        filterset_class=DocumentFilterSet,
        columns=DOCUMENT_COLUMNS,
        default_order=["-updated_at", "-pk"],
        order_words=gettext_lazy("newest first"),
        search_label=gettext_lazy("Filter by title, file or text"),
    )


def tab_of(request: HttpRequest) -> str:
    return ARCHIVED if request.GET.get("tab") == ARCHIVED else CURRENT


def export_notes(state: ListState) -> list[tuple[str, str]]:
    """What a file says where a row of it was given to us in confidence."""
    confidential = state.ordered.filter(third_party_confidential=True).count()
    if not confidential:
        return []
    words = ngettext(
        "%(count)d document of this list was given to us in confidence by somebody else. Ask them before its "
        "particulars are passed on (Access to Information Act, s. 20).",
        "%(count)d documents of this list were given to us in confidence by others. Ask them before their "
        "particulars are passed on (Access to Information Act, s. 20).",
        confidential,
    )
    return [(_("Third-party confidential"), words % {"count": confidential})]
