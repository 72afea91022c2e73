"""What can go wrong when forums are written, as sentences that a page can show.

The shape of a value (too long, no name) is Django's ``ValidationError``, which names the field.
"""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.refusals import ActRefused, refusals_of_the_database


class ForumError(ActRefused):
    """The act is refused; ``str()`` says why, in the reader's language."""


class AcronymTaken(ForumError):
    sentence = _("Another forum has this acronym.")
    field = "code"


class ReportsInACircle(ForumError):
    """The chain of reporting would come back to where it began."""

    sentence = _("This forum would report to itself, over the forums in between. Choose another.")
    field = "parent"


class SuccessionInACircle(ForumError):
    sentence = _("This forum would succeed itself, over the forums in between. Choose another.")
    field = "successor"


class DatesReversed(ForumError):
    sentence = _("The last day must not lie before the first.")
    field = "last"


class NumberTaken(ForumError):
    sentence = _("Another seat of this category has this number.")
    field = "number"


class CategoryOfAnotherForum(ForumError):
    sentence = _("This category belongs to another forum.")
    field = "category"


class SeatBelongsToOne(ForumError):
    sentence = _("A seat belongs to an organization or to a government, not to both.")
    field = "party"


class SeatAlreadyHeld(ForumError):
    """Two people would have one role of a seat on one day."""

    sentence = _("Somebody already has this role on the seat in those dates.")


class PersonAlreadySeated(ForumError):
    sentence = _("This person already sits there in another role in those dates.")
    field = "person"


class OutsideTheSeat(ForumError):
    """A term would lie outside the days on which the seat exists."""

    sentence = _("The seat does not exist on all of these days.")
    field = "last"


class NothingToHandOver(ForumError):
    sentence = _("Nobody has this role on that day. Appoint somebody instead.")
    field = "first"


class PersonIsArchived(ForumError):
    sentence = _("This person’s record is archived. Restore it before you appoint them.")
    field = "person"


class InForceAlready(ForumError):
    """Two versions of terms of reference would be in force on one day."""

    sentence = _("Another version is in force on some of these days.")
    field = "first"


class PapersBeforeNotice(ForumError):
    sentence = _("Papers cannot go before the notice of the meeting.")
    field = "papers_days"


class NotEligible(ForumError):
    """The terms of reference do not admit them; ``str()`` says by which rule."""

    sentence = _("The terms of reference do not admit them.")
    field = "party"


class BeyondTheLimit(ForumError):
    """More terms running than the terms of reference allow, and nobody said why."""

    sentence = _(
        "The terms of reference allow no further term. Say why an exception is made, or appoint somebody else."
    )
    field = "exception_reason"


class MoreSeatsThanAllowed(ForumError):
    sentence = _("The terms of reference do not foresee so many seats.")
    field = "number"


_BY_CONSTRAINT: dict[str, type[ForumError]] = {
    "forum_acronym_once": AcronymTaken,
    "forum_does_not_report_to_itself": ReportsInACircle,
    "forum_does_not_succeed_itself": SuccessionInACircle,
    "seat_lasts_a_day": DatesReversed,
    "seat_term_lasts_a_day": DatesReversed,
    "seat_number_once": NumberTaken,
    "seat_belongs_to_one": SeatBelongsToOne,
    "seat_category_is_its_forums": CategoryOfAnotherForum,
    "one_current_holder_per_seat": SeatAlreadyHeld,
    "person_once_on_a_seat": PersonAlreadySeated,
    "one_terms_of_reference_a_day": InForceAlready,
    "terms_of_reference_last_a_day": DatesReversed,
    "papers_follow_the_notice": PapersBeforeNotice,
}

refusals = partial(refusals_of_the_database, _BY_CONSTRAINT)
