"""Pages of terms of reference: one version, which others there are, two compared; adopting and correcting."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from c2m2a_crm.core import ui
from c2m2a_crm.core.editing import EditConflict
from c2m2a_crm.core.pages.versioned import take_errors, whole_number
from c2m2a_crm.core.validity import today
from c2m2a_crm.core.views import HouseView, see_other
from forums import policies
from forums.models import Forum, TermsOfReference
from forums.services import ForumError
from forums.terms_of_reference import services
from forums.terms_of_reference.forms import RULE_FIELDS, FromPatternForm, TermsOfReferenceForm
from forums.terms_of_reference.patterns import PATTERNS, create_from_pattern
from forums.terms_of_reference.wording import differences, in_groups
from forums.views.editing import ManagerView, PartEditView, refuse_in
from forums.views.pages import chosen_day, forum_context, forum_or_404


def terms_url(forum: Forum) -> str:
    return reverse("forums:terms_of_reference", args=[forum.pk])


class TermsOfReferenceView(HouseView):
    """The version in force on a day (``?on=``, else today), or the one asked for (``?version=``), beside another one
    (``?with=``)."""

    allowed = staticmethod(policies.can_see_forums)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        forum = forum_or_404(request.user, pk)
        versions = list(TermsOfReference.objects.filter(forum=forum).order_by("-number"))
        by_number = {each.number: each for each in versions}
        asked = request.GET.get("on", "")
        day = chosen_day(asked) or today()
        in_force = next((each for each in versions if _holds_on(each, day)), None)
        chosen = by_number.get(whole_number(request.GET.get("version"), 0)) if "version" in request.GET else in_force
        other = by_number.get(whole_number(request.GET.get("with"), 0))
        context = {
            **forum_context(forum, request.user, "terms"),
            "versions": versions,
            "current": next((each for each in versions if _holds_on(each, today())), None),
            "day": day,
            "day_wrong": bool(asked) and chosen_day(asked) is None,
            "is_other_day": day != today(),
            "chosen": chosen,
            "groups": in_groups(chosen) if chosen else [],
            "other": other if chosen and other and other != chosen else None,
            "page_url": terms_url(forum),
            "new_url": reverse("forums:terms_of_reference_create", args=[forum.pk]),
            "edit_url": reverse("forums:terms_of_reference_edit", args=[forum.pk, chosen.pk]) if chosen else "",
        }
        if context["other"]:
            older, newer = sorted((chosen, other), key=lambda each: each.number if each else 0)
            context |= {"older": older, "newer": newer, "differences": differences(older, newer)}  # type: ignore[arg-type]  # both are there
        return render(request, "forums/terms_of_reference/page.html", context)


def _holds_on(terms: TermsOfReference, day: date) -> bool:
    first, last = terms.first_day, terms.last_day
    return (first is None or first <= day) and (last is None or day <= last)


class TermsOfReferenceCreateView(ManagerView):
    """A new version begins with what the last one says."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        forum = self.forum(pk)
        last = TermsOfReference.objects.filter(forum=forum).order_by("-number").first()
        initial = {name: getattr(last or TermsOfReference(), name) for name in RULE_FIELDS}
        return self.page(forum, TermsOfReferenceForm(initial={**initial, "first": today()}))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        forum = self.forum(pk)
        form = TermsOfReferenceForm(request.POST)
        if form.is_valid():
            try:
                terms = services.adopt_terms(actor=self.actor(), forum=forum, **form.cleaned_data)
            except ForumError as refused:
                refuse_in(form, refused)
            except ValidationError as refused:
                take_errors(form, refused)
            else:
                ui.toast(request, _("Version %(number)d is adopted.") % {"number": terms.number})
                return see_other(request, f"{terms_url(forum)}?version={terms.number}")
        return self.page(forum, form, status=422)

    def page(self, forum: Forum, form: TermsOfReferenceForm, status: int = 200) -> HttpResponse:
        context = {
            **forum_context(forum, self.actor()),
            "form": form,
            "heading": _("New version of the terms of reference"),
            "lede": _("The version before ends on the day before the first day of this one. Both stay on file."),
            "back_url": terms_url(forum),
            "page_errors": bool(form.errors),
        }
        return render(self.request, "forums/terms_of_reference/form.html", context, status=status)


class TermsOfReferenceEditView(PartEditView):
    form_class = TermsOfReferenceForm  # type: ignore[assignment]  # a plain form, as sent_form and empty_form make it
    template_name = "forums/terms_of_reference/form.html"

    def row(self, **address: Any) -> TermsOfReference:
        forum = self.forum(address["pk"])
        terms: TermsOfReference = get_object_or_404(TermsOfReference, pk=address["terms_pk"], forum_id=forum.pk)
        terms.forum = forum
        return terms

    def empty_form(self, row: TermsOfReference) -> TermsOfReferenceForm:
        initial = {name: getattr(row, name) for name in RULE_FIELDS}
        return TermsOfReferenceForm(initial={**initial, "first": row.first_day, "last": row.last_day})

    def sent_form(self, row: TermsOfReference) -> TermsOfReferenceForm:
        return TermsOfReferenceForm(self.request.POST)

    def write(self, row: TermsOfReference, version: int, changes: Mapping[str, Any]) -> TermsOfReference:
        return services.edit_terms(actor=self.actor(), terms=row, version=version, changes=changes)

    def done_url(self, row: TermsOfReference) -> str:
        return f"{terms_url(row.forum)}?version={row.number}"

    def beside(self, row: TermsOfReference, conflict: EditConflict | None = None) -> dict[str, Any]:
        return {
            **forum_context(row.forum, self.actor()),
            "heading": _("Correct version %(number)d") % {"number": row.number},
            "lede": _("For mistakes. What was agreed anew is a version of its own, so that both can be read."),
            "back_url": self.done_url(row),
        }


class FromPatternView(ManagerView):
    """A table whole: categories, seats and the first terms of reference, by a pattern."""

    def get(self, request: HttpRequest) -> HttpResponse:
        chosen = request.GET.get("pattern", "")
        return self.page(FromPatternForm(initial={"pattern": chosen, "first": today()}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = FromPatternForm(request.POST)
        if form.is_valid():
            try:
                forum = create_from_pattern(actor=self.actor(), **form.cleaned_data)
            except ForumError as refused:
                refuse_in(form, refused)
            except ValidationError as refused:
                take_errors(form, refused)
            else:
                ui.toast(request, _("%(name)s is added.") % {"name": forum})
                return see_other(request, forum.get_absolute_url())
        return self.page(form, status=422)

    def page(self, form: FromPatternForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "patterns": list(PATTERNS.values()), "page_errors": bool(form.errors)}
        return render(self.request, "forums/terms_of_reference/from_pattern.html", context, status=status)
