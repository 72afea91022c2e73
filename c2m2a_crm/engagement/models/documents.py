"""Documents on the pages of forums, partnerships and files: each of them is an initiative."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.models import DocumentLink


class InitiativeDocument(DocumentLink):
    initiative = models.ForeignKey(
        "engagement.Initiative",
        on_delete=models.PROTECT,
        related_name="document_links",
        verbose_name=_("initiative"),
    )

    class Meta:
        verbose_name = _("document filed")
        verbose_name_plural = _("documents filed")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["initiative", "document"], name="initiative_document_once")
        ]

    def __str__(self) -> str:
        return f"{self.initiative} · {self.document}"
