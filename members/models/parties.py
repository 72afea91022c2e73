"""Everything that can be met and is not a person: organizations and Nations, one table, two vocabularies."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, NullIf
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from c2m2a_crm.core.addresses import address_of
from c2m2a_crm.core.bilingual import TextPair, pair_of, reader_language
from c2m2a_crm.core.models import Archivable, Fact, Versioned
from c2m2a_crm.core.text import Fold
from members.querysets import JurisdictionQuerySet, NationManager, OrganizationManager, PartyQuerySet


class Jurisdiction(models.Model):
    """Canada, its provinces and territories. Reference data: loaded by code, editable, never overwritten."""

    code = models.CharField(_("code"), max_length=2, unique=True)
    kind = models.CharField(_("kind"), max_length=12)
    name_en = models.CharField(_("name (English)"), max_length=80)
    name_fr = models.CharField(_("name (French)"), max_length=80)
    short_en = models.CharField(_("short name (English)"), max_length=12)
    short_fr = models.CharField(_("short name (French)"), max_length=12)

    objects = JurisdictionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.name_fr if reader_language() == "fr" else self.name_en

    def get_absolute_url(self) -> str:
        return reverse("jurisdictions:detail", args=[self.pk])

    @property
    def short(self) -> str:
        return self.short_fr if reader_language() == "fr" else self.short_en


class JurisdictionFact(Fact):
    """What is known of a government's ministry and strategy for minerals, with its source."""

    jurisdiction = models.ForeignKey(Jurisdiction, on_delete=models.CASCADE, related_name="facts")

    class Meta(Fact.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["jurisdiction", "key"],
                name="jurisdiction_fact_once",
                violation_error_message=_("This is already stated."),
            )
        ]


class Party(Versioned, Archivable):
    """An organization or a Nation. Pages and words differ by proxy; contacts, seats and addresses point here."""

    class Kind(models.TextChoices):
        BUSINESS = "business", _("Business")
        ASSOCIATION = "association", _("Association")
        ACADEMIC = "academic", _("Academic or research institution")
        EXPERT = "expert", _("Expert practice")
        NONPROFIT = "nonprofit", _("Non-profit organization")
        GOVERNMENT = "government", _("Government institution")
        INTERNATIONAL = "international", _("International organization")
        REPRESENTATIVE_BODY = "representative_body", _("Indigenous representative organization")
        NATION = "nation", _("Nation")

    class GovernmentLevel(models.TextChoices):
        FEDERAL = "federal", _("Federal")
        PROVINCIAL = "provincial", _("Provincial or territorial")
        MUNICIPAL = "municipal", _("Municipal")
        FOREIGN = "foreign", _("Foreign")

    class Distinction(models.TextChoices):
        FIRST_NATIONS = "first_nations", _("First Nations")
        INUIT = "inuit", _("Inuit")
        METIS = "metis", _("Métis")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    government_level = models.CharField(_("level of government"), max_length=12, choices=GovernmentLevel, blank=True)
    distinction = models.CharField(_("distinction"), max_length=14, choices=Distinction, blank=True)
    name_en = models.CharField(_("name in English"), max_length=250, blank=True)
    name_fr = models.CharField(_("name in French"), max_length=250, blank=True)
    autonym = models.CharField(_("name in its own language"), max_length=250, blank=True)
    autonym_language = models.CharField(_("language of that name"), max_length=12, blank=True)
    legal_name = models.CharField(_("legal name"), max_length=250, blank=True)
    acronym_en = models.CharField(_("acronym in English"), max_length=250, blank=True)
    acronym_fr = models.CharField(_("acronym in French"), max_length=250, blank=True)
    jurisdiction = models.ForeignKey(
        Jurisdiction, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("province or territory")
    )
    country = CountryField(_("country"), blank=True, default="CA")
    website = models.URLField(_("website"), blank=True, max_length=300)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("part of")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("relationship owner"),
    )
    backup_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("backup"),
    )
    about = models.TextField(_("about"), blank=True)
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
    # Written by the contact log. Only contacts that everybody may read count here, so sorting by it betrays nothing.
    last_open_contact_on = models.DateField(null=True, editable=False)
    # The record that stands for this one since both were merged (see Person).
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
        verbose_name=_("merged into"),
    )
    sort_en = models.GeneratedField(
        expression=Fold(Coalesce(NullIf(F("name_en"), Value("")), NullIf(F("name_fr"), Value("")), F("autonym"))),
        output_field=models.TextField(),
        db_persist=True,
    )
    sort_fr = models.GeneratedField(
        expression=Fold(Coalesce(NullIf(F("name_fr"), Value("")), NullIf(F("name_en"), Value("")), F("autonym"))),
        output_field=models.TextField(),
        db_persist=True,
    )

    objects = PartyQuerySet.as_manager()

    class Meta:
        verbose_name = _("organization or Nation")
        verbose_name_plural = _("organizations and Nations")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(name_en="") | ~Q(name_fr="") | ~Q(autonym=""),
                name="party_has_a_name",
                violation_error_message=_("Enter a name in at least one language."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="nation") | ~Q(distinction=""),
                name="nation_has_a_distinction",
                violation_error_message=_("Choose First Nations, Inuit or Métis."),
            ),
            models.CheckConstraint(
                condition=Q(owner__isnull=True) | Q(backup_owner__isnull=True) | ~Q(owner=F("backup_owner")),
                name="backup_is_somebody_else",
                violation_error_message=_("Choose a backup other than the owner."),
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                name="party_is_not_its_own_parent",
                violation_error_message=_("An organization cannot be a part of itself."),
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(archived_at__isnull=False) & ~Q(merged_into=F("id")),
                name="merged_party_is_put_aside",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["sort_en", "id"], name="party_list_en"),  # organizations list, read in English
            models.Index(fields=["sort_fr", "id"], name="party_list_fr"),  # the same in French
            models.Index(fields=["kind", "sort_en"], name="party_list_by_kind"),
            models.Index(F("last_open_contact_on").desc(nulls_last=True), F("id").desc(), name="party_by_last_contact"),
            GinIndex(OpClass(F("sort_en"), "gin_trgm_ops"), name="party_name_en_trigrams"),
            GinIndex(OpClass(F("sort_fr"), "gin_trgm_ops"), name="party_name_fr_trigrams"),
        ]

    def __str__(self) -> str:
        return self.name.text

    @property
    def name(self) -> TextPair:
        """The name in the reader's language; a Nation's own name stands in where there is no other."""
        return name_of(reader_language(), self.name_en, self.name_fr, self.autonym, self.autonym_language)

    @property
    def acronym(self) -> str:
        own, other = (
            (self.acronym_fr, self.acronym_en) if reader_language() == "fr" else (self.acronym_en, self.acronym_fr)
        )
        return own or other

    @property
    def is_nation(self) -> bool:
        return self.kind == self.Kind.NATION

    @property
    def holds_public_office(self) -> bool:
        """Whether its people are public office holders in Canada: who started a contact then matters to the law."""
        return self.kind == self.Kind.GOVERNMENT and self.government_level != self.GovernmentLevel.FOREIGN

    def get_absolute_url(self) -> str:
        return address_of_party(self.kind, self.pk)


def name_of(wanted: str, english: str, french: str, own: str, own_language: str) -> TextPair:
    """What a party is called in the language that is wanted, from the fields of its names."""
    if english or french:
        return pair_of(english, french, wanted)
    return TextPair(own, own_language or "und", is_fallback=True)


def address_of_party(kind: str, pk: int) -> str:
    return address_of("nations:detail" if kind == Party.Kind.NATION else "organizations:detail", pk)


class Organization(Party):
    """A party that is not a Nation."""

    objects = OrganizationManager()  # type: ignore[misc]  # the stubs take the parent's manager for a class variable

    class Meta:
        proxy = True
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")


class Nation(Party):
    """A rights-holding Nation or government: never called an organization or a stakeholder on any page."""

    objects = NationManager()  # type: ignore[misc]  # as above

    class Meta:
        proxy = True
        verbose_name = _("Nation")
        verbose_name_plural = _("Nations")


class PartyFact(Fact):
    """What is known of a party beyond its own fields, with its source."""

    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="facts")

    class Meta(Fact.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["party", "key"],
                name="party_fact_once",
                violation_error_message=_("This is already stated."),
            )
        ]


class PartyName(models.Model):
    """Another name by which a party is or was known. Old names keep finding it."""

    class Kind(models.TextChoices):
        SHORT = "short", _("Short name")
        ALIAS = "alias", _("Also known as")
        FORMER = "former", _("Former name")

    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="other_names")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.ALIAS)
    text = models.CharField(_("name"), max_length=250)
    language = models.CharField(_("language"), max_length=12, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["kind", "text", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["party", "kind", "text"],
                name="party_name_once",
                violation_error_message=_("This name is already listed."),
            )
        ]
        indexes: ClassVar = [
            GinIndex(OpClass(Fold(F("text")), "gin_trgm_ops"), name="other_name_trigrams"),  # words of other names
        ]

    def __str__(self) -> str:
        return self.text
