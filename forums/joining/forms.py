"""The public forms of a table, and those by which what they bring is decided."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.validity import today
from forums.models import Forum, Seat, SeatApplication, SeatCategory, TermsOfReference
from forums.selectors import terms_of_reference_on
from forums.terms_of_reference.eligibility import verdict_on
from forums.terms_of_reference.lengths import end_of_term
from members.forms import DayField, LineField, TextField
from members.memberships.forms import RulingForm, needed_day
from members.memberships.intake_files import FILE_FIELDS, FILES
from members.memberships.intake_forms import ApplicantForm, PublicForm, Statement
from members.models import Party

_AS_NEW: Final = "new"
_SHARED: Final = (
    "organization_name",
    "party_kind",
    "website",
    "given_name",
    "family_name",
    "title",
    "email",
    "phone",
    "statement",
    "conflicts",
)
MARKABLE: Final = (
    ("statement", _("Why you apply")),
    ("contribution", _("What you would bring")),
    ("conflicts", _("Conflicts of interest")),
)


class SeatApplicationForm(ApplicantForm):
    """What an applicant for a seat sends. Who may not sit is told so by the rule, before anything is kept."""

    category = forms.ModelChoiceField(
        label=_("Category"), queryset=SeatCategory.objects.none(), required=False, empty_label=_("Not sure")
    )
    contribution = Statement(
        rows=4,
        label=_("What would you bring?"),
        help_text=_("Minerals, stages of the value chain, regions, knowledge."),
    )
    confidential = forms.MultipleChoiceField(
        label=_("Answers that a third party gave you in confidence"),
        choices=MARKABLE,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They are shown to those who decide, and left out of lists, files and mail."),
    )

    def __init__(self, *args: Any, forum: Forum, **options: Any) -> None:
        super().__init__(*args, **options)
        self.terms: TermsOfReference | None = terms_of_reference_on(forum, today())
        self.offer_kinds(())
        self.fields["category"].queryset = forum.categories.all()  # type: ignore[attr-defined]  # a field of models

    def clean_party_kind(self) -> str:
        kind: str = self.cleaned_data["party_kind"]
        verdict = verdict_on(self.terms, kind)
        if not verdict.is_eligible:
            raise forms.ValidationError(verdict.reason)
        return kind

    def shared(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in _SHARED}

    def own(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("category", "contribution", "confidential")}

    def groups(self) -> list[tuple[Any, list[Any]]]:
        parts = (
            (_("Your organization"), ("organization_name", "party_kind", "website")),
            (_("Yourself"), ("given_name", "family_name", "title", "email", "phone")),
            (_("The seat"), ("category", "statement", "contribution", "conflicts", "confidential")),
            (FILES, FILE_FIELDS),
        )
        return [(heading, [self[name] for name in names]) for heading, names in parts]


class InquiryForm(PublicForm):
    name = LineField(required=True, max_length=200, label=_("Your name"))
    organization_name = LineField(label=_("Name of the organization"))
    email = forms.EmailField(label=_("Your e-mail"), max_length=254)
    question = Statement(required=True, rows=5, label=_("What would you like to know?"))

    def groups(self) -> list[tuple[Any, list[Any]]]:
        return [(_("Your question"), [self[name] for name in ("name", "organization_name", "email", "question")])]


class AppealForm(forms.Form):
    text = Statement(required=True, rows=5, label=_("Why should the decision change?"))


class AcceptForm(RulingForm):
    """Everything is filled in but for the decision: a vacant seat of the category, the days as agreed."""

    seat = forms.ModelChoiceField(label=_("Seat"), queryset=Seat.objects.none(), empty_label=None)
    who = forms.ChoiceField(label=_("The applicant on file"), widget=forms.RadioSelect)
    first = needed_day(label=_("First day"))
    last = DayField(label=_("Last day"), help_text=_("By the terms of reference; change it where another was decided."))
    field_order = ("seat", "who", "first", "last", "decided_by", "decided_on", "reason")

    def __init__(self, *args: Any, asked: SeatApplication, likely: list[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        vacant = Seat.objects.filter(forum=asked.forum).vacant_on(today()).in_forum_order()
        seats: Any = self.fields["seat"]
        seats.queryset = vacant
        as_new = _("None of these: make a new record") if likely else _("Make a new record")
        who: Any = self.fields["who"]
        who.choices = [*((str(pk), label) for pk, label in likely), (_AS_NEW, as_new)]
        if not self.is_bound:
            of_category = vacant.filter(category=asked.category).first() if asked.category_id else None
            end = end_of_term(terms_of_reference_on(asked.forum, today()), today())
            self.initial = {
                "seat": of_category or vacant.first(),
                "who": str(likely[0][0]) if likely else _AS_NEW,
                "first": today(),
                "last": end,
                **self.initial,
            }

    def given(self) -> dict[str, Any]:
        found = super().given()
        who = found.pop("who")
        found["party"] = None if who == _AS_NEW else Party.objects.get(pk=int(who))
        return found


class DeclineForm(RulingForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].help_text = _("The applicant is told it in the letter, in your words.")


class AppealRulingForm(RulingForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].help_text = _("The applicant is told it in the letter, in your words.")


class AnswerForm(forms.Form):
    folded: tuple[str, ...] = ()
    text = TextField(label=_("Answer"), rows=6)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["text"].required = True
        self.fields["text"].error_messages["required"] = _("Write an answer.")
