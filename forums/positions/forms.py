"""Forms of positions. They shape input; what may be written is the services' business."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core import dates
from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.models import Initiative, Interaction
from forums.models import (
    Decision,
    Forum,
    Meeting,
    MinutesSection,
    Position,
    PositionUse,
    PositionWording,
    Seat,
    Stance,
)
from forums.positions.selectors import contacts_to_offer, sections_to_offer
from forums.positions.standing import Table
from members.forms import DayField, LineField, OwnerChoiceField, PartyField, RecordForm, TextField
from members.models import Concept, Jurisdiction
from members.picking import PersonField

_FRENCH = {"lang": "fr"}
_ONE_QUESTION = _("Enter the question in at least one language.")
_ONE_TEXT = _("Enter the text in at least one language.")


class PositionForm(RecordForm):
    visible = ["question_en", "question_fr", "initiative", "owner", "opened_on"]

    question_en = LineField(label=_("Question in English"), max_length=300)
    question_fr = LineField(
        label=_("Question in French"), max_length=300, widget=forms.TextInput(attrs={**_FRENCH, "maxlength": 300})
    )
    initiative = forms.ModelChoiceField(
        label=_("Whose position it is"),
        queryset=Initiative.objects.none(),
        required=False,
        empty_label=_("The alliance itself"),
        help_text=_("A forum, or the file under which the alliance keeps its own position. It stays as it is."),
    )
    owner = OwnerChoiceField(label=_("Owner"))
    opened_on = DayField(label=_("Opened on"))

    def __init__(self, *args: Any, actor: User, position: Position | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].required = True
        self.fields["opened_on"].required = True
        if position is not None:
            del self.fields["initiative"]
            self.keep_present(position)
            return
        kinds = (Initiative.Kind.FORUM, Initiative.Kind.FILE)
        rows = Initiative.objects.readable_by(actor).active().filter(kind__in=kinds)
        name = "name_fr" if reader_language() == "fr" else "name_en"
        self.fields["initiative"].queryset = rows.order_by(name, "pk")  # type: ignore[attr-defined]  # a ModelChoiceField

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not (data.get("question_en") or data.get("question_fr")) and not self.errors:
            self.add_error("question_en", _ONE_QUESTION)
        return data


class _BoxesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # Django's class takes no argument at run time
    def __init__(self, label: Any) -> None:
        super().__init__(
            queryset=Concept.objects.none(), required=False, label=label, widget=forms.CheckboxSelectMultiple
        )


class TopicsForm(forms.Form):
    minerals = _BoxesField(_("Minerals and materials"))
    stages = _BoxesField(_("Stages of the value chain"))
    places = _BoxesField(_("Jurisdictions"))

    def __init__(self, data: Any = None, *, position: Position) -> None:
        topics = list(position.topics.all())
        concepts = [row.concept_id for row in topics if row.concept_id]
        places = [row.jurisdiction_id for row in topics if row.jurisdiction_id]
        super().__init__(data, initial={"minerals": concepts, "stages": concepts, "places": places})
        for name, vocabulary in (("minerals", Concept.Vocabulary.MINERAL), ("stages", Concept.Vocabulary.STAGE)):
            # A word that was retired since stays among the boxes where it is marked.
            offered = Concept.objects.of(vocabulary)
            offered = (offered.offered() | offered.filter(pk__in=concepts)).in_reading_order()
            self.fields[name].queryset = offered  # type: ignore[attr-defined]  # a ModelMultipleChoiceField
        self.fields["places"].queryset = Jurisdiction.objects.in_reading_order()  # type: ignore[attr-defined]  # as above


class WordingForm(forms.Form):
    text_en = TextField(label=_("Text in English"), rows=8)
    text_fr = TextField(label=_("Text in French"), rows=8)
    change = LineField(label=_("What changed"), max_length=500)
    reason = LineField(label=_("Why it changed"), max_length=500)
    written_on = DayField(label=_("Written on"))

    def __init__(self, data: Any = None, *, newest: PositionWording | None) -> None:
        before = {"text_en": newest.text_en, "text_fr": newest.text_fr} if newest else {}
        super().__init__(data, initial={**before, "written_on": today()})
        self.fields["text_fr"].widget.attrs["lang"] = "fr"
        self.fields["written_on"].required = True
        for name in ("change", "reason"):
            if newest is None:
                del self.fields[name]
            else:
                self.fields[name].required = True

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not (data.get("text_en") or data.get("text_fr")) and not self.errors:
            self.add_error("text_en", _ONE_TEXT)
        return data


class TranslationForm(forms.Form):
    text = TextField(label=_("Translation"), rows=8)

    def __init__(self, data: Any = None, *, language: str) -> None:
        super().__init__(data)
        self.fields["text"].required = True
        self.fields["text"].label = _("Text in French") if language == "fr" else _("Text in English")
        self.fields["text"].widget.attrs["lang"] = language


class _ContactField(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django's class takes no argument at run time
    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=Interaction.objects.none(), required=False, **options)

    def offer(self, rows: Sequence[Interaction]) -> None:
        self.queryset = Interaction.objects.filter(pk__in=[row.pk for row in rows])
        self.choices = [("", self.empty_label), *((row.pk, _of_day(row.subject, row.occurred_on)) for row in rows)]


def _of_day(name: str, day: Any) -> str:
    return f"{dates.short_date(day)} · {name}"


class StanceForm(RecordForm):
    """Who, what, and where they said so. ``named`` is the contact that the address names."""

    folds = [(_("Who spoke, and of which wording"), ["person", "wording"])]

    seat = forms.ModelChoiceField(
        label=_("Seat"), queryset=Seat.objects.none(), required=False, empty_label=_("Without a seat")
    )
    party = PartyField(label=_("Organization or Nation"), required=False)
    kind = forms.ChoiceField(label=_("Stance"), choices=Stance.Kind.choices)
    condition = LineField(
        label=_("On what condition"),
        max_length=500,
        help_text=_("For “supports if”; for “opposes”, what would move them."),
    )
    words = TextField(label=_("In their words"), rows=3)
    interaction = _ContactField(label=_("Contact in which it was said"), empty_label=_("None of these"))
    section = forms.ModelChoiceField(
        label=_("Or section of minutes"),
        queryset=MinutesSection.objects.none(),
        required=False,
        empty_label=_("None of these"),
    )
    person = PersonField(label=_("Who spoke"), required=False)
    wording = forms.ModelChoiceField(
        label=_("Wording spoken of"),
        queryset=PositionWording.objects.none(),
        required=False,
        empty_label=_("None in particular"),
    )

    def __init__(self, data: Any = None, *, actor: User, position: Position, named: int | None = None) -> None:
        newest = position.wordings.order_by("-number").first()
        super().__init__(data, initial={"interaction": named, "wording": newest})
        self.fields["wording"].queryset = position.wordings.order_by("-number")  # type: ignore[attr-defined]  # a choice of rows
        self.fields["interaction"].offer(contacts_to_offer(actor, _named(data, named)))  # type: ignore[attr-defined]  # the field above
        forum = position.forum
        sections = sections_to_offer(actor, position)
        if forum is None:
            del self.fields["seat"]
        else:
            seats = Seat.objects.filter(forum=forum).current().select_related("party").in_forum_order()
            self.fields["seat"].queryset = seats  # type: ignore[attr-defined]  # as above
            self.fields["seat"].label_from_instance = _seat_and_party  # type: ignore[attr-defined]  # as above
            self.fields["party"].help_text = _("Only for somebody without a seat: a seat says for whom it speaks.")
        if sections:
            self.fields["section"].queryset = MinutesSection.objects.filter(pk__in=[row.pk for row in sections])  # type: ignore[attr-defined]  # as above
            self.fields["section"].choices = [  # type: ignore[attr-defined]  # as above
                ("", _("None of these")),
                *((row.pk, _of_day(f"{row.minutes.meeting} · {row}", row.minutes.meeting.day)) for row in sections),
            ]
        else:
            del self.fields["section"]
        order = ["seat", "party", "kind", "condition", "words", "interaction", "section"]
        self.visible = [name for name in order if name in self.fields]


def _named(data: Any, named: int | None) -> int | None:
    """The contact that was chosen when the form was sent: it may have left the latest ones since."""
    sent = data.get("interaction", "") if data is not None else ""
    return int(sent) if sent.isdecimal() and len(sent) < 19 else named


def _seat_and_party(seat: Seat) -> str:
    return f"{seat} · {seat.party}" if seat.party else str(seat)


class AdoptForm(forms.Form):
    """``dissents`` are the fields that ask why somebody does not join in, by the key of the stance that opposes."""

    adopted_on = DayField(label=_("Adopted on"))
    meeting = forms.ModelChoiceField(
        label=_("In which meeting"), queryset=Meeting.objects.none(), required=False, empty_label=_("In no meeting")
    )
    decision = forms.ModelChoiceField(
        label=_("By which decision"), queryset=Decision.objects.none(), required=False, empty_label=_("None on file")
    )
    conditions_note = LineField(
        label=_("How the conditions are met"),
        max_length=500,
        help_text=_("Answers those who support on a condition."),
    )

    def __init__(self, data: Any = None, *, actor: User, position: Position, table: Table, opposing: Sequence[Stance]):
        super().__init__(data, initial={"adopted_on": table.day})
        self.fields["adopted_on"].required = True
        forum = position.forum
        meetings = Meeting.objects.none()
        if forum is not None and forum.is_readable_by(actor):
            meetings = Meeting.objects.filter(forum=forum, cancelled_at__isnull=True).order_by("-starts_at", "-pk")
        decisions = Decision.objects.filter(meeting__in=meetings).select_related("meeting").order_by("-pk")
        self.fields["meeting"].queryset = meetings  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["meeting"].label_from_instance = lambda row: _of_day(str(row), row.day)  # type: ignore[attr-defined]  # as above
        self.fields["decision"].queryset = decisions  # type: ignore[attr-defined]  # as above
        self.fields["decision"].label_from_instance = lambda row: f"{row.label} · {row}"  # type: ignore[attr-defined]  # as above
        if forum is None:
            del self.fields["meeting"], self.fields["decision"]
        if not table.of("supports_if"):
            del self.fields["conditions_note"]
        self.dissents = {}
        for stance in opposing:
            name = f"dissent_{stance.pk}"
            self.dissents[name] = stance.pk
            self.fields[name] = LineField(
                label=_("Dissent of %(name)s: the reason to record") % {"name": stance.speaker}, max_length=500
            )

    def reasons(self) -> dict[int, str]:
        return {key: self.cleaned_data[name] for name, key in self.dissents.items() if self.cleaned_data.get(name)}


class WithdrawForm(forms.Form):
    day = DayField(label=_("Withdrawn on"))
    reason = LineField(label=_("Reason"), max_length=500, required=True)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"day": today()})
        self.fields["day"].required = True


class UseForm(RecordForm):
    visible = ["kind", "used_on", "citation", "wording", "party", "link"]
    folds = [(_("Where it stands in the house"), ["interaction", "meeting", "initiative"])]

    kind = forms.ChoiceField(label=_("Where it was used"), choices=PositionUse.Kind.choices)
    used_on = DayField(label=_("Used on"))
    citation = LineField(
        label=_("Citation"),
        max_length=500,
        required=True,
        help_text=_("Say where it was used, so that somebody else finds it."),
    )
    wording = forms.ModelChoiceField(label=_("Wording used"), queryset=PositionWording.objects.none(), empty_label=None)
    party = PartyField(label=_("Put to"), required=False)
    link = forms.URLField(label=_("Link"), max_length=500, required=False, assume_scheme="https")
    interaction = _ContactField(label=_("Contact"), empty_label=_("None of these"))
    meeting = forms.ModelChoiceField(
        label=_("Meeting"), queryset=Meeting.objects.none(), required=False, empty_label=_("None of these")
    )
    initiative = forms.ModelChoiceField(
        label=_("Partnership, forum or file"),
        queryset=Initiative.objects.none(),
        required=False,
        empty_label=_("None of these"),
    )

    def __init__(self, data: Any = None, *, actor: User, position: Position, named: int | None = None) -> None:
        super().__init__(data, initial={"used_on": today(), "interaction": named})
        self.fields["used_on"].required = True
        adopted = position.wordings.filter(adoptions__isnull=False).distinct().order_by("-number")
        meetings = Meeting.objects.readable_by(actor).active().filter(cancelled_at__isnull=True)
        self.fields["wording"].queryset = adopted  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["interaction"].offer(contacts_to_offer(actor, _named(data, named)))  # type: ignore[attr-defined]  # the field above
        self.fields["meeting"].queryset = meetings.select_related("forum__initiative").order_by("-starts_at", "-pk")  # type: ignore[attr-defined]  # as above
        self.fields["meeting"].label_from_instance = _meeting_and_forum  # type: ignore[attr-defined]  # as above
        name = "name_fr" if reader_language() == "fr" else "name_en"
        self.fields["initiative"].queryset = Initiative.objects.readable_by(actor).active().order_by(name, "pk")  # type: ignore[attr-defined]  # as above


def _meeting_and_forum(meeting: Meeting) -> str:
    forum: Forum = meeting.forum
    return _of_day(f"{forum.acronym or forum} · {meeting}", meeting.day)


class ReasonForm(forms.Form):
    reason = LineField(label=_("Reason"), max_length=500, required=True)
