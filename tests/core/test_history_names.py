"""History names models and fields in the reader's language, even where nobody wrote a name for them."""

from __future__ import annotations

import pytest
from django.utils import translation

from c2m2a_crm.core.history import called, changes_in_words
from c2m2a_crm.core.models import CircleAccess, CircleMembership, History
from c2m2a_crm.core.pages.audit import kind_of, name_of


def test_names_that_django_made_are_said_in_french_too() -> None:
    with translation.override("fr"):
        assert (called("recorded by"), kind_of("core_circle")) == ("noté par", "Cercle")
    assert (called("recorded by"), kind_of("core_circle")) == ("recorded by", "Circle")


@pytest.mark.parametrize(("language", "expected"), [("en", "Boreal Institute"), ("fr", "Institut boréal")])
def test_a_row_is_called_by_its_name_in_the_reader_s_language(language: str, expected: str) -> None:
    change = History(row_id=7, after={"name_en": "Boreal Institute", "name_fr": "Institut boréal"})
    with translation.override(language):
        assert name_of(change) == expected


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_row_with_one_name_is_called_by_it_in_both_languages(language: str) -> None:
    with translation.override(language):
        assert name_of(History(row_id=7, after={"name_en": "", "name_fr": "Institut boréal"})) == "Institut boréal"
        assert name_of(History(row_id=7, after={"at": "now"})) == "#7"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["Mar\u00a04, 2026, 10:30", "Mar\u00a05, 2026"]),
        ("fr", ["4\u00a0mars 2026, 10\u00a0h\u00a030", "5\u00a0mars 2026"]),
    ],
)
def test_days_and_moments_are_told_as_the_office_says_them(language: str, said: list[str]) -> None:
    access = {
        "before": {"began_at": "2026-03-01T12:00:00+00:00"},
        "after": {"began_at": "2026-03-04T15:30:00.13614+00:00"},
    }
    place = {"before": {"left_on": None}, "after": {"left_on": "2026-03-05"}}
    with translation.override(language):
        told = [
            *changes_in_words(CircleAccess, History(row_id=7, action=History.Action.CHANGED, **access)),
            *changes_in_words(CircleMembership, History(row_id=7, action=History.Action.CHANGED, **place)),
        ]
    assert [word.after for word in told] == said
