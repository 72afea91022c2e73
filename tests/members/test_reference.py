"""Institutions and what is known of jurisdictions: there from the start, once, and never over anybody's edits."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import html

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core import facts
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import History
from members import services
from members.models import Jurisdiction, JurisdictionFact, NameKey, Party, PartyFact
from members.reference import load_institutions, load_jurisdiction_facts, load_jurisdictions

pytestmark = pytest.mark.django_db

LOADS = (load_jurisdictions, load_jurisdiction_facts, load_institutions)


@pytest.fixture
def seeded(db: None) -> None:
    for load in LOADS:
        load()


@pytest.mark.usefixtures("seeded")
def test_fourteen_jurisdictions_have_their_ministry_and_what_became_of_a_strategy() -> None:
    assert Jurisdiction.objects.count() == 14
    for jurisdiction in Jurisdiction.objects.all():
        keys = set(jurisdiction.facts.values_list("key", flat=True))
        assert {"ministry", "strategy-status", "regional-table"} <= keys, jurisdiction.code
    for rows in (JurisdictionFact.objects.all(), PartyFact.objects.all()):
        assert not rows.filter(source="", is_confirmed=True).exists()
        assert not rows.filter(text_fr="").exists()
        assert not rows.filter(text_en="").exists()


@pytest.mark.usefixtures("seeded")
@pytest.mark.parametrize(
    ("code", "key", "is_confirmed"),
    [
        ("CA", "ministry", True),
        ("CA", "strategy-release", False),
        ("NL", "ministry", False),
        ("PE", "ministry", False),
        ("BC", "ministry", True),
        ("SK", "strategy-title", False),
        ("NB", "strategy-title", False),
        ("NU", "devolution", False),
    ],
)
def test_what_nobody_checked_is_unconfirmed(code: str, key: str, is_confirmed: bool) -> None:
    assert JurisdictionFact.objects.get(jurisdiction__code=code, key=key).is_confirmed is is_confirmed


@pytest.mark.usefixtures("seeded")
def test_institutions_are_organizations_found_by_name_and_acronym() -> None:
    institutions = Party.objects.organizations()
    assert institutions.filter(government_level="federal").count() == 18
    assert institutions.filter(government_level="provincial").count() == 13
    nrcan = Party.objects.get(name_en="Natural Resources Canada")
    assert (nrcan.name_fr, nrcan.acronym_fr, nrcan.kind) == ("Ressources naturelles Canada", "RNCan", "government")
    assert NameKey.objects.filter(party=nrcan, key="rncan").exists()
    named = Party.objects.filter(name_en="Department of Natural Resources")
    assert {party.jurisdiction.code for party in named if party.jurisdiction} == {"NB", "NS"}
    assert not PartyFact.objects.get(party__jurisdiction__code="NL").is_confirmed


@pytest.mark.usefixtures("seeded")
def test_loading_again_changes_nothing() -> None:
    before = History.objects.count()
    with CaptureQueriesContext(connection) as captured:
        for load in LOADS:
            load()
    assert History.objects.count() == before
    assert Party.objects.count() == 31
    assert len(captured) <= 24


def test_an_institution_that_is_there_already_is_not_doubled(staff: User) -> None:
    load_jurisdictions()
    ours = services.create_party(
        actor=staff, kind="government", government_level="federal", name_fr="ressources naturelles canada"
    )
    scotia = Jurisdiction.objects.get(code="NS")
    theirs = services.create_party(
        actor=staff,
        kind="government",
        government_level="provincial",
        name_en="Department of Natural Resources",
        jurisdiction=scotia,
    )
    load_institutions()
    assert Party.objects.count() == 31
    assert ours.facts.get().key == "role"
    ours.refresh_from_db()
    assert (ours.name_en, ours.version) == ("", 1)
    assert Party.objects.get(name_en="Department of Natural Resources", jurisdiction=scotia) == theirs


@pytest.mark.usefixtures("seeded")
def test_a_renamed_or_archived_institution_does_not_come_back(staff: User) -> None:
    ministry = Party.objects.get(jurisdiction__code="ON")
    services.update_party(
        actor=staff,
        party=ministry,
        version=1,
        changes={"name_en": "Ministry of Mines", "name_fr": "Ministère des Mines"},
    )
    council = Party.objects.get(acronym_en="NRC")
    services.archive_party(actor=staff, party=council, reason="Not ours.")
    load_institutions()
    ministry.refresh_from_db()
    assert (ministry.name_en, Party.objects.count()) == ("Ministry of Mines", 31)


@pytest.mark.usefixtures("seeded")
def test_facts_that_people_edited_or_removed_stay_so(staff: User) -> None:
    edited = JurisdictionFact.objects.get(jurisdiction__code="ON", key="ministry")
    facts.edit_fact(actor=staff, fact=edited, version=1, changes={"text_en": "Ministry of Mines."})
    facts.remove_fact(actor=staff, fact=JurisdictionFact.objects.get(jurisdiction__code="BC", key="note"), version=1)
    facts.remove_fact(actor=staff, fact=PartyFact.objects.get(party__acronym_en="NRC"), version=1)
    for load in LOADS:
        load()
    edited.refresh_from_db()
    assert edited.text_en == "Ministry of Mines."
    assert not JurisdictionFact.objects.filter(jurisdiction__code="BC", key="note").exists()
    assert not PartyFact.objects.filter(party__acronym_en="NRC").exists()


@pytest.mark.usefixtures("seeded")
def test_what_nobody_edited_follows_the_release() -> None:
    with recorded(None, system="reference data"):
        Party.objects.filter(acronym_en="NRC").update(name_fr="Conseil de recherche")
        JurisdictionFact.objects.filter(jurisdiction__code="ON", key="ministry").update(text_fr="Mines")
    for load in LOADS:
        load()
    council = Party.objects.get(acronym_en="NRC")
    assert council.name_fr == "Conseil national de recherches du Canada"
    assert NameKey.objects.filter(party=council, key="conseilnationalderecherchesducanada").exists()
    assert JurisdictionFact.objects.get(jurisdiction__code="ON", key="ministry").text_fr.startswith("Ministère")


# --- Pages ------------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("seeded")
def test_the_list_of_jurisdictions_names_ministries_and_marks_doubts(as_viewer: Client) -> None:
    def rows(query: str = "", language: str = "en") -> list[str]:
        page = as_viewer.get(f"/jurisdictions/{query}", headers={"Accept-Language": language})
        return [row.text_content() for row in html.fromstring(page.content).cssselect("table tbody tr")]

    english = rows()
    assert len(english) == 14
    assert english[0].startswith("Canada")
    (ontario,) = (row for row in english if row.startswith("Ontario"))
    assert "Ministry of Energy and Mines" in ontario
    assert "Unconfirmed" in ontario
    assert "Unconfirmed" not in english[0]
    assert len(rows("?kind=territory")) == 3
    assert len(rows("?q=quebec")) == len(rows("?q=québec")) == len(rows("?q=qc")) == 1
    (quebec,) = (row for row in rows(language="fr") if row.startswith("Québec"))
    assert "Plan québécois" in quebec


@pytest.mark.usefixtures("seeded")
def test_a_jurisdiction_leads_to_its_organizations(as_viewer: Client) -> None:
    for code, name, count in (("CA", "Natural Resources Canada", 18), ("MB", "Manitoba Business", 1)):
        page = as_viewer.get(Jurisdiction.objects.get(code=code).get_absolute_url())
        (card,) = html.fromstring(page.content).cssselect("#organizations")
        (link,) = card.cssselect("a.more")
        assert f"All {count}" in link.text_content()
        listed = html.fromstring(as_viewer.get(str(link.get("href"))).content)
        assert len(listed.cssselect("table tbody tr")) == count
        assert name in listed.text_content()


def test_jurisdictions_are_carried_away_with_what_is_known(as_staff: Client) -> None:
    for load in LOADS:
        load()
    response = as_staff.get(reverse("core:export", args=["jurisdictions", "csv"]))
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # a stream
    assert "Ministry of Mining and Critical Minerals" in text


@pytest.mark.usefixtures("seeded")
def test_home_still_offers_first_steps_where_only_institutions_are_on_file(as_staff: Client, staff: User) -> None:
    def steps() -> list[str]:
        page = html.fromstring(as_staff.get(reverse("dashboard:home")).content)
        return [link.text_content() for link in page.cssselect(".empty a.btn")]

    assert "Add an organization" in steps()
    services.create_party(actor=staff, kind="business", name_en="Northline Nickel")
    assert "Add an organization" not in steps()
