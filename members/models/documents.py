"""Documents on the pages of organizations and Nations."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.models import DocumentLink


class PartyDocument(DocumentLink):
    party = models.ForeignKey(
        "members.Party",
        on_delete=models.PROTECT,
        related_name="document_links",
        verbose_name=_("organization or Nation"),
    )

    class Meta:
        verbose_name = _("document filed")
        verbose_name_plural = _("documents filed")
        constraints: ClassVar = [models.UniqueConstraint(fields=["party", "document"], name="party_document_once")]

    def __str__(self) -> str:
        return f"{self.party} · {self.document}"


class ApplicationDocument(DocumentLink):
    """A file that came with an application for membership."""

    application = models.ForeignKey(
        "members.Application",
        on_delete=models.PROTECT,
        related_name="document_links",
        verbose_name=_("application"),
    )

    class Meta:
        verbose_name = _("file of an application")
        verbose_name_plural = _("files of applications")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "document"], name="application_document_once")
        ]

    def __str__(self) -> str:
        return f"{self.application} · {self.document}"
