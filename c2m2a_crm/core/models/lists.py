"""Lists as people keep them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.models.base import Archivable
from c2m2a_crm.core.querysets import SavedViewQuerySet


class SavedView(Archivable):
    """A list with its filters, order and columns under a name: one's own, or shared with the whole office.

    ``query`` is the part of the address that describes the list, as ``ListState.canonical_query`` writes it. It is read
    against the list's filters each time: what the list no longer knows is said on the page.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="saved_views", verbose_name=_("owner")
    )
    list_key = models.CharField(_("list"), max_length=60)
    name = models.CharField(_("name"), max_length=80)
    query = models.TextField(_("filters"), blank=True)
    is_shared = models.BooleanField(_("shared with the office"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(name=""), name="saved_view_has_a_name", violation_error_message=_("Give the view a name.")
            ),
            models.UniqueConstraint(
                fields=["owner", "list_key", "name"],
                condition=Q(archived_at__isnull=True),
                name="saved_view_once_by_name",
                violation_error_message=_("You have a view of this name. Choose another."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
