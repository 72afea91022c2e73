"""Letters to third parties whose confidential information somebody asked for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from c2m2a_crm.privacy.models.access import AccessItem, AccessRequest
from c2m2a_crm.privacy.models.periods import LegalPeriod
from c2m2a_crm.privacy.querysets import ThirdPartyNoticeQuerySet


class ThirdPartyNotice(models.Model):
    """What a third party was written of its records in a request, by which day it may answer, and what it said.

    Access to Information Act, ss. 27-28. The third party is named as whoever gave us the records named themselves; it
    need not be in the directory. ``period`` is that of the day of the letter; ``token`` is made by the form.
    """

    class Answer(models.TextChoices):
        CONSENTS = "consents", pgettext_lazy("answer of a third party", "Consents")
        OBJECTS = "objects", pgettext_lazy("answer of a third party", "Objects")
        NONE = "none", pgettext_lazy("answer of a third party", "No answer")

    token = models.UUIDField(unique=True, null=True, blank=True, editable=False)
    request = models.ForeignKey(AccessRequest, on_delete=models.CASCADE, related_name="notices")
    recipient = models.CharField(_("third party"), max_length=250)
    to_address = models.EmailField(_("e-mail address"))
    language = models.CharField(
        _("language of the letter"), max_length=2, choices=[("en", _("English")), ("fr", _("French"))]
    )
    contents = models.TextField(_("what the records hold of theirs"))
    period = models.ForeignKey(
        LegalPeriod, on_delete=models.PROTECT, related_name="+", verbose_name=_("legal period"), editable=False
    )
    sent_on = models.DateField(_("sent on"))
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("sent by")
    )
    answer = models.CharField(_("answer"), max_length=10, choices=Answer, blank=True)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    answer_note = models.TextField(_("in their words"), blank=True)

    objects = ThirdPartyNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice to a third party")
        verbose_name_plural = _("notices to third parties")
        ordering: ClassVar = ["sent_on", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(answer="", answered_on__isnull=True) | ~Q(answer="") & Q(answered_on__gte=F("sent_on")),
                name="third_party_answers_after_the_letter",
                violation_error_message=_("The answer cannot have come before the letter."),
            )
        ]

    def __str__(self) -> str:
        return self.recipient

    @property
    def answer_until(self) -> date:
        return self.sent_on + timedelta(days=self.period.days)


class NoticedRecord(models.Model):
    """A record that a third party was written about."""

    notice = models.ForeignKey(ThirdPartyNotice, on_delete=models.CASCADE, related_name="records")
    item = models.ForeignKey(AccessItem, on_delete=models.CASCADE, related_name="notices")

    class Meta:
        verbose_name = _("record of a notice to a third party")
        verbose_name_plural = _("records of notices to third parties")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["notice", "item"], name="record_once_in_a_notice")]

    def __str__(self) -> str:
        return str(self.item)
