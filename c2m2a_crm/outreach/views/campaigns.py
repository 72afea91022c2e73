"""Campaigns: the list, writing in both languages, the review before sending, and what became of each copy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from c2m2a_crm.accounts.policies import can_export
from c2m2a_crm.core import dates, ui
from c2m2a_crm.core.bilingual import LANGUAGES
from c2m2a_crm.core.editing import EditConflict
from c2m2a_crm.core.lists import ListState
from c2m2a_crm.core.pages.versioned import VersionedEditView
from c2m2a_crm.core.text import Fold
from c2m2a_crm.core.views import HouseView, ListView, own_address, see_other, visible_or_404
from c2m2a_crm.outreach import drafts, emails, policies, selectors, services
from c2m2a_crm.outreach.filters import CampaignFilterSet, DeliveryFilterSet
from c2m2a_crm.outreach.forms import CampaignForm, SendForm
from c2m2a_crm.outreach.lists import (
    CAMPAIGN_COLUMNS,
    CAMPAIGN_WORDS,
    DELIVERY_COLUMNS,
    DELIVERY_WORDS,
    outcome_dot,
    reason_of,
    state_tag,
)
from c2m2a_crm.outreach.models import Campaign, Delivery
from c2m2a_crm.outreach.querysets import Outcome

ALL, DRAFTS, SENT, DISCARDED = "all", "drafts", "sent", "discarded"
TABS = {
    ALL: pgettext_lazy("campaigns", "Current"),
    DRAFTS: pgettext_lazy("campaigns", "Drafts"),
    SENT: pgettext_lazy("campaigns", "Sent"),
    DISCARDED: pgettext_lazy("campaigns", "Discarded"),
}
_TAB_ROWS = {
    ALL: Q(cancelled_at__isnull=True),
    DRAFTS: Q(cancelled_at__isnull=True, approved_at__isnull=True),
    SENT: Q(started_at__isnull=False),
    DISCARDED: Q(cancelled_at__isnull=False),
}
PEOPLE_SHOWN = 100
# The style of the message stands inside it; the frame takes scripts, forms, links and cookies away.
_PREVIEW_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"


class CampaignListView(ListView):
    order_words = gettext_lazy("newest first")
    search_label = gettext_lazy("Filter by subject or audience")
    allowed = staticmethod(policies.can_see_campaigns)
    list_key = "campaigns"
    template_name = "outreach/campaign_list.html"
    filterset_class = CampaignFilterSet
    columns = CAMPAIGN_COLUMNS
    words = CAMPAIGN_WORDS

    @property
    def tab(self) -> str:
        wanted = self.request.GET.get("tab", ALL)
        return wanted if wanted in TABS else ALL

    def rows(self) -> QuerySet[Campaign]:
        return Campaign.objects.visible_to(self.request.user).filter(_TAB_ROWS[self.tab])

    def default_order(self) -> list[str]:
        return ["-pk"]

    def context(self, state: ListState) -> dict[str, Any]:
        address = reverse("campaigns:list")
        tabs = [
            {"label": label, "url": address if key == ALL else f"{address}?tab={key}", "current": key == self.tab}
            for key, label in TABS.items()
        ]
        return {"tabs": tabs, "may_export": can_export(self.request.user)}


class DeliveryListView(ListView):
    """What each person of an audience got: frozen when the notice was approved, with what became of it."""

    order_words = gettext_lazy("newest first")
    search_label = gettext_lazy("Filter by name or address")
    allowed = staticmethod(policies.can_see_campaigns)
    list_key = "copies"
    template_name = "outreach/delivery_list.html"
    filterset_class = DeliveryFilterSet
    columns = DELIVERY_COLUMNS
    words = DELIVERY_WORDS

    def rows(self) -> QuerySet[Delivery]:
        return Delivery.objects.visible_to(self.request.user).with_outcome()

    def default_order(self) -> list[Any]:
        return ["-campaign", Fold("name")]

    def context(self, state: ListState) -> dict[str, Any]:
        return {"may_export": can_export(self.request.user)}


def exported_campaigns(request: HttpRequest) -> ListState:
    view = CampaignListView()
    view.setup(request)
    return view.state()


def exported_deliveries(request: HttpRequest) -> ListState:
    view = DeliveryListView()
    view.setup(request)
    return view.state()


# --- Writing ----------------------------------------------------------------------------------------------------------


class DraftView(HouseView):
    """What was typed so far, kept by the server every few seconds."""

    allowed = staticmethod(policies.can_write_campaigns)
    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        draft = drafts.keep(request.user, request.POST)  # type: ignore[arg-type]  # signed in, by policy
        if draft is None:
            return HttpResponse(_("This form has no valid mark. Open it again."), status=422, content_type="text/plain")
        said = _("Draft saved %(time)s") % {"time": dates.time_of_day(timezone.localtime(draft.updated_at))}
        return HttpResponse(said, content_type="text/plain; charset=utf-8")


class DraftDiscardView(HouseView):
    allowed = staticmethod(policies.can_write_campaigns)
    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            drafts.forget(request.user, UUID(request.POST.get("token", "")))  # type: ignore[arg-type]  # as above
        except ValueError:
            return HttpResponse(status=422)
        return see_other(request, own_address(request, request.POST.get("next", "")) or reverse("campaigns:list"))


def _saved(request: HttpRequest, response: HttpResponse, token: UUID) -> HttpResponse:
    """After a write: no draft is left behind, and a form that waited on the device is told so."""
    drafts.forget(request.user, token)  # type: ignore[arg-type]  # as above
    if request.headers.get("X-Draft"):
        response = HttpResponse(status=204)
        response["X-Saved"] = str(token)
    return response


class CampaignCreateView(HouseView):
    """A new notice to an audience that the address names; without one the page says where to begin."""

    allowed = staticmethod(policies.can_write_campaigns)

    def audience(self, request: HttpRequest) -> selectors.FoundAudience | None:
        key, record = request.GET.get("audience", ""), request.GET.get("record", "")
        if not key and not record:
            return None
        if not (record.isdecimal() and len(record) < 16):
            raise Http404
        found = selectors.find_audience(request.user, key, int(record))
        if found is None:
            raise Http404
        if not found.entry.allowed(request.user, found.record):
            raise PermissionDenied
        return found

    def get(self, request: HttpRequest) -> HttpResponse:
        found = self.audience(request)
        if found is None:
            return render(request, "outreach/campaign_begin.html", {"words": CAMPAIGN_WORDS})
        draft = drafts.kept(request.user, self.place(found))  # type: ignore[arg-type]  # as above
        form = CampaignForm(initial=draft.data if draft else {})
        return self.page(request, found, form, draft.token if draft else uuid4(), draft=draft)

    def post(self, request: HttpRequest) -> HttpResponse:
        found = self.audience(request)
        if found is None:
            raise Http404
        try:
            token = UUID(request.POST.get("token", ""))
        except ValueError:
            token = uuid4()
        form = CampaignForm(request.POST)
        if not form.is_valid():
            return self.page(request, found, form, token, status=422)
        campaign = services.write_campaign(actor=request.user, audience=found, token=token, texts=form.texts)  # type: ignore[arg-type]  # as above
        ui.toast(request, _("Draft saved. Nothing was sent."))
        return _saved(request, see_other(request, campaign.get_absolute_url()), token)

    def place(self, found: selectors.FoundAudience) -> str:
        return drafts.place_of_new(found.entry.key, found.record.pk)

    def page(
        self,
        request: HttpRequest,
        found: selectors.FoundAudience,
        form: CampaignForm,
        token: UUID,
        *,
        draft: Any = None,
        status: int = 200,
    ) -> HttpResponse:
        context = {
            "form": form,
            "token": token,
            "place": self.place(found),
            "draft": draft,
            "found": found,
            "audience_label": found.entry.label,
            "audience_url": found.url,
            "is_kept_on_device": not any(found.circles.values()),
            "page_errors": bool(form.errors),
            "step": 2,
        }
        return render(request, "outreach/campaign_form.html", context, status=status)


def _campaign(request: HttpRequest, pk: int) -> Campaign:
    campaign: Campaign = visible_or_404(
        Campaign.objects.select_related("created_by", "approved_by"), request.user, pk=pk
    )
    return campaign


class CampaignEditView(VersionedEditView):
    """Both languages side by side. What was approved is not edited any more: its page says so."""

    allowed = staticmethod(policies.can_write_campaigns)
    form_class = CampaignForm
    template_name = "outreach/campaign_form.html"

    def row(self, **address: Any) -> Campaign:
        campaign = _campaign(self.request, address["pk"])
        if not policies.can_edit_campaign(self.request.user, campaign):
            raise PermissionDenied
        return campaign

    def get(self, request: HttpRequest, **address: Any) -> HttpResponse:
        row = self.row(**address)
        version = drafts.version_of(self.draft(row), row.version)
        return self.page(row, self.empty_form(row), version=version)

    def empty_form(self, row: Campaign) -> CampaignForm:
        draft = self.draft(row)
        return CampaignForm(instance=row, state_of=row, initial=draft.data if draft else {})

    def sent_form(self, row: Campaign) -> CampaignForm:
        form = CampaignForm(self.request.POST, instance=Campaign(pk=row.pk), state_of=row)
        form.instance.version = row.version
        return form

    def changed(self, row: Campaign, values: Mapping[str, Any], version: int) -> dict[str, Any]:
        texts = {name: value for name, value in values.items() if name in services.TEXTS}
        return super().changed(row, texts, version) | {name: values[name] for name in values.keys() - texts.keys()}

    def save(self, row: Campaign, version: int, changes: Mapping[str, Any]) -> Campaign:
        return services.edit_campaign(
            actor=self.request.user,  # type: ignore[arg-type]  # signed in, by policy
            campaign=row,
            version=version,
            texts={name: value for name, value in changes.items() if name in services.TEXTS},
            confirmed=[language for language in LANGUAGES if changes.get(f"confirm_{language}")],
        )

    def done_url(self, row: Campaign) -> str:
        return row.get_absolute_url()

    def draft(self, row: Campaign) -> Any:
        return drafts.kept(self.request.user, drafts.place_of(row))  # type: ignore[arg-type]  # as above

    def token(self, row: Campaign) -> UUID:
        return drafts.token_of(row, self.request.user)  # type: ignore[arg-type]  # as above

    def beside(self, row: Campaign, conflict: EditConflict | None = None) -> dict[str, Any]:
        found = selectors.find_audience(self.request.user, row.audience_key, row.audience_id)
        return {
            "token": self.token(row),
            "place": drafts.place_of(row),
            "draft": self.draft(row) if self.request.method == "GET" else None,
            "audience_label": found.entry.label if found else "",
            "audience_url": found.url if found else "",
            "is_kept_on_device": not (row.sealed_circle_id or row.restricted_circle_id),
            "step": 2,
        }

    def post(self, request: HttpRequest, **address: Any) -> HttpResponse:
        response = super().post(request, **address)
        if response.status_code in (204, 302):
            return _saved(request, response, self.token(self.row(**address)))
        return response


class DiscardView(HouseView):
    allowed = staticmethod(policies.can_write_campaigns)
    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        campaign = services.discard_campaign(actor=request.user, campaign=_campaign(request, pk))  # type: ignore[arg-type]  # as above
        if campaign.state == Campaign.State.CANCELLED:
            ui.toast(request, _("Draft discarded."), undo_url=reverse("campaigns:restore", args=[pk]))
        else:
            ui.warn(request, _("This notice is no draft any more. It stays as it was approved."))
        return see_other(request, campaign.get_absolute_url())


class RestoreView(HouseView):
    allowed = staticmethod(policies.can_write_campaigns)
    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        campaign = services.restore_campaign(actor=request.user, campaign=_campaign(request, pk))  # type: ignore[arg-type]  # as above
        ui.toast(request, _("The draft is back."))
        return see_other(request, campaign.get_absolute_url())


# --- Review, sending, results -----------------------------------------------------------------------------------------


class CampaignDetailView(HouseView):
    """A draft as it would go out, with who gets it; a notice that was sent, with what became of each copy."""

    allowed = staticmethod(policies.can_see_campaigns)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return campaign_page(request, _campaign(request, pk))


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
        campaign = _campaign(request, pk)
        return render(request, "outreach/_progress.html", {"campaign": campaign, **_progress(campaign)})


class PreviewHtmlView(HouseView):
    """The message as mail, made to stand in a frame of the pages above and nowhere else."""

    allowed = staticmethod(policies.can_see_campaigns)

    def get(self, request: HttpRequest, pk: int, language: str) -> HttpResponse:
        campaign = _campaign(request, pk)
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
        campaign = _campaign(request, pk)
        if campaign.started_at is not None:
            ui.toast(request, _("This notice was sent before. Nothing was sent again."))
            return see_other(request, campaign.get_absolute_url())
        form = SendForm(request.POST)
        if not form.is_valid():
            return campaign_page(request, campaign, form=form, status=422)
        try:
            sent = services.send_campaign(
                actor=request.user,  # type: ignore[arg-type]  # as above
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
        campaign = _campaign(request, pk)
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
