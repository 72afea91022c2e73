"""What cannot be taken in, with a sentence that says what to do."""

from __future__ import annotations


class DocumentRefused(Exception):
    """``field`` is the field of the form that the sentence is about; empty where it is about the whole."""

    def __init__(self, field: str, sentence: str) -> None:
        self.field = field
        self.sentence = sentence
        super().__init__(sentence)
