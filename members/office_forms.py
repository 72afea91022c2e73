"""Forms of offices and their holders, of moving on, and of relationships."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.forms.boundfield import BoundField
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.models import Document
from c2m2a_crm.core.registries.moving import HAND_OVER
from c2m2a_crm.core.text import clean_line
from members.forms import DayField, LineField, PartyField, RecordForm
from members.models import Affiliation, Office, Party, Person, Relationship
from members.picking import PersonField, person_named
from members.selectors import party_note, person_note, with_place
from members.services.addresses import Owner
from members.services.moving import Asked
from members.services.relationships import ENDS

FROM, TO = "from", "to"


class RequiredDay(DayField):
    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.required = True
        self.error_messages["required"] = _("Enter the day.")


class OfficeForm(RecordForm):
    visible = ["title_en", "title_fr", "kind", "unit"]

    title_en = LineField(label=_("Title in English"))
    title_fr = LineField(label=_("Title in French"))
    kind = forms.ChoiceField(label=_("Kind"), choices=Office.Kind.choices)
    unit = LineField(label=_("Branch or unit"))


class _Question(forms.ChoiceField):
    """Something is always chosen: what is not sent is what would happen by itself."""

    def clean(self, value: Any) -> Any:
        return super().clean(value or self.initial)


class AskingForm(forms.Form):
    """A form with one question for each thing that hangs on what ends."""

    asked: Sequence[Any] = ()

    def ask(self, asked: Sequence[Any]) -> None:
        self.asked = asked
        for each in asked:
            if each.row.choices:
                self.fields[each.key] = _Question(
                    label=each.row.label,
                    help_text=each.row.note,
                    choices=list(each.row.choices),
                    initial=each.row.default,
                    widget=forms.RadioSelect(attrs={"data-look": "segments"} if len(each.row.choices) == 2 else {}),
                )

    @property
    def asked_keys(self) -> list[str]:
        return [each.key for each in self.asked if each.row.choices]

    def own_fields(self) -> list[BoundField]:
        keys = set(self.asked_keys)
        return [self[name] for name in self.fields if name not in keys]

    def questions(self) -> list[tuple[Any, list[BoundField], list[Asked]]]:
        """Room by room: its heading, what is to be decided on, what is only told."""
        groups: dict[str, tuple[Any, list[BoundField], list[Asked]]] = {}
        for each in self.asked:
            _heading, fields, told = groups.setdefault(each.effect.key, (each.effect.label, [], []))
            if each.row.choices:
                fields.append(self[each.key])
            else:
                told.append(each)
        return list(groups.values())

    def choices_made(self) -> dict[str, str]:
        return {key: self.cleaned_data[key] for key in self.asked_keys if self.cleaned_data.get(key)}

    def refuse_hand_over_to_nobody(self, data: dict[str, Any]) -> None:
        for key in self.asked_keys:
            if data.get(key) == HAND_OVER and not data.get("successor") and "successor" not in self.errors:
                self.add_error(key, _("Choose who follows, or choose otherwise here."))


class _PlaceChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django's class takes no argument at run time
    def label_from_instance(self, obj: Any) -> str:
        return " · ".join(filter(None, (str(obj.party), obj.title.text)))


class _OfficeChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg]  # as above
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.party} · {obj}"


class MovedOnForm(AskingForm):
    """Where somebody leaves, and where they go. Of ``places`` one is left; with one alone it is not asked."""

    place = _PlaceChoiceField(label=_("Which place ends"), queryset=Affiliation.objects.none(), empty_label=None)
    last = RequiredDay(label=_("Last day there"))
    successor = PersonField(
        label=_("Who follows"), required=False, help_text=_("Takes the office, and what you hand over below.")
    )
    party = PartyField(label=_("Goes to"), required=False, may_create=True)
    office = _OfficeChoiceField(
        label=_("Office there"), queryset=Office.objects.none(), required=False, empty_label=_("No office")
    )
    title_en = LineField(label=_("Title in English"))
    title_fr = LineField(label=_("Title in French"))
    first = DayField(label=_("First day there"), help_text=_("The day after the last one, unless you say otherwise."))
    email = forms.CharField(
        label=_("New e-mail address"), required=False, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )

    LEAVING = ("place", "last", "successor")
    ARRIVING = ("party", "office", "title_en", "title_fr", "first", "email")

    def __init__(self, *args: Any, places: Sequence[Affiliation], offices: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place: Any = self.fields["place"]
        place.queryset = Affiliation.objects.filter(pk__in=[each.pk for each in places]).select_related("party")
        if len(places) < 2:
            del self.fields["place"]
        office: Any = self.fields["office"]
        office.queryset = offices
        if not offices.exists():
            del self.fields["office"]

    def leaving(self) -> list[BoundField]:
        return [self[name] for name in self.LEAVING if name in self.fields]

    def arriving(self) -> list[BoundField]:
        return [self[name] for name in self.ARRIVING if name in self.fields]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        office, party = data.get("office"), data.get("party")
        if office and party is None:
            party = data["party"] = office.party
        told = any(data.get(name) for name in ("title_en", "title_fr", "first", "email"))
        if told and party is None and "party" not in self.errors:
            self.add_error("party", _("Choose where this person goes."))
        if office and party is not None and office.party != party:
            self.add_error("office", _("This office belongs to another organization or Nation."))
        if data.get("last") and party is not None and not data.get("first"):
            data["first"] = data["last"] + timedelta(days=1)
        self.refuse_hand_over_to_nobody(data)
        return data


class HolderForm(AskingForm):
    successor = PersonField(label=_("Who takes it"))
    first = RequiredDay(label=_("First day"))
    is_acting = forms.BooleanField(
        label=_("Acting, beside the titular holder"),
        required=False,
        help_text=_("Keeps their own place; the titular holder stays."),
    )
    ends_present_main = forms.BooleanField(
        label=_("Their present main affiliation ends the day before"), required=False, initial=True
    )


# --- Relationships ---------------------------------------------------------------------------------------------------


def ways_for(record: Owner) -> list[tuple[str, Any]]:
    """The relations in which such a record may stand, from its own side; those that read alike both ways come once."""
    model = Person if isinstance(record, Person) else Party
    ways: list[tuple[str, Any]] = []
    for kind in Relationship.Kind:
        beginnings, ends = ENDS[kind]
        if model in beginnings:
            ways.append((f"{kind}-{FROM}", kind.label))
        if model in ends and kind not in Relationship.MUTUAL:
            ways.append((f"{kind}-{TO}", Relationship.CONVERSE[kind]))
    return ways


class _EndBoundField(BoundField):
    @property
    def is_optional(self) -> bool:
        return not self.field.required

    @property
    def tokens(self) -> list[dict[str, Any]]:
        value = self.value()
        record = _end_of(value[0]) if isinstance(value, tuple) else None
        if record is None:
            return []
        is_person = isinstance(record, Person)
        note = person_note(record) if isinstance(record, Person) else party_note(record)
        name = record.full_name if isinstance(record, Person) else str(record)
        return [
            {
                "value": end_key(record),
                "label": name,
                "note": note,
                "mark_key": record.pk,
                "party": not is_person,
            }
        ]

    @property
    def text(self) -> str:
        value = self.value()
        return str(value[1]) if isinstance(value, tuple) and not self.tokens else ""


def end_key(record: Owner) -> str:
    """How the combobox of both sorts names a record."""
    return f"{'person' if isinstance(record, Person) else 'party'}-{record.pk}"


def _end_of(key: str) -> Owner | None:
    sort, _dash, number = key.partition("-")
    if not (number.isdecimal() and len(number) < 19):
        return None
    if sort == "person":
        found: Person | None = with_place(
            Person.objects.filter(pk=int(number), archived_at__isnull=True, anonymised_on__isnull=True)
        ).first()
        return found
    if sort == "party":
        return Party.objects.filter(pk=int(number), archived_at__isnull=True).select_related("jurisdiction").first()
    return None


class EndField(forms.Field):
    """A person, an organization or a Nation: one combobox finds all of them."""

    widget = PartyField.widget
    url = reverse_lazy("relationship_options")

    def __init__(self, **options: Any) -> None:
        super().__init__(template_name="members/_party_field.html", **options)

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> BoundField:
        return _EndBoundField(form, self, field_name)

    def clean(self, value: Any) -> Owner:
        picked, typed = value if isinstance(value, tuple) else ("", "")
        if picked:
            record = _end_of(picked)
            if record is None:
                raise ValidationError(_("This record is no longer there. Choose another."))
            return record
        typed = clean_line(typed)
        if not typed:
            raise ValidationError(_("Choose a person, an organization or a Nation."))
        try:
            party: Party = PartyField().clean(("", typed))  # type: ignore[assignment]  # a name that is on file
        except ValidationError:
            return person_named(typed)
        return party


class RelationshipForm(RecordForm):
    """One relation from the side of ``record``; scope and mandate are for whoever speaks for another."""

    visible = ["way", "other", "first", "last"]
    folds = [(_("Scope and mandate, source"), ["scope", "mandate", "mandate_reference", "source"])]

    way = forms.ChoiceField(label=_("Relation"))
    other = EndField(label=_("With whom"))
    first = DayField(label=_("First day"))
    last = DayField(label=_("Last day"))
    scope = LineField(
        label=_("Scope"),
        max_length=500,
        help_text=_("In which matters: water licences, a project, all dealings."),
    )
    mandate = forms.ModelChoiceField(
        label=_("Document of the mandate"),
        queryset=Document.objects.none(),
        required=False,
        empty_label=_("None on file"),
        help_text=_("One of the documents on the pages of the two."),
    )
    mandate_reference = LineField(label=_("Reference of the mandate"), help_text=_("A resolution, a letter, a law."))
    source = LineField(label=_("Source"), help_text=_("How we know."))

    def __init__(self, *args: Any, actor: Any, record: Owner, present: Relationship | None = None, **kw: Any) -> None:
        super().__init__(*args, **kw)
        mandate: Any = self.fields["mandate"]
        mandate.queryset = documents_about(actor, record, present)
        way: Any = self.fields["way"]
        way.choices = ways_for(record)
        if present is not None:
            del self.fields["way"]
            del self.fields["other"]
        if present is not None and present.kind != Relationship.Kind.SPEAKS_FOR:
            for name in ("scope", "mandate", "mandate_reference"):
                del self.fields[name]
        if not mandate.queryset.exists():
            self.fields.pop("mandate", None)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("first") and data.get("last") and data["first"] > data["last"]:
            self.add_error("last", _("The last day must not lie before the first."))
        return data


def documents_about(actor: Any, record: Owner, present: Relationship | None) -> Any:
    """Documents that the actor may read and that are filed on the party, or on either end of the relation."""
    ends = [record] if present is None else [present.beginning, present.end]
    parties = [each.pk for each in ends if isinstance(each, Party)]
    filed = Q(members_partydocument_rows__party__in=parties)
    if present is not None and present.mandate_id:
        filed |= Q(pk=present.mandate_id)
    rows = Document.objects.readable_by(actor).filter(filed, archived_at__isnull=True, removed_at__isnull=True)
    return rows.distinct().order_by("-updated_at", "-pk")
