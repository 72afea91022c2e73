"""What comment rounds do to the rest of the house; ``forums.contributions`` calls it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts.policies import can_export
from c2m2a_crm.core.registries import (
    AnonymisedTexts,
    ExportableList,
    HomeBlock,
    LinkPurpose,
    NavItem,
    PersonalData,
    RecordPanel,
    RecordTables,
    RetentionUse,
    SearchHit,
    SearchKind,
    SignedLinks,
    UnattributedContacts,
    anonymised_texts,
    exportable_lists,
    home_blocks,
    link_purposes,
    mergeable_relations,
    navigation,
    personal_data,
    record_panels,
    record_tables,
    retention_uses,
    search_kinds,
    unattributed_contacts,
)
from forums.models import (
    CommentRound,
    Forum,
    Position,
    RoundAnswer,
    RoundChange,
    RoundOutcome,
    RoundQuestion,
    RoundReply,
    RoundSeat,
    WhatWeHeard,
)
from forums.policies import can_manage_forum
from forums.rounds import links, policies
from forums.rounds.lists import ROUND_SEATS, ROUNDS, round_list, seat_list
from forums.rounds.merging import RELATIONS
from forums.rounds.personal_data import answered_since, find, held, stays, words_of
from forums.rounds.selectors import CLOSING, rounds_of_forum, rounds_of_position
from forums.rounds.services import silence
from members.models import Person


def _home(actor: Any) -> dict[str, Any] | None:
    """The open rounds and their silent seats; no card where none is open."""
    if not policies.can_see_rounds(actor):
        return None
    rows: list[Any] = list(CLOSING(actor))
    if not rows:
        return None
    seats = reverse("rounds:seats")
    return {
        "rows": [(row, row.asked - row.answered, f"{seats}?state=silent&round={row.pk}") for row in rows],
        "all_url": f"{reverse('rounds:list')}?state=open",
    }


def _forum_panel(actor: Any, forum: Forum) -> dict[str, Any] | None:
    """The rounds of a forum; an empty card only for whoever may begin one."""
    rows = rounds_of_forum(actor, forum)
    may_create = can_manage_forum(actor, forum)
    if not rows and not (may_create and forum.is_run_by_us):
        return None
    return {
        "rows": rows,
        "all_url": f"{reverse('rounds:list')}?forum={forum.pk}",
        "create_url": f"{reverse('rounds:create')}?forum={forum.pk}" if may_create else "",
    }


def _position_panel(actor: Any, position: Position) -> dict[str, Any] | None:
    """The rounds in which a wording of the position was put to the seats."""
    rows = rounds_of_position(actor, position)
    forum = position.forum
    may_create = policies.can_run_rounds(actor) and (forum is None or can_manage_forum(actor, forum))
    newest = position.wordings.order_by("-number").first() if may_create else None
    if not rows and newest is None:
        return None
    create_url = ""
    if newest is not None:
        create_url = f"{reverse('rounds:create')}?wording={newest.pk}" + (f"&forum={forum.pk}" if forum else "")
    return {"rows": rows, "all_url": reverse("rounds:list"), "create_url": create_url}


def _hits(actor: Any, ids: Sequence[int]) -> Mapping[int, SearchHit]:
    return {
        round_.pk: SearchHit(
            str(round_), round_.get_absolute_url(), f"{round_.forum.acronym or round_.forum} · {round_.status.label}"
        )
        for round_ in CommentRound.objects.readable_by(actor).filter(pk__in=ids).for_list()
    }


def _texts(actor: Any, ids: Sequence[int]) -> Mapping[int, str]:
    rows = CommentRound.objects.readable_by(actor).filter(pk__in=ids).prefetch_related("questions")
    return {row.pk: " ".join(filter(None, (row.about.text, *map(str, row.questions.all())))) for row in rows}


def _unattributed() -> Any:
    """Contacts of answers that were asked for with the promise that they bear no names."""
    rows = RoundAnswer.objects.filter(round_seat__round__is_attributed=False, interaction__isnull=False).order_by()
    return rows.values("interaction")


def register() -> None:
    navigation.register(
        NavItem(
            key="comment-rounds",
            label=_("Comment rounds"),
            url_name="rounds:list",
            icon="message-2",
            order=45,
            allowed=policies.can_see_rounds,
            group="forums",
        )
    )
    exportable_lists.register(ExportableList(ROUNDS, 76, _("Comment rounds"), can_export, round_list))
    exportable_lists.register(ExportableList(ROUND_SEATS, 77, _("Seats of comment rounds"), can_export, seat_list))
    home_blocks.register(HomeBlock("comment-rounds", 52, "rounds/_home_rounds.html", _home, is_side=True))
    record_panels.register(RecordPanel("rounds-of-forum", 22, Forum, "rounds/_rounds_panel.html", _forum_panel))
    record_panels.register(
        RecordPanel("rounds-of-position", 22, Position, "rounds/_rounds_panel.html", _position_panel)
    )
    search_kinds.register(
        SearchKind(
            key="commentround",
            order=56,
            label=_("Comment rounds"),
            icon="message-2",
            model=CommentRound,
            allowed=policies.can_see_rounds,
            hits=_hits,
            texts=_texts,
            words=("comment round", "comment rounds", "round", "rounds"),
        )
    )
    link_purposes.register(
        LinkPurpose(
            key=links.PURPOSE,
            order=26,
            label=_("Answer in a comment round"),
            offers=_("Lets one person answer for a seat in one comment round."),
            links=SignedLinks(
                find=links.invitation_of_link,
                language=links.language_of,
                may_press_unseen=links.press_without_key,
            ),
            answer=links.answer,
        )
    )
    personal_data.register(PersonalData("rounds", 43, _("Comment rounds"), held, find))
    anonymised_texts.register(AnonymisedTexts("rounds", 54, words_of, stays=stays))
    retention_uses.register(RetentionUse("forums.rounds", 52, Person, answered_since))
    record_tables.register(
        RecordTables(
            "forums.round",
            260,
            CommentRound,
            policies.can_run_rounds,
            parts={RoundQuestion: "round_id", RoundChange: "round_id", RoundSeat: "round_id"},
        )
    )
    record_tables.register(
        RecordTables(
            "forums.round_answer",
            262,
            RoundAnswer,
            policies.can_run_rounds,
            parts={RoundReply: "answer_id", RoundOutcome: "answer_id"},
        )
    )
    record_tables.register(RecordTables("forums.heard", 264, WhatWeHeard, policies.can_run_rounds))
    for relation in RELATIONS:
        mergeable_relations.register(relation)
    unattributed_contacts.register(UnattributedContacts("rounds", 20, _unattributed))
    silence.register()
