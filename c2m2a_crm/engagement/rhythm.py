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
from django.db.models import (
    Case,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
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


def two_way_touches(
    actor: Actor, column: str, whose: Q, day: date | None = None, since: date | None = None
) -> QuerySet[Participant]:
    """Rows in two-way touches from ``since`` up to that day, of those that ``whose`` names. The rule stands above.

    ``column`` is ``person`` or ``party``. ``whose`` is given here because the rows are looked at once, in the order of
    their days: a condition on other rows of the record, asked of each mail, took seconds where there are hundreds.
    """
    met = touches(actor).filter(whose, interaction__occurred_on__lte=day or today())
    if since is not None:
        met = met.filter(interaction__occurred_on__gte=since - timedelta(days=REPLY_WITHIN_DAYS))
    met = met.annotate(
        heard_on=_latest_mail(column, Interaction.Direction.INCOMING),
        wrote_on=_latest_mail(column, Interaction.Direction.OUTGOING),
    )
    first = ExpressionWrapper(F("interaction__occurred_on") - Value(REPLY_WITHIN_DAYS), output_field=models.DateField())
    # In each alternative and not beside them: mail from before that day counts as what was answered.
    wanted = Q() if since is None else Q(interaction__occurred_on__gte=since)
    return met.filter(
        (wanted & ~Q(interaction__kind__in=_MAIL))
        | (wanted & Q(interaction__direction=""))
        | (wanted & Q(interaction__direction=Interaction.Direction.INCOMING, wrote_on__gte=first))
        | (wanted & Q(interaction__direction=Interaction.Direction.OUTGOING, heard_on__gte=first))
    )


def _latest_mail(column: str, direction: str) -> Window:
    """The day of their latest mail in that direction, up to the day of the row."""
    mail = Q(interaction__kind__in=_MAIL, interaction__direction=direction)
    return Window(
        Max("interaction__occurred_on", filter=mail), partition_by=f"{column}_id", order_by="interaction__occurred_on"
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
    own = two_way_touches(actor, column, Q(**{column: OuterRef("pk")}), day)
    return Subquery(own.order_by("-interaction__occurred_on").values("interaction__occurred_on")[:1])


class _Rule(Func):
    """One of the functions of the database that say the rule once (migration ``0015_rhythm_states``)."""

    def __init__(self, name: str, *facts: Any, output_field: models.Field[Any, Any]) -> None:
        super().__init__(*facts, function=name, output_field=output_field)


def _facts(rows: Rows, actor: Actor, now: date) -> Rows:
    """What the rule looks at: ``rhythm_days``, ``touched_on``, ``free_on``."""
    column = column_of(rows.model)
    found: Rows = rows.alias(
        rhythm_days=Coalesce(
            Subquery(_own_rhythms(column, now).values("days")[:1]),
            Subquery(_tier_rhythms(column, now).values("days")[:1]),
        ),
        touched_on=_last_touch(actor, column, now),
        free_on=Subquery(_quiets(column, now).values("free_on")[:1], output_field=models.DateField()),
    )
    return found


def _added_on() -> TruncDate:
    """From which a record counts that nobody touched."""
    return TruncDate("created_at")


def _day(day: date) -> Value:
    return Value(day, output_field=models.DateField())


def with_state(rows: Rows, actor: Actor, day: date | None = None, *, most_have_none: bool = False) -> Rows:
    """Adds ``state`` of that day, null where none is.

    To filter and sort by there are ``rhythm_days``, ``touched_on``, ``free_on`` and ``due_on``: each looks at other
    tables, so rows carry what is annotated. ``rows`` are people or organizations as :func:`measured` gives them.

    With ``most_have_none`` contacts, which are many, are asked only of rows that have a rhythm; the statement grows.
    """
    now = day or today()
    touched: Any = F("touched_on")
    if most_have_none:
        touched = Case(When(rhythm_days__isnull=False, then=touched))
    facts = (Coalesce(touched, _added_on()), F("rhythm_days"), F("free_on"))
    found: Rows = (
        _facts(rows, actor, now)
        .alias(due_on=_Rule("rhythm_due", *facts, output_field=models.DateField()))
        .annotate(state=_Rule("rhythm_state", _day(now), *facts, output_field=models.CharField(null=True)))
    )
    return found


def with_rhythm(rows: Rows, day: date | None = None) -> Rows:
    """Those of ``rows`` that go by a rhythm, or with which quiet is agreed: found without asking each for its state."""
    return rows.filter(followed(rows.model, day))


def followed(model: type[Any], day: date | None = None) -> Q:
    """Which of such records, as :func:`measured` gives them, those are."""
    now, column = day or today(), column_of(model)
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
    return found


# --- The three rows that made a mark ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand with one record today, with the rows that say so; each is as the database gave it, or None.

    ``own`` and ``tier`` are rhythms, ``touch`` the last two-way touch, ``quiet`` the agreed quiet that ends last.
    """

    state: str | None
    due_on: date | None
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
        free_on = _read(self.quiet["free_on"]) if self.is_quiet and self.quiet else None
        return free_on - timedelta(days=1) if free_on else None


def _standings(actor: Any, keys: Any, model: Any) -> Rows:
    now, column = today(), column_of(model)
    rows = measured(model._default_manager.filter(among("id", keys)))
    own = _own_rhythms(column, now).values(
        row=JSONObject(days="days", reason="reason", first="valid__startswith", by="set_by__name")
    )
    tier = _tier_rhythms(column, now).values(
        row=JSONObject(
            days="days", name_en="tier__name_en", name_fr="tier__name_fr", source="source", first="valid__startswith"
        )
    )
    touches = two_way_touches(actor, column, Q(**{column: OuterRef(OuterRef("pk"))}), now)
    newest = touches.order_by("-interaction__occurred_on", "-interaction_id", "pk").values("interaction_id")
    touch = Interaction.objects.filter(pk=Subquery(newest[:1])).values(
        row=JSONObject(pk="pk", subject="subject", kind="kind", on="occurred_on")
    )
    quiet = _quiets(column, now).values(
        row=JSONObject(
            first="valid__startswith",
            free_on="free_on",
            agreed_by="agreed_by",
            reason="reason",
            of_party="party_id",
            by="noted_by__name",
        )
    )
    found = (Subquery(rows[:1]) for rows in (own, tier, touch, quiet))
    standing = _Rule("rhythm_standing", _day(now), _added_on(), *found, output_field=models.JSONField())
    told: Rows = rows.order_by().values_list("pk", standing)
    return told


_STANDINGS = Statement(_standings)


def standings(actor: Actor, model: type[Any], keys: Iterable[int]) -> dict[int, Standing]:
    """By key, in one statement; records outside are missing."""
    model = Person if issubclass(model, Person) else Party
    return {
        pk: Standing(said["state"], _read(said["due"]), said["own"], said["tier"], said["touch"], said["quiet"])
        for pk, said in _STANDINGS(actor, keys, model)
    }


def _read(day: str | None) -> date | None:
    return date.fromisoformat(day) if day else None


__all__ = [
    "REPLY_WITHIN_DAYS",
    "Standing",
    "State",
    "followed",
    "measured",
    "standings",
    "two_way_touches",
    "with_rhythm",
    "with_state",
]
