"""What may not be disposed of: asked in one place, before anything is lost for good.

Disposal is what cannot be taken back: a text that leaves history, somebody made anonymous, a row that is destroyed.
Archiving, ending and undoing are none: history still knows. Every service that disposes asks :func:`refuse_if_held`
with the rows as they still stand; ``core.removal`` asks it by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import models

from c2m2a_crm.core.registries import disposal_guards

Rows = tuple[type[models.Model], Sequence[int]]


class DisposalRefused(Exception):
    """A hold or a rule keeps the rows; ``sentences`` say which, and what to do first."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self.sentences = list(sentences)
        super().__init__(" ".join(self.sentences))


def objections(rows: Iterable[Rows], *, authority: str | None) -> list[str]:
    """Why these rows stay as they are, each reason once; nothing where they may go.

    ``authority`` is the act, order or rule that is given for the disposal; None before one has been named.
    """
    asked = [(model, list(keys)) for model, keys in rows if len(keys)]
    said = [sentence for guard in disposal_guards for sentence in guard.objections(asked, authority)]
    return list(dict.fromkeys(said))


def refuse_if_held(rows: Iterable[Rows], *, authority: str) -> None:
    """Raise :class:`DisposalRefused` where a guard objects."""
    if said := objections(rows, authority=authority):
        raise DisposalRefused(said)


def refuse_unless_authorised(authority: str) -> None:
    """Raise :class:`DisposalRefused` where the law of the office wants another authority, whatever is disposed of."""
    said = [sentence for guard in disposal_guards if guard.is_of_law for sentence in guard.objections([], authority)]
    if said:
        raise DisposalRefused(said)


def held(rows: Iterable[Rows]) -> list[str]:
    """What keeps rows that are copies and no records (files that were brought): holds, not the law of records."""
    asked = [(model, list(keys)) for model, keys in rows if len(keys)]
    said = [sentence for guard in disposal_guards if not guard.is_of_law for sentence in guard.objections(asked, None)]
    return list(dict.fromkeys(said))
