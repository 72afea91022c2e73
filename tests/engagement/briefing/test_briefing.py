"""A briefing: what the reader may know of the people somebody is about to meet, on a page and on two sheets."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pypdf
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.models import AuditEvent, Installation
from c2m2a_crm.core.pdf import PdfError, make_pdf
from c2m2a_crm.core.registries import BriefingAbout, unattributed_contacts
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.briefing import views
from c2m2a_crm.engagement.briefing.drawing import draw
from c2m2a_crm.engagement.briefing.paper import briefing_paper
from c2m2a_crm.engagement.briefing.subjects import about_party
from c2m2a_crm.engagement.models import FollowUp, Interaction
from c2m2a_crm.engagement.services import NextStep, Promise, Raised, agree_quiet, answer_points, keep_commitment
from c2m2a_crm.outreach.services import Scope, note_stop
from members.models import Party, Person
from members.services import add_email, add_relationship, create_party, create_person, update_person
from tests.engagement.briefing.making import full_people
from tests.engagement.making import circle_of, log
from tests.members.reading import read, texts


def url(about: str, record: Any, page: str = "detail") -> str:
    return reverse(f"briefings:{page}", args=[about, record.pk])


def sections(actor: User, about: BriefingAbout) -> dict[str, dict[str, list[str]]]:
    """What is told of each person and party, by label."""
    return {
        card.name: {section.label: [line.text for line in section.lines] for section in card.sections}
        for card in draw(actor, about).cards
    }


def words_of(data: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(data)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def drawn(client: Client, about: str, record: Any, **data: str) -> Any:
    return client.post(url(about, record, "pdf"), {"purpose": "Breakfast on Friday", **data})


def told(actor: User, person: Person) -> dict[str, list[str]]:
    about = BriefingAbout(person, person.full_name, "", [person.pk])
    return sections(actor, about)[person.formal_name]


def test_a_briefing_tells_who_somebody_is_and_what_passed(
    as_staff: Client, staff: User, amara: Person, northline: Party
) -> None:
    nation = create_party(actor=staff, kind=Party.Kind.NATION, distinction="first_nations", name_en="Birch Narrows")
    add_relationship(
        actor=staff, kind="speaks_for", beginning=amara, end=nation, scope="Water", mandate_reference="BCR 2026-14"
    )
    agree_quiet(actor=staff, record=northline, until=today() + timedelta(days=9), agreed_by="Amara", reason="Shutdown")
    entry = log(
        staff,
        amara,
        subject="Offtake",
        kind="call",
        occurred_on=date(2026, 3, 2),
        raised=[Raised("issue", "The price of power"), Raised("question", "When do permits come?")],
        promises=[Promise("the criteria", due_on=date(2026, 4, 1)), Promise("a map", is_ours=False, by=amara)],
        next_steps=[NextStep("Call back", staff)],
    )
    found = told(staff, amara)
    assert found["Titles and posts"] == ["Vice-President, Processing, Northline Nickel Refining"]
    assert found["In whose name"] == ["Speaks for Birch Narrows – Water"]
    assert "Shutdown" in found["Agreed quiet"][0]
    assert found["What they last said"] == ["The price of power"]
    assert found["Waits for our answer"] == ["When do permits come?"]
    assert (found["We promised"], found["They promised"]) == (["the criteria"], ["a map"])
    assert found["Last contact"] == ["Mar\u00a02, 2026, Call: Offtake"]
    assert found["Next step"] == ["Call back"]
    page = read(as_staff.get(url("person", amara)))
    lines = texts(page, ".card dd p")
    assert "The price of power Mar 2, 2026, Call: Offtake" in lines
    assert texts(page, ".card q") == ["The price of power", "When do permits come?"]
    assert entry.get_absolute_url() in [link.get("href") for link in page.cssselect(".card dd a")]
    answer_points(actor=staff, answers=[(entry.points.get(kind="question"), "In May.")])
    for promise in entry.commitments.all():
        keep_commitment(actor=staff, commitment=promise)
    found = told(staff, amara)
    assert not {"Waits for our answer", "We promised", "They promised"} & found.keys()


def test_how_to_say_the_name_and_in_which_language_stand_first(staff: User, amara: Person) -> None:
    assert "Pronunciation" not in told(staff, amara)
    update_person(
        actor=staff, person=amara, version=amara.version, changes={"pronunciation": "ah-MAH-rah", "language": "fr"}
    )
    amara.refresh_from_db()
    assert list(told(staff, amara).items())[:2] == [("Pronunciation", ["ah-MAH-rah"]), ("Language", ["French"])]


def test_a_public_office_holder_is_flagged_with_what_the_law_asks(staff: User, department: Party) -> None:
    holder = create_person(actor=staff, given_name="Piper", family_name="Galena", organization=department)
    said = told(staff, holder)["Public office"][0]
    assert said == "Holds public office. Log who started the contact and whether it was arranged."
    Installation.objects.update_or_create(pk=1, defaults={"has_lobbying_room": False})
    assert told(staff, holder)["Public office"] == ["Holds public office."]
    outsider = create_person(actor=staff, given_name="Ann", family_name="Shale")
    assert "Public office" not in told(staff, outsider)


def test_who_wants_no_mail_is_not_to_be_written_to(staff: User, amara: Person) -> None:
    add_email(actor=staff, owner=amara, address="amara@northline.example")
    assert "Do not" not in told(staff, amara)
    note_stop(actor=staff, address="amara@northline.example", scope=Scope(None), reason="Said so by telephone")
    assert told(staff, amara)["Do not"] == ["Do not write: no mail at all is wanted."]


def test_of_several_who_were_there_a_quote_says_how_many(staff: User, amara: Person, northline: Party) -> None:
    other = create_person(actor=staff, given_name="Bo", family_name="Birch", organization=northline)
    log(staff, amara, other, subject="Talk", occurred_on=date(2026, 3, 2), raised=[Raised("issue", "Rail")])
    about = BriefingAbout(amara, "Both", "", [amara.pk, other.pk])
    for card in draw(staff, about).people:
        line = next(section.lines[0] for section in card.sections if section.label == "What they last said")
        assert line.source.endswith("(2 were there)")


def test_what_is_not_attributed_stands_beside_no_name(
    staff: User, amara: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    log(staff, amara, subject="Table", raised=[Raised("issue", "Rail"), Raised("question", "When?")])
    assert "What they last said" in told(staff, amara)
    entry = next(iter(unattributed_contacts))
    everything = type(entry)("test", 1, lambda: Interaction.objects.order_by().values("pk"))
    monkeypatch.setitem(unattributed_contacts._entries, "test", everything)
    assert not {"What they last said", "Waits for our answer"} & told(staff, amara).keys()


def test_promises_with_an_organization_stand_once(staff: User, amara: Person, northline: Party, fundy: Party) -> None:
    log(staff, amara, subject="With her", promises=[Promise("the criteria", to=northline)])
    log(staff, northline, subject="Without her", promises=[Promise("the map", to=northline)])
    found = sections(staff, about_party(staff, northline.pk))
    assert found["Amara Tamarack"]["We promised"] == ["the criteria"]
    assert found[str(northline)]["We promised"] == ["the map"]


def test_of_an_organization_the_six_met_last_stand_there(staff: User, northline: Party) -> None:
    people = [
        create_person(actor=staff, given_name=f"Kit {letter}", family_name="Ore", organization=northline)
        for letter in "ABCDEFGH"
    ]
    log(staff, people[7], subject="Talk", occurred_on=date(2026, 3, 2))
    about = about_party(staff, northline.pk)
    assert about.people == [people[7].pk, *(person.pk for person in people[:5])]
    assert about.notes == ["2 more people work there; those whom we met last stand here."]


def test_a_planned_contact_leads_to_whom_it_is_about(
    as_staff: Client, staff: User, amara: Person, northline: Party
) -> None:
    entry = log(staff, amara, subject="Talk", next_steps=[NextStep("Call back", staff, date(2030, 1, 4))])
    about_her = FollowUp.objects.create(text="Call Amara", assignee=staff, created_by=staff, person=amara)
    about_it = FollowUp.objects.create(text="Call Northline", assignee=staff, created_by=staff, party=northline)
    for step in (entry.follow_ups.get(), about_her, about_it):
        assert "Amara Tamarack" in texts(read(as_staff.get(url("follow-up", step))), ".card h2")
    listed = read(as_staff.get(reverse("follow_ups:list")))
    assert url("follow-up", about_her) in [link.get("href") for link in listed.cssselect(".step a")]


@pytest.mark.parametrize("access", ["sealed_circle", "restricted_circle"])
def test_what_the_reader_may_not_read_is_not_there_and_nothing_says_so(
    as_secretariat: Client, as_staff: Client, staff: User, amara: Person, northline: Party, access: str
) -> None:
    circle = circle_of(staff, name="Amalgam circle")
    open_words: dict[str, Any] = {"raised": [Raised("issue", "Open words")], "occurred_on": date(2026, 3, 2)}
    log(staff, amara, subject="Open subject", **open_words)
    before = texts(read(as_secretariat.get(url("person", amara))), ".page-head, .card")
    entry = log(
        staff,
        amara,
        subject="Quicksilver",
        raised=[Raised("issue", "Quicksilver"), Raised("question", "Quicksilver?")],
        promises=[Promise("Quicksilver"), Promise("Quicksilver", is_ours=False, by=amara)],
        next_steps=[NextStep("Quicksilver", staff)],
        **{access: circle},
    )
    step = entry.follow_ups.get()
    assert texts(read(as_secretariat.get(url("person", amara))), ".page-head, .card") == before
    assert b"Quicksilver" not in as_secretariat.get(url("party", northline)).content
    paper = drawn(as_secretariat, "person", amara)
    assert "Open words" in words_of(paper.content)
    assert "Quicksilver" not in words_of(paper.content)
    assert "Confided" not in words_of(paper.content)
    expected = 404 if access == "sealed_circle" else 403
    assert as_secretariat.get(url("follow-up", step)).status_code == expected
    assert drawn(as_secretariat, "follow-up", step).status_code == expected
    # Whoever belongs to the circle has it, marked on each page, and the reading is noted once.
    for _time in range(2):
        assert b"Quicksilver" in as_staff.get(url("person", amara)).content
    of_circle = words_of(drawn(as_staff, "person", amara).content)
    assert "Quicksilver" in of_circle
    assert "Confided to a circle – not to be passed on" in of_circle
    notes = AuditEvent.objects.filter(actor=staff, verb="record.opened", subject_id=entry.pk)
    assert notes.filter(subject_table="engagement_interaction").count() == 1


def test_drawing_needs_a_purpose_and_is_noted(as_staff: Client, as_viewer: Client, staff: User, amara: Person) -> None:
    assert as_viewer.get(url("person", amara)).status_code == 200
    assert not read(as_viewer.get(url("person", amara))).cssselect("a[href$='pdf/']")
    assert as_viewer.post(url("person", amara, "pdf"), {"purpose": "x"}).status_code == 403
    refused = as_staff.post(url("person", amara, "pdf"), {"purpose": " "})
    assert (refused.status_code, AuditEvent.objects.filter(verb="briefing.drawn").count()) == (422, 0)
    answer = drawn(as_staff, "person", amara)
    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (200, "application/pdf", "no-store")
    event = AuditEvent.objects.get(verb="briefing.drawn")
    assert (event.actor, event.subject_table, event.subject_id) == (staff, "members_person", amara.pk)
    assert event.details == {"format": "pdf", "purpose": "Breakfast on Friday", "language": "en", "rows": 1}


def test_a_paper_that_cannot_be_made_is_a_sentence(
    as_staff: Client, amara: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_given: Any) -> bytes:
        raise PdfError("It could not be made.")

    monkeypatch.setattr(views, "make_briefing_pdf", broken)
    answer = drawn(as_staff, "person", amara)
    assert answer.status_code == 503
    assert "It could not be made." in answer.content.decode()
    assert not AuditEvent.objects.filter(verb="briefing.drawn").exists()


def test_a_subject_that_nobody_knows_and_people_made_anonymous_have_none(as_staff: Client, amara: Person) -> None:
    assert as_staff.get(f"/briefings/weather/{amara.pk}/").status_code == 404
    assert as_staff.get("/briefings/person/999999/").status_code == 404
    Person.objects.filter(pk=amara.pk).update(anonymised_on=today())
    assert "Nobody is on file for this." in as_staff.get(url("person", amara)).content.decode()


def test_six_full_people_fill_two_sheets_and_each_page_says_for_whom(staff: User, northline: Party) -> None:
    people = full_people(staff, 6, northline)
    shared = Promise("What all of them heard " * 10)
    log(staff, *people, subject="Plenary", promises=[shared, shared], initiated_by="us", arranged="yes")
    for language, pages in (("en", "Page 1 of"), ("fr", "Page 1")):
        with translation.override(language):
            briefing = draw(staff, about_party(staff, northline.pk))
            data = make_pdf(briefing_paper(staff, briefing, "A visit"))
        read_again = pypdf.PdfReader(io.BytesIO(data))
        assert len(briefing.people) == 7  # the last is what they share
        assert len(read_again.pages) == 2, language
        for page in read_again.pages:
            assert page.extract_text().count(staff.name) >= 2
        assert pages in read_again.pages[0].extract_text()
        root = read_again.trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"]
        assert str(root["/Lang"]).startswith(language)


def test_statements_do_not_grow_with_the_people(staff: User, northline: Party) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            found = draw(staff, about_party(staff, northline.pk))
        assert found.people
        return len(queries)

    full_people(staff, 1, northline)
    draw(staff, about_party(staff, northline.pk))
    few = statements()
    full_people(staff, 4, northline)
    assert statements() == few
    assert few <= 40


def test_the_button_stands_on_the_record(as_viewer: Client, amara: Person, northline: Party) -> None:
    for about, record in (("person", amara), ("party", northline)):
        page = read(as_viewer.get(record.get_absolute_url()))
        assert [link.get("href") for link in page.cssselect(".page-actions a")] == [url(about, record)]
