"""When somebody last looked at a record, and whether it is time to look again.

Nothing of it is stored but the day of the last look. A record nobody has looked at counts from the day on which it was
added. How long a look counts is the office's rule of today (``Cadence``), by the first sort that a record belongs to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core import dates, ui
from c2m2a_crm.core.lists import ChoiceFacet, Column, Plain, said
from c2m2a_crm.core.prepared import Statement
from c2m2a_crm.core.querysets import among
from c2m2a_crm.core.validity import today
from members.models import Affiliation, Cadence, Membership, Party, Person
from members.policies import can_edit_directory
from members.rooms import room_of

Rows = QuerySet[Any, Any]
Subject = Cadence.Subject


def cadences(day: date | None = None) -> dict[str, int]:
    """Days by sort of record, of the rules that hold on that day."""
    return dict(Cadence.objects.on(day or today()).values_list("subject", "days"))


def _sorts(model: type[Model]) -> list[tuple[str, Q]]:
    """The sorts but for the last, each with what makes a record one of it, in the order in which they count."""
    members = Membership.objects.in_good_standing().order_by().values("party")
    if model is Person:
        held = Affiliation.objects.current().filter(person=OuterRef("pk"))
        public = held.filter(party__kind=Party.Kind.GOVERNMENT).exclude(
            party__government_level=Party.GovernmentLevel.FOREIGN
        )
        return [
            (Subject.OFFICE_HOLDER, Q(Exists(public))),
            (Subject.MEMBER, Q(Exists(held.filter(party__in=members)))),
            (Subject.NATION, Q(Exists(held.filter(party__kind=Party.Kind.NATION)))),
        ]
    return [(Subject.MEMBER, Q(pk__in=members)), (Subject.NATION, Q(kind=Party.Kind.NATION))]


def due(rows: Rows, day: date | None = None, days: Mapping[str, int] | None = None) -> Rows:
    """Those of ``rows`` (people, or parties) that somebody should look at again; those put aside never.

    ``days`` are those of :func:`cadences`, where the caller has them.
    """
    day = day or today()
    days = cadences(day) if days is None else days
    looked = rows.filter(archived_at__isnull=True).alias(looked_on=Coalesce("verified_on", TruncDate("created_at")))
    if rows.model is Person:
        looked = looked.filter(anonymised_on__isnull=True)
    wanted, others = Q(pk__in=[]), Q()
    for sort, belongs in _sorts(rows.model):
        if sort in days:
            wanted |= others & belongs & Q(looked_on__lte=day - timedelta(days=days[sort]))
            others &= ~belongs
    if Subject.OTHER in days:
        wanted |= others & Q(looked_on__lte=day - timedelta(days=days[Subject.OTHER]))
    # The shortest rule first: it spares most rows the question which sort they are of.
    soonest = day - timedelta(days=min(days.values(), default=0))
    found: Rows = looked.filter(looked_on__lte=soonest).filter(wanted)
    return found


@dataclass(frozen=True, slots=True)
class Look:
    """What is known of the last look at one record. ``may`` says whether the reader may look again."""

    on: date | None
    by: str
    is_due: bool
    may: bool

    @property
    def words(self) -> str:
        if self.on is None:
            return _("Never")
        return dates.short_date(self.on)

    @property
    def who(self) -> str:
        """Who looked; whom the record is about, where no colleague did."""
        if self.on is None:
            return ""
        return self.by or _("themselves")


def looks(actor: Any, records: Sequence[Any]) -> dict[int, Look]:
    """The last look at each record of one sort of table; the statements do not grow with the records."""
    if not records:
        return {}
    model = type(records[0])
    model = Person if issubclass(model, Person) else Party
    rules = tuple(sorted(cadences().items()))
    is_due = set(_DUE_OF(None, [record.pk for record in records], model, rules))
    keys = {record.verified_by_id for record in records} - {None}
    colleagues = dict(User.objects.filter(pk__in=keys).values_list("pk", "name")) if keys else {}
    may = can_edit_directory(actor)
    return {
        record.pk: Look(
            record.verified_on,
            colleagues.get(record.verified_by_id, ""),
            record.pk in is_due,
            may and not record.is_archived,
        )
        for record in records
    }


def _due_of(nobody: None, keys: Any, model: Any, rules: Sequence[tuple[str, int]]) -> Rows:
    rows = model._default_manager.filter(among("id", keys))
    return due(rows, days=dict(rules)).order_by().values_list("pk", flat=True)


_DUE_OF = Statement(_due_of)


# --- Lists ------------------------------------------------------------------------------------------------------------


def _cell(record: Any, look: Look | None) -> SafeString | str:
    """The day and who; where it is time, a tag, and a button that notes the look (``verify-form`` is in the page)."""
    if look is None:
        return ui.NOTHING
    mark = ui.tag(_("Check due"), "warn", "clock") if look.is_due else ui.NOTHING
    button = ui.NOTHING
    if look.may and look.on != today():
        said_of = _("Note that %(name)s was checked") % {"name": record}
        button = ui.markup(
            '<button class="btn small" type=submit form=verify-form name=pk value={} aria-label="{}">{}</button>',
            record.pk,
            said_of,
            _("Mark as checked"),
        )
    return ui.markup("<span>{}<span class=sub>{}</span></span> {} {}", look.words, look.who, mark, button)


def _days(actor: Any, model: type[Model], keys: Sequence[int]) -> Mapping[int, Any]:
    rows = model._default_manager.filter(among("id", keys), verified_on__isnull=False)
    return dict(rows.values_list("pk", "verified_on"))


def columns() -> Sequence[Column]:
    return (
        Column(
            "verified",
            gettext_lazy("Last checked"),
            lambda record, look: record.verified_on,
            cell=_cell,
            batch=looks,
            plain=Plain(("verified_on",)),
            order=lambda: [F("verified_on").asc(nulls_first=True)],
            is_default=False,
        ),
    )


STATES = [("due", gettext_lazy("Due for a check")), ("never", gettext_lazy("Never checked"))]


def _of_state(rows: Rows, actor: Any, value: str) -> Rows:
    if value == "due":
        return rows.filter(pk__in=due(rows.model._default_manager.all()).values("pk"))
    return rows.filter(verified_on__isnull=True)


def facets() -> dict[str, Any]:
    facet = ChoiceFacet(label=gettext_lazy("Check"), choices=STATES, narrow=_of_state)
    words = {"due": gettext_lazy("due for a check"), "never": gettext_lazy("never checked")}
    return {"check": said(facet, "%(value)s", words, shown="verified")}


# --- The record -------------------------------------------------------------------------------------------------------


def marks(actor: Any, record: Any) -> Sequence[str]:
    """A quiet tag where it is time to look again, for whoever could."""
    if not can_edit_directory(actor) or record.is_archived:
        return []
    return [ui.tag(_("Check due"), "line", "clock")] if _look_at(actor, record).is_due else []


def _look_at(actor: Any, record: Any) -> Look:
    """Found once for the page, though the head and a card ask for it."""
    if not hasattr(record, "last_look"):
        record.last_look = looks(actor, [record])[record.pk]
    found: Look = record.last_look
    return found


def panel(actor: Any, record: Any) -> dict[str, Any] | None:
    """When somebody last looked, and the button that notes a look."""
    if isinstance(record, Person) and record.anonymised_on is not None:
        return None
    look = _look_at(actor, record)
    from members.details.selectors import panel as asked_panel  # which reads the lists of this module's records

    return {
        **asked_panel(actor, record),
        "title": _("Last check"),
        "look": look,
        "record": record,
        "added_on": timezone.localdate(record.created_at),
        "verify_url": reverse(f"{room_of(record).key}:verify") if look.may else "",
    }
