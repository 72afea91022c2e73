"""What can go wrong when somebody is asked, answers, or an answer is decided, as sentences."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from members.services.errors import DirectoryError


class AnsweredAlready(DirectoryError):
    """A link takes one answer."""

    sentence = _("We have your answer already.")


class NothingWaits(DirectoryError):
    sentence = _("All of this answer is decided.")


class TooManyAsked(DirectoryError):
    sentence = _("At most 200 people are asked at once. Select fewer.")
