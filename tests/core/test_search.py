"""One question finds what it should, in either language, however it is typed, and nothing that is not the reader's."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.models import SearchEntry
from c2m2a_crm.core.searching.highlights import excerpt
from c2m2a_crm.core.searching.question import read
from c2m2a_crm.core.searching.service import search
from c2m2a_crm.core.searching.synonyms import meanings
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.models import Interaction
from c2m2a_crm.engagement.services import NextStep, Promise, Raised
from members.models import AddressUse, EmailAddress, Party, Person, PhoneNumber
from members.services import create_party, create_person
from tests.engagement.making import circle_of, log


def found(actor: User, typed: str) -> list[str]:
    """Titles of all hits, the best first inside each kind."""
    return [hit.title for group in search(actor, typed, each=20).groups for _found, hit in group.hits]


@pytest.fixture
def julie(staff: User) -> Person:
    employer = create_party(
        actor=staff,
        kind="government",
        name_en="Ministry of Northern Resources",
        name_fr="Ministère des Ressources nordiques",
        acronym_en="MNRX",
        acronym_fr="MRNX",
    )
    person = create_person(actor=staff, given_name="Julie-Ève", family_name="Tremblay", organization=employer)
    valid = (today() - timedelta(days=9), None)
    email = EmailAddress.objects.create(address="je.tremblay@resources.example")
    AddressUse.objects.create(email=email, person=person, valid=valid)
    PhoneNumber.objects.create(person=person, number="+15145550187", valid=valid)
    return person


@pytest.mark.parametrize(
    "typed",
    [
        "tremblay",
        "TREMBLAY julie-eve",
        "Julie Tremblay",
        "trem jul",
        "J. Tremblay",
        "J.-È. Tremblay",
        "JET",
        "jtremblay",
        "julieeve tremblay",
        "514-555-0187",
        "(514) 555 0187",
        "+1 514.555.0187",
        "5550187",
        "0187",
        "je.tremblay@resources.example",
        "tremblay@resources",
        "tremblay MRNX",
        "Ressources nordiques tremblay",
        "“julie eve”",
    ],
)
def test_a_person_is_found_by_whatever_is_known_of_them(staff: User, julie: Person, typed: str) -> None:
    create_person(actor=staff, given_name="Owen", family_name="Bystander")
    assert found(staff, typed)[0] == "Julie-Ève Tremblay"
    assert "Owen Bystander" not in found(staff, typed)


@pytest.mark.parametrize(("typed", "instead"), [("trembley", "tremblay"), ("julei tremblay", "julie tremblay")])
def test_a_misspelt_name_is_put_right_and_said_so(staff: User, julie: Person, typed: str, instead: str) -> None:
    answer = search(staff, typed)
    assert answer.instead == instead
    assert answer.best[0][2].title == "Julie-Ève Tremblay"


@pytest.mark.parametrize(
    "typed", ["MNRX", "mrnx", "northern resources", "ministere ressources", "Ministère des Ressources nordiques", "MNR"]
)
def test_an_organization_is_found_by_both_names_and_by_acronyms(staff: User, julie: Person, typed: str) -> None:
    best = search(staff, typed).best[0]
    assert (best[0].key, best[2].title) == ("organization", "Ministry of Northern Resources")


@pytest.mark.parametrize(
    "typed", ["Łutsël K'e", "Łutsël K’e", "Lutsel K'e", "lutsel ke", "lutselke", "ᓄᓇᕗᑦ", "xwmethkweyem", "xʷməθkʷəy̓əm"]
)
def test_the_own_letters_of_a_nation_are_found_as_typed_and_as_plain_letters(staff: User, typed: str) -> None:
    for name, own in (("Łutsël K’e Example Nation", "ᓄᓇᕗᑦ"), ("Salt River Example Nation", "xʷməθkʷəy̓əm")):
        create_party(
            actor=staff, kind="nation", distinction="first_nations", name_en=name, autonym=own, autonym_language="und"
        )
    wanted = "Salt River Example Nation" if typed.startswith("x") else "Łutsël K’e Example Nation"
    assert found(staff, typed) == [wanted]


def test_short_words_and_symbols_mean_themselves_and_their_minerals(staff: User) -> None:
    party = create_party(actor=staff, kind="business", name_en="Party of All Contacts")
    for subject in ("Li recovery rates", "Lithium sulphate", "Prix des terres rares", "REE separation", "Re: agenda"):
        log(staff, party, subject=subject)
    log(staff, party, subject="Rien n’est lié", notes="Une réunion ordinaire")
    assert set(found(staff, "Li")) == {"Li recovery rates", "Lithium sulphate"}
    assert set(found(staff, "lithium")) == {"Li recovery rates", "Lithium sulphate"}
    assert set(found(staff, "REE")) == {"REE separation", "Prix des terres rares"} == set(found(staff, "rare earths"))
    assert found(staff, "Re") == ["Re: agenda"]


def test_a_symbol_that_is_a_word_counts_as_written_only(staff: User) -> None:
    party = create_party(actor=staff, kind="business", name_en="Party of All Contacts")
    log(staff, party, subject="Indium supply in Europe")
    log(staff, party, subject="Tin and what is in it")
    assert found(staff, "In Europe") == ["Indium supply in Europe"]
    assert set(found(staff, "what is in it")) == {"Tin and what is in it"}


def test_words_of_notes_are_found_in_both_languages_by_their_stems(staff: User) -> None:
    party = create_party(actor=staff, kind="business", name_en="Party of All Contacts")
    log(
        staff,
        party,
        subject="Spring call",
        notes="They asked about permits. Les minéraux critiques exigent des autorisations.",
        raised=[Raised("issue", "Cumulative impacts on caribou")],
        promises=[Promise("Send the hydrogeology report")],
        next_steps=[NextStep("Book the boardroom", staff)],
    )
    for typed in ("permit", "permitting", "minéral critique", "mineraux", "autorisation", "caribous", "hydrogeology"):
        assert found(staff, typed) == ["Spring call"], typed
    assert found(staff, "boardroom") == ["Book the boardroom"]


def test_rows_put_aside_come_last_and_are_marked(staff: User) -> None:
    old = create_party(actor=staff, kind="business", name_en="Cinder")
    create_party(actor=staff, kind="business", name_en="Cinder Lake Mining")
    Party.objects.filter(pk=old.pk).update(archived_at="2026-01-01T00:00Z", archived_reason="Gone")
    rows = search(staff, "cinder").groups[0].hits
    assert [(hit.title, row.is_archived) for row, hit in rows] == [("Cinder Lake Mining", False), ("Cinder", True)]


def test_sealed_and_restricted_contents_are_found_by_their_circle_alone(staff: User, viewer: User) -> None:
    party = create_party(actor=staff, kind="business", name_en="Party of All Contacts")
    log(staff, party, subject="Quicksilver one", sealed_circle=circle_of(staff))
    log(staff, party, subject="Quicksilver two", restricted_circle=circle_of(staff, name="Other"))
    assert search(staff, "quicksilver").count == 2
    for typed in ("quicksilver", "quicksilber", "quick", '"quicksilver one"', "quicksilver party"):
        answer = search(viewer, typed)
        assert "quicksilver" not in answer.instead
        assert [group.kind.key for group in answer.groups] in ([], ["organization"]), typed


def test_a_child_in_another_circle_lends_its_words_to_nobody(staff: User, viewer: User) -> None:
    party = create_party(actor=staff, kind="business", name_en="Party of All Contacts")
    entry = log(staff, party, subject="Open words", raised=[Raised("issue", "Quicksilver spill")])
    assert search(viewer, "quicksilver").count == 1
    entry.points.update(sealed_circle=circle_of(staff))
    assert search(viewer, "quicksilver").count == 0


def test_a_change_of_circle_is_seen_by_the_next_question(staff: User, viewer: User) -> None:
    party = create_party(actor=staff, kind="business", name_en="Party of All Contacts")
    entry = log(staff, party, subject="Quicksilver")
    assert search(viewer, "quicksilver").count == 1
    Interaction.objects.filter(pk=entry.pk).update(sealed_circle=circle_of(staff))
    assert search(viewer, "quicksilver").count == 0
    Interaction.objects.filter(pk=entry.pk).update(sealed_circle=None)
    assert search(viewer, "quicksilver").count == 1


def test_text_that_is_taken_away_leaves_the_index(staff: User) -> None:
    party = create_party(actor=staff, kind="business", name_en="Party of All Contacts")
    entry = log(staff, party, subject="Plain", notes="Quicksilver")
    assert search(staff, "quicksilver").count == 1
    Interaction.objects.filter(pk=entry.pk).update(notes="")
    assert search(staff, "quicksilver").count == 0
    assert not SearchEntry.objects.extra(where=["vector::text LIKE '%%quicksilver%%'"]).exists()


def test_words_of_an_employer_follow_its_name(staff: User, julie: Person) -> None:
    party = Party.objects.get(acronym_en="MNRX")
    Party.objects.filter(pk=party.pk).update(name_en="Department of the Boreal")
    assert "Julie-Ève Tremblay" in found(staff, "tremblay boreal")
    assert search(staff, "tremblay northern").is_loose  # none has both words any more


def test_without_a_role_nothing_is_found(stranger: User, julie: Person) -> None:
    assert not search(stranger, "tremblay").groups


def test_more_than_can_be_ranked_shows_the_newest_and_says_so(staff: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("c2m2a_crm.core.searching.service.MOST", 4)
    party = create_party(actor=staff, kind="business", name_en="Party of All Contacts")
    for month in range(1, 8):
        log(staff, party, subject=f"Cobalt {month}", occurred_on=date(2026, month, 1))
    (group,) = [group for group in search(staff, "cobalt", each=3).groups if group.kind.key == "contact"]
    assert (group.count, group.is_more_than_counted) == (3, True)
    assert [hit.title for _found, hit in group.hits] == ["Cobalt 7", "Cobalt 6", "Cobalt 5"]
    later = search(staff, "cobalt", each=3, only="contact", after=group.next_place).groups[0]
    assert [hit.title for _found, hit in later.hits] == ["Cobalt 4", "Cobalt 3", "Cobalt 2"]


def test_pages_of_one_kind_hold_every_row_once(staff: User) -> None:
    for number in range(23):
        create_party(actor=staff, kind="business", name_en=f"Cobalt {'North ' * (number % 3)}{number}")
    seen: list[str] = []
    after = ""
    for _page in range(4):
        answer = search(staff, "cobalt", each=7, only="organization", after=after)
        if not answer.groups:
            break
        seen += [hit.title for _found, hit in answer.groups[0].hits]
        after = answer.groups[0].next_place
    assert len(seen) == len(set(seen)) == 23


def test_a_highlight_escapes_everything_else(db: None) -> None:
    text = "<script>alert(1)</script> Les minéraux & les permis d’exploitation"
    shown = excerpt(text, read("mineraux alert").marks)
    assert "<script>" not in shown
    assert "<mark>minéraux</mark>" in shown
    assert "<mark>permis</mark>" not in shown
    assert excerpt("nothing here", ("absent",)) == ""


def test_every_way_of_saying_a_meaning_leads_to_the_others() -> None:
    known = meanings()
    assert ("terres", "rares") in {way for meaning in known[("ree",)] for way in meaning.ways}
    assert ("lithium",) in {way for meaning in known[("li",)] for way in meaning.ways}
    assert all(way in meaning.ways for way, found in known.items() for meaning in found)


def test_the_index_says_what_its_documents_say(staff: User, julie: Person) -> None:
    """What triggers wrote is what a comparison would write: nothing differs."""
    search(staff, "anything")  # settles what this transaction wrote
    with connection.cursor() as cursor:
        for kind, table in (("person", "members_person"), ("organization", "members_party")):
            cursor.execute(
                f"SELECT count(*) FROM core_search_differing(%s, ARRAY(SELECT id FROM {table})::bigint[])", [kind]
            )
            assert cursor.fetchone() == (0,)
            cursor.execute("UPDATE core_search_entry SET vector = '' WHERE kind = %s", [kind])
            cursor.execute(
                f"SELECT count(*) FROM core_search_differing(%s, ARRAY(SELECT id FROM {table})::bigint[])", [kind]
            )
            assert cursor.fetchone()[0] > 0
