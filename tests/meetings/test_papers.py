"""Papers: on the agenda in an order, given to members by personal links, opened by a press, withdrawn and replaced."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.documents.services import DocumentClass, change_class
from c2m2a_crm.core.history import history_of, recorded
from c2m2a_crm.core.models import AuditEvent, Document, Installation, OutboxMessage
from forums.meetings.errors import MeetingRefused, NotApproved
from forums.meetings.services import agenda, inviting
from forums.models import Invitation, Meeting, MeetingPaper, PaperOpening, Recusal
from forums.papers import services
from forums.papers.rules import given_to, lines_of
from tests.core.documents.making import document, newest, pdf_bytes, upload
from tests.core.public_links.making import BROWSER
from tests.meetings.making import MeetingMaking
from tests.meetings.papers import paper, replace, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(making: MeetingMaking) -> Meeting:
    """Ann reads English and Zoé French, both hold seats; two items."""
    forum = making.forum(name_fr="Forum des carottes")
    making.seated(forum, "Ann Feldspar", language="en")
    making.seated(forum, "Zoé Basalte", language="fr")
    made = making.meeting(forum)
    for title in ("Budget", "Permits"):
        agenda.add_item(actor=making.actor, meeting=made, title_en=title)
    return made


def invitation(meeting: Meeting, name: str) -> Invitation:
    rows = Invitation.objects.select_related("meeting__forum__initiative", "person")
    return rows.get(meeting=meeting, person__family_name=name)


def link_in_mail(address: str) -> str:
    mail = OutboxMessage.objects.filter(kind="meetings.papers", to_address=address).latest("pk")
    found = re.search(r"https://crm\.example(/p/papers/\S+)", mail.body_text)
    assert found is not None
    return urlsplit(found[0]).path


def titles(meeting: Meeting) -> list[str]:
    return [str(line.paper) for line in lines_of(meeting)]


def test_papers_stand_in_the_order_of_the_agenda_and_are_filed_under_the_meeting(
    making: MeetingMaking, meeting: Meeting, as_secretariat: Client
) -> None:
    first, second = meeting.items.order_by("position")
    late = paper(making, meeting, "Maps", item=second)
    early = paper(making, meeting, "Figures", item=first)
    whole = services.attach(actor=making.actor, meeting=meeting, document=document(making.actor, title="Rules"))
    assert titles(meeting) == ["Rules", "Figures", "Maps"]
    services.change_paper(actor=making.actor, paper=early, item=second, is_confidential=False)
    services.move_paper(actor=making.actor, paper=early, up=True)
    assert titles(meeting) == ["Rules", "Figures", "Maps"]
    assert [line.paper.item_id for line in lines_of(meeting)] == [None, second.pk, second.pk]
    assert set(Document.objects.filed_under(meeting)) == {late.document, early.document, whole.document}
    with pytest.raises(MeetingRefused, match="already"):
        services.attach(actor=making.actor, meeting=meeting, document=whole.document)
    agenda.remove_item(actor=making.actor, item=second)
    assert {line.paper.item_id for line in lines_of(meeting)} == {None}
    page = as_secretariat.get(reverse("meetings:papers", args=[meeting.pk])).content.decode()
    assert "For the whole meeting" in page
    assert history_of(early).filter(actor_id=making.actor.pk).count() >= 2


def test_terms_of_reference_say_what_is_confidential_and_guests_do_not_get_it(
    making: MeetingMaking, meeting: Meeting
) -> None:
    paper(making, meeting, "Open")
    marked = paper(making, meeting, "Shut", is_confidential=True)
    inviting.ask_guest(actor=making.actor, meeting=meeting, person=making.person("Gil Guest"))
    send(making, meeting)
    guest, member = invitation(meeting, "Guest"), invitation(meeting, "Feldspar")

    def got(by: Invitation) -> list[str]:
        return [str(line.paper) for line in given_to(by).lines]

    assert (got(guest), got(member)) == (["Open"], ["Open", "Shut"])
    terms = making.rule(meeting.forum, "none", confidentiality="agreement")
    assert (got(guest), got(member)) == ([], ["Open", "Shut"])
    for rule, stands in (("security", []), ("none", ["Open", "Shut"])):
        with recorded(None, system="test"):
            type(terms).objects.filter(pk=terms.pk).update(confidentiality=rule)
        assert got(member) == stands, rule
    changed = services.change_paper(actor=making.actor, paper=marked, item=None, is_confidential=True)
    assert not changed.is_confidential


def test_whoever_steps_aside_gets_none_of_the_items_papers(making: MeetingMaking, meeting: Meeting) -> None:
    budget, permits = meeting.items.order_by("position")
    paper(making, meeting, "Figures", item=budget)
    paper(making, meeting, "Maps", item=permits)
    send(making, meeting)
    ann = invitation(meeting, "Feldspar")
    with recorded(None, system="test"):
        Recusal.objects.create(
            meeting=meeting, item=budget, person=ann.person, reason="Her firm bids", noted_by=making.actor
        )
    assert [str(line.paper) for line in given_to(ann).lines] == ["Maps"]
    assert len(given_to(invitation(meeting, "Basalte")).lines) == 2


def test_each_gets_one_link_in_their_language_and_another_after_a_change(
    making: MeetingMaking, meeting: Meeting
) -> None:
    with pytest.raises(NotApproved, match="no paper"):
        send(making, meeting)
    made = paper(making, meeting, "Figures")
    assert [send(making, meeting).queued for _again in range(2)] == [2, 0]
    english = OutboxMessage.objects.get(to_address="ann.feldspar@cast.example")
    french = OutboxMessage.objects.get(to_address="zoe.basalte@cast.example")
    assert (english.language, french.language) == ("en", "fr")
    assert english.subject == "Papers: Spring meeting (Drill Core Forum)"
    assert "Réunion du printemps" in french.subject
    assert "Figures" not in english.body_text + french.body_text
    assert english.sensitive_until is not None
    replace(making, made)
    assert send(making, meeting).queued == 2
    assert OutboxMessage.objects.filter(subject__startswith="Papers changed").count() >= 1
    held = making.person("Mute Mica")
    making.term(making.seat(meeting.forum), held)
    assert [person for person, _why in send(making, meeting).held] == [held]


def test_a_press_gives_the_file_and_is_noted_and_no_look_is(
    making: MeetingMaking, meeting: Meeting, client: Client, as_secretariat: Client
) -> None:
    made = paper(making, meeting, "Figures", item=meeting.items.first())
    send(making, meeting)
    path = link_in_mail("ann.feldspar@cast.example")
    page = client.get(path, headers=BROWSER)
    assert (page.status_code, page["Referrer-Policy"]) == (200, "no-referrer")
    assert client.get(path, headers={"User-Agent": "SafeLinks scanner"}).status_code == 200
    assert client.head(path).status_code == 200
    version = newest(made.document)
    assert client.post(path, {"version": version.pk}).status_code == 403
    assert not PaperOpening.objects.exists()
    key = page.context["form_key"]
    file = client.post(path, {"form_key": key, "version": version.pk}, headers=BROWSER)
    assert b"".join(file.streaming_content) == pdf_bytes("Figures page one")  # type: ignore[attr-defined]  # a file
    opening = PaperOpening.objects.get()
    assert (opening.invitation, opening.version) == (invitation(meeting, "Feldspar"), version)
    assert AuditEvent.objects.filter(verb="link.used").count() == 1
    office = as_secretariat.get(reverse("meetings:papers", args=[meeting.pk])).content.decode()
    assert "Figures, version 1," in office
    other = document(making.actor, title="Elsewhere")
    assert client.post(path, {"form_key": key, "version": newest(other).pk}).status_code == 409
    assert PaperOpening.objects.count() == 1


def test_replaced_and_withdrawn_papers_say_so(making: MeetingMaking, meeting: Meeting, client: Client) -> None:
    made = paper(making, meeting, "Figures")
    send(making, meeting)
    path = link_in_mail("ann.feldspar@cast.example")
    key = client.get(path).context["form_key"]
    old = newest(made.document)
    client.post(path, {"form_key": key, "version": old.pk})
    replace(making, made)
    assert "you opened an earlier version" in client.get(path).content.decode()
    assert "Replaced on" in client.get(link_in_mail("zoe.basalte@cast.example") + "?language=en").content.decode()
    replace(making, made, words="Nouveau", language="fr")
    assert client.get(link_in_mail("zoe.basalte@cast.example") + "?language=en").content.decode().count("Replaced") == 1
    gone = client.post(path, {"form_key": key, "version": old.pk})
    assert (gone.status_code, "replaced or withdrawn meanwhile" in gone.content.decode()) == (409, True)
    services.withdraw_paper(actor=making.actor, paper=made, reason="Wrong year")
    page = client.get(path).content.decode()
    assert "Wrong year" in page
    assert "newer.pdf" not in page
    assert client.post(path, {"form_key": key, "version": newest(made.document).pk}).status_code == 409
    services.give_again(actor=making.actor, paper=made)
    assert "newer.pdf" in client.get(path).content.decode()


def test_nothing_closed_leaves_by_a_link_not_even_a_title(
    making: MeetingMaking, meeting: Meeting, client: Client, secretariat: User
) -> None:
    paper(making, meeting, "Open")
    shut = paper(making, meeting, "Quicksilver")
    send(making, meeting)
    path = link_in_mail("ann.feldspar@cast.example")
    assert "Quicksilver" in client.get(path).content.decode()
    change_class(actor=secretariat, document=shut.document, of_class=DocumentClass(audience="secretariat"))
    services.withdraw_paper(actor=making.actor, paper=shut, reason="Mercury")
    page = client.get(path).content.decode()
    assert "Quicksilver" not in page
    assert "Mercury" not in page
    making.seal(meeting.forum, secretariat)
    assert client.get(path).status_code == 404
    with pytest.raises(NotApproved, match="closed to a circle"):
        send(making, Meeting.objects.get(pk=meeting.pk))


def test_a_viewer_sees_papers_and_neither_closed_titles_nor_who_opened_them(
    making: MeetingMaking, meeting: Meeting, as_viewer: Client, as_secretariat: Client
) -> None:
    paper(making, meeting, "Open")
    shut = paper(making, meeting, "Quicksilver")
    change_class(actor=making.actor, document=shut.document, of_class=DocumentClass(audience="secretariat"))
    send(making, meeting)
    url = reverse("meetings:papers", args=[meeting.pk])
    for client, stands in ((as_secretariat, True), (as_viewer, False)):
        page = client.get(url).content.decode()
        assert "Open" in page
        assert [word in page for word in ("Quicksilver", "Who opened what")] == [stands, stands]


def test_federal_institution_gives_papers_once_both_languages_are_approved(
    making: MeetingMaking, meeting: Meeting
) -> None:
    made = paper(making, meeting, "Figures")
    Installation.objects.update_or_create(pk=1, defaults={"legal_kind": "federal_institution"})
    assert lines_of(meeting)[0].withheld == "It is not approved in both languages."
    with recorded(None, system="test"):
        Document.objects.filter(pk=made.document_id).update(state_en="approved", state_fr="approved")
    assert lines_of(meeting)[0].is_given


def test_pages_add_attach_edit_and_withdraw(making: MeetingMaking, meeting: Meeting, as_secretariat: Client) -> None:
    item = meeting.items.first()
    assert item is not None
    add = reverse("meetings:paper_add", args=[meeting.pk])
    assert as_secretariat.get(f"{add}?item={item.pk}").context["form"]["item"].value() == item.pk
    assert as_secretariat.post(add, {"language": "fr", "title_fr": "Chiffres"}).status_code == 422
    told = {"file": upload(pdf_bytes("Oui"), "chiffres.pdf"), "language": "fr", "title_fr": "Chiffres", "item": item.pk}
    assert as_secretariat.post(add, told).status_code == 302
    made = MeetingPaper.objects.get()
    assert (made.item, str(made.document.title_fr)) == (item, "Chiffres")
    kept = document(making.actor, title="Graphite brief")
    attach = reverse("meetings:paper_attach", args=[meeting.pk])
    assert "Graphite brief" not in as_secretariat.get(f"{attach}?q=copper").content.decode()
    assert as_secretariat.post(f"{attach}?q=graphite", {"document": kept.pk}).status_code == 302
    for name, said in (("edit", {"item": ""}), ("withdraw", {"reason": "Old"}), ("again", {}), ("move", {"way": "up"})):
        url = reverse(f"meetings:paper_{name}", args=[meeting.pk, made.pk])
        assert as_secretariat.post(url, said).status_code == 302, name
    assert as_secretariat.post(reverse("meetings:papers_send", args=[meeting.pk])).status_code == 302
    assert OutboxMessage.objects.filter(kind="meetings.papers").count() == 2
