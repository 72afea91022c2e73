"""Pages of offices, moving on, relationships, backups."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Document, Operation
from c2m2a_crm.core.searching.service import answering
from members import services
from members.models import AddressUse, Affiliation, Office, Party, Person, Relationship
from members.search_hits import office_hits
from tests.members.reading import one, read, texts

D = date


@pytest.fixture
def post(staff: User, northline: Party) -> Office:
    return services.create_office(actor=staff, party=northline, title_en="Director, Permits", title_fr="Directrice")


@pytest.fixture
def birch(staff: User) -> Person:
    return services.create_person(actor=staff, given_name="Bo", family_name="Birch")


def said(client: Client, url: str) -> str:
    """The words of the page, whatever stands between them."""
    return " ".join(" ".join(str(text) for text in one(read(client.get(url)), "main").itertext()).split())


def test_an_office_is_added_from_its_party_and_shown_there_with_its_holder(
    staff: User, as_staff: Client, as_viewer: Client, northline: Party, birch: Person
) -> None:
    url = reverse("organizations:office_create", args=[northline.pk])
    refused = as_staff.post(url, {"kind": "post", "unit": "Permits"})
    assert refused.status_code == 422
    assert "Enter a title in at least one language." in refused.content.decode()
    sent = as_staff.post(url, {"kind": "mailbox", "title_en": "Secretariat", "title_fr": "Secrétariat"})
    office = Office.objects.get()
    assert sent["Location"] == office.get_absolute_url()
    services.add_email(actor=staff, owner=office, address="secretariat@northline.example", kind="shared")
    page = said(as_viewer, northline.get_absolute_url())
    assert "Secretariat Not held yet secretariat@northline.example" in page
    services.change_holder(actor=staff, office=office, successor=birch, first=D(2025, 1, 1))
    page = said(as_viewer, northline.get_absolute_url())
    assert "Secretariat Bo Birch secretariat@northline.example" in page
    held = Affiliation.objects.get(office=office)
    services.end_affiliation(actor=staff, affiliation=held, last=D(2025, 6, 30))
    assert "Vacant since Jul 1, 2025" in said(as_viewer, northline.get_absolute_url())
    then = said(as_viewer, f"{reverse('organizations:on_a_day', args=[northline.pk])}?on=2025-03-01")
    assert "Secretariat Bo Birch" in then
    assert "Office added" in said(as_viewer, reverse("organizations:history", args=[northline.pk]))
    assert "Affiliation" not in said(as_viewer, reverse("offices:history", args=[office.pk]))
    history = said(as_viewer, reverse("offices:history", args=[office.pk]))
    assert "Holder added" in history
    assert "Person: Bo Birch" in history
    assert "secretariat@northline.example" in history


def test_a_new_holder_is_one_form_and_asks_what_the_old_one_leaves(
    staff: User, as_staff: Client, post: Office, birch: Person, amara: Person
) -> None:
    services.change_holder(actor=staff, office=post, successor=amara, first=D(2025, 1, 1))
    url = reverse("offices:holder", args=[post.pk])
    page = read(as_staff.get(url))
    use = AddressUse.objects.get(person=amara)
    chosen = page.cssselect(f'input[name="addresses-{use.pk}"][checked]')
    assert [each.get("value") for each in chosen] == ["keep"]
    assert "Passes to whoever follows" not in page.text_content()  # an address is nobody else's
    sent = {"successor": str(amara.pk), "first": "2025-06-01", "ends_present_main": "on"}
    refused = as_staff.post(url, sent)
    assert (refused.status_code, Affiliation.objects.filter(office=post).count()) == (422, 1)
    assert "holds this office then already" in refused.content.decode()
    assert as_staff.post(url, {"successor": "", "first": ""}).status_code == 422
    done = as_staff.post(url, sent | {"successor": str(birch.pk), f"addresses-{use.pk}": "end"})
    assert done["Location"] == post.get_absolute_url()
    holders = Affiliation.objects.filter(office=post).order_by("valid").values_list("person__family_name", flat=True)
    assert list(holders) == ["Tamarack", "Birch"]
    use.refresh_from_db()
    assert use.valid.upper == D(2025, 6, 1)
    assert Operation.objects.get(kind="moved_on", summary__contains="Birch").details["office"] == post.pk
    page_of_office = said(as_staff, post.get_absolute_url())
    assert page_of_office.index("Bo Birch") < page_of_office.index("Amara Tamarack")


def test_moved_on_is_one_form_from_the_person(
    staff: User, as_staff: Client, northline: Party, amara: Person, birch: Person
) -> None:
    url = reverse("people:moved_on", args=[amara.pk])
    assert url in as_staff.get(amara.get_absolute_url()).content.decode()
    assert as_staff.get(reverse("people:moved_on", args=[birch.pk])).status_code == 404  # has no place to leave
    fundy = services.create_party(actor=staff, kind="business", name_en="Fundy Magnet Works")
    use = AddressUse.objects.get(person=amara)
    page = read(as_staff.get(url))
    assert [each.get("value") for each in page.cssselect(f'input[name="addresses-{use.pk}"][checked]')] == ["end"]
    for wrong, sentence in (
        ({"last": ""}, "Enter the day."),
        ({"last": "2026-02-15", "title_en": "Director"}, "Choose where this person goes."),
        ({"last": "2026-02-15", "party": str(fundy.pk), "first": "2026-02-15"}, "must lie after the last day"),
        ({"last": "2026-02-15", "party": str(fundy.pk), "email": "no address"}, "Enter an e-mail address with an @"),
        ({"last": "2026-02-15", f"addresses-{use.pk}": "hand_over"}, "Select a valid choice"),
    ):
        refused = as_staff.post(url, wrong)
        assert refused.status_code == 422, wrong
        assert sentence in refused.content.decode()
    assert Affiliation.objects.get(person=amara).last_day is None
    sent = {
        "last": "2026-02-15",
        "party_text": "Fundy Magnet Works",
        "title_en": "Director",
        "email": "amara@fundy.example",
        f"addresses-{use.pk}": "keep",
    }
    assert as_staff.post(url, sent)["Location"] == amara.get_absolute_url()
    new = Affiliation.objects.get(person=amara, party=fundy)
    assert (new.first_day, new.title_en) == (D(2026, 2, 16), "Director")
    assert Affiliation.objects.get(person=amara, party=northline).last_day == D(2026, 2, 15)
    assert AddressUse.objects.current().filter(person=amara).count() == 2


def test_another_post_at_the_same_place_ends_no_address_by_itself(
    staff: User, as_staff: Client, northline: Party, post: Office, amara: Person
) -> None:
    url = reverse("people:moved_on", args=[amara.pk])
    use = AddressUse.objects.get(person=amara)
    sent = {"last": "2026-02-15", "party": str(northline.pk), f"addresses-{use.pk}": "end"}
    asked = as_staff.post(url, sent)
    assert asked.status_code == 422
    assert "stays with Northline" in asked.content.decode()
    page = read(asked)
    chosen = page.cssselect(f'input[name="addresses-{use.pk}"][checked]')
    assert [each.get("value") for each in chosen] == ["keep"]
    assert Affiliation.objects.get(person=amara).last_day is None
    again = {"last": "2026-02-15", "office": str(post.pk), "stays": "1", f"addresses-{use.pk}": "keep"}
    assert as_staff.post(url, again | {"party": str(northline.pk)}).status_code == 302
    assert Affiliation.objects.get(person=amara, office=post).title_en == "Director, Permits"
    use.refresh_from_db()
    assert use.valid.upper is None


def test_a_place_that_is_not_on_file_is_made_on_the_way(as_staff: Client, amara: Person) -> None:
    url = reverse("people:moved_on", args=[amara.pk])
    assert as_staff.post(url, {"last": "2026-02-15", "party": "new:Cedar Magnets"}).status_code == 302
    assert Affiliation.objects.get(person=amara, valid__upper_inf=True).party.name_en == "Cedar Magnets"


def test_a_relationship_is_added_by_one_picker_and_read_from_both_ends(
    staff: User, as_staff: Client, as_viewer: Client, nation: Party, birch: Person
) -> None:
    found = as_staff.get(reverse("relationship_options"), {"q": "spruce"}).content.decode()
    assert f'data-value="party-{nation.pk}"' in found
    assert (
        f'data-value="person-{birch.pk}"'
        in as_staff.get(reverse("relationship_options"), {"q": "birch"}).content.decode()
    )
    url = reverse("nations:relationship_create", args=[nation.pk])
    for wrong, sentence in (
        ({"way": "speaks_for-to", "other": f"party-{nation.pk}"}, "Choose somebody other than the record itself."),
        ({"way": "speaks_for-to"}, "Choose a person, an organization or a Nation."),
        ({"way": "speaks_for-to", "other": "party-0"}, "This record is no longer there."),
        ({"way": "advises-to", "other": f"person-{birch.pk}", "scope": "All"}, "Scope and mandate belong to"),
        (
            {"way": "advises-to", "other": f"person-{birch.pk}", "first": "2026-01-02", "last": "2026-01-01"},
            "The last day must not lie before the first.",
        ),
    ):
        refused = as_staff.post(url, wrong)
        assert (refused.status_code, Relationship.objects.count()) == (422, 0), wrong
        assert sentence in refused.content.decode()
    sent = {"way": "speaks_for-to", "other_text": "Bo Birch", "scope": "Water", "mandate_reference": "BCR 2025-14"}
    assert as_staff.post(url, sent)["Location"] == nation.get_absolute_url()
    row = Relationship.objects.get()
    assert (row.from_person, row.to_party, row.kind) == (birch, nation, "speaks_for")
    assert "Is spoken for by Bo Birch Water Mandate: BCR 2025-14" in said(as_viewer, nation.get_absolute_url())
    assert "Speaks for Spruce Narrows First Nation Water" in said(as_viewer, birch.get_absolute_url())

    for record, room in ((nation, "nations"), (birch, "people")):
        history = said(as_viewer, reverse(f"{room}:history", args=[record.pk]))
        assert "Bo Birch · Speaks for · Spruce Narrows First Nation" in history

    edit = reverse("people:relationship_edit", args=[birch.pk, row.pk])
    gone = reverse("people:relationship_edit", args=[birch.pk + 999, row.pk])
    assert as_staff.get(gone).status_code == 404
    assert as_staff.post(edit, {"version": "1", "last": "2026-01-31", "scope": "Water"}).status_code == 302
    row.refresh_from_db()
    assert row.last_day == D(2026, 1, 31)
    assert as_staff.post(edit, {"version": "1", "last": "2026-02-28", "scope": "All"}).status_code == 409
    assert as_staff.post(reverse("people:relationship_remove", args=[birch.pk, row.pk])).status_code == 302
    assert not Relationship.objects.exists()


def test_a_backup_is_chosen_on_the_form_and_shown_among_the_facts(
    staff: User, secretariat: User, as_staff: Client, northline: Party
) -> None:
    url = reverse("organizations:edit", args=[northline.pk])
    sent = {"kind": "business", "name_en": "Northline", "owner": str(staff.pk), "version": str(northline.version)}
    refused = as_staff.post(url, sent | {"backup_owner": str(staff.pk)})
    assert refused.status_code == 422
    assert "Choose a backup other than the owner." in refused.content.decode()
    assert as_staff.post(url, sent | {"backup_owner": str(secretariat.pk)}).status_code == 302
    assert f"Backup SG {secretariat.name}" in said(as_staff, northline.get_absolute_url())


def test_a_mandate_that_the_reader_may_not_open_is_not_named(
    staff: User, as_viewer: Client, nation: Party, birch: Person
) -> None:
    with recorded(staff):
        paper = Document.objects.create(title_en="Council resolution", audience="secretariat", added_by=staff)
    services.add_relationship(actor=staff, kind="speaks_for", beginning=birch, end=nation, mandate=paper)
    assert "Council resolution" not in said(as_viewer, nation.get_absolute_url())
    with recorded(staff):
        Document.objects.update(audience="members")
    assert "Mandate: Council resolution" in said(as_viewer, nation.get_absolute_url())


def test_lists_find_the_ownerless_those_without_backup_and_those_whose_owner_left(
    staff: User, secretariat: User, as_viewer: Client, northline: Party, nation: Party
) -> None:
    def found(address: str, care: str) -> list[str]:
        return texts(read(as_viewer.get(address, {"care": care})), "#results tbody th .t")

    fundy = services.create_party(actor=staff, kind="business", name_en="Fundy", owner=staff, backup_owner=secretariat)
    assert found("/organizations/", "no-owner") == found("/organizations/", "no-backup") == [str(northline)]
    assert found("/nations/", "no-backup") == [str(nation)]
    assert found("/organizations/", "owner-left") == []
    page = as_viewer.get("/organizations/", {"column": ["name", "backup"]})
    assert secretariat.name in one(read(page), "#results tbody").text_content()
    with recorded(staff):
        User.objects.filter(pk__in=[staff.pk, secretariat.pk]).update(is_active=False)
    assert found("/organizations/", "owner-left") == found("/organizations/", "backup-left") == [str(fundy)]


def test_an_office_is_found_by_its_titles_its_party_and_its_address(
    staff: User, viewer: User, northline: Party, post: Office, birch: Person
) -> None:
    services.add_email(actor=staff, owner=post, address="permits@northline.example", kind="shared")
    services.change_holder(actor=staff, office=post, successor=birch, first=D(2025, 1, 1))
    assert office_hits(viewer, [post.pk])[post.pk].meta == f"{northline} · Bo Birch"
    for words in ("director permits", "directrice", "northline permits", "permits@northline.example"):
        assert list(Office.objects.filter(answering(viewer, "office", words))) == [post], words
    services.update_office(actor=staff, office=post, version=post.version, changes={"title_fr": "Chef des permis"})
    assert not Office.objects.filter(answering(viewer, "office", "directrice")).exists()
