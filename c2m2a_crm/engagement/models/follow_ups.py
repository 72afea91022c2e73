"""What somebody of ours is to do next."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.models import Sealable, Versioned
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.querysets import FollowUpQuerySet


class FollowUp(Versioned, Sealable):
    """A next step with an assignee; most are born with an entry of the contact log and link back to it.

    ``token`` is made by the form that adds one without an entry, so that a form sent twice is one follow-up.
    """

    token = models.UUIDField(unique=True, null=True, blank=True, editable=False)
    text = models.CharField(_("what to do"), max_length=500)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="follow_ups", verbose_name=_("who")
    )
    due_on = models.DateField(_("due on"), null=True, blank=True)
    interaction = models.ForeignKey(
        "engagement.Interaction", on_delete=models.PROTECT, null=True, blank=True, related_name="follow_ups"
    )
    person = models.ForeignKey(
        "members.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="follow_ups"
    )
    party = models.ForeignKey(
        "members.Party", on_delete=models.PROTECT, null=True, blank=True, related_name="follow_ups"
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        indexes: ClassVar = [
            models.Index(
                F("assignee"),
                F("due_on").asc(nulls_last=True),
                F("id"),
                condition=Q(done_at__isnull=True, withdrawn_at__isnull=True),
                name="open_follow_ups_of_a_person",
            ),
            models.Index(fields=["party"], name="follow_ups_of_a_party"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.withdrawn_at is None

    @property
    def is_late(self) -> bool:
        return self.is_open and self.due_on is not None and self.due_on < today()
