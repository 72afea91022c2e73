"""The state of a relationship as a mark that opens the three rows that made it, and as columns and filters of lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.db.models import Model, QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from c2m2a_crm.core import dates, ui
from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.addresses import address_of
from c2m2a_crm.core.bilingual import pair_of, reader_language
from c2m2a_crm.core.lists import ChoiceFacet, Column, Plain, said
from c2m2a_crm.engagement.models import Interaction
from c2m2a_crm.engagement.rhythm import Standing, State, measured, standings, with_rhythm, with_state

Rows = QuerySet[Any, Any]

LOOKS: Final = {
    State.ON: ("ok", "circle-check"),
    State.SOON: ("warn", "clock"),
    State.OVERDUE: ("bad", "exclamation-circle"),
    State.QUIET: ("line", "player-pause"),
}


def _day(text: str) -> str:
    return dates.short_date(date.fromisoformat(text))


def _every(days: int) -> str:
    return ngettext("every day", "every %(days)s days", days) % {"days": dates.number(days)}


def _since(first: str | None) -> str:
    return _("since %(day)s") % {"day": _day(first)} if first else ""


def _rhythm_row(standing: Standing) -> SafeString:
    """How often, whose rhythm it is, and since when."""
    if standing.own is not None:
        own = standing.own
        told = _("%(every)s, a rhythm of its own %(since)s: %(reason)s (%(name)s)") % {
            "every": _every(own["days"]),
            "since": _since(own["first"]),
            "reason": own["reason"],
            "name": own["by"],
        }
        return ui.markup("{}", told)
    if standing.tier is not None:
        tier = standing.tier
        name = pair_of(tier["name_en"], tier["name_fr"], reader_language())
        told = _("%(every)s, as for the tier %(tier)s %(since)s") % {
            "every": _every(tier["days"]),
            "tier": name,
            "since": _since(tier["first"]),
        }
        return ui.markup("{} ({})", told, tier["source"]) if tier["source"] else ui.markup("{}", told)
    return ui.markup("{}", _("No rhythm is set."))


def _touch_row(standing: Standing) -> SafeString:
    """The contact that counts last, with a link to it."""
    touch = standing.touch
    if touch is None:
        return ui.markup("{}", _("None on file; counted from the day on which the record was added."))
    kind = Interaction.Kind(touch["kind"]).label
    address = address_of("contact_log:detail", touch["pk"])
    return ui.markup('{} · {} · <a href="{}">{}</a>', _day(touch["on"]), kind, address, touch["subject"])


def _next_row(standing: Standing) -> SafeString:
    """What follows: the day that is due, or until when quiet was agreed, by whom and why."""
    if standing.quiet_until is not None and standing.quiet is not None:
        quiet = standing.quiet
        told = _("Quiet until %(day)s, agreed by %(who)s: %(reason)s (noted by %(name)s)") % {
            "day": dates.short_date(standing.quiet_until),
            "who": quiet["agreed_by"],
            "reason": quiet["reason"],
            "name": quiet["by"],
        }
        return ui.markup("{}", told)
    if standing.due_on is None:
        return ui.markup("{}", _("Nothing is due."))
    return ui.markup("{}", _("Due on %(day)s") % {"day": dates.short_date(standing.due_on)})


def reasons(standing: Standing) -> list[tuple[str, SafeString]]:
    """The three rows that made the state: the rhythm, the last two-way touch, what follows."""
    return [
        (_("Rhythm"), _rhythm_row(standing)),
        (_("Last two-way touch"), _touch_row(standing)),
        (_("What follows"), _next_row(standing)),
    ]


def state_tag(state: str | None) -> SafeString:
    if state is None:
        return ui.NOTHING
    tone, icon = LOOKS[State(state)]
    return ui.tag(State(state).label, tone, icon)


def mark(standing: Standing | None) -> SafeString:
    """The state; opened, it shows the rows that made it. Nothing where there is none."""
    if standing is None or standing.state is None:
        return ui.NOTHING
    tone, icon = LOOKS[State(standing.state)]
    line = _("%(label)s: %(value)s") % {"label": "{}", "value": "{}"}
    rows = "<br>".join(ui.markup(line, label, told) for label, told in reasons(standing))
    return ui.markup(
        "<details class=why><summary class=tag data-tone={}>{}{}</summary> <p>{}</details>",
        tone,
        ui.icon(icon),
        State(standing.state).label,
        SafeString(rows),
    )


# --- Lists of the directory -------------------------------------------------------------------------------------------


def standings_of(actor: Actor, rows: Sequence[Any]) -> dict[int, Standing]:
    return standings(actor, type(rows[0]), [row.pk for row in rows]) if rows else {}


def state_words(standing: Standing | None) -> str:
    return str(State(standing.state).label) if standing and standing.state else ""


def _looked_up(actor: Any, model: type[Model], keys: Sequence[int]) -> Mapping[int, Standing]:
    return standings(actor, model, keys)


def columns() -> Sequence[Column]:
    return (
        Column(
            "rhythm",
            gettext_lazy("By our rhythm"),
            lambda record, standing: state_words(standing),
            cell=lambda record, standing: mark(standing),
            batch=standings_of,
            plain=Plain(lookup=_looked_up, made=state_words),
            is_default=False,
        ),
    )


STATE_CLAUSES: Final = {
    State.ON.value: gettext_lazy("that are on by our rhythm"),
    State.SOON.value: gettext_lazy("that are soon due by our rhythm"),
    State.OVERDUE.value: gettext_lazy("that are overdue by our rhythm"),
    State.QUIET.value: gettext_lazy("with which quiet is agreed"),
}
PEOPLE_CLAUSES: Final = {
    State.ON.value: gettext_lazy("who are on by our rhythm"),
    State.SOON.value: gettext_lazy("who are soon due by our rhythm"),
    State.OVERDUE.value: gettext_lazy("who are overdue by our rhythm"),
    State.QUIET.value: gettext_lazy("with whom quiet is agreed"),
}


def of_state(rows: Rows, actor: Any, value: str) -> Rows:
    """Those of that state today, as far as the reader may know of contacts."""
    followed = with_rhythm(measured(rows.model._default_manager.all()))
    return rows.filter(pk__in=with_state(followed, actor).filter(state=value).order_by().values("pk"))


def _facets(clauses: Mapping[str, Any]) -> Callable[[], dict[str, Any]]:
    def facets() -> dict[str, Any]:
        facet = ChoiceFacet(label=gettext_lazy("By our rhythm"), choices=State.choices, narrow=of_state)
        return {"rhythm": said(facet, "%(value)s", clauses, shown="rhythm")}

    return facets


organization_facets = _facets(STATE_CLAUSES)
people_facets = _facets(PEOPLE_CLAUSES)
