"""Sourced statements: stated, corrected, confirmed, removed; unconfirmed is said in words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from lxml import html

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core import facts
from c2m2a_crm.core.editing import EditConflict
from c2m2a_crm.core.history import NothingToPutBack, history_of, recorded
from c2m2a_crm.core.models import History
from c2m2a_crm.core.validity import today
from members import services
from members.models import Jurisdiction, JurisdictionFact, Party, PartyFact
from members.reference import load_jurisdictions

pytestmark = pytest.mark.django_db

WORDS = {
    "label_en": "Role",
    "label_fr": "Rôle",
    "text_en": "Leads the strategy.",
    "text_fr": "Dirige la stratégie.",
    "source": "Annual report 2025, page 4",
}


@pytest.fixture
def party(staff: User) -> Party:
    return services.create_party(actor=staff, kind="government", government_level="federal", name_en="Office of Ores")


@pytest.fixture
def fact(staff: User, party: Party) -> PartyFact:
    return facts.add_fact(actor=staff, model=PartyFact, record=party, values=WORDS)


def confirmed(actor: User, fact: PartyFact) -> PartyFact:
    return facts.confirm_fact(actor=actor, fact=fact, version=fact.version, checked_on=today(), source=fact.source)


def address(fact: PartyFact, page: str) -> str:
    return reverse(f"organizations:fact_{page}", args=[fact.party_id, fact.pk])


# --- Services ---------------------------------------------------------------------------------------------------------


def test_a_new_statement_is_unconfirmed_and_comes_last(staff: User, party: Party, fact: PartyFact) -> None:
    second = facts.add_fact(actor=staff, model=PartyFact, record=party, values=WORDS | {"label_en": "Budget"})
    assert (fact.is_confirmed, fact.key, second.key) == (False, "role", "budget")
    assert list(party.facts.all()) == [fact, second]
    change = history_of(fact).get()
    assert (change.actor_id, change.action) == (staff.pk, History.Action.CREATED)


def test_statements_of_one_name_have_keys_of_their_own(staff: User, party: Party, fact: PartyFact) -> None:
    second = facts.add_fact(actor=staff, model=PartyFact, record=party, values=WORDS)
    assert second.key == "role-2"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"label_en": "", "label_fr": " "}, "label_en"),
        ({"text_en": "\x00", "text_fr": ""}, "text_en"),
        ({"label_en": "x" * 121}, "label_en"),
        ({"source": "x" * 501}, "source"),
    ],
)
def test_a_statement_of_a_wrong_shape_is_refused(staff: User, party: Party, values: dict[str, str], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        facts.add_fact(actor=staff, model=PartyFact, record=party, values=WORDS | values)
    assert field in refused.value.message_dict
    assert not PartyFact.objects.exists()


def test_french_alone_is_enough(staff: User, party: Party) -> None:
    values = {"label_fr": "Rôle", "text_fr": "Dirige la stratégie."}
    fact = facts.add_fact(actor=staff, model=PartyFact, record=party, values=values)
    assert facts.edit_fact(actor=staff, fact=fact, version=1, changes={"source": "Rapport"}).version == 2


def test_new_words_take_the_confirmation_away(staff: User, fact: PartyFact) -> None:
    known = confirmed(staff, fact)
    assert (known.is_confirmed, known.checked_on, known.version) == (True, today(), 2)
    edited = facts.edit_fact(actor=staff, fact=known, version=2, changes={"text_en": "Follows the strategy."})
    assert (edited.is_confirmed, edited.checked_on) == (False, None)


@pytest.mark.parametrize("as_source_says", [True, False])
def test_a_check_is_taken_back(staff: User, fact: PartyFact, as_source_says: bool) -> None:
    known = confirmed(staff, fact)
    back = facts.unconfirm_fact(actor=staff, fact=known, as_source_says=as_source_says)
    assert (back.is_confirmed, back.checked_on, back.source) == (as_source_says, None, known.source)
    again = facts.unconfirm_fact(actor=staff, fact=back)
    assert (again.is_confirmed, again.version) == (as_source_says, back.version)


def test_a_missing_language_leaves_the_confirmation(staff: User, party: Party) -> None:
    fact = facts.add_fact(actor=staff, model=PartyFact, record=party, values=WORDS | {"text_fr": ""})
    known = confirmed(staff, fact)
    edited = facts.edit_fact(actor=staff, fact=known, version=2, changes={"text_fr": "Dirige."})
    assert (edited.is_confirmed, edited.text_fr) == (True, "Dirige.")


def test_two_editors_of_one_statement(staff: User, secretariat: User, fact: PartyFact) -> None:
    facts.edit_fact(actor=staff, fact=fact, version=1, changes={"source": "Letter"})
    other = facts.edit_fact(actor=secretariat, fact=fact, version=1, changes={**WORDS, "text_en": "Leads it."})
    assert (other.source, other.text_en) == ("Letter", "Leads it.")
    with pytest.raises(EditConflict):
        facts.edit_fact(actor=staff, fact=fact, version=1, changes={"text_en": "Leads nothing."})


def test_nobody_confirms_what_has_no_source_or_comes_from_the_future(staff: User, fact: PartyFact) -> None:
    for day, source, field in ((today(), " ", "source"), (today() + timedelta(days=1), "Report", "checked_on")):
        with pytest.raises(ValidationError) as refused:
            facts.confirm_fact(actor=staff, fact=fact, version=1, checked_on=day, source=source)
        assert field in refused.value.message_dict
    assert not PartyFact.objects.get().is_confirmed


def test_nobody_confirms_or_removes_words_that_they_have_not_read(staff: User, fact: PartyFact) -> None:
    facts.edit_fact(actor=staff, fact=fact, version=1, changes={"text_en": "Something else."})
    with pytest.raises(facts.StatementChanged):
        facts.confirm_fact(actor=staff, fact=fact, version=1, checked_on=today(), source="Report")
    with pytest.raises(facts.StatementChanged):
        facts.remove_fact(actor=staff, fact=fact, version=1)
    assert PartyFact.objects.get().text_en == "Something else."


def test_a_removed_statement_is_put_back_as_it_stood(staff: User, party: Party, fact: PartyFact) -> None:
    known = facts.confirm_fact(actor=staff, fact=fact, version=1, checked_on=today(), source="Report")
    facts.remove_fact(actor=staff, fact=known, version=known.version)
    other = services.create_party(actor=staff, kind="business", name_en="Northline")
    with pytest.raises(NothingToPutBack):
        facts.restore_fact(actor=staff, model=PartyFact, record=other, pk=fact.pk)
    back = facts.restore_fact(actor=staff, model=PartyFact, record=party, pk=fact.pk)
    assert (back.pk, back.text_en, back.is_confirmed, back.checked_on) == (fact.pk, known.text_en, True, today())
    assert back.version == known.version + 1
    with pytest.raises(NothingToPutBack):
        facts.restore_fact(actor=staff, model=PartyFact, record=party, pk=fact.pk)


def test_what_is_put_back_leaves_a_name_that_was_taken_meanwhile(staff: User, party: Party, fact: PartyFact) -> None:
    facts.remove_fact(actor=staff, fact=fact, version=1)
    taken = facts.add_fact(actor=staff, model=PartyFact, record=party, values=WORDS)
    back = facts.restore_fact(actor=staff, model=PartyFact, record=party, pk=fact.pk)
    assert taken.key == fact.key
    assert back.key != fact.key


def test_a_viewer_states_nothing(viewer: User, party: Party, fact: PartyFact) -> None:
    with pytest.raises(PermissionDenied):
        facts.add_fact(actor=viewer, model=PartyFact, record=party, values=WORDS)
    with pytest.raises(PermissionDenied):
        facts.edit_fact(actor=viewer, fact=fact, version=1, changes={"source": "Letter"})
    with pytest.raises(PermissionDenied):
        facts.confirm_fact(actor=viewer, fact=fact, version=1, checked_on=today(), source="Letter")
    with pytest.raises(PermissionDenied):
        facts.remove_fact(actor=viewer, fact=fact, version=1)
    with pytest.raises(PermissionDenied):
        facts.restore_fact(actor=viewer, model=PartyFact, record=party, pk=fact.pk)
    assert PartyFact.objects.get().version == 1


def test_nothing_is_stated_about_an_archived_record(staff: User, party: Party) -> None:
    archived = services.archive_party(actor=staff, party=party, reason="Merged.")
    with pytest.raises(PermissionDenied):
        facts.add_fact(actor=staff, model=PartyFact, record=archived, values=WORDS)


# --- Pages ------------------------------------------------------------------------------------------------------------


def test_a_statement_is_written_on_its_page(as_staff: Client, party: Party) -> None:
    url = reverse("organizations:fact_create", args=[party.pk])
    assert as_staff.get(url).status_code == 200
    response = as_staff.post(url, WORDS)
    assert (response.status_code, response["Location"]) == (302, party.get_absolute_url())
    assert party.facts.get().text_fr == "Dirige la stratégie."


def test_a_bad_statement_stays_on_the_page(as_staff: Client, party: Party) -> None:
    response = as_staff.post(
        reverse("organizations:fact_create", args=[party.pk]), WORDS | {"text_en": "", "text_fr": ""}
    )
    assert response.status_code == 422
    assert "Write the statement in at least one language." in response.content.decode()
    assert not PartyFact.objects.exists()


def test_the_page_says_in_words_what_is_unconfirmed(
    as_staff: Client, as_viewer: Client, staff: User, party: Party, fact: PartyFact
) -> None:
    def card(client: Client, language: str) -> html.HtmlElement:
        page = client.get(party.get_absolute_url(), headers={"Accept-Language": language})
        (found,) = html.fromstring(page.content).cssselect("#facts-and-sources")
        return found

    assert "Unconfirmed" in card(as_staff, "en").text_content()
    assert "Annual report 2025, page 4" in card(as_staff, "en").text_content()
    french = card(as_staff, "fr").text_content()
    assert "Dirige la stratégie." in french
    assert card(as_staff, "en").cssselect(f'a[href="{address(fact, "confirm")}"]')
    assert not card(as_viewer, "en").cssselect("a")
    confirmed(staff, fact)
    text = card(as_staff, "en").text_content()
    assert "Checked" in text
    assert "Unconfirmed" not in text
    assert not card(as_staff, "en").cssselect(f'a[href="{address(fact, "confirm")}"]')


def test_a_statement_is_edited_and_a_conflict_shows_both(as_staff: Client, secretariat: User, fact: PartyFact) -> None:
    assert 'name="version" value="1"' in as_staff.get(address(fact, "edit")).content.decode()
    facts.edit_fact(actor=secretariat, fact=fact, version=1, changes={"text_en": "Theirs."})
    sent = {**WORDS, "text_en": "Mine.", "version": "1"}
    response = as_staff.post(address(fact, "edit"), sent)
    page = response.content.decode()
    assert response.status_code == 409
    assert "Theirs." in page
    assert "Mine." in page
    response = as_staff.post(address(fact, "edit"), {**sent, "seen_version": "2", "keep_text_en": "mine"})
    assert response.status_code == 302
    fact.refresh_from_db()
    assert (fact.text_en, fact.version) == ("Mine.", 3)


def test_a_statement_is_confirmed_on_its_page(as_staff: Client, fact: PartyFact) -> None:
    assert "Leads the strategy." in as_staff.get(address(fact, "confirm")).content.decode()
    sent = {"version": "1", "checked_on": today().isoformat(), "source": "Annual report 2026"}
    assert as_staff.post(address(fact, "confirm"), sent).status_code == 302
    fact.refresh_from_db()
    assert (fact.is_confirmed, fact.checked_on, fact.source) == (True, today(), "Annual report 2026")


def test_confirming_what_changed_meanwhile_shows_it_again(as_staff: Client, secretariat: User, fact: PartyFact) -> None:
    facts.edit_fact(actor=secretariat, fact=fact, version=1, changes={"text_en": "Something else."})
    sent = {"version": "1", "checked_on": today().isoformat(), "source": "Report"}
    response = as_staff.post(address(fact, "confirm"), sent)
    assert response.status_code == 409
    assert "Something else." in response.content.decode()
    fact.refresh_from_db()
    assert not fact.is_confirmed


def test_a_removed_statement_stays_in_the_history(as_staff: Client, party: Party, fact: PartyFact) -> None:
    assert "Leads the strategy." in as_staff.get(address(fact, "remove")).content.decode()
    assert as_staff.post(address(fact, "remove"), {"version": "1"}).status_code == 302
    assert not party.facts.exists()
    history = as_staff.get(reverse("organizations:history", args=[party.pk])).content.decode()
    assert "Statement removed" in history
    assert "Leads the strategy." in history


def test_a_statement_belongs_to_its_record(as_staff: Client, staff: User, fact: PartyFact) -> None:
    other = services.create_party(actor=staff, kind="business", name_en="Northline Nickel")
    for page in ("edit", "confirm", "remove"):
        url = reverse(f"organizations:fact_{page}", args=[other.pk, fact.pk])
        assert as_staff.get(url).status_code == 404


def test_what_is_known_of_a_jurisdiction_is_edited_alike(as_staff: Client) -> None:
    load_jurisdictions()
    ontario = Jurisdiction.objects.get(code="ON")
    with recorded(None, system="tests"):
        ontario.facts.all().delete()
    assert as_staff.post(reverse("jurisdictions:fact_create", args=[ontario.pk]), WORDS).status_code == 302
    fact = JurisdictionFact.objects.get(jurisdiction=ontario)
    page = as_staff.get(ontario.get_absolute_url()).content.decode()
    assert "Leads the strategy." in page
    history = as_staff.get(reverse("jurisdictions:history", args=[ontario.pk])).content.decode()
    assert "Statement added" in history
    assert as_staff.get(reverse("jurisdictions:fact_edit", args=[ontario.pk, fact.pk])).status_code == 200
