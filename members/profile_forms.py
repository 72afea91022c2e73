"""Forms of profiles and vocabularies. They shape input; what may be written is the services' business."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core import ui
from c2m2a_crm.core.validity import today
from members.forms import DayField, LineField
from members.models import Concept, Expertise, Jurisdiction, Listing, Party, Person, ProfileLine
from members.profiles import line_order

_SOURCE_HINT = _("A page, a report, or who said so.")


class _WordsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # Django's class takes no argument at run time
    """Boxes of the words of one vocabulary that are offered."""

    def __init__(self, vocabulary: str, label: Any, **options: Any) -> None:
        super().__init__(
            queryset=Concept.objects.none(),
            required=False,
            label=label,
            widget=forms.CheckboxSelectMultiple,
            **options,
        )
        self.vocabulary = vocabulary

    def offer(self) -> None:
        self.queryset = Concept.objects.offered().of(self.vocabulary).in_reading_order()

    def label_from_instance(self, word: Concept) -> str:
        """The word; a mineral behind its tile, which says nothing to the ear that its name does not."""
        if word.symbol not in ui.ELEMENTS:
            return str(word)
        return ui.markup("<span aria-hidden=true>{}</span> {}", ui.element(word.symbol), word)


class _KeptField(forms.MultipleChoiceField):
    """Numbers of lines; one that somebody took away meanwhile is no fault of the form."""

    def valid_value(self, value: Any) -> bool:
        return str(value).isdecimal()


class ProfileForm(forms.Form):
    """What is stated of an organization or a Nation, with a box for each line to keep, and boxes for more.

    ``shown`` names the lines that the page showed: a line that somebody added meanwhile is not taken away.
    """

    keep = _KeptField(
        label=_("Stated now"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A line that you leave without a mark is taken away."),
    )
    minerals = _WordsField(Concept.Vocabulary.MINERAL, _("Minerals and materials"))
    stages = _WordsField(Concept.Vocabulary.STAGE, _("Stages of the value chain"))
    places: Any = forms.ModelMultipleChoiceField(
        queryset=Jurisdiction.objects.none(),
        required=False,
        label=_("Provinces, territories and Canada"),
        widget=forms.CheckboxSelectMultiple,
    )
    sectors = _WordsField(Concept.Vocabulary.SECTOR, _("Sectors"))
    source = LineField(label=_("Source"), help_text=_SOURCE_HINT)
    stated_on = DayField(label=_("As of"))

    def __init__(self, data: Any = None, *, party: Party) -> None:
        super().__init__(data, initial={"stated_on": today()})
        self.sent: Any = data
        self.stated = sorted(ProfileLine.objects.filter(party=party).for_list(), key=line_order)
        for name in ("minerals", "stages", "sectors"):
            self.fields[name].offer()  # type: ignore[attr-defined]  # the fields above
        self.fields["places"].queryset = Jurisdiction.objects.in_reading_order()  # type: ignore[attr-defined]  # as above
        keep = self.fields["keep"]
        keep.choices = [(str(line.pk), str(line)) for line in self.stated]  # type: ignore[attr-defined]  # as above
        keep.initial = [str(line.pk) for line in self.stated]
        if not self.stated and not self.is_bound:
            del self.fields["keep"]

    @property
    def shown(self) -> list[str]:
        return [str(line.pk) for line in self.stated]

    @property
    def removed(self) -> list[int]:
        """Lines that the page showed and that were left without a mark."""
        kept = set(self.cleaned_data.get("keep") or ())
        return [int(pk) for pk in self.sent.getlist("shown") if pk.isdecimal() and pk not in kept]


class ExpertiseForm(forms.Form):
    """What somebody knows: a box for each word; those that are ticked stand on file."""

    fields_of_expertise = _WordsField(Concept.Vocabulary.EXPERTISE, _("Fields of expertise"))
    minerals = _WordsField(Concept.Vocabulary.MINERAL, _("Minerals and materials"))
    stages = _WordsField(Concept.Vocabulary.STAGE, _("Stages of the value chain"))
    source = LineField(label=_("Source"), help_text=_SOURCE_HINT)
    stated_on = DayField(label=_("As of"))

    _WORDS: ClassVar = ("fields_of_expertise", "minerals", "stages")

    def __init__(self, data: Any = None, *, person: Person) -> None:
        super().__init__(data, initial={"stated_on": today()})
        self.sent: Any = data
        self.stated = list(Expertise.objects.filter(person=person))
        here = [row.field_id for row in self.stated]
        for name in self._WORDS:
            field: Any = self.fields[name]
            # What this person has stays among the boxes, though it is not offered any more.
            offered = Q(replaced_by__isnull=True, retired_on__isnull=True) | Q(pk__in=here)
            field.queryset = Concept.objects.of(field.vocabulary).filter(offered).in_reading_order()
            field.initial = here

    @property
    def shown(self) -> list[str]:
        return [str(row.pk) for row in self.stated]

    @property
    def chosen(self) -> list[Concept]:
        return [word for name in self._WORDS for word in self.cleaned_data[name]]

    @property
    def added(self) -> list[Concept]:
        here = {row.field_id for row in self.stated}
        return [word for word in self.chosen if word.pk not in here]

    @property
    def removed(self) -> list[int]:
        shown, chosen = set(self.sent.getlist("shown")), {word.pk for word in self.chosen}
        return [row.pk for row in self.stated if str(row.pk) in shown and row.field_id not in chosen]


# --- Vocabularies -----------------------------------------------------------------------------------------------------


class ConceptForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's form classes take no parameters when they run
    retired_on = DayField(
        label=_("no longer offered since"),
        help_text=_("From that day nobody can choose it any more. What has it keeps it."),
    )

    class Meta:
        model = Concept
        fields: ClassVar = [
            "label_en",
            "label_fr",
            "symbol",
            "also",
            "note_en",
            "note_fr",
            "position",
            "retired_on",
            "source",
            "is_confirmed",
        ]
        widgets: ClassVar = {
            "label_en": forms.TextInput(attrs={"lang": "en"}),
            "label_fr": forms.TextInput(attrs={"lang": "fr"}),
            "note_en": forms.TextInput(attrs={"lang": "en"}),
            "note_fr": forms.TextInput(attrs={"lang": "fr"}),
        }
        help_texts: ClassVar = {
            "position": _("Words are listed by this number, then by their label."),
            "is_confirmed": _("Somebody here has checked it against its source."),
        }


class ConceptCreateForm(ConceptForm):
    class Meta(ConceptForm.Meta):
        fields: ClassVar = ["label_en", "label_fr", "symbol", "also", "position", "source", "is_confirmed"]


class ReplaceForm(forms.Form):
    by: Any = forms.ModelChoiceField(
        queryset=Concept.objects.none(), label=_("Word that takes its place"), empty_label=_("Choose a word")
    )

    def __init__(self, data: Any = None, *, concept: Concept) -> None:
        super().__init__(data)
        others = Concept.objects.offered().of(concept.vocabulary).exclude(pk=concept.pk)
        self.fields["by"].queryset = others.in_reading_order()  # type: ignore[attr-defined]  # the field above


class ListingForm(forms.Form):
    """A place on the list of a jurisdiction. Where it is changed the jurisdiction stays."""

    jurisdiction: Any = forms.ModelChoiceField(
        queryset=Jurisdiction.objects.none(), label=_("Jurisdiction"), empty_label=_("Choose a jurisdiction")
    )
    standing = forms.ChoiceField(label=_("Standing"), choices=Listing.Standing.choices)
    first = DayField(label=_("On the list from"))
    last = DayField(label=_("Until"), help_text=_("Leave it empty while it is on the list."))
    source = LineField(label=_("Source"), max_length=500)
    is_confirmed = forms.BooleanField(
        label=_("Confirmed"), required=False, help_text=_("Somebody here has checked it against its source.")
    )

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None, is_change: bool = False) -> None:
        super().__init__(data, initial=initial)
        if is_change:
            del self.fields["jurisdiction"]
        else:
            self.fields["jurisdiction"].queryset = Jurisdiction.objects.in_reading_order()  # type: ignore[attr-defined]  # the field above
