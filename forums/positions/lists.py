"""The list of positions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.db.models import F
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from c2m2a_crm.core import ui
from c2m2a_crm.core.lists import Column, ListState, ListWords
from c2m2a_crm.engagement.querysets import name_order
from forums.models import Position, PositionTopic
from forums.positions.filters import PositionFilterSet
from forums.positions.selectors import counts_of

STATE_TONES = {
    Position.State.OPEN: "",
    Position.State.DISCUSSED: "warn",
    Position.State.ADOPTED: "ok",
    Position.State.REVISED: "info",
    Position.State.WITHDRAWN: "none",
}


def state_dot(position: Any) -> SafeString:
    """The mark of a position with its ``state`` (``PositionQuerySet.with_state``)."""
    if position.is_archived:
        return ui.dot(_("Put aside"), "none")
    state = Position.State(position.state)
    return ui.dot(state.label, STATE_TONES[state])


def state_words(position: Any) -> str:
    return _("Put aside") if position.is_archived else str(Position.State(position.state).label)


def whose(position: Position) -> str:
    """The forum whose position it is, else what the alliance's own one is filed under."""
    return str(position.initiative) if position.initiative else _("The alliance itself")


def _voices(actor: Any, positions: Sequence[Position]) -> Mapping[int, Mapping[str, int]]:
    return counts_of(actor, list(positions))


def _topics(actor: Any, positions: Sequence[Position]) -> Mapping[int, list[PositionTopic]]:
    found: dict[int, list[PositionTopic]] = defaultdict(list)
    keys = [each.pk for each in positions]
    for row in PositionTopic.objects.filter(position__in=keys).select_related("concept__replaced_by", "jurisdiction"):
        found[row.position_id].append(row)
    return found


def _question_cell(position: Position) -> SafeString:
    return format_html(
        '<a class="t" href="{}">{}</a><span class="sub">{}</span>',
        position.get_absolute_url(),
        ui.in_language(position.question),
        whose(position),
    )


def _topic_words(position: Position, topics: list[PositionTopic] | None) -> str:
    return ", ".join(str(topic) for topic in topics or [])


def _count(kind: str, position: Position, counts: Mapping[str, int] | None) -> int | None:
    return (counts or {}).get(kind) or None


def _counted(kind: str, label: Any) -> Column:
    return Column(kind, label, partial(_count, kind), batch=_voices, is_numeric=True)


POSITION_COLUMNS = (
    Column(
        "question",
        gettext_lazy("Question"),
        lambda position: position.question.text,
        cell=_question_cell,
        order=lambda: ["question_en", "question_fr"],
        is_row_header=True,
    ),
    Column("state", gettext_lazy("State"), state_words, cell=state_dot),
    _counted("supports", gettext_lazy("Support")),
    _counted("supports_if", gettext_lazy("Support if")),
    _counted("opposes", gettext_lazy("Oppose")),
    Column(
        "whose",
        gettext_lazy("Whose"),
        whose,
        order=lambda: name_order("initiative"),
        is_default=False,
    ),
    Column(
        "adopted",
        gettext_lazy("Adopted on"),
        lambda position: position.adopted_on,
        cell=lambda position: ui.when(position.adopted_on, style="near"),
        order=lambda: [F("adopted_on").asc(nulls_last=True)],
    ),
    Column(
        "version",
        gettext_lazy("Version"),
        lambda position: position.newest,
        order=lambda: [F("newest").asc(nulls_last=True)],
        is_numeric=True,
        is_low=True,
    ),
    Column("topics", gettext_lazy("Topics"), _topic_words, batch=_topics, is_low=True, is_cut=True),
    Column(
        "owner",
        gettext_lazy("Owner"),
        lambda position: position.owner.name,
        order=lambda: ["owner__name"],
        is_low=True,
    ),
    Column(
        "opened",
        gettext_lazy("Opened on"),
        lambda position: position.opened_on,
        cell=lambda position: ui.when(position.opened_on, style="near"),
        order=lambda: ["opened_on"],
        is_default=False,
    ),
    Column(
        "question_en",
        gettext_lazy("Question in English"),
        lambda position: position.question_en,
        export_only=True,
        is_default=False,
    ),
    Column(
        "question_fr",
        gettext_lazy("Question in French"),
        lambda position: position.question_fr,
        export_only=True,
        is_default=False,
    ),
    Column("id", gettext_lazy("Record"), lambda position: position.pk, export_only=True, is_default=False),
)

POSITION_WORDS = ListWords(
    label=gettext_lazy("Policy positions"),
    counted=lambda total: ngettext("%(count)s position", "%(count)s positions", total),
    no_match=gettext_lazy("No position matches these filters"),
    empty_title=gettext_lazy("No positions yet"),
    empty_text=gettext_lazy(
        "A position begins with a question. Who supports its answer, and where they said so, stands beside it."
    ),
)


def position_list(request: HttpRequest) -> ListState:
    """The state of the page, which the export of the same name carries away."""
    return ListState(
        list_key="positions",
        request=request,
        base=Position.objects.readable_by(request.user).with_state(),
        filterset_class=PositionFilterSet,
        columns=POSITION_COLUMNS,
        default_order=["-opened_on", "-pk"],
        order_words=gettext_lazy("newest first"),
        search_label=gettext_lazy("Filter by question or forum"),
    )
