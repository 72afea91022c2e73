"""Lists of organizations, Nations and people: what they show, how they narrow, what they cost."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.validity import today
from members import services
from members.models import Jurisdiction, Party, Person
from tests.members.reading import one, read, texts, values_of_form

pytestmark = pytest.mark.django_db

IN_ORDER = ["Abel", "École", "Émile", "eric", "Noël", "œuvre", "zebra", "Zoé"]


def names_on(client: Client, room: str, **query: object) -> list[str]:
    response = client.get(reverse(f"{room}:list"), query)
    assert response.status_code == 200
    return texts(read(response), "#results tbody th .t")


def met(record: Party | Person, day: date | None) -> None:
    with recorded(None, system="tests"):
        type(record).objects.filter(pk=record.pk).update(last_open_contact_on=day)


def test_names_stand_in_the_order_of_both_languages(staff: User, as_viewer: Client) -> None:
    mixed = [IN_ORDER[place] for place in (6, 1, 4, 0, 7, 3, 5, 2)]
    for name in mixed:
        services.create_party(actor=staff, kind="business", name_en=name)
        services.create_party(actor=staff, kind="nation", distinction="metis", name_fr=name)
        services.create_person(actor=staff, family_name=name)
    for room in ("organizations", "nations", "people"):
        assert names_on(as_viewer, room) == IN_ORDER
        assert names_on(as_viewer, room, sort="-name") == IN_ORDER[::-1]


def test_reader_of_french_sees_french_names_in_their_order(staff: User, as_viewer: Client) -> None:
    services.create_party(actor=staff, kind="business", name_en="Alpha", name_fr="Zéphyr")
    services.create_party(actor=staff, kind="business", name_en="Beta")
    response = as_viewer.get(reverse("organizations:list"), headers={"Accept-Language": "fr-CA"})
    page = read(response)
    assert texts(page, "#results tbody th .t") == ["Beta", "Zéphyr"]
    assert one(page, "#results tbody tr:first-child th span[lang]").get("lang") == "en"


def test_organizations_and_nations_are_never_on_one_list(as_viewer: Client, northline: Party, nation: Party) -> None:
    assert names_on(as_viewer, "organizations") == ["Northline Nickel Refining Inc."]
    assert names_on(as_viewer, "nations") == ["Spruce Narrows First Nation"]
    for room, other in (("organizations", nation), ("nations", northline)):
        for page in ("detail", "history", "people"):
            assert as_viewer.get(reverse(f"{room}:{page}", args=[other.pk])).status_code == 404


def test_pages_of_nations_say_neither_organization_nor_stakeholder(
    staff: User, as_staff: Client, nation: Party
) -> None:
    services.create_person(actor=staff, given_name="Wren", family_name="Birchbark", organization=nation)
    pages = ["list", "create"]
    of_one = ["detail", "history", "people", "edit", "archive", "email_create", "name_create"]
    addresses = [reverse(f"nations:{page}") for page in pages]
    addresses += [reverse(f"nations:{page}", args=[nation.pk]) for page in of_one]
    for address in addresses:
        said = one(read(as_staff.get(address)), "main").text_content().lower()
        assert "organization" not in said.replace("organizations and nations", ""), address
        assert "stakeholder" not in said, address


def test_each_row_says_what_it_is_where_and_whose(
    staff: User, as_viewer: Client, northline: Party, amara: Person
) -> None:
    services.update_party(actor=staff, party=northline, version=1, changes={"owner": staff})
    page = read(as_viewer.get(reverse("organizations:list")))
    row = texts(page, "#results tbody tr > *")
    assert row[0] == "NNNorthline Nickel Refining Inc.Business · Ont."
    assert row[1:3] == ["1", staff.name]
    assert texts(page, "#results tbody td.nw") == [staff.name]
    assert texts(page, "#results thead th")[:3] == ["Organization", "People", "Owner"]
    # What phones show repeats its heading; the columns that they leave out do not.
    assert [cell.get("data-low") for cell in page.cssselect("#results tbody td")][:2] == ["", ""]
    assert not page.cssselect("#results tbody td[data-low][data-l]")


def test_person_row_says_title_and_organization_of_today(staff: User, as_viewer: Client, amara: Person) -> None:
    services.add_affiliation(
        actor=staff,
        person=amara,
        party=services.create_party(actor=staff, kind="business", name_en="Old Employer"),
        title_en="Intern",
        last=date(2001, 1, 1),
        is_primary=False,
    )
    page = read(as_viewer.get(reverse("people:list")))
    assert texts(page, "#results tbody th .sub") == ["Vice-President, Processing"]
    assert texts(page, "#results tbody td[data-l^=Organization]") == ["Northline Nickel Refining Inc."]
    assert "amara@northline.example" in texts(page, "#results tbody td[data-low]")


@pytest.fixture
def three(staff: User, secretariat: User, ontario: Jurisdiction) -> None:
    rows = [
        services.PartyInput(kind="business", name_en="Alpha Nickel", jurisdiction=ontario, owner=staff),
        services.PartyInput(kind="association", name_en="Beta Association", owner=secretariat),
        services.PartyInput(kind="government", government_level="federal", name_en="Gamma Ministry"),
    ]
    alpha, beta, _gamma = services.create_parties(actor=staff, rows=rows)
    met(alpha, today() - timedelta(days=10))
    met(beta, today() - timedelta(days=100))
    archived = services.create_party(actor=staff, kind="business", name_en="Delta Archived")
    services.archive_party(actor=staff, party=archived, reason="Closed.")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, "Alpha Beta Gamma"),
        ({"q": "ALPHA nick"}, "Alpha"),
        ({"q": "nickel alpha"}, "Alpha"),
        ({"q": "nothing of the kind"}, ""),
        ({"kind": ["business", "association"]}, "Alpha Beta"),
        ({"kind": "business", "jurisdiction": "ON"}, "Alpha"),
        ({"jurisdiction": "ON"}, "Alpha"),
        ({"owner": "me"}, "Alpha"),
        ({"owner": "nobody"}, "Gamma"),
        ({"last_contact": "within-30"}, "Alpha"),
        ({"last_contact": "older-90"}, "Beta"),
        ({"last_contact": "never"}, "Gamma"),
        ({"archived": "archived"}, "Delta"),
        ({"archived": "all"}, "Alpha Beta Delta Gamma"),
        (
            {"kind": "no such kind", "owner": "x", "sort": "x", "page": "x", "rows": "7", "column": "x"},
            "Alpha Beta Gamma",
        ),
        ({"sort": "-last_contact"}, "Alpha Beta Gamma"),
        ({"sort": "last_contact"}, "Beta Alpha Gamma"),
        ({"page": "999999"}, "Alpha Beta Gamma"),
    ],
)
@pytest.mark.usefixtures("three")
def test_list_is_narrowed_by(as_staff: Client, query: dict[str, object], names: str) -> None:
    assert [name.split()[0] for name in names_on(as_staff, "organizations", **query)] == names.split()


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"language": "fr"}, ["Zoé Lavoie"]),
        ({"language": "unknown"}, ["Amara Tamarack"]),
        ({"party_kind": "business"}, ["Amara Tamarack"]),
        ({"q": "lavoie zo"}, ["Zoé Lavoie"]),
        ({"q": "613 555-0143"}, ["Amara Tamarack"]),
        ({"q": "amara@north"}, ["Amara Tamarack"]),
    ],
)
@pytest.mark.usefixtures("amara")
def test_people_are_narrowed_by(staff: User, as_staff: Client, query: dict[str, object], names: list[str]) -> None:
    services.create_person(actor=staff, given_name="Zoé", family_name="Lavoie", language="fr")
    assert names_on(as_staff, "people", **query) == names


@pytest.mark.usefixtures("three")
def test_each_filter_in_force_is_a_chip_that_can_be_taken_away(as_staff: Client) -> None:
    page = read(as_staff.get("/organizations/?kind=business&owner=me&q=alpha&sort=-name&page=1"))
    assert texts(page, "#list-chips .chip > span") == ["Kind: Business", "Owner: Me"] or texts(
        page, "#list-chips .chip > span"
    ) == ["Owner: Me", "Kind: Business"]
    links = {link.get("href") for link in page.cssselect("#list-chips .chip a")}
    assert links == {"/organizations/?owner=me&q=alpha&sort=-name", "/organizations/?kind=business&q=alpha&sort=-name"}
    assert one(page, "#list-chips .link-btn").get("href") == "/organizations/?sort=-name"


@pytest.mark.usefixtures("three")
def test_list_that_finds_nothing_says_what_each_filter_hides(as_staff: Client) -> None:
    page = read(as_staff.get("/organizations/", {"q": "alpha", "kind": "association"}))
    assert texts(page, ".empty h2") == ["No organization matches these filters"]
    assert texts(page, ".empty .removals li") == ["Without “alpha”: 1 found", "Without Association: 1 found"]
    assert [link.get("href") for link in page.cssselect(".removals a")] == [
        "/organizations/?kind=association",
        "/organizations/?q=alpha",
    ]


def test_empty_list_says_what_it_is_for_and_offers_the_first_step(as_staff: Client, as_viewer: Client) -> None:
    for room, add in (("organizations", "Add organization"), ("nations", "Add Nation"), ("people", "Add person")):
        page = read(as_staff.get(reverse(f"{room}:list")))
        assert texts(page, ".empty .actions a") == [add]
        assert not read(as_viewer.get(reverse(f"{room}:list"))).cssselect(".empty .actions a, .page-actions a")


@pytest.mark.usefixtures("three")
def test_htmx_gets_the_results_and_the_chips_and_the_address_without_empty_fields(as_staff: Client) -> None:
    response = as_staff.get(
        "/organizations/?q=&kind=business&owner=&archived=", headers={"HX-Request": "true", "HX-Current-URL": "/"}
    )
    page = read(response)
    assert not page.cssselect("main, h1")
    assert texts(page, "#results-count[hx-swap-oob]") == ["1 organization"]
    assert texts(page, "#results tbody th .t") == ["Alpha Nickel"]
    assert one(page, "#list-chips").get("hx-swap-oob") == "true"
    assert response["HX-Push-Url"] == "/organizations/?kind=business"
    assert "HX-Request" in response["Vary"]


@pytest.mark.usefixtures("three")
def test_panel_of_all_filters_is_drawn_when_it_is_asked_for(as_staff: Client) -> None:
    """Most pages are read with the filters they have: those are kept as hidden fields."""
    closed = read(as_staff.get("/organizations/?kind=business&kind=expert&sort=-name&q=a"))
    assert not closed.cssselect("#list-filters select")
    kept = [(field.get("name"), field.get("value")) for field in closed.cssselect("#list-filters [type=hidden]")]
    assert kept == [("kind", "business"), ("kind", "expert")]
    address = one(closed, "#list-filters details a").get("href")
    opened = read(as_staff.get(address))
    assert opened.cssselect("#list-filters details[open] select[name=owner]")
    assert [box.get("value") for box in opened.cssselect("#list-filters [name=kind]:checked")] == ["business", "expert"]
    fragment = read(as_staff.get(address, headers={"HX-Request": "true"}))
    assert fragment.cssselect("select[name=owner]")
    assert not fragment.cssselect("table, #results")


def test_refused_value_of_a_filter_is_shown_beside_it(as_staff: Client) -> None:
    page = read(as_staff.get("/organizations/?owner=nonsense"))
    assert one(page, "#list-filters details[open] .field.invalid select").get("name") == "owner"


def test_new_filter_keeps_order_columns_and_size(as_staff: Client) -> None:
    page = read(as_staff.get("/organizations/?sort=-name&column=name&column=kind&rows=15&q=x&page=2"))
    kept = [(field.get("name"), field.get("value")) for field in page.cssselect("#results input[form=list-filters]")]
    assert kept == [("sort", "-name"), ("column", "name"), ("column", "kind"), ("rows", "15")]


@pytest.mark.usefixtures("three")
def test_column_says_by_which_it_is_sorted_and_turns_the_order(as_staff: Client) -> None:
    page = read(as_staff.get("/organizations/?sort=last_contact"))
    heads = page.cssselect("#results thead th[aria-sort]")
    assert [(head.text_content().strip(), head.get("aria-sort")) for head in heads] == [("Last contact", "ascending")]
    link = heads[0].cssselect("a")[0]
    assert link.get("href") == link.get("hx-get") == "/organizations/?sort=-last_contact"
    # What htmx brings takes the place of this very head: it is found again by its id.
    assert link.get("id") == "sort-last_contact"


def test_paper_says_which_rows_of_a_longer_list_stand_on_it(staff: User, as_staff: Client, as_viewer: Client) -> None:
    rows = [services.PartyInput(kind="business", name_en=f"Quarry {number:02}") for number in range(16)]
    services.create_parties(actor=staff, rows=rows)
    said = "#results > .only-print"
    page = read(as_staff.get("/organizations/?rows=15"))
    assert texts(page, said) == ["Rows 1–15 of 16. Export the list to have them all."]
    assert texts(read(as_staff.get("/organizations/?rows=15&page=2")), said) == [
        "Rows 16–16 of 16. Export the list to have them all."
    ]
    assert texts(read(as_viewer.get("/organizations/?rows=15")), said) == ["Rows 1–15 of 16."]
    assert texts(read(as_staff.get("/organizations/?rows=50")), said) == []


@pytest.mark.usefixtures("three")
def test_chosen_columns_are_shown_and_the_name_always(as_staff: Client) -> None:
    page = read(as_staff.get("/organizations/?column=kind&column=website&q=alpha&choose=1"))
    assert texts(page, "#results thead th:not(.w0)") == ["Organization", "Kind", "Website"]
    kept = {(field.get("name"), field.get("value")) for field in page.cssselect(".colpick input[type=hidden]")}
    assert ("next", "/organizations/?q=alpha") in kept
    assert ("column", "name") in kept


def test_pages_of_a_list_hold_each_row_once(staff: User, as_viewer: Client) -> None:
    rows = [services.PartyInput(kind="business", name_en=f"Quarry {number:03}") for number in range(33)]
    services.create_parties(actor=staff, rows=rows)
    found = [name for page in (1, 2, 3) for name in names_on(as_viewer, "organizations", rows=15, page=page)]
    assert found == [f"Quarry {number:03}" for number in range(33)]
    page = read(as_viewer.get("/organizations/?rows=15&page=2"))
    assert texts(page, ".pager > span")[0] == "16–30 of 33"
    assert [link.get("aria-label") for link in page.cssselect(".pager ol a")] == [
        "Previous page",
        "Page 1",
        "Page 2",
        "Page 3",
        "Next page",
    ]
    assert one(page, ".pager [aria-current=page]").text_content() == "2"


@pytest.mark.parametrize("room", ["organizations", "nations", "people"])
def test_list_costs_as_much_at_thirty_rows_as_at_three(staff: User, as_staff: Client, room: str) -> None:
    columns = {
        "organizations": "kind jurisdiction people last_contact owner acronym email website",
        "nations": "autonym distinction jurisdiction people owner last_contact website",
        "people": "party email phone language last_contact owner",
    }[room].split()

    def fill(start: int, count: int) -> None:
        for number in range(start, start + count):
            party = services.create_party(
                actor=staff,
                kind="nation" if room == "nations" else "business",
                distinction="inuit" if room == "nations" else "",
                name_en=f"Party {number}",
                owner=staff,
                jurisdiction=Jurisdiction.objects.get_or_create(code="NU", defaults={"name_en": "Nunavut"})[0],
                emails=[f"office@party{number}.example"],
            )
            services.create_person(
                actor=staff,
                family_name=f"Person {number}",
                organization=party,
                email=f"p{number}@party.example",
                phone="613-555-0143",
                owner=staff,
            )

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            response = as_staff.get(reverse(f"{room}:list"), {"column": columns})
        assert len(read(response).cssselect("#results tbody tr")) in (3, 30)
        return len(queries)

    fill(0, 3)
    as_staff.get(reverse(f"{room}:list"))
    few = cost()
    fill(3, 27)
    assert cost() == few


def test_a_name_that_finds_nothing_may_be_added(as_staff: Client, as_viewer: Client) -> None:
    page = read(as_staff.get("/organizations/", {"q": "Zinc & Co"}))
    (link,) = page.cssselect(".empty .actions a[href^='/organizations/new/']")
    form = values_of_form(read(as_staff.get(link.get("href"))), ".form-page form")
    assert form["name_en"] == "Zinc & Co"
    assert not read(as_viewer.get("/organizations/", {"q": "Zinc & Co"})).cssselect("a[href^='/organizations/new/']")
