"""Who changed what, and who carried what away: for compliance and administrators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from typing import Any

import django_filters
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection, models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from c2m2a_crm.core import blocks, dates, rights, ui
from c2m2a_crm.core.bilingual import LANGUAGES, reader_language
from c2m2a_crm.core.history import called, changes_in_words, nameable, names_in, writer_in_words
from c2m2a_crm.core.lists import Column, HouseFilterSet, ListState, ListWords, day_of
from c2m2a_crm.core.models import AuditEvent, History, Operation
from c2m2a_crm.core.querysets import AuditQuerySet, HistoryQuerySet
from c2m2a_crm.core.reads import AS_MEMBER, IN_EMERGENCY
from c2m2a_crm.core.registries import exportable_lists
from c2m2a_crm.core.views import HouseView, ListView, visible_or_404

# Columns by which a row can be called without asking any other table, likeliest first.
_NAMES = (
    ("name_{own}",),
    ("name_{other}",),
    ("given_name", "family_name"),
    ("family_name",),
    ("name",),
    ("title_{own}",),
    ("title_{other}",),
    ("subject",),
    ("text",),
    ("address",),
    ("email",),
    ("lines",),
    ("value",),
    ("key",),
)


@cache
def _models() -> dict[str, type[models.Model]]:
    return {model._meta.db_table: model for model in apps.get_models() if not model._meta.proxy}


def kind_of(table: str) -> str:
    """What a row of this table is called."""
    model = _models().get(table)
    return capfirst(called(model._meta.verbose_name)) if model else table


def name_of(change: History) -> str:
    """What the row is called, from its own columns."""
    image = change.after or change.before or {}
    own = reader_language()
    other = next(language for language in LANGUAGES if language != own)
    for patterns in _NAMES:
        columns = [pattern.format(own=own, other=other) for pattern in patterns]
        words = [str(image[column]) for column in columns if image.get(column)]
        if words:
            return " ".join(words)[:120]
    return f"#{change.row_id}"


def tables_with_history() -> list[str]:
    """The tables that the database records. Asked of its catalogue: history itself has millions of rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE p.proname = 'core_record_history' AND pg_table_is_visible(c.oid)"
        )
        return [table for (table,) in cursor.fetchall()]


def _table_choices() -> list[tuple[str, str]]:
    return sorted(((table, kind_of(table)) for table in tables_with_history()), key=lambda choice: choice[1])


def _people(_request: HttpRequest) -> models.QuerySet[Any]:
    return get_user_model()._default_manager.all()


def _day_start(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


class _AuditFilterSet(HouseFilterSet):
    """Days are days of the office's time zone, both included."""

    def filter_since(self, rows: models.QuerySet[Any], name: str, value: Any) -> models.QuerySet[Any]:
        return rows.filter(at__gte=_day_start(value))

    def filter_until(self, rows: models.QuerySet[Any], name: str, value: Any) -> models.QuerySet[Any]:
        return rows.filter(at__lt=_day_start(value) + timedelta(days=1))


class HistoryFilterSet(_AuditFilterSet):
    q = django_filters.CharFilter(method="filter_text", label=gettext_lazy("Name or reason"))
    kind = django_filters.ChoiceFilter(field_name="tbl", choices=_table_choices, label=gettext_lazy("Kind of record"))
    record = django_filters.NumberFilter(field_name="row_id", label=gettext_lazy("Number of the record"))
    action = django_filters.ChoiceFilter(choices=History.Action.choices, label=gettext_lazy("What was done"))
    who = django_filters.ModelChoiceFilter(queryset=_people, method="filter_who", label=gettext_lazy("Who"))
    operation = django_filters.NumberFilter(field_name="operation_id", label=gettext_lazy("Number of the operation"))
    since = day_of(gettext_lazy("From"), method="filter_since")
    until = day_of(gettext_lazy("Until"), method="filter_until")

    class Meta:
        model = History
        fields: list[str] = []

    def filter_text(self, rows: HistoryQuerySet, name: str, value: str) -> HistoryQuerySet:
        condition = models.Q(reason__icontains=value) | models.Q(writer__icontains=value)
        own, other = LANGUAGES
        for column in sorted({column.format(own=own, other=other) for columns in _NAMES for column in columns}):
            condition |= models.Q(**{f"after__{column}__icontains": value})
            condition |= models.Q(**{f"before__{column}__icontains": value})
        return rows.filter(condition)

    def filter_who(self, rows: HistoryQuerySet, name: str, value: Any) -> HistoryQuerySet:
        return rows.filter(actor_id=value.pk)


class EventFilterSet(_AuditFilterSet):
    q = django_filters.CharFilter(field_name="verb", lookup_expr="icontains", label=gettext_lazy("What was done"))
    who = django_filters.ModelChoiceFilter(queryset=_people, field_name="actor", label=gettext_lazy("Who"))
    since = day_of(gettext_lazy("From"), method="filter_since")
    until = day_of(gettext_lazy("Until"), method="filter_until")

    class Meta:
        model = AuditEvent
        fields: list[str] = []


Batch = Mapping[int, Any]


def _writers(actor: Any, changes: Sequence[History]) -> Batch:
    """The name of who wrote each change: a person, a part of the system, or nobody known."""
    ids = {change.actor_id for change in changes if change.actor_id}
    people = get_user_model()._default_manager.in_bulk(list(ids))
    return {change.pk: str(people.get(change.actor_id) or writer_in_words(change.writer)) for change in changes}


def _changed_labels(change: History) -> str:
    """Which fields changed, without asking the database for anything."""
    model = _models().get(change.tbl)
    if change.action != History.Action.CHANGED or model is None:
        return ""
    before, after = change.before or {}, change.after or {}
    labels = {
        field.column: called(field.verbose_name)
        for field in model._meta.concrete_fields
        if field.editable and not field.primary_key
    }
    changed = [labels[column] for column in labels if before.get(column) != after.get(column)]
    return ", ".join(changed[:4]) + (" …" if len(changed) > 4 else "")


def _change_cell(change: History) -> SafeString:
    url = reverse("core:change", args=[change.pk])
    what = _changed_labels(change)
    return format_html(
        '<a class="t" href="{}">{}</a><span class="sub">{}{}{}</span>',
        url,
        name_of(change),
        kind_of(change.tbl),
        " · " if what else "",
        what,
    )


_ACTION_TONES = {History.Action.CREATED: "ok", History.Action.DELETED: "bad"}

HISTORY_COLUMNS = (
    Column("record", gettext_lazy("Record"), name_of, cell=_change_cell, is_row_header=True),
    Column(
        "action",
        gettext_lazy("What was done"),
        lambda change: change.get_action_display(),
        cell=lambda change: ui.tag(capfirst(change.get_action_display()), _ACTION_TONES.get(change.action, "line")),
    ),
    Column("who", gettext_lazy("Who"), lambda change, who: who, batch=_writers, is_whole=True),
    Column(
        "at",
        gettext_lazy("When"),
        lambda change: change.at,
        cell=lambda change: ui.when(change.at, style="moment"),
        order=lambda: ["id"],
    ),
    Column("reason", gettext_lazy("Reason"), lambda change: change.reason, is_low=True),
    Column(
        "operation", gettext_lazy("Operation"), lambda change: change.operation_id or "", is_low=True, is_default=False
    ),
)

# Verbs as people say them; a test holds that every verb of the product is here.
VERBS = {
    "access.package_fetched": gettext_lazy("Package of an access request fetched"),
    "access.package_made": gettext_lazy("Package of an access request made"),
    "account.looked_as": gettext_lazy("Looked as a colleague"),
    "account.looked_as_ended": gettext_lazy("Looking as a colleague ended"),
    "account.sign_in_refused": gettext_lazy("Sign-in refused"),
    "account.signed_in": gettext_lazy("Signed in"),
    "backup.failed": gettext_lazy("Backup or restore drill failed"),
    "backup.made": gettext_lazy("Backup made"),
    "backup.restored": gettext_lazy("Backup restored"),
    "backup.tried": gettext_lazy("Restore drill"),
    "briefing.drawn": gettext_lazy("Briefing drawn"),
    "circle.closed_early": gettext_lazy("Access to a circle ended early"),
    "circle.opened": gettext_lazy("Circle opened in an emergency"),
    "contact.opened": gettext_lazy("Sealed or restricted entry opened"),
    "link.made": gettext_lazy("Public link made"),
    "link.used": gettext_lazy("Public link used"),
    "list.export_started": gettext_lazy("Export of a list begun"),
    "list.exported": gettext_lazy("List exported"),
    "list.printed": gettext_lazy("List printed"),
    "list.export_broke_off": gettext_lazy("Export broke off"),
    "person.anonymised": gettext_lazy("Person made anonymous"),
    "record.exported": gettext_lazy("Engagement record exported"),
    "person.exported": gettext_lazy("Person exported as vCard"),
    "record.opened": gettext_lazy("Sealed or restricted record opened"),
    "document.downloaded": gettext_lazy("Sealed or restricted document downloaded"),
    "record.printed": gettext_lazy("Sealed or restricted record printed"),
    "search.differs": gettext_lazy("Search differed from the records"),
    "search.repaired": gettext_lazy("Search differed from the records and was repaired"),
    "user.sessions_ended": gettext_lazy("Sessions ended"),
}


def verb_in_words(event: AuditEvent) -> str:
    return str(VERBS.get(event.verb, event.verb))


# Who acted has a column of its own.
DETAILS = {
    "address": gettext_lazy("Network address"),
    "authority": gettext_lazy("Authority"),
    "bytes": gettext_lazy("Size in bytes"),
    "circle": gettext_lazy("Circle"),
    "differences": gettext_lazy("Tables that differ"),
    "file": gettext_lazy("File"),
    "files": gettext_lazy("Files"),
    "filter": gettext_lazy("Filter"),
    "format": gettext_lazy("Format"),
    "good": gettext_lazy("Whole"),
    "history": gettext_lazy("History"),
    "job": gettext_lazy("Job"),
    "key": gettext_lazy("Mark of the key"),
    "language": gettext_lazy("Language"),
    "list": gettext_lazy("List"),
    "looking_as": gettext_lazy("Looking as"),
    "made": gettext_lazy("Made"),
    "page": gettext_lazy("Page"),
    "purpose": gettext_lazy("Purpose"),
    "reason": gettext_lazy("Reason"),
    "request": gettext_lazy("Access request"),
    "rows": gettext_lazy("Rows"),
    "started": gettext_lazy("Number of the event that began it"),
    "what": gettext_lazy("What"),
}


PURPOSES = {
    AS_MEMBER: gettext_lazy("as a member of the circle"),
    IN_EMERGENCY: gettext_lazy("in an emergency"),
}


# The person stands in a column of their own; a mark says nothing to a reader.
_UNTOLD = frozenset({"who", "mark"})


def details_in_words(event: AuditEvent) -> str:
    said = []
    for key, value in event.details.items():
        if key in _UNTOLD or value in ("", None, [], {}):
            continue
        if isinstance(value, bool):
            value = _("Yes") if value else _("No")
        if isinstance(value, dict):
            value = [f"{part} {said}" for part, said in value.items()]
        if isinstance(value, list):
            value = ", ".join(str(each) for each in value)
        if key == "list" and (entry := exportable_lists.get(value)):
            value = entry.label
        if key == "purpose":
            value = PURPOSES.get(value, value)
        said.append(_("%(label)s: %(value)s") % {"label": DETAILS.get(key, key), "value": value})
    return " · ".join(said)


@dataclass(frozen=True, slots=True)
class _Subject:
    kind: str
    name: str
    url: str

    def __str__(self) -> str:
        return _("%(label)s: %(value)s") % {"label": self.kind, "value": self.name}


def _subjects(actor: Any, events: Sequence[AuditEvent]) -> Mapping[int, _Subject]:
    """The record of each event, with one query for each table; what the reader may not read has only a number."""
    wanted: dict[str, set[int]] = {}
    for event in events:
        if event.subject_id is not None and event.subject_table in _models():
            wanted.setdefault(event.subject_table, set()).add(event.subject_id)
    rows = {
        (table, row.pk): row
        for table, keys in wanted.items()
        for row in nameable(_models()[table], actor).filter(pk__in=keys)
    }
    subjects = {}
    for event in events:
        if event.subject_id is not None and event.subject_table:
            row = rows.get((event.subject_table, event.subject_id))
            name = str(row) if row else f"#{event.subject_id}"
            subjects[event.pk] = _Subject(kind_of(event.subject_table), name, _url_of(row))
    return subjects


def _subject_cell(event: AuditEvent, subject: _Subject | None) -> SafeString | str:
    if subject is None:
        return ""
    if not subject.url:
        return str(subject)
    return format_html('<a href="{}">{}</a><span class="sub">{}</span>', subject.url, subject.name, subject.kind)


EVENT_COLUMNS = (
    Column("what", gettext_lazy("What was done"), verb_in_words, is_row_header=True),
    Column(
        "subject",
        gettext_lazy("Record"),
        lambda event, subject: str(subject or ""),
        cell=_subject_cell,
        batch=_subjects,
    ),
    Column("details", gettext_lazy("Details"), details_in_words),
    Column(
        "who",
        gettext_lazy("Who"),
        lambda event: str(event.actor) if event.actor else str(event.details.get("who", "")),
    ),
    Column(
        "at",
        gettext_lazy("When"),
        lambda event: event.at,
        cell=lambda event: ui.when(event.at, style="moment"),
        order=lambda: ["id"],
    ),
)


class _AuditList(ListView):
    order_words = gettext_lazy("newest first")
    search_label = gettext_lazy("Filter by words")
    allowed = staticmethod(rights.can_read_audit)
    template_name = "core/audit_list.html"

    def default_order(self) -> list[str]:
        return ["-id"]

    def context(self, state: ListState) -> dict[str, Any]:
        tabs = (("core:audit", _("Changes")), ("core:audit_events", _("Read or carried away")))
        here = self.request.path
        return {
            "tabs": [{"label": label, "url": reverse(name), "current": reverse(name) == here} for name, label in tabs]
        }


class HistoryListView(_AuditList):
    """Every change, newest first; what is sealed from the reader does not exist here either."""

    list_key = "audit"
    filterset_class = HistoryFilterSet
    columns = HISTORY_COLUMNS
    words = ListWords(
        label=gettext_lazy("Audit: changes"),
        counted=lambda total: ngettext("%(count)s change", "%(count)s changes", total),
        no_match=gettext_lazy("No change matches these filters"),
    )

    def rows(self) -> HistoryQuerySet:
        return History.objects.visible_to(self.request.user)

    def context(self, state: ListState) -> dict[str, Any]:
        last = blocks.newest()
        return {**super().context(state), "last_block": last, "lag": blocks.lag_behind(last)}


class EventListView(_AuditList):
    """What was read or carried away rather than changed."""

    list_key = "audit-events"
    filterset_class = EventFilterSet
    columns = EVENT_COLUMNS
    words = ListWords(
        label=gettext_lazy("Audit: read or carried away"),
        counted=lambda total: ngettext("%(count)s event", "%(count)s events", total),
        no_match=gettext_lazy("No event matches these filters"),
    )

    def rows(self) -> AuditQuerySet:
        return AuditEvent.objects.visible_to(self.request.user)


class ChangeView(HouseView):
    """One change, field by field."""

    allowed = staticmethod(rights.can_read_audit)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        change: History = visible_or_404(History.objects.all(), request.user, pk=pk)
        model = _models().get(change.tbl)
        row = model._base_manager.filter(pk=change.row_id).first() if model else None
        changes = changes_in_words(model, change, names_in([(model, change)], request.user)) if model else []
        context = {
            "change": change,
            "name": name_of(change),
            "kind": kind_of(change.tbl),
            "who": _writers(request.user, [change])[change.pk],
            "fields": [field for field in changes if field.before or field.after],
            "operation": Operation.objects.filter(pk=change.operation_id or 0).first(),
            "record_url": _url_of(row),
            "others_url": f"{reverse('core:audit')}?kind={change.tbl}&record={change.row_id}",
            "when": dates.long_date(change.at),
        }
        return render(request, "core/audit_change.html", context)


def _url_of(row: models.Model | None) -> str:
    """The page of the record, where it has one."""
    give = getattr(row, "get_absolute_url", None)
    if give is None:
        return ""
    try:
        return str(give())
    except NoReverseMatch:
        return ""
