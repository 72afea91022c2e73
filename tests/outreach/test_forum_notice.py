"""From a forum's page to the mailbox: whoever sits there today gets the notice in the own language."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.test import Client
from django.urls import reverse
from lxml import html

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core import tasks
from c2m2a_crm.core.models import Installation, OutboxMessage
from c2m2a_crm.outreach.models import Campaign
from forums.models import Forum
from forums.services import add_seats, appoint, create_forum
from tests.outreach.making import TEXTS, somebody


def a_forum(actor: User) -> Forum:
    forum = create_forum(
        actor=actor, kind=Forum.Kind.INDUSTRY, name_en="Processing Forum", name_fr="Forum du traitement"
    )
    people = [
        somebody(actor, "Flint", language="en", address="flint@quarry.example"),
        somebody(actor, "Silex", language="fr", address="silex@carriere.example"),
        somebody(actor, "Gravel", language="en"),
    ]
    seats = add_seats(actor=actor, forum=forum, number=3, first=date(2020, 1, 1))
    for seat, person in zip(seats, people, strict=True):
        appoint(actor=actor, seat=seat, person=person, first=date(2020, 1, 1))
    return forum


def test_a_notice_goes_from_the_page_of_a_forum_to_those_who_sit_there(
    secretariat: User,
    administrator: User,
    as_secretariat: Client,
    as_viewer: Client,
    office: Installation,
    smtp: list[Any],
) -> None:
    forum = a_forum(administrator)
    link = "//a[contains(., 'Send notice')]/@href"
    assert not html.fromstring(as_viewer.get(forum.get_absolute_url()).content).xpath(link)
    (write,) = html.fromstring(as_secretariat.get(forum.get_absolute_url()).content).xpath(link)
    form = html.fromstring(as_secretariat.get(write).content).cssselect("form[data-draft]")[0]
    saved = as_secretariat.post(write, {**dict(form.form_values()), **TEXTS})
    campaign = Campaign.objects.get()
    assert (saved["Location"], campaign.audience_name_fr) == (campaign.get_absolute_url(), "Forum du traitement")
    review = html.fromstring(as_secretariat.get(saved["Location"]).content)
    seen = review.cssselect("input[name=seen]")[0].get("value")
    answer = as_secretariat.post(
        reverse("campaigns:send", args=[campaign.pk]), {"seen": seen, "is_forum_business": "on"}
    )
    assert answer.status_code == 302
    tasks.deliver_due_mail()
    assert sorted(envelope.rcpt_tos[0] for envelope in smtp) == ["flint@quarry.example", "silex@carriere.example"]
    assert dict(OutboxMessage.objects.values_list("to_address", "subject")) == {
        "flint@quarry.example": "Plenary on Tuesday",
        "silex@carriere.example": "Plénière mardi",
    }
    held = campaign.deliveries.exclude(held_back="").get()
    assert (held.name, held.why_en) == ("Ines Gravel", "No e-mail address is in use.")
