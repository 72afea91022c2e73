"""The office this installation serves, and the public texts it answers for."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.bilingual import TextPair, localized
from c2m2a_crm.core.models.documents import SecurityMarking
from c2m2a_crm.core.querysets import FeedbackQuerySet


class Installation(models.Model):
    """The one row that says whose product this is: name, sender, and the legal profile that switches rules.

    The profile changes notices, clocks and which rooms are open; it never claims that the law is complied with.
    """

    class LegalKind(models.TextChoices):
        NONPROFIT = "nonprofit", _("Non-profit organization")
        FEDERAL = "federal_institution", _("Federal institution")

    name_en = models.CharField(_("name (English)"), max_length=200, default="C2M2A CRM")
    name_fr = models.CharField(_("name (French)"), max_length=200, default="C2M2A CRM")
    legal_kind = models.CharField(_("legal form"), max_length=30, choices=LegalKind, default=LegalKind.NONPROFIT)
    is_registered_charity = models.BooleanField(_("registered charity"), default=False)
    has_lobbying_room = models.BooleanField(_("lobbying room"), default=True)
    sender_name_en = models.CharField(_("sender’s name (English)"), max_length=200, blank=True)
    sender_name_fr = models.CharField(_("sender’s name (French)"), max_length=200, blank=True)
    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    postal_address = models.TextField(_("postal address"), blank=True)
    entry_closes_after_days = models.PositiveSmallIntegerField(
        _("days until an entry closes"),
        default=30,
        help_text=_("After that many days an entry of the contact log is closed: corrections are added with a reason."),
    )
    known_by_one_months = models.PositiveSmallIntegerField(
        _("months for which we know somebody after a contact"),
        default=24,
        help_text=_(
            "“Only one of us” in the lists of the directory counts whom a colleague met, called or wrote to since then."
        ),
    )
    document_ceiling = models.PositiveSmallIntegerField(
        _("highest security marking"),
        choices=SecurityMarking,
        default=SecurityMarking.PROTECTED_B,
        help_text=_(
            "Documents marked higher are refused before anything of them is stored. It must not be above what this "
            "machine and this office were assessed for. The first value is unconfirmed: ask your security officer."
        ),
    )
    document_max_mb = models.PositiveSmallIntegerField(
        _("largest document (MB)"),
        default=25,
        help_text=_("A larger file is refused with a sentence. The server may set a lower limit for all uploads."),
    )
    logo = models.FileField(_("logo"), blank=True, editable=False)  # written by core.logos alone
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="one_installation"),
            models.CheckConstraint(
                condition=models.Q(entry_closes_after_days__gte=1),
                name="entry_closes_after_a_day_at_least",
                violation_error_message=_("Enter at least one day."),
            ),
            models.CheckConstraint(
                condition=models.Q(known_by_one_months__gte=1),
                name="known_by_one_in_a_month_at_least",
                violation_error_message=_("Enter at least one month."),
            ),
            models.CheckConstraint(
                condition=models.Q(document_max_mb__gte=1),
                name="document_of_a_megabyte_at_least",
                violation_error_message=_("Enter at least one megabyte."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return localized(self, "name").text

    @property
    def logo_url(self) -> str:
        """Its address, a new one for each picture; empty where there is none."""
        name = (self.logo.name or "").rpartition("/")[2]
        return reverse("core:logo", args=[name.removeprefix("logo-").removesuffix(".png")]) if name else ""

    @classmethod
    def current(cls) -> Self:
        """The installation's row; unsaved defaults where reference data has not been loaded yet."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)


class PublicText(models.Model):
    """A public page of the office in both languages, each with its state; Markdown without HTML."""

    class State(models.TextChoices):
        MISSING = "missing", _("missing")
        DRAFT = "draft", _("draft")
        APPROVED = "approved", _("approved")
        STALE = "stale", _("stale")

    key = models.SlugField(_("page"), unique=True)
    title_en = models.CharField(_("title (English)"), max_length=200)
    title_fr = models.CharField(_("title (French)"), max_length=200)
    body_en = models.TextField(_("text (English)"), blank=True)
    body_fr = models.TextField(_("text (French)"), blank=True)
    state_en = models.CharField(_("state (English)"), max_length=10, choices=State, default=State.DRAFT)
    state_fr = models.CharField(_("state (French)"), max_length=10, choices=State, default=State.DRAFT)
    updated_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    def __str__(self) -> str:
        return self.title.text

    @property
    def title(self) -> TextPair:
        return localized(self, "title")

    @property
    def body(self) -> TextPair:
        return localized(self, "body")


class AccessibilityFeedback(models.Model):
    """What someone told us of a barrier, from the accessibility statement; name and address are optional."""

    received_at = models.DateTimeField(auto_now_add=True)
    text = models.TextField(_("what was in your way"), max_length=5000)
    page = models.CharField(_("page"), max_length=300, blank=True)
    contact = models.CharField(_("how we can reach you"), max_length=200, blank=True)
    language = models.CharField(max_length=2)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-pk"]

    def __str__(self) -> str:
        return self.text[:60]
