"""The lists of the engagement record: what their columns show, and the columns this room adds to others' lists.

A restricted entry stands in the log with its date, a lock and whom to ask. Its row reaches the columns of the log only
through the batches below, so that no cell and no file can carry more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from django.db.models import F, Model, QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from c2m2a_crm.core import dates, ui
from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.lists import Column, ListWords, Plain
from c2m2a_crm.core.locks import lock_of, shut_lock
from c2m2a_crm.core.prepared import Statement
from c2m2a_crm.core.querysets import among
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.models import Commitment, CommitmentEvent, FollowUp, Initiative, Interaction, Participant
from c2m2a_crm.engagement.pulse import (
    by_pk,
    column_of,
    contacts_by_month,
    contacts_in,
    known_by,
    last_confided,
    last_contacts,
    next_steps,
    whom_to_ask,
)
from members.models import Party, Person

NAMES_IN_A_CELL = 3
STRIP_MONTHS = 12

KIND_ICONS = {
    Interaction.Kind.MEETING: "calendar-event",
    Interaction.Kind.CALL: "phone",
    Interaction.Kind.EMAIL: "mail",
    Interaction.Kind.LETTER: "file-text",
    Interaction.Kind.EVENT: "presentation",
    Interaction.Kind.VISIT: "map-pin",
    Interaction.Kind.ATTEMPT: "phone-off",
}


def kind_icon(interaction: Interaction) -> str:
    return KIND_ICONS[Interaction.Kind(interaction.kind)]


# --- The contact log --------------------------------------------------------------------------------------------------

Readable = Mapping[int, Interaction]


def readable(actor: Any, rows: Sequence[Interaction]) -> dict[int, Interaction]:
    """The rows whose content this person may read; the others are missing. No query: circles are known by now."""
    return {row.pk: row for row in rows if row.is_readable_by(actor)}


def _asked(actor: Any, rows: Sequence[Interaction]) -> dict[int, Interaction | str]:
    """The row itself, with its lock, or the name of the person to ask."""
    seen = readable(actor, rows)
    for row in seen.values():
        if row.is_confided:
            row.lock = lock_of(actor, row)  # type: ignore[attr-defined]  # for the cell
    return {**whom_to_ask(row for row in rows if row.pk not in seen), **seen}


def _filed(actor: Any, rows: Sequence[Interaction]) -> dict[int, Any]:
    """The initiative of readable rows, if it may be read too."""
    filed = {pk: row.initiative_id for pk, row in readable(actor, rows).items() if row.initiative_id}
    known = Initiative.objects.readable_by(actor).in_bulk(list(set(filed.values())))
    return {pk: known[initiative] for pk, initiative in filed.items() if initiative in known}


def _open_steps(actor: Any, rows: Sequence[Interaction]) -> dict[int, FollowUp]:
    """The open follow-up of each readable row that is due first."""
    found: dict[int, FollowUp] = {}
    for step in _STEPS_OF_CONTACTS(actor, readable(actor, rows)):
        found.setdefault(step.interaction_id, step)
    return found


_STEPS_OF_CONTACTS = Statement(
    lambda actor, contacts: (
        FollowUp.objects.readable_by(actor)
        .open()
        .filter(among("interaction_id", contacts))
        .by_due_date()
        .only("text", "due_on", "interaction")
    )
)


@dataclass(slots=True)
class WhoWasThere:
    """By name: people on their side and organizations met as such, whom those spoke for, our own people."""

    names: list[str] = field(default_factory=list)
    organizations: list[str] = field(default_factory=list)
    ours: list[str] = field(default_factory=list)


_NOBODY = WhoWasThere()


def who_was_there(actor: Any, rows: Sequence[Interaction]) -> dict[int, WhoWasThere]:
    """Of readable rows. Plain values: a page names some two hundred people, and a record of each would cost more than
    all else on it."""
    found: dict[int, WhoWasThere] = {pk: WhoWasThere() for pk in readable(actor, rows)}
    for pk, user, person, party, name, own_name, other_name in _PARTICIPANTS(actor, found):
        there = found[pk]
        if user is not None:
            there.ours.append(name)
            continue
        organization = own_name or other_name
        there.names.append(name if person is not None else organization)
        if party is not None and organization not in there.organizations:
            there.organizations.append(organization)
    return found


def _participants(actor: Any, contacts: Any) -> QuerySet[Participant, tuple[Any, ...]]:
    """Of contacts that the actor may read."""
    own, other = ("fr", "en") if reader_language() == "fr" else ("en", "fr")
    parts = Participant.objects.filter(among("interaction_id", contacts)).order_by("interaction_id", "position", "pk")
    return parts.values_list(
        *("interaction_id", "user_id", "person_id", "party_id", "name"), f"party_name_{own}", f"party_name_{other}"
    )


_PARTICIPANTS = Statement(_participants)


def shortened(names: Sequence[str]) -> SafeString:
    """The first names, and how many more there are with their names in the title."""
    shown, rest = names[:NAMES_IN_A_CELL], names[NAMES_IN_A_CELL:]
    text = ui.markup("{}", ", ".join(shown))
    return ui.markup('{} <abbr title="{}">+{}</abbr>', text, ", ".join(rest), len(rest)) if rest else text


def _what_cell(row: Interaction, seen: Interaction | str) -> SafeString:
    if isinstance(seen, str):
        return shut_lock(seen)
    link = ui.markup('<a class="t" href="{}">{}</a>', row.get_absolute_url(), seen.subject)
    if not seen.is_confided and not seen.is_corrected:  # type: ignore[attr-defined]  # annotated by for_list
        return link
    lock = ui.markup(" {}", seen.lock) if seen.is_confided else ""  # type: ignore[attr-defined]  # given by the batch
    corrected = ui.markup(" {}", ui.tag(_("Corrected"), "line")) if seen.is_corrected else ""  # type: ignore[attr-defined]  # annotated by for_list
    return ui.markup("{}{}{}", link, corrected, lock)


def _kind_cell(row: Interaction, seen: Interaction | None) -> SafeString:
    if seen is None:
        return ui.NOTHING
    return _drawn_kind(seen.kind, reader_language())


@cache
def _drawn_kind(kind: str, language: str) -> SafeString:
    """Kept by language: every row has one of a few."""
    label = Interaction.Kind(kind).label
    icon = ui.icon(KIND_ICONS[Interaction.Kind(kind)])
    return ui.markup('<span title="{}">{}<span class=icon-word>{}</span></span>', label, icon, label)


def _step_cell(row: Interaction, step: FollowUp | None) -> SafeString:
    if step is None:
        return ui.NOTHING
    return ui.due(step.due_on) if step.due_on else ui.tag(_("Open"), "line")


def access_in_words(row: Interaction) -> str:
    """What a file says of a contact that was confided; nothing of one that everybody may read."""
    if row.sealed_circle_id:
        return _("Its circle alone")
    return _("Its circle; others that it took place") if row.restricted_circle_id else ""


def _fact(name: str) -> Any:
    """A value of the row itself, of readable rows only."""
    return lambda row, seen: getattr(seen, name) if seen else None


INTERACTION_COLUMNS = (
    Column(
        "date",
        gettext_lazy("Date"),
        value=lambda row: row.occurred_on,
        cell=lambda row: ui.when(row.occurred_on, style="near"),
        order=lambda: ["occurred_on"],
        is_whole=True,
        is_subline=True,
    ),
    Column(
        "what",
        gettext_lazy("What"),
        value=lambda row, seen: _("Restricted entry") if isinstance(seen, str) else seen.subject,
        cell=_what_cell,
        batch=_asked,
        is_row_header=True,
    ),
    Column(
        "kind",
        gettext_lazy("Kind"),
        value=lambda row, seen: seen.get_kind_display() if seen else None,
        cell=_kind_cell,
        batch=readable,
        order=lambda: ["kind"],
        is_whole=True,
        is_subline=True,
    ),
    Column(
        "with",
        gettext_lazy("With whom"),
        value=lambda row, there: (there or _NOBODY).names,
        cell=lambda row, there: shortened((there or _NOBODY).names),
        batch=who_was_there,
        is_cut=True,
        is_subline=True,
    ),
    Column(
        "organization",
        gettext_lazy("Organization on that day"),
        value=lambda row, there: (there or _NOBODY).organizations,
        cell=lambda row, there: shortened((there or _NOBODY).organizations),
        batch=who_was_there,
        is_cut=True,
        is_low=True,
    ),
    Column(
        "ours",
        gettext_lazy("Our people"),
        value=lambda row, there: (there or _NOBODY).ours,
        cell=lambda row, there: shortened((there or _NOBODY).ours),
        batch=who_was_there,
        is_cut=True,
        is_low=True,
    ),
    Column(
        "follow_up",
        gettext_lazy("Follow-up"),
        value=lambda row, step: step.text if step else None,
        cell=_step_cell,
        batch=_open_steps,
    ),
    Column(
        "initiative",
        gettext_lazy("Filed under"),
        value=lambda row, initiative: str(initiative) if initiative else None,
        batch=_filed,
        is_low=True,
        is_default=False,
    ),
    Column(
        "minutes",
        gettext_lazy("Minutes"),
        value=_fact("duration_minutes"),
        batch=readable,
        order=lambda: [F("duration_minutes").asc(nulls_last=True)],
        is_numeric=True,
        is_low=True,
    ),
    Column("time", gettext_lazy("Time"), value=_fact("occurred_time"), batch=readable, export_only=True),
    Column(
        "direction",
        gettext_lazy("Direction"),
        value=lambda row, seen: seen.get_direction_display() if seen and seen.direction else None,
        batch=readable,
        export_only=True,
    ),
    Column("place", gettext_lazy("Place"), value=_fact("place"), batch=readable, export_only=True),
    Column(
        "initiated_by",
        gettext_lazy("Who started it"),
        value=lambda row, seen: seen.get_initiated_by_display() if seen and seen.initiated_by else None,
        batch=readable,
        export_only=True,
    ),
    Column(
        "arranged",
        gettext_lazy("Arranged in advance"),
        value=lambda row, seen: seen.get_arranged_display() if seen and seen.arranged else None,
        batch=readable,
        export_only=True,
    ),
    Column("notes", gettext_lazy("Notes"), value=_fact("notes"), batch=readable, export_only=True),
    Column(
        "corrected",
        gettext_lazy("Corrected"),
        value=lambda row, seen: _("Yes") if seen and seen.is_corrected else None,
        batch=readable,
        export_only=True,
    ),
    Column(
        "access",
        gettext_lazy("Who may see it"),
        value=lambda row, seen: access_in_words(row),
        batch=readable,
        export_only=True,
    ),
    Column(
        "recorded_by",
        gettext_lazy("Recorded by"),
        value=lambda row, seen: seen.recorded_by.name if seen else None,
        batch=readable,
        is_default=False,
    ),
    Column(
        "recorded_at",
        gettext_lazy("Recorded at"),
        value=_fact("recorded_at"),
        cell=lambda row, seen: ui.when(seen.recorded_at, style="near") if seen else ui.NOTHING,
        batch=readable,
        order=lambda: ["recorded_at"],
        is_default=False,
    ),
)

LOG_WORDS = ListWords(
    label=gettext_lazy("Contact log"),
    counted=lambda total: ngettext("%(count)s contact", "%(count)s contacts", total),
    no_match=gettext_lazy("No contact matches these filters"),
    empty_title=gettext_lazy("No contacts yet"),
    empty_text=gettext_lazy("Calls, meetings, e-mails and letters stand here once they are logged. Log the first."),
)


# --- Follow-ups -------------------------------------------------------------------------------------------------------


def about(row: FollowUp) -> str:
    """Whom a follow-up is about, in words."""
    return " · ".join(str(record) for record in (row.person, row.party) if record)


FOLLOW_UP_COLUMNS = (
    Column("what", gettext_lazy("What to do"), value=lambda row: row.text, is_row_header=True),
    Column("due", gettext_lazy("Due on"), value=lambda row: row.due_on, cell=lambda row: ui.due(row.due_on)),
    Column("about", gettext_lazy("With"), value=about),
    Column("assignee", gettext_lazy("Who"), value=lambda row: row.assignee.name),
    Column("contact", gettext_lazy("Contact"), value=lambda row: row.interaction.subject if row.interaction else None),
    Column("done", gettext_lazy("Done at"), value=lambda row: row.done_at),
)

FOLLOW_UP_WORDS = ListWords(
    label=gettext_lazy("Follow-ups"),
    counted=lambda total: ngettext("%(count)s follow-up", "%(count)s follow-ups", total),
    no_match=gettext_lazy("No follow-up matches these filters"),
    empty_title=gettext_lazy("All done"),
    empty_text=gettext_lazy("A follow-up is born with a contact: type “follow up Friday” when you log one."),
)


# --- Commitments ------------------------------------------------------------------------------------------------------


def made_by(row: Commitment) -> str:
    return str(row.by_user or row.by_person or row.by_party or "")


def parties_in_words(row: Commitment) -> str:
    """“To …” under ours, “By …” under theirs."""
    if row.direction == Commitment.Direction.OURS:
        return _("To %(name)s") % {"name": row.to_party} if row.to_party else ""
    return _("By %(name)s") % {"name": made_by(row)} if made_by(row) else ""


def state_dot(state: str, due_on: date | None) -> SafeString:
    """Open, late, kept, released: full, diamond and ring tell it without colour."""
    if state == Commitment.State.KEPT:
        return ui.dot(_("Kept"), "ok")
    if state == Commitment.State.RELEASED:
        return ui.dot(_("Released"), "none")
    if due_on and due_on < today():
        return ui.dot(dates.due_date(due_on)[0], "bad")
    return ui.dot(_("Open"))


def late_mark(actor: Any, record: Party | Person, *, is_brought_anew: bool = False) -> SafeString:
    """That something we meant to do about the record is late; nothing to be seen where nothing is.

    ``is_brought_anew``: for a fragment that puts it in the place of the one on the page.
    """
    late = FollowUp.objects.readable_by(actor).late().filter(**{column_of(type(record)): record}).count()
    said = ngettext("%(count)d follow-up late", "%(count)d follow-ups late", late) % {"count": late}
    state = ("" if late else " hidden") + (' hx-swap-oob="true"' if is_brought_anew else "")
    mark = ui.tag(said, "bad", "clock") if late else ""
    return ui.markup('<span id="late-follow-ups"{}>{}</span>', SafeString(state), mark)


def latest_events(actor: Any, rows: Sequence[Commitment]) -> dict[int, CommitmentEvent]:
    """What became of each promise last."""
    events = CommitmentEvent.objects.filter(commitment__in=[row.pk for row in rows])
    return {event.commitment_id: event for event in events.order_by("pk")}


def _evidence(row: Commitment, event: CommitmentEvent | None) -> str | None:
    return event.note if event and event.kind != CommitmentEvent.Kind.REOPENED else None


def _evidence_cell(row: Commitment, event: CommitmentEvent | None) -> SafeString:
    text = _evidence(row, event)
    return ui.markup("{}", text) if text else ui.markup('<span class="meta">{}</span>', _("None yet"))


COMMITMENT_COLUMNS = (
    Column(
        "commitment",
        gettext_lazy("Commitment"),
        value=lambda row: row.text,
        cell=lambda row: ui.markup(
            '<a class="t" href="{}">{}</a><span class="sub">{}</span>',
            reverse("commitments:detail", args=[row.pk]),
            row.text,
            parties_in_words(row),
        ),
        is_row_header=True,
    ),
    Column(
        "whose",
        gettext_lazy("Whose"),
        value=lambda row: row.get_direction_display(),
        order=lambda: ["direction"],
    ),
    Column(
        "made_on",
        gettext_lazy("Made on"),
        value=lambda row: row.interaction.occurred_on,
        cell=lambda row: ui.when(row.interaction.occurred_on),
        order=lambda: [F("interaction__occurred_on").asc()],
    ),
    Column(
        "due",
        gettext_lazy("Due"),
        value=lambda row: row.due_on,
        cell=lambda row: ui.when(row.due_on, style="near"),
        order=lambda: [F("due_on").asc(nulls_last=True)],
    ),
    Column(
        "state",
        gettext_lazy("State"),
        value=lambda row: Commitment.State(row.state).label,
        cell=lambda row: state_dot(row.state, row.due_on),
        order=lambda: ["state"],
    ),
    Column(
        "contact",
        gettext_lazy("From the contact"),
        value=lambda row: row.interaction.subject,
        cell=lambda row: ui.markup('<a href="{}">{}</a>', row.interaction.get_absolute_url(), row.interaction.subject),
        is_low=True,
    ),
    Column(
        "evidence",
        gettext_lazy("Evidence or reason"),
        value=_evidence,
        cell=_evidence_cell,
        batch=latest_events,
        is_low=True,
    ),
    Column("by", gettext_lazy("Made by"), value=made_by, export_only=True),
    Column("to", gettext_lazy("Made to"), value=lambda row: str(row.to_party or ""), export_only=True),
)

COMMITMENT_WORDS = ListWords(
    label=gettext_lazy("Commitments"),
    counted=lambda total: ngettext("%(count)s commitment", "%(count)s commitments", total),
    no_match=gettext_lazy("No commitment matches these filters"),
    empty_title=gettext_lazy("No commitments here"),
    empty_text=gettext_lazy("A line that begins with > in the notes of a contact is a commitment, ours or theirs."),
)


# --- Columns on the lists of the directory ----------------------------------------------------------------------------


def _strips(actor: Any, rows: Sequence[Any]) -> dict[int, list[int]]:
    counts = contacts_by_month(actor, type(rows[0]), [row.pk for row in rows], STRIP_MONTHS) if rows else {}
    return by_pk(counts, rows, STRIP_MONTHS)


def _next_steps(actor: Any, rows: Sequence[Any]) -> dict[int, FollowUp]:
    return next_steps(actor, type(rows[0]), [row.pk for row in rows]) if rows else {}


def _contacts(actor: Any, model: type[Model], keys: Sequence[int]) -> dict[int, int]:
    return contacts_in(actor, model, keys, STRIP_MONTHS)


def _steps_in_words(actor: Any, model: type[Model], keys: Sequence[int]) -> dict[int, str]:
    return {pk: step.text for pk, step in next_steps(actor, model, keys).items()}


def _later(known: date | None, confided: date | None) -> date | None:
    return max(known, confided) if known and confided else known or confided


def _next_step_cell(record: Any, step: FollowUp | None) -> SafeString:
    if step is None:
        return ui.NOTHING
    due = ui.markup(" {}", ui.due(step.due_on)) if step.due_on else ui.NOTHING
    return ui.markup("<span>{}{}</span>", step.text, due)


LAST_CONTACT = Column(
    "last_contact",
    gettext_lazy("Last contact"),
    value=lambda record, day: day,
    cell=lambda record, day: ui.when(day),
    batch=last_contacts,
    plain=Plain(("last_open_contact_on",), last_confided, _later),
    # By what everybody may know: an order by the reader's own secrets would differ from person to person.
    order=lambda: [F("last_open_contact_on").asc(nulls_last=True)],
)


def _strip_cell(record: Any, counts: Sequence[int]) -> SafeString:
    """Somebody never met is not somebody gone quiet: words instead of an outlined silence."""
    if not any(counts) and record.last_open_contact_on is None:
        return ui.markup('<span class="meta">{}</span>', _("None yet"))
    return ui.core_strip(counts or [0] * STRIP_MONTHS)


TWELVE_MONTHS = Column(
    "pulse",
    gettext_lazy("Last 12 months"),
    value=lambda record, counts: sum(counts or []),
    cell=lambda record, counts: _strip_cell(record, counts or []),
    batch=_strips,
    plain=Plain(lookup=_contacts, made=lambda count: count or 0),
    is_low=True,
)
NEXT_STEP = Column(
    "next_step",
    gettext_lazy("Next step"),
    value=lambda record, step: step.text if step else None,
    cell=_next_step_cell,
    batch=_next_steps,
    plain=Plain(lookup=_steps_in_words),
)


KNOWN_BY = Column(
    "known_by",
    gettext_lazy("Known by"),
    value=lambda record, names: names or "",
    batch=lambda actor, rows: known_by(actor, type(rows[0]), [row.pk for row in rows]) if rows else {},
    plain=Plain(lookup=known_by, made=lambda names: names or ""),
    is_default=False,
    is_low=True,
)


def directory_columns() -> tuple[Column, ...]:
    return (LAST_CONTACT, TWELVE_MONTHS, NEXT_STEP, KNOWN_BY)


def nation_columns() -> tuple[Column, ...]:
    """Without the strip: it outlines silence, and the pace of a Nation is its own."""
    return (LAST_CONTACT, NEXT_STEP, KNOWN_BY)
