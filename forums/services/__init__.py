"""Everything that writes forums, their seats and who holds them."""

from forums.services.errors import (
    AcronymTaken,
    CategoryOfAnotherForum,
    DatesReversed,
    ForumError,
    NothingToHandOver,
    NumberTaken,
    OutsideTheSeat,
    PersonAlreadySeated,
    PersonIsArchived,
    ReportsInACircle,
    SeatAlreadyHeld,
    SeatBelongsToOne,
    SuccessionInACircle,
)
from forums.services.forums import create_forum, edit_forum
from forums.services.seats import add_category, add_seats, close_seat, edit_category, edit_seat
from forums.services.terms import appoint, change_term, end_term, hand_over, take_back_term

__all__ = [
    "AcronymTaken",
    "CategoryOfAnotherForum",
    "DatesReversed",
    "ForumError",
    "NothingToHandOver",
    "NumberTaken",
    "OutsideTheSeat",
    "PersonAlreadySeated",
    "PersonIsArchived",
    "ReportsInACircle",
    "SeatAlreadyHeld",
    "SeatBelongsToOne",
    "SuccessionInACircle",
    "add_category",
    "add_seats",
    "appoint",
    "change_term",
    "close_seat",
    "create_forum",
    "edit_category",
    "edit_forum",
    "edit_seat",
    "end_term",
    "hand_over",
    "take_back_term",
]
