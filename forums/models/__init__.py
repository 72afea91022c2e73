"""Where we meet: forums as institutions, by which rules they work, their seats, and who held them when."""

from forums.models.attending import Attendance, Invitation, Recusal
from forums.models.forums import Forum
from forums.models.joining import Inquiry, SeatAppeal, SeatApplication, SeatApplicationDocument
from forums.models.meetings import AgendaItem, Meeting, MeetingDocument, MeetingSeries, StandingItem
from forums.models.minutes import Decision, Minutes, MinutesAddition, MinutesSection
from forums.models.papers import MeetingPaper, PaperOpening
from forums.models.positions import (
    Adoption,
    Dissent,
    Position,
    PositionTopic,
    PositionUse,
    PositionWording,
    Stance,
)
from forums.models.reference import TermsOfReference
from forums.models.reviewing import MinutesComment, MinutesReviewer
from forums.models.round_answers import RoundAnswer, RoundOutcome, RoundReply
from forums.models.rounds import (
    CommentRound,
    RoundChange,
    RoundInvitation,
    RoundNudge,
    RoundQuestion,
    RoundSeat,
    WhatWeHeard,
)
from forums.models.seats import Seat, SeatCategory
from forums.models.terms import SeatTerm

__all__ = [
    "Adoption",
    "AgendaItem",
    "Attendance",
    "CommentRound",
    "Decision",
    "Dissent",
    "Forum",
    "Inquiry",
    "Invitation",
    "Meeting",
    "MeetingDocument",
    "MeetingPaper",
    "MeetingSeries",
    "Minutes",
    "MinutesAddition",
    "MinutesComment",
    "MinutesReviewer",
    "MinutesSection",
    "PaperOpening",
    "Position",
    "PositionTopic",
    "PositionUse",
    "PositionWording",
    "Recusal",
    "RoundAnswer",
    "RoundChange",
    "RoundInvitation",
    "RoundNudge",
    "RoundOutcome",
    "RoundQuestion",
    "RoundReply",
    "RoundSeat",
    "Seat",
    "SeatAppeal",
    "SeatApplication",
    "SeatApplicationDocument",
    "SeatCategory",
    "SeatTerm",
    "Stance",
    "StandingItem",
    "TermsOfReference",
    "WhatWeHeard",
]
