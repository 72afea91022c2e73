"""Every folded form under which a person or a party may be named."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q

from members.models.parties import Party
from members.models.people import Person


class NameKey(models.Model):
    """One way to name somebody, folded. Derived from the names by the services that write them, never edited.

    The typed line, look-alikes, the combobox and the import all look here, so each finds what the others find.
    """

    key = models.TextField()
    form = models.CharField(max_length=20)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="name_keys")
    party = models.ForeignKey(Party, on_delete=models.CASCADE, null=True, related_name="name_keys")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, party__isnull=True) | Q(person__isnull=True, party__isnull=False),
                name="name_key_has_one_owner",
            ),
            models.UniqueConstraint(fields=["person", "key", "form"], name="person_name_key_once"),
            models.UniqueConstraint(fields=["party", "key", "form"], name="party_name_key_once"),
        ]
        indexes: ClassVar = [
            models.Index(OpClass(F("key"), "text_pattern_ops"), name="name_key_prefix"),
            models.Index(fields=["key"], name="name_key_exact"),
            GinIndex(OpClass(F("key"), "gin_trgm_ops"), name="name_key_trigrams"),
        ]

    def __str__(self) -> str:
        return self.key
