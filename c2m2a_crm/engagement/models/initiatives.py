"""What contacts are filed under."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.bilingual import TextPair, localized
from c2m2a_crm.core.models import Archivable, Fact, Sealable, Versioned
from c2m2a_crm.core.registries import initiative_pages
from c2m2a_crm.engagement.querysets import InitiativeQuerySet


class Pillar(models.Model):
    """A pillar of the office's strategy. Names are data: two of the four are inferred and may change."""

    key = models.SlugField(unique=True)
    name_en = models.CharField(_("name (English)"), max_length=120)
    name_fr = models.CharField(_("name (French)"), max_length=120)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return localized(self, "name").text


class Initiative(Versioned, Archivable, Sealable):
    """The one thing a contact, follow-up or commitment may be filed under.

    A forum, a partnership or an advocacy file *is* an initiative: its own table has this row's key as its own
    (``docs/adr/0004-initiative.md``); ``kind`` says which.
    """

    class Kind(models.TextChoices):
        FILE = "file", _("Advocacy file")
        FORUM = "forum", _("Forum")
        PARTNERSHIP = "partnership", _("Partnership")
        PROJECT = "project", _("Project")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.FILE)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    name_fr = models.CharField(_("name in French"), max_length=200, blank=True)
    pillar = models.ForeignKey(Pillar, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("pillar"))
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lead"),
    )
    team = models.ForeignKey(
        "accounts.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("team")
    )
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = InitiativeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name_en", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(name_en="") | ~Q(name_fr=""),
                name="initiative_has_a_name",
                violation_error_message=_("Enter a name in at least one language."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="initiative_ends_after_it_starts",
                violation_error_message=_("The last day must not lie before the first."),
            ),
            # What the table of each kind of initiative refers to, so that a forum's row can only stand on a forum.
            models.UniqueConstraint(fields=["id", "kind"], name="initiative_is_of_one_kind"),
        ]

    def __str__(self) -> str:
        return self.name.text

    @property
    def name(self) -> TextPair:
        return localized(self, "name")

    def get_absolute_url(self) -> str:
        """The page of the forum, partnership or file that it is; empty where its room has no page."""
        page = initiative_pages.get(self.kind)
        return reverse(page.url_name, args=[self.pk]) if page else ""


class InitiativeFact(Fact):
    """What is known of a forum or a partnership, with its source."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="facts")

    class Meta(Fact.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["initiative", "key"],
                name="initiative_fact_once",
                violation_error_message=_("This is already stated."),
            )
        ]
