"""Two records side by side: what to keep of each, what would move, and the merge. Then its undo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.requests import SignedInRequest
from c2m2a_crm.core import ui
from c2m2a_crm.core.models import Operation
from c2m2a_crm.core.operations import services as operations
from c2m2a_crm.core.operations.words import stays
from c2m2a_crm.core.views import HouseView, own_address, return_url, see_other, visible_or_404
from members.merging import services
from members.merging.errors import ChangedMeanwhile
from members.merging.fields import BOTH, KEEP, LOSE
from members.merging.forms import ReasonForm, other_form
from members.merging.undoing import GO, STAY, ask, page_of
from members.models import Party, Person
from members.policies import can_edit_directory
from members.rooms import room_of
from members.selectors import party_note, person_note, with_place
from members.services.errors import DirectoryError

KINDS: dict[str, type[Person] | type[Party]] = {"people": Person, "parties": Party}
SHOWN = 100


def kind_of(record: Person | Party) -> str:
    """How addresses call the table of the record."""
    return "people" if isinstance(record, Person) else "parties"


def _record(kind: str, actor: Any, pk: int) -> Any:
    model = KINDS.get(kind)
    if model is None:
        raise Http404
    if model is Person:
        return visible_or_404(with_place(Person.objects.all()), actor, pk=pk)
    return visible_or_404(Party.objects.select_related("jurisdiction", "parent", "owner"), actor, pk=pk)


def _note(record: Person | Party) -> str:
    return person_note(record) if isinstance(record, Person) else party_note(record)


class PickView(HouseView):
    """With whom a record is merged."""

    allowed = staticmethod(can_edit_directory)

    def get(self, request: SignedInRequest, kind: str, pk: int) -> HttpResponse:
        return self.page(request, kind, _record(kind, request.user, pk), other_form(kind == "people"))

    def post(self, request: SignedInRequest, kind: str, pk: int) -> HttpResponse:
        record = _record(kind, request.user, pk)
        form = other_form(kind == "people", request.POST)
        if form.is_valid():
            other = form.cleaned_data["other"]
            try:
                services.refuse_pair(record, other)
            except DirectoryError as refused:
                form.add_error("other", str(refused))
            else:
                return see_other(request, reverse("merging:merge", args=[kind, record.pk, other.pk]))
        return self.page(request, kind, record, form, status=422)

    def page(self, request: SignedInRequest, kind: str, record: Any, form: Any, *, status: int = 200) -> HttpResponse:
        room = room_of(record)
        context = {
            "record": record,
            "form": form,
            "room": room,
            "list_url": room.url("list"),
            "page_errors": bool(form.errors),
        }
        return render(request, "members/merge_pick.html", context, status=status)


class MergeView(HouseView):
    """``left`` is kept: the record that one came from. ``next`` is where the reader goes on afterwards."""

    allowed = staticmethod(can_edit_directory)

    def get(self, request: SignedInRequest, kind: str, left: int, right: int) -> HttpResponse:
        keep, lose = _record(kind, request.user, left), _record(kind, request.user, right)
        return self.page(request, kind, keep, lose, ReasonForm())

    def post(self, request: SignedInRequest, kind: str, left: int, right: int) -> HttpResponse:
        keep, lose = _record(kind, request.user, left), _record(kind, request.user, right)
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return self.page(request, kind, keep, lose, form, status=422)
        arguments: dict[str, Any] = {
            "choices": _choices(request.POST),
            "versions": _versions(request.POST),
            "reason": form.cleaned_data["reason"],
        }
        try:
            if isinstance(keep, Person):
                operation = services.merge_people(actor=request.user, keep=keep, lose=lose, **arguments)
            else:
                operation = services.merge_parties(actor=request.user, keep=keep, lose=lose, **arguments)
        except ChangedMeanwhile as refused:
            form.add_error(None, str(refused))
            keep, lose = _record(kind, request.user, left), _record(kind, request.user, right)
            return self.page(request, kind, keep, lose, form, status=409)
        except (DirectoryError, ValidationError) as refused:
            sentences = refused.messages if isinstance(refused, ValidationError) else [str(refused)]
            for sentence in sentences:
                form.add_error(None, sentence)
            return self.page(request, kind, keep, lose, form, status=422)
        said = _("%(lose)s is merged into %(keep)s.") % {"lose": lose, "keep": keep}
        ui.toast(request, said, undo_url=reverse("operations:undo", args=[operation.pk]))
        return see_other(request, return_url(request, keep.get_absolute_url()))

    def page(
        self, request: SignedInRequest, kind: str, keep: Any, lose: Any, form: ReasonForm, *, status: int = 200
    ) -> HttpResponse:
        try:
            seen = services.preview(actor=request.user, keep=keep, lose=lose)
        except DirectoryError as refused:
            ui.warn(request, str(refused))
            return see_other(request, keep.get_absolute_url())
        chosen = _choices(request.POST)
        context = {
            "keep": keep,
            "lose": lose,
            "keep_name": str(keep),
            "lose_name": str(lose),
            "keep_note": _note(keep),
            "lose_note": _note(lose),
            "room": room_of(keep),
            "list_url": room_of(keep).url("list"),
            "fields": [(field, chosen.get(field.key, field.default)) for field in seen.fields],
            "lines": [(line, chosen.get(line.key, KEEP)) for line in seen.lines],
            "refused": seen.refused,
            "versions": f"{keep.version}.{lose.version}",
            "next": own_address(request, request.POST.get("next") or request.GET.get("next", "")),
            "turned_url": reverse("merging:merge", args=[kind, lose.pk, keep.pk]),
            "form": form,
            "page_errors": bool(form.errors),
        }
        return render(request, "members/merge.html", context, status=status)


def _choices(data: Mapping[str, Any]) -> dict[str, str]:
    """What was chosen, by field or relation. Anything else is left to the defaults."""
    return {
        name.removeprefix("choose-"): str(data[name])
        for name in data
        if name.startswith("choose-") and data[name] in {KEEP, LOSE, BOTH}
    }


def _versions(data: Mapping[str, Any]) -> tuple[int, int]:
    """Those of both records as they were looked at; none that could hold, where the form does not say."""
    first, _dot, second = str(data.get("versions", "")).partition(".")
    if first.isdecimal() and second.isdecimal() and len(first) < 10 > len(second):
        return int(first), int(second)
    return 0, 0


class UndoView(HouseView):
    """What taking a merge back would do, with a question for each row that came since."""

    allowed = staticmethod(can_edit_directory)

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        return self.page(request, _merge_or_404(request, pk))

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        operation = _merge_or_404(request, pk)
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return self.page(request, operation, form, status=422)
        answers = {name.removeprefix("later-"): value for name, value in request.POST.items() if name[:6] == "later-"}
        try:
            undone = operations.undo(
                actor=request.user, operation=operation, reason=form.cleaned_data["reason"], answers=answers
            )
        except operations.UndoRefused as refused:
            ui.warn(request, str(refused))
            return see_other(request, reverse("operations:detail", args=[pk]))
        ui.toast(request, operations.result_sentence(undone))
        result = reverse("operations:detail", args=[undone.operation.pk])
        return see_other(request, result if undone.kept else page_of(operation) or result)

    def page(
        self, request: SignedInRequest, operation: Operation, form: ReasonForm | None = None, *, status: int = 200
    ) -> HttpResponse:
        if operations.why_not(request.user, operation):
            return redirect("operations:detail", pk=operation.pk)
        try:
            asked = ask(request.user, operation)
        except operations.UndoRefused as refused:
            ui.warn(request, str(refused))
            return redirect("operations:detail", pk=operation.pk)
        context = {
            "operation": operation,
            "asked": asked,
            "later": [(each, request.POST.get(f"later-{each.key}", STAY)) for each in asked.later if not each.follows],
            "follows": [each for each in asked.later if each.follows and each.name],
            "would_stay": stays(asked.kept[:SHOWN], request.user),
            "go": GO,
            "stay": STAY,
            "form": form or ReasonForm(),
            "page_errors": bool(form and form.errors),
        }
        return render(request, "members/merge_undo.html", context, status=status)


def _merge_or_404(request: SignedInRequest, pk: int) -> Operation:
    found: Operation = visible_or_404(Operation.objects.filter(kind=services.MERGE_KIND), request.user, pk=pk)
    return found
