"""Partnerships that come with the product: once, in both languages, with sources, and never over anybody's edits."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core import facts
from c2m2a_crm.core.history import history_of, recorded
from c2m2a_crm.core.models import History
from c2m2a_crm.engagement.models import Initiative, InitiativeFact
from partnerships import services
from partnerships.models import CooperationArea, Partnership
from partnerships.reference import load_partnerships

pytestmark = pytest.mark.django_db

NAMED_IN_THE_STRATEGY = {"CA-US-JAP", "CA-EU-SPRM", "CA-JP-SWG", "G20", "IEA", "WB-CSM", "IRENA", "IGF", "ERGI"}


@pytest.fixture
def seeded(db: None) -> dict[str, Partnership]:
    load_partnerships()
    return {str(row.code): row for row in Partnership.objects.select_related("initiative")}


def test_every_partnership_is_there_with_its_facts_and_sources(seeded: dict[str, Partnership]) -> None:
    assert len(seeded) == 23
    assert seeded.keys() >= NAMED_IN_THE_STRATEGY
    for code, partnership in seeded.items():
        assert partnership.initiative.facts.filter(key="status").exists(), code
        assert partnership.areas.exists(), code
    without_source = CooperationArea.objects.filter(source="", is_confirmed=True)
    assert not without_source.exists()
    assert not InitiativeFact.objects.filter(source="", is_confirmed=True).exists()


def test_both_languages_are_written_but_where_no_french_name_exists(seeded: dict[str, Partnership]) -> None:
    assert [code for code, row in seeded.items() if not row.initiative.name_fr] == ["FORGE"]
    for rows in (InitiativeFact.objects.all(), CooperationArea.objects.all()):
        assert not rows.filter(text_fr="").exists()
        assert not rows.filter(text_en="").exists()


@pytest.mark.parametrize(
    ("code", "key"),
    [
        ("CA-US-JAP", "status"),
        ("G7-5PT", "date"),
        ("IGF", "date"),
        ("IGF", "secretariat"),
        ("ERGI", "status"),
        ("FORGE", "status"),
    ],
)
def test_what_nobody_checked_is_unconfirmed(seeded: dict[str, Partnership], code: str, key: str) -> None:
    assert not seeded[code].initiative.facts.get(key=key).is_confirmed


@pytest.mark.parametrize("code", ["CA-EU-SPRM", "CA-JP-MOC", "G7-CMAP"])
def test_a_date_is_no_more_precise_than_its_source(seeded: dict[str, Partnership], code: str) -> None:
    assert (seeded[code].precision, seeded[code].signed_on.day) == ("month", 1)


def test_what_came_after_what(seeded: dict[str, Partnership]) -> None:
    assert (seeded["MSP"].status, seeded["MSP"].successor) == ("ended", seeded["FORGE"])
    assert (seeded["CA-AU-JS"].status, seeded["CA-AU-JS"].successor) == ("superseded", seeded["CA-AU-JDI"])
    assert (seeded["CA-DE-JDI"].is_binding, seeded["CA-KR-MOU"].is_binding) == (False, None)


def test_loading_again_changes_nothing(seeded: dict[str, Partnership]) -> None:
    before = History.objects.count()
    with CaptureQueriesContext(connection) as captured:
        load_partnerships()
    assert History.objects.count() == before
    assert Initiative.objects.count() == 23
    assert len(captured) <= 14


def test_a_row_that_a_person_edited_is_kept(seeded: dict[str, Partnership], secretariat: User) -> None:
    row = seeded["CA-US-JAP"]
    services.edit_partnership(
        actor=secretariat,
        partnership=row,
        version=1,
        changes={"status": "active", "name_fr": "Plan", "successor": None},
    )
    fact = row.initiative.facts.get(key="status")
    facts.edit_fact(actor=secretariat, fact=fact, version=1, changes={"text_en": "Going on."})
    area = row.areas.get(key="innovation")
    facts.edit_fact(actor=secretariat, fact=area, version=1, changes={"text_en": "New things"})
    assert "1 edited by people and left alone" in load_partnerships()
    row.refresh_from_db()
    row.initiative.refresh_from_db()
    assert (row.status, row.initiative.name_fr) == ("active", "Plan")
    assert row.initiative.facts.get(key="status").text_en == "Going on."
    assert row.areas.get(key="innovation").text_en == "New things"


def test_what_a_person_removed_does_not_come_back(seeded: dict[str, Partnership], secretariat: User) -> None:
    row = seeded["CA-US-JAP"]
    facts.remove_fact(actor=secretariat, fact=row.initiative.facts.get(key="status"), version=1)
    facts.remove_fact(actor=secretariat, fact=row.areas.get(key="innovation"), version=1)
    load_partnerships()
    assert not row.initiative.facts.filter(key="status").exists()
    assert not row.areas.filter(key="innovation").exists()


def test_a_row_that_nobody_edited_follows_the_release(seeded: dict[str, Partnership]) -> None:
    row = seeded["IGF"]
    with recorded(None, system="reference data"):
        Partnership.objects.filter(pk=row.pk).update(status="ended")
        InitiativeFact.objects.filter(initiative=row.pk, key="date").update(text_en="1999.")
    load_partnerships()
    row.refresh_from_db()
    assert row.status == "active"
    assert row.initiative.facts.get(key="date").text_en == "2005."
    assert history_of(row).first().writer == "reference data"  # type: ignore[union-attr]  # there is one
