"""What can go wrong with positions, as sentences that a page can show."""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.refusals import ActRefused, refusals_of_the_database


class PositionRefused(ActRefused):
    """The act is refused; ``str()`` says why, in the reader's language."""


class NotAdopted(PositionRefused):
    """The rule by which the position is adopted is not met; ``str()`` says what lacks."""


class SourceMissing(PositionRefused):
    sentence = _("Choose the contact or the minutes in which it was said.")
    field = "interaction"


class SpeakerMissing(PositionRefused):
    sentence = _("Choose a seat, an organization or a Nation.")
    field = "party"


class ConditionMissing(PositionRefused):
    sentence = _("Say on what condition.")
    field = "condition"


class AdoptedAlready(PositionRefused):
    sentence = _("This wording is adopted already.")


class OfAnotherPosition(PositionRefused):
    sentence = _("This belongs to another position.")


class LiesAhead(PositionRefused):
    sentence = _("This day lies ahead.")


_BY_CONSTRAINT: dict[str, type[PositionRefused]] = {
    "stance_has_a_source": SourceMissing,
    "stance_has_a_speaker": SpeakerMissing,
    "stance_says_its_condition": ConditionMissing,
    "wording_adopted_once": AdoptedAlready,
    "stance_wording_is_its_positions": OfAnotherPosition,
    "adopted_wording_is_its_positions": OfAnotherPosition,
    "used_wording_is_its_positions": OfAnotherPosition,
}

refusals = partial(refusals_of_the_database, _BY_CONSTRAINT)
