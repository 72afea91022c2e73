"""The search page and the palette: what they show, and that nothing that can be typed breaks them."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.searching.question import LONGEST
from members.services import create_party, create_person
from tests.engagement.making import log

BLNS = Path(__file__).parents[2] / "data" / "naughty-strings-blns"


def page(client: Client, **parameters: str) -> html.HtmlElement:
    response = client.get(reverse("core:search"), parameters)
    assert response.status_code == 200
    return html.fromstring(response.content.decode())


def titles(shown: html.HtmlElement) -> list[str]:
    return [link.text_content() for link in shown.cssselect("#results .found a.t")]


def test_results_stand_by_kind_with_the_words_marked(staff: User, as_viewer: Client) -> None:
    party = create_party(actor=staff, kind="business", name_en="Alder <b>Copper</b> Works")
    person = create_person(actor=staff, given_name="Mylène", family_name="Alder", organization=party)
    log(staff, person, subject="Spring call", notes="Copper <script>and</script> the aulnes of Alder")
    shown = page(as_viewer, q="alder copper")
    assert set(titles(shown)) == {"Alder <b>Copper</b> Works", "Mylène Alder", "Spring call"}
    assert titles(shown)[0] == "Alder <b>Copper</b> Works"
    assert [mark.text for mark in shown.cssselect(".say mark")] == ["Copper", "Alder"]
    assert not shown.cssselect("#results script")
    assert "3 results" in shown.cssselect("[role=status]")[0].text_content()
    tabs = {link.text_content().split()[0]: link.get("href") for link in shown.cssselect("#results nav.tabs a")}
    assert parse_qs(urlsplit(tabs["People"]).query) == {"q": ["alder copper"], "kind": ["person"]}
    only = page(as_viewer, q="alder copper", kind="person")
    assert titles(only) == ["Mylène Alder"]


def test_one_kind_is_read_page_after_page(staff: User, as_viewer: Client) -> None:
    for number in range(30):
        create_party(actor=staff, kind="business", name_en=f"Cobalt number {number}")
    first = page(as_viewer, q="cobalt", kind="organization")
    assert len(titles(first)) == 25
    (more,) = first.cssselect("#results a[rel=next]")
    second = html.fromstring(as_viewer.get(more.get("href", "")).content.decode())
    assert len(titles(second)) == 5
    assert len({*titles(first), *titles(second)}) == 30
    assert not second.cssselect("#results a[rel=next]")


def test_nothing_found_says_what_to_try(as_viewer: Client) -> None:
    shown = page(as_viewer, q="zzqx")
    assert "Nothing found for “zzqx”." in shown.text_content()
    assert "Find anything on file" in page(as_viewer).text_content()


def test_a_misspelt_word_is_named_as_it_was_asked_for(staff: User, as_viewer: Client) -> None:
    create_party(actor=staff, kind="business", name_en="Alder Copper Works")
    shown = page(as_viewer, q="aldre copper")
    assert titles(shown) == ["Alder Copper Works"]
    assert "These are results for “alder copper”." in shown.text_content()


def test_a_kind_that_is_none_is_left_out_of_the_question(staff: User, as_viewer: Client) -> None:
    create_party(actor=staff, kind="business", name_en="Alder Copper Works")
    for kind in ("nothing", "campaigns", "'", "\x00"):
        assert titles(page(as_viewer, q="alder", kind=kind)) == ["Alder Copper Works"]
    for after in ("1~2", "x~y~z~q", "0~nan~2026-01-01~1", "0~1~2026-99-01~1", f"0~1~2026-01-01~{10**20}"):
        assert page(as_viewer, q="alder", kind="organization", after=after) is not None


def naughty() -> list[str]:
    texts: list[str] = []
    for file in sorted(BLNS.iterdir()):
        if file.suffix == ".json":
            for text in json.loads(file.read_text(encoding="utf-8")):
                try:
                    texts.append(base64.b64decode(text, validate=True).decode() if "base64" in file.name else text)
                except ValueError:
                    texts.append(text)
    return texts


OTHERS = [
    "x" * 10_000,
    "lithium " * 1_250,
    "a b c d e f g h i j k l m n o p q r s t u v w x y z " * 4,
    '"unbalanced',
    "unbalanced»",
    '""',
    "''''",
    "\\",
    "\\'",
    "a\\b'c",
    "100%",
    "_",
    "%' OR 1=1 --",
    "a & b | !c <-> d:*",
    "(((",
    ":*",
    "\x00",
    "nul\x00inside",
    "\ud800".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
    "ʔ",
    "ᐃᓄᒃᑎᑐᑦ",
    "+",
    "+1",
    "--",
    "٠١٢٣٤٥",
    "１２３４５６７",
    "(" * 200,
    "0" * 200,
    "é" * 200,
    "﷽" * 200,
    "\u202e" * 50,
    "=person",
    "#x",
    "@",
]


@pytest.mark.parametrize("address", ["core:search", "core:palette"])
def test_nothing_that_can_be_typed_breaks_a_page(
    staff: User, as_viewer: Client, address: str, exhaustive: bool
) -> None:
    create_party(actor=staff, kind="business", name_en="Alder Copper Works")
    for typed in [*(naughty() if exhaustive else naughty()[::8]), *OTHERS]:
        response = as_viewer.get(reverse(address), {"q": typed})
        assert response.status_code == 200, typed[:80]


@pytest.mark.parametrize("address", ["core:search", "core:palette"])
def test_a_long_question_says_that_it_was_cut(as_viewer: Client, address: str) -> None:
    response = as_viewer.get(reverse(address), {"q": "alder " * 100})
    assert "Only the first 200 characters" in response.content.decode()


def test_the_boxes_take_more_than_is_searched_for_and_less_than_an_address_holds(as_viewer: Client) -> None:
    """Of a longer address gunicorn says only that it is too long: after 4,094 bytes, nine for a letter of syllabics."""
    boxes = page(as_viewer).cssselect("main input[name=q], #palette input")
    assert len(boxes) == 2
    for box in boxes:
        assert LONGEST < int(box.get("maxlength")) < (4094 - 200) / 9


def test_the_page_is_french_for_who_reads_french(staff: User, as_viewer: Client) -> None:
    create_party(actor=staff, kind="business", name_en="Alder Copper Works", name_fr="Cuivre des aulnes")
    response = as_viewer.get(reverse("core:search"), {"q": "alder"}, headers={"Accept-Language": "fr-CA"})
    assert titles(html.fromstring(response.content.decode())) == ["Cuivre des aulnes"]
