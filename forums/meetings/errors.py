"""What can go wrong with meetings, as sentences that a page can show."""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.refusals import ActRefused, refusals_of_the_database


class MeetingRefused(ActRefused):
    """The act is refused; ``str()`` says why, in the reader's language."""


class NumberTaken(MeetingRefused):
    sentence = _("Another meeting of this forum has this number.")
    field = "number"


class EndsBeforeItBegins(MeetingRefused):
    sentence = _("A meeting ends after it begins.")
    field = "ends"


class SeriesOfAnotherForum(MeetingRefused):
    sentence = _("This series belongs to another forum.")
    field = "series"


class AlreadyCancelled(MeetingRefused):
    sentence = _("The meeting is cancelled.")


class AlreadyBegun(MeetingRefused):
    sentence = _("The meeting has begun. What was announced stays as it was.")


class NotApproved(MeetingRefused):
    sentence = _("Nothing leaves before the texts of the meeting are approved in both languages.")


class MinutesAdopted(MeetingRefused):
    sentence = _("The minutes are adopted: they stay as they are. Add a correction instead.")


class InvitedAlready(MeetingRefused):
    sentence = _("This person is invited already.")
    field = "person"


class InTheRollCallAlready(MeetingRefused):
    sentence = _("This person stands in the roll call already.")
    field = "person"


class StepsAsideAlready(MeetingRefused):
    sentence = _("This person steps aside for this item already.")
    field = "person"


_BY_CONSTRAINT: dict[str, type[MeetingRefused]] = {
    "meeting_number_once": NumberTaken,
    "meeting_ends_after_it_begins": EndsBeforeItBegins,
    "meeting_series_is_its_forums": SeriesOfAnotherForum,
    "invited_once": InvitedAlready,
    "marked_once": InTheRollCallAlready,
    "steps_aside_once": StepsAsideAlready,
}

refusals = partial(refusals_of_the_database, _BY_CONSTRAINT)
