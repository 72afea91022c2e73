"""Where we meet: forums as institutions, by which rules they work, their seats, and who held them when."""

from forums.models.attending import Attendance, Invitation, Recusal
from forums.models.forums import Forum
from forums.models.joining import Inquiry, SeatAppeal, SeatApplication, SeatApplicationDocument
from forums.models.meetings import AgendaItem, Meeting, MeetingDocument, MeetingSeries, StandingItem
from forums.models.minutes import Decision, Minutes, MinutesAddition, MinutesSection
from forums.models.positions import (
    Adoption,
    Dissent,
    Position,
    PositionTopic,
    PositionUse,
    PositionWording,
    Stance,
)
from forums.models.papers import MeetingPaper, PaperOpening
from forums.models.reference import TermsOfReference
from forums.models.reviewing import MinutesComment, MinutesReviewer
from forums.models.seats import Seat, SeatCategory
from forums.models.terms import SeatTerm

__all__ = [
    "Adoption",
    "AgendaItem",
    "Attendance",
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
    "Position",
    "PositionTopic",
    "PositionUse",
    "PositionWording",
    "PaperOpening",
    "Recusal",
    "Seat",
    "SeatAppeal",
    "SeatApplication",
    "SeatApplicationDocument",
    "SeatApplicationDocument",
    "SeatCategory",
    "SeatTerm",
    "Stance",
    "StandingItem",
    "TermsOfReference",
]
