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
        phrases = [phrase.split() for phrase in text.split("|")]
        self._phrases = frozenset(tuple(word.rstrip("'") or word for word in phrase) for phrase in phrases)
        self._first = frozenset(phrase[0] for phrase in self._phrases)
        self._longest = max(len(phrase) for phrase in self._phrases)

    def has(self, tokens: Sequence[Token], start: int, stop: int) -> bool:
        """Are tokens[start:stop] one of the phrases?"""
        return tuple(token.word for token in tokens[start:stop]) in self._phrases

    def longest_at(self, tokens: Sequence[Token], start: int) -> int | None:
        """Where the longest phrase that begins at this token ends."""
        if start >= len(tokens) or tokens[start].word not in self._first:
            return None
        for stop in range(min(start + self._longest, len(tokens)), start, -1):
            if self.has(tokens, start, stop):
                return stop
        return None


def words_at(tokens: Sequence[Token], start: int, *words: str) -> bool:
    """Do the tokens from here on read so?"""
    return tuple(token.word for token in tokens[start : start + len(words)]) == words if start >= 0 else False
