"""What the engagement record puts on the home page: what needs the reader, figures that open lists, who fell silent.

Each function is one statement, so that the page stays quick however much there is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    Min,
    OuterRef,
    Q,
    QuerySet,
    When,
    Window,
)
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core import dates
from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.context_processors import address
from c2m2a_crm.core.models import Draft
from c2m2a_crm.core.prepared import Statement
from c2m2a_crm.core.querysets import among, counted, counted_with
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement import drafts, policies
from c2m2a_crm.engagement.later import snooze_days
from c2m2a_crm.engagement.lists import STRIP_MONTHS, kind_icon, made_by
from c2m2a_crm.engagement.models import Commitment, FollowUp, Interaction, OwnRhythm, Participant
from c2m2a_crm.engagement.pulse import QUIET_AFTER_DAYS, month_starts, touches
from c2m2a_crm.engagement.rhythm import State, followed, with_state
from c2m2a_crm.engagement.rhythm_shown import state_tag
from members.models import Membership, Organization, Person

SHOWN = 5
QUIET_QUERY = urlencode({"owner": "me", "last_contact": f"older-{QUIET_AFTER_DAYS}"})
RECENT = 10
MET_WITHIN_DAYS = 30


def month_until(day: date) -> tuple[date, date]:
    """From the first of the month to that day."""
    return day.replace(day=1), day


def same_days_before(day: date) -> tuple[date, date]:
    """The same days of the month before, as far as it has them."""
    last = day.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last.replace(day=min(day.day, last.day))


def _numbers(actor: Any, keys: Any) -> QuerySet[User, dict[str, int]]:
    now = today()
    since = now - timedelta(days=MET_WITHIN_DAYS)
    contacts = Interaction.objects.readable_by(actor).active().two_way()
    this_month = contacts.filter(occurred_on__range=month_until(now))
    with_officials = Participant.objects.filter(
        interaction=OuterRef("pk"), holds_public_office=True, role=Participant.Role.PRESENT
    )
    mine = FollowUp.objects.readable_by(actor).open().filter(assignee_id=actor.pk)
    promises = Commitment.objects.readable_by(actor).of_live_contacts().open()
    return User.objects.filter(pk=actor.pk).values(
        contacts=counted(this_month),
        before=counted(contacts.filter(occurred_on__range=same_days_before(now))),
        officials=counted(this_month.filter(Exists(with_officials))),
        people=counted(Person.objects.visible_to(actor).active().filter(last_open_contact_on__gte=since)),
        steps=counted_with(mine, Q(due_on__lt=now)),
        promises=counted_with(promises, Q(due_on__lt=now)),
    )


_NUMBERS = Statement(_numbers)


def figures(actor: Any) -> Sequence[dict[str, Any]]:
    now = today()
    (found,) = _NUMBERS(actor)
    promises, late = found["promises"]
    log = reverse("contact_log:list")
    first, last = month_until(now)
    month = {"since": first.isoformat(), "until": last.isoformat(), "attempts": "without"}
    return [
        {
            "label": _("Contacts this month"),
            "value": dates.number(found["contacts"]),
            "url": f"{log}?{urlencode(month)}",
            **_compared(found["contacts"], found["before"], *same_days_before(now)),
        },
        {
            "label": _("With public office holders"),
            "value": dates.number(found["officials"]),
            "url": f"{log}?{urlencode({**month, 'office_holders': 'yes'})}",
            "note": _("this month"),
        },
        {
            "label": _("People met"),
            "value": dates.number(found["people"]),
            "url": f"{address('people:list')}?last_contact=within-{MET_WITHIN_DAYS}",
            "note": _("in the last 30 days"),
        },
        _steps_figure(*found["steps"]),
        {
            "label": _("Open commitments"),
            "value": dates.number(promises),
            "url": reverse("commitments:list"),
            **_late(late),
        },
    ]


def _steps_figure(total: int, late: int) -> dict[str, str]:
    return {
        "key": "follow-ups",
        "label": _("My open follow-ups"),
        "value": dates.number(total),
        "url": reverse("follow_ups:list"),
        **_late(late),
    }


def steps_figure(actor: Any) -> dict[str, str]:
    """The reader's own open follow-ups as :func:`figures` gives them, after one of them changed."""
    mine = FollowUp.objects.readable_by(actor).open().filter(assignee_id=actor.pk)
    return _steps_figure(**mine.aggregate(total=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today()))))


def _compared(value: int, before: int, first: date, last: date) -> dict[str, str]:
    if first == last:
        days = pgettext("days compared with", "%(day)s") % {"day": dates.day_and_month(last)}
    elif (first.year, first.month) == (last.year, last.month):
        days = dates.days_of_a_month(first, last)
    else:
        ends = {"first": dates.day_and_month(first), "last": dates.day_and_month(last)}
        days = pgettext("days compared with", "%(first)s – %(last)s") % ends
    difference = value - before
    if not difference:
        return {"note": _("as many as %(days)s") % {"days": days}}
    trend = f"{'▲' if difference > 0 else '▼'} {dates.number(abs(difference))}"
    note = _("more than %(days)s") if difference > 0 else _("fewer than %(days)s")
    return {"trend": trend, "trend_tone": "ok" if difference > 0 else "warn", "note": note % {"days": days}}


def _late(count: int) -> dict[str, str]:
    if not count:
        return {"note": _("none late")}
    return {
        "trend": ngettext("%(count)s late", "%(count)s late", count) % {"count": dates.number(count)},
        "trend_tone": "bad",
    }


def _mine(actor: Any, keys: Any) -> QuerySet[FollowUp, tuple[int, int]]:
    mine = FollowUp.objects.readable_by(actor).open().filter(assignee_id=actor.pk)
    all_rows = Window(Count("pk", filter=Q(due_on__lte=today())))
    return mine.annotate(all_rows=all_rows).by_due_date().values_list("pk", "all_rows")[: SHOWN + 3]


_MINE = Statement(_mine)
_WHOLE_STEPS = Statement(lambda actor, keys: FollowUp.objects.for_list().filter(among("pk", keys)))


def attention(actor: Any) -> dict[str, Any] | None:
    """Follow-ups that are late or due today, the oldest first; what comes next if there are none."""
    if not policies.can_log(actor):
        return None
    now = today()
    rows, due_count = _first_of(actor, _MINE, _WHOLE_STEPS)
    due = [row for row in rows if row.due_on and row.due_on <= now]
    return {
        "rows": due or rows[:3],
        "is_due": bool(due),
        "more": max(0, due_count - len(due)),
        "can_work": True,
        "snooze_days": snooze_days(),
    }


def _late_promises(actor: Any, keys: Any) -> QuerySet[Commitment, tuple[int, int]]:
    late = Commitment.objects.readable_by(actor).of_live_contacts().late_on(today())
    mine = late.filter(Q(by_user_id=actor.pk) | Q(interaction__recorded_by_id=actor.pk))
    return mine.annotate(all_rows=Window(Count("pk"))).by_due_date().values_list("pk", "all_rows")[:SHOWN]


_LATE_PROMISES = Statement(_late_promises)
_WHOLE_PROMISES = Statement(lambda actor, keys: Commitment.objects.for_list().filter(among("pk", keys)))


def overdue_promises(actor: Any) -> dict[str, Any] | None:
    """Promises whose day has passed: ours that the reader made, and any heard in a contact that the reader logged."""
    if not policies.can_log(actor):
        return None
    rows, total = _first_of(actor, _LATE_PROMISES, _WHOLE_PROMISES)
    if not rows:
        return None
    return {"rows": [(row, made_by(row)) for row in rows], "more": total - len(rows)}


def _first_of(actor: Any, counted: Statement, whole: Statement) -> tuple[list[Any], int]:
    """The first rows with everything they show, and how many there are: only keys are counted, of thousands perhaps."""
    found = dict(counted(actor))
    by_key = {row.pk: row for row in whole(actor, found)} if found else {}
    return [by_key[pk] for pk in found], next(iter(found.values()), 0)


def waiting_drafts(actor: Any) -> dict[str, Any] | None:
    """What the reader typed into the log form and has not saved."""
    if not policies.can_log(actor):
        return None
    rows = list(_DRAFTS(actor))
    if not rows:
        return None
    return {"rows": [(row, drafts.words_of(row)) for row in rows]}


_DRAFTS = Statement(lambda actor, keys: Draft.objects.visible_to(actor).filter(form=drafts.FORM)[:SHOWN])


def _quiet_since() -> date:
    return today() - timedelta(days=QUIET_AFTER_DAYS)


def _owned_and_quiet(actor: Any, keys: Any) -> Any:
    heard = (
        touches(actor)
        .filter(party_id=OuterRef("pk"), interaction__occurred_on__gte=month_starts(STRIP_MONTHS)[0])
        .order_by()
        .values("interaction_id")
        .annotate(day=Min("interaction__occurred_on"))
        .values("day")
    )
    owned: Any = Organization.objects.visible_to(actor).filter(owner_id=actor.pk, archived_at__isnull=True)
    is_drifting = Case(
        When(followed(Organization), then=Q(state=State.OVERDUE)),
        default=Q(last_open_contact_on__lt=_quiet_since()),
        output_field=BooleanField(),
    )
    silent = with_state(owned, actor).filter(is_drifting).annotate(days=ArraySubquery(heard))
    # The two-way touch of those that may have a rhythm; of thousands of others the day at hand is enough.
    since = Case(When(_may_be_followed(), then="touched_on"), default="last_open_contact_on")
    return silent.order_by(since.asc(nulls_first=True), "last_open_contact_on", "pk")[: 4 * SHOWN]


def _may_be_followed() -> Q:
    """Whether or not a rhythm holds today: quicker to know, and enough to order by."""
    own = OwnRhythm.objects.filter(party__isnull=False).order_by().values("party")
    return Q(pk__in=own) | Q(pk__in=Membership.objects.order_by().values("party"))


_OWNED_AND_QUIET = Statement(_owned_and_quiet)


def gone_quiet(actor: Any) -> dict[str, Any] | None:
    """Organizations whose relationship the reader owns and that drift: overdue by their rhythm, or silent for three
    months where they have none. Where quiet is agreed, nobody is called so.

    Nations are never called quiet: their pace is theirs.
    """
    cutoff, starts = _quiet_since(), month_starts(STRIP_MONTHS)
    quiet = []
    for record in _OWNED_AND_QUIET(actor):
        if record.state is None and any(day >= cutoff for day in record.days):
            continue  # in touch within a circle of the reader's own
        last = max(
            [*record.days, *([record.last_open_contact_on] if record.last_open_contact_on else [])], default=None
        )
        counts = [
            sum(1 for day in record.days if (day.year, day.month) == (start.year, start.month)) for start in starts
        ]
        quiet.append({"record": record, "last": last, "counts": counts, "mark": state_tag(record.state)})
    return {"rows": quiet[:SHOWN], "all_url": f"{address('organizations:list')}?{QUIET_QUERY}"} if quiet else None


def recent_contacts(actor: Any) -> dict[str, Any] | None:
    """The newest contacts of the office that the reader may read."""
    rows = [(row, kind_icon(row)) for row in _NEWEST(actor)]
    return {"rows": rows} if rows else None


def _newest(actor: Any, keys: Any) -> QuerySet[Interaction]:
    of_party = When(person__isnull=True, then=f"party_name_{reader_language()}")
    said = Case(of_party, default="name")  # as Participant.said_name
    names = Participant.objects.filter(interaction=OuterRef("pk"), user__isnull=True).annotate(said=said)
    return (
        Interaction.objects.readable_by(actor)
        .active()
        .select_related("recorded_by")
        .annotate(names=ArraySubquery(names.order_by("position", "pk").values("said")))
        .newest_first()[:RECENT]
    )


_NEWEST = Statement(_newest)
