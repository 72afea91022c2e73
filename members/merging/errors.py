"""Why two records cannot be merged, or a merge cannot be taken back."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from members.services.errors import DirectoryError


class MergeRefused(DirectoryError):
    """Nothing was changed."""


class SameRecord(MergeRefused):
    sentence = _("A record cannot be merged with itself.")


class AlreadyMerged(MergeRefused):
    sentence = _("One of the two was merged already.")


class OneIsArchived(MergeRefused):
    sentence = _("One of the two is archived. Restore it before you merge it.")


class DifferentKinds(MergeRefused):
    """Rights-holders and organizations are never one."""

    sentence = _("A Nation and an organization cannot be merged.")


class ChangedMeanwhile(MergeRefused):
    sentence = _("One of the two was changed while you looked. Look again.")


class SurvivorMerged(MergeRefused):
    """What was merged first is taken back last."""

    sentence = _("The record was merged into another one since. Undo that first.")
