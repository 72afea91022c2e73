"""The forums that every installation has from the start."""

from __future__ import annotations

import pytest

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core import facts
from c2m2a_crm.core.models import History
from c2m2a_crm.core.translations import forbidden_words, french_faults
from c2m2a_crm.engagement.models import Initiative, InitiativeFact
from forums.models import Forum, Seat
from forums.reference import load_forums
from forums.services import create_forum, edit_forum

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_yet(db: None) -> None:
    """The test database may have been seeded with the house."""
    InitiativeFact.objects.filter(initiative__kind="forum").delete()
    Forum.objects.update(parent=None, successor=None)
    Forum.objects.all().delete()
    Initiative.objects.filter(kind="forum").delete()


def by_key(key: str) -> Forum:
    return Forum.objects.get(reference_key=key)


def test_forums_come_with_names_in_both_languages_their_chain_and_sourced_facts() -> None:
    load_forums()
    assert Forum.objects.count() == 14
    assert not Seat.objects.exists()
    conference = by_key("emmc")
    assert (conference.code, conference.kind, conference.level, conference.status) == (
        "EMMC",
        "fpt",
        "ministers",
        "active",
    )
    assert conference.initiative.name_fr == "Conférence des ministres de l’énergie et des mines"
    assert by_key("noami").parent == by_key("igwg")
    assert by_key("igwg").parent == conference
    assert by_key("cmief").status == "uncertain"
    for fact in InitiativeFact.objects.all():
        assert fact.label_fr
        assert fact.text_en
        assert fact.text_fr, fact
        assert "[" not in f"{fact.text_en}{fact.text_fr}{fact.source}"


def test_french_of_the_reference_is_well_written() -> None:
    load_forums()
    for fact in InitiativeFact.objects.all():
        assert not french_faults(fact.text_fr), fact.text_fr
        assert not forbidden_words(fact.text_fr, fact.text_en), fact.text_fr


def test_what_is_only_remembered_or_not_verified_is_unconfirmed() -> None:
    load_forums()

    def confirmed(key: str) -> dict[str, bool]:
        return dict(by_key(key).initiative.facts.values_list("key", "is_confirmed"))

    assert not any(confirmed("emmc-deputies").values())
    assert confirmed("emmc")["who-sits"]
    assert not confirmed("emmc")["notes"]  # its last outcome was not found
    assert not confirmed("igwg")["frequency"]
    assert not confirmed("ccms-oversight")["french-name"]
    assert not confirmed("cmief")["state"]


def test_second_load_changes_nothing() -> None:
    load_forums()
    before = History.objects.count()
    said = load_forums()
    assert History.objects.count() == before
    assert "0 added, 0 brought up to date, 0 edited" in said


def test_rows_that_nobody_edited_follow_the_release() -> None:
    load_forums()
    forum = by_key("emmc")
    Forum.objects.filter(pk=forum.pk).update(level="officials")
    Initiative.objects.filter(pk=forum.pk).update(name_fr="Vieux nom")
    InitiativeFact.objects.filter(initiative=forum.pk, key="who-sits").update(text_fr="Ancien")
    load_forums()
    forum = by_key("emmc")
    assert (forum.level, forum.initiative.name_fr[:10]) == ("ministers", "Conférence")
    assert forum.initiative.facts.get(key="who-sits").text_fr != "Ancien"


def test_what_a_person_edited_or_removed_stays_so(secretariat: User) -> None:
    load_forums()
    forum = by_key("cmief")
    edit_forum(
        actor=secretariat,
        forum=forum,
        version=1,
        changes={"status": "active", "code": "FORUM", "name_en": "Our industry forum", "is_run_by_us": True},
    )
    fact = forum.initiative.facts.get(key="frequency")
    facts.edit_fact(actor=secretariat, fact=fact, version=1, changes={"text_en": "Twice a year."})
    facts.remove_fact(actor=secretariat, fact=forum.initiative.facts.get(key="outputs"), version=1)
    load_forums()
    forum = by_key("cmief")
    assert (forum.status, forum.code, forum.is_run_by_us) == ("active", "FORUM", True)
    assert forum.initiative.name_en == "Our industry forum"
    assert forum.initiative.facts.get(key="frequency").text_en == "Twice a year."
    assert not forum.initiative.facts.filter(key="outputs").exists()
    assert Forum.objects.count() == 14


def test_acronym_that_an_office_uses_itself_is_left_to_it(secretariat: User) -> None:
    own = create_forum(actor=secretariat, kind="industry", name_en="Own forum", code="NOAMI")
    load_forums()
    assert by_key("noami").code == ""
    assert Forum.objects.get(code="NOAMI") == own
    load_forums()
    assert by_key("noami").code == ""
