"""Mail out: what is written, who gets it, and whom nothing may be sent to.

A campaign's status follows from its dates; what became of each person's copy follows from the row of the outbox that
carried it. Nothing here is a counter.
"""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from c2m2a_crm.core.bilingual import TextPair, localized
from c2m2a_crm.core.models import OutboxMessage, Sealable, Versioned
from c2m2a_crm.core.text import Fold
from c2m2a_crm.outreach.querysets import CampaignQuerySet, DeliveryQuerySet, KeptStopQuerySet, SuppressionQuerySet
from members.models import EmailAddress, Person

LONGEST_MESSAGE = 20_000
_NOT_TOO_LONG = MaxLengthValidator(LONGEST_MESSAGE)


class Campaign(Versioned, Sealable):
    """One message in both languages to one audience.

    The audience is a record of a higher room (a forum's seat holders): this room knows its key and number and asks
    ``core.registries.audiences`` for the rest. Its name is kept as on the day of writing. Where that record is sealed,
    so is the campaign.
    """

    class Kind(models.TextChoices):
        NOTICE = "notice", _("Notice")

    class MessageClass(models.TextChoices):
        FORUM_BUSINESS = "forum_business", _("Forum business, no commercial purpose")

    class Side(models.TextChoices):
        """How far one language is. What both sides say was approved with the campaign itself."""

        MISSING = "missing", pgettext_lazy("one language of a text", "Missing")
        DRAFT = "draft", pgettext_lazy("one language of a text", "Written")
        STALE = "stale", pgettext_lazy("one language of a text", "The other language changed since")
        APPROVED = "approved", pgettext_lazy("one language of a text", "Approved")

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("state of a campaign", "Draft")
        APPROVED = "approved", pgettext_lazy("state of a campaign", "Approved")
        SENT = "sent", pgettext_lazy("state of a campaign", "Sent")
        CANCELLED = "cancelled", pgettext_lazy("state of a campaign", "Discarded")

    # A form that is sent twice makes one campaign.
    token = models.UUIDField(_("number of the form"), default=uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.NOTICE)
    message_class = models.CharField(
        _("class"), max_length=20, choices=MessageClass, default=MessageClass.FORUM_BUSINESS
    )
    audience_key = models.SlugField(_("audience"), max_length=40)
    audience_id = models.BigIntegerField(_("number of the audience"))
    audience_name_en = models.CharField(_("audience in English"), max_length=300)
    audience_name_fr = models.CharField(_("audience in French"), max_length=300)
    subject_en = models.CharField(_("subject in English"), max_length=200, blank=True)
    subject_fr = models.CharField(_("subject in French"), max_length=200, blank=True)
    body_en = models.TextField(_("message in English"), blank=True, validators=[_NOT_TOO_LONG])
    body_fr = models.TextField(_("message in French"), blank=True, validators=[_NOT_TOO_LONG])
    state_en = models.CharField(_("state of the English"), max_length=10, choices=Side, default=Side.MISSING)
    state_fr = models.CharField(_("state of the French"), max_length=10, choices=Side, default=Side.MISSING)
    one_language_reason = models.CharField(_("why in one language only"), max_length=500, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("approved by"),
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True, editable=False)
    started_at = models.DateTimeField(_("sent at"), null=True, blank=True, editable=False)
    cancelled_at = models.DateTimeField(_("discarded at"), null=True, blank=True, editable=False)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_by__isnull=True)
                | Q(approved_at__isnull=False, approved_by__isnull=False),
                name="campaign_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(started_at__isnull=True) | Q(approved_at__isnull=False),
                name="campaign_starts_after_approval",
            ),
            models.CheckConstraint(
                condition=Q(started_at__isnull=True) | Q(cancelled_at__isnull=True),
                name="campaign_discarded_before_it_starts",
            ),
        ]
        indexes: ClassVar = [
            # A forum's page asks what was sent to its seat holders.
            models.Index(fields=["audience_key", "audience_id", "-id"], name="campaign_by_audience"),
            # The search box of the list.
            GinIndex(OpClass(Fold(F("subject_en")), "gin_trgm_ops"), name="campaign_subject_en_trigrams"),
            GinIndex(OpClass(Fold(F("subject_fr")), "gin_trgm_ops"), name="campaign_subject_fr_trigrams"),
        ]

    def __str__(self) -> str:
        return self.subject.text

    @property
    def subject(self) -> TextPair:
        return localized(self, "subject")

    @property
    def audience_name(self) -> TextPair:
        return localized(self, "audience_name")

    @property
    def state(self) -> str:
        if self.cancelled_at is not None:
            return self.State.CANCELLED
        if self.started_at is not None:
            return self.State.SENT
        return self.State.APPROVED if self.approved_at is not None else self.State.DRAFT

    @property
    def state_label(self) -> str:
        return str(self.State(self.state).label)

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    def is_written(self, language: str) -> bool:
        """Whether that side has a subject and a message."""
        return bool(getattr(self, f"subject_{language}") and getattr(self, f"body_{language}"))

    def get_absolute_url(self) -> str:
        return reverse("campaigns:detail", args=[self.pk])


class Delivery(models.Model):
    """What one member of the audience got, as it was frozen when the campaign was approved.

    One row for each e-mail address: the database refuses the second copy. Somebody who is held back has a row, too,
    with the reason. ``token`` is the same for the same campaign and address: message number and unsubscribe link are
    made of it, so that a copy is known as one. ``why_en`` and ``why_fr`` say why the person belongs to the audience, or
    why nothing goes out.
    """

    class HeldBack(models.TextChoices):
        AUDIENCE = "audience", _("Cannot be written to")
        UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")
        CLOSED = "closed", _("Address is closed")
        SHARED = "shared", _("Shares an address")

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="deliveries")
    email = models.ForeignKey(
        EmailAddress, on_delete=models.PROTECT, null=True, related_name="deliveries", verbose_name=_("e-mail address")
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="deliveries", verbose_name=_("person")
    )
    name = models.CharField(_("name on that day"), max_length=500)
    language = models.CharField(_("language"), max_length=2, blank=True)  # empty: not known, gets both
    why_en = models.CharField(_("why, in English"), max_length=500, blank=True)
    why_fr = models.CharField(_("why, in French"), max_length=500, blank=True)
    held_back = models.CharField(_("held back"), max_length=12, choices=HeldBack, blank=True)
    token = models.UUIDField(_("number of the copy"), unique=True, null=True, editable=False)
    message = models.OneToOneField(
        OutboxMessage, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("message")
    )
    resent = models.PositiveSmallIntegerField(_("sent again"), default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = DeliveryQuerySet.as_manager()
    outcome: str  # annotated by ``with_outcome``

    class Meta:
        verbose_name = _("copy of a campaign")
        verbose_name_plural = _("copies of campaigns")
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "email"], name="one_copy_for_each_address"),
            models.CheckConstraint(
                condition=~Q(held_back="") | Q(email__isnull=False, message__isnull=False, token__isnull=False),
                name="delivery_is_mailed_or_held_back",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "-id"], name="deliveries_of_a_person"),
            models.Index(fields=["campaign", "name", "id"], name="deliveries_of_a_campaign"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def why(self) -> TextPair:
        return localized(self, "why")


class Suppression(models.Model):
    """Somebody said stop, or said that mail may come again. Rows are only added: the last one of a scope holds.

    The scope is one audience, or everything the office sends where ``audience_key`` is empty. ``campaign`` is the one
    by which the audience is known here; ``evidence`` holds what was shown and pressed (wording, language, network
    address, program), or what staff were told.
    """

    class Act(models.TextChoices):
        STOP = "stop", _("Unsubscribed")
        RESUME = "resume", _("Subscribed again")

    class How(models.TextChoices):
        ONE_CLICK = "one_click", _("One click in the mail program")
        PAGE = "page", _("Page of the link")
        STAFF = "staff", _("Noted by staff")

    email = models.ForeignKey(
        EmailAddress, on_delete=models.PROTECT, related_name="suppressions", verbose_name=_("e-mail address")
    )
    act = models.CharField(_("what was said"), max_length=8, choices=Act, default=Act.STOP)
    audience_key = models.SlugField(_("audience"), max_length=40, blank=True)
    audience_id = models.BigIntegerField(_("number of the audience"), null=True)
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, null=True, related_name="suppressions", verbose_name=_("campaign")
    )
    how = models.CharField(_("how"), max_length=10, choices=How)
    at = models.DateTimeField(_("when"), auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("noted by")
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    evidence = models.JSONField(_("evidence"), default=dict, blank=True)

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        verbose_name = _("unsubscribe")
        verbose_name_plural = _("unsubscribes")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(audience_key="", audience_id__isnull=True)
                | (~Q(audience_key="") & Q(audience_id__isnull=False, campaign__isnull=False)),
                name="suppression_of_one_audience_or_all",
            ),
            models.CheckConstraint(
                condition=~Q(how="staff") | (Q(by__isnull=False) & ~Q(reason="")),
                name="suppression_by_staff_says_why",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["email", "audience_key", "audience_id", "-id"], name="suppression_of_an_address"),
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.get_act_display()}"

    @property
    def is_of_everything(self) -> bool:
        return not self.audience_key


class KeptStop(models.Model):
    """A stop whose address is gone: known again by a salted digest, so that nobody who said stop is written to again.

    The scope is as in :class:`Suppression`.
    """

    salt = models.BinaryField(_("salt"), editable=False)
    digest = models.BinaryField(_("digest of the address"), editable=False)
    audience_key = models.SlugField(_("audience"), max_length=40, blank=True)
    audience_id = models.BigIntegerField(_("number of the audience"), null=True)
    at = models.DateTimeField(_("when"), auto_now_add=True)

    objects = KeptStopQuerySet.as_manager()

    class Meta:
        verbose_name = _("kept unsubscribe")
        verbose_name_plural = _("kept unsubscribes")
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [models.Index(fields=["digest"], name="kept_stops_of_an_address")]

    def __str__(self) -> str:
        return bytes(self.digest).hex()[:12]
