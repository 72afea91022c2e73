"""Statements about a record that say where they come from."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.bilingual import TextPair, localized
from c2m2a_crm.core.models.base import Versioned


class Fact(Versioned):
    """One statement with its source. Until a person has checked it, every page marks it as unconfirmed.

    ``key`` names what it tells (``frequency``, ``secretariat``) once per record, so that reference data finds its own
    rows again. Rooms make their own table of it, with a foreign key to the record. A table whose statements need no
    heading of their own sets the labels to None, ``is_labelled`` to False and ``label`` to the text; one that not
    everybody who writes may edit has a ``policy`` of (actor, record).
    """

    is_labelled: ClassVar[bool] = True
    policy: ClassVar[staticmethod[[Any, Any], bool] | None] = None

    key = models.SlugField(_("key"), max_length=60)
    label_en = models.CharField(_("what it tells (English)"), max_length=120, blank=True)
    label_fr = models.CharField(_("what it tells (French)"), max_length=120, blank=True)
    text_en = models.TextField(_("statement (English)"), blank=True)
    text_fr = models.TextField(_("statement (French)"), blank=True)
    source = models.CharField(_("source"), max_length=500, blank=True)
    is_confirmed = models.BooleanField(_("confirmed"), default=False)
    checked_on = models.DateField(_("checked on"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.label.text}: {self.text.text}"

    @property
    def label(self) -> TextPair:
        return localized(self, "label")

    @property
    def text(self) -> TextPair:
        return localized(self, "text")
