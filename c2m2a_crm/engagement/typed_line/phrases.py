"""Fixed phrases of one or more words, looked up at a place in a line."""

from __future__ import annotations

from collections.abc import Sequence

from c2m2a_crm.engagement.typed_line.tokens import Token


def vocabulary(text: str) -> frozenset[str]:
    """Single words in vocabulary form."""
    return frozenset(text.split())


class Phrases:
    """A set of phrases in vocabulary form, with bars between: folded words, an elision on its own ("by | d' ici")."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._by_first_word: dict[str, list[tuple[str, ...]]] = {}
        for phrase in text.split("|"):
            words = tuple(word.rstrip("'") or word for word in phrase.split())
            self._by_first_word.setdefault(words[0], []).append(words)
        for phrases in self._by_first_word.values():
            phrases.sort(key=len, reverse=True)
        self.first_words = frozenset(self._by_first_word)

    def has(self, tokens: Sequence[Token], start: int, stop: int) -> bool:
        """Are tokens[start:stop] one of the phrases?"""
        words = tuple(token.word for token in tokens[start:stop])
        return bool(words) and words in self._by_first_word.get(words[0], ())

    def longest_at(self, tokens: Sequence[Token], start: int) -> int | None:
        """Where the longest phrase that begins at this token ends."""
        if start >= len(tokens) or tokens[start].word not in self._by_first_word:
            return None
        second = tokens[start + 1].word if start + 1 < len(tokens) else ""
        for words in self._by_first_word[tokens[start].word]:
            if len(words) == 1 or (words[1] == second and words_at(tokens, start, *words)):
                return start + len(words)
        return None


def words_at(tokens: Sequence[Token], start: int, *words: str) -> bool:
    """Do the tokens from here on read so?"""
    if start < 0 or start + len(words) > len(tokens):
        return False
    return all(tokens[start + offset].word == word for offset, word in enumerate(words))
