"""Follow-ups: mine, everybody's; done, later, somebody else's. A row changes in place; without script, the page."""

from __future__ import annotations

from abc import abstractmethod
from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.accounts.policies import can_export
from c2m2a_crm.core import dates, ui
from c2m2a_crm.core.lists import ListState
from c2m2a_crm.core.validity import today
from c2m2a_crm.core.views import HouseView, ListView, return_url, see_other, visible_or_404
from c2m2a_crm.engagement import policies
from c2m2a_crm.engagement.filters import FollowUpFilterSet
from c2m2a_crm.engagement.home import steps_figure
from c2m2a_crm.engagement.later import Day, snooze_days
from c2m2a_crm.engagement.lists import FOLLOW_UP_COLUMNS, FOLLOW_UP_WORDS, late_mark
from c2m2a_crm.engagement.models import FollowUp
from c2m2a_crm.engagement.querysets import FollowUpQuerySet
from c2m2a_crm.engagement.services import (
    EntryRefused,
    NothingToUndo,
    add_follow_up,
    finish_follow_up,
    hand_over_follow_up,
    reopen_follow_up,
    snooze_follow_up,
    undo_follow_up,
)
from c2m2a_crm.engagement.work_forms import FollowUpForm, HandOverForm, SnoozeForm
from members.models import Party, Person
from members.selectors import find_parties, find_people

MINE, LATE, EVERYONE, DONE = "mine", "late", "everyone", "done"
TABS = {
    MINE: gettext_lazy("Mine"),
    LATE: gettext_lazy("Late"),
    EVERYONE: gettext_lazy("Everybody’s"),
    DONE: gettext_lazy("Done"),
}


def bucket(row: FollowUp) -> str:
    """Under which heading an open follow-up stands."""
    now = today()
    if row.due_on is None:
        return _("No date")
    if row.due_on < now:
        return _("Late")
    if row.due_on == now:
        return _("Today")
    return _("This week") if row.due_on < now + timedelta(days=7 - now.weekday()) else _("Later")


class FollowUpListView(ListView):
    order_words = gettext_lazy("soonest due first")
    search_label = gettext_lazy("Filter by words or names")
    allowed = staticmethod(policies.can_read_log)
    list_key = "follow-ups"
    template_name = "engagement/follow_up_list.html"
    filterset_class = FollowUpFilterSet
    columns = FOLLOW_UP_COLUMNS
    words = FOLLOW_UP_WORDS
    results_template = "engagement/_follow_up_results.html"

    @property
    def tab(self) -> str:
        wanted = self.request.GET.get("tab", MINE)
        return wanted if wanted in TABS else MINE

    def known(self) -> FollowUpQuerySet:
        rows: FollowUpQuerySet = FollowUp.objects.readable_by(self.request.user).filter(withdrawn_at__isnull=True)
        return rows

    def rows(self) -> FollowUpQuerySet:
        match self.tab:
            case "late":
                return self.known().late().filter(assignee_id=self.request.user.pk)
            case "everyone":
                return self.known().open()
            case "done":
                return self.known().filter(done_at__isnull=False)
        return self.known().open().filter(assignee_id=self.request.user.pk)

    def default_order(self) -> list[Any]:
        return [F("done_at").desc()] if self.tab == DONE else [F("due_on").asc(nulls_last=True)]

    def context(self, state: ListState) -> dict[str, Any]:
        mine = Q(assignee_id=self.request.user.pk, done_at__isnull=True)
        counts = self.known().aggregate(
            mine=Count("pk", filter=mine),
            late=Count("pk", filter=mine & Q(due_on__lt=today())),
            everyone=Count("pk", filter=Q(done_at__isnull=True)),
        )
        tabs = [
            {
                "label": label,
                "url": tab_url(key),
                "current": key == self.tab,
                "count": counts.get(key),
                "hot": key == LATE and bool(counts[LATE]),
            }
            for key, label in TABS.items()
        ]
        return {
            "tab": self.tab,
            "tabs": tabs,
            "groups": grouped(state.records) if self.tab != DONE else [("", state.records)],
            "can_work": policies.can_log(self.request.user),
            "may_export": can_export(self.request.user),
            "snooze_days": snooze_days(),
        }


def tab_url(tab: str) -> str:
    address = reverse("follow_ups:list")
    return address if tab == MINE else f"{address}?{urlencode({'tab': tab})}"


def grouped(rows: list[FollowUp]) -> list[tuple[str, list[FollowUp]]]:
    groups: dict[str, list[FollowUp]] = {}
    for row in rows:
        groups.setdefault(bucket(row), []).append(row)
    return list(groups.items())


class _FollowUpActView(HouseView):
    """One act on one row. htmx gets the row as it is now and the toast; everybody else the page they came from."""

    allowed = staticmethod(policies.can_log)

    def row(self, request: HttpRequest, pk: int) -> FollowUp:
        rows = FollowUp.objects.readable_by(request.user).filter(withdrawn_at__isnull=True).for_list()
        row: FollowUp = visible_or_404(rows, request.user, pk=pk)
        return row

    @abstractmethod
    def act(self, request: HttpRequest, row: FollowUp) -> tuple[FollowUp, str]:
        """The row after the act, and the sentence that says what happened."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.row(request, pk)
        before = row.version
        try:
            row, sentence = self.act(request, row)
        except EntryRefused as refusal:
            return self.refused(request, row, refusal.sentence)
        undo = reverse("follow_ups:undo", args=[pk, row.version]) if row.version != before else ""
        ui.toast(request, sentence, undo_url=undo)
        return answer(request, self.row(request, pk))

    def refused(self, request: HttpRequest, row: FollowUp, sentence: str) -> HttpResponse:
        if request.htmx:  # type: ignore[attr-defined]  # set by its middleware
            return row_fragment(request, row, problem=sentence, status=422)
        ui.warn(request, sentence)
        return redirect(return_url(request, reverse("follow_ups:list")))


def answer(request: HttpRequest, row: FollowUp) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]  # set by its middleware
        return row_fragment(request, row)
    return see_other(request, return_url(request, reverse("follow_ups:list")))


def row_fragment(request: HttpRequest, row: FollowUp, *, problem: str = "", status: int = 200) -> HttpResponse:
    here = request.htmx.current_url_abs_path or reverse("follow_ups:list")  # type: ignore[attr-defined]  # as above
    context = {"row": row, "problem": problem, "can_work": True, "here": here, "with_toasts": True}
    if request.POST.get("card") == "record":
        about = row.person if row.person and row.person.get_absolute_url() == urlsplit(here).path else row.party
        context["mark"] = late_mark(request.user, about, is_brought_anew=True) if about else ""
        return render(request, "engagement/_follow_up_panel_row.html", context, status=status)
    context["snooze_days"] = snooze_days()
    context["figures"] = [steps_figure(request.user)] if urlsplit(here).path == "/" else []
    return render(request, "engagement/_follow_up_row.html", context, status=status)


class FollowUpDoneView(_FollowUpActView):
    http_method_names = ("post",)

    def act(self, request: HttpRequest, row: FollowUp) -> tuple[FollowUp, str]:
        return finish_follow_up(actor=request.user, follow_up=row), _("Follow-up done.")  # type: ignore[arg-type]  # signed in, by policy


class FollowUpReopenView(_FollowUpActView):
    http_method_names = ("post",)

    def act(self, request: HttpRequest, row: FollowUp) -> tuple[FollowUp, str]:
        return reopen_follow_up(actor=request.user, follow_up=row), _("Follow-up is open again.")  # type: ignore[arg-type]  # as above


class FollowUpSnoozeView(_FollowUpActView):
    """Later: one of the days of the menu, or any day on a page of its own."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.page(request, self.row(request, pk), SnoozeForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.form = SnoozeForm(request.POST)
        if not self.form.is_valid():
            row = self.row(request, pk)
            if request.htmx:  # type: ignore[attr-defined]  # set by its middleware
                return row_fragment(request, row, problem=str(self.form.errors["until"][0]), status=422)
            return self.page(request, row, self.form, status=422)
        return super().post(request, pk)

    def act(self, request: HttpRequest, row: FollowUp) -> tuple[FollowUp, str]:
        until = self.form.cleaned_data["until"]
        moved = snooze_follow_up(actor=request.user, follow_up=row, until=until)  # type: ignore[arg-type]  # as above
        return moved, _("Moved to %(day)s.") % {"day": dates.long_date(until)}

    def page(self, request: HttpRequest, row: FollowUp, form: SnoozeForm, *, status: int = 200) -> HttpResponse:
        context = {"row": row, "form": form, "snooze_days": snooze_days(), "page_errors": bool(form.errors)}
        return render(request, "engagement/follow_up_snooze.html", context, status=status)


class FollowUpHandOverView(_FollowUpActView):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.row(request, pk)
        return self.page(request, row, HandOverForm(present=row.assignee))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.row(request, pk)
        self.form = HandOverForm(request.POST, present=row.assignee)
        if not self.form.is_valid():
            return self.page(request, row, self.form, status=422)
        return super().post(request, pk)

    def act(self, request: HttpRequest, row: FollowUp) -> tuple[FollowUp, str]:
        assignee = self.form.chosen_assignee()
        handed = hand_over_follow_up(actor=request.user, follow_up=row, assignee=assignee)  # type: ignore[arg-type]  # as above
        return handed, _("Handed over to %(name)s.") % {"name": assignee.name}

    def refused(self, request: HttpRequest, row: FollowUp, sentence: str) -> HttpResponse:
        self.form.add_error("assignee", sentence)
        return self.page(request, row, self.form, status=422)

    def page(self, request: HttpRequest, row: FollowUp, form: HandOverForm, *, status: int = 200) -> HttpResponse:
        context = {"row": row, "form": form, "page_errors": bool(form.errors)}
        return render(request, "engagement/follow_up_hand_over.html", context, status=status)


class FollowUpUndoView(_FollowUpActView):
    """Take back the act that made this version, unless somebody did more meanwhile."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int, version: int = 0) -> HttpResponse:
        row = self.row(request, pk)
        try:
            undo_follow_up(actor=request.user, follow_up=row, version=version)  # type: ignore[arg-type]  # signed in, by policy
        except NothingToUndo:
            ui.warn(request, _("Somebody changed this follow-up since. Nothing was undone."))
        except EntryRefused as refusal:
            ui.warn(request, refusal.sentence)
        else:
            ui.toast(request, _("Undone."))
        return see_other(request, return_url(request, reverse("follow_ups:list")))


class FollowUpCreateView(HouseView):
    """A next step that no contact gave birth to, about somebody or about nobody."""

    allowed = staticmethod(policies.can_log)
    most_found: ClassVar[int] = 6

    def get(self, request: HttpRequest) -> HttpResponse:
        about = self.about([f"{kind}:{request.GET[kind]}" for kind in ("person", "party") if kind in request.GET])
        form = FollowUpForm(initial={"assignee": request.user.pk, "token": uuid4()})
        return self.page(request, form, about)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = FollowUpForm(request.POST)
        typed = request.POST.get("about_text", "").strip()
        about = self.about(request.POST.getlist("about"))
        problem = ""
        if typed and (found := self.named(typed)):
            about, typed = [found], ""
        elif typed:
            problem = _("Nobody and nothing on file has exactly this name. Pick one from the list, or leave it empty.")
        if form.is_valid() and not problem:
            record = about[0] if about else None
            try:
                row = add_follow_up(
                    actor=request.user,  # type: ignore[arg-type]  # signed in, by policy
                    text=form.cleaned_data["text"],
                    assignee=form.chosen_assignee(),
                    due_on=form.cleaned_data["due_on"],
                    person=record if isinstance(record, Person) else None,
                    party=record if isinstance(record, Party) else None,
                    token=form.cleaned_data["token"],
                )
            except EntryRefused as refusal:
                form.add_error(refusal.field, refusal.sentence)
            else:
                ui.toast(request, _("Follow-up added for %(name)s.") % {"name": row.assignee.name})
                return see_other(request, return_url(request, reverse("follow_ups:list")))
        return self.page(request, form, about, text=typed, problem=problem, status=422)

    def about(self, tokens: list[str]) -> list[Person | Party]:
        """The records that the tokens mean, if they exist for this person."""
        user = self.request.user
        found: list[Person | Party] = []
        for token in tokens[:1]:
            kind, _colon, number = token.partition(":")
            if number.isdecimal() and len(number) < 19:
                people = Person.objects.filter(anonymised_on__isnull=True)
                rows = people.visible_to(user) if kind == "person" else Party.objects.visible_to(user)
                found += rows.filter(pk=int(number))
        return found

    def named(self, text: str) -> Person | Party | None:
        """The one record that bears the typed name; nothing is guessed between two."""
        user: Any = self.request.user
        hits = [*find_people(user, text, limit=self.most_found), *find_parties(user, text, limit=self.most_found)]
        exact = [hit.record for hit in hits if hit.title.casefold() == text.casefold()]
        return exact[0] if len(exact) == 1 else None

    def page(
        self,
        request: HttpRequest,
        form: FollowUpForm,
        about: list[Person | Party],
        *,
        text: str = "",
        problem: str = "",
        status: int = 200,
    ) -> HttpResponse:
        tokens = [
            {
                "value": f"{'person' if isinstance(record, Person) else 'party'}:{record.pk}",
                "label": str(record),
                "mark_key": record.pk,
                "party": isinstance(record, Party),
            }
            for record in about
        ]
        context = {
            "form": form,
            "about": tokens,
            "about_text": text,
            "about_error": problem,
            "next": request.POST.get("next") or request.GET.get("next", ""),
            "page_errors": bool(form.errors or problem),
            "quick_days": [Day(_("Today"), today()), *snooze_days()],
        }
        return render(request, "engagement/follow_up_form.html", context, status=status)


class FollowUpAboutView(HouseView):
    """Options of the field that says whom a follow-up is about."""

    allowed = staticmethod(policies.can_log)

    def get(self, request: HttpRequest) -> HttpResponse:
        text = request.GET.get("q", "").strip()[:200]
        user: Any = request.user
        people = find_people(user, text, limit=6) if text else []
        parties = find_parties(user, text, limit=4) if text else []
        options = [
            {"value": f"person:{hit.pk}", "label": hit.title, "note": hit.note, "mark_key": hit.pk} for hit in people
        ] + [
            {"value": f"party:{hit.pk}", "label": hit.title, "note": hit.note, "mark_key": hit.pk, "party": True}
            for hit in parties
        ]
        return render(request, "components/combobox_options.html", {"options": options, "query": text})


def exported_follow_ups(request: HttpRequest) -> ListState:
    view = FollowUpListView()
    view.setup(request)
    return view.state()
