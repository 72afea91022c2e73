"""The contact log: what passed between us and whom, frozen as on that day."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.addresses import address_of
from c2m2a_crm.core.bilingual import TextPair, reader_language
from c2m2a_crm.core.models import Archivable, Installation, Sealable, Versioned
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.querysets import InteractionQuerySet, ParticipantQuerySet
from c2m2a_crm.engagement.typed_line.points import PointKind, read_note


class Interaction(Versioned, Archivable, Sealable):
    """One contact. In the interface it is called a *contact*; ``token`` makes a form sent twice one entry."""

    class Kind(models.TextChoices):
        MEETING = "meeting", _("Meeting")
        CALL = "call", _("Call")
        EMAIL = "email", _("E-mail")
        LETTER = "letter", _("Letter")
        EVENT = "event", _("Event")
        VISIT = "visit", _("Visit")
        ATTEMPT = "attempt", _("No answer")

    class Direction(models.TextChoices):
        OUTGOING = "outgoing", _("From us")
        INCOMING = "incoming", _("To us")
        UNKNOWN = "", _("Not said")

    class InitiatedBy(models.TextChoices):
        US = "us", _("We did")
        OFFICE_HOLDER = "office_holder", _("The public office holder did")
        OTHER = "other", _("Somebody else did")
        UNKNOWN = "", _("Not said")

    class Arranged(models.TextChoices):
        YES = "yes", _("Yes")
        NO = "no", _("No")
        UNSURE = "unsure", _("Not sure")
        NOT_ASKED = "", _("Not said")

    token = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    direction = models.CharField(_("direction"), max_length=8, choices=Direction, blank=True, default="")
    subject = models.CharField(_("what about"), max_length=300)
    notes = models.TextField(_("notes"), blank=True)
    occurred_on = models.DateField(_("date"))
    occurred_time = models.TimeField(_("time"), null=True, blank=True)
    duration_minutes = models.PositiveSmallIntegerField(_("duration in minutes"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    initiated_by = models.CharField(_("who started it"), max_length=14, choices=InitiatedBy, blank=True, default="")
    arranged = models.CharField(_("arranged in advance"), max_length=6, choices=Arranged, blank=True, default="")
    initiative = models.ForeignKey(
        "engagement.Initiative",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="interactions",
        verbose_name=_("filed under"),
    )
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    objects = InteractionQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        indexes: ClassVar = [
            # The log, newest first; carries the circle so that counts and pages stay index-only.
            models.Index(
                F("occurred_on").desc(),
                F("id").desc(),
                include=["sealed_circle", "restricted_circle"],
                name="log_newest_first",
            ),
            models.Index(fields=["initiative", "-occurred_on", "-id"], name="log_of_an_initiative"),
            models.Index(fields=["recorded_by", "-recorded_at"], name="log_of_an_author"),
            # Few contacts are confided; every list that says how long nobody was reached looks for these apart, and
            # finds all that it asks of them here.
            models.Index(
                fields=["-occurred_on"],
                include=["id", "kind", "archived_at", "sealed_circle", "restricted_circle"],
                condition=Q(sealed_circle__isnull=False) | Q(restricted_circle__isnull=False),
                name="log_confided",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(subject=""), name="contact_says_what_about"),
        ]

    def __str__(self) -> str:
        return self.subject

    def get_absolute_url(self) -> str:
        return address_of("contact_log:detail", self.pk)

    @cached_property
    def closes_on(self) -> date:
        """The first day on which the entry can only be corrected by an addition with a reason.

        Kept by the object, which lives for one request: a page asks for it many times.
        """
        from django.utils import timezone

        recorded = timezone.localdate(self.recorded_at)
        return recorded + timedelta(days=Installation.current().entry_closes_after_days)

    @property
    def is_closed(self) -> bool:
        return today() >= self.closes_on

    @property
    def remark(self) -> str:
        """The notes without the lines that are points and commitments: those stand in rows of their own."""
        return read_note(self.notes)[1].strip("\n")

    @property
    def gist(self) -> str:
        """The notes in words for a timeline: the remark, then each point and question with its name."""
        points, remark = read_note(self.notes)
        raised = [
            str(_("Question: %(text)s") if line.point.kind == PointKind.QUESTION else _("Point raised: %(text)s"))
            % {"text": line.point.text}
            for line in points
            if line.point.kind != PointKind.COMMITMENT
        ]
        return "\n".join(filter(None, [remark.strip("\n"), *raised]))

    @property
    def is_attempt(self) -> bool:
        return self.kind == self.Kind.ATTEMPT


class Participant(models.Model):
    """Somebody's part in a contact. Name, title and organization are copied on the day and stay as they were."""

    class Role(models.TextChoices):
        PRESENT = "present", _("Present")
        COPIED = "copied", _("Copied")
        MENTIONED = "mentioned", _("Mentioned")

    interaction = models.ForeignKey(Interaction, on_delete=models.CASCADE, related_name="participants")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    person = models.ForeignKey(
        "members.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="participations"
    )
    party = models.ForeignKey(
        "members.Party",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="participations",
        help_text=_("As whose representative on that day; alone, the organization or Nation itself."),
    )
    role = models.CharField(_("part"), max_length=10, choices=Role, default=Role.PRESENT)
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(_("name on that day"), max_length=300)
    title_en = models.CharField(_("title on that day, English"), max_length=250, blank=True)
    title_fr = models.CharField(_("title on that day, French"), max_length=250, blank=True)
    party_name_en = models.CharField(_("organization on that day, English"), max_length=250, blank=True)
    party_name_fr = models.CharField(_("organization on that day, French"), max_length=250, blank=True)
    holds_public_office = models.BooleanField(_("public office holder on that day"), default=False)
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    preparation_minutes = models.PositiveSmallIntegerField(_("minutes of preparation"), null=True, blank=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, person__isnull=True, party__isnull=True)
                | Q(user__isnull=True, person__isnull=False)
                | Q(user__isnull=True, person__isnull=True, party__isnull=False),
                name="participant_is_a_colleague_a_person_or_a_party",
            ),
            models.UniqueConstraint(fields=["interaction", "user"], name="colleague_once_per_contact"),
            models.UniqueConstraint(fields=["interaction", "person"], name="person_once_per_contact"),
            models.CheckConstraint(
                condition=Q(user__isnull=False) | Q(minutes__isnull=True, preparation_minutes__isnull=True),
                name="minutes_are_our_own",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "interaction"], name="contacts_of_a_person"),
            models.Index(fields=["party", "interaction"], name="contacts_of_a_party"),
            # Few contacts are with public office holders; home and the report on them look for these alone.
            models.Index(
                fields=["interaction"], condition=Q(holds_public_office=True), name="contacts_with_public_office"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_ours(self) -> bool:
        return self.user_id is not None

    @property
    def said_name(self) -> str:
        """The name on that day; an organization or Nation itself is said in the reader's language."""
        return self.name if self.user_id or self.person_id else str(self.party_name)

    @property
    def title(self) -> TextPair:
        return _pair(self.title_en, self.title_fr)

    @property
    def party_name(self) -> TextPair:
        return _pair(self.party_name_en, self.party_name_fr)


class Correction(models.Model):
    """What was put right after an entry closed: both values and the reason stay; rows are only added.

    The entry itself holds the value that is true (``docs/adr/0006-corrections.md``).
    """

    interaction = models.ForeignKey(Interaction, on_delete=models.PROTECT, related_name="corrections")
    field = models.CharField(max_length=40)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    reason = models.TextField(_("reason"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["made_at", "pk"]
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(reason=""), name="correction_has_a_reason")]

    def __str__(self) -> str:
        return self.reason


def _pair(english: str, french: str) -> TextPair:
    wanted = reader_language()
    own, other = (french, english) if wanted == "fr" else (english, french)
    if own or not other:
        return TextPair(own, wanted, is_fallback=False)
    return TextPair(other, "en" if wanted == "fr" else "fr", is_fallback=True)
