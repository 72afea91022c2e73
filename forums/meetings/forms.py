"""Forms of meetings. They shape input; what may be written is the services' business."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts.models import User
from forums.meetings import zones
from forums.meetings.selectors import roll_of
from forums.models import AgendaItem, Forum, Meeting, MeetingSeries
from forums.policies import can_manage_forum
from members.forms import DayField, LineField, PartyField, RecordForm, TextField
from members.models import Person
from members.picking import PersonField

_ONE_TITLE = _("Enter a title in at least one language.")
_FRENCH = {"lang": "fr"}


class ClockField(forms.TimeField):
    def __init__(self, **options: Any) -> None:
        super().__init__(
            widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            input_formats=["%H:%M", "%H:%M:%S"],
            error_messages={
                "invalid": _("Enter the time as hours and minutes, for example 13:30."),
                "required": _("Enter a time."),
            },
            **options,
        )


class MeetingForm(RecordForm):
    """Seven inputs in view. Day and hours are those of the place; they come out as moments of the world."""

    visible = ["title_en", "title_fr", "day", "begins", "ends", "zone", "form"]
    folds = [
        (_("Where"), ["place_en", "place_fr", "link"]),
        (_("Series and number"), ["series", "number"]),
        (_("Notes for us"), ["notes"]),
    ]

    title_en = LineField(label=_("Title in English"), max_length=250)
    title_fr = LineField(label=_("Title in French"), max_length=250, widget=forms.TextInput(attrs=_FRENCH))
    day = DayField(label=_("Date"))
    begins = ClockField(label=_("Begins"))
    ends = ClockField(label=_("Ends"), help_text=_("An earlier time than the beginning is on the next day."))
    zone = forms.ChoiceField(label=_("Time zone"), choices=zones.Zone.choices, initial=zones.DEFAULT)
    form = forms.ChoiceField(label=_("Form"), choices=Meeting.Form.choices, initial=Meeting.Form.HYBRID)
    place_en = LineField(label=_("Place in English"), max_length=250)
    place_fr = LineField(label=_("Place in French"), max_length=250, widget=forms.TextInput(attrs=_FRENCH))
    link = forms.URLField(label=_("Link to join"), max_length=500, required=False, assume_scheme="https")
    series = forms.ModelChoiceField(
        label=_("Series"), queryset=MeetingSeries.objects.none(), required=False, empty_label=_("None")
    )
    number = forms.IntegerField(
        label=_("Number"),
        min_value=1,
        max_value=9999,
        required=False,
        help_text=_("Left empty, it is the next one of the forum."),
    )
    notes = TextField(label=_("Notes for us"))

    def __init__(self, *args: Any, forum: Forum | None, meeting: Meeting | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["series"].queryset = (  # type: ignore[attr-defined]  # a ModelChoiceField
            MeetingSeries.objects.filter(forum=forum) if forum else MeetingSeries.objects.none()
        )
        self.fields["day"].required = True
        self.fields["day"].error_messages["required"] = _("Enter the date.")
        if meeting is not None:
            self.fields["number"].required = True
            self.fields["number"].help_text = ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not (data.get("title_en") or data.get("title_fr")) and self.needs_title:
            self.add_error("title_en", _ONE_TITLE)
        day, begins, ends, zone = (data.pop(name, None) for name in ("day", "begins", "ends", "zone"))
        if day and begins and ends and zone:
            data |= self._moments(day, begins, ends, zone)
        return data

    needs_title = True

    def _moments(self, day: Any, begins: Any, ends: Any, zone: str) -> dict[str, Any]:
        found: dict[str, Any] = {"zone": zone}
        last = zones.next_day(day) if ends <= begins else day
        for name, field, each, clock in (("starts_at", "begins", day, begins), ("ends_at", "ends", last, ends)):
            try:
                found[name] = zones.moment(each, clock, zone)
            except ValidationError as refused:
                self.add_error(field, refused)
        return found


def initial_of(meeting: Meeting) -> dict[str, Any]:
    """What the form shows of a meeting: day and hours where it takes place."""
    begins, ends = (zones.local(at, meeting.zone) for at in (meeting.starts_at, meeting.ends_at))
    kept = ("title_en", "title_fr", "zone", "form", "place_en", "place_fr", "link", "series", "number", "notes")
    return {name: getattr(meeting, name) for name in kept} | {
        "day": begins.date(),
        "begins": begins.time(),
        "ends": ends.time(),
    }


class NewMeetingForm(MeetingForm):
    """Asks for the forum first, where the page was not opened from one; a title is not needed."""

    visible = ["forum", *MeetingForm.visible[2:]]
    folds = [(_("Title"), ["title_en", "title_fr"]), *MeetingForm.folds]
    needs_title = False

    forum = forms.ModelChoiceField(
        label=_("Forum"),
        queryset=Forum.objects.none(),
        empty_label=_("Choose a forum"),
        error_messages={"required": _("Choose the forum that meets.")},
    )

    def __init__(self, *args: Any, actor: User, forum: Forum | None, **kwargs: Any) -> None:
        super().__init__(*args, forum=forum, **kwargs)
        rows = Forum.objects.readable_by(actor).active().in_reading_order()
        workable = [each.pk for each in rows if can_manage_forum(actor, each)]
        self.fields["forum"].queryset = rows.filter(pk__in=workable)  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["title_en"].help_text = _("Left empty, the meeting is called by its number.")
        if forum is not None:
            self.fields["forum"].initial = forum.pk


class ItemForm(forms.Form):
    title_en = LineField(label=_("Title in English"), max_length=250)
    title_fr = LineField(label=_("Title in French"), max_length=250, widget=forms.TextInput(attrs=_FRENCH))
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=600, required=False)
    presenter = LineField(label=_("Presented by"), max_length=200)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not (data.get("title_en") or data.get("title_fr")) and not self.errors:
            self.add_error("title_en", _ONE_TITLE)
        return data


class SeriesForm(forms.Form):
    name_en = LineField(label=_("Name in English"), max_length=200)
    name_fr = LineField(label=_("Name in French"), max_length=200, widget=forms.TextInput(attrs=_FRENCH))
    items_en = TextField(label=_("Standing items in English"), rows=6, help_text=_("One on each line."))
    items_fr = TextField(label=_("Standing items in French"), rows=6, help_text=_("In the same order."))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not (data.get("name_en") or data.get("name_fr")) and not self.errors:
            self.add_error("name_en", _("Enter a name in at least one language."))
        return data

    def pairs(self) -> list[tuple[str, str]]:
        """The standing items, line by line."""
        english, french = (self.cleaned_data[name].split("\n") for name in ("items_en", "items_fr"))
        longest = max(len(english), len(french))
        english += [""] * (longest - len(english))
        french += [""] * (longest - len(french))
        return list(zip(english, french, strict=True))


class ReasonForm(forms.Form):
    reason = LineField(label=_("Reason"), max_length=500, required=True)


class GuestForm(forms.Form):
    person = PersonField(label=_("Person"))


class WalkInForm(forms.Form):
    """Somebody on file, or a name met for the first time."""

    person = PersonField(label=_("Person on file"), required=False)
    name = LineField(label=_("Or a new name"), max_length=200)
    party = PartyField(label=_("Organization"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("person") and not data.get("name") and not self.errors:
            self.add_error("person", _("Say who came."))
        return data


class AsideForm(forms.Form):
    """Who steps aside for which item: of those who are there or expected."""

    item = forms.ModelChoiceField(
        label=_("Agenda item"),
        queryset=AgendaItem.objects.none(),
        empty_label=_("Choose an item"),
        error_messages={"required": _("Choose an item of the agenda.")},
    )
    person = forms.ModelChoiceField(
        label=_("Person"),
        queryset=Person.objects.none(),
        empty_label=_("Choose a person"),
        error_messages={"required": _("Choose who steps aside.")},
    )
    reason = LineField(
        label=_("Reason"),
        max_length=500,
        required=True,
        help_text=_("The minutes show it, for example: works for the applicant."),
    )

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = [row.person.pk for row in roll_of(meeting).may_step_aside]
        items: Any = self.fields["item"]
        people: Any = self.fields["person"]
        items.queryset = meeting.items.order_by("position", "pk")
        people.queryset = Person.objects.filter(pk__in=there).order_by("sort_key", "pk")
