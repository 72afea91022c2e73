"""What the log form knows: fields, what the typed line gave, whom the names mean, what still has to be said.

The same state serves the drawer, the plain page without script, a restored draft and an edit. Nothing is stored here:
``entry()`` hands the services what the person confirmed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core import dates
from c2m2a_crm.core.name_keys import name_key
from c2m2a_crm.core.text import clean_line
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.entry_people import Question
from c2m2a_crm.engagement.entry_shown import EntryShown
from c2m2a_crm.engagement.entry_values import (
    LEAVE_OUT,
    MOST_QUESTIONS,
    NEW_ORGANIZATION,
    NEW_PERSON,
    VALUE_NAMES,
    Preset,
    Step,
    Values,
    as_text,
    beginning,
    key_in,
    posted_minutes,
    posted_picks,
    posted_steps,
    read_line,
    reading_day,
    seen_from,
    seen_lines,
    tokens_of,
    typed_names_in,
    valid_tokens,
    values_of_reading,
    whole_in,
)
from c2m2a_crm.engagement.forms import EntryForm, new_token
from c2m2a_crm.engagement.models import Interaction, Participant
from c2m2a_crm.engagement.services import Attendee, Colleague, Entry, NewAttendee, NextStep, Promise, Raised, Seen
from c2m2a_crm.engagement.typed_line import Point, PointKind, due_in, read_note
from members.models import Party, Person

REPORT_DUE = 15  # the day of the following month on which a monthly report of lobbying is due


class EntryState(EntryShown):
    """One log form on its way: bound to what was posted, or fresh from a preset or an entry."""

    # --- Ways to begin ---------------------------------------------------------------------------------------------

    @classmethod
    def fresh(cls, actor: User, preset: Preset) -> EntryState:
        values = beginning(actor, preset)
        form = _form_with(actor, values, token=new_token(), initiative=preset.initiative)
        return cls(actor, form, values, preset=preset)

    @classmethod
    def of_entry(cls, actor: User, interaction: Interaction) -> EntryState:
        """The form of an entry that exists, for an edit."""
        rows = list(interaction.participants.select_related("user"))
        minutes = {
            f"user:{row.user_id}": (as_text(row.minutes), as_text(row.preparation_minutes))
            for row in rows
            if row.is_ours
        }
        values = Values(
            kind=interaction.kind,
            direction=interaction.direction,
            subject=interaction.subject,
            notes=interaction.notes,
            occurred_on=interaction.occurred_on,
            occurred_time=interaction.occurred_time,
            duration_minutes=interaction.duration_minutes,
            who=tokens_of(rows, Participant.Role.PRESENT),
            copied=tokens_of(rows, Participant.Role.COPIED),
            mentioned=tokens_of(rows, Participant.Role.MENTIONED),
            colleagues=tuple(f"user:{row.user_id}" for row in rows if row.is_ours),
            next_steps=tuple(
                Step(step.text, step.due_on, step.assignee_id, step.pk)
                for step in interaction.follow_ups.open().by_due_date()
            ),
        )
        form = _form_with(
            actor,
            values,
            token=interaction.token,
            version=interaction.version,
            place=interaction.place,
            initiated_by=interaction.initiated_by,
            arranged=interaction.arranged,
            initiative=interaction.initiative_id,
        )
        return cls(actor, form, values, minutes=minutes, instance=interaction, seen=seen_lines(rows, values.next_steps))

    @classmethod
    def posted(cls, actor: User, data: QueryDict, *, instance: Interaction | None = None) -> EntryState:
        """What was sent: fields changed by hand hold, the others follow a line that was not read yet."""
        form = EntryForm(actor, data)
        form.is_valid()
        cleaned = form.cleaned_data
        preset = Preset.sent(data)
        values = Values(
            kind=cleaned.get("kind") or Interaction.Kind.CALL,
            direction=cleaned.get("direction", ""),
            subject=cleaned.get("subject", ""),
            notes=cleaned.get("notes", ""),
            occurred_on=cleaned.get("occurred_on"),
            occurred_time=cleaned.get("occurred_time"),
            duration_minutes=cleaned.get("duration_minutes"),
            who=valid_tokens(data.getlist("who")),
            copied=valid_tokens(data.getlist("copied")),
            mentioned=valid_tokens(data.getlist("mentioned")),
            colleagues=valid_tokens(data.getlist("colleagues")) or (f"user:{actor.pk}",),
            next_steps=posted_steps(data, actor),
        )
        minutes = posted_minutes(data)
        line, line_read = cleaned.get("line", ""), cleaned.get("line_read", "")
        typed_on = reading_day(cleaned.get("typed_on"))
        reading = read_line(actor, line, typed_on)
        if line != line_read and instance is None:
            before = values_of_reading(actor, read_line(actor, line_read, typed_on), line_read, preset)
            after = values_of_reading(actor, reading, line, preset)
            values = replace(
                after,
                **{
                    name: getattr(values, name)
                    for name in VALUE_NAMES
                    if name in data.getlist("sent") and getattr(values, name) != getattr(before, name)
                },
            )
            # Minutes that the earlier line gave go with it; they are filled anew from what it says now.
            minutes = {
                value: ("" if spent == as_text(before.duration_minutes) else spent, preparation)
                for value, (spent, preparation) in minutes.items()
            }
        state = cls(
            actor,
            form,
            values,
            reading,
            preset,
            picks=posted_picks(data),
            typed_names=typed_names_in(data),
            minutes=minutes,
            instance=instance,
            seen=tuple(data.getlist("seen")),
        )
        state._take_certain_names()
        state._show_values()
        return state

    # --- What is asked before Save -----------------------------------------------------------------------------------

    @property
    def asks_who_started(self) -> bool:
        """Whether a public office holder or a public body took part: the law then asks who started it, and how."""
        return bool(self.office_holders or self.public_bodies)

    @cached_property
    def public_bodies(self) -> list[str]:
        """Public bodies named without a person: somebody who holds office may have taken part."""
        if self.values.kind == Interaction.Kind.ATTEMPT or self.office_holders:
            return []
        chosen = [self._chosen(question) for question in self.questions if question.chosen]
        rows = [self._known.get(value) for value in (*self.values.who, *chosen)]
        return [str(row) for row in rows if isinstance(row, Party) and row.holds_public_office]

    @cached_property
    def office_holders(self) -> list[str]:
        """Names of those present who hold public office on that day."""
        if self.values.kind == Interaction.Kind.ATTEMPT:
            return []
        names = []
        chosen = [self._chosen(question) for question in self.questions if question.chosen]
        for value in (*self.values.who, *chosen):
            if value.startswith(NEW_PERSON):
                party = self._employer_of_new(value)
                if party and party.holds_public_office:
                    names.append(value.split(":", 2)[2])
                continue
            row = self._known.get(value)
            if isinstance(row, Person):
                post = self._posts.get(row.pk)
                if post and post.party.holds_public_office:
                    names.append(row.full_name)
        return names

    @property
    def report(self) -> str:
        """On which monthly report it goes and when that is due, once both answers make it one to report; else empty.

        What the law counts is spoken, arranged in advance and begun by us; the report of a month is due on the 15th of
        the next. Whether the office is a designated one is not on file, so the sentence says that it depends on it.
        """
        day, kinds = self.values.occurred_on, Interaction.Kind
        answers = (self.form["initiated_by"].value(), self.form["arranged"].value())
        is_reportable = answers == (Interaction.InitiatedBy.US, Interaction.Arranged.YES)
        if not (day and is_reportable and self.office_holders) or self.values.kind in (kinds.EMAIL, kinds.LETTER):
            return ""
        due = (day.replace(day=1) + timedelta(days=31)).replace(day=REPORT_DUE)
        return _("Goes on the %(month)s report, due %(day)s, if the office is a designated one.") % {
            "month": dates.month_name(day),
            "day": dates.day_of_month(due),
        }

    def check(self) -> bool:
        """Whether it can be saved; fills ``errors`` with one sentence a field, each saying what to do."""
        for name, messages in self.form.errors.items():
            self.errors.setdefault(name, " ".join(str(message) for message in messages))
        open_questions = [question for question in self.questions if not question.chosen]
        if len(self.questions) > MOST_QUESTIONS:
            self.errors["line"] = _("The line names too many people to ask about. Log it in two or three contacts.")
        for question in open_questions:
            sentence = (
                _("Say whom “%(name)s” means.")
                if question.is_known
                else _("“%(name)s” is not in the directory. Choose what to do.")
            )
            self.errors[question.name] = sentence % {"name": question.text}
        if not self._everybody and not open_questions:
            self.errors["who"] = _("Say who it was with: a person, an organization or a Nation.")
        if not clean_line(self.values.subject):
            self.errors["subject"] = _("Say what it was about.")
        if self.values.occurred_on and self.values.occurred_on > today():
            self.errors["occurred_on"] = _("A contact is logged once it has happened. Enter today or an earlier date.")
        if self.asks_who_started:
            if not self.form.cleaned_data.get("initiated_by"):
                self.errors["initiated_by"] = _("Say who started it: a public office holder took part.")
            if not self.form.cleaned_data.get("arranged"):
                self.errors["arranged"] = _("Say whether it was arranged in advance: a public office holder took part.")
        writers = {user.pk for user in self.assignees}
        if any(step.assignee not in writers for step in self.values.next_steps):
            self.errors["next_steps"] = _("Choose somebody who may work on follow-ups.")
        for row in self.our_rows:
            if any(text and not text.isdecimal() for text in (row.minutes, row.preparation)):
                self.errors["colleagues"] = _("Enter the minutes as a whole number.")
        return not self.errors

    @cached_property
    def _everybody(self) -> list[Attendee | NewAttendee]:
        chosen = [self._chosen(question) for question in self.questions]
        # "Kowalski of Northline" means Kowalski; Northline itself did not come as well.
        spoken_for = {f"party:{value.split(':', 2)[1]}" for value in chosen if value.startswith(NEW_PERSON)}
        who = [value for value in self.values.who if value not in spoken_for]
        here = [self._attendee(value, Participant.Role.PRESENT) for value in (*who, *filter(None, chosen))]
        copied = [self._attendee(value, Participant.Role.COPIED) for value in self.values.copied]
        mentioned = [self._attendee(value, Participant.Role.MENTIONED) for value in self.values.mentioned]
        return [attendee for attendee in (*here, *copied, *mentioned) if attendee]

    def _chosen(self, question: Question) -> str:
        if question.chosen in (NEW_PERSON, NEW_ORGANIZATION):
            return f"{question.chosen}:{self._context_party or ''}:{question.text}"
        return "" if question.chosen == LEAVE_OUT else question.chosen

    @property
    def _context_party(self) -> int | None:
        """The organization a new person most likely belongs to: the only one named in the entry or by the page."""
        parties = [value for value in (*self.values.who, *self.preset.who) if value.startswith("party:")]
        return int(parties[0].removeprefix("party:")) if len(set(parties)) == 1 else None

    def _attendee(self, value: str, role: str) -> Attendee | NewAttendee | None:
        if value.startswith((NEW_PERSON, NEW_ORGANIZATION)):
            kind, _number_of_party, name = value.split(":", 2)
            return NewAttendee(name, kind == NEW_ORGANIZATION, self._employer_of_new(value), role)
        row = self._known.get(value)
        return Attendee(row, role) if isinstance(row, (Person, Party)) else None

    def _employer_of_new(self, value: str) -> Party | None:
        number = key_in(value.split(":", 2)[1])
        return Party.objects.visible_to(self.actor).filter(pk=number).first() if number else None

    def began_with(self) -> Seen | None:
        """What an edit began with, as the form carried it; None for a new entry."""
        return seen_from(self.seen) if self.instance else None

    def entry(self) -> Entry:
        """What the services are told; call after :meth:`check`."""
        cleaned = self.form.cleaned_data
        points, _rest = read_note(self.values.notes)
        users = {user.pk: user for user in self.assignees}
        return Entry(
            subject=self.values.subject,
            attendees=self._everybody,
            kind=self.values.kind,
            direction=self.values.direction,
            notes=self.values.notes,
            occurred_on=self.values.occurred_on,
            occurred_time=self.values.occurred_time,
            duration_minutes=self.values.duration_minutes,
            place=cleaned.get("place", ""),
            initiated_by=cleaned.get("initiated_by", ""),
            arranged=cleaned.get("arranged", ""),
            initiative=cleaned.get("initiative"),
            colleagues=[Colleague(row.user, whole_in(row.minutes), whole_in(row.preparation)) for row in self.our_rows],
            raised=[
                Raised(line.point.kind, line.point.text) for line in points if line.point.kind != PointKind.COMMITMENT
            ],
            promises=[self._promise(line.point) for line in points if line.point.kind == PointKind.COMMITMENT],
            next_steps=[
                NextStep(step.text, users[step.assignee], step.due_on, step.pk) for step in self.values.next_steps
            ],
            sealed_circle=self.form.circle("sealed"),
            restricted_circle=self.form.circle("restricted"),
        )

    def _promise(self, point: Point) -> Promise:
        """A commitment of the notes. A name that nobody present bears stays in the words; nobody takes its place."""
        by = self._promiser(point.by)
        by_another = bool(point.by) and by is None
        text = f"{point.by}: {point.text}" if by_another else point.text
        return Promise(text, not point.theirs, by, due_on=due_in(point.text, today()), by_another=by_another)

    def _promiser(self, name: str) -> Person | Party | None:
        """Who of those present bears the name a commitment was put under."""
        wanted = name_key(name)
        for attendee in self._everybody if wanted else ():
            if isinstance(attendee, Attendee):
                who = attendee.who
                names = (
                    (who.full_name, who.family_name, who.given_name)
                    if isinstance(who, Person)
                    else (who.name_en, who.name_fr, who.autonym, who.acronym_en, who.acronym_fr)
                )
                if wanted in {name_key(each) for each in names}:
                    return who
        return None

    @property
    def new_address(self) -> str:
        """Where an empty form comes from, whatever drafts there are, with what the page of this one knew."""
        query = self.preset.query
        return f"{reverse('contact_log:create')}?new=1{'&' if query else ''}{query}"


def _form_with(actor: User, values: Values, *, token: UUID, **more: Any) -> EntryForm:
    return EntryForm(
        actor,
        initial={
            "token": token,
            "typed_on": today(),
            "kind": values.kind,
            "direction": values.direction,
            "subject": values.subject,
            "notes": values.notes,
            "occurred_on": values.occurred_on,
            "occurred_time": values.occurred_time,
            "duration_minutes": values.duration_minutes,
            **more,
        },
    )
