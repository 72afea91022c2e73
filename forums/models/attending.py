"""Who is asked to a meeting, what they answered, who was there, and who stepped aside for an item."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from c2m2a_crm.core.models import OutboxMessage
from forums.meetings.querysets import AttendanceQuerySet, InvitationQuerySet, RecusalQuerySet
from forums.models.meetings import AgendaItem, Meeting
from forums.models.seats import Seat
from members.models import Party, Person


class Invitation(models.Model):
    """Somebody is asked to a meeting: for a seat, or as a guest where ``seat`` is empty.

    The address is asked for each time something is sent; the outbox knows what went where. ``sequence_sent`` is the
    change of the meeting that they were last told of (RFC 5546, 3.2.2); ``language`` is the one they were last written
    to in, empty where that was both.
    """

    class Answer(models.TextChoices):
        NONE = "", pgettext_lazy("answer to an invitation", "No answer yet")
        YES = "yes", pgettext_lazy("answer to an invitation", "Comes")
        NO = "no", pgettext_lazy("answer to an invitation", "Does not come")
        ALTERNATE = "alternate", pgettext_lazy("answer to an invitation", "Alternate comes")

    meeting = models.ForeignKey(
        Meeting, on_delete=models.CASCADE, related_name="invitations", verbose_name=_("meeting")
    )
    seat = models.ForeignKey(
        Seat, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("seat")
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="meeting_invitations", verbose_name=_("person")
    )
    language = models.CharField(_("language"), max_length=2, blank=True)
    answer = models.CharField(_("answer"), max_length=10, choices=Answer, blank=True, default=Answer.NONE)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    alternate = models.CharField(_("alternate"), max_length=200, blank=True)
    remark = models.CharField(_("remark"), max_length=500, blank=True)
    sequence_sent = models.PositiveIntegerField(_("change last sent"), null=True, blank=True)
    is_cancel_sent = models.BooleanField(_("told that it is cancelled"), default=False)
    message = models.ForeignKey(
        OutboxMessage, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("message")
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering: ClassVar = ["meeting", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["meeting", "person"],
                name="invited_once",
                violation_error_message=_("This person is invited already."),
            ),
            models.CheckConstraint(
                condition=~Q(answer="alternate") | ~Q(alternate=""),
                name="alternate_is_named",
                violation_error_message=_("Say who comes instead."),
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="answer_has_a_moment",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["person", "-id"], name="invitations_of_a_person")]

    def __str__(self) -> str:
        return f"{self.person} · {self.meeting}"


class Attendance(models.Model):
    """A mark of the roll call. Whoever was there is a participant of the meeting's contact, too.

    ``seat`` is the one they sat in, empty for guests; ``party`` is whom they spoke for.
    """

    class Mark(models.TextChoices):
        PRESENT = "present", pgettext_lazy("roll call", "Present")
        ONLINE = "online", pgettext_lazy("roll call", "Online")
        LEFT = "left", pgettext_lazy("roll call", "Left early")
        REGRETS = "regrets", pgettext_lazy("roll call", "Regrets")
        ABSENT = "absent", pgettext_lazy("roll call", "Absent")

    # Who took part, and whose contact this is; who left early was there, but counts for no quorum any more.
    CAME: ClassVar = (Mark.PRESENT, Mark.ONLINE, Mark.LEFT)
    SITTING: ClassVar = (Mark.PRESENT, Mark.ONLINE)

    meeting = models.ForeignKey(
        Meeting, on_delete=models.CASCADE, related_name="attendances", verbose_name=_("meeting")
    )
    seat = models.ForeignKey(
        Seat, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("seat")
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="attendances", verbose_name=_("person"))
    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("speaks for")
    )
    mark = models.CharField(_("mark"), max_length=10, choices=Mark)
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    marked_at = models.DateTimeField(auto_now=True)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("mark of the roll call")
        verbose_name_plural = _("marks of the roll call")
        ordering: ClassVar = ["meeting", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["meeting", "person"],
                name="marked_once",
                violation_error_message=_("This person stands in the roll call already."),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["person", "-id"], name="attendances_of_a_person")]

    def __str__(self) -> str:
        return f"{self.person} · {self.get_mark_display()}"


class Recusal(models.Model):
    """Somebody steps aside for one item of the agenda: for it they count for no quorum. Minutes name them and why."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="recusals", verbose_name=_("meeting"))
    item = models.ForeignKey(
        AgendaItem, on_delete=models.CASCADE, related_name="recusals", verbose_name=_("agenda item")
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="recusals", verbose_name=_("person"))
    reason = models.CharField(_("reason"), max_length=500)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField(auto_now_add=True)

    objects = RecusalQuerySet.as_manager()

    class Meta:
        verbose_name = _("stepping aside")
        verbose_name_plural = _("stepping aside")
        ordering: ClassVar = ["item", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["item", "person"],
                name="steps_aside_once",
                violation_error_message=_("This person steps aside for this item already."),
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="recusal_has_a_reason",
                violation_error_message=_("Say why this person steps aside."),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["person", "-id"], name="recusals_of_a_person")]

    def __str__(self) -> str:
        return f"{self.person} · {self.item}"
