"""A record's own fields in a merge: which differ, which the other record can fill, and what is chosen unless told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from members.merging.relations import wholes_of
from members.models import Party, Person

KEEP: Final = "keep"
LOSE: Final = "lose"
BOTH: Final = "both"


@dataclass(frozen=True, slots=True)
class Choice:
    """Columns that are taken from one of the two records, together: a name is no mixture of two names."""

    key: str
    columns: tuple[str, ...]
    label: Any = ""
    may_be_both: bool = False


PERSON_CHOICES: Final = (
    Choice("name", ("given_name", "family_name"), _("Name")),
    Choice("preferred_name", ("preferred_name",)),
    Choice("honorific", ("honorific",)),
    Choice("post_nominals", ("post_nominals",)),
    Choice("pronunciation", ("pronunciation",)),
    Choice("language", ("language",)),
    Choice("owner", ("owner", "backup_owner"), _("Owner and backup")),
)
PARTY_CHOICES: Final = (
    Choice("kind", ("kind", "government_level", "distinction"), _("Kind")),
    Choice("name_en", ("name_en",)),
    Choice("name_fr", ("name_fr",)),
    Choice("autonym", ("autonym", "autonym_language")),
    Choice("legal_name", ("legal_name",)),
    Choice("acronym_en", ("acronym_en",)),
    Choice("acronym_fr", ("acronym_fr",)),
    Choice("jurisdiction", ("jurisdiction",)),
    Choice("country", ("country",)),
    Choice("website", ("website",)),
    Choice("parent", ("parent",)),
    Choice("owner", ("owner", "backup_owner"), _("Owner and backup")),
    Choice("about", ("about",), may_be_both=True),
)
# Columns that no merge takes over: they belong to the row, or follow from others.
OWN: Final = frozenset(
    {
        "id",
        "version",
        "archived_at",
        "archived_reason",
        "created_at",
        "anonymised_on",
        "last_open_contact_on",
        "verified_on",
        "verified_by",
        "merged_into",
        "sort_key",
        "sort_en",
        "sort_fr",
    }
)


def choices_of(model: type[models.Model]) -> tuple[Choice, ...]:
    return PERSON_CHOICES if issubclass(model, Person) else PARTY_CHOICES


def columns_of(choice: Choice, model: type[models.Model]) -> list[str]:
    """Those that the table has."""
    names = {field.name for field in model._meta.concrete_fields}
    return [column for column in choice.columns if column in names]


@dataclass(frozen=True, slots=True)
class Difference:
    """A choice to make. The values are words of the reader; ``default`` is what is taken unless told."""

    key: str
    label: str
    keep: str
    lose: str
    default: str
    may_be_both: bool


def differences(keep: Person | Party, lose: Person | Party) -> list[Difference]:
    """What differs. What only one of them says needs no question, but can be answered otherwise."""
    found = []
    for choice in choices_of(type(keep)):
        columns = columns_of(choice, type(keep))
        if values(keep, columns) == values(lose, columns) or not _is_possible(choice, keep, lose):
            continue
        found.append(
            Difference(
                key=choice.key,
                label=str(choice.label or capfirst(_label(keep, columns[0]))),
                keep=in_words(keep, columns),
                lose=in_words(lose, columns),
                default=default_of(keep, lose, columns),
                may_be_both=choice.may_be_both and not _is_blank(keep, columns) and not _is_blank(lose, columns),
            )
        )
    return found


def taken(keep: Person | Party, lose: Person | Party, chosen: Mapping[str, str]) -> dict[str, Any]:
    """What the record that is kept gets; nothing for what stays as it is. Where nobody chose, the default holds."""
    found: dict[str, Any] = {}
    for choice in choices_of(type(keep)):
        columns = columns_of(choice, type(keep))
        if values(keep, columns) == values(lose, columns) or not _is_possible(choice, keep, lose):
            continue
        answer = chosen.get(choice.key) or default_of(keep, lose, columns)
        if answer == BOTH and choice.may_be_both:
            found |= {column: _joined(getattr(keep, column), getattr(lose, column)) for column in columns}
        elif answer == LOSE:
            found |= {column: getattr(lose, column) for column in columns}
    return found


def default_of(keep: models.Model, lose: models.Model, columns: Iterable[str]) -> str:
    names = list(columns)
    return LOSE if _is_blank(keep, names) and not _is_blank(lose, names) else KEEP


def values(record: models.Model, columns: Iterable[str]) -> list[Any]:
    return [_plain(getattr(record, record._meta.get_field(column).attname)) for column in columns]  # type: ignore[union-attr]  # a concrete field


def in_words(record: models.Model, columns: Iterable[str]) -> str:
    said = []
    for column in columns:
        shown = getattr(record, f"get_{column}_display", None)
        value = shown() if shown else getattr(record, column)
        if value not in (None, ""):
            said.append(str(getattr(value, "name", value)) if column == "country" else str(value))
    return " · ".join(said) if len(said) > 1 and "given_name" not in columns else " ".join(said)


def _is_possible(choice: Choice, keep: Person | Party, lose: Person | Party) -> bool:
    """Nothing becomes a part of itself, or of one of its own parts."""
    if choice.key != "parent" or not isinstance(lose, Party) or lose.parent_id is None:
        return True
    return keep.pk not in wholes_of(lose.parent_id) and lose.pk not in wholes_of(keep.pk)


def _joined(first: str, second: str) -> str:
    return "\n\n".join(filter(None, (first, second)))


def _is_blank(record: models.Model, columns: Iterable[str]) -> bool:
    return all(value in (None, "") for value in values(record, columns))


def _plain(value: Any) -> Any:
    return getattr(value, "code", value)


def _label(record: models.Model, column: str) -> str:
    return str(getattr(record._meta.get_field(column), "verbose_name", column))
