"""Pages of the partnerships."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import can_export, can_write
from c2m2a_crm.core import ui
from c2m2a_crm.core.editing import EditConflict
from c2m2a_crm.core.facts import StatementChanged
from c2m2a_crm.core.history import NothingToPutBack
from c2m2a_crm.core.lists import ListState
from c2m2a_crm.core.pages.facts import card_of
from c2m2a_crm.core.pages.versioned import VersionedEditView, take_errors, whole_number
from c2m2a_crm.core.record_changes import Told, in_either_language, record_page, told_facts
from c2m2a_crm.core.registries import panels_for
from c2m2a_crm.core.views import HouseView, ListView, see_other, visible_or_404
from c2m2a_crm.engagement.fact_room import INITIATIVE_FACTS
from c2m2a_crm.engagement.models import InitiativeFact
from c2m2a_crm.engagement.views.of_initiative import InitiativeEditView
from members.forms import values_of
from members.records import FIRST_CONTACTS, timeline_page
from members.views.records import moment
from partnerships import policies, services
from partnerships.filters import PartnershipFilterSet
from partnerships.forms import AreaEditForm, AreaForm, PartnershipForm
from partnerships.lists import PARTNERSHIP_COLUMNS, PARTNERSHIP_WORDS, partnership_list, status_dot
from partnerships.models import CooperationArea, Partnership
from partnerships.selectors import areas_of, chain_of

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


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
        "urls": {"detail": partnership.get_absolute_url()},
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
        areas = areas_of(partnership)
        sources = {area.source for area in areas}
        doubts = {fact.key for fact in facts if not fact.is_confirmed}
        context |= {
            "facts": card_of(INITIATIVE_FACTS, request.user, partnership.initiative, facts),
            "doubts": doubts,
            "standing": next((fact.text for fact in facts if fact.key == "status"), None),
            "areas": list(zip(LETTERS, areas, strict=False)),
            "one_source": sources.pop() if len(sources) == 1 else "",
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
            Told(
                CooperationArea,
                "partnership_id",
                _("Area of cooperation"),
                lambda image, names: in_either_language(image, "text"),
                frozenset({"partnership_id", "key"}),
            ),
        ]
        page = record_page(
            [partnership, partnership.initiative],
            parts,
            request.user,
            before=before,
            quiet=frozenset({"initiative_id"}),
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


class AreaCreateView(HouseView):
    """One more area of cooperation."""

    allowed = staticmethod(policies.can_manage_partnerships)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.page(self.partnership(pk), AreaForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        partnership = self.partnership(pk)
        form = AreaForm(request.POST)
        if not form.is_valid():
            return self.page(partnership, form, status=422)
        actor: User = request.user  # type: ignore[assignment]  # the policy let only users in
        try:
            services.add_area(actor=actor, partnership=partnership, **form.cleaned_data)
        except ValidationError as refused:
            take_errors(form, refused)
            return self.page(partnership, form, status=422)
        ui.toast(request, _("The area of cooperation is added. It counts as unconfirmed until somebody confirms it."))
        return see_other(request, partnership.get_absolute_url())

    def partnership(self, pk: int) -> Partnership:
        partnership = partnership_or_refuse(self.request.user, pk)
        if not policies.can_manage_partnership(self.request.user, partnership):
            raise PermissionDenied
        return partnership

    def page(self, partnership: Partnership, form: AreaForm, status: int = 200) -> HttpResponse:
        context = {**head_of(partnership, self.request.user, "area"), "form": form, "page_errors": bool(form.errors)}
        return render(self.request, "partnerships/area_form.html", context, status=status)


def area_or_refuse(user: Any, pk: int, area_pk: int) -> CooperationArea:
    partnership = partnership_or_refuse(user, pk)
    if not policies.can_manage_partnership(user, partnership):
        raise PermissionDenied
    area = get_object_or_404(CooperationArea, pk=area_pk, partnership=partnership)
    area.partnership = partnership
    return area


class AreaEditView(VersionedEditView):
    allowed = staticmethod(policies.can_manage_partnerships)
    template_name = "partnerships/area_form.html"

    def row(self, **address: Any) -> CooperationArea:
        return area_or_refuse(self.request.user, address["pk"], address["area_pk"])

    def empty_form(self, row: CooperationArea) -> AreaEditForm:
        return AreaEditForm(initial=values_of(row, list(AreaEditForm.base_fields)))

    def sent_form(self, row: CooperationArea) -> AreaEditForm:
        return AreaEditForm(self.request.POST)

    def save(self, row: CooperationArea, version: int, changes: Mapping[str, Any]) -> CooperationArea:
        actor: User = self.request.user  # type: ignore[assignment]  # the policy let only users in
        return services.edit_area(actor=actor, area=row, version=version, changes=changes)

    def done_url(self, row: CooperationArea) -> str:
        return row.partnership.get_absolute_url()

    def beside(self, row: CooperationArea, conflict: EditConflict | None = None) -> dict[str, Any]:
        return {**head_of(row.partnership, self.request.user, "area"), "area": row}


class AreaRemoveView(HouseView):
    """Take an area away, and offer to put it back. Whoever saw another version of it is shown it once more."""

    allowed = staticmethod(policies.can_manage_partnerships)

    def get(self, request: HttpRequest, pk: int, area_pk: int) -> HttpResponse:
        return self.page(area_or_refuse(request.user, pk, area_pk))

    def post(self, request: HttpRequest, pk: int, area_pk: int) -> HttpResponse:
        area = area_or_refuse(request.user, pk, area_pk)
        actor: User = request.user  # type: ignore[assignment]  # the policy let only users in
        try:
            services.remove_area(actor=actor, area=area, version=whole_number(request.POST.get("version"), 0))
        except StatementChanged:
            return self.page(area_or_refuse(request.user, pk, area_pk), is_changed=True, status=409)
        ui.toast(request, _("Area removed."), undo_url=reverse("partnerships:area_restore", args=[pk, area_pk]))
        return see_other(request, area.partnership.get_absolute_url())

    def page(self, area: CooperationArea, *, is_changed: bool = False, status: int = 200) -> HttpResponse:
        context = {**head_of(area.partnership, self.request.user, "area"), "area": area, "is_changed": is_changed}
        return render(self.request, "partnerships/area_remove.html", context, status=status)


class AreaRestoreView(HouseView):
    """Put an area back that was removed: the undo of it."""

    allowed = staticmethod(policies.can_manage_partnerships)
    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, pk: int, area_pk: int) -> HttpResponse:
        partnership = partnership_or_refuse(request.user, pk)
        if not policies.can_manage_partnership(request.user, partnership):
            raise PermissionDenied
        actor: User = request.user  # type: ignore[assignment]  # the policy let only users in
        try:
            services.restore_area(actor=actor, partnership=partnership, pk=area_pk)
        except NothingToPutBack:
            ui.warn(request, _("There is nothing to put back."))
        else:
            ui.toast(request, _("Undone."))
        return see_other(request, partnership.get_absolute_url())
