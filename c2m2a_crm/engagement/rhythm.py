"""How things stand by our own rhythm: on, soon, overdue, or agreed quiet. Nothing of it is stored.

**What is a touch.** A two-way touch counts for everybody who is noted as present, not only for the first of them:

* a meeting, a call, a visit or an event;
* an e-mail or a letter of which no direction is noted: it stands for an exchange;
* an e-mail or a letter that answers one the other way, to or from the same person or organization, within the thirty
  days before it.

An attempt that reached nobody, mail in one direction, being copied or mentioned, and what was taken back are no touch.
Only contacts that the reader may read count, so that nobody learns of a circle by a mark: two readers may see two
states, each right by what they know.

**The states** of a day, in this order: *agreed quiet* while one of its rows holds; nothing where there is no rhythm;
*overdue* after the day that is due; *soon* from the last quarter of the rhythm on; else *on*. What is due is so many
days after the last touch (after the record was added, where there was none), and never before an agreed quiet is over.

**Whose rhythm.** One's own where it is set, else that of the tier: an organization goes by the tier of its membership,
a person by that of the membership that they answer for. Quiet agreed with an organization covers who works for it.

Nations, and people who speak for one today, stand outside: they have no state, are in no list and in no number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, Func, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject, Least, TruncDate
from django.utils.translation import pgettext_lazy

from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.prepared import Statement
from c2m2a_crm.core.querysets import among
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.models import AgreedQuiet, Interaction, OwnRhythm, Participant, Rhythm
from c2m2a_crm.engagement.pulse import column_of, touches
from members.models import Affiliation, Membership, Party, Person

Rows = QuerySet[Any, Any]

REPLY_WITHIN_DAYS: Final = 30
_MAIL: Final = (Interaction.Kind.EMAIL, Interaction.Kind.LETTER)


class State(models.TextChoices):
    ON = "on", pgettext_lazy("state of a relationship", "On")
    SOON = "soon", pgettext_lazy("state of a relationship", "Soon")
    OVERDUE = "overdue", pgettext_lazy("state of a relationship", "Overdue")
    QUIET = "quiet", pgettext_lazy("state of a relationship", "Agreed quiet")


def two_way_touches(actor: Actor, column: str, day: date | None = None) -> QuerySet[Participant]:
    """Their rows in two-way touches up to that day; ``column`` is ``person`` or ``party``. The rule stands above."""
    answered = touches(actor).filter(
        ~Q(interaction__direction=""),
        ~Q(interaction__direction=OuterRef("interaction__direction")),
        interaction__kind__in=_MAIL,
        interaction__occurred_on__lte=OuterRef("interaction__occurred_on"),
        interaction__occurred_on__gte=ExpressionWrapper(
            OuterRef("interaction__occurred_on") - Value(REPLY_WITHIN_DAYS), output_field=models.DateField()
        ),
        **{f"{column}_id": OuterRef(f"{column}_id")},
    )
    is_exchange = ~Q(interaction__kind__in=_MAIL) | Q(interaction__direction="")
    return touches(actor).filter(
        is_exchange | Q(Exists(answered)),
        interaction__occurred_on__lte=day or today(),
        **{f"{column}__isnull": False},
    )


def measured(rows: Rows, day: date | None = None) -> Rows:
    """Those of ``rows`` that may have a rhythm: no Nation, nobody who speaks for one, nothing put aside."""
    rows = rows.filter(archived_at__isnull=True)
    if column_of(rows.model) == "party":
        return rows.exclude(kind=Party.Kind.NATION)
    speaks = Affiliation.objects.on(day or today()).filter(person=OuterRef("pk"), party__kind=Party.Kind.NATION)
    return rows.filter(~Exists(speaks), anonymised_on__isnull=True)


def _tier_rhythms(column: str, day: date) -> QuerySet[Rhythm]:
    """Of the record outside: the rhythms of the tiers by which it goes, the shortest first."""
    held = Membership.objects.in_good_standing(day).exclude(party__kind=Party.Kind.NATION)
    whose = "contact" if column == "person" else "party"
    member = held.filter(**{whose: OuterRef(OuterRef("pk"))}, tier=OuterRef("tier"))
    return Rhythm.objects.on(day).filter(Exists(member.order_by())).order_by("days", "pk")


def _own_rhythms(column: str, day: date) -> QuerySet[OwnRhythm]:
    return OwnRhythm.objects.on(day).filter(**{column: OuterRef("pk")}).order_by("pk")


def _quiets(column: str, day: date) -> Any:  # rows with a column that the model does not declare
    """Those begun by that day that concern the record outside, whichever ends last first; ``free_on`` is its end."""
    own = Q(**{column: OuterRef("pk")})
    if column == "person":
        works_for = Affiliation.objects.on(day).filter(person=OuterRef(OuterRef("pk")), party=OuterRef("party"))
        own |= Q(Exists(works_for))
    ends = Least("valid__endswith", Coalesce("ended_on", "valid__endswith"), output_field=models.DateField())
    begun = AgreedQuiet.objects.filter(own, valid__startswith__lte=day)
    return begun.annotate(free_on=ends).order_by("-free_on", "-pk")


def _last_touch(actor: Actor, column: str, day: date) -> Subquery:
    own = two_way_touches(actor, column, day).filter(**{column: OuterRef("pk")}).order_by()
    return Subquery(own.values(column).annotate(day=Max("interaction__occurred_on")).values("day"))


class _Rule(Func):
    """One of the functions of the database that say the rule once (migration ``0015_rhythm_states``)."""

    def __init__(self, name: str, *facts: Any, output_field: models.Field[Any, Any]) -> None:
        super().__init__(*facts, function=name, output_field=output_field)


def _facts(rows: Rows, actor: Actor, now: date) -> Rows:
    """What the rule looks at: ``rhythm_days``, ``touched_on``, ``free_on``."""
    column = column_of(rows.model)
    found: Rows = rows.annotate(
        rhythm_days=Coalesce(
            Subquery(_own_rhythms(column, now).values("days")[:1]),
            Subquery(_tier_rhythms(column, now).values("days")[:1]),
        ),
        touched_on=_last_touch(actor, column, now),
        free_on=Subquery(_quiets(column, now).values("free_on")[:1], output_field=models.DateField()),
    )
    return found


def _counted_from() -> Coalesce:
    """A record that nobody touched counts from the day on which it was added."""
    return Coalesce("touched_on", TruncDate("created_at"), output_field=models.DateField())


def _day(day: date) -> Value:
    return Value(day, output_field=models.DateField())


def with_state(rows: Rows, actor: Actor, day: date | None = None) -> Rows:
    """Adds ``rhythm_days``, ``touched_on``, ``free_on``, ``due_on`` and ``state`` of that day, null where none is.

    ``rows`` are people or organizations as :func:`measured` gives them.
    """
    now = day or today()
    facts = (_counted_from(), F("rhythm_days"), F("free_on"))
    found: Rows = _facts(rows, actor, now).annotate(
        due_on=_Rule("rhythm_due", *facts, output_field=models.DateField()),
        state=_Rule("rhythm_state", _day(now), *facts, output_field=models.CharField(null=True)),
    )
    return found


def with_rhythm(rows: Rows, day: date | None = None) -> Rows:
    """Those of ``rows`` that go by a rhythm, or with which quiet is agreed: found without asking each for its state."""
    now, column = day or today(), column_of(rows.model)
    own = OwnRhythm.objects.on(now).filter(**{f"{column}__isnull": False}).order_by().values(column)
    quiet = AgreedQuiet.objects.on(now).filter(**{f"{column}__isnull": False}).order_by().values(column)
    held = Membership.objects.in_good_standing(now).exclude(party__kind=Party.Kind.NATION)
    held = held.filter(tier__in=Rhythm.objects.on(now).order_by().values("tier")).order_by()
    members = held.filter(contact__isnull=False).values("contact") if column == "person" else held.values("party")
    found = Q(pk__in=own) | Q(pk__in=quiet) | Q(pk__in=members)
    if column == "person":
        quiet_parties = AgreedQuiet.objects.on(now).filter(party__isnull=False).order_by().values("party")
        covered = Affiliation.objects.on(now).filter(party__in=quiet_parties)
        found |= Q(pk__in=covered.order_by().values("person"))
    return rows.filter(found)


# --- The three rows that made a mark ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand with one record today, with the rows that say so; each is as the database gave it, or None.

    ``own`` and ``tier`` are rhythms, ``touch`` the last two-way touch, ``quiet`` the agreed quiet that ends last.
    """

    state: str | None
    due_on: date | None
    free_on: date | None
    own: Mapping[str, Any] | None
    tier: Mapping[str, Any] | None
    touch: Mapping[str, Any] | None
    quiet: Mapping[str, Any] | None

    @property
    def days(self) -> int | None:
        """The rhythm: one's own goes before that of the tier."""
        rule = self.own or self.tier
        return rule["days"] if rule else None

    @property
    def touched_on(self) -> date | None:
        return _read(self.touch["on"]) if self.touch else None

    @property
    def is_quiet(self) -> bool:
        return self.state == State.QUIET

    @property
    def quiet_until(self) -> date | None:
        """The last day of the quiet that holds."""
        return self.free_on - timedelta(days=1) if self.is_quiet and self.free_on else None


def _standings(actor: Any, keys: Any, model: Any) -> Rows:
    now, column = today(), column_of(model)
    rows = _facts(measured(model._default_manager.filter(among("id", keys))), actor, now)
    facts = (_counted_from(), F("rhythm_days"), F("free_on"))
    rows = rows.annotate(standing=_Rule("rhythm_standing", _day(now), *facts, output_field=models.JSONField()))
    own = _own_rhythms(column, now).values(
        row=JSONObject(days="days", reason="reason", first="valid__startswith", by="set_by__name")
    )
    tier = _tier_rhythms(column, now).values(
        row=JSONObject(
            days="days", name_en="tier__name_en", name_fr="tier__name_fr", source="source", first="valid__startswith"
        )
    )
    touch = two_way_touches(actor, column).filter(**{column: OuterRef("pk")})
    told = touch.order_by("-interaction__occurred_on", "-interaction_id", "pk").values(
        row=JSONObject(
            pk="interaction_id", subject="interaction__subject", kind="interaction__kind", on="interaction__occurred_on"
        )
    )
    quiet = _quiets(column, now).values(
        row=JSONObject(
            first="valid__startswith", agreed_by="agreed_by", reason="reason", of_party="party_id", by="noted_by__name"
        )
    )
    found: Rows = rows.order_by().values_list(
        "pk",
        "standing",
        "free_on",
        Subquery(own[:1]),
        Subquery(tier[:1]),
        Subquery(told[:1]),
        Subquery(quiet[:1]),
    )
    return found


_STANDINGS = Statement(_standings)


def standings(actor: Actor, model: type[Any], keys: Iterable[int]) -> dict[int, Standing]:
    """By key, in one statement; records outside are missing."""
    model = Person if issubclass(model, Person) else Party
    return {
        pk: Standing(said["state"], _read(said["due"]), free_on, own, tier, touch, quiet)
        for pk, said, free_on, own, tier, touch, quiet in _STANDINGS(actor, keys, model)
    }


def _read(day: str | None) -> date | None:
    return date.fromisoformat(day) if day else None


__all__ = [
    "REPLY_WITHIN_DAYS",
    "Standing",
    "State",
    "measured",
    "standings",
    "two_way_touches",
    "with_rhythm",
    "with_state",
]
