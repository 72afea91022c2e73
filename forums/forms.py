"""Forms of forums and seats. They shape input; what may be written is the services' business."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts.models import Team, User
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.models import Pillar
from forums.models import Forum, Seat, SeatCategory, SeatTerm
from members.forms import DayField, LineField, OwnerChoiceField, PartyField, RecordForm, TextField
from members.models import Jurisdiction
from members.picking import PersonField

MOST_SEATS_AT_ONCE = 60
_ONE_NAME = _("Enter a name in at least one language.")
_REVERSED = _("The last day must not lie before the first.")


class _ForumChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django's class takes no argument at run time
    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=Forum.objects.none(), required=False, empty_label=_("None"), **options)


# --- Forums ----------------------------------------------------------------------------------------------------------


class ForumForm(RecordForm):
    """Seven inputs in view. What the reader may not know of is not offered, and left as it is."""

    visible = ["name_en", "name_fr", "code", "kind", "level", "status", "is_run_by_us"]
    folds = [
        (_("Purpose"), ["purpose_en", "purpose_fr"]),
        (_("Among other forums"), ["parent", "successor", "code_fr"]),
        (_("Who looks after it"), ["lead", "team", "pillar"]),
        (_("Dates"), ["starts_on", "ends_on"]),
    ]

    name_en = LineField(label=_("Name in English"), max_length=200)
    name_fr = LineField(label=_("Name in French"), max_length=200, widget=forms.TextInput(attrs={"lang": "fr"}))
    code = LineField(label=_("Acronym"), max_length=30)
    code_fr = LineField(label=_("Acronym in French"), max_length=30)
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[("", _("Choose a kind")), *Forum.Kind.choices],
        error_messages={"required": _("Choose the kind of forum.")},
    )
    level = forms.ChoiceField(label=_("Level"), choices=[("", _("Not known")), *Forum.Level.choices], required=False)
    status = forms.ChoiceField(label=_("Status"), choices=Forum.Status.choices)
    is_run_by_us = forms.BooleanField(
        label=_("We run this forum"),
        required=False,
        help_text=_("Its vacant seats and ending terms then stand on Home."),
    )
    purpose_en = TextField(label=_("Purpose in English"))
    purpose_fr = TextField(label=_("Purpose in French"))
    parent = _ForumChoiceField(label=_("Reports to"))
    successor = _ForumChoiceField(label=_("Succeeded by"))
    lead = OwnerChoiceField(label=_("Lead"))
    team = forms.ModelChoiceField(label=_("Team"), queryset=Team.objects.all(), required=False, empty_label=_("None"))
    pillar = forms.ModelChoiceField(
        label=_("Pillar"), queryset=Pillar.objects.all(), required=False, empty_label=_("None")
    )
    starts_on = DayField(label=_("Since"))
    ends_on = DayField(label=_("Until"))

    def __init__(self, *args: Any, actor: User, forum: Forum | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if forum is not None:
            self.keep_present(forum.initiative)
        known = Forum.objects.readable_by(actor).for_list().in_reading_order()
        for name in ("parent", "successor"):
            present = getattr(forum, name) if forum else None
            if present is not None and not present.is_readable_by(actor):
                del self.fields[name]
            else:
                self.fields[name].queryset = known.exclude(pk=forum.pk) if forum else known  # type: ignore[attr-defined]  # a ModelChoiceField

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not (data.get("name_en") or data.get("name_fr")) and not self.errors:
            self.add_error("name_en", _ONE_NAME)
        if data.get("starts_on") and data.get("ends_on") and data["starts_on"] > data["ends_on"]:
            self.add_error("ends_on", _REVERSED)
        return data


# --- Categories and seats --------------------------------------------------------------------------------------------


class CategoryForm(forms.Form):
    name_en = LineField(label=_("Name in English"), max_length=120)
    name_fr = LineField(label=_("Name in French"), max_length=120, widget=forms.TextInput(attrs={"lang": "fr"}))
    seats_planned = forms.IntegerField(
        label=_("Seats planned"),
        required=False,
        min_value=0,
        max_value=1000,
        help_text=_("How many the terms of reference foresee. The seats themselves are added one by one or together."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not (data.get("name_en") or data.get("name_fr")) and not self.errors:
            self.add_error("name_en", _ONE_NAME)
        return data


class CategoryEditForm(CategoryForm):
    position = forms.IntegerField(label=_("Place in the list"), min_value=0, max_value=1000)


class _DatedForm(forms.Form):
    """Two days, both included; an empty one leaves that side open."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("first") and data.get("last") and data["first"] > data["last"]:
            self.add_error("last", _REVERSED)
        return data


class _CategoryChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg]  # as above
    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=SeatCategory.objects.none(), required=False, empty_label=_("None"), **options)


def _ours_field() -> forms.BooleanField:
    return forms.BooleanField(
        label=_("Our seat"),
        required=False,
        help_text=_("At a table of others: whoever sits there speaks for this office."),
    )


class AddSeatsForm(_DatedForm):
    field_order = ["category", "number", "capacity", "is_ours", "first", "last", "jurisdictions"]

    category = _CategoryChoiceField(label=_("Category"))
    number = forms.IntegerField(label=_("How many seats"), min_value=1, max_value=MOST_SEATS_AT_ONCE, initial=1)
    capacity = forms.ChoiceField(label=_("Capacity"), choices=Seat.Capacity.choices)
    jurisdictions = forms.ModelMultipleChoiceField(
        label=_("One seat for each of these governments"),
        queryset=Jurisdiction.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Instead of a number. Each seat then bears the name of its government."),
    )
    is_ours = _ours_field()
    first = DayField(label=_("Since"))
    last = DayField(label=_("Until"))

    def __init__(self, *args: Any, forum: Forum, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if forum.is_run_by_us:
            del self.fields["is_ours"]
        self.fields["category"].queryset = forum.categories.all()  # type: ignore[attr-defined]  # a ModelChoiceField
        if not forum.categories.exists():
            del self.fields["category"]
        if forum.kind in (Forum.Kind.INDUSTRY, Forum.Kind.ADVISORY):
            del self.fields["jurisdictions"]


class SeatForm(_DatedForm):
    category = _CategoryChoiceField(label=_("Category"))
    number = forms.IntegerField(label=_("Number"), min_value=1, max_value=10_000)
    title_en = LineField(
        label=_("Title in English"), max_length=200, help_text=_("Where the seat has a name of its own.")
    )
    title_fr = LineField(label=_("Title in French"), max_length=200, widget=forms.TextInput(attrs={"lang": "fr"}))
    capacity = forms.ChoiceField(label=_("Capacity"), choices=Seat.Capacity.choices)
    party = PartyField(label=_("Belongs to the organization or Nation"), required=False)
    jurisdiction = forms.ModelChoiceField(
        label=_("Belongs to the government"), queryset=Jurisdiction.objects.all(), required=False, empty_label=_("None")
    )
    is_ours = _ours_field()
    first = DayField(label=_("Since"))
    last = DayField(label=_("Until"))

    def __init__(self, *args: Any, forum: Forum, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = forum.categories.all()  # type: ignore[attr-defined]  # a ModelChoiceField
        if forum.is_run_by_us:
            del self.fields["is_ours"]


class LastDayForm(forms.Form):
    last = DayField(label=_("Last day"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last"].required = True
        self.fields["last"].error_messages["required"] = _("Enter the last day.")
        self.fields["last"].initial = today


# --- Terms -----------------------------------------------------------------------------------------------------------


class AppointForm(_DatedForm):
    person = PersonField(label=_("Person"))
    role = forms.ChoiceField(label=_("Role"), choices=SeatTerm.Role.choices)
    party = PartyField(
        label=_("Speaks for"),
        required=False,
        help_text=_("Left empty: whom the seat belongs to, else where the person works on the first day."),
    )
    first = DayField(label=_("First day"))
    last = DayField(label=_("Last day"))
    source = LineField(label=_("Source"), help_text=_("A letter, a decision, a web page."))
    exception_reason = LineField(
        label=_("Why an exception is made"),
        max_length=500,
        help_text=_("Only for one term more than the terms of reference allow in a row."),
    )

    def __init__(self, *args: Any, seat: Seat, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if seat.capacity == Seat.Capacity.PERSONAL:
            del self.fields["party"]
        if not seat.forum.terms_of_reference.filter(renewals_allowed__isnull=False).exists():
            del self.fields["exception_reason"]


class HandOverForm(AppointForm):
    """As an appointment; the first day is needed, for the one who leaves has the day before as last one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first"].required = True
        self.fields["first"].error_messages["required"] = _("Enter the first day.")


class TermForm(AppointForm):
    """A term that exists: everything but the person."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["person"]


class RenewalForm(forms.Form):
    """One term more than the terms of reference allow: until when, and why."""

    last = DayField(label=_("Last day"))
    exception_reason = LineField(required=True, label=_("Why an exception is made"), max_length=500)
    exception_reason.error_messages["required"] = _("Say why, so that the history can tell.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last"].required = True
        self.fields["last"].error_messages["required"] = _("Enter the last day.")


class TakeBackForm(forms.Form):
    reason = LineField(label=_("Reason"), required=True)
    reason.error_messages["required"] = _("Say why, so that the history can tell.")


__all__ = [
    "AddSeatsForm",
    "AppointForm",
    "CategoryEditForm",
    "CategoryForm",
    "ForumForm",
    "HandOverForm",
    "LastDayForm",
    "PersonField",
    "RenewalForm",
    "SeatForm",
    "TakeBackForm",
    "TermForm",
]
