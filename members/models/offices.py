"""Offices: posts and role mailboxes that stay while the people who hold them come and go."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.addresses import address_of
from c2m2a_crm.core.bilingual import TextPair, localized
from c2m2a_crm.core.models import Archivable, Versioned
from members.models.parties import Party
from members.querysets import OfficeQuerySet


class Office(Versioned, Archivable):
    """A post or a role mailbox of one party. Its holders are affiliations; an office without one on a day is vacant.

    Addresses of the office (``AddressUse``, ``PhoneNumber``) stay with it when its holder goes.
    """

    class Kind(models.TextChoices):
        POST = "post", _("Post")
        MAILBOX = "mailbox", _("Role mailbox")

    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="offices", verbose_name=_("organization or Nation")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.POST)
    title_en = models.CharField(_("title in English"), max_length=250, blank=True)
    title_fr = models.CharField(_("title in French"), max_length=250, blank=True)
    unit = models.CharField(_("branch or unit"), max_length=250, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OfficeQuerySet.as_manager()

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("offices")
        ordering: ClassVar = ["kind", "title_en", "title_fr", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(title_en="") | ~Q(title_fr=""),
                name="office_has_a_title",
                violation_error_message=_("Enter a title in at least one language."),
            ),
            # What the composite key of an affiliation refers to: whoever holds an office is with its party.
            models.UniqueConstraint(fields=["id", "party"], name="office_of_one_party"),
        ]

    def __str__(self) -> str:
        return self.title.text

    @property
    def title(self) -> TextPair:
        return localized(self, "title")

    @property
    def is_mailbox(self) -> bool:
        return self.kind == self.Kind.MAILBOX

    def get_absolute_url(self) -> str:
        return address_of("offices:detail", self.pk)
