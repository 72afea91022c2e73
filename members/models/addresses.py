"""How people and parties are reached, and by which numbers others know them. Old addresses stay and are dated."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField
from phonenumber_field.modelfields import PhoneNumberField

from members.models.offices import Office
from members.models.parties import Jurisdiction, Party
from members.models.people import Person
from members.querysets import DatedQuerySet, EmailAddressQuerySet

_ONE_OWNER = Q(person__isnull=False, party__isnull=True) | Q(person__isnull=True, party__isnull=False)
_ONE_OF_THREE = (
    Q(person__isnull=False, party__isnull=True, office__isnull=True)
    | Q(person__isnull=True, party__isnull=False, office__isnull=True)
    | Q(person__isnull=True, party__isnull=True, office__isnull=False)
)


class EmailAddress(models.Model):
    """One address, written one way (``normalise_email``), whoever uses it: consent and bounces belong to it."""

    address = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = EmailAddressQuerySet.as_manager()

    def __str__(self) -> str:
        return self.address

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


class AddressUse(models.Model):
    """Who uses an e-mail address, how, and when. A closed use still finds its person; nothing is sent to it.

    The address of an office is read by whoever holds it, and stays with it when they go.
    """

    class Kind(models.TextChoices):
        WORK = "work", _("Work")
        PERSONAL = "personal", _("Personal")
        SHARED = "shared", _("Shared mailbox")

    email = models.ForeignKey(EmailAddress, on_delete=models.PROTECT, related_name="uses")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="address_uses")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, blank=True, related_name="address_uses")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, null=True, blank=True, related_name="address_uses")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.WORK)
    valid = DateRangeField(_("valid"))
    source = models.CharField(_("source"), max_length=250, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["kind", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=_ONE_OF_THREE, name="address_use_has_one_owner"),
            models.CheckConstraint(condition=Q(valid__isempty=False), name="address_use_lasts_a_day"),
            models.UniqueConstraint(
                fields=["email", "person"],
                condition=Q(valid__upper_inf=True),
                name="one_open_use_per_person",
                violation_error_message=_("This person already uses this address."),
            ),
            models.UniqueConstraint(
                fields=["email", "party"],
                condition=Q(valid__upper_inf=True),
                name="one_open_use_per_party",
                violation_error_message=_("This address is already listed."),
            ),
            models.UniqueConstraint(
                fields=["email", "office"],
                condition=Q(valid__upper_inf=True),
                name="one_open_use_per_office",
                violation_error_message=_("This address is already listed."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.email)


class PhoneNumber(models.Model):
    """A telephone number of a person, a party or an office.

    The digits are indexed so that any way of writing it finds it.
    """

    class Kind(models.TextChoices):
        WORK = "work", _("Work")
        MOBILE = "mobile", _("Mobile")
        HOME = "home", _("Home")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="phones")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, blank=True, related_name="phones")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, null=True, blank=True, related_name="phones")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.WORK)
    number = PhoneNumberField(_("telephone"))
    extension = models.CharField(_("extension"), max_length=12, blank=True)
    valid = DateRangeField(_("valid"))

    objects = DatedQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["kind", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=_ONE_OF_THREE, name="phone_has_one_owner"),
            models.CheckConstraint(condition=Q(valid__isempty=False), name="phone_lasts_a_day"),
        ]
        indexes: ClassVar = [models.Index(fields=["number"], name="phone_by_digits")]

    def __str__(self) -> str:
        return self.number.as_national if self.number else ""


class PostalAddress(models.Model):
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="postal_addresses")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, blank=True, related_name="postal_addresses")
    lines = models.TextField(_("street and number"), blank=True)
    city = models.CharField(_("city"), max_length=250, blank=True)
    jurisdiction = models.ForeignKey(
        Jurisdiction, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("province or territory")
    )
    postal_code = models.CharField(_("postal code"), max_length=250, blank=True)
    country = CountryField(_("country"), default="CA")
    valid = DateRangeField(_("valid"))

    objects = DatedQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=_ONE_OWNER, name="postal_address_has_one_owner"),
            models.CheckConstraint(condition=Q(valid__isempty=False), name="postal_address_lasts_a_day"),
        ]

    def __str__(self) -> str:
        return ", ".join(part for part in (self.lines, self.city, self.postal_code) if part)


class OutsideIdentifier(models.Model):
    """The number by which another system knows a person or a party; imports find their rows again by it."""

    scheme = models.SlugField(_("scheme"), max_length=60)
    value = models.CharField(_("identifier"), max_length=250)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="outside_ids")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, blank=True, related_name="outside_ids")

    class Meta:
        ordering: ClassVar = ["scheme", "value", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=_ONE_OWNER, name="outside_id_has_one_owner"),
            models.UniqueConstraint(
                fields=["scheme", "value"],
                name="outside_id_once",
                violation_error_message=_("Another record already has this identifier."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.value}"
