"""The public form of an application, and the forms by which it is looked at and decided."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.dates import money
from c2m2a_crm.core.validity import today
from members.forms import DayField, LineField
from members.memberships.forms import RulingForm, needed_day
from members.memberships.intake_files import FILE_FIELDS, FILES, FilesForm
from members.models import ApplicationCheck, DuesRate, MembershipTier, Party

# What only a program fills in: people neither see it nor come to it by the keyboard.
TRAP: Final = "homepage"
LONGEST_STATEMENT: Final = 5000
_AS_NEW: Final = "new"
_PARTS: Final = (
    (_("Your organization"), ("organization_name", "party_kind", "website")),
    (_("Yourself"), ("given_name", "family_name", "title", "email", "phone")),
    (_("The membership"), ("tier", "statement", "conflicts")),
    (FILES, FILE_FIELDS),
)
# What a browser may fill in, in the words of HTML.
_KNOWN_TO_BROWSERS: Final = {
    "organization_name": "organization",
    "website": "url",
    "given_name": "given-name",
    "family_name": "family-name",
    "title": "organization-title",
    "email": "email",
    "phone": "tel",
}


class Statement(LineField):
    """Some paragraphs; the page is open to everybody, so they are no book."""

    def __init__(self, *, rows: int, **options: Any) -> None:
        super().__init__(max_length=LONGEST_STATEMENT, widget=forms.Textarea(attrs={"rows": rows}), **options)


class _OfferedTierField(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django's class takes no argument at run time
    """A tier that is offered today, with what it costs."""

    rates: Mapping[int, Decimal]

    def label_from_instance(self, tier: MembershipTier) -> str:
        amount = self.rates.get(tier.pk)
        if amount is None:
            return str(tier)
        return gettext("%(tier)s (%(amount)s a year)") % {"tier": tier, "amount": money(amount)}


class PublicForm(forms.Form):
    """A form that is open to everybody: sent twice it counts once, and programs that fill in everything are known."""

    form_token = forms.UUIDField(widget=forms.HiddenInput)
    homepage = forms.CharField(required=False, max_length=200, label=_("Leave this empty"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, word in _KNOWN_TO_BROWSERS.items():
            if name in self.fields:
                self.fields[name].widget.attrs["autocomplete"] = word
        if not self.is_bound:
            self.initial = {"form_token": uuid.uuid4(), **self.initial}

    @property
    def is_a_trap(self) -> bool:
        """Whether a program filled in what people do not see."""
        return bool(self.data.get(TRAP, ""))

    def sent(self) -> dict[str, Any]:
        """What is kept of it."""
        left_out = (TRAP, "form_token", *FILE_FIELDS)
        return {name: value for name, value in self.cleaned_data.items() if name not in left_out}


class ApplicantForm(FilesForm, PublicForm):
    """Who applies. It asks nothing of what is on file and tells nothing of it."""

    organization_name = LineField(required=True, label=_("Name of the organization"))
    party_kind = forms.ChoiceField(label=_("Kind of organization"), choices=Party.Kind.choices)
    website = LineField(label=_("Website"), max_length=300)
    given_name = LineField(required=True, max_length=120, label=_("Your given name"))
    family_name = LineField(required=True, max_length=120, label=_("Your family name"))
    title = LineField(label=_("Your title"))
    email = forms.EmailField(label=_("Your e-mail"), max_length=254)
    phone = LineField(label=_("Telephone"), max_length=40)
    statement = Statement(required=True, rows=5, label=_("Why do you apply?"))
    conflicts = Statement(
        rows=3,
        label=_("Conflicts of interest"),
        help_text=_("Interests that could conflict with those of the other members. Empty: you know of none."),
    )

    def offer_kinds(self, kinds: Collection[str]) -> None:
        """Offer these kinds of organizations, or all where there are none; nothing is chosen for anybody."""
        offers = [choice for choice in Party.Kind.choices if choice[0] in kinds]
        party_kind: Any = self.fields["party_kind"]
        party_kind.choices = [("", _("Choose a kind")), *(offers or Party.Kind.choices)]


class ApplicationForm(ApplicantForm):
    """What an applicant for membership sends."""

    tier = _OfferedTierField(queryset=MembershipTier.objects.none(), label=_("Tier"), empty_label=_("Choose a tier"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        offered = MembershipTier.objects.offered_on(today()).order_by("position", "pk")
        tier: Any = self.fields["tier"]
        tier.rates = dict(DuesRate.objects.on(today()).values_list("tier_id", "amount"))
        tier.queryset = offered
        # Nobody is asked to choose what no tier is open to.
        self.offer_kinds({kind for each in offered for kind in each.kinds})

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        tier, kind = given.get("tier"), given.get("party_kind")
        if tier and kind and kind not in tier.kinds:
            self.add_error("tier", _("This tier is not open to this kind of organization."))
        return given

    def groups(self) -> list[tuple[Any, list[Any]]]:
        """What people see of it, in parts: (heading, fields)."""
        return [(heading, [self[name] for name in names]) for heading, names in _PARTS]


class CheckForm(forms.Form):
    point = forms.ChoiceField(choices=ApplicationCheck.Point.choices, widget=forms.HiddenInput)
    note = LineField(label=_("What was found"), max_length=500)


class ConflictForm(forms.Form):
    folded: tuple[str, ...] = ()
    text = LineField(required=True, label=_("Your interest"), max_length=500)


class AdmissionForm(RulingForm):
    """``who`` is a record on file or a new one; likely ones are offered first."""

    who = forms.ChoiceField(label=_("The applicant on file"), widget=forms.RadioSelect)
    tier = forms.ModelChoiceField(queryset=MembershipTier.objects.none(), label=_("Tier"))
    first = needed_day(label=_("First day of the term"))
    last = DayField(label=_("Last day of the term"), help_text=_("Empty: a term without end."))
    field_order = ("who", "tier", "first", "last", "decided_by", "decided_on", "reason")

    def __init__(self, *args: Any, likely: list[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        as_new = _("None of these: make a new record") if likely else _("Make a new record")
        choices = [*((str(pk), label) for pk, label in likely), (_AS_NEW, as_new)]
        if not likely:
            self.initial = {"who": _AS_NEW, **self.initial}
        self.fields["who"].choices = choices  # type: ignore[attr-defined]  # a choice field
        self.fields["tier"].queryset = MembershipTier.objects.order_by("position", "pk")  # type: ignore[attr-defined]  # as above

    def given(self) -> dict[str, Any]:
        found = super().given()
        who = found.pop("who")
        found["party"] = None if who == _AS_NEW else Party.objects.get(pk=int(who))
        return found


class DeclineForm(RulingForm):
    pass
