"""Requests for access: to what is held about oneself, or to information on a subject."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from c2m2a_crm.core.models import Circle, Installation, Versioned
from c2m2a_crm.privacy.models.periods import LegalPeriod
from c2m2a_crm.privacy.querysets import AccessItemQuerySet, AccessRequestQuerySet, OwnerAskQuerySet
from members.models import Person


class AccessRequest(Versioned):
    """One request in the requester's words, with its clock. The legal form is kept as on the day of receipt.

    The day by which it is due follows from the period in force on that day and the extension, if any: it is not stored.
    ``token`` is made by the form, so that one that is sent twice opens one request.
    """

    class Kind(models.TextChoices):
        PERSON = "person", _("What is held about a person")
        INFORMATION = "information", _("Information on a subject")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("state of a request for access", "Open")
        LATE = "late", pgettext_lazy("state of a request for access", "Late")
        CLOSED = "closed", pgettext_lazy("state of a request for access", "Closed")

    token = models.UUIDField(unique=True, null=True, blank=True, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    year = models.PositiveSmallIntegerField(_("year"), editable=False)
    number = models.PositiveIntegerField(_("number"), editable=False)
    legal_kind = models.CharField(_("legal form"), max_length=30, choices=Installation.LegalKind, editable=False)
    period = models.ForeignKey(
        LegalPeriod, on_delete=models.PROTECT, related_name="+", verbose_name=_("legal period"), editable=False
    )
    requester = models.CharField(_("who asks"), max_length=250)
    words = models.TextField(_("in their words"), blank=True)
    language = models.CharField(
        _("language of the answer"), max_length=2, choices=[("en", _("English")), ("fr", _("French"))], default="en"
    )
    person = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="access_requests",
        verbose_name=_("about whom"),
    )
    identity_checked = models.CharField(_("how we know who asks"), max_length=500, blank=True)
    subject_words = models.CharField(_("words to look for"), max_length=300, blank=True)
    since = models.DateField(_("from"), null=True, blank=True)
    until = models.DateField(_("to"), null=True, blank=True)
    received_on = models.DateField(_("received on"))
    extended_by_days = models.PositiveSmallIntegerField(_("extended by days"), default=0)
    extension_reason = models.TextField(_("reason for the extension"), blank=True)
    extended_on = models.DateField(_("extended on"), null=True, blank=True)
    owners_until = models.DateField(_("owners are asked to answer by"), null=True, blank=True)
    gathered_at = models.DateTimeField(_("searched at"), null=True, blank=True, editable=False)
    # Papers of the secretariat are open to few: whether one of those searched must be known.
    papers_searched_at = models.DateTimeField(
        _("papers of the secretariat searched at"), null=True, blank=True, editable=False
    )
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    closing_note = models.TextField(_("how it ended"), blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("opened by")
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AccessRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for access")
        verbose_name_plural = _("requests for access")
        ordering: ClassVar = ["-year", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["year", "number"], name="access_request_number_once"),
            models.CheckConstraint(
                condition=~Q(kind="person") | Q(person__isnull=False),
                name="person_request_names_the_person",
                violation_error_message=_("Choose the person."),
            ),
            models.CheckConstraint(
                condition=Q(extended_by_days=0) | ~Q(extension_reason=""),
                name="extension_has_a_reason",
                violation_error_message=_("Say why."),
            ),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gte=F("since")),
                name="access_request_dates_in_order",
                violation_error_message=_("The last day must not lie before the first."),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["person"], name="access_requests_of_a_person")]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        return f"{self.year}-{self.number:03d}"

    def get_absolute_url(self) -> str:
        return reverse("privacy:request", args=[self.pk])

    @property
    def due_on(self) -> date:
        return self.received_on + timedelta(days=self.period.days + self.extended_by_days)

    @property
    def is_about_a_person(self) -> bool:
        return self.kind == self.Kind.PERSON

    @property
    def is_open(self) -> bool:
        return self.closed_on is None


class AccessPerson(models.Model):
    """Somebody whose name a search for information looks for."""

    request = models.ForeignKey(AccessRequest, on_delete=models.CASCADE, related_name="people")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("person searched for")
        verbose_name_plural = _("people searched for")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["request", "person"], name="person_searched_for_once")]

    def __str__(self) -> str:
        return str(self.person)


class AccessItem(models.Model):
    """A record that was found, as it read when it was found. Its number is never given to another, nor changed.

    ``table`` and ``row_id`` say where it came from, so that what is lawfully removed there is removed here. Who put in
    a record from a circle, and from which, is not kept: the owners' decision was about the record alone.
    """

    class Mark(models.TextChoices):
        PENDING = "", pgettext_lazy("mark of a record", "To review")
        RELEASE = "release", pgettext_lazy("mark of a record", "Release")
        PART = "part", pgettext_lazy("mark of a record", "Release in part")
        EXEMPT = "exempt", pgettext_lazy("mark of a record", "Exempt")
        NOT_RELEVANT = "not_relevant", pgettext_lazy("mark of a record", "Not relevant")
        THIRD_PARTY = "third_party", pgettext_lazy("mark of a record", "Third-party notice")

    request = models.ForeignKey(AccessRequest, on_delete=models.CASCADE, related_name="items")
    number = models.PositiveIntegerField(_("number"), editable=False)
    source_key = models.SlugField(_("kind of record"), max_length=60)
    table = models.CharField(_("table"), max_length=63, editable=False)
    row_id = models.BigIntegerField(_("row"), editable=False)
    title = models.CharField(_("record"), max_length=400)
    text = models.TextField(_("text"), blank=True)
    occurred_on = models.DateField(_("date"), null=True, blank=True)
    source = models.CharField(_("where it came from"), max_length=500, blank=True)
    uses = models.CharField(_("what it is used for"), max_length=500, blank=True)
    recipients = models.CharField(_("who was told"), max_length=500, blank=True)
    is_from_owners = models.BooleanField(_("put in by the owners of a circle"), default=False)
    found_at = models.DateTimeField(_("found at"), auto_now_add=True)
    mark = models.CharField(_("mark"), max_length=12, choices=Mark, blank=True, default=Mark.PENDING)
    section = models.CharField(_("act and section"), max_length=200, blank=True)
    passages = models.TextField(
        _("passages to leave out"), blank=True, help_text=_("One on each line, copied from the text.")
    )
    note = models.CharField(_("note"), max_length=500, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reviewed by"),
    )
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True, blank=True)

    objects = AccessItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("record found")
        verbose_name_plural = _("records found")
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "number"], name="access_item_number_once"),
            models.UniqueConstraint(fields=["request", "table", "row_id"], name="access_item_once"),
            models.CheckConstraint(
                condition=~Q(mark__in=["exempt", "part"]) | ~Q(section=""),
                name="exemption_names_its_section",
                violation_error_message=_("Name the act and section."),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["table", "row_id"], name="access_items_of_a_row")]

    def __str__(self) -> str:
        return self.title


class OwnerAsk(models.Model):
    """The question that the owners of every circle get for every request, so that asking tells nothing.

    An answer says only that the owners have looked: whether they put anything in stands in the items alone.
    """

    request = models.ForeignKey(AccessRequest, on_delete=models.CASCADE, related_name="asks")
    circle = models.ForeignKey(Circle, on_delete=models.PROTECT, related_name="+", verbose_name=_("circle"))
    asked_at = models.DateTimeField(_("asked at"), auto_now_add=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )

    objects = OwnerAskQuerySet.as_manager()

    class Meta:
        verbose_name = _("question to the owners of a circle")
        verbose_name_plural = _("questions to the owners of circles")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "circle"], name="circle_asked_once_per_request")
        ]

    def __str__(self) -> str:
        return f"{self.request} · {self.circle}"


class UnresolvedChallenge(models.Model):
    """A person says that something held about them is wrong, and the office keeps it: both views stay with the record.

    PIPEDA, Schedule 1, 4.9.6; Privacy Act, s. 12(2)(b). ``token`` is made by the form that notes it, as in a request.
    """

    token = models.UUIDField(unique=True, null=True, blank=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="challenges", verbose_name=_("person"))
    challenge = models.TextField(_("what the person says is wrong"))
    answer = models.TextField(_("why it was not changed"))
    noted_on = models.DateField(_("noted on"))
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("noted by")
    )
    resolved_on = models.DateField(_("resolved on"), null=True, blank=True)

    class Meta:
        verbose_name = _("unresolved challenge")
        verbose_name_plural = _("unresolved challenges")
        ordering: ClassVar = ["-noted_on", "-pk"]
        indexes: ClassVar = [models.Index(fields=["person"], name="challenges_of_a_person")]

    def __str__(self) -> str:
        return self.challenge[:60]
