"""What can go wrong with comment rounds, as sentences that a page can show."""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.refusals import ActRefused, refusals_of_the_database


class RoundRefused(ActRefused):
    """The act is refused; ``str()`` says why, in the reader's language."""


class ClosesBeforeItOpens(RoundRefused):
    sentence = _("The last day must not lie before the first.")
    field = "closes_on"


class LastDayPassed(RoundRefused):
    sentence = _("The last day has passed. Choose a later one.")
    field = "closes_on"


class WordingOfAnotherForum(RoundRefused):
    sentence = _("This wording belongs to a position that is not this forum’s.")
    field = "wording"


class AlreadyOpen(RoundRefused):
    sentence = _("The seats are asked already: subject, questions and days stay as they were announced.")


class NotOpen(RoundRefused):
    sentence = _("This round is not open.")


class StillOpen(RoundRefused):
    sentence = _("The round is still open. This comes once it is closed.")


class NothingToAsk(RoundRefused):
    sentence = _("Choose a wording, or write at least one question.")
    field = "questions_en"


class NobodyToAsk(RoundRefused):
    sentence = _("Nobody sits at this table on that day. Appoint somebody first.")


class NotApproved(RoundRefused):
    sentence = _("Nothing leaves before the texts of the round are approved in both languages.")


class RoundClosed(RoundRefused):
    sentence = _("This round is closed. Answers are no longer taken.")


class AnsweredMeanwhile(RoundRefused):
    sentence = _(
        "Somebody else answered for your seat since you opened this page. Your words are still here: press again to "
        "put them in the place of that answer."
    )


class NothingSaid(RoundRefused):
    sentence = _("Answer at least one question.")


_BY_CONSTRAINT: dict[str, type[RoundRefused]] = {"round_closes_after_it_opens": ClosesBeforeItOpens}

refusals = partial(refusals_of_the_database, _BY_CONSTRAINT)
