"""What a comparison came to, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

_WORDS: Final = {
    ("given", "same"): _("same given name"),
    ("given", "initial"): _("the initial of the given name"),
    ("given", "short form"): _("a short form of the given name"),
    ("given", "part"): _("a part of the given name"),
    ("given", "slip"): _("given names that differ by a slip"),
    ("given", "like"): _("given names that look alike"),
    ("given", "other"): _("other given name"),
    ("family", "same"): _("same family name"),
    ("family", "initial"): _("the initial of the family name"),
    ("family", "short form"): _("family names that look alike"),
    ("family", "part"): _("a part of the family name"),
    ("family", "slip"): _("family names that differ by a slip"),
    ("family", "like"): _("family names that look alike"),
    ("family", "other"): _("other family name"),
    ("order", "swapped"): _("given and family name exchanged"),
    ("address", "same"): _("same postal address"),
    ("address", "close"): _("nearly the same postal address"),
    ("address", "partly"): _("partly the same postal address"),
    ("address", "other"): _("other postal address"),
    ("email", "same"): _("same e-mail address"),
    ("email", "moved"): _("same name before the @, other domain"),
    ("email", "house"): _("two mailboxes of one domain"),
    ("email", "other"): _("other e-mail address"),
    ("phone", "same"): _("same telephone"),
    ("phone", "other"): _("other telephone"),
    ("employer", "same"): _("same organization, now or before"),
    ("employer", "other"): _("other organization"),
    ("identifier", "same"): _("same identifier in another system"),
    ("generation", "other"): _("Jr and Sr"),
    ("generation", "one"): _("Jr or Sr on one side"),
    ("honorific", "other"): _("other honorific"),
    ("name", "same"): _("same name"),
    ("name", "translated"): _("same name in the other language or in another order"),
    ("name", "slip"): _("names that differ by a slip"),
    ("name", "weak slip"): _("names that look alike"),
    ("name", "longer"): _("the name with a word more"),
    ("name", "trade"): _("the name with a word more"),
    ("name", "former"): _("the former name"),
    ("name", "acronym"): _("the acronym"),
    ("name", "initials"): _("the first letters of the name"),
    ("host", "same"): _("same website or e-mail domain"),
    ("host", "other"): _("other website or e-mail domain"),
    ("kind", "other"): _("other kind"),
    ("jurisdiction", "other"): _("other province or territory"),
    ("country", "other"): _("other country"),
}


def row_in_words(row: str, level: str) -> str:
    return str(_WORDS.get((row, level), f"{row}: {level}"))


def in_words(evidence: Iterable[Sequence[Any]]) -> list[str]:
    """One phrase for each row, with its weight: what speaks most for it first, what speaks against it last."""
    return [
        f"{row_in_words(row, level)} ({bits:+.1f})" for row, level, bits in sorted(evidence, key=lambda each: -each[2])
    ]
