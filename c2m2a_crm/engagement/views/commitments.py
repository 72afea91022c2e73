"""Commitments, ours and theirs: the register, the page of each, and what became of it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from c2m2a_crm.accounts.policies import can_export
from c2m2a_crm.core import ui
from c2m2a_crm.core.editing import EditConflict
from c2m2a_crm.core.lists import ListState
from c2m2a_crm.core.pages.settling import settled, shown_version
from c2m2a_crm.core.reads import note_reading
from c2m2a_crm.core.validity import today
from c2m2a_crm.core.views import HouseView, ListView, return_url, see_other, visible_or_404
from c2m2a_crm.engagement import policies
from c2m2a_crm.engagement.filters import CommitmentFilterSet
from c2m2a_crm.engagement.lists import COMMITMENT_COLUMNS, COMMITMENT_WORDS, made_by, state_dot
from c2m2a_crm.engagement.models import Commitment, CommitmentEvent
from c2m2a_crm.engagement.services import (
    EntryRefused,
    NothingToUndo,
    keep_commitment,
    release_commitment,
    reopen_commitment,
    set_commitment_terms,
    undo_commitment_event,
)
from c2m2a_crm.engagement.work_forms import KeepForm, ReleaseForm, TermsForm

OPEN, OURS, THEIRS, LATE, SETTLED = "open", "ours", "theirs", "late", "settled"
TABS = {
    OPEN: pgettext_lazy("commitments", "Open"),
    OURS: gettext_lazy("Ours"),
    THEIRS: gettext_lazy("Theirs"),
    LATE: gettext_lazy("Late"),
    SETTLED: gettext_lazy("Kept or released"),
}


def tab_condition(tab: str) -> Q:
    """What a tab shows, of rows with their state."""
    is_open = Q(state=Commitment.State.OPEN)
    match tab:
        case "ours":
            return is_open & Q(direction=Commitment.Direction.OURS)
        case "theirs":
            return is_open & Q(direction=Commitment.Direction.THEIRS)
        case "late":
            return is_open & Q(due_on__lt=today())
        case "settled":
            return ~is_open
    return is_open


def tab_url(tab: str) -> str:
    address = reverse("commitments:list")
    return address if tab == OPEN else f"{address}?{urlencode({'tab': tab})}"


class CommitmentListView(ListView):
    order_words = gettext_lazy("soonest due first")
    search_label = gettext_lazy("Filter by words or names")
    allowed = staticmethod(policies.can_read_log)
    list_key = "commitments"
    template_name = "engagement/commitment_list.html"
    filterset_class = CommitmentFilterSet
    columns = COMMITMENT_COLUMNS
    words = COMMITMENT_WORDS

    @property
    def tab(self) -> str:
        wanted = self.request.GET.get("tab", OPEN)
        return wanted if wanted in TABS else OPEN

    def known(self) -> QuerySet[Commitment]:
        return Commitment.objects.readable_by(self.request.user).of_live_contacts().with_state()

    def rows(self) -> QuerySet[Commitment]:
        return self.known().filter(tab_condition(self.tab))

    def default_order(self) -> list[Any]:
        """The oldest open promise first; of what is settled, the newest."""
        if self.tab == SETTLED:
            return [F("interaction__occurred_on").desc()]
        return [F("due_on").asc(nulls_last=True), "interaction__occurred_on"]

    def context(self, state: ListState) -> dict[str, Any]:
        counts = self.known().aggregate(
            **{f"tab_{key}": Count("pk", filter=tab_condition(key)) for key in TABS if key != SETTLED}
        )
        tabs = [
            {
                "label": label,
                "url": tab_url(key),
                "current": key == self.tab,
                "count": counts.get(f"tab_{key}"),
                "hot": key == LATE and bool(counts[f"tab_{LATE}"]),
            }
            for key, label in TABS.items()
        ]
        return {"tabs": tabs, "may_export": can_export(self.request.user)}


class _CommitmentView(HouseView):
    allowed = staticmethod(policies.can_read_log)

    def row(self, request: HttpRequest, pk: int) -> Commitment:
        """Visible means readable here: what was promised in a restricted entry shows nowhere but in that entry."""
        rows = Commitment.objects.readable_by(request.user).of_live_contacts().for_list()
        row: Commitment = visible_or_404(rows, request.user, pk=pk)
        note_reading(request.user, row)
        return row

    def page(
        self,
        request: HttpRequest,
        row: Commitment,
        *,
        keep_form: forms.Form | None = None,
        release_form: forms.Form | None = None,
        terms_form: forms.Form | None = None,
        conflict: EditConflict | None = None,
        status: int = 200,
    ) -> HttpResponse:
        context = {
            "row": row,
            "made_by": made_by(row),
            "state_dot": state_dot(row.state, row.due_on),  # type: ignore[attr-defined]  # annotated by for_list
            "is_open": row.state == Commitment.State.OPEN,  # type: ignore[attr-defined]  # as above
            "events": row.events.select_related("by").order_by("-pk"),
            "keep_form": keep_form or KeepForm(prefix="keep"),
            "release_form": release_form or ReleaseForm(prefix="release"),
            "terms_form": terms_form
            or TermsForm(
                prefix="terms", initial={"version": row.version, "due_on": row.due_on, "to_party": row.to_party}
            ),
            "conflict": conflict,
            "seen_version": shown_version(conflict),
            "can_judge": policies.can_judge_commitment(request.user, row),
            "page_errors": status in (409, 422),
        }
        return render(request, "engagement/commitment_detail.html", context, status=status)


class CommitmentDetailView(_CommitmentView):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.page(request, self.row(request, pk))


class _CommitmentActView(_CommitmentView):
    allowed = staticmethod(policies.can_log)
    http_method_names = ("post",)

    def answer(
        self, request: HttpRequest, pk: int, sentence: str, event: CommitmentEvent | None = None
    ) -> HttpResponse:
        """``event`` is what can be taken back; a second sending of the same made none."""
        ui.toast(request, sentence, undo_url=reverse("commitments:undo", args=[pk, event.pk]) if event else "")
        return see_other(request, return_url(request, reverse("commitments:detail", args=[pk])))


class CommitmentKeepView(_CommitmentActView):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.row(request, pk)
        form = KeepForm(request.POST, prefix="keep")
        if not form.is_valid():
            return self.page(request, row, keep_form=form, status=422)
        event = keep_commitment(actor=request.user, commitment=row, evidence=form.cleaned_data["note"])  # type: ignore[arg-type]  # signed in, by policy
        return self.answer(request, pk, _("Commitment kept."), event)


class CommitmentReleaseView(_CommitmentActView):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.row(request, pk)
        form = ReleaseForm(request.POST, prefix="release")
        if not form.is_valid():
            return self.page(request, row, release_form=form, status=422)
        try:
            event = release_commitment(actor=request.user, commitment=row, reason=form.cleaned_data["note"])  # type: ignore[arg-type]  # as above
        except EntryRefused as refusal:
            form.add_error("note", refusal.sentence)
            return self.page(request, row, release_form=form, status=422)
        return self.answer(request, pk, _("Commitment released."), event)


class CommitmentReopenView(_CommitmentActView):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        reopen_commitment(actor=request.user, commitment=self.row(request, pk))  # type: ignore[arg-type]  # as above
        return self.answer(request, pk, _("Commitment is open again."))


class CommitmentUndoView(_CommitmentActView):
    """Take back one event, unless something else became of the promise since."""

    def post(self, request: HttpRequest, pk: int, event: int = 0) -> HttpResponse:
        try:
            undo_commitment_event(actor=request.user, commitment=self.row(request, pk), event=event)  # type: ignore[arg-type]  # as above
        except NothingToUndo:
            ui.warn(request, _("Something else became of this commitment since. Nothing was undone."))
        else:
            ui.toast(request, _("Undone."))
        return see_other(request, return_url(request, reverse("commitments:detail", args=[pk])))


class CommitmentTermsView(_CommitmentActView):
    """By which day, and to whom."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.row(request, pk)
        form = TermsForm(request.POST, prefix="terms")
        if not form.is_valid():
            return self.page(request, row, terms_form=form, status=422)
        mine, theirs = settled(request, row.version)
        try:
            changed = set_commitment_terms(
                actor=request.user,  # type: ignore[arg-type]  # as above
                commitment=row,
                **form.cleaned_data,
                mine=mine,
                theirs=theirs,
            )
        except EditConflict as conflict:
            return self.page(request, row, terms_form=form, conflict=conflict, status=409)
        sentence = _("Nothing was changed.") if changed.version == row.version else _("Changes saved.")
        return self.answer(request, pk, sentence)


def exported_commitments(request: HttpRequest) -> ListState:
    view = CommitmentListView()
    view.setup(request)
    return view.state()
