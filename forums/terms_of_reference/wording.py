"""Terms of reference in words: each rule with its label and what it says, and how two versions differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.core import dates, ui
from forums.models import TermsOfReference
from members.models import Party

GROUPS: Final = (
    (gettext_lazy("Purpose"), ("mandate_en", "mandate_fr", "authority")),
    (
        gettext_lazy("Who sits"),
        (
            "kinds",
            "is_non_governmental_only",
            "max_seats",
            "selection",
            "term_length_months",
            "renewals_allowed",
            "alternate_policy",
            "observer_policy",
            "remuneration",
            "declaration_of_interests",
        ),
    ),
    (
        gettext_lazy("How it meets"),
        (
            "chair_model",
            "quorum_rule",
            "decision_rule",
            "meetings_per_year",
            "notice_days",
            "papers_days",
            "languages",
        ),
    ),
    (
        gettext_lazy("What is kept and told"),
        (
            "minutes_days",
            "minutes_style",
            "attribution",
            "publication",
            "confidentiality",
            "correspondence_copy",
        ),
    ),
    (gettext_lazy("Upkeep"), ("review_on", "source")),
)
"""Every rule, in reading order."""

RULES: Final = tuple(name for _heading, names in GROUPS for name in names)


@dataclass(frozen=True, slots=True)
class Said:
    """A rule of one version; ``language`` is set for a text that is written in one language."""

    name: str
    label: str
    text: str
    language: str = ""

    @property
    def value(self) -> SafeString | str:
        return ui.in_language(self.text, self.language) if self.text and self.language else self.text


@dataclass(frozen=True, slots=True)
class Difference:
    label: str
    before: Said
    after: Said


def said(terms: TermsOfReference, name: str) -> Said:
    field: Any = TermsOfReference._meta.get_field(name)
    language = name[-2:] if name in ("mandate_en", "mandate_fr") else ""
    return Said(name, capfirst(str(field.verbose_name)), _text(terms, field), language)


def _text(terms: TermsOfReference, field: Any) -> str:
    value = getattr(terms, field.name)
    if isinstance(field, ArrayField):
        return ", ".join(str(label) for kind, label in Party.Kind.choices if kind in value) or _("Every kind")
    if isinstance(field, models.BooleanField):
        return _("Yes") if value else _("No")
    if field.choices:
        return str(dict(field.flatchoices).get(value, ""))
    if isinstance(value, date):
        return dates.short_date(value)
    return "" if value is None else str(value)


def in_groups(terms: TermsOfReference) -> list[tuple[str, list[Said]]]:
    """What one version says, by subject; what is not settled is left out."""
    groups = [(str(heading), [said(terms, name) for name in names]) for heading, names in GROUPS]
    return [(heading, [each for each in lines if each.text]) for heading, lines in groups]


def differences(before: TermsOfReference, after: TermsOfReference) -> Sequence[Difference]:
    """The rules that the two versions word differently, in reading order."""
    pairs = [(said(before, name), said(after, name)) for name in RULES]
    return [Difference(old.label, old, new) for old, new in pairs if old.text != new.text]


def at_a_glance(terms: TermsOfReference | None) -> list[Said]:
    """The rules that a forum's own page shows."""
    if terms is None:
        return []
    names = ["quorum_rule", "decision_rule", "notice_days", "attribution", "term_length_months"]
    if terms.kinds or terms.is_non_governmental_only:
        names = ["kinds", "is_non_governmental_only", *names]
    return [each for each in (said(terms, name) for name in names) if each.text]
