"""Who reads which document: class, circle, and a record that they know of. A file goes no further than its page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from c2m2a_crm.accounts.models import Role, User
from c2m2a_crm.core import exports
from c2m2a_crm.core.documents import personal_data, services
from c2m2a_crm.core.documents.errors import DocumentRefused
from c2m2a_crm.core.documents.registrations import document_panel
from c2m2a_crm.core.documents.services import DocumentClass
from c2m2a_crm.core.models import AuditEvent, Circle, Document, History
from c2m2a_crm.core.registries import Sought, exportable_lists, panels_for
from c2m2a_crm.core.searching.service import search
from c2m2a_crm.engagement.models import InitiativeDocument
from c2m2a_crm.engagement.services import change_initiative_access
from members.services import create_party, create_person
from tests.core.documents.making import document, newest
from tests.engagement.making import circle_of, initiative
from tests.factories import UserFactory

WORD = "Quicksilver"
PARTS = ("viewer", "staff", "secretariat", "compliance", "administrator")


@pytest.fixture
def keeper(db: None) -> User:
    return UserFactory(roles=[Role.SECRETARIAT], name="Kees Mercury", handle="keeper")


@pytest.fixture
def circle(keeper: User) -> Circle:
    return circle_of(keeper, owner=keeper)


def planted(actor: User, of_class: DocumentClass, record: object = None, word: str = WORD) -> Document:
    """The word in every place that says something: title, file name, text, source."""
    return document(
        actor,
        title=f"{word} title",
        words=f"{word} text",
        name=f"{word} file.txt",
        received_from=f"{word} source",
        of_class=of_class,
        record=record,
    )


def addresses(made: Document) -> list[str]:
    names = ("detail", "history", "edit", "add_version", "change_class", "archive", "remove")
    return [
        *(reverse(f"documents:{name}", args=[made.pk]) for name in names),
        reverse("documents:file", args=[made.pk, newest(made).pk]),
    ]


def whole(client: Client, address: str) -> tuple[int, str]:
    response = client.get(address)
    content = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]  # either kind
    return response.status_code, content.decode()


def test_each_class_is_read_by_those_it_is_for_and_nobody_else(
    request: pytest.FixtureRequest, client_of: Callable[[User], Client], keeper: User, circle: Circle
) -> None:
    everybody = set(PARTS)
    office = {"secretariat", "administrator"}
    cases = (
        ("Quicksilver", DocumentClass(audience="public"), everybody, everybody),
        ("Cinnabar", DocumentClass(audience="members"), everybody, everybody),
        ("Vermilion", DocumentClass(audience="secretariat"), office, office),
        ("Calomel", DocumentClass(restricted_circle=circle), set(), everybody),
        ("Metacinnabarite", DocumentClass(sealed_circle=circle), set(), set()),
    )
    entry = exportable_lists["documents"]
    users = {part: request.getfixturevalue(part) for part in PARTS}
    for word, of_class, readers, knowers in cases:
        made = planted(keeper, of_class, word=word)
        asked = word[:5].lower()  # pages repeat the question, never the answer
        misspelt = f"{word[:-2]}{word[-1]}{word[-2]}"
        for part, user in users.items():
            actor = User.objects.get(pk=user.pk)
            client = client_of(user)
            status, _text = whole(client, made.get_absolute_url())
            assert status == (200 if part in readers else 403 if part in knowers else 404), (word, part)
            assert Document.objects.visible_to(actor).filter(pk=made.pk).exists() == (part in knowers)
            assert search(actor, word).count == (1 if part in readers else 0), (word, part)
            assert search(actor, misspelt).count == (1 if part in readers else 0), (word, part)
            if part in readers:
                assert word in whole(client, f"/documents/?q={asked}")[1]
                continue
            said = [*addresses(made), "/documents/", f"/documents/?q={asked}", f"/search/?q={asked}", "/audit/", "/"]
            leaks = [page for page in said if word in whole(client, page)[1]]
            assert not leaks, (word, part)
            if entry.allowed(actor):
                state = entry.state(exports.request_for(actor, f"q={asked}"))
                assert word not in b"".join(exports.stream_csv(entry, state, actor)).decode(), (word, part)
        own = client_of(keeper)
        assert word in whole(own, "/documents/")[1]
        assert whole(own, addresses(made)[-1]) == (200, f"{word} text")


def test_a_paper_of_the_secretariat_does_not_keep_others_from_being_put_right(keeper: User, staff: User) -> None:
    """Were its words taken for known, a search that finds nothing would tell that they stand there."""
    party = create_party(actor=keeper, kind="business", name_en="Vermillion Pigments")
    planted(keeper, DocumentClass(audience="secretariat"), word="Vermilion")
    answer = search(staff, "Vermilion")
    assert [hit.url for group in answer.groups for _found, hit in group.hits] == [party.get_absolute_url()]
    assert answer.instead == "vermillion"


def test_a_stranger_and_the_signed_out_get_nothing(keeper: User, as_stranger: Client, client: Client) -> None:
    made = planted(keeper, DocumentClass(audience="public"))
    for address in addresses(made):
        assert as_stranger.get(address).status_code == 403
        assert client.get(address).status_code == 302


def test_a_file_comes_as_an_attachment_that_no_browser_runs_or_keeps(staff: User, as_staff: Client) -> None:
    made = document(staff, words="<script>alert(1)</script>", name="brief.txt")
    response = as_staff.get(reverse("documents:file", args=[made.pk, newest(made).pk]))
    assert response["Content-Type"] == "text/plain"
    assert response["Content-Disposition"] == 'attachment; filename="brief.txt"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert "sandbox" in response["Content-Security-Policy"]


def test_a_file_has_no_address_but_that_of_its_own_document(staff: User, as_staff: Client) -> None:
    one, other = document(staff), document(staff)
    assert as_staff.get(reverse("documents:file", args=[one.pk, newest(other).pk])).status_code == 404
    stored = newest(one).file.name
    assert as_staff.get(f"/{stored}").status_code == 404
    assert as_staff.get(f"/media/{stored}").status_code == 404
    assert "brief" not in stored


def test_a_request_for_information_finds_open_documents_and_a_circle_its_own(keeper: User, circle: Circle) -> None:
    person = create_person(actor=keeper, given_name="Amara", family_name="Quicksilver")
    is_open = planted(keeper, DocumentClass())
    sealed = planted(keeper, DocumentClass(sealed_circle=circle))
    named = document(keeper, title="Visit", words="We met Amara Quicksilver at the plant.")
    for within, found in ((None, [is_open, named]), (circle.pk, [sealed])):
        assert [held.row for held in personal_data.find(keeper, Sought(words=WORD), within)] == found
    (about,) = personal_data.held(keeper, person, None)
    assert about.row == named
    assert "We met Amara Quicksilver" in about.text
    assert not list(personal_data.find(keeper, Sought(words=WORD, until=date(2020, 1, 1)), None))
    services.remove_document(
        actor=UserFactory(roles=[Role.ADMINISTRATOR]), document=named, authority="An order of the court"
    )
    assert not list(personal_data.held(keeper, person, None))


def test_readings_of_confided_documents_are_noted_with_their_purpose(
    keeper: User, circle: Circle, client_of: Callable[[User], Client]
) -> None:
    made = planted(keeper, DocumentClass(sealed_circle=circle))
    client = client_of(keeper)
    client.get(made.get_absolute_url())
    client.get(reverse("documents:file", args=[made.pk, newest(made).pk]))
    noted = AuditEvent.objects.filter(subject_table="core_document", subject_id=made.pk)
    assert set(noted.values_list("verb", flat=True)) == {"record.opened", "document.downloaded"}
    assert {details["purpose"] for details in noted.values_list("details", flat=True)} == {"member"}
    is_open = document(keeper)
    client.get(is_open.get_absolute_url())
    assert not AuditEvent.objects.filter(subject_id=is_open.pk, subject_table="core_document").exists()


def test_nobody_confides_to_a_circle_of_others_or_to_a_class_beyond_them(
    staff: User, as_staff: Client, circle: Circle
) -> None:
    with pytest.raises(DocumentRefused, match="Choose a circle that you belong to"):
        planted(staff, DocumentClass(sealed_circle=circle))
    with pytest.raises(PermissionDenied):
        planted(staff, DocumentClass(audience="secretariat"))
    page = as_staff.get("/documents/new/").content.decode()
    assert 'value="members"' in page
    assert 'value="secretariat"' not in page
    assert f"sealed:{circle.pk}" not in page
    assert not Document.objects.exists()


def test_a_document_is_closed_with_the_initiative_that_it_is_filed_under(
    keeper: User, circle: Circle, staff: User
) -> None:
    file = initiative("Permits", lead=keeper)
    made = planted(keeper, DocumentClass(), file)
    assert Document.objects.readable_by(staff).filter(pk=made.pk).exists()
    change_initiative_access(actor=keeper, initiative=file, sealed_circle=circle)
    made.refresh_from_db()
    assert made.document_class == "sealed"
    assert not Document.objects.visible_to(staff).filter(pk=made.pk).exists()
    assert search(staff, WORD).count == 0
    later = planted(keeper, DocumentClass(), file)
    assert later.sealed_circle == circle
    with pytest.raises(DocumentRefused, match="File it elsewhere first"):
        services.change_class(actor=keeper, document=later, of_class=DocumentClass(), reason="It is public now.")


def test_the_page_says_that_a_closed_record_closes_what_is_filed_there(
    keeper: User, circle: Circle, client_of: Callable[[User], Client]
) -> None:
    client = client_of(keeper)
    said = "what is filed here is closed with it"
    for file, is_closed in ((initiative("Permits", sealed_circle=circle), True), (initiative("Open"), False)):
        page = client.get(f"/documents/new/?initiative={file.pk}").content.decode()
        assert (said in page) == is_closed


def test_a_document_whose_only_record_is_closed_is_closed_even_if_its_own_row_says_nothing(
    keeper: User, circle: Circle, staff: User
) -> None:
    made = planted(keeper, DocumentClass())
    file = initiative("Permits", sealed_circle=circle)
    InitiativeDocument.objects.create(initiative=file, document=made)
    assert not Document.objects.visible_to(staff).filter(pk=made.pk).exists()
    assert Document.objects.readable_by(keeper).filter(pk=made.pk).exists()


def test_letting_others_read_needs_a_reason(keeper: User, circle: Circle) -> None:
    made = planted(keeper, DocumentClass(sealed_circle=circle))
    with pytest.raises(DocumentRefused) as refused:
        services.change_class(actor=keeper, document=made, of_class=DocumentClass(audience="public"))
    assert refused.value.field == "reason"
    services.change_class(
        actor=keeper, document=made, of_class=DocumentClass(audience="public"), reason="The round is over."
    )
    made.refresh_from_db()
    assert made.document_class == "public"
    change = History.objects.filter(tbl="core_document", row_id=made.pk).order_by("-id")[0]
    assert change.reason == "The round is over."


def test_somebody_else_may_not_open_what_was_confided(keeper: User, circle: Circle) -> None:
    guest = UserFactory(roles=[Role.SECRETARIAT])
    made = planted(keeper, DocumentClass(restricted_circle=circle))
    circle.memberships.create(user=guest)
    with pytest.raises(PermissionDenied):
        services.change_class(actor=guest, document=made, of_class=DocumentClass(), reason="I say so.")


def test_an_initiative_tells_of_restricted_documents_date_lock_and_whom_to_ask(
    keeper: User, circle: Circle, staff: User
) -> None:
    file = initiative("Permits")
    planted(keeper, DocumentClass(restricted_circle=circle), file)
    contexts = {panel.key: context for panel, context in panels_for(staff, file)}
    shown = contexts["documents-initiative"]
    assert shown["rows"] == []
    (shut,) = shown["shut"]
    assert "Kees Mercury" in shut["lock"]
    assert WORD not in str(shown)
    assert circle.name not in str(shown)
    party = create_party(actor=keeper, kind="business", name_en="Northline Nickel")
    planted(keeper, DocumentClass(restricted_circle=circle), party)
    of_party = document_panel(staff, party)
    assert of_party is not None
    assert (of_party["rows"], of_party["shut"]) == ([], [])


def test_what_is_open_in_an_emergency_is_read_in_place_and_not_fetched(
    keeper: User, circle: Circle, compliance: User, as_compliance: Client
) -> None:
    from c2m2a_crm.accounts.circles import open_in_emergency

    made = planted(keeper, DocumentClass(sealed_circle=circle))
    assert as_compliance.get(made.get_absolute_url()).status_code == 404
    open_in_emergency(actor=compliance, circle=circle, reason="A court order.", base_url="https://crm.example")
    page = as_compliance.get(made.get_absolute_url())
    assert f"{WORD} text" in page.content.decode()
    assert as_compliance.get(addresses(made)[-1]).status_code == 403
