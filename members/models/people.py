"""People: names as they give them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.expressions import CombinedExpression
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.addresses import address_of
from c2m2a_crm.core.anonymising import said
from c2m2a_crm.core.models import Archivable, Versioned
from c2m2a_crm.core.text import Fold
from members.querysets import PersonQuerySet


def said_name(preferred: str, given: str, family: str) -> str:
    """:attr:`Person.full_name` of its parts."""
    first = preferred or given
    if not first:
        return said(family)
    return f"{first} {family}" if family else first


class Person(Versioned, Archivable):
    """Somebody we meet. Title and employer are dated (``Affiliation``); addresses outlive a job (``AddressUse``)."""

    class Language(models.TextChoices):
        ENGLISH = "en", _("English")
        FRENCH = "fr", _("French")
        UNKNOWN = "", _("Not known")

    honorific = models.CharField(_("honorific"), max_length=250, blank=True, help_text=_("Chief, Hon., Elder, Dr."))
    given_name = models.CharField(_("given name"), max_length=250, blank=True)
    family_name = models.CharField(_("family name"), max_length=250, blank=True)
    preferred_name = models.CharField(_("preferred name"), max_length=250, blank=True)
    post_nominals = models.CharField(_("post-nominals"), max_length=250, blank=True)
    pronunciation = models.CharField(_("pronunciation"), max_length=250, blank=True)
    language = models.CharField(_("official language"), max_length=2, choices=Language, blank=True, default="")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("relationship owner"),
    )
    # Somebody looked whether what is on file is still right; without a colleague it was whom it is about.
    verified_on = models.DateField(_("checked on"), null=True, blank=True, editable=False)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("checked by"),
    )
    created_at = models.DateTimeField(auto_now_add=True)
    # Since then the name is a wording and nothing about the person can be edited (services.anonymise_person).
    anonymised_on = models.DateField(_("made anonymous on"), null=True, blank=True, editable=False)
    last_open_contact_on = models.DateField(null=True, editable=False)  # see Party
    # The record that stands for this one since both were merged; it bears the names that this one was known by.
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
        verbose_name=_("merged into"),
    )
    sort_key = models.GeneratedField(
        expression=Fold(
            CombinedExpression(F("family_name"), "||", CombinedExpression(Value(" "), "||", F("given_name")))
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(given_name="") | ~Q(family_name=""),
                name="person_has_a_name",
                violation_error_message=_("Enter a given name or a family name."),
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(archived_at__isnull=False) & ~Q(merged_into=F("id")),
                name="merged_person_is_put_aside",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["sort_key", "id"], name="person_list"),
            models.Index(
                F("last_open_contact_on").desc(nulls_last=True), F("id").desc(), name="person_by_last_contact"
            ),
            GinIndex(OpClass(F("sort_key"), "gin_trgm_ops"), name="person_name_trigrams"),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """The name as said in a sentence: preferred or given name, then family name."""
        return said_name(self.preferred_name, self.given_name, self.family_name)

    @property
    def formal_name(self) -> str:
        """Honorific, given and family name, post-nominals: for letters and lists of participants."""
        name = " ".join(part for part in (self.honorific, self.given_name, self.family_name) if part)
        return f"{name}, {self.post_nominals}" if self.post_nominals else name

    def get_absolute_url(self) -> str:
        return address_of("people:detail", self.pk)
