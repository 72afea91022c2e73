"""The public page: what it shows, what it takes, and that no answer writes to the record."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import PublicLink
from c2m2a_crm.core.public_links.services import revoke_link
from c2m2a_crm.core.validity import today
from members import services
from members.models import DetailsDifference, DetailsRequest, Jurisdiction, Party, Person
from members.services.bulk import OwnerChange, change_in_bulk
from members.services.freshness import verify
from tests.core.public_links.test_door import everything_written
from tests.members.details.making import asked, fields_of, send, visitor
from tests.members.reading import one, read, texts, values_of_form

pytestmark = pytest.mark.django_db


def test_the_page_shows_what_is_on_file_of_the_person_and_nothing_that_others_wrote(
    staff: User, amara: Person, northline: Party
) -> None:
    change_in_bulk(actor=staff, model=Person, keys=[amara.pk], change=OwnerChange(staff))
    services.add_email(actor=staff, owner=amara, address="desk@northline.example", kind="shared")
    services.add_email(actor=staff, owner=northline, address="info@northline.example")
    _request, path = asked(staff, amara)
    for language, organization in (
        ("en", "Northline Nickel Refining Inc."),
        ("fr", "Affinage de nickel Northline inc."),
    ):
        page = read(visitor(language).get(f"{path}?language={language}"))
        assert page.get("lang", "").startswith(language)
        assert organization in texts(page, "h2")
    fields = fields_of(path)
    assert (fields["given_name"], fields["title_fr_0"]) == ("Amara", "Vice-présidente, Traitement")
    assert (fields["email_0"], fields["email_1"], fields["phone_0"]) == (
        "amara@northline.example",
        "",
        "(613) 555-0143",
    )
    answer = visitor().get(path)
    for hidden in ("desk@northline.example", "info@northline.example", staff.email, "owner"):
        assert hidden not in answer.content.decode(), hidden
    assert answer["Referrer-Policy"] == "no-referrer"


def test_looking_and_scanners_write_nothing(staff: User, amara: Person) -> None:
    request, path = asked(staff, amara)
    before = everything_written()
    visitor().get(path)
    visitor().head(path)
    visitor().get(path, headers={"User-Agent": "Mimecast link scan"})
    assert everything_written() == before
    link = PublicLink.objects.get(purpose="details", object_id=request.pk)
    assert link.openings == 1
    # A press that did not come from the page does nothing, either.
    assert visitor().post(path, {"act": "right"}).status_code == 403
    assert everything_written()["members_detailsrequest"] == before["members_detailsrequest"]


def test_an_answer_is_a_difference_and_leaves_the_record_as_it_is(
    staff: User, amara: Person, ontario: Jurisdiction
) -> None:
    request, path = asked(staff, amara)
    before = everything_written()
    answer = send(
        path,
        given_name="Amarah",
        title_en_0="President",
        left_0="on",
        last_0=today().isoformat(),
        organization="Ochre Works",
        organization_title="Adviser",
        email_0="",
        email_1="AMARA@ochre.example",
        phone_0="613 555 0143",
        phone_1="613-555-0199 ext. 4",
        lines_0="1 Mine Road",
        city_0="Sudbury",
        jurisdiction_0="ON",
    )
    assert answer.status_code == 200
    assert texts(read(answer), "h1") == ["We have your answer"]
    after = everything_written()
    changed = {table for table in after if after[table] != before[table]}
    assert changed == {
        "members_detailsrequest",
        "members_detailsdifference",
        "core_publiclink",
        "core_auditevent",
        "core_history",
        "core_historytick",
    } & set(after)
    request.refresh_from_db()
    assert request.answered_at is not None
    assert not request.is_all_right
    place = amara.affiliations.get()
    use, phone = amara.address_uses.get(), amara.phones.get()
    found = {(each.field, each.target): (each.old, each.new) for each in request.differences.all()}
    assert found == {
        ("name", None): (
            {"given_name": "Amara", "family_name": "Tamarack"},
            {"given_name": "Amarah", "family_name": "Tamarack"},
        ),
        ("title_en", place.pk): ({"title_en": "Vice-President, Processing"}, {"title_en": "President"}),
        ("left", place.pk): (
            {"party": "Northline Nickel Refining Inc."},
            {"party": "Northline Nickel Refining Inc.", "last": today().isoformat()},
        ),
        ("organization", None): ({}, {"name": "Ochre Works", "title": "Adviser"}),
        ("email", use.pk): ({"address": "amara@northline.example"}, {"address": ""}),
        ("email", None): ({}, {"address": "amara@ochre.example"}),
        ("phone", None): ({}, {"number": "613-555-0199 ext. 4"}),
        ("postal", None): ({}, {"lines": "1 Mine Road", "city": "Sudbury", "jurisdiction": "ON", "postal_code": ""}),
    }
    assert phone.number


def test_all_is_right_is_a_check_by_the_person(staff: User, amara: Person) -> None:
    request, path = asked(staff, amara)
    verify(actor=staff, records=[amara])
    answer = send(path, act="right")
    assert "You said that all is right." in answer.content.decode()
    amara.refresh_from_db()
    request.refresh_from_db()
    assert (amara.verified_on, amara.verified_by) == (today(), None)
    assert request.is_all_right
    assert not request.differences.exists()


def test_corrections_that_correct_nothing_are_asked_about_and_a_correction_is_never_lost_by_the_other_button(
    staff: User, amara: Person
) -> None:
    request, path = asked(staff, amara)
    answer = send(path)
    assert answer.status_code == 422
    assert "Nothing differs" in one(read(answer), ".errors").text_content()
    request.refresh_from_db()
    assert request.answered_at is None
    send(path, act="right", given_name="Amarah")
    request.refresh_from_db()
    assert not request.is_all_right
    assert request.differences.get().field == "name"


def test_what_changed_on_file_while_the_page_was_open_is_no_correction(staff: User, amara: Person) -> None:
    request, path = asked(staff, amara)
    client = visitor()
    fields = fields_of(path, client)
    amara.refresh_from_db()
    services.update_person(actor=staff, person=amara, version=amara.version, changes={"given_name": "Amarante"})
    assert client.post(path, {**fields, "pronunciation": "ah-MAH-ra"}).status_code == 200
    assert [each.field for each in request.differences.all()] == ["pronunciation"]


def test_a_link_takes_one_answer_and_shows_nothing_afterwards(staff: User, amara: Person) -> None:
    request, path = asked(staff, amara)
    client = visitor()
    fields = fields_of(path, client)
    assert client.post(path, {**fields, "given_name": "Amarah"}).status_code == 200
    again = client.post(path, {**fields, "given_name": "Mallory"})
    assert again.status_code == 409
    looked = visitor().get(path)
    for answer in (again, looked):
        assert texts(read(answer), "h1") == ["We have your answer"]
        assert "Tamarack" not in answer.content.decode()
    assert request.differences.get().new["given_name"] == "Amarah"


@pytest.mark.parametrize("why", ["expired", "revoked", "archived", "address closed", "of another person", "tampered"])
def test_a_link_that_ended_opens_nothing_and_takes_nothing(staff: User, amara: Person, why: str) -> None:
    request, path = asked(staff, amara)
    fields = fields_of(path)
    link = PublicLink.objects.get(purpose="details")
    match why:
        case "expired":
            with recorded(None, system="tests"):
                long_ago = timezone.now() - timedelta(days=60)
                PublicLink.objects.filter(pk=link.pk).update(
                    created_at=long_ago, expires_at=timezone.now() - timedelta(seconds=1)
                )
        case "revoked":
            revoke_link(actor=staff, link=link, reason="Sent by mistake.")
        case "archived":
            services.archive_person(actor=staff, person=amara, reason="Left.")
        case "address closed":
            services.close_email(actor=staff, use=amara.address_uses.get())
        case "of another person":
            other = services.create_person(actor=staff, given_name="Bo", email="bo@ochre.example")
            _other_request, other_path = asked(staff, other)
            fields["form_key"] = fields_of(other_path)["form_key"]
        case "tampered":
            fields["shown"] = f"{fields['shown']}x"
    answer = visitor().post(path, {**fields, "given_name": "Mallory"})
    assert answer.status_code == (403 if why == "of another person" else 404)
    assert "Tamarack" not in answer.content.decode()
    request.refresh_from_db()
    assert request.answered_at is None
    assert not DetailsDifference.objects.exists()


def test_bad_input_is_told_beside_the_field_with_nothing_lost_and_nothing_kept(staff: User, amara: Person) -> None:
    request, path = asked(staff, amara)
    script = "<script>alert(1)</script>"
    answer = send(
        path,
        given_name="",
        family_name="",
        title_en_0="x" * 10_000,
        email_1="not an address",
        phone_1="twelve",
        organization_title=script,
        last_0="2026-13-40",
        language="xx",
    )
    assert answer.status_code == 422
    page = read(answer)
    for name in ("family_name", "title_en_0", "email_1", "phone_1", "organization", "last_0", "language"):
        assert page.cssselect(f"[name={name}][aria-invalid=true]"), name
    assert values_of_form(page)["title_en_0"] == "x" * 10_000
    assert script not in answer.content.decode()
    request.refresh_from_db()
    assert request.answered_at is None
    assert not DetailsDifference.objects.exists()


def test_script_in_every_field_is_text(staff: User, amara: Person, as_staff: object) -> None:
    _request, path = asked(staff, amara)
    script = "<script>alert(1)</script>"
    fields = fields_of(path)
    free = [
        name for name in fields if name.split("_")[0] in ("given", "family", "preferred", "honorific", "unit", "title")
    ]
    free += ["organization", "organization_title", "lines_0", "city_0"]
    assert send(path, **dict.fromkeys(free, script)).status_code == 200
    page = as_staff.get("/details/")  # type: ignore[attr-defined]  # a client
    assert script not in page.content.decode()
    assert "&lt;script&gt;" in page.content.decode()


def test_who_was_asked_is_known_from_the_answer_alone(staff: User, amara: Person) -> None:
    assert not DetailsRequest.objects.exists()
    request, path = asked(staff, amara)
    assert request.email.address == "amara@northline.example"
    assert str(amara) not in path
