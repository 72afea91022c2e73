"""Forums as institutions: what they are, what they are for, and whom they report to."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.bilingual import TextPair, localized, reader_language
from c2m2a_crm.core.models import Versioned
from c2m2a_crm.engagement.models import Initiative
from forums.querysets import ForumManager

if TYPE_CHECKING:
    from forums.around import Around


class Forum(Versioned):
    """A table at which people meet over years. It *is* an initiative: name, lead, team and circle are kept there.

    A composite key of the database (``forums/migrations``) refuses a forum on an initiative of another kind, and an
    initiative that has a forum cannot change its kind.
    """

    class Kind(models.TextChoices):
        INDUSTRY = "industry", _("Government–industry forum")
        FPT = "fpt", _("Federal-provincial-territorial table")
        BILATERAL = "bilateral", _("Bilateral government table")
        INDIGENOUS = "indigenous", _("Table with Indigenous leaders")
        INTERPROVINCIAL = "interprovincial", _("Interprovincial table")
        FEDERAL = "federal", _("Federal committee")
        MULTI_PARTY = "multi_party", _("Multi-party initiative")
        ADVISORY = "advisory", _("Advisory committee")
        EVENT = "event", _("Recurring event")
        PLAN = "plan", _("Plan or framework")

    class Level(models.TextChoices):
        MINISTERS = "ministers", _("Ministers")
        DEPUTY_MINISTERS = "deputy_ministers", _("Deputy ministers")
        ASSISTANT_DEPUTY_MINISTERS = "adm", _("Assistant deputy ministers")
        OFFICIALS = "officials", _("Directors general and officials")
        WORKING = "working", _("Working level")
        MEMBERS = "members", _("Members and experts")
        MIXED = "mixed", _("Several levels")

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        UNCERTAIN = "uncertain", _("State not certain")
        ENDED = "ended", pgettext_lazy("status of a forum", "Ended")
        COMPARABLE = "comparable", _("For comparison")

    # What was read with it (``forums.around``), on the pages that show it.
    around: Around | None = None

    initiative = models.OneToOneField(
        Initiative, primary_key=True, on_delete=models.PROTECT, related_name="forum", verbose_name=_("initiative")
    )
    # By which reference data finds its own row again, whatever people make of names and acronyms.
    reference_key = models.SlugField(max_length=40, blank=True, editable=False)
    code = models.CharField(_("acronym"), max_length=30, blank=True)
    code_fr = models.CharField(_("acronym in French"), max_length=30, blank=True)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    level = models.CharField(_("level"), max_length=16, choices=Level, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.ACTIVE)
    is_run_by_us = models.BooleanField(_("run by us"), default=False)
    purpose_en = models.TextField(_("purpose in English"), blank=True)
    purpose_fr = models.TextField(_("purpose in French"), blank=True)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("reports to")
    )
    successor = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("succeeded by"),
    )

    objects = ForumManager()

    class Meta:
        verbose_name = _("forum")
        verbose_name_plural = _("forums")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["code"],
                condition=~Q(code=""),
                name="forum_acronym_once",
                violation_error_message=_("Another forum has this acronym."),
            ),
            models.UniqueConstraint(
                fields=["reference_key"], condition=~Q(reference_key=""), name="forum_of_the_reference_once"
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("initiative")),
                name="forum_does_not_report_to_itself",
                violation_error_message=_("A forum cannot report to itself."),
            ),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | ~Q(successor=F("initiative")),
                name="forum_does_not_succeed_itself",
                violation_error_message=_("A forum cannot succeed itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.name.text

    @property
    def name(self) -> TextPair:
        return self.initiative.name

    @property
    def acronym(self) -> str:
        own, other = (self.code_fr, self.code) if reader_language() == "fr" else (self.code, self.code_fr)
        return own or other

    @property
    def purpose(self) -> TextPair:
        return localized(self, "purpose")

    def is_readable_by(self, actor: Actor) -> bool:
        return self.initiative.is_readable_by(actor)

    def get_absolute_url(self) -> str:
        return reverse("forums:detail", args=[self.pk])
