"""Words and lists as data with days: the list of any day, edits that orphan nothing, one word in another's place."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.editing import EditConflict
from c2m2a_crm.core.operations.services import undo
from members.models import Concept, Jurisdiction, Listing, Party, Person, ProfileLine
from members.reference import load_jurisdictions
from members.reference.vocabularies import load_concepts, load_listings
from members.services import vocabularies
from members.services.errors import CannotBeReplaced, DatesReversed, ListedAlready
from members.services.profiles import Line, add_profile_lines, set_expertise
from tests.members.reading import read

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def seeded(db: None) -> None:
    for load in (load_jurisdictions, load_concepts, load_listings):
        load()


def word(code: str) -> Concept:
    return Concept.objects.get(code=code)


def place(code: str) -> Jurisdiction:
    return Jurisdiction.objects.get(code=code)


def federal(day: date) -> set[str]:
    rows = Listing.objects.on(day).filter(jurisdiction__code="CA", standing=Listing.Standing.CRITICAL)
    return set(rows.values_list("concept__code", flat=True))


def test_the_federal_list_of_any_day_can_be_read() -> None:
    assert federal(date(2021, 3, 10)) == set()
    assert len(federal(date(2021, 3, 11))) == len(federal(date(2024, 6, 9))) == 31
    assert len(federal(date(2024, 6, 10))) == 34
    added = federal(date(2024, 6, 10)) - federal(date(2024, 6, 9))
    assert added == {"high-purity-iron", "phosphorus", "silicon-metal"}
    six = Listing.objects.filter(standing=Listing.Standing.PRIORITY)
    assert {each.concept.symbol for each in six} == {"Li", "C", "Ni", "Co", "Cu", "REE"}
    assert not six.filter(is_confirmed=True).exists()


def test_every_word_has_both_languages_and_says_where_it_comes_from() -> None:
    assert Concept.objects.of("mineral").count() == 34
    assert Concept.objects.of("stage").count() == 9
    for concept in Concept.objects.all():
        assert all((concept.label_en, concept.label_fr, concept.source)), concept.code
        assert bool(concept.note_en) == bool(concept.note_fr), concept.code


def test_a_restart_keeps_what_people_edited_removed_and_replaced(administrator: User) -> None:
    zinc, tin = word("zinc"), word("tin")
    vocabularies.edit_concept(actor=administrator, concept=zinc, version=1, changes={"label_en": "Zinc metal"})
    listing = Listing.objects.get(concept=tin)
    vocabularies.remove_listing(actor=administrator, listing=listing)
    oxide = vocabularies.add_concept(
        actor=administrator,
        vocabulary="mineral",
        values={"label_en": "Scandia", "label_fr": "Scandine"},
    )
    vocabularies.replace_concept(actor=administrator, concept=word("scandium"), by=oxide)
    ended = Listing.objects.get(concept__code="helium")
    vocabularies.change_listing(actor=administrator, listing=ended, version=1, changes={"last": date(2027, 6, 30)})
    before = (Concept.objects.count(), Listing.objects.count())
    with CaptureQueriesContext(
        connection,
    ) as queries:
        load_concepts()
        load_listings()
    assert (Concept.objects.count(), Listing.objects.count()) == before
    assert word("zinc").label_en == "Zinc metal"
    assert not Listing.objects.filter(concept=tin).exists()
    assert len(federal(date(2027, 7, 1))) == 32
    assert len(queries) < 40


def test_only_administrators_keep_them(staff: User, as_staff: Client) -> None:
    for refused in (
        lambda: vocabularies.add_concept(actor=staff, vocabulary="sector", values={"label_en": "X", "label_fr": "X"}),
        lambda: vocabularies.edit_concept(actor=staff, concept=word("zinc"), version=1, changes={}),
        lambda: vocabularies.replace_concept(actor=staff, concept=word("zinc"), by=word("tin")),
        lambda: vocabularies.remove_listing(actor=staff, listing=Listing.objects.all()[0]),
    ):
        with pytest.raises(PermissionDenied):
            refused()
    page = read(as_staff.get(word("zinc").get_absolute_url()))
    assert not page.cssselect(f"a[href='{reverse('vocabularies:edit', args=[word('zinc').pk])}']")


def test_a_list_has_a_mineral_once_on_a_day(administrator: User) -> None:
    zinc, quebec = word("zinc"), place("QC")
    mine: dict[str, Any] = {"actor": administrator, "concept": zinc, "jurisdiction": quebec, "standing": "strategic"}
    vocabularies.add_listing(**mine, first=date(2020, 10, 29), last=date(2025, 12, 31))
    with pytest.raises(ListedAlready):
        vocabularies.add_listing(**mine, first=date(2025, 12, 31))
    again = vocabularies.add_listing(**mine, first=date(2026, 1, 1), source="New list")
    with pytest.raises(DatesReversed):
        vocabularies.add_listing(**mine, first=date(2020, 1, 2), last=date(2020, 1, 1))
    with pytest.raises(ListedAlready):
        vocabularies.change_listing(actor=administrator, listing=again, version=1, changes={"first": date(2025, 6, 1)})
    with pytest.raises(ValidationError):
        vocabularies.add_listing(
            actor=administrator, concept=word("batteries"), jurisdiction=quebec, standing="critical"
        )
    row = Listing.objects.get(pk=again.pk)
    row.pk = None
    with pytest.raises(IntegrityError, match="on_a_list_once_at_a_time"), transaction.atomic():
        row.save(force_insert=True)


def test_a_word_put_in_anothers_place_takes_everything_along_and_can_be_taken_back(
    administrator: User, staff: User, northline: Party, nation: Party, amara: Person
) -> None:
    old = vocabularies.add_concept(
        actor=administrator, vocabulary="mineral", values={"label_en": "Terres rares", "label_fr": "Terres rares"}
    )
    new, pro = word("rare-earth-elements"), word("pro")
    add_profile_lines(
        actor=staff,
        rows=[
            (northline, Line(mineral=old)),
            (northline, Line(mineral=new)),
            (northline, Line(mineral=old, stage=pro)),
            (nation, Line(mineral=old)),
        ],
    )
    set_expertise(actor=staff, person=amara, add=[old, new])
    vocabularies.add_listing(actor=administrator, concept=old, jurisdiction=place("QC"), standing="critical")
    vocabularies.add_listing(actor=administrator, concept=old, jurisdiction=place("CA"), standing="critical")
    lines = set(ProfileLine.objects.values_list("pk", "party_id", "mineral_id", "stage_id"))
    listings = set(Listing.objects.values_list("pk", "concept_id", "jurisdiction_id", "valid"))

    operation = vocabularies.replace_concept(actor=administrator, concept=old, by=new)
    # Nothing stands under the old word any more, and what was said twice is said once.
    assert set(ProfileLine.objects.values_list("party_id", "mineral_id", "stage_id")) == {
        (northline.pk, new.pk, None),
        (northline.pk, new.pk, pro.pk),
        (nation.pk, new.pk, None),
    }
    assert [row.field_id for row in amara.expertise.all()] == [new.pk]
    assert {row.jurisdiction.code for row in Listing.objects.filter(concept=new)} == {"CA", "QC"}
    assert not Listing.objects.filter(concept=old).exists()
    old.refresh_from_db()
    assert old.replaced_by == new
    assert not old.is_offered
    for bad in ((old, word("zinc")), (word("zinc"), old), (new, new), (word("zinc"), pro)):
        with pytest.raises(CannotBeReplaced):
            vocabularies.replace_concept(actor=administrator, concept=bad[0], by=bad[1])

    undo(actor=administrator, operation=operation, reason="Two words after all.")
    assert set(ProfileLine.objects.values_list("pk", "party_id", "mineral_id", "stage_id")) == lines
    assert set(Listing.objects.values_list("pk", "concept_id", "jurisdiction_id", "valid")) == listings
    old.refresh_from_db()
    assert old.is_offered


def test_a_retired_word_stays_where_it_stands_and_cannot_be_chosen(
    administrator: User, as_administrator: Client, staff: User, northline: Party
) -> None:
    zinc = word("zinc")
    add_profile_lines(actor=staff, rows=[(northline, Line(mineral=zinc))])
    url = reverse("vocabularies:edit", args=[zinc.pk])
    sent = {"label_en": "Zinc", "label_fr": "Zinc", "position": "10", "retired_on": "2026-11-01", "version": "1"}
    assert as_administrator.post(url, sent)["Location"] == zinc.get_absolute_url()
    assert northline.profile_lines.get().mineral_id == zinc.pk
    form = read(as_administrator.get(reverse("organizations:profile", args=[northline.pk])))
    assert len(form.cssselect("input[name=minerals]")) == 33
    zinc.refresh_from_db()
    with pytest.raises(ValidationError):
        add_profile_lines(actor=staff, rows=[(northline, Line(mineral=zinc, stage=word("pro")))])
    assert "Northline" in read(as_administrator.get("/organizations/?mineral=zinc")).text_content()
    with pytest.raises(EditConflict):
        vocabularies.edit_concept(
            actor=administrator, concept=zinc, version=1, changes={"retired_on": date(2026, 10, 1)}
        )


def test_the_page_of_a_mineral_says_its_lists_and_who_works_with_it(
    staff: User, as_viewer: Client, northline: Party, amara: Person
) -> None:
    nickel = word("nickel")
    add_profile_lines(actor=staff, rows=[(northline, Line(mineral=nickel, stage=word("pro")))])
    set_expertise(actor=staff, person=amara, add=[nickel])
    page = read(as_viewer.get(nickel.get_absolute_url()))
    listings = page.cssselect("#listings")[0].text_content()
    assert "Critical" in listings
    assert "2021" in listings
    assert "Priority" in listings
    assert "Unconfirmed" in listings
    assert "Northline" in page.cssselect("#parties")[0].text_content()
    assert "Amara" in page.cssselect("#people")[0].text_content()
    assert not read(as_viewer.get("/vocabularies/?q=niquel")).cssselect("tbody tr")
    found = read(as_viewer.get("/vocabularies/?q=terres+rares")).cssselect("tbody th a.t")
    assert [each.text for each in found] == ["Rare earth elements"]
    assert len(read(as_viewer.get("/vocabularies/?listed=federal")).cssselect("tbody tr")) == 34


def test_administrators_add_words_and_put_them_on_lists_from_the_pages(as_administrator: Client) -> None:
    sent = {"label_en": "NdPr oxide", "label_fr": "Oxyde de NdPr", "also": "neodymium-praseodymium", "position": "20"}
    response = as_administrator.post(reverse("vocabularies:create", args=["mineral"]), sent)
    oxide = word("ndpr-oxide")
    assert response["Location"] == oxide.get_absolute_url()
    again = as_administrator.post(reverse("vocabularies:create", args=["mineral"]), sent)
    assert again.status_code == 422
    url = reverse("vocabularies:listing_create", args=[oxide.pk])
    listed = {"jurisdiction": place("QC").pk, "standing": "strategic", "first": "2026-01-01", "source": "Their list"}
    as_administrator.post(url, listed)
    listing = Listing.objects.get(concept=oxide)
    assert as_administrator.post(url, listed).status_code == 422
    edit = reverse("vocabularies:listing_edit", args=[oxide.pk, listing.pk])
    as_administrator.post(edit, {"standing": "critical", "first": "2026-01-01", "last": "2026-12-31", "version": "1"})
    listing.refresh_from_db()
    assert (listing.standing, listing.last_day) == ("critical", date(2026, 12, 31))
    stale = as_administrator.post(edit, {"standing": "priority", "first": "2026-01-01", "version": "1"})
    assert stale.status_code == 409
    history = read(as_administrator.get(reverse("vocabularies:history", args=[oxide.pk]))).text_content()
    assert "Place on a list" in history
    as_administrator.post(reverse("vocabularies:listing_remove", args=[oxide.pk, listing.pk]))
    assert not Listing.objects.filter(concept=oxide).exists()
    assert as_administrator.get(reverse("vocabularies:create", args=["colour"])).status_code == 404
