"""The contact log: its list, the page of an entry, corrections, taking back and putting back."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import F, Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.accounts.policies import can_export
from c2m2a_crm.core import ui
from c2m2a_crm.core.editing import EditConflict
from c2m2a_crm.core.lists import ListState
from c2m2a_crm.core.lists.filters import PLACE
from c2m2a_crm.core.pages.settling import settled, shown_version
from c2m2a_crm.core.reads import note_reading
from c2m2a_crm.core.views import HouseView, ListView, return_url, see_other, visible_or_404
from c2m2a_crm.engagement import policies
from c2m2a_crm.engagement.entry_history import corrections_in_words, history_in_words
from c2m2a_crm.engagement.filters import InteractionFilterSet
from c2m2a_crm.engagement.later import snooze_days
from c2m2a_crm.engagement.lists import INTERACTION_COLUMNS, LOG_WORDS, kind_icon, state_dot
from c2m2a_crm.engagement.models import Commitment, CommitmentEvent, Interaction, Point
from c2m2a_crm.engagement.pulse import whom_to_ask
from c2m2a_crm.engagement.services import (
    EntryClosed,
    EntryRefused,
    answer_point,
    correct_interaction,
    restore_interaction,
    withdraw_interaction,
)
from c2m2a_crm.engagement.work_forms import AnswerForm, CorrectionForm

OPENED = "contact.opened"
# What an address may say of the log without asking for the content of entries.
_PLAIN = PLACE | {"rows", "column", "count", "view"}
_BY_DATE = frozenset({"date", "-date"})


class InteractionListView(ListView):
    """The whole log. Restricted entries stand in it by date; as soon as content is asked for they stand aside."""

    order_words = gettext_lazy("newest first")
    search_label = gettext_lazy("Filter by words or names")
    allowed = staticmethod(policies.can_read_log)
    list_key = "contact-log"
    template_name = "engagement/interaction_list.html"
    filterset_class = InteractionFilterSet
    columns = INTERACTION_COLUMNS
    words = LOG_WORDS

    def rows(self) -> QuerySet[Interaction]:
        log = Interaction.objects.visible_to(self.request.user).active()
        return log.readable_by(self.request.user) if self._asks_for_content() else log

    def _asks_for_content(self) -> bool:
        """Filters and orders read content; the order by date does not."""
        parameters = self.request.GET
        if parameters.get("sort") and parameters["sort"] not in _BY_DATE:
            return True
        return any(value for name in parameters if name not in {*_PLAIN, "sort"} for value in parameters.getlist(name))

    def context(self, state: ListState) -> dict[str, Any]:
        return {
            "can_log": policies.can_log(self.request.user),
            "may_export": can_export(self.request.user),
            "first_use": "engagement/_log_first_use.html",
        }

    def default_order(self) -> list[Any]:
        return [F("occurred_on").desc(), F("pk").desc()]


class ReadableInteractionListView(InteractionListView):
    """The same list for files, which carry content only."""

    def rows(self) -> QuerySet[Interaction]:
        return Interaction.objects.readable_by(self.request.user).active()


def restricted_page(request: HttpRequest, interaction: Interaction) -> HttpResponse:
    """Date, lock and whom to ask, and nothing else; the same answer for every way to the content."""
    context = {"occurred_on": interaction.occurred_on, "ask": whom_to_ask([interaction])[interaction.pk]}
    return render(request, "engagement/interaction_restricted.html", context, status=403)


class InteractionDetailView(HouseView):
    """Everything in the entry. Opening a restricted or sealed one is noted, and the page says so."""

    allowed = staticmethod(policies.can_read_log)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        user: Any = request.user
        interaction = visible_or_404(
            Interaction.objects.select_related("initiative", "recorded_by", "sealed_circle", "restricted_circle"),
            user,
            pk=pk,
        )
        if not interaction.is_readable_by(user):
            return restricted_page(request, interaction)
        is_confided = note_reading(user, interaction, verb=OPENED)
        parts = list(interaction.participants.select_related("user", "person", "party"))
        commitments = (
            interaction.commitments.with_state()
            .select_related("by_user", "by_person", "by_party", "to_party")
            .prefetch_related(Prefetch("events", CommitmentEvent.objects.order_by("-pk").select_related("by")))
        )
        context = {
            "entry": interaction,
            "icon_name": kind_icon(interaction),
            "is_confided": is_confided,
            "theirs": [part for part in parts if not part.is_ours],
            "ours": [part for part in parts if part.is_ours],
            "has_office_holder": any(part.holds_public_office for part in parts),
            "initiative": interaction.initiative
            if interaction.initiative and interaction.initiative.is_readable_by(user)
            else None,
            "points": interaction.points.select_related("owner"),
            "commitments": [(row, state_dot(row.state, row.due_on)) for row in commitments],
            "promises_ours": Commitment.Direction.OURS,
            "follow_ups": interaction.follow_ups.filter(withdrawn_at__isnull=True).by_due_date().for_list(),
            "corrections": corrections_in_words(interaction),
            "changes": history_in_words(user, interaction),
            "can_edit": policies.can_edit_entry(user, interaction),
            "can_correct": policies.can_correct_entry(user, interaction),
            "can_withdraw": policies.can_withdraw_entry(user, interaction) and not interaction.is_archived,
            "can_restore": policies.can_log(user) and interaction.is_archived,
            "can_work": policies.can_log(user),
            "can_change_access": policies.can_change_access(user, interaction),
            "can_answer": policies.can_log(user) and not interaction.is_archived,
            "snooze_days": snooze_days(),
        }
        return render(request, "engagement/interaction_detail.html", context)


class _EntryActView(HouseView):
    """A change to one entry: its readers' business alone."""

    allowed = staticmethod(policies.can_log)

    def entry(self, request: HttpRequest, pk: int) -> Interaction:
        interaction: Interaction = visible_or_404(Interaction.objects.all(), request.user, pk=pk)
        if not interaction.is_readable_by(request.user):
            raise PermissionDenied
        return interaction


class InteractionCorrectView(_EntryActView):
    """A closed entry is corrected beside its old value: first what, then what it should say and why."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        interaction = self.entry(request, pk)
        if not policies.can_correct_entry(request.user, interaction):
            return redirect(interaction)
        form = CorrectionForm(interaction, initial={"field": request.GET.get("field", "")})
        return self.page(request, interaction, form)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        interaction = self.entry(request, pk)
        form = CorrectionForm(interaction, request.POST)
        if not form.is_valid():
            return self.page(request, interaction, form, status=422)
        try:
            correct_interaction(actor=request.user, interaction=interaction, **form.cleaned_data)  # type: ignore[arg-type]  # signed in, by policy
        except EntryRefused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
            return self.page(request, interaction, form, status=422)
        ui.toast(request, _("Correction added."))
        return redirect(interaction)

    def page(
        self, request: HttpRequest, interaction: Interaction, form: CorrectionForm, *, status: int = 200
    ) -> HttpResponse:
        context = {"entry": interaction, "form": form, "page_errors": bool(form.errors)}
        return render(request, "engagement/interaction_correct.html", context, status=status)


class PointAnswerView(_EntryActView):
    """Our answer to a point raised, and who sees to it: at any time, for answers come after entries close."""

    def point(self, request: HttpRequest, pk: int, point_pk: int) -> Point:
        interaction = self.entry(request, pk)
        if interaction.is_archived:
            raise Http404
        point: Point = visible_or_404(interaction.points.select_related("owner"), request.user, pk=point_pk)
        point.interaction = interaction
        return point

    def get(self, request: HttpRequest, pk: int, point_pk: int) -> HttpResponse:
        point = self.point(request, pk, point_pk)
        initial = {"version": point.version, "answer": point.answer, "owner": point.owner_id}
        return self.page(request, point, AnswerForm(initial=initial, present=point.owner))

    def post(self, request: HttpRequest, pk: int, point_pk: int) -> HttpResponse:
        point = self.point(request, pk, point_pk)
        form = AnswerForm(request.POST, present=point.owner)
        if not form.is_valid():
            return self.page(request, point, form, status=422)
        mine, theirs = settled(request, point.version)
        try:
            changed = answer_point(
                actor=request.user,  # type: ignore[arg-type]  # signed in, by policy
                point=point,
                version=form.cleaned_data["version"],
                answer=form.cleaned_data["answer"],
                owner=form.chosen_owner(),
                mine=mine,
                theirs=theirs,
            )
        except EntryRefused as refusal:
            form.add_error(refusal.field, refusal.sentence)
            return self.page(request, point, form, status=422)
        except EditConflict as conflict:
            return self.page(request, point, form, conflict=conflict, status=409)
        ui.toast(request, _("Nothing was changed.") if changed.version == point.version else _("Changes saved."))
        return redirect(point.interaction)

    def page(
        self,
        request: HttpRequest,
        point: Point,
        form: AnswerForm,
        *,
        conflict: EditConflict | None = None,
        status: int = 200,
    ) -> HttpResponse:
        context = {
            "point": point,
            "form": form,
            "conflict": conflict,
            "seen_version": shown_version(conflict),
            "page_errors": bool(form.errors),
        }
        return render(request, "engagement/point_answer.html", context, status=status)


class InteractionWithdrawView(_EntryActView):
    """Take an entry out of the log: the undo of Save, and an action of its page."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        interaction = self.entry(request, pk)
        try:
            withdraw_interaction(actor=request.user, interaction=interaction)  # type: ignore[arg-type]  # signed in, by policy
        except EntryClosed:
            ui.warn(request, _("This entry is closed and stays in the log. Add a correction instead."))
            return see_other(request, interaction.get_absolute_url())
        ui.toast(request, _("Contact taken back."), undo_url=reverse("contact_log:restore", args=[pk]))
        return see_other(request, return_url(request, reverse("contact_log:list")))


class InteractionRestoreView(_EntryActView):
    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        interaction = self.entry(request, pk)
        restore_interaction(actor=request.user, interaction=interaction)  # type: ignore[arg-type]  # signed in, by policy
        ui.toast(request, _("Contact is back in the log."))
        return see_other(request, return_url(request, interaction.get_absolute_url()))


def exported_log(request: HttpRequest) -> ListState:
    """The log as files carry it."""
    view = ReadableInteractionListView()
    view.setup(request)
    return view.state()
