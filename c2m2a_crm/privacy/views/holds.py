"""Legal holds and disposition authorities."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.accounts.requests import SignedInRequest
from c2m2a_crm.core import ui
from c2m2a_crm.core.lists import ListState
from c2m2a_crm.core.models import Installation
from c2m2a_crm.core.refusals import ActRefused
from c2m2a_crm.core.views import HouseView, ListView, return_url, see_other, visible_or_404
from c2m2a_crm.privacy import policies
from c2m2a_crm.privacy.keeping_forms import AuthorityForm, HoldForm, HoldMoreForm, ReleaseForm
from c2m2a_crm.privacy.keeping_lists import HOLD_COLUMNS, HOLD_WORDS, HoldFilterSet, hold_tag
from c2m2a_crm.privacy.models import DispositionAuthority, LegalHold
from c2m2a_crm.privacy.services import holds


def refuse(form: django_forms.Form, refused: ActRefused | ValidationError) -> None:
    """The sentence beside its input, where the form has it."""
    if isinstance(refused, ActRefused):
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return
    for name, sentences in refused.message_dict.items():
        for sentence in sentences:
            form.add_error(name if name in form.fields else None, sentence)


class HoldListView(ListView):
    """The holds; beside them, what a federal institution may dispose of at all."""

    allowed = staticmethod(policies.can_handle_privacy)
    list_key = "holds"
    template_name = "privacy/hold_list.html"
    filterset_class = HoldFilterSet
    columns = HOLD_COLUMNS
    words = HOLD_WORDS
    order_words = gettext_lazy("newest first")
    search_label = gettext_lazy("Filter by name, reason or words")

    def rows(self) -> Any:
        return LegalHold.objects.visible_to(self.request.user).for_list()

    def default_order(self) -> list[str]:
        return ["-pk"]

    def context(self, state: ListState) -> dict[str, Any]:
        return {
            "may_act": policies.can_keep_holds(self.request.user),
            "authorities": list(DispositionAuthority.objects.visible_to(self.request.user)),
            "is_federal": Installation.current().legal_kind == Installation.LegalKind.FEDERAL,
        }


def hold_or_404(user: Any, pk: int) -> LegalHold:
    rows = LegalHold.objects.select_related("placed_by", "released_by")
    found: LegalHold = visible_or_404(rows, user, pk=pk)
    return found


def hold_page(
    request: SignedInRequest, hold: LegalHold, more: HoldMoreForm | None = None, *, status: int = 200
) -> HttpResponse:
    may_act = policies.can_keep_holds(request.user) and hold.is_in_force
    # A record that was confided to a circle since has no name here.
    subjects = [
        {"name": str(record), "url": record.get_absolute_url()}  # type: ignore[attr-defined]  # records have pages
        if record is not None
        else {"name": _("A record that you may not see"), "url": ""}
        for record in holds.named_subjects(hold, request.user)
    ]
    form = more if more is not None else HoldMoreForm(actor=request.user) if may_act else None
    context = {
        "hold": hold,
        "state": hold_tag(hold),
        "subjects": subjects,
        "form": form,
        "may_act": may_act,
        "page_errors": bool(more is not None and more.errors),
    }
    return render(request, "privacy/hold_detail.html", context, status=status)


class HoldView(HouseView):
    allowed = staticmethod(policies.can_handle_privacy)
    http_method_names = ("get", "head", "options")

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        return hold_page(request, hold_or_404(request.user, pk))


class HoldMoreView(HouseView):
    """Put one more record under the hold."""

    allowed = staticmethod(policies.can_keep_holds)

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        hold = hold_or_404(request.user, pk)
        form = HoldMoreForm(request.POST, actor=request.user)
        if form.is_valid():
            try:
                for subject in form.subjects():
                    holds.hold_also(actor=request.user, hold=hold, subject=subject)
            except ActRefused as refused:
                refuse(form, refused)
            else:
                ui.toast(request, _("Held."))
                return see_other(request, hold.get_absolute_url())
        return hold_page(request, hold, form, status=422)


class _FormView(HouseView):
    """A small form of this room that leads back to a page."""

    allowed = staticmethod(policies.can_keep_holds)
    heading: Any = ""
    lede: Any = ""
    submit: Any = ""

    def back(self) -> tuple[str, str]:
        return reverse("privacy:holds"), _("Legal holds")

    def page(self, request: SignedInRequest, form: django_forms.Form, *, status: int = 200) -> HttpResponse:
        back_url, back = self.back()
        context = {
            "heading": self.heading,
            "lede": self.lede,
            "form": form,
            "submit": self.submit,
            "back_url": back_url,
            "back": back,
            "page_errors": bool(form.errors),
        }
        return render(request, "privacy/keeping_form.html", context, status=status)


class HoldCreateView(_FormView):
    heading = gettext_lazy("Place a legal hold")
    lede = gettext_lazy("Nothing that it covers is disposed of, made anonymous or destroyed until it is released.")
    submit = gettext_lazy("Place the hold")

    def get(self, request: SignedInRequest) -> HttpResponse:
        return self.page(request, HoldForm(actor=request.user))

    def post(self, request: SignedInRequest) -> HttpResponse:
        form = HoldForm(request.POST, actor=request.user)
        if form.is_valid():
            data = form.cleaned_data
            try:
                hold = holds.place_hold(
                    actor=request.user,
                    name=data["name"],
                    reason=data["reason"],
                    words=data["words"],
                    since=data["since"],
                    until=data["until"],
                    subjects=form.subjects(),
                )
            except (ActRefused, ValidationError) as refused:
                refuse(form, refused)
            else:
                ui.toast(request, _("Hold placed."))
                return see_other(request, hold.get_absolute_url())
        return self.page(request, form, status=422)


class ReleaseView(_FormView):
    heading = gettext_lazy("Release the hold")
    lede = gettext_lazy("What it kept may go again, as far as nothing else keeps it.")
    submit = gettext_lazy("Release the hold")

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        hold_or_404(request.user, pk)
        return self.page(request, ReleaseForm())

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        hold = hold_or_404(request.user, pk)
        form = ReleaseForm(request.POST)
        if form.is_valid():
            try:
                holds.release_hold(actor=request.user, hold=hold, reason=form.cleaned_data["reason"])
            except ActRefused as refused:
                refuse(form, refused)
            else:
                ui.toast(request, _("Hold released."), undo_url=reverse("privacy:hold_again", args=[pk]))
                return see_other(request, hold.get_absolute_url())
        return self.page(request, form, status=422)

    def back(self) -> tuple[str, str]:
        return reverse("privacy:hold", args=[self.kwargs["pk"]]), _("Legal hold")


class HoldAgainView(HouseView):
    """Takes a release back; the toast after it posts here."""

    allowed = staticmethod(policies.can_keep_holds)
    http_method_names = ("post", "options")

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        hold = holds.hold_again(actor=request.user, hold=hold_or_404(request.user, pk))
        ui.toast(request, _("The hold is in force again."))
        return see_other(request, return_url(request, hold.get_absolute_url()))


class AuthorityCreateView(_FormView):
    heading = gettext_lazy("Record a disposition authority")
    lede = gettext_lazy(
        "The written consent of the Librarian and Archivist of Canada, as your institution has it: Library and "
        "Archives of Canada Act, section 12."
    )
    submit = gettext_lazy("Record it")

    def get(self, request: SignedInRequest) -> HttpResponse:
        return self.page(request, AuthorityForm())

    def post(self, request: SignedInRequest) -> HttpResponse:
        form = AuthorityForm(request.POST)
        if form.is_valid():
            try:
                holds.note_authority(actor=request.user, **form.cleaned_data)
            except (ActRefused, ValidationError) as refused:
                refuse(form, refused)
            else:
                ui.toast(request, _("Authority recorded."))
                return see_other(request, reverse("privacy:holds"))
        return self.page(request, form, status=422)
