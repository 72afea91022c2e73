"""The review before a notice is sent, the sending, and what became of each copy."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from c2m2a_crm.core import dates, ui
from c2m2a_crm.core.text import Fold
from c2m2a_crm.core.views import HouseView, see_other, visible_or_404
from c2m2a_crm.outreach import emails, policies, selectors, services
from c2m2a_crm.outreach.forms import SendForm
from c2m2a_crm.outreach.lists import (
    outcome_dot,
    reason_of,
    state_tag,
)
from c2m2a_crm.outreach.models import Campaign, Delivery
from c2m2a_crm.outreach.querysets import Outcome
from c2m2a_crm.outreach.views.writing import campaign_or_404

PEOPLE_SHOWN = 100
# The style of the message stands inside it; the frame takes scripts, forms, links and cookies away.
_PREVIEW_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"


class CampaignDetailView(HouseView):
    """A draft as it would go out, with who gets it; a notice that was sent, with what became of each copy."""

    allowed = staticmethod(policies.can_see_campaigns)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return campaign_page(request, campaign_or_404(request, pk))


def campaign_page(
    request: HttpRequest, campaign: Campaign, *, form: SendForm | None = None, refused: Any = (), status: int = 200
) -> HttpResponse:
    common = {
        "campaign": campaign,
        "refused": refused,
        "previews": _previews(campaign),
        "can_edit": policies.can_edit_campaign(request.user, campaign),
        "page_errors": bool(refused or (form and form.errors)),
    }
    if campaign.started_at is None:
        context = common | _review(request, campaign, form)
        return render(request, "outreach/campaign_review.html", context, status=status)
    return render(request, "outreach/campaign_result.html", common | _result(request, campaign), status=status)


def _previews(campaign: Campaign) -> list[dict[str, str]]:
    return [
        {
            "language": language,
            "subject": getattr(campaign, f"subject_{language}"),
            "text": getattr(campaign, f"body_{language}"),
            "url": reverse("campaigns:preview", args=[campaign.pk, language]),
        }
        for language in emails.languages_to_preview(campaign)
    ]


def _review(request: HttpRequest, campaign: Campaign, form: SendForm | None) -> dict[str, Any]:
    found = selectors.find_audience(request.user, campaign.audience_key, campaign.audience_id)
    if found is None:
        return {"found": None, "audience_gone": services.AUDIENCE_GONE, "step": 3}
    plan = selectors.plan_of(request.user, campaign, found)
    checks = selectors.checks_of(request.user, campaign, plan)
    may_send = policies.can_send_campaign(request.user, campaign) and found.entry.allowed(request.user, found.record)
    return {
        "found": found,
        "audience_label": found.entry.label,
        "audience_url": found.url,
        "plan": plan,
        "languages": _languages(plan.by_language),
        "checks": checks,
        "met": sum(check.is_met for check in checks),
        "is_ready": all(check.is_met for check in checks),
        "may_send": may_send and campaign.is_draft,
        "send_form": form or SendForm(initial={"seen": plan.fingerprint}),
        "step": 3,
    }


def _languages(numbers: Counter[str]) -> list[tuple[str, int]]:
    labels = (("en", _("in English")), ("fr", _("in French")), ("", _("in both languages")))
    return [(label, numbers[key]) for key, label in labels if numbers[key]]


def _progress(campaign: Campaign) -> dict[str, Any]:
    outcomes = selectors.outcomes_of([campaign])[campaign.pk]
    address = reverse("campaigns:deliveries")
    tones = {Outcome.FAILED: "bad", Outcome.IN_DOUBT: "bad"}
    going = sum(number for outcome, number in outcomes.items() if outcome != Outcome.HELD_BACK)
    is_finished = selectors.is_finished(outcomes)
    figures = [
        {
            "label": outcome.label,
            "value": dates.number(outcomes[outcome]),
            "url": f"{address}?campaign={campaign.pk}&outcome={outcome}",
            "trend_tone": tones.get(outcome, ""),
        }
        for outcome in Outcome
        if outcomes[outcome] or outcome == Outcome.ACCEPTED
    ]
    waiting = outcomes[Outcome.WAITING] + outcomes[Outcome.HANDING_OVER]
    return {
        "figures": figures[:5],
        "outcomes": {outcome.value: outcomes[outcome] for outcome in Outcome},
        "done": going - waiting,
        "total": going,
        "is_finished": is_finished,
        "state_tag": state_tag(campaign, outcomes),
        "progress_url": "" if is_finished else reverse("campaigns:progress", args=[campaign.pk]),
    }


def _result(request: HttpRequest, campaign: Campaign) -> dict[str, Any]:
    can_send_again = policies.can_send_again(request.user, campaign)
    rows = list(campaign.deliveries.for_list().order_by(Fold("name"), "pk")[: PEOPLE_SHOWN + 1])
    people = [
        {
            "row": row,
            "mark": outcome_dot(row.outcome),
            "reason": reason_of(row),
            "in_doubt": can_send_again and row.outcome == Outcome.IN_DOUBT,
        }
        for row in rows[:PEOPLE_SHOWN]
    ]
    found = selectors.find_audience(request.user, campaign.audience_key, campaign.audience_id)
    return {
        "people": people,
        "all_url": f"{reverse('campaigns:deliveries')}?campaign={campaign.pk}",
        "has_more": len(rows) > PEOPLE_SHOWN,
        "can_send_again": can_send_again,
        "audience_label": found.entry.label if found else "",
        "audience_url": found.url if found else "",
        "mail_is_kept": settings.OUTBOX_KEEPS_MAIL,
        **_progress(campaign),
    }


class ProgressView(HouseView):
    """The figures of the result page, asked again every two seconds while copies wait."""

    allowed = staticmethod(policies.can_see_campaigns)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        campaign = campaign_or_404(request, pk)
        return render(request, "outreach/_progress.html", {"campaign": campaign, **_progress(campaign)})


class PreviewHtmlView(HouseView):
    """The message as mail, made to stand in a frame of the pages above and nowhere else."""

    allowed = staticmethod(policies.can_see_campaigns)

    def get(self, request: HttpRequest, pk: int, language: str) -> HttpResponse:
        campaign = campaign_or_404(request, pk)
        if language not in emails.languages_to_preview(campaign):
            raise Http404
        copy = self.sample(request, campaign, language)
        mail = emails.mail_of(campaign, copy, token=UUID(int=0), base_url=request.build_absolute_uri("/"))
        response = HttpResponse(mail.body_html)
        response["Content-Security-Policy"] = _PREVIEW_POLICY
        response["X-Frame-Options"] = "SAMEORIGIN"
        return response

    def sample(self, request: HttpRequest, campaign: Campaign, language: str) -> selectors.Copy:
        """Somebody who gets it in this language, for the line that says why; the link in it leads nowhere."""
        sample = selectors.Copy("", "", None, None, language, "", "")
        found = selectors.find_audience(request.user, campaign.audience_key, campaign.audience_id)
        if found is None:
            return sample
        going = selectors.plan_of(request.user, campaign, found).going
        reader = next((copy for copy in going if copy.language == language), going[0] if going else sample)
        return selectors.Copy("", "", None, None, language, reader.why_en, reader.why_fr)


class SendView(HouseView):
    """Send what was looked at. A second press sends nothing: it shows what the first one did."""

    allowed = staticmethod(policies.can_send)
    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        campaign = campaign_or_404(request, pk)
        if campaign.started_at is not None:
            ui.toast(request, _("This notice was sent before. Nothing was sent again."))
            return see_other(request, campaign.get_absolute_url())
        form = SendForm(request.POST)
        if not form.is_valid():
            return campaign_page(request, campaign, form=form, status=422)
        try:
            sent = services.send_campaign(
                actor=request.user,  # type: ignore[arg-type]  # signed in, by policy
                campaign=campaign,
                base_url=request.build_absolute_uri("/"),
                seen=form.cleaned_data["seen"],
            )
        except services.CampaignRefused as refusal:
            return campaign_page(request, campaign, refused=refusal.sentences, status=409)
        if sent:
            ui.toast(request, _("The notice is on its way."))
        else:
            ui.toast(request, _("This notice was sent before. Nothing was sent again."))
        return see_other(request, campaign.get_absolute_url())


class SendFailedAgainView(HouseView):
    allowed = staticmethod(policies.can_send)
    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        campaign = campaign_or_404(request, pk)
        if campaign.started_at is None:
            raise PermissionDenied
        again = services.send_failed_again(actor=request.user, campaign=campaign)  # type: ignore[arg-type]  # as above
        _say_again(request, again)
        return see_other(request, campaign.get_absolute_url())


class SendDoubtfulAgainView(HouseView):
    """One copy that may have arrived: a person decides that it may arrive twice."""

    allowed = staticmethod(policies.can_send)
    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        delivery: Delivery = visible_or_404(Delivery.objects.select_related("campaign"), request.user, pk=pk)
        again = services.send_doubtful_again(actor=request.user, delivery=delivery)  # type: ignore[arg-type]  # as above
        _say_again(request, again)
        return see_other(request, delivery.campaign.get_absolute_url())


def _say_again(request: HttpRequest, again: services.SentAgain) -> None:
    if again.queued:
        said = ngettext(
            "%(count)d message waits to be sent again.", "%(count)d messages wait to be sent again.", again.queued
        )
        ui.toast(request, said % {"count": again.queued})
    if again.held_back:
        said = ngettext(
            "%(count)d person unsubscribed or changed address meanwhile: held back.",
            "%(count)d people unsubscribed or changed address meanwhile: held back.",
            again.held_back,
        )
        ui.warn(request, said % {"count": again.held_back})
    if not (again.queued or again.held_back):
        ui.warn(request, _("There is nothing to send again."))
