"""Words of cells as the directory knows them: choices in either language, provinces, countries."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_countries import countries

from c2m2a_crm.core.bilingual import LANGUAGES
from c2m2a_crm.core.imports import RowRefused
from c2m2a_crm.core.text import fold
from members.models import Jurisdiction

T = TypeVar("T")


def words_of(choices: type[TextChoices]) -> dict[str, str]:
    """Value and label of each choice, folded, in both languages: a colleague may read the other one."""
    words = {fold(value): value for value in choices.values}
    for language in LANGUAGES:
        with override(language):
            words |= {fold(str(label)): value for value, label in choices.choices}
    return words


class Provinces:
    """Provinces and territories by any of their names; read once for a file."""

    def __init__(self) -> None:
        self.rows = list(Jurisdiction.objects.all())
        self._by_word = {
            fold(word): jurisdiction
            for jurisdiction in self.rows
            for word in (
                jurisdiction.code,
                jurisdiction.name_en,
                jurisdiction.name_fr,
                jurisdiction.short_en,
                jurisdiction.short_fr,
            )
            if word
        }
        self.by_pk = {jurisdiction.pk: jurisdiction for jurisdiction in self.rows}

    def find(self, word: str, sentences: list[str]) -> Jurisdiction | None:
        """The province that the word names; a word that names none is said in ``sentences``."""
        if found := self._by_word.get(fold(word)):
            return found
        sentences.append(_("“%(word)s” is no province or territory of Canada; the field stays empty.") % {"word": word})
        return None

    def named_in(self, name: str) -> list[Jurisdiction]:
        """“Government of Yukon” is of Yukon."""
        words = f" {fold(name)} "
        return [found for found in self.rows if found.kind != "federal" and f" {fold(found.name_en)} " in words]


def country_code(word: str, sentences: list[str]) -> str:
    code = word.upper() if word.upper() in countries else countries.by_name(word, language="en")
    code = code or countries.by_name(word, language="fr")
    if not code:
        sentences.append(_("“%(word)s” is no country we know; the field stays empty.") % {"word": word})
    return str(code or "")


def normal(label: str, key: str, normalise: Callable[[str], T], text: str) -> T:
    """The text as it is kept; refuses the row where it makes no sense, and names the field."""
    try:
        return normalise(text)
    except ValidationError as error:
        raise RowRefused(
            str(_("%(label)s: %(value)s") % {"label": label, "value": " ".join(error.messages)}), key
        ) from error


def said(error: ValidationError, labels: dict[str, str]) -> RowRefused:
    """What a record's own rules refuse, field by field, in the words of the columns."""
    sentences = [
        " ".join(messages)
        if name == "__all__"
        else _("%(label)s: %(value)s") % {"label": labels.get(name, name), "value": " ".join(messages)}
        for name, messages in error.message_dict.items()
    ]
    return RowRefused(" ".join(sentences), *error.message_dict)


def record_number(text: str) -> int:
    """The number that our own exports give a record, or 0."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
