"""The filters of a list restated as one sentence, on the page and in the file, in both languages."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, QueryDict
from django.test import Client

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.lists import list_sentence
from c2m2a_crm.core.registries import exportable_lists
from members.models import Jurisdiction
from members.reference import load_jurisdictions
from members.services import create_party
from tests.members.reading import one, read

pytestmark = pytest.mark.django_db


def sentence(user: User, list_key: str, query: str) -> str:
    request = HttpRequest()
    request.path, request.user, request.GET = "/", user, QueryDict(query)  # type: ignore[assignment]  # a user of the cast
    entry = exportable_lists[list_key]
    return list_sentence(entry.label, entry.state(request))


@pytest.mark.parametrize(
    ("list_key", "query", "said"),
    [
        ("organizations", "", "Organizations, by name"),
        (
            "organizations",
            "jurisdiction=ON&kind=business&no_contact=90",
            "Organizations of kind Business, in Ontario, with no two-way contact in 90 days, by name",
        ),
        ("organizations", "jurisdiction=ON&jurisdiction=QC", "Organizations in Ontario or in Quebec, by name"),
        ("organizations", "kind=business&kind=expert", "Organizations of kind Business or Expert practice, by name"),
        ("organizations", "q=nickel&owner=me", "Organizations with “nickel” in the name, that I answer for, by name"),
        ("organizations", "archived=archived", "Organizations archived only, by name"),
        ("organizations", "sort=-people", "Organizations, by name"),
        ("organizations", "sort=-owner", "Organizations, by “Owner”, descending"),
        ("people", "language=unknown", "People whose language is not known, by name"),
        ("people", "last_contact=never", "People never met, by name"),
        ("nations", "distinction=inuit", "Nations where “Distinction” is Inuit, by name"),
        (
            "contact-log",
            "kind=call&kind=meeting&since=2026-03-01",
            "Contact log of kind Call or Meeting, from Mar 1, 2026 on, newest first",
        ),
        (
            "contact-log",
            "office_holders=yes&recorded_by=me",
            "Contact log recorded by me, with public office holders, newest first",
        ),
    ],
)
def test_filters_read_as_a_sentence(staff: User, list_key: str, query: str, said: str) -> None:
    load_jurisdictions()
    assert sentence(staff, list_key, query).replace("\u00a0", " ") == said


def test_a_percent_sign_in_what_was_searched_for_stays(staff: User) -> None:
    assert sentence(staff, "organizations", "q=100%25(value)s").startswith("Organizations with “100%(value)s”")


def test_every_jurisdiction_has_its_clause(staff: User) -> None:
    load_jurisdictions()
    for code in Jurisdiction.objects.exclude(code="CA").values_list("code", flat=True):
        assert "%" not in sentence(staff, "organizations", f"jurisdiction={code}")


def test_page_says_the_sentence_of_filtered_lists_only(staff: User, as_staff: Client) -> None:
    create_party(actor=staff, kind="business", name_en="Birch Nickel")
    plain = read(as_staff.get("/organizations/"))
    assert one(plain, "#list-sentence").text_content() == ""
    assert "by name" in one(plain, "#results-count").text_content()
    narrowed = read(as_staff.get("/organizations/", {"kind": "business"}))
    assert one(narrowed, "#list-sentence").text_content() == "Organizations of kind Business, by name"
    assert one(narrowed, "#results-count").text_content() == "1 organization"


def test_fragment_carries_the_sentence_out_of_band(staff: User, as_staff: Client) -> None:
    response = as_staff.get("/organizations/", {"kind": "business"}, headers={"HX-Request": "true"})
    assert (
        one(read(response), "#list-sentence[hx-swap-oob]").text_content() == "Organizations of kind Business, by name"
    )
