"""How often members of each tier are to hear from us: the office's rules, with the days on which they hold."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from c2m2a_crm.core import ui
from c2m2a_crm.core.pages.versioned import take_errors
from c2m2a_crm.core.validity import today
from c2m2a_crm.core.views import HouseView, see_other
from c2m2a_crm.engagement import policies
from c2m2a_crm.engagement.models import Rhythm
from c2m2a_crm.engagement.rhythm import REPLY_WITHIN_DAYS
from c2m2a_crm.engagement.rhythm_forms import TierRhythmForm
from c2m2a_crm.engagement.services import set_tier_rhythm
from members.models import MembershipTier


class RhythmsView(HouseView):
    """The rules of every tier, now and before."""

    allowed = staticmethod(policies.can_set_rhythms)

    def get(self, request: HttpRequest) -> HttpResponse:
        rules: dict[int, list[Rhythm]] = {}
        for rule in Rhythm.objects.visible_to(request.user).order_by("-valid", "-pk"):
            rules.setdefault(rule.tier_id, []).append(rule)
        rows = [
            {"tier": tier, "rules": rules.get(tier.pk, []), "url": reverse("rhythms:set", args=[tier.pk])}
            for tier in MembershipTier.objects.visible_to(request.user).order_by("position", "pk")
        ]
        return render(request, "pulse/rhythm_list.html", {"rows": rows, "reply_days": REPLY_WITHIN_DAYS})


class RhythmSetView(HouseView):
    """A new number of days from a day on."""

    allowed = staticmethod(policies.can_set_rhythms)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        tier = get_object_or_404(MembershipTier, pk=pk)
        present = Rhythm.objects.on(today()).filter(tier=tier).values_list("days", flat=True).first()
        return self.page(tier, TierRhythmForm(initial={"days": present, "first": today()}))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        tier, form = get_object_or_404(MembershipTier, pk=pk), TierRhythmForm(request.POST)
        if form.is_valid():
            actor: Any = request.user
            data = {**form.cleaned_data, "first": form.cleaned_data["first"] or today()}
            try:
                set_tier_rhythm(actor=actor, tier=tier, **data)
            except ValidationError as refused:
                take_errors(form, refused)
            else:
                ui.toast(request, _("Changes saved."))
                return see_other(request, reverse("rhythms:list"))
        return self.page(tier, form, status=422)

    def page(self, tier: MembershipTier, form: TierRhythmForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "tier": tier, "page_errors": bool(form.errors)}
        return render(self.request, "pulse/rhythm_form.html", context, status=status)
