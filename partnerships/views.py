"""Pages of the partnerships."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import can_export, can_write
from c2m2a_crm.core import ui
from c2m2a_crm.core.addresses import address_of
from c2m2a_crm.core.editing import EditConflict
from c2m2a_crm.core.lists import ListState
from c2m2a_crm.core.pages.facts import card_of, fact_card
from c2m2a_crm.core.pages.versioned import take_errors
from c2m2a_crm.core.reads import note_reading
from c2m2a_crm.core.record_changes import record_page, told_facts
from c2m2a_crm.core.registries import panels_for
from c2m2a_crm.core.views import HouseView, ListView, see_other, visible_or_404
from c2m2a_crm.engagement.fact_room import INITIATIVE_FACTS
from c2m2a_crm.engagement.models import InitiativeFact
from c2m2a_crm.engagement.selectors import access_url
from c2m2a_crm.engagement.views.of_initiative import InitiativeEditView
from members.records import FIRST_CONTACTS, timeline_page
from members.views.records import moment
from partnerships import policies, services
from partnerships.fact_room import AREAS
from partnerships.filters import PartnershipFilterSet
from partnerships.forms import PartnershipForm
from partnerships.lists import PARTNERSHIP_COLUMNS, PARTNERSHIP_WORDS, partnership_list, status_dot
from partnerships.models import CooperationArea, Partnership
from partnerships.selectors import chain_of


class PartnershipListView(ListView):
    allowed = staticmethod(policies.can_see_partnerships)
    list_key = "partnerships"
    template_name = "partnerships/partnership_list.html"
    filterset_class = PartnershipFilterSet
    columns = PARTNERSHIP_COLUMNS
    words = PARTNERSHIP_WORDS

    def state(self) -> ListState:
        return partnership_list(self.request)

    def context(self, state: ListState) -> dict[str, Any]:
        return {
            "may_add": policies.can_manage_partnerships(self.request.user),
            "may_export": can_export(self.request.user),
            "first_use": "partnerships/_first_use.html",
        }


def partnership_or_refuse(user: Any, pk: int) -> Partnership:
    """404 where it does not exist for this person, 403 where its content is for others."""
    rows = Partnership.objects.select_related("initiative__lead", "initiative__pillar", "successor__initiative")
    partnership: Partnership = visible_or_404(rows, user, pk=pk)
    if not partnership.is_readable_by(user):
        raise PermissionDenied
    note_reading(user, partnership.initiative)
    return partnership


def head_of(partnership: Partnership, user: Any, tab: str) -> dict[str, Any]:
    """What the head, the crumbs and the tabs of a partnership's pages need."""
    kind_url = f"{reverse('partnerships:list')}?kind={partnership.kind}"
    return {
        "record": partnership,
        "partnership": partnership,
        "tab": tab,
        "may_edit": policies.can_manage_partnership(user, partnership),
        "kind_url": kind_url,
        "status_dot": status_dot(partnership),
        "log_contact_url": _log_url(partnership, user),
        "urls": {
            "detail": partnership.get_absolute_url(),
            "access": access_url(user, partnership.initiative),
        },
    }


def _log_url(partnership: Partnership, user: Any) -> str:
    if not can_write(user):
        return ""
    return f"{reverse('contact_log:create')}?initiative={partnership.pk}"


class PartnershipView(HouseView):
    """What was agreed, what is known of it, what it covers, and what passed. ``?before=`` gives older contacts."""

    allowed = staticmethod(policies.can_see_partnerships)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        partnership = partnership_or_refuse(request.user, pk)
        before = moment(request.GET.get("before", ""))
        context = {
            **head_of(partnership, request.user, "overview"),
            "paper_url": address_of("contact_log:initiative_pdf", partnership.pk) if can_export(request.user) else "",
            "timeline": timeline_page(request.user, partnership.initiative, before, first=FIRST_CONTACTS),
            "is_older": before is not None,
        }
        if getattr(request, "htmx", False) and before is not None:
            return render(request, "members/_timeline.html", context)
        facts = list(INITIATIVE_FACTS.facts_of(partnership.initiative))
        panels: dict[str, list[Any]] = {"panels_next": [], "panels_main": [], "panels_aside": []}
        for record in (partnership, partnership.initiative):
            for panel, inner in panels_for(request.user, record):
                panels[f"panels_{panel.place}"].append(render_to_string(panel.template, inner, request))
        doubts = {fact.key for fact in facts if not fact.is_confirmed}
        stated = card_of(INITIATIVE_FACTS, request.user, partnership.initiative, facts, lead="status")
        areas = fact_card(AREAS, request.user, partnership)
        context |= {
            "facts": stated,
            "doubts": doubts,
            "areas": areas | {"is_unchecked": areas["is_unchecked"] and not stated["is_unchecked"]},
            "chain": chain_of(request.user, partnership),
            "particulars": _particulars(partnership, doubts),
            **panels,
        }
        return render(request, "partnerships/partnership_detail.html", context)


def _particulars(partnership: Partnership, doubts: set[str]) -> list[dict[str, Any]]:
    lead, pillar = partnership.initiative.lead, partnership.initiative.pillar
    other = "name_en" if str(partnership) == partnership.initiative.name_fr else "name_fr"
    signed = partnership.signed_in_words or _("Not known")
    if "date" in doubts and partnership.signed_on:
        signed = f"{signed} {_('(unconfirmed)')}"
    binding = {True: _("Yes"), False: _("No"), None: pgettext("whether it binds", "Not known")}[partnership.is_binding]
    rows = [
        (_("Lead"), ui.who(lead.name, lead.pk) if lead else ""),
        (
            _("Name in French") if other == "name_fr" else _("Name in English"),
            ui.in_language(getattr(partnership.initiative, other), other[-2:])
            if getattr(partnership.initiative, other) != str(partnership)
            else "",
        ),
        (_("Counterpart"), ui.in_language(partnership.counterpart) if partnership.counterpart.text else ""),
        (_("Country"), str(partnership.counterpart_country.name or "")),
        (_("Instrument"), partnership.get_instrument_display()),
        (_("Signed or announced"), signed),
        (_("Binding"), binding),
        (_("Pillar"), str(pillar or "")),
        (_("Code"), partnership.code or ""),
    ]
    return [{"label": label, "value": value} for label, value in rows if value]


class PartnershipHistoryView(HouseView):
    """Who changed what, when and why; ``?before=`` leads further back."""

    allowed = staticmethod(policies.can_see_partnerships)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        partnership = partnership_or_refuse(request.user, pk)
        text = request.GET.get("before", "")
        before = int(text) if text.isdecimal() and len(text) < 19 else None
        parts = [
            told_facts(InitiativeFact, "initiative_id"),
            told_facts(CooperationArea, "partnership_id", _("Area of cooperation")),
        ]
        page = record_page(
            [partnership, partnership.initiative],
            parts,
            request.user,
            before=before,
            quiet=frozenset({"initiative_id"}),
            is_editor=policies.can_manage_partnership(request.user, partnership),
        )
        context = {**head_of(partnership, request.user, "history"), "page": page}
        return render(request, "partnerships/partnership_history.html", context)


class PartnershipCreateView(HouseView):
    allowed = staticmethod(policies.can_manage_partnerships)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(request, PartnershipForm(user=request.user))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PartnershipForm(request.POST, user=request.user)
        if not form.is_valid():
            return self.page(request, form, status=422)
        actor: User = request.user  # type: ignore[assignment]  # the policy let only users in
        try:
            made = services.create_partnership(actor=actor, **form.cleaned_data)
        except ValidationError as refused:
            take_errors(form, refused)
            return self.page(request, form, status=422)
        ui.toast(request, _("%(name)s is added.") % {"name": made})
        return see_other(request, made.get_absolute_url())

    def page(self, request: HttpRequest, form: PartnershipForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "page_errors": bool(form.errors)}
        return render(request, "partnerships/partnership_create.html", context, status=status)


class PartnershipEditView(InitiativeEditView):
    """Its particulars, and what its initiative keeps of it."""

    allowed = staticmethod(policies.can_manage_partnerships)
    template_name = "partnerships/partnership_edit.html"

    def row(self, **address: Any) -> Partnership:
        partnership = partnership_or_refuse(self.request.user, address["pk"])
        if not policies.can_manage_partnership(self.request.user, partnership):
            raise PermissionDenied
        return partnership

    def empty_form(self, row: Partnership) -> PartnershipForm:
        initial = self.values(row, PartnershipForm.base_fields)
        initial["counterpart_country"] = row.counterpart_country.code or ""
        return PartnershipForm(initial=initial, user=self.request.user, partnership=row)

    def sent_form(self, row: Partnership) -> PartnershipForm:
        return PartnershipForm(self.request.POST, user=self.request.user, partnership=row)

    def save(self, row: Partnership, version: int, changes: Mapping[str, Any]) -> Partnership:
        actor: User = self.request.user  # type: ignore[assignment]  # the policy let only users in
        seen = self.initiative_version(row)
        return services.edit_partnership(
            actor=actor, partnership=row, version=version, initiative_version=seen, changes=changes
        )

    def done_url(self, row: Partnership) -> str:
        return row.get_absolute_url()

    def beside(self, row: Partnership, conflict: EditConflict | None = None) -> dict[str, Any]:
        return head_of(row, self.request.user, "edit") | super().beside(row, conflict)
