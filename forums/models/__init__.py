"""Where we meet: forums as institutions, by which rules they work, their seats, and who held them when."""

from forums.models.attending import Attendance, Invitation
from forums.models.forums import Forum
from forums.models.joining import Inquiry, SeatAppeal, SeatApplication
from forums.models.meetings import AgendaItem, Meeting, MeetingDocument, MeetingSeries, StandingItem
from forums.models.minutes import Decision, Minutes, MinutesAddition, MinutesSection
from forums.models.reference import TermsOfReference
from forums.models.seats import Seat, SeatCategory
from forums.models.terms import SeatTerm

__all__ = [
    "AgendaItem",
    "Attendance",
    "Decision",
    "Forum",
    "Inquiry",
    "Invitation",
    "Meeting",
    "MeetingDocument",
    "MeetingSeries",
    "Minutes",
    "MinutesAddition",
    "MinutesSection",
    "Seat",
    "SeatAppeal",
    "SeatApplication",
    "SeatCategory",
    "SeatTerm",
    "StandingItem",
    "TermsOfReference",
]
