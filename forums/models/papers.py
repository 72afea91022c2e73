"""Papers of meetings, and who opened them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.models import Document, DocumentVersion
from forums.models.attending import Invitation
from forums.models.meetings import AgendaItem, Meeting
from forums.papers.querysets import MeetingPaperQuerySet, PaperOpeningQuerySet


class MeetingPaper(models.Model):
    """A document that belongs to an item of the agenda, or to the meeting as a whole where ``item`` is empty.

    The document is filed under the meeting, too, which decides who of the office reads it. ``is_confidential`` is what
    was said of this paper; the terms of reference may make every paper so (``forums.papers.rules``). A paper that was
    withdrawn stays, so that members are told. ``is_pack`` marks the pack that we made of the others, and ``made_of``
    stands for what these were then: a pack of papers that changed since is not given any more.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="papers", verbose_name=_("meeting"))
    item = models.ForeignKey(
        AgendaItem,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="papers",
        verbose_name=_("agenda item"),
    )
    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, related_name="meeting_papers", verbose_name=_("document")
    )
    position = models.PositiveSmallIntegerField(_("place in the list"), default=0)
    is_confidential = models.BooleanField(_("confidential"), default=False)
    is_pack = models.BooleanField(_("pack of the meeting"), default=False, editable=False)
    made_of = models.CharField(max_length=16, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True, editable=False)
    withdrawn_reason = models.CharField(_("reason"), max_length=500, blank=True, editable=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False, verbose_name=_("added by")
    )
    added_at = models.DateTimeField(_("added on"), auto_now_add=True)

    objects = MeetingPaperQuerySet.as_manager()

    class Meta:
        verbose_name = _("paper on an agenda")
        verbose_name_plural = _("papers on agendas")
        ordering: ClassVar = ["meeting", "position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["meeting", "document"],
                name="meeting_paper_once",
                violation_error_message=_("This document is a paper of this meeting already."),
            ),
            models.UniqueConstraint(fields=["meeting"], condition=Q(is_pack=True), name="meeting_has_one_pack"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
                name="paper_is_withdrawn_with_a_reason",
                violation_error_message=_("Say why the paper is withdrawn."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.document)

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None


class PaperOpening(models.Model):
    """Somebody who was invited pressed the button that gives one file of a paper. Looks are not counted."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="+", verbose_name=_("meeting"))
    invitation = models.ForeignKey(
        Invitation, on_delete=models.CASCADE, related_name="paper_openings", verbose_name=_("invitation")
    )
    version = models.ForeignKey(
        DocumentVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("version of a document")
    )
    opened_at = models.DateTimeField(_("opened at"), auto_now_add=True)

    objects = PaperOpeningQuerySet.as_manager()

    class Meta:
        verbose_name = _("opening of a paper")
        verbose_name_plural = _("openings of papers")
        ordering: ClassVar = ["-opened_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.invitation} · {self.version}"
