"""The words in which rooms tell what they hold."""

from __future__ import annotations

from django.utils import translation

from c2m2a_crm.core.held import lines


def test_what_has_nothing_to_say_has_no_line() -> None:
    assert lines(("Place", ""), ("Seat", 0), ("Notes", "Brine")) == "Seat: 0\nNotes: Brine"


def test_the_colon_is_that_of_the_language() -> None:
    with translation.override("fr"):
        assert lines(("Lieu", "Weyburn")) == "Lieu\u00a0: Weyburn"
