"""The lists of comment rounds, and of the seats that they ask: who answered, and who is silent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from c2m2a_crm.core import dates, ui
from c2m2a_crm.core.lists import Column, ListState, ListWords
from c2m2a_crm.engagement.querysets import name_order
from forums.models import CommentRound, RoundSeat
from forums.rounds.filters import RoundFilterSet, RoundSeatFilterSet
from forums.rounds.selectors import SeatLine, counts_of, lines_of

ROUNDS = "comment-rounds"
ROUND_SEATS = "comment-round-seats"
STATUS_TONES = {
    CommentRound.Status.DRAFT: "",
    CommentRound.Status.WAITING: "info",
    CommentRound.Status.OPEN: "warn",
    CommentRound.Status.CLOSED: "ok",
}


def status_dot(round_: CommentRound) -> SafeString:
    status = round_.status
    return ui.dot(status.label, STATUS_TONES[status])


def _title_cell(round_: CommentRound) -> SafeString:
    sub = round_.forum.acronym or str(round_.forum)
    return format_html(
        '<a class="t" href="{}">{}</a><span class="sub">{}</span>',
        round_.get_absolute_url(),
        ui.in_language(round_.title),
        sub,
    )


def _of_asked(round_: CommentRound, pair: tuple[int, int] | None) -> SafeString | str:
    if pair is None:
        return ""
    said = _("%(filled)s of %(total)s") % {"filled": dates.number(pair[0]), "total": dates.number(pair[1])}
    return format_html('<a href="{}?round={}">{}</a>', reverse("rounds:seats"), round_.pk, said)


ROUND_COLUMNS = (
    Column(
        "title",
        gettext_lazy("Comment round"),
        lambda round_: round_.title.text,
        cell=_title_cell,
        order=lambda: ["title_en", "title_fr"],
        is_row_header=True,
    ),
    Column(
        "forum",
        gettext_lazy("Forum"),
        lambda round_: str(round_.forum),
        order=lambda: name_order("forum__initiative"),
        is_default=False,
    ),
    Column("status", gettext_lazy("Status"), lambda round_: str(round_.status.label), cell=status_dot),
    Column(
        "opens_on",
        gettext_lazy("Opens"),
        lambda round_: round_.opened_on or round_.opens_on,
        cell=lambda round_: ui.when(round_.opened_on or round_.opens_on, style="near"),
        order=lambda: ["opens_on"],
        is_low=True,
    ),
    Column(
        "closes_on",
        gettext_lazy("Last day"),
        lambda round_: round_.closes_on,
        cell=lambda round_: ui.due(round_.closes_on) if round_.is_open else ui.when(round_.closes_on, style="near"),
        order=lambda: ["closes_on"],
    ),
    Column(
        "answered",
        gettext_lazy("Seats that answered"),
        lambda round_, pair: pair[0] if pair else None,
        cell=_of_asked,
        batch=counts_of,
        is_numeric=True,
    ),
    Column(
        "position",
        gettext_lazy("Position"),
        lambda round_: f"{round_.wording.position} · {round_.wording}" if round_.wording else "",
        is_default=False,
    ),
    Column("title_en", gettext_lazy("Title in English"), lambda row: row.title_en, export_only=True, is_default=False),
    Column("title_fr", gettext_lazy("Title in French"), lambda row: row.title_fr, export_only=True, is_default=False),
    Column("id", gettext_lazy("Record"), lambda round_: round_.pk, export_only=True, is_default=False),
)

ROUND_WORDS = ListWords(
    label=gettext_lazy("Comment rounds"),
    counted=lambda total: ngettext("%(count)s comment round", "%(count)s comment rounds", total),
    no_match=gettext_lazy("No comment round matches these filters"),
    empty_title=gettext_lazy("No comment rounds yet"),
    empty_text=gettext_lazy("A comment round asks every seat of a table in writing, and shows who is silent."),
)


def round_list(request: HttpRequest) -> ListState:
    """The state of the page, which the export of the same name carries away."""
    return ListState(
        list_key=ROUNDS,
        request=request,
        base=CommentRound.objects.readable_by(request.user).active(),
        filterset_class=RoundFilterSet,
        columns=ROUND_COLUMNS,
        default_order=["-closes_on", "-pk"],
        order_words=gettext_lazy("last to close first"),
        search_label=gettext_lazy("Filter by title or forum"),
    )


# --- Seats ------------------------------------------------------------------------------------------------------------


def _lines(actor: Any, seats: Sequence[RoundSeat]) -> Mapping[int, SeatLine]:
    return {line.row.pk: line for line in lines_of(seats)}


def _seat_cell(row: RoundSeat) -> SafeString:
    return format_html(
        '<a class="t" href="{}">{}</a><span class="sub">{}</span>',
        reverse("rounds:detail", args=[row.round_id]) + "#seats",
        row.party or row.seat,
        row.seat if row.party else "",
    )


def _people(row: RoundSeat, line: SeatLine | None) -> str:
    return ", ".join(each.person.full_name for each in line.invitations) if line else ""


def answer_dot(answer: Any) -> SafeString:
    if answer is None:
        return ui.dot(_("No answer yet"), "none")
    return ui.dot(answer.get_stance_display() if answer.stance else _("Answered"), "ok")


def _answer(row: RoundSeat) -> Any:
    return getattr(row, "answer", None)


def _answer_words(row: RoundSeat) -> str:
    answer = _answer(row)
    if answer is None:
        return _("No answer yet")
    return str(answer.get_stance_display()) if answer.stance else _("Answered")


SEAT_COLUMNS = (
    Column("seat", gettext_lazy("Seat"), lambda row: str(row.party or row.seat), cell=_seat_cell, is_row_header=True),
    Column(
        "round",
        gettext_lazy("Comment round"),
        lambda row: str(row.round),
        cell=lambda row: format_html(
            '<a href="{}">{}</a>', row.round.get_absolute_url(), ui.in_language(row.round.title)
        ),
        order=lambda: ["round__closes_on", "round_id"],
    ),
    Column("forum", gettext_lazy("Forum"), lambda row: str(row.round.forum), is_default=False),
    Column("people", gettext_lazy("Who may answer"), _people, batch=_lines),
    Column("answer", gettext_lazy("Answer"), _answer_words, cell=lambda row: answer_dot(_answer(row))),
    Column(
        "answered_on",
        gettext_lazy("Answered on"),
        lambda row: localdate(_answer(row).answered_at) if _answer(row) else None,
        cell=lambda row: ui.when(localdate(_answer(row).answered_at), style="near") if _answer(row) else ui.NOTHING,
        order=lambda: ["answer__answered_at"],
        is_low=True,
    ),
    Column(
        "nudged_on",
        pgettext_lazy("comment round", "Reminded on"),
        lambda row, line: line.nudged_on if line else None,
        cell=lambda row, line: ui.when(line.nudged_on, style="near") if line and line.nudged_on else ui.NOTHING,
        batch=_lines,
        is_low=True,
    ),
    Column(
        "closes_on",
        gettext_lazy("Last day"),
        lambda row: row.round.closes_on,
        cell=lambda row: ui.when(row.round.closes_on, style="near"),
        order=lambda: ["round__closes_on"],
    ),
    Column("id", gettext_lazy("Record"), lambda row: row.pk, export_only=True, is_default=False),
)

SEAT_WORDS = ListWords(
    label=gettext_lazy("Seats that were asked"),
    counted=lambda total: ngettext("%(count)s seat", "%(count)s seats", total),
    no_match=gettext_lazy("No seat matches these filters"),
    empty_title=gettext_lazy("No seat was asked yet"),
    empty_text=gettext_lazy("Once a comment round opens, the seats of its table stand here with their answers."),
)


def seat_list(request: HttpRequest) -> ListState:
    """The seats of all rounds, those of the round that closes last first."""
    return ListState(
        list_key=ROUND_SEATS,
        request=request,
        base=RoundSeat.objects.readable_by(request.user).active(),
        filterset_class=RoundSeatFilterSet,
        columns=SEAT_COLUMNS,
        default_order=["-round__closes_on", "-round_id", "pk"],
        order_words=gettext_lazy("last to close first"),
        search_label=gettext_lazy("Filter by seat, organization or round"),
    )
