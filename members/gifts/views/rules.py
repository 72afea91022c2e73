"""The registration as a charity and the rules on gifts: whoever sees gifts reads them, administrators set them."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.accounts.requests import SignedInRequest
from c2m2a_crm.core import dates, ui
from c2m2a_crm.core.models import Installation
from c2m2a_crm.core.refusals import ActRefused
from c2m2a_crm.core.validity import today
from c2m2a_crm.core.views import HouseView, see_other
from members.gifts import policies, rules
from members.gifts.forms import EndForm, RegistrationForm, RuleForm
from members.gifts.views.base import GiftsFormView
from members.memberships.views.base import refuse
from members.models import CharityRegistration, GiftRule


def number_words(rule: GiftRule) -> str:
    return dates.percent(rule.number) if rule.subject == GiftRule.Subject.ADVANTAGE else dates.money(rule.number)


class RulesView(HouseView):
    allowed = staticmethod(policies.can_see_gifts)
    http_method_names = ("get", "head", "options")

    def get(self, request: SignedInRequest) -> HttpResponse:
        current = {rule.subject: rule for rule in GiftRule.objects.visible_to(request.user).on(today())}
        lines = []
        for subject in GiftRule.Subject:
            rule = current.get(subject.value)
            words = number_words(rule) if rule else ""
            lines.append({"subject": subject.value, "label": subject.label, "rule": rule, "number": words})
        context = {
            "registrations": list(CharityRegistration.objects.visible_to(request.user).order_by("-valid", "-pk")),
            "rules": lines,
            "is_charity": Installation.current().is_registered_charity,
            "may_set": policies.can_set_gift_rules(request.user),
        }
        return render(request, "gifts/rules.html", context)


class _RulesFormView(GiftsFormView):
    allowed = staticmethod(policies.can_set_gift_rules)
    form_class: Any

    def back(self) -> tuple[str, str]:
        return reverse("gifts:rules"), _("Rules on gifts")

    def start(self, request: SignedInRequest, address: dict[str, Any]) -> dict[str, Any]:
        return {}

    def act(self, request: SignedInRequest, form: Any, address: dict[str, Any]) -> None:
        """The one service of the act."""

    def get(self, request: SignedInRequest, **address: Any) -> HttpResponse:
        return self.page(request, self.form_class(initial=self.start(request, address)))

    def post(self, request: SignedInRequest, **address: Any) -> HttpResponse:
        self.start(request, address)
        form = self.form_class(request.POST)
        if form.is_valid():
            try:
                self.act(request, form, address)
            except ActRefused as refused:
                refuse(form, refused)
            else:
                ui.toast(request, _("Saved."))
                return see_other(request, self.back()[0])
        return self.page(request, form, status=422)


class RegistrationView(_RulesFormView):
    heading = gettext_lazy("Set the registration as a charity")
    lede = gettext_lazy("Receipts say what stands here, so it must be as the Canada Revenue Agency has it on file.")
    submit = gettext_lazy("Set the registration")
    form_class = RegistrationForm

    def start(self, request: SignedInRequest, address: dict[str, Any]) -> dict[str, Any]:
        return {"first": today()}

    def act(self, request: SignedInRequest, form: Any, address: dict[str, Any]) -> None:
        rules.set_registration(actor=request.user, **form.given())


class RegistrationEndView(_RulesFormView):
    submit = gettext_lazy("End the registration")
    form_class = EndForm

    def start(self, request: SignedInRequest, address: dict[str, Any]) -> dict[str, Any]:
        rows = CharityRegistration.objects.visible_to(request.user)
        self.registration: CharityRegistration = get_object_or_404(rows, pk=address["pk"])
        self.heading = _("End the registration %(number)s") % {"number": self.registration}
        return {"last": today()}

    def act(self, request: SignedInRequest, form: Any, address: dict[str, Any]) -> None:
        rules.end_registration(actor=request.user, registration=self.registration, **form.given())


class RuleView(_RulesFormView):
    submit = gettext_lazy("Save")
    form_class = RuleForm

    def start(self, request: SignedInRequest, address: dict[str, Any]) -> dict[str, Any]:
        subject = address["subject"]
        if subject not in GiftRule.Subject:
            raise Http404
        self.heading = GiftRule.Subject(subject).label
        rule = rules.rule_on(subject, today())
        start = {"first": today()}
        if rule is None:
            return start
        kept = ("number", "source_en", "source_fr", "is_confirmed")
        return {**start, **{name: getattr(rule, name) for name in kept}}

    def act(self, request: SignedInRequest, form: Any, address: dict[str, Any]) -> None:
        rules.set_rule(actor=request.user, subject=address["subject"], **form.given())
