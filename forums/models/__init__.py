"""Where we meet: forums as institutions, by which rules they work, their seats, and who held them when."""

from forums.models.forums import Forum
from forums.models.reference import TermsOfReference
from forums.models.seats import Seat, SeatCategory
from forums.models.terms import SeatTerm

__all__ = ["Forum", "Seat", "SeatCategory", "SeatTerm", "TermsOfReference"]
