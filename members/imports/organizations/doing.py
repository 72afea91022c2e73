"""What a file says that organizations do, in the words of our vocabularies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from c2m2a_crm.core.querysets import among
from c2m2a_crm.core.text import fold
from members.imports.organizations.subject import Subject
from members.models import Concept, ProfileLine
from members.profiles import words_by_name
from members.services.profiles import Line, lines_of

# The targets of an import, by the vocabulary of their words.
VOCABULARIES: Final = {
    "minerals": Concept.Vocabulary.MINERAL,
    "stages": Concept.Vocabulary.STAGE,
    "sectors": Concept.Vocabulary.SECTOR,
}


class Doing:
    """Words by any of their names in either language, and by their code; read once for a file that has such columns."""

    def __init__(self, targets: Iterable[str]) -> None:
        self._named = {
            target: {name: word for name, word in words_by_name(vocabulary).items() if word.is_offered}
            for target, vocabulary in VOCABULARIES.items()
            if target in targets
        }

    def read(self, target: str, cell: str, sentences: list[str]) -> list[str]:
        """The codes of the words in a cell, between semicolons or commas; one that is no word of ours is said."""
        named = self._named.get(target, {})
        found: list[str] = []
        for part in filter(None, (each.strip() for each in cell.split(";"))):
            # A label may have a comma of its own.
            for word in [part] if fold(part) in named else part.split(","):
                known = named.get(fold(word))
                if known is not None:
                    found.append(known.code)
                elif word.strip():
                    said = {"word": word.strip(), "vocabulary": VOCABULARIES[target].label}
                    sentences.append(_("“%(word)s” is no word of “%(vocabulary)s” and is left out.") % said)
        return list(dict.fromkeys(found))

    def lines(self, subject: Subject) -> list[Line]:
        """The lines of a profile that the file's words make. Raises ``ValidationError`` where they are too many."""
        chosen = {
            target: [word for word in {word.code: word for word in named.values()}.values() if word.code in codes]
            for target, named in self._named.items()
            if (codes := set(getattr(subject, target)))
        }
        return lines_of(chosen.get("minerals", ()), chosen.get("stages", ()), (), chosen.get("sectors", ()))

    def settle(self, subjects: Iterable[Subject]) -> None:
        """Which lines each organization lacks; those that a record has already are left."""
        told = [subject for subject in subjects if any(getattr(subject, target) for target in self._named)]
        if not told:
            return
        on_file = ProfileLine.objects.filter(among("party_id", [each.party.pk for each in told if each.party]))
        stated = set(on_file.values_list("party_id", "mineral_id", "stage_id", "jurisdiction_id", "sector_id"))
        for subject in told:
            try:
                lines = self.lines(subject)
            except ValidationError as refused:
                subject.sentences += refused.messages
                continue
            pk = subject.party.pk if subject.party else 0
            subject.new_lines = [line for line in lines if (pk, *line.key) not in stated]
