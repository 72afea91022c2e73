"""How things stand with somebody: when we were last in touch, how often, what comes next, whom to ask.

Everything here answers for a whole page of records at once and counts only what ``actor`` may read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from c2m2a_crm.core import dates
from c2m2a_crm.core.actor import Actor, circle_ids_of
from c2m2a_crm.core.calendar_months import months_after
from c2m2a_crm.core.models import CircleMembership, Installation
from c2m2a_crm.core.prepared import Statement
from c2m2a_crm.core.querysets import among, within_circles
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.models import FollowUp, Interaction, Participant
from members.models import Party, Person

Rows = QuerySet[Any, tuple[Any, ...]]

# The same number of days by which the lists of the directory can be filtered, so that the card opens its own list.
QUIET_AFTER_DAYS = 90


def column_of(model: type[Any]) -> str:
    """The column that names such a record in the tables of this room."""
    return "person" if issubclass(model, Person) else "party"


def touches(actor: Actor) -> QuerySet[Participant]:
    """Their rows in contacts that reached somebody and that ``actor`` may read: present, not taken back."""
    return Participant.objects.visible_to(actor).filter(
        within_circles("interaction__restricted_circle_id", actor),
        ~Q(interaction__kind=Interaction.Kind.ATTEMPT),
        role=Participant.Role.PRESENT,
        user__isnull=True,
        interaction__archived_at__isnull=True,
    )


def confided_touches(actor: Actor) -> QuerySet[Participant]:
    """Those of them that not everybody may read: the others are known by ``last_open_contact_on``."""
    return touches(actor).filter(
        Q(interaction__sealed_circle__isnull=False) | Q(interaction__restricted_circle__isnull=False)
    )


def last_contacts(actor: Actor, records: Sequence[Party | Person]) -> dict[int, date]:
    """The day of the last contact by record: the one everybody may know of, or a later one of the reader's circles."""
    known = {record.pk: record.last_open_contact_on for record in records if record.last_open_contact_on}
    if records:
        for pk, day in last_confided(actor, type(records[0]), [record.pk for record in records]).items():
            known[pk] = max(day, known.get(pk, day))
    return known


def last_confided(actor: Actor, model: type[Any], ids: Sequence[int]) -> dict[int, date]:
    """The day of the last contact of the reader's circles, by record."""
    if not circle_ids_of(actor):
        return {}
    return dict(_LAST_CONFIDED(actor, ids, column_of(model)))


def _last_confided(actor: Actor, ids: Any, column: str) -> Rows:
    confided = confided_touches(actor).filter(among(f"{column}_id", ids)).order_by()
    return confided.values_list(f"{column}_id").annotate(Max("interaction__occurred_on"))


_LAST_CONFIDED = Statement(_last_confided)


def known_since() -> date:
    """The day since which a contact counts as knowing somebody: the office says how many months back."""
    return months_after(today(), -Installation.current().known_by_one_months)


def known_to_one(actor: Actor, model: type[Any]) -> QuerySet[Any, Any]:
    """Keys of records that exactly one active colleague met in that time, as far as ``actor`` may know of contacts."""
    column = f"{column_of(model)}_id"
    met = touches(actor).filter(interaction__occurred_on__gte=known_since(), **{f"{column}__isnull": False})
    known: QuerySet[Any, Any] = met.order_by().values(column).annotate(knowing=_KNOWING).filter(knowing=1)
    return known.values(column)


_OURS = Q(interaction__participants__user__is_active=True, interaction__participants__role=Participant.Role.PRESENT)
_KNOWING = Count("interaction__participants__user", filter=_OURS, distinct=True)


def known_by(actor: Actor, model: type[Any], ids: Sequence[int]) -> dict[int, str]:
    """The active colleagues who met each record in that time, by name."""
    column = f"{column_of(model)}_id"
    met = touches(actor).filter(_OURS, among(column, ids), interaction__occurred_on__gte=known_since())
    names: dict[int, list[str]] = {}
    user = "interaction__participants__user__name"
    for pk, name in met.order_by(user).values_list(column, user).distinct():
        names.setdefault(pk, []).append(name)
    return {pk: ", ".join(found) for pk, found in names.items()}


def month_starts(months: int, until: date | None = None) -> list[date]:
    """The first days of the last ``months`` months, the present one last."""
    day = (until or today()).replace(day=1)
    count = day.year * 12 + day.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(count - months + 1, count + 1)]


def contacts_by_month(actor: Actor, model: type[Any], ids: Iterable[int], months: int) -> dict[int, list[int]]:
    """Contacts a month by record, oldest first; a contact with three people of one organization counts once for it."""
    starts = month_starts(months)
    place = {start: number for number, start in enumerate(starts)}
    counts: dict[int, list[int]] = defaultdict(lambda: [0] * months)
    for pk, month, contacts in _BY_MONTH(actor, ids, column_of(model), starts[0]):
        if month in place:
            counts[pk][place[month]] = contacts
    return dict(counts)


def _by_month(actor: Actor, ids: Any, column: str, since: date) -> Rows:
    met = touches(actor).filter(among(f"{column}_id", ids), interaction__occurred_on__gte=since).order_by()
    return met.values_list(f"{column}_id", TruncMonth("interaction__occurred_on")).annotate(
        contacts=Count("interaction_id", distinct=True)
    )


_BY_MONTH = Statement(_by_month)


def contacts_in(actor: Actor, model: type[Any], ids: Iterable[int], months: int) -> dict[int, int]:
    """The sums of :func:`contacts_by_month`: a contact lies in one month only."""
    column = f"{column_of(model)}_id"
    rows = touches(actor).filter(among(column, ids), interaction__occurred_on__range=_span(months)).order_by()
    # Nobody stands in a contact twice, but several may for one organization.
    counted = Count("pk") if column == "person_id" else Count("interaction_id", distinct=True)
    return dict(rows.values_list(column).annotate(counted))


def _span(months: int) -> tuple[date, date]:
    """The first day of the first and the last day of the last of the last ``months`` months."""
    first, present = month_starts(months)[0], month_starts(1)[0]
    return first, (present + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def next_steps(actor: Actor, model: type[Any], ids: Iterable[int]) -> dict[int, FollowUp]:
    """The open follow-up that is due first, by record."""
    column = f"{column_of(model)}_id"
    found: dict[int, FollowUp] = {}
    for step in _OPEN_STEPS(actor, ids, column):
        found.setdefault(getattr(step, column), step)
    return found


def _open_steps(actor: Actor, ids: Any, column: str) -> QuerySet[FollowUp]:
    steps = FollowUp.objects.readable_by(actor).open().filter(among(column, ids))
    return steps.by_due_date().only("text", "due_on", column)


_OPEN_STEPS = Statement(_open_steps)


def whom_to_ask(rows: Iterable[Any]) -> dict[int, str]:
    """By row: who may open a restricted entry, the owners of its circle first, else the person who recorded it."""
    rows = list(rows)
    circles = {circle for row in rows for circle in (row.restricted_circle_id, row.sealed_circle_id) if circle}
    owners: dict[int, str] = {}
    if circles:
        places = CircleMembership.objects.filter(circle__in=circles, is_owner=True, left_on__isnull=True)
        for circle, name in places.order_by("joined_on", "pk").values_list("circle_id", "user__name"):
            owners.setdefault(circle, name)
    return {row.pk: owners.get(row.restricted_circle_id) or row.recorded_by.name for row in rows}


@dataclass(frozen=True, slots=True)
class Pulse:
    """The finding and the strip of one record's page."""

    title: str
    meta: str
    counts: list[int]
    labels: list[str]


def pulse_of(actor: Actor, record: Party | Person, months: int = 24) -> Pulse:
    counts = contacts_by_month(actor, type(record), [record.pk], months).get(record.pk, [0] * months)
    last = last_contacts(actor, [record]).get(record.pk)
    if last is None:
        title = _("Not in touch yet")
    else:
        title = _("In touch %(when)s") % {"when": dates.relative_date(last)}
    total = sum(counts)
    meta = ngettext("%(count)s contact in 24 months", "%(count)s contacts in 24 months", total) % {
        "count": dates.number(total)
    }
    starts = month_starts(months)
    labels = [_month(starts[place]) for place in (0, 6, 12, 18)] + [_("Now")]
    return Pulse(title, meta, counts, labels)


def _month(day: date) -> str:
    return f"{dates.month_short(day)} {day.year}"


def by_pk(counts: Mapping[int, list[int]], rows: Sequence[Any], months: int) -> dict[int, list[int]]:
    """The counts of every row, silence included."""
    return {row.pk: counts.get(row.pk, [0] * months) for row in rows}
