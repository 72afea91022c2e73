"""One change of many rows of a list: what would change is shown first, and again if it is not the same any more."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core import dates, ui
from c2m2a_crm.core.lists import ListState, ListWords
from c2m2a_crm.core.querysets import among
from c2m2a_crm.core.validity import today
from c2m2a_crm.core.views import HouseView, see_other
from members import services
from members.forms import OwnerForm, ReasonForm
from members.freshness import looks
from members.lists import (
    NATION_WORDS,
    ORGANIZATION_WORDS,
    PERSON_WORDS,
    nation_list,
    organization_list,
    person_list,
)
from members.models import Party, Person
from members.policies import can_edit_directory
from members.rooms import NATIONS, ORGANIZATIONS, PEOPLE, Room

SHOWN = 20
# A page of a list has a hundred rows at most.
_MOST_TICKED = 100

_LISTS: dict[str, tuple[Callable[[HttpRequest], ListState], ListWords]] = {
    ORGANIZATIONS.key: (organization_list, ORGANIZATION_WORDS),
    NATIONS.key: (nation_list, NATION_WORDS),
    PEOPLE.key: (person_list, PERSON_WORDS),
}

Picked = tuple[int, int | None, datetime | None]
"""Primary key, owner's key, when it was archived."""


@dataclass(frozen=True, slots=True)
class Act:
    """What can be done to ticked rows. ``needs_preview``: what would change is known only once the form is filled."""

    key: str
    title: str | Promise
    form: type[forms.Form]
    needs_preview: bool = False


ACTS = {
    "owner": Act("owner", gettext_lazy("Assign owner"), OwnerForm, needs_preview=True),
    "check": Act("check", gettext_lazy("Note a check"), forms.Form),
    "archive": Act("archive", gettext_lazy("Archive"), ReasonForm),
    "restore": Act("restore", gettext_lazy("Restore"), forms.Form),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the preview."""

    record: Party | Person
    before: SafeString | str
    after: SafeString | str


@dataclass(frozen=True, slots=True)
class Left:
    """Rows that stay as they are, and why; the names of the first."""

    why: str
    count: int
    names: Sequence[Party | Person]

    @property
    def more(self) -> int:
        return self.count - len(self.names)


class BulkEditView(HouseView):
    """Ticked rows (``pk``), or with ``scope=all`` every row that the list finds under ``query``.

    ``act`` names what to do. ``stage`` is empty at first, then ``preview`` or ``apply``; ``seen`` is the mark of what
    the page showed, and nothing is written under another.
    """

    allowed = staticmethod(can_edit_directory)
    room: Room = ORGANIZATIONS

    def get(self, request: HttpRequest) -> HttpResponse:
        return see_other(request, self.room.url("list"))

    def post(self, request: HttpRequest) -> HttpResponse:
        act = ACTS.get(request.POST.get("act", ""))
        picked = self.picked(request) if act else []
        if act is None or not picked:
            ui.warn(request, _("Select at least one row first."))
            return see_other(request, self.list_url(request))
        if len(picked) > services.LARGEST_BULK:
            ui.warn(request, str(services.TooManyRecords()))
            return see_other(request, self.list_url(request))
        stage = request.POST.get("stage", "")
        if not stage:
            return self.page(request, act, act.form(), picked)
        form = act.form(request.POST)
        if not form.is_valid():
            return self.page(request, act, form, picked, status=422)
        if stage != "apply":
            return self.page(request, act, form, picked)
        if request.POST.get("seen") != _mark(act, form, picked):
            return self.page(request, act, form, picked, is_changed=True, status=409)
        change = _change(act, form)
        actor: User = request.user  # type: ignore[assignment]  # the policy let only users in
        try:
            operation = services.change_in_bulk(
                actor=actor,
                model=Person if self.room.is_people else Party,
                keys=[row[0] for row in picked if not _why_left(row, change)],
                change=change,
                query=request.POST.get("query", "") if request.POST.get("scope") == "all" else "",
            )
        except (services.SelectionChanged, services.RecordIsArchived, services.RecordIsNotArchived):
            return self.page(request, act, form, self.picked(request), is_changed=True, status=409)
        ui.toast(request, f"{operation}.", undo_url=reverse("operations:undo", args=[operation.pk]))
        return see_other(request, self.list_url(request))

    def list_url(self, request: HttpRequest) -> str:
        """Back to the list as it was filtered."""
        query = QueryDict(request.POST.get("query", "")).urlencode()
        return f"{self.room.url('list')}?{query}" if query else self.room.url("list")

    def picked(self, request: HttpRequest) -> list[Picked]:
        """The selected rows in reading order, one more than may be changed at once at most."""
        if request.POST.get("scope") == "all":
            rows = _LISTS[self.room.key][0](request).matching(request.POST.get("query", ""))
        else:
            sent = request.POST.getlist("pk")[:_MOST_TICKED]
            keys = [int(text) for text in sent if text.isascii() and text.isdecimal() and len(text) < 19]
            rows = self.room.rows().visible_to(request.user).filter(among("id", keys))  # type: ignore[attr-defined]  # HouseQuerySet
        ordered = rows.in_reading_order()  # type: ignore[attr-defined]  # querysets of the directory
        return list(ordered.values_list("pk", "owner_id", "archived_at")[: services.LARGEST_BULK + 1])

    def page(
        self,
        request: HttpRequest,
        act: Act,
        form: forms.Form,
        picked: Sequence[Picked],
        *,
        is_changed: bool = False,
        status: int = 200,
    ) -> HttpResponse:
        change = _change(act, form) if form.is_bound and form.is_valid() else None
        if change is None and not act.needs_preview:
            # what changes does not depend on the reason
            change = _change(act, form) if act.key != "archive" else services.Archiving("")
        changing = [row for row in picked if not _why_left(row, change)]
        counted = _LISTS[self.room.key][1].counted
        scope = request.POST.get("scope", "")
        context = {
            "room": self.room,
            "act": act,
            "form": form,
            "query": request.POST.get("query", ""),
            "scope": scope,
            "keys": [] if scope == "all" else [row[0] for row in picked],
            "list_url": self.list_url(request),
            "counted": _said(counted, len(picked)),
            "changing": _said(counted, len(changing)),
            "lines": self.lines(changing, change),
            "unseen": max(0, len(changing) - SHOWN),
            "left": self.left(picked, change),
            "seen": _mark(act, form, picked) if change else "",
            "can_apply": bool(change and changing),
            "is_changed": is_changed,
            "page_errors": bool(form.errors),
        }
        return render(request, "members/bulk_edit.html", context, status=status)

    def records(self, rows: Sequence[Picked]) -> list[Any]:
        """The records themselves, in the order given."""
        found = self.room.rows().filter(among("id", [row[0] for row in rows])).for_list()  # type: ignore[attr-defined]  # as above
        by_key = {record.pk: record for record in found}
        return [by_key[row[0]] for row in rows if row[0] in by_key]

    def lines(self, changing: Sequence[Picked], change: services.BulkChange | None) -> list[Line]:
        lines = []
        records = self.records(changing[:SHOWN])
        looked = _looks(self.request.user, records) if isinstance(change, services.Checking) else {}
        for record in records:
            if isinstance(change, services.Archiving):
                lines.append(Line(record, _("In the lists"), _("Archived")))
            elif isinstance(change, services.Restoring):
                lines.append(Line(record, _("Archived"), _("In the lists")))
            elif isinstance(change, services.Checking):
                today_by_me = _look(today(), self.request.user.name)  # type: ignore[union-attr]  # the policy let only users in
                lines.append(Line(record, looked[record.pk], today_by_me))
            else:
                after = _owner(change.owner) if change else ""
                lines.append(Line(record, _owner(record.owner), after))
        return lines

    def left(self, picked: Sequence[Picked], change: services.BulkChange | None) -> list[Left]:
        by_reason: dict[str, list[Picked]] = {}
        for row in picked:
            if why := _why_left(row, change):
                by_reason.setdefault(why, []).append(row)
        return [Left(why, len(rows), self.records(rows[:SHOWN])) for why, rows in by_reason.items()]


def _said(counted: Callable[[int], str], total: int) -> str:
    return counted(total) % {"count": dates.number(total)}


def _owner(owner: User | None) -> SafeString | str:
    return ui.who(owner.name, owner.pk) if owner else _("Nobody")


def _looks(actor: Any, records: Sequence[Any]) -> dict[int, str]:
    """When each was last checked, and by whom."""
    return {pk: _look(look.on, look.who) if look.on else look.words for pk, look in looks(actor, records).items()}


def _look(day: date, who: str) -> str:
    return f"{dates.short_date(day)} · {who}"


def _change(act: Act, form: forms.Form) -> services.BulkChange:
    if act.key == "archive":
        return services.Archiving(form.cleaned_data["reason"])
    if act.key == "restore":
        return services.Restoring()
    if act.key == "check":
        return services.Checking()
    return services.OwnerChange(form.cleaned_data["owner"])


def _why_left(row: Picked, change: services.BulkChange | None) -> str:
    """Why this row stays as it is, or nothing."""
    _pk, owner_id, archived_at = row
    if isinstance(change, services.Archiving):
        return _("Archived already") if archived_at else ""
    if isinstance(change, services.Restoring):
        return "" if archived_at else _("Not archived")
    if archived_at:
        return _("Archived, to be restored first")
    if isinstance(change, services.OwnerChange) and owner_id == (change.owner.pk if change.owner else None):
        return _("Has this owner already") if change.owner else _("Has no owner already")
    return ""


def _mark(act: Act, form: forms.Form, picked: Sequence[Picked]) -> str:
    """What the page shows, in short: the act, its value, the rows, and how each of them stands."""
    value = str(form["owner"].value() or "") if act.key == "owner" else ""
    rows = ";".join(f"{pk},{owner or ''},{'a' if archived_at else ''}" for pk, owner, archived_at in picked)
    return hashlib.sha256(f"{act.key}|{value}|{rows}".encode()).hexdigest()[:32]
