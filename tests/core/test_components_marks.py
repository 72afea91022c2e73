"""Small marks: what they say with and without eyes."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils import translation
from lxml import html

from c2m2a_crm.core import ui
from c2m2a_crm.core.bilingual import TextPair

TODAY = date(2026, 11, 10)


def test_a_core_strip_says_total_period_and_most_recent_month() -> None:
    strip = html.fromstring(ui.core_strip([2, 1, 3, 2, 1, 4, 3, 2, 3, 4, 2, 4]))
    assert strip.get("aria-label") == "31 contacts in 12 months, most recent this month"
    assert strip.get("role") == "img"


def test_a_core_strip_has_a_cell_a_month_in_five_levels() -> None:
    cells = [cell.get("class") for cell in html.fromstring(ui.core_strip([0, 1, 2, 3, 4, 99])).cssselect("i")]
    assert cells == [None, "l1", "l2", "l3", "l4", "l4"]


@pytest.mark.parametrize(
    ("counts", "outlined"), [([1, 0], 0), ([1, 0, 0], 2), ([0, 0, 1], 0), ([0, 0, 0], 3), ([1, 0, 0, 1, 0], 0)]
)
def test_silence_of_two_months_at_the_end_is_outlined(counts: list[int], outlined: int) -> None:
    assert len(html.fromstring(ui.core_strip(counts)).cssselect("s")) == outlined


def test_a_core_strip_without_contacts_names_no_month() -> None:
    assert html.fromstring(ui.core_strip([0] * 12)).get("aria-label") == "0 contacts in 12 months"


def test_a_core_strip_one_month_ago_and_one_contact_are_singular() -> None:
    assert html.fromstring(ui.core_strip([1, 0])).get("aria-label") == "1 contact in 2 months, most recent 1 month ago"


@pytest.mark.parametrize(
    ("name", "party", "expected"),
    [
        ("Noor Galena", False, "NG"),
        ("Étienne de la Garnet", False, "ÉG"),
        ("Northline Nickel Refining Inc.", True, "NN"),
        ("Association du recyclage des batteries", True, "AR"),
        ("Cher", False, "CH"),
        ("ᐃᓄᒃᑎᑐᑦ", False, "ᐃ"),
        ("  ", False, "?"),
        ("Jean-Luc Ferrand", False, "JF"),
    ],
)
def test_initials(name: str, party: bool, expected: str) -> None:
    assert ui.initials(name, party=party) == expected


def test_tiles_keep_their_order_and_count_the_rest() -> None:
    tiles = html.fromstring(ui.elements(["Zn", "Cu", "Ni", "Li"], limit=3)).cssselect("abbr")
    assert [tile.text for tile in tiles] == ["Li", "Ni", "Cu", "+1"]
    assert tiles[-1].get("title") == "Zinc"


@pytest.mark.parametrize("naughty", ["<script>x</script>", '"><b>', "'"])
def test_marks_escape_what_people_wrote(naughty: str) -> None:
    marks = [
        ui.tag(naughty, "ok", url="/x/"),
        ui.dot(naughty),
        ui.who(naughty, note=naughty, url="/x/"),
        ui.avatar(naughty),
        ui.in_language(naughty, "fr"),
        ui.elements([naughty]),
        ui.count(1, naughty),
    ]
    for mark in marks:
        page = html.fromstring(f"<div>{mark}</div>")
        assert not page.cssselect("script, b")


def test_a_text_in_the_other_language_is_marked() -> None:
    pair = TextPair("Ministère", "fr", is_fallback=True)
    assert ui.in_language(pair) == '<span lang="fr">Ministère</span>'
    with translation.override("fr"):
        assert ui.in_language(pair) == "Ministère"


def test_an_address_in_a_source_is_a_link_and_nothing_else_is() -> None:
    source = "minescanada.ca; https://news.gov.bc.ca/releases/2026?a=1&b=2, 2026-01-25"
    link = '<a href="https://news.gov.bc.ca/releases/2026?a=1&amp;b=2" rel="noopener noreferrer">'
    assert ui.source_words(source) == (
        f"minescanada.ca; {link}https://news.gov.bc.ca/releases/2026?a=1&amp;b=2</a>, 2026-01-25"
    )
    assert ui.source_words("javascript:alert(1) <b>") == "javascript:alert(1) &lt;b&gt;"
    with translation.override("fr"):
        assert ui.source_words("Smith & Sons") == '<span lang="en">Smith &amp; Sons</span>'


def test_a_date_has_its_machine_form_and_its_full_form() -> None:
    moment = html.fromstring(ui.when(datetime(2026, 11, 6, 15, 20, tzinfo=UTC), style="moment", today=TODAY))
    assert moment.get("datetime") == "2026-11-06T10:20-05:00"
    assert moment.get("title") == "Friday, November 6, 2026"
    assert moment.text == "Nov\u00a06, 10:20"


def test_an_unknown_date_shows_nothing() -> None:
    assert ui.when(None) == ""
    assert ui.due(None) == ""


@pytest.mark.parametrize(
    ("due", "text", "tone"),
    [
        (date(2026, 11, 9), "1 day late", "bad"),
        (date(2026, 11, 8), "2 days late", "bad"),
        (TODAY, "Due today", "warn"),
        (date(2026, 11, 11), "Due tomorrow", "line"),
        (date(2026, 11, 13), "Due Friday", "line"),
        (date(2026, 11, 17), "Due Nov\u00a017", "line"),
        (date(2027, 1, 5), "Due Jan\u00a05, 2027", "line"),
    ],
)
def test_a_due_date_says_how_far(due: date, text: str, tone: str) -> None:
    tag = html.fromstring(ui.due(due, today=TODAY))
    assert (tag.text, tag.get("data-tone")) == (text, tone)
