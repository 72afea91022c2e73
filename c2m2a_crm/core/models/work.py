"""Long work, mail that leaves, drafts that wait."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.querysets import DraftQuerySet, JobQuerySet, OutboxQuerySet


class Job(models.Model):
    """Long work that a person can watch: what, who, progress, result, or the error in words."""

    class State(models.TextChoices):
        PREPARED = "prepared", _("Not started yet")
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    kind = models.CharField(_("kind"), max_length=60)
    title = models.CharField(_("title"), max_length=200)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="jobs")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    step = models.CharField(_("step"), max_length=200, blank=True)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("total"), default=0)
    parameters = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    input_file = models.FileField(upload_to="jobs/in/", blank=True)
    result_file = models.FileField(upload_to="jobs/out/", blank=True)
    error = models.TextField(_("error"), blank=True)
    operation = models.ForeignKey("core.Operation", on_delete=models.PROTECT, null=True, related_name="jobs")
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True, help_text=_("Last sign of life; a sweeper frees jobs that fell silent."))
    finished_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["actor", "-id"], name="jobs_of_a_person"),
            models.Index(fields=["state"], condition=models.Q(state__in=["waiting", "running"]), name="jobs_open"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_finished(self) -> bool:
        return self.state in {self.State.DONE, self.State.FAILED, self.State.CANCELLED}

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.total) if self.total else 0


class OutboxMessage(models.Model):
    """One message to one address. ``key`` names its reason to be, so that no reason produces two messages.

    ``sensitive_until`` is set while the text holds a link that opens something: until then at the latest, and no longer
    than to the moment it is sent, the text is kept; an empty text is one that was taken away.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        SENDING = "sending", _("Sending")
        SENT = "sent", _("Sent")
        KEPT = "kept", _("Kept, mail is off")
        FAILED = "failed", _("Failed")

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(_("kind"), max_length=60)
    to_address = models.EmailField(_("to"))
    to_name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=2, default="en")
    subject = models.CharField(_("subject"), max_length=300)
    body_text = models.TextField()
    body_html = models.TextField(blank=True)
    calendar = models.TextField(blank=True)
    headers = models.JSONField(default=dict, blank=True)
    message_id = models.CharField(max_length=255, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    sensitive_until = models.DateTimeField(null=True, editable=False)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(
                fields=["not_before", "id"], condition=models.Q(state__in=["queued", "sending"]), name="outbox_due"
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.to_address}"


class Draft(models.Model):
    """What someone typed and has not saved yet, kept by the server; the device keeps its own copies too.

    ``token`` is made by the form and becomes the saved record's own, so that a draft sent twice is saved once.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    form = models.CharField(max_length=60)
    token = models.UUIDField(unique=True)
    data = models.JSONField(default=dict)
    updated_at = models.DateTimeField(auto_now=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-updated_at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["user", "form", "-updated_at"], name="drafts_of_a_person")]

    def __str__(self) -> str:
        return f"{self.form} {self.token}"
