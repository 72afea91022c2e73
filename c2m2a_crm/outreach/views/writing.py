"""Writing a notice in both languages: its audience, its draft, its edits, and putting it aside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from c2m2a_crm.core import dates, ui
from c2m2a_crm.core.bilingual import LANGUAGES
from c2m2a_crm.core.editing import EditConflict
from c2m2a_crm.core.pages.versioned import VersionedEditView
from c2m2a_crm.core.reads import note_reading
from c2m2a_crm.core.views import HouseView, own_address, see_other, visible_or_404
from c2m2a_crm.outreach import drafts, policies, selectors, services
from c2m2a_crm.outreach.forms import CampaignForm
from c2m2a_crm.outreach.lists import (
    CAMPAIGN_WORDS,
)
from c2m2a_crm.outreach.models import Campaign


def campaign_or_404(request: HttpRequest, pk: int) -> Campaign:
    campaign: Campaign = visible_or_404(
        Campaign.objects.select_related("created_by", "approved_by"), request.user, pk=pk
    )
    note_reading(request.user, campaign)
    return campaign


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


class CampaignEditView(VersionedEditView):
    """Both languages side by side. What was approved is not edited any more: its page says so."""

    allowed = staticmethod(policies.can_write_campaigns)
    form_class = CampaignForm
    template_name = "outreach/campaign_form.html"

    def row(self, **address: Any) -> Campaign:
        campaign = campaign_or_404(self.request, address["pk"])
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
        campaign = services.discard_campaign(actor=request.user, campaign=campaign_or_404(request, pk))  # type: ignore[arg-type]  # as above
        if campaign.state == Campaign.State.CANCELLED:
            ui.toast(request, _("Draft discarded."), undo_url=reverse("campaigns:restore", args=[pk]))
        else:
            ui.warn(request, _("This notice is no draft any more. It stays as it was approved."))
        return see_other(request, campaign.get_absolute_url())


class RestoreView(HouseView):
    allowed = staticmethod(policies.can_write_campaigns)
    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        campaign = services.restore_campaign(actor=request.user, campaign=campaign_or_404(request, pk))  # type: ignore[arg-type]  # as above
        ui.toast(request, _("The draft is back."))
        return see_other(request, campaign.get_absolute_url())
