"""What the engagement record tells in a briefing: what they last said, what was promised, when we were in touch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from django.db.models import F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.core import dates
from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.addresses import address_of
from c2m2a_crm.core.querysets import among, counted
from c2m2a_crm.core.registries import BriefingLine, BriefingSource, unattributed_contacts
from c2m2a_crm.core.validity import last_day, today
from c2m2a_crm.engagement.models import (
    AgreedQuiet,
    Commitment,
    FollowUp,
    Interaction,
    NoProspect,
    Participant,
    Point,
)
from c2m2a_crm.engagement.pulse import touches
from members.briefing import posts_of
from members.models import Party, Person

Lines = Mapping[int, Sequence[BriefingLine]]
Rows = QuerySet[Any, Any]
# Lines that are read of each person; a briefing shows some of them and counts the rest.
READ: Final = 12
_THERE: Final = "interaction__participants"


def _heard_by(rows: Rows, people: Iterable[int], order: Sequence[Any]) -> Rows:
    """``rows`` of contacts in which these people were present, once for each of them: ``whom`` says of whom it is.

    The first :data:`READ` of each, in that order. One statement, whatever the number of people.
    """
    there = rows.filter(
        **{f"{_THERE}__person__in": list(people), f"{_THERE}__role": Participant.Role.PRESENT},
        interaction__archived_at__isnull=True,
    )
    whom = F(f"{_THERE}__person_id")
    # The same join as above, so that each row stands beside whoever heard it.
    placed = there.annotate(whom=whom, place=Window(RowNumber(), partition_by=whom, order_by=list(order)))
    found: Rows = placed.filter(place__lte=READ).select_related("interaction").order_by("whom", "place")
    return found


def _by_whom(rows: Iterable[Any], line: Callable[[Any], BriefingLine]) -> dict[int, list[BriefingLine]]:
    found: dict[int, list[BriefingLine]] = defaultdict(list)
    for row in rows:
        found[row.whom].append(line(row))
    return found


_NEWEST: Final = (F("interaction__occurred_on").desc(), F("interaction_id").desc(), F("position").asc(), F("pk").asc())
_DUE_FIRST: Final = (F("due_on").asc(nulls_last=True), F("pk").asc())


def _contact(row: Interaction) -> str:
    """When, how and what about: where a line is from."""
    return _("%(day)s, %(kind)s: %(subject)s") % {
        "day": dates.short_date(row.occurred_on),
        "kind": row.get_kind_display(),
        "subject": row.subject,
    }


# --- What they said -------------------------------------------------------------------------------------------------


def _attributable(actor: Actor) -> QuerySet[Point]:
    """Points that may stand beside a name, with the number of outsiders who were ``present``."""
    outsiders = Participant.objects.filter(
        interaction=OuterRef("interaction"), role=Participant.Role.PRESENT, user__isnull=True
    )
    points = Point.objects.readable_by(actor).annotate(present=counted(outsiders))
    for entry in unattributed_contacts:
        points = points.exclude(interaction__in=entry.contacts())
    return points


def _point_line(point: Any) -> BriefingLine:
    source = _contact(point.interaction)
    if point.present > 1:
        source = _("%(source)s (%(count)s were there)") % {"source": source, "count": dates.number(point.present)}
    return BriefingLine(
        point.text, source, address_of("contact_log:detail", point.interaction_id), is_quote=True, row=point
    )


def _said(actor: Actor, people: Sequence[int]) -> Lines:
    points = _attributable(actor).filter(kind=Point.Kind.ISSUE)
    return _by_whom(_heard_by(points, people, _NEWEST), _point_line)


def _asked(actor: Actor, people: Sequence[int]) -> Lines:
    questions = _attributable(actor).filter(kind=Point.Kind.QUESTION, answered_on__isnull=True)
    return _by_whom(_heard_by(questions, people, _NEWEST), _point_line)


# --- Promises both ways ---------------------------------------------------------------------------------------------


def _promises(actor: Actor, direction: str) -> QuerySet[Commitment]:
    rows = Commitment.objects.readable_by(actor).open().of_live_contacts()
    return rows.filter(direction=direction).select_related("by_user", "by_person", "by_party", "to_party")


def _promise_line(row: Commitment) -> BriefingLine:
    by = row.by_user or row.by_person or row.by_party
    due = ""
    if row.due_on:
        late = row.due_on < today()
        words = _("late since %(day)s") if late else _("due %(day)s")
        due = words % {"day": dates.short_date(row.due_on)}
    made = _("promised on %(day)s") % {"day": dates.short_date(row.interaction.occurred_on)}
    source = ", ".join(filter(None, [due, str(by or ""), made]))
    return BriefingLine(row.text, source, address_of("commitments:detail", row.pk), row=row)


def _ours(actor: Actor, people: Sequence[int]) -> Lines:
    """What we promised while they were there."""
    return _by_whom(_heard_by(_promises(actor, Commitment.Direction.OURS), people, _DUE_FIRST), _promise_line)


def _theirs(actor: Actor, people: Sequence[int]) -> Lines:
    """What they promised, or what was promised while they were there and no other person is named."""
    theirs = _promises(actor, Commitment.Direction.THEIRS)
    found = _by_whom(_heard_by(theirs.filter(by_person__isnull=True), people, _DUE_FIRST), _promise_line)
    named = theirs.filter(among("by_person_id", people)).select_related("interaction").order_by("by_person_id")
    place = Window(RowNumber(), partition_by=F("by_person_id"), order_by=list(_DUE_FIRST))
    own: dict[int, list[BriefingLine]] = defaultdict(list)
    for row in named.annotate(place=place).filter(place__lte=READ).order_by("by_person_id", "place"):
        own[row.by_person_id or 0].append(_promise_line(row))
    return {pk: [*own.get(pk, ()), *found.get(pk, ())] for pk in own.keys() | found.keys()}


def _of_party(direction: str, column: str) -> Callable[[Actor, Sequence[int]], Lines]:
    """Promises with parties: to them where they are ours, theirs where they made them."""

    def lines(actor: Actor, parties: Sequence[int]) -> Lines:
        rows = _promises(actor, direction).filter(among(f"{column}_id", parties)).select_related("interaction")
        place = Window(RowNumber(), partition_by=F(f"{column}_id"), order_by=list(_DUE_FIRST))
        found: dict[int, list[BriefingLine]] = defaultdict(list)
        for row in rows.annotate(place=place).filter(place__lte=READ).order_by(f"{column}_id", "place"):
            found[getattr(row, f"{column}_id")].append(_promise_line(row))
        return found

    return lines


# --- How things stand -----------------------------------------------------------------------------------------------


def _last_contact(column: str) -> Callable[[Actor, Sequence[int]], Lines]:
    def lines(actor: Actor, keys: Sequence[int]) -> Lines:
        newest = (F("interaction__occurred_on").desc(), F("interaction_id").desc(), F("pk").desc())
        place = Window(RowNumber(), partition_by=F(f"{column}_id"), order_by=list(newest))
        rows = touches(actor).filter(among(f"{column}_id", keys)).annotate(place=place).filter(place=1)
        found = {}
        for row in rows.select_related("interaction"):
            entry = row.interaction
            said = _("%(day)s, %(kind)s: %(subject)s") % {
                "day": dates.short_date(entry.occurred_on),
                "kind": entry.get_kind_display(),
                "subject": entry.subject,
            }
            line = BriefingLine(said, "", address_of("contact_log:detail", entry.pk), row=entry)
            found[getattr(row, f"{column}_id")] = [line]
        return found

    return lines


def _next_step(actor: Actor, people: Sequence[int]) -> Lines:
    place = Window(RowNumber(), partition_by=F("person_id"), order_by=list(_DUE_FIRST))
    steps = FollowUp.objects.readable_by(actor).open().filter(among("person_id", people)).select_related("assignee")
    found: dict[int, list[BriefingLine]] = defaultdict(list)
    for step in steps.annotate(place=place).filter(place__lte=READ).order_by("person_id", "place"):
        due = _("due %(day)s") % {"day": dates.short_date(step.due_on)} if step.due_on else ""
        source = ", ".join(filter(None, [str(step.assignee), due]))
        found[step.person_id or 0].append(BriefingLine(step.text, source, row=step))
    return found


def _quiet_line(row: AgreedQuiet) -> BriefingLine:
    until = last_day(row.valid)
    said = _("Quiet until %(day)s, agreed by %(who)s: %(reason)s") % {
        "day": dates.short_date(until) if until else "",
        "who": row.agreed_by,
        "reason": row.reason,
    }
    return BriefingLine(said, str(row.party or ""))


def _quiet_of_people(actor: Actor, people: Sequence[int]) -> Lines:
    """Agreed with them, or with an organization or a Nation that they work for."""
    parties = {pk: {post.party_id for post in posts} for pk, posts in posts_of(actor, people).items()}
    every = set().union(*parties.values()) if parties else set()
    rows = AgreedQuiet.objects.readable_by(actor).on(today()).select_related("party")
    found: dict[int, list[BriefingLine]] = defaultdict(list)
    for row in rows.filter(Q(among("person_id", people)) | Q(among("party_id", every))).order_by("pk"):
        for pk in people:
            if row.person_id == pk or (row.party_id and row.party_id in parties.get(pk, ())):
                found[pk].append(_quiet_line(row))
    return found


def _quiet_of_parties(actor: Actor, parties: Sequence[int]) -> Lines:
    rows = AgreedQuiet.objects.readable_by(actor).on(today()).filter(among("party_id", parties)).order_by("pk")
    found: dict[int, list[BriefingLine]] = defaultdict(list)
    for row in rows:
        found[row.party_id or 0].append(_quiet_line(row))
    return found


def _no_prospect(actor: Actor, parties: Sequence[int]) -> Lines:
    rows = NoProspect.objects.readable_by(actor).standing().filter(among("party_id", parties))
    return {
        row.party_id: [BriefingLine(_("Do not ask about membership: %(reason)s") % {"reason": row.reason})]
        for row in rows
    }


SOURCES: Final = (
    BriefingSource("quiet", 16, Person, gettext_lazy("Agreed quiet"), _quiet_of_people, 1, is_warning=True),
    BriefingSource("said", 50, Person, gettext_lazy("What they last said"), _said, 3, told_once=True),
    BriefingSource("asked", 55, Person, gettext_lazy("Waits for our answer"), _asked, told_once=True),
    BriefingSource("ours", 60, Person, gettext_lazy("We promised"), _ours, told_once=True),
    BriefingSource("theirs", 65, Person, gettext_lazy("They promised"), _theirs, told_once=True),
    BriefingSource("last-contact", 70, Person, gettext_lazy("Last contact"), _last_contact("person"), 1),
    BriefingSource("next-step", 75, Person, gettext_lazy("Next step"), _next_step, 1),
    BriefingSource("quiet-of-party", 5, Party, gettext_lazy("Agreed quiet"), _quiet_of_parties, 1, is_warning=True),
    BriefingSource("no-prospect", 12, Party, gettext_lazy("Do not"), _no_prospect, 1, is_warning=True),
    BriefingSource(
        "ours-to-party", 60, Party, gettext_lazy("We promised"), _of_party(Commitment.Direction.OURS, "to_party")
    ),
    BriefingSource(
        "theirs-of-party", 65, Party, gettext_lazy("They promised"), _of_party(Commitment.Direction.THEIRS, "by_party")
    ),
    BriefingSource("last-contact-of-party", 70, Party, gettext_lazy("Last contact"), _last_contact("party"), 1),
)
