"""The periods that an act, or the office itself, sets: dated rows, each with its citation."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.bilingual import TextPair, localized
from c2m2a_crm.core.models import Installation, Versioned


class LegalPeriod(Versioned):
    """How many days an office of one legal form has for one act, while ``valid``.

    Without an act (``law_en`` empty) it is the office's own practice. ``is_confirmed`` says that somebody read the
    number in the text cited; what is not confirmed is shown as such.
    """

    class Subject(models.TextChoices):
        PERSON_ACCESS = "person_access", _("Access to one’s own information")
        INFORMATION_ACCESS = "information_access", _("Access to information")
        THIRD_PARTY_ANSWER = "third_party_answer", _("Answer of a third party to a notice")

    legal_kind = models.CharField(_("legal form"), max_length=30, choices=Installation.LegalKind)
    subject = models.CharField(_("subject"), max_length=30, choices=Subject)
    law_en = models.CharField(_("act in English"), max_length=200, blank=True)
    law_fr = models.CharField(_("act in French"), max_length=200, blank=True)
    citation_en = models.CharField(_("section in English"), max_length=200, blank=True)
    citation_fr = models.CharField(_("section in French"), max_length=200, blank=True)
    days = models.PositiveSmallIntegerField(_("days"))
    longest_extension = models.PositiveSmallIntegerField(
        _("longest extension in days"), null=True, blank=True, help_text=_("Empty: the act sets no number of days.")
    )
    extension_citation_en = models.CharField(_("section on extensions in English"), max_length=200, blank=True)
    extension_citation_fr = models.CharField(_("section on extensions in French"), max_length=200, blank=True)
    is_confirmed = models.BooleanField(_("confirmed"), default=False)
    valid = DateRangeField(_("valid"))

    class Meta:
        verbose_name = _("legal period")
        verbose_name_plural = _("legal periods")
        ordering: ClassVar = ["legal_kind", "subject", "valid", "pk"]
        constraints: ClassVar = [
            ExclusionConstraint(
                name="one_legal_period_at_a_time",
                expressions=[
                    ("legal_kind", RangeOperators.EQUAL),
                    ("subject", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("There is already a period for these days."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_subject_display()}: {self.days}"

    @property
    def law(self) -> TextPair:
        return localized(self, "law")

    @property
    def citation(self) -> TextPair:
        return localized(self, "citation")

    @property
    def extension_citation(self) -> TextPair:
        return localized(self, "extension_citation")
