"""Forms of the directory. They shape input; what may be written is the services' business."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.boundfield import BoundField
from django.urls import reverse_lazy
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_countries import countries

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.name_keys import name_key
from c2m2a_crm.core.pages.versioned import AskedForm
from c2m2a_crm.core.text import clean_line
from c2m2a_crm.core.validity import today, validate_day
from members.models import AddressUse, Jurisdiction, NameKey, Party, PartyName, Person, PhoneNumber
from members.selectors import party_note

LONGEST_LINE = 250
LONGEST_TEXT = 20_000
NOBODY = "nobody"
_TOO_LONG = _("Keep it under %(limit_value)d letters; this has %(show_value)d.")

# Languages of own names that are offered (ISO 639 codes); any other is said by "another language".
OWN_LANGUAGES = [
    ("", _("Not known")),
    ("alq", _("Algonquin")),
    ("atj", _("Atikamekw")),
    ("bla", _("Blackfoot")),
    ("cr", _("Cree")),
    ("dak", _("Dakota")),
    ("chp", _("Dënesųłıné")),
    ("gwi", _("Gwich’in")),
    ("hai", _("Haida")),
    ("moe", _("Innu")),
    ("iu", _("Inuktut")),
    ("crg", _("Michif")),
    ("mic", _("Mi’kmaw")),
    ("moh", _("Mohawk")),
    ("nsk", _("Naskapi")),
    ("oj", _("Ojibwe, Anishinaabemowin")),
    ("dgr", _("Tłı̨chǫ")),
    ("pqm", _("Wolastoqey")),
    ("en", _("English")),
    ("fr", _("French")),
    ("mul", _("Another language")),
]


class LineField(forms.CharField):
    """Text as it is kept: NUL and outer white space gone, nothing else changed, line ends of one kind."""

    def __init__(self, *, max_length: int = LONGEST_LINE, required: bool = False, **options: Any) -> None:
        super().__init__(
            max_length=max_length, required=required, strip=False, error_messages={"max_length": _TOO_LONG}, **options
        )

    def to_python(self, value: Any) -> str:
        text = str(super().to_python(value) or "")
        return clean_line(text.replace("\r\n", "\n"))


class TextField(LineField):
    def __init__(self, *, rows: int = 3, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows})
        super().__init__(max_length=LONGEST_TEXT, widget=widget, **options)


class DayField(forms.DateField):
    def __init__(self, **options: Any) -> None:
        super().__init__(
            required=False,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            input_formats=["%Y-%m-%d"],
            error_messages={"invalid": _("Enter the date as year-month-day, for example 2026-11-10.")},
            validators=[validate_day],
            **options,
        )


class OwnerChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django's class takes no argument at run time
    """A colleague, or nobody."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            queryset=User.objects.filter(is_active=True).order_by("name", "pk"),
            required=False,
            empty_label=_("Nobody"),
            **options,
        )

    def keep(self, present_id: int | None) -> None:
        """Whoever has it stays among the choices, though their account is closed: saving must not take them off."""
        colleagues = models.Q(is_active=True) | models.Q(pk=present_id)
        self.queryset = User.objects.filter(colleagues).order_by("name", "pk")


# --- Picking a record ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NewParty:
    """A party that the form was asked to make by name."""

    name: str


class _PartyWidget(forms.Widget):
    """Reads what the combobox sends: an identifier, ``new:NAME``, or only the typed text where no script ran."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> tuple[str, str]:
        return clean_line(str(data.get(name) or "")), clean_line(str(data.get(f"{name}_text") or ""))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and f"{name}_text" not in data


class _PartyBoundField(BoundField):
    """What the combobox is drawn from: the token of what is picked, else the text that was typed."""

    @property
    def is_optional(self) -> bool:
        return not self.field.required

    @property
    def tokens(self) -> list[dict[str, Any]]:
        party = self._party()
        if party is not None:
            return [
                {
                    "value": party.pk,
                    "label": str(party),
                    "note": party_note(party),
                    "mark_key": party.pk,
                    "party": True,
                }
            ]
        picked = self._raw()[0]
        name = clean_line(picked.removeprefix("new:")) if picked.startswith("new:") else ""
        return [{"value": picked, "label": name, "party": True, "tone": "warn"}] if name else []

    @property
    def text(self) -> str:
        return self._raw()[1] if not self.tokens else ""

    def _raw(self) -> tuple[str, str]:
        value = self.value()
        return value if isinstance(value, tuple) else ("", "")

    def _party(self) -> Party | None:
        value = self.value()
        if isinstance(value, Party):
            return value
        picked = self._raw()[0]
        if not (picked.isdecimal() and len(picked) < 19):
            return None
        return Party.objects.filter(pk=int(picked)).select_related("jurisdiction").first()


class PartyField(forms.Field):
    """An organization or a Nation, picked from the combobox or named exactly."""

    widget = _PartyWidget
    template_name = "members/_party_field.html"

    url = reverse_lazy("organizations:options")

    def __init__(self, *, may_create: bool = False, **options: Any) -> None:
        super().__init__(template_name="members/_party_field.html", **options)
        self.may_create = may_create

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> BoundField:
        return _PartyBoundField(form, self, field_name)

    def clean(self, value: Any) -> Party | NewParty | None:
        picked, typed = value if isinstance(value, tuple) else ("", "")
        if picked.isdecimal() and len(picked) < 19:
            party = Party.objects.filter(pk=int(picked)).first()
            if party is None:
                raise ValidationError(_("This organization is no longer there. Choose another."))
            return party
        name = clean_line(picked.removeprefix("new:")) if picked.startswith("new:") else ""
        if name and self.may_create:
            if len(name) > LONGEST_LINE:
                raise ValidationError(_TOO_LONG % {"limit_value": LONGEST_LINE, "show_value": len(name)})
            return NewParty(name)
        typed = typed or name
        if typed:
            return self._named(typed)
        if self.required:
            raise ValidationError(_("Choose an organization or a Nation."))
        return None

    def _named(self, typed: str) -> Party:
        key = name_key(typed)
        owners = NameKey.objects.filter(key=key, form__in=("full", "acronym", "alias"), party__archived_at__isnull=True)
        parties = list(Party.objects.filter(pk__in=owners.values("party"))[:2]) if key else []
        if len(parties) == 1:
            return parties[0]
        if parties:
            raise ValidationError(_("Several are called “%(name)s”. Choose one from the list."), params={"name": typed})
        raise ValidationError(
            _("We know no organization and no Nation called “%(name)s”. Add it first, or choose one from the list."),
            params={"name": typed},
        )


# --- Parties ---------------------------------------------------------------------------------------------------------

ORGANIZATION_KINDS = [choice for choice in Party.Kind.choices if choice[0] != Party.Kind.NATION]

Folds = list[tuple[str | Promise, list[str]]]


class RecordForm(AskedForm):
    """A form with a few fields in view and the rest folded. ``visible`` and ``folds`` name fields in their order."""

    visible: list[str] = []
    folds: Folds = []
    likely: frozenset[str] = frozenset()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.likely & set(self.fields):
            self.fields[name].widget.attrs["data-likely"] = ""

    def keep_present(self, row: models.Model) -> Self:
        """See :meth:`OwnerChoiceField.keep`; ``row`` is the one that is edited."""
        for name, field in self.fields.items():
            if isinstance(field, OwnerChoiceField):
                field.keep(getattr(row, f"{name}_id"))
        return self

    def in_view(self) -> list[BoundField]:
        return [self[name] for name in self.visible if name in self.fields and name not in self.asked]

    def folded(self) -> list[tuple[str | Promise, list[BoundField], str, bool]]:
        """Heading, fields, what is in them as one line, and whether the fold must stand open."""
        groups = []
        for heading, names in self.folds:
            fields = [self[name] for name in names if name in self.fields and name not in self.asked]
            if fields:
                values = [_shown(field) for field in fields]
                groups.append(
                    (heading, fields, " · ".join(filter(None, values)), any(field.errors for field in fields))
                )
        return groups


def _shown(field: BoundField) -> str:
    if isinstance(field, _PartyBoundField):
        return ", ".join(token["label"] for token in field.tokens)
    value = field.value()
    if value in (None, "", False):
        return ""
    if value is True:
        return str(field.label)
    choices = {str(key): str(label) for key, label in getattr(field.field, "choices", ())}
    text = (
        choices.get(str(value.pk if isinstance(value, models.Model) else value), str(value)) if choices else str(value)
    )
    return text if len(text) <= 60 else f"{text[:59]}…"


class PartyForm(RecordForm):
    """The fields that organizations and Nations share."""

    likely = frozenset({"name_en", "name_fr", "autonym", "website", "acronym_en", "acronym_fr", "email"})

    name_en = LineField(label=_("Name in English"))
    name_fr = LineField(label=_("Name in French"))
    autonym = LineField(label=_("Name in its own language"), help_text=_("With its letters, as the Nation writes it."))
    autonym_language = forms.ChoiceField(label=_("Language of that name"), choices=OWN_LANGUAGES, required=False)
    jurisdiction = forms.ModelChoiceField(
        label=_("Province or territory"),
        queryset=Jurisdiction.objects.exclude(code="CA"),
        required=False,
        empty_label=_("Not known"),
    )
    website = forms.URLField(
        label=_("Website"),
        required=False,
        max_length=300,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"placeholder": "", "inputmode": "url"}),
        error_messages={"invalid": _("Enter a web address, like https://example.org.")},
    )
    owner = OwnerChoiceField(label=_("Relationship owner"))
    backup_owner = OwnerChoiceField(
        label=pgettext_lazy("colleague", "Backup"),
        help_text=_("Knows them, too, and answers for them when the owner is away."),
    )
    legal_name = LineField(label=_("Legal name"))
    acronym_en = LineField(label=_("Acronym in English"))
    acronym_fr = LineField(label=_("Acronym in French"))
    country = forms.ChoiceField(
        label=_("Country"), choices=lambda: [("", "—"), *countries], required=False, initial="CA"
    )
    about = TextField(label=_("About"))


class OrganizationForm(PartyForm):
    """``visible``: six inputs; a government says its level in the first fold."""

    visible = ["name_en", "name_fr", "kind", "jurisdiction", "website", "owner"]
    folds = [
        (_("More names"), ["acronym_en", "acronym_fr", "legal_name", "autonym", "autonym_language"]),
        (_("More facts"), ["backup_owner", "government_level", "parent", "country", "about"]),
    ]

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[("", _("Choose a kind")), *ORGANIZATION_KINDS],
        error_messages={"required": _("Choose the kind of organization.")},
    )
    government_level = forms.ChoiceField(
        label=_("Level of government"),
        choices=[("", _("Not a government")), *Party.GovernmentLevel.choices],
        required=False,
    )
    parent = PartyField(label=_("Part of"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kind") == Party.Kind.GOVERNMENT and not data.get("government_level"):
            self.add_error("government_level", _("Say which level of government this is."))
        elif data.get("kind") and data["kind"] != Party.Kind.GOVERNMENT:
            data["government_level"] = ""
        return data


class NationForm(PartyForm):
    visible = ["name_en", "name_fr", "autonym", "autonym_language", "distinction", "jurisdiction", "owner"]
    folds = [
        (_("More names"), ["legal_name", "acronym_en", "acronym_fr"]),
        (_("More facts"), ["backup_owner", "website", "about"]),
    ]

    distinction = forms.ChoiceField(
        label=_("Distinction"),
        choices=Party.Distinction.choices,
        widget=forms.RadioSelect(attrs={"data-look": "segments"}),
        error_messages={"required": _("Choose First Nations, Inuit or Métis.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["country"]


class _ReachFields(forms.Form):
    """An address and a number, asked for when a record is made; later they are added on its page."""

    email = forms.CharField(
        label=_("E-mail address"), required=False, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    phone = forms.CharField(
        label=_("Telephone"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )


class NewOrganizationForm(OrganizationForm, _ReachFields):
    folds = [
        *OrganizationForm.folds,
        (_("Other names"), ["other_name_kind", "other_name"]),
        (_("How to reach it"), ["email", "phone"]),
    ]
    other_name_kind = forms.ChoiceField(label=_("This name is a"), choices=PartyName.Kind.choices, required=False)
    other_name = LineField(label=_("Another name"), help_text=_("It will be found by this name, too."))


class NewNationForm(NationForm, _ReachFields):
    folds = [*NationForm.folds, (_("Its office"), ["email", "phone"])]


# --- People ----------------------------------------------------------------------------------------------------------


class PersonForm(RecordForm):
    likely = frozenset({"given_name", "family_name", "email", "phone"})
    visible = ["given_name", "family_name", "preferred_name", "honorific", "post_nominals", "language", "owner"]
    folds = [(_("More about the name"), ["pronunciation"])]

    given_name = LineField(label=_("Given name"))
    family_name = LineField(label=_("Family name"))
    preferred_name = LineField(label=_("Preferred name"), help_text=_("Said instead of the given name."))
    honorific = LineField(label=_("Honorific"), help_text=_("Chief, Hon., Elder, Dr."))
    post_nominals = LineField(label=_("Post-nominals"))
    pronunciation = LineField(label=_("Pronunciation"), help_text=_("How it is said, as a hint: SHAHN-tal."))
    language = forms.ChoiceField(label=_("Official language"), choices=Person.Language.choices, required=False)
    owner = OwnerChoiceField(label=_("Relationship owner"))


class NewPersonForm(PersonForm, _ReachFields):
    """Seven inputs in view; the rest of the name is folded."""

    visible = ["given_name", "family_name", "organization", "title_en", "title_fr", "email", "phone"]
    folds = [
        (_("More about the name"), ["preferred_name", "honorific", "post_nominals", "pronunciation"]),
        (_("Language and owner"), ["language", "owner"]),
    ]

    organization = PartyField(label=_("Organization or Nation"), required=False, may_create=True)
    title_en = LineField(label=_("Title in English"))
    title_fr = LineField(label=_("Title in French"))


# --- What hangs on a record -------------------------------------------------------------------------------------------


class ReasonForm(forms.Form):
    reason = TextField(label=_("Reason"), required=True, help_text=_("For the next person who looks for this record."))
    reason.error_messages["required"] = _("Say why this is archived, so that the next person knows.")


def _owners_to_choose() -> list[tuple[str, Any]]:
    colleagues = User.objects.filter(is_active=True).order_by("name", "pk").values_list("pk", "name")
    return [("", _("Choose…")), (NOBODY, _("Nobody")), *((str(pk), name) for pk, name in colleagues)]


class OwnerForm(forms.Form):
    """Who is to answer for many records: a colleague, or nobody, but never by leaving it open."""

    owner = forms.ChoiceField(
        label=_("Relationship owner"), choices=_owners_to_choose, error_messages={"required": _("Choose an owner.")}
    )

    def clean_owner(self) -> User | None:
        chosen = self.cleaned_data["owner"]
        return None if chosen == NOBODY else User.objects.get(pk=int(chosen))


class OtherNameForm(RecordForm):
    visible = ["text", "kind", "language"]
    text = LineField(label=_("Name"), required=True)
    kind = forms.ChoiceField(label=_("This name is a"), choices=PartyName.Kind.choices)
    language = forms.ChoiceField(label=_("Language"), choices=OWN_LANGUAGES, required=False)


class EmailForm(RecordForm):
    visible = ["address", "kind", "valid_from"]
    address = forms.CharField(label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    kind = forms.ChoiceField(label=_("Kind"), choices=AddressUse.Kind.choices)
    valid_from = DayField(label=_("Since"))


class PhoneForm(RecordForm):
    visible = ["number", "kind", "valid_from"]
    number = forms.CharField(
        label=_("Telephone"),
        max_length=60,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        help_text=_("With its extension, if it has one: 613-555-0143 ext. 12."),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=PhoneNumber.Kind.choices)
    valid_from = DayField(label=_("Since"))


class PostalAddressForm(RecordForm):
    visible = ["lines", "city", "jurisdiction", "postal_code", "country"]
    lines = TextField(label=_("Street and number"), rows=2)
    city = LineField(label=_("City"))
    jurisdiction = forms.ModelChoiceField(
        label=_("Province or territory"),
        queryset=Jurisdiction.objects.exclude(code="CA"),
        required=False,
        empty_label=_("Not known"),
    )
    postal_code = LineField(label=_("Postal code"))
    country = forms.ChoiceField(label=_("Country"), choices=lambda: list(countries), initial="CA")


class CloseForm(forms.Form):
    """The last day of something; empty means that it ended before today."""

    last_day = DayField(label=_("Last day"))


class AffiliationForm(RecordForm):
    """A person's place; the person or the party of the page is left out by it."""

    visible = ["party", "title_en", "title_fr", "first", "last", "is_primary", "unit"]

    party = PartyField(label=_("Organization or Nation"))
    title_en = LineField(label=_("Title in English"))
    title_fr = LineField(label=_("Title in French"))
    unit = LineField(label=_("Branch or unit"))
    first = DayField(label=_("First day"))
    last = DayField(label=_("Last day"))
    is_primary = forms.BooleanField(label=_("This is the main affiliation"), required=False, initial=True)
    end_present_main = forms.BooleanField(label=_("End the present main affiliation the day before"), required=False)

    def __init__(self, *args: Any, is_change: bool = False, offers_end: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_change:
            del self.fields["party"]
        if not offers_end:
            self.fields["end_present_main"].widget = forms.HiddenInput()
            del self.fields["end_present_main"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("first") and data.get("last") and data["first"] > data["last"]:
            self.add_error("last", _("The last day must not lie before the first."))
        if data.get("end_present_main") and not data.get("first"):
            self.add_error("first", _("Enter the first day, so that the present affiliation can end the day before."))
        return data


class EndForm(forms.Form):
    last = DayField(label=_("Last day"))

    def clean_last(self) -> Any:
        return self.cleaned_data["last"] or today()


def values_of(row: models.Model, names: list[str]) -> dict[str, Any]:
    """A record's values as a form's initial ones."""
    values = {}
    for name in names:
        value = getattr(row, name, None)
        values[name] = str(value.code) if name == "country" and value is not None else value
    return values
