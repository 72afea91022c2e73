"""What positions do to the rest of the house; ``forums.contributions`` calls it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts.policies import can_export
from c2m2a_crm.core.registries import (
    AnonymisedTexts,
    DaySource,
    ExportableList,
    MergeableRelation,
    NavItem,
    PersonalData,
    RecordPanel,
    RecordTables,
    RetentionUse,
    SearchHit,
    SearchKind,
    anonymised_texts,
    day_sources,
    exportable_lists,
    mergeable_relations,
    navigation,
    personal_data,
    record_panels,
    record_tables,
    retention_uses,
    search_kinds,
)
from forums.models import (
    Adoption,
    Dissent,
    Forum,
    Meeting,
    Position,
    PositionTopic,
    PositionUse,
    PositionWording,
    Stance,
)
from forums.policies import can_manage_forum
from forums.positions import policies
from forums.positions.lists import position_list, state_dot, whose
from forums.positions.personal_data import find, held, spoke_since, stays, words_of
from forums.positions.selectors import of_meeting, positions_of_forum, put_to, said_by, said_on_day, source_of
from forums.positions.standing import TONES
from members.models import Party, Person

MERGEABLE = (
    MergeableRelation(
        key="forums.stance.person",
        order=430,
        model=Stance,
        column="person_id",
        target=Person,
        label=_("Stances on policy positions"),
    ),
    MergeableRelation(
        key="forums.stance.party",
        order=432,
        model=Stance,
        column="party_id",
        target=Party,
        label=_("Stances on policy positions"),
    ),
    MergeableRelation(
        key="forums.position_use.party",
        order=434,
        model=PositionUse,
        column="party_id",
        target=Party,
        label=_("Uses of positions"),
    ),
)


def _forum_panel(actor: Any, forum: Forum) -> dict[str, Any] | None:
    rows = positions_of_forum(actor, forum)
    may_ask = can_manage_forum(actor, forum)
    if not rows and not may_ask:
        return None
    return {
        "rows": [(row, state_dot(row)) for row in rows],
        "all_url": f"{reverse('positions:list')}?filed={forum.pk}" if rows else "",
        "create_url": f"{reverse('positions:create')}?filed={forum.pk}" if may_ask else "",
    }


def _said_panel(actor: Any, record: Party | Person) -> dict[str, Any] | None:
    said = said_by(actor, record)
    put = put_to(actor, record) if isinstance(record, Party) else []
    if not said and not put:
        return None
    return {
        "said": [(stance, TONES.get(stance.kind, ""), source_of(stance), before) for stance, before in said],
        "put": put,
    }


def _meeting_panel(actor: Any, meeting: Meeting) -> dict[str, Any] | None:
    found = of_meeting(actor, meeting)
    return found if any(found.values()) else None


def _hits(actor: Any, ids: Sequence[int]) -> Mapping[int, SearchHit]:
    rows = Position.objects.readable_by(actor).filter(pk__in=ids).select_related("initiative")
    return {row.pk: SearchHit(str(row), row.get_absolute_url(), whose(row)) for row in rows}


def _texts(actor: Any, ids: Sequence[int]) -> Mapping[int, str]:
    """The newest wording of each."""
    rows = PositionWording.objects.readable_by(actor).filter(position__in=ids).order_by("position", "number")
    return {row.position_id: row.text.text for row in rows}


def register() -> None:
    navigation.register(
        NavItem(
            key="positions",
            label=_("Policy positions"),
            url_name="positions:list",
            icon="checklist",
            order=50,
            allowed=policies.can_see_positions,
            group="forums",
        )
    )
    exportable_lists.register(ExportableList("positions", 74, _("Policy positions"), can_export, position_list))
    record_panels.register(RecordPanel("positions-of-forum", 30, Forum, "positions/_forum_panel.html", _forum_panel))
    record_panels.register(
        RecordPanel("positions-of-meeting", 30, Meeting, "positions/_meeting_panel.html", _meeting_panel)
    )
    for model, name in ((Party, "party"), (Person, "person")):
        record_panels.register(
            RecordPanel(f"positions-said-{name}", 50, model, "positions/_said_panel.html", _said_panel)
        )
        day_sources.register(
            DaySource(
                f"positions-of-{name}",
                30,
                model,
                _("Stances on policy positions"),
                _("No stance is on file for that day."),
                said_on_day,
            )
        )
    search_kinds.register(
        SearchKind(
            key="position",
            order=56,
            label=_("Policy positions"),
            icon="checklist",
            model=Position,
            allowed=policies.can_see_positions,
            hits=_hits,
            texts=_texts,
            words=("position", "positions"),
            archived=_("Put aside"),
        )
    )
    personal_data.register(PersonalData("positions", 44, _("Policy positions"), held, find))
    anonymised_texts.register(AnonymisedTexts("positions", 54, words_of, stays=stays))
    record_tables.register(
        RecordTables(
            "forums.position",
            260,
            Position,
            policies.can_run_positions,
            parts={
                PositionTopic: "position_id",
                PositionWording: "position_id",
                Stance: "position_id",
                Adoption: "position_id",
                Dissent: "position_id",
                PositionUse: "position_id",
            },
        )
    )
    retention_uses.register(RetentionUse("forums.stances", 54, Person, spoke_since))
    for mergeable in MERGEABLE:
        mergeable_relations.register(mergeable)
