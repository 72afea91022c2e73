"""One record after the other: read, mark, next."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.requests import SignedInRequest
from c2m2a_crm.core import ui
from c2m2a_crm.core.refusals import ActRefused
from c2m2a_crm.core.registries import personal_data
from c2m2a_crm.core.views import HouseView, see_other, visible_or_404
from c2m2a_crm.privacy import policies
from c2m2a_crm.privacy.forms import ChallengeForm, ReviewForm
from c2m2a_crm.privacy.lists import mark_tag
from c2m2a_crm.privacy.models import AccessItem, UnresolvedChallenge
from c2m2a_crm.privacy.services.confided import confided_in, confided_since
from c2m2a_crm.privacy.services.reviewing import BY_SECTION, note_challenge, resolve_challenge, review_item
from c2m2a_crm.privacy.views.requests import refuse, request_or_404
from members.models import Person

Mark = AccessItem.Mark
# The single key that presses the button of each mark.
KEYS = {Mark.RELEASE: "r", Mark.PART: "p", Mark.EXEMPT: "e", Mark.NOT_RELEVANT: "n", Mark.THIRD_PARTY: "t"}


class ReviewView(HouseView):
    """The button pressed is the mark; then comes the next record that waits, or the request where none does."""

    allowed = staticmethod(policies.can_handle_privacy)

    def get(self, request: SignedInRequest, pk: int, number: int) -> HttpResponse:
        item = self.item(request, pk, number)
        initial = {"section": item.section, "passages": item.passages, "note": item.note}
        if not item.section:  # most often the same one as before
            last = item.request.items.filter(mark__in=BY_SECTION).order_by("-reviewed_at").first()
            initial["section"] = last.section if last else ""
        return self.page(request, item, ReviewForm(initial=initial))

    def post(self, request: SignedInRequest, pk: int, number: int) -> HttpResponse:
        item = self.item(request, pk, number)
        form = ReviewForm(request.POST)
        if form.is_valid():
            try:
                review_item(actor=request.user, item=item, **form.cleaned_data)
            except ActRefused as refusal:
                refuse(form, refusal)
            else:
                return see_other(request, self.next_url(request, item))
        return self.page(request, item, form, status=422)

    def item(self, request: SignedInRequest, pk: int, number: int) -> AccessItem:
        """403 for a record that was confided to a circle since."""
        asked = request_or_404(request.user, pk)
        rows = AccessItem.objects.visible_to(request.user).select_related("reviewed_by")
        item: AccessItem = get_object_or_404(rows, request=asked, number=number)
        if confided_since([item]):
            raise PermissionDenied
        item.request = asked
        return item

    def next_url(self, request: SignedInRequest, item: AccessItem) -> str:
        waiting = item.request.items.to_review().exclude(pk__in=confided_in(item.request)).order_by("number")
        following = waiting.filter(number__gt=item.number).first() or waiting.first()
        if following is None:
            ui.toast(request, _("Every record found so far is marked."))
            return item.request.get_absolute_url()
        return reverse("privacy:review", args=[item.request_id, following.number])

    def page(self, request: SignedInRequest, item: AccessItem, form: ReviewForm, *, status: int = 200) -> HttpResponse:
        shut = confided_in(item.request)
        beside = item.request.items.exclude(pk__in=shut).values_list("number", flat=True)
        labels = {source.key: source.label for source in personal_data}
        context = {
            "asked": item.request,
            "item": item,
            "label": labels.get(item.source_key, ""),
            "mark": mark_tag(item),
            "marks": [(mark, KEYS[mark]) for mark in KEYS],
            "form": form,
            "previous": beside.filter(number__lt=item.number).order_by("-number").first(),
            "following": beside.filter(number__gt=item.number).order_by("number").first(),
            "waiting": item.request.items.to_review().exclude(pk__in=shut).count(),
            "page_errors": bool(form.errors),
        }
        return render(request, "privacy/review.html", context, status=status)


class ChallengeCreateView(HouseView):
    """A person says that something is wrong, and it stays as it is."""

    allowed = staticmethod(policies.can_handle_privacy)

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        return self.page(request, self.person(request, pk), ChallengeForm(initial={"token": uuid4()}))

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        person = self.person(request, pk)
        form = ChallengeForm(request.POST)
        if form.is_valid():
            try:
                note_challenge(actor=request.user, person=person, **form.cleaned_data)
            except ActRefused as refusal:
                refuse(form, refusal)
            else:
                ui.toast(request, _("Noted. It stands on the page of the person."))
                return see_other(request, person.get_absolute_url())
        return self.page(request, person, form, status=422)

    def person(self, request: SignedInRequest, pk: int) -> Person:
        person: Person = visible_or_404(Person.objects.all(), request.user, pk=pk)
        return person

    def page(self, request: Any, person: Person, form: ChallengeForm, *, status: int = 200) -> HttpResponse:
        context = {"person": person, "form": form, "page_errors": bool(form.errors)}
        return render(request, "privacy/challenge_form.html", context, status=status)


class ChallengeResolveView(HouseView):
    allowed = staticmethod(policies.can_handle_privacy)

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        challenge = get_object_or_404(UnresolvedChallenge.objects.select_related("person"), pk=pk)
        resolve_challenge(actor=request.user, challenge=challenge)
        ui.toast(request, _("Marked as resolved."))
        return see_other(request, challenge.person.get_absolute_url())
