"""A field of an answer in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _

from c2m2a_crm.core import dates
from members.models import DetailsDifference, Jurisdiction, Person

Field = DetailsDifference.Field


def provinces() -> dict[str, str]:
    """Their names by code, for :func:`in_words`."""
    return {row.code: str(row) for row in Jurisdiction.objects.all()}


def in_words(
    difference: DetailsDifference, values: Mapping[str, str] | None, by_code: Mapping[str, str] | None = None
) -> str:
    """``old``, ``new``, or what is on file now (None where the row is gone); ``by_code`` are :func:`provinces`."""
    values = values or {}
    if difference.field == Field.LANGUAGE:
        return str(Person.Language(values.get("language", "")).label)
    if difference.field == Field.LEFT:
        last = values.get("last")
        if last:
            words = {"party": values.get("party", ""), "day": dates.short_date(date.fromisoformat(last))}
            return _("Left %(party)s, last day %(day)s") % words
        return _("Left %(party)s") % values if "last" in values else values.get("party", "")
    if difference.field == Field.POSTAL:
        code = values.get("jurisdiction", "")
        province = (by_code or {}).get(code, code)
        parts = (values.get("lines", ""), values.get("city", ""), province, values.get("postal_code", ""))
        return ", ".join(part for part in parts if part)
    return " ".join(text for text in values.values() if text)
