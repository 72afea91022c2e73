"""What is found, and by which words: one row for each record of every room."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F


class SearchEntry(models.Model):
    """One record as the search knows it. Written by triggers only (``core.searching.feeding``).

    The words themselves are not kept, only what can be asked for: ``vector`` (see ``core.searching.database``) and
    ``title_key``, the folded names, to which misspelt words are compared. Titles and texts that a page shows are read
    from the record, through its own room's rights. There is no foreign key: rows of many tables stand here.
    ``sort_on`` is the day that counts for "newest first".
    """

    kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    title_key = models.TextField(blank=True)
    vector = SearchVectorField()
    sort_on = models.DateField()
    is_archived = models.BooleanField(default=False)
    sealed_circle_id = models.BigIntegerField(null=True)
    restricted_circle_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "core_search_entry"
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "object_id"], name="search_entry_once")]
        indexes: ClassVar = [
            GinIndex(fields=["vector"], name="search_words"),
            GinIndex(OpClass(F("title_key"), "gin_trgm_ops"), name="search_alike"),
            # The newest of one kind, where a word is too frequent to rank.
            models.Index(
                F("kind"), F("is_archived"), F("sort_on").desc(), F("object_id").desc(), name="search_newest_first"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
