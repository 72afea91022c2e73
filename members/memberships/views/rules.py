"""Tiers, dues and clocks: everybody reads them, administrators set them."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.accounts.requests import SignedInRequest
from c2m2a_crm.core import ui
from c2m2a_crm.core.editing import EditConflict
from c2m2a_crm.core.refusals import ActRefused
from c2m2a_crm.core.validity import first_day, last_day, today
from c2m2a_crm.core.views import HouseView, see_other
from members.dues.paper import percent_words
from members.memberships import policies, rules
from members.memberships.forms import ClockForm, DuesForm, TierForm
from members.memberships.views.base import FormView, refuse
from members.models import DuesRate, DuesTax, MembershipClock, MembershipTier

_TIER_FIELDS = ("name_en", "name_fr", "about_en", "about_fr", "kinds", "position")


class RulesView(HouseView):
    allowed = staticmethod(policies.can_see_memberships)
    http_method_names = ("get", "head", "options")

    def get(self, request: SignedInRequest) -> HttpResponse:
        tiers = MembershipTier.objects.visible_to(request.user)
        rates: dict[int, list[DuesRate]] = {}
        known = DuesRate.objects.visible_to(request.user).filter(tier__in=tiers)
        for rate in known.order_by("tier", "-valid"):
            rates.setdefault(rate.tier_id, []).append(rate)
        clocks = rules.clocks_on(today())
        context = {
            "tiers": [{"tier": tier, "rates": rates.get(tier.pk, [])} for tier in tiers],
            "clocks": [
                {"subject": subject, "label": label, "clock": clocks.get(subject)}
                for subject, label in MembershipClock.Subject.choices
            ],
            "taxes": [
                {"tax": tax, "rate": percent_words(tax.percent)}
                for tax in DuesTax.objects.visible_to(request.user)
                .select_related("jurisdiction")
                .order_by("name_en", "-valid", "pk")
            ],
            "may_set": policies.can_set_membership_rules(request.user),
        }
        return render(request, "memberships/rules.html", context)


class _RuleView(FormView):
    allowed = staticmethod(policies.can_set_membership_rules)

    def back(self) -> tuple[str, str]:
        return reverse("memberships:rules"), _("Tiers and dues")


class TierCreateView(_RuleView):
    heading = gettext_lazy("Add a tier")
    submit = gettext_lazy("Add tier")

    def get(self, request: SignedInRequest) -> HttpResponse:
        return self.page(request, TierForm(initial={"first": today()}))

    def post(self, request: SignedInRequest) -> HttpResponse:
        form = TierForm(request.POST)
        if form.is_valid():
            try:
                rules.add_tier(actor=request.user, **form.cleaned_data)
            except (ActRefused, ValidationError) as refused:
                refuse(form, refused)
            else:
                ui.toast(request, _("Tier added."))
                return see_other(request, self.back()[0])
        return self.page(request, form, status=422)


class TierEditView(_RuleView):
    heading = gettext_lazy("Change the tier")
    lede = gettext_lazy("Memberships that stand in it stay in it.")
    submit = gettext_lazy("Save")

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        tier = tier_or_404(request, pk)
        start: dict[str, Any] = {name: getattr(tier, name) for name in _TIER_FIELDS}
        start |= {"first": first_day(tier.valid), "last": last_day(tier.valid)}
        return self.page(request, TierForm(initial=start), version=tier.version)

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        tier = tier_or_404(request, pk)
        form = TierForm(request.POST)
        text = request.POST.get("version", "")
        version = int(text) if text.isdecimal() and len(text) < 9 else tier.version
        if form.is_valid():
            try:
                rules.update_tier(actor=request.user, tier=tier, version=version, changes=form.cleaned_data)
            except (ActRefused, ValidationError) as refused:
                refuse(form, refused)
            except EditConflict as conflict:
                form.add_error(None, _("Somebody else changed the same. Look at the page again, then save."))
                return self.page(request, form, status=409, version=conflict.current_version)
            else:
                ui.toast(request, _("Saved."))
                return see_other(request, self.back()[0])
        return self.page(request, form, status=422, version=version)


class DuesView(_RuleView):
    """Other dues from a day on; the days before stay as they were."""

    submit = gettext_lazy("Set dues")

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        self.name(tier_or_404(request, pk))
        return self.page(request, DuesForm(initial={"first": today()}))

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        tier = tier_or_404(request, pk)
        self.name(tier)
        form = DuesForm(request.POST)
        if form.is_valid():
            try:
                rules.set_dues(actor=request.user, tier=tier, **form.cleaned_data)
            except (ActRefused, ValidationError) as refused:
                refuse(form, refused)
            else:
                ui.toast(request, _("Dues set."))
                return see_other(request, self.back()[0])
        return self.page(request, form, status=422)

    def name(self, tier: MembershipTier) -> None:
        self.heading = _("Dues of the tier “%(tier)s”") % {"tier": tier}


class ClockView(_RuleView):
    """Other days or months from a day on."""

    submit = gettext_lazy("Set it")

    def get(self, request: SignedInRequest, subject: str) -> HttpResponse:
        self.name(subject)
        present = rules.clock_on(subject, today())
        start: dict[str, Any] = {"first": today()}
        if present is not None:
            start |= {name: getattr(present, name) for name in ("source_en", "source_fr", "is_confirmed")}
            start["numbers"] = ", ".join(str(number) for number in present.numbers)
        return self.page(request, ClockForm(initial=start, subject=subject))

    def post(self, request: SignedInRequest, subject: str) -> HttpResponse:
        self.name(subject)
        form = ClockForm(request.POST, subject=subject)
        if form.is_valid():
            try:
                rules.set_clock(actor=request.user, subject=subject, **form.cleaned_data)
            except ActRefused as refused:
                refuse(form, refused)
            else:
                ui.toast(request, _("Saved."))
                return see_other(request, self.back()[0])
        return self.page(request, form, status=422)

    def name(self, subject: str) -> None:
        if subject not in MembershipClock.Subject:
            raise Http404
        self.heading = MembershipClock.Subject(subject).label


def tier_or_404(request: SignedInRequest, pk: int) -> MembershipTier:
    found: MembershipTier = get_object_or_404(MembershipTier.objects.visible_to(request.user), pk=pk)
    return found
