"""Recording what was decided: admit, renew, suspend, waive, reinstate, end; and whom mail goes to."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.accounts.requests import SignedInRequest
from c2m2a_crm.core import ui
from c2m2a_crm.core.calendar_months import months_after
from c2m2a_crm.core.refusals import ActRefused
from c2m2a_crm.core.validity import today
from c2m2a_crm.core.views import see_other
from members.memberships import ending, services
from members.memberships.forms import (
    AdmitForm,
    ContactForm,
    EndForm,
    LeftForm,
    ReinstateForm,
    RenewForm,
    SuspendForm,
    WaiveForm,
)
from members.memberships.views.base import FormView, refuse
from members.memberships.views.records import membership_or_404
from members.models import Party

A_YEAR = 12


def a_year_from(first: date) -> date:
    """The last day of a term of twelve months."""
    return months_after(first, A_YEAR) - timedelta(days=1)


class AdmitView(FormView):
    """Admit an organization or a Nation; ``?party=`` names it."""

    heading = gettext_lazy("Admit a member")
    lede = gettext_lazy("The term and the decision that gives it. Whether somebody is a member follows from both.")
    submit = gettext_lazy("Admit")

    def get(self, request: SignedInRequest) -> HttpResponse:
        picked = request.GET.get("party", "")
        known = Party.objects.visible_to(request.user)
        party = known.filter(pk=int(picked)).first() if picked.isdecimal() and len(picked) < 19 else None
        start = {"party": party, "first": today(), "last": a_year_from(today())}
        return self.page(request, AdmitForm(initial=start))

    def post(self, request: SignedInRequest) -> HttpResponse:
        form = AdmitForm(request.POST)
        if form.is_valid():
            try:
                membership = services.admit(actor=request.user, ruling=form.ruling(), **form.given())
            except ActRefused as refused:
                refuse(form, refused)
            else:
                ui.toast(request, _("%(party)s is admitted.") % {"party": membership.party})
                return see_other(request, membership.get_absolute_url())
        return self.page(request, form, status=422)


class _ActView(FormView):
    """One decision on one membership."""

    form_class: ClassVar[Any]
    done: ClassVar[Any] = gettext_lazy("Recorded.")
    membership: Any

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if type(self).allowed(request.user):
            self.membership = membership_or_404(request.user, kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def back(self) -> tuple[str, str]:
        return reverse("memberships:detail", args=[self.membership.pk]), str(self.membership.party)

    def start(self) -> dict[str, Any]:
        return {}

    def act(self, actor: Any, form: Any) -> None:
        """The one service of the decision."""

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        return self.page(request, self.form_class(initial=self.start()))

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        form: forms.Form = self.form_class(request.POST)
        if form.is_valid():
            try:
                self.act(request.user, form)
            except ActRefused as refused:
                refuse(form, refused)
            else:
                ui.toast(request, self.done)
                return see_other(request, self.back()[0])
        return self.page(request, form, status=422)


class RenewView(_ActView):
    heading = gettext_lazy("Renew the membership")
    lede = gettext_lazy("The term goes on from the day after its present end.")
    submit = gettext_lazy("Renew")
    done = gettext_lazy("Renewed.")
    form_class = RenewForm

    def start(self) -> dict[str, Any]:
        last = self.membership.last_day
        return {"last": a_year_from(last + timedelta(days=1))} if last else {}

    def act(self, actor: Any, form: Any) -> None:
        services.renew(actor=actor, membership=self.membership, ruling=form.ruling(), **form.given())


class SuspendView(_ActView):
    heading = gettext_lazy("Suspend the membership")
    lede = gettext_lazy("The member has no rights on these days; the term runs on.")
    submit = gettext_lazy("Suspend")
    form_class = SuspendForm

    def start(self) -> dict[str, Any]:
        return {"first": today()}

    def act(self, actor: Any, form: Any) -> None:
        services.suspend(actor=actor, membership=self.membership, ruling=form.ruling(), **form.given())


class WaiveView(_ActView):
    heading = gettext_lazy("Waive the dues")
    lede = gettext_lazy("The member counts as one on these days, though the term is over.")
    submit = gettext_lazy("Waive")
    form_class = WaiveForm

    def start(self) -> dict[str, Any]:
        last = self.membership.last_day
        first = max(today(), last + timedelta(days=1)) if last else today()
        return {"first": first, "last": a_year_from(first)}

    def act(self, actor: Any, form: Any) -> None:
        services.waive(actor=actor, membership=self.membership, ruling=form.ruling(), **form.given())


class _EndingView(_ActView):
    """Asks what becomes of what the member's people hold; what nobody chose to end stays."""

    template_name = "memberships/end.html"

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        form = self.form_class(initial=self.start())
        self.ask(form)
        return self.page(request, form)

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        form = self.form_class(request.POST)
        self.ask(form)
        if form.is_valid():
            try:
                self.act(request.user, form)
            except ActRefused as refused:
                refuse(form, refused)
            else:
                ui.toast(request, self.done)
                return see_other(request, self.back()[0])
        return self.page(request, form, status=422)

    def ask(self, form: Any) -> None:
        user: Any = self.request.user
        form.ask(ending.what_is_asked(user, self.membership, today()))

    def page(self, request: SignedInRequest, form: forms.Form, *, status: int = 200, **more: Any) -> HttpResponse:
        return super().page(request, form, status=status, member=self.membership.party, **more)


class EndView(_EndingView):
    heading = gettext_lazy("End the membership")
    lede = gettext_lazy("It stays on file with everything that was decided. It can be reinstated.")
    submit = gettext_lazy("End the membership")
    done = gettext_lazy("The end is recorded.")
    form_class = EndForm

    def start(self) -> dict[str, Any]:
        return {"last": today()}

    def act(self, actor: Any, form: Any) -> None:
        services.end(
            actor=actor, membership=self.membership, ruling=form.ruling(), choices=form.choices_made(), **form.given()
        )


class LeftView(_EndingView):
    """Of a membership that is over: what its people still hold."""

    heading = gettext_lazy("What is left of the membership")
    lede = gettext_lazy("Nothing ended by itself with the membership. What you choose to end, ends after this day.")
    submit = gettext_lazy("Save")
    done = gettext_lazy("Saved.")
    form_class = LeftForm

    def start(self) -> dict[str, Any]:
        return {"last": today()}

    def act(self, actor: Any, form: Any) -> None:
        ending.see_to_what_is_left(
            actor=actor,
            membership=self.membership,
            last_day=form.cleaned_data["last"],
            choices=form.choices_made(),
        )


class ReinstateView(_ActView):
    heading = gettext_lazy("Reinstate the member")
    lede = gettext_lazy("An end or a suspension is taken back from that day on.")
    submit = gettext_lazy("Reinstate")
    done = gettext_lazy("Reinstated.")
    form_class = ReinstateForm

    def start(self) -> dict[str, Any]:
        return {"first": today()}

    def act(self, actor: Any, form: Any) -> None:
        services.reinstate(actor=actor, membership=self.membership, ruling=form.ruling(), **form.given())


class ContactView(_ActView):
    heading = gettext_lazy("Contact person of the membership")
    submit = gettext_lazy("Save")
    done = gettext_lazy("Saved.")
    form_class = ContactForm

    def start(self) -> dict[str, Any]:
        return {"contact": self.membership.contact}

    def act(self, actor: Any, form: Any) -> None:
        services.set_contact(actor=actor, membership=self.membership, contact=form.cleaned_data["contact"])
