"""A notice leaves once, to whom it may, each in the own language; what became of each copy is never guessed."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as mailbox
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core import outbox, tasks
from c2m2a_crm.core.history import history_of, recorded
from c2m2a_crm.core.models import Circle, Installation, OutboxMessage
from c2m2a_crm.outreach import selectors, services
from c2m2a_crm.outreach.models import Campaign, Delivery
from c2m2a_crm.outreach.querysets import Outcome
from members.models import AddressUse
from members.services import add_email, archive_person, close_email
from tests.outreach.conftest import Table
from tests.outreach.making import BASE, ENGLISH, FRENCH, fingerprint, notice, send, somebody

Side = Campaign.Side
State = OutboxMessage.State


@pytest.fixture(autouse=True)
def mail_leaves(settings: Any) -> None:
    settings.OUTBOX_KEEPS_MAIL = False


def outcomes(campaign: Campaign) -> dict[str, str]:
    return dict(campaign.deliveries.with_outcome().values_list("name", "outcome"))


def plan(actor: User, campaign: Campaign) -> selectors.Plan:
    found = selectors.find_audience(actor, campaign.audience_key, campaign.audience_id)
    assert found is not None
    return selectors.plan_of(actor, campaign, found)


# --- The plan ---------------------------------------------------------------------------------------------------------


def test_the_plan_says_who_gets_it_in_which_language_and_who_does_not_and_why(
    secretariat: User, draft: Campaign, quarry: Table
) -> None:
    found = plan(secretariat, draft)
    assert {copy.name: copy.language for copy in found.going} == {
        "Ines Flint": "en",
        "Ines Silex": "fr",
        "Ines Basalt": "",
    }
    (held,) = found.held
    assert (held.name, held.held_back, held.why) == ("Ines Gravel", Delivery.HeldBack.AUDIENCE, "No e-mail address.")
    assert held.mend_url == quarry.unreachable.get_absolute_url()


def test_a_closed_address_and_an_archived_person_are_never_a_target(
    secretariat: User, staff: User, draft: Campaign, quarry: Table
) -> None:
    close_email(actor=staff, use=AddressUse.objects.get(person=quarry.english))
    archive_person(actor=staff, person=quarry.french, reason="moved on")
    found = plan(secretariat, draft)
    assert [copy.name for copy in found.going] == ["Ines Basalt"]
    assert {copy.name: copy.held_back for copy in found.held} == {
        "Ines Flint": "closed",
        "Ines Silex": "closed",
        "Ines Gravel": "audience",
    }


def test_two_who_share_a_mailbox_get_one_copy_in_both_languages_if_theirs_differ(
    secretariat: User, staff: User, draft: Campaign, quarry: Table
) -> None:
    second = somebody(staff, "Marl", language="fr", address="flint@quarry.example")
    quarry.audience.people.append(second)
    found = plan(secretariat, draft)
    (copy,) = [copy for copy in found.going if copy.address == "flint@quarry.example"]
    assert (copy.name, copy.language) == ("Ines Flint", "")
    assert [copy.held_back for copy in found.held if copy.name == "Ines Marl"] == ["shared"]
    send(secretariat, draft)
    assert outcomes(draft)["Ines Marl"] == Outcome.HELD_BACK
    assert OutboxMessage.objects.filter(to_address="flint@quarry.example").count() == 1


def test_the_plan_takes_as_many_statements_for_many_as_for_few(
    secretariat: User, staff: User, draft: Campaign, quarry: Table, django_assert_num_queries: Any
) -> None:
    rows = quarry.audience.belong(secretariat, quarry.record)
    found = selectors.find_audience(secretariat, draft.audience_key, draft.audience_id)
    assert found is not None
    object.__setattr__(found.entry, "people", lambda actor, record: rows)
    with django_assert_num_queries(3):
        selectors.plan_of(secretariat, draft, found)


# --- What must hold ---------------------------------------------------------------------------------------------------


def unmet(actor: User, campaign: Campaign) -> list[str]:
    return [check.note for check in selectors.checks_of(actor, campaign, plan(actor, campaign)) if not check.is_met]


@pytest.mark.parametrize("missing", ["postal_address", "contact_email"])
def test_an_office_that_does_not_say_who_it_is_sends_nothing(
    administrator: User, draft: Campaign, missing: str
) -> None:
    Installation.objects.update(**{missing: ""})
    checks = selectors.checks_of(administrator, draft, plan(administrator, draft))
    (check,) = [check for check in checks if not check.is_met]
    assert "postal address" in check.note
    assert check.url == "/settings/"
    with pytest.raises(services.CampaignRefused, match="postal address"):
        send(administrator, draft)
    assert not OutboxMessage.objects.exists()
    assert not Delivery.objects.exists()


def test_a_language_that_somebody_reads_must_be_written(secretariat: User, draft: Campaign, quarry: Table) -> None:
    english = notice(secretariat, quarry.record, subject_fr="", body_fr="")
    assert unmet(secretariat, english) == ["2 people read it. It is not written yet."]
    with pytest.raises(services.CampaignRefused, match="not written yet"):
        send(secretariat, english)


def test_with_a_reason_readers_of_the_missing_language_get_the_other(
    secretariat: User, draft: Campaign, quarry: Table
) -> None:
    campaign = notice(
        secretariat, quarry.record, subject_fr="", body_fr="", one_language_reason="The translation comes on Friday"
    )
    assert not unmet(secretariat, campaign)
    send(secretariat, campaign)
    message = OutboxMessage.objects.get(to_address="silex@carriere.example")
    assert (message.subject, message.language) == ("Plenary on Tuesday", "en")
    assert message.headers["Content-Language"] == "en"


def test_a_language_that_nobody_reads_may_be_missing(secretariat: User, draft: Campaign, quarry: Table) -> None:
    quarry.audience.people = [quarry.english]
    assert not unmet(secretariat, notice(secretariat, quarry.record, subject_fr="", body_fr=""))


def test_a_side_left_behind_by_the_other_is_looked_at_again_before_it_leaves(
    secretariat: User, draft: Campaign
) -> None:
    edited = services.edit_campaign(
        actor=secretariat, campaign=draft, version=draft.version, texts={"body_en": "On Wednesday."}
    )
    assert (edited.state_en, edited.state_fr) == (Side.DRAFT, Side.STALE)
    assert unmet(secretariat, edited) == ["The other language changed since. Look at this one again."]
    with pytest.raises(services.CampaignRefused):
        send(secretariat, edited)
    again = services.edit_campaign(
        actor=secretariat, campaign=edited, version=edited.version, texts={}, confirmed=["fr"]
    )
    assert again.state_fr == Side.DRAFT
    assert not unmet(secretariat, again)


def test_a_translation_written_later_leaves_nothing_behind(secretariat: User, quarry: Table) -> None:
    english = notice(secretariat, quarry.record, subject_fr="", body_fr="")
    both = services.edit_campaign(actor=secretariat, campaign=english, version=1, texts=FRENCH)
    assert (both.state_en, both.state_fr) == (Side.DRAFT, Side.DRAFT)
    assert not unmet(secretariat, both)


def test_an_empty_audience_is_refused(secretariat: User, draft: Campaign, quarry: Table) -> None:
    quarry.audience.people = [quarry.unreachable]
    with pytest.raises(services.CampaignRefused, match="Nobody in the audience"):
        send(secretariat, draft)


def test_what_changed_since_it_was_looked_at_is_not_sent(secretariat: User, draft: Campaign, quarry: Table) -> None:
    seen = fingerprint(secretariat, draft)
    quarry.audience.people.remove(quarry.french)
    with pytest.raises(services.AudienceChanged):
        services.send_campaign(actor=secretariat, campaign=draft, base_url=BASE, seen=seen)
    assert not OutboxMessage.objects.exists()


def test_an_audience_that_is_gone_is_refused(secretariat: User, draft: Campaign) -> None:
    Campaign.objects.filter(pk=draft.pk).update(audience_id=0)
    with pytest.raises(services.CampaignRefused, match="not there any more"):
        services.send_campaign(actor=secretariat, campaign=draft, base_url=BASE, seen="")


@pytest.mark.parametrize("role", ["viewer", "staff", "compliance", "stranger"])
def test_only_the_secretariat_and_administrators_send(
    role: str, draft: Campaign, request: pytest.FixtureRequest, administrator: User
) -> None:
    seen = fingerprint(administrator, draft)
    actor: User = request.getfixturevalue(role)
    with pytest.raises(PermissionDenied):
        services.send_campaign(actor=actor, campaign=draft, base_url=BASE, seen=seen)
    assert not OutboxMessage.objects.exists()
    assert services.send_campaign(actor=administrator, campaign=draft, base_url=BASE, seen=seen)


def test_who_may_not_write_to_the_audience_does_not_send_to_it(
    secretariat: User, draft: Campaign, quarry: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    from c2m2a_crm.core.registries import audiences

    seen = fingerprint(secretariat, draft)
    quarry.audience.may = lambda actor, record: False  # type: ignore[method-assign]  # put in its place for this test
    monkeypatch.setitem(audiences._entries, draft.audience_key, quarry.audience.entry())
    with pytest.raises(PermissionDenied):
        services.send_campaign(actor=secretariat, campaign=draft, base_url=BASE, seen=seen)


# --- Sending ----------------------------------------------------------------------------------------------------------


def test_sending_freezes_the_audience_and_says_who_approved(secretariat: User, draft: Campaign, quarry: Table) -> None:
    assert send(secretariat, draft)
    draft.refresh_from_db()
    assert (draft.state, draft.approved_by, draft.state_en) == (Campaign.State.SENT, secretariat, Side.APPROVED)
    rows = {row.name: row for row in draft.deliveries.all()}
    assert {name: row.language for name, row in rows.items() if not row.held_back} == {
        "Ines Flint": "en",
        "Ines Silex": "fr",
        "Ines Basalt": "",
    }
    assert rows["Ines Flint"].person == quarry.english
    assert rows["Ines Gravel"].why_fr == "No e-mail address."
    quarry.audience.people = []
    assert draft.deliveries.count() == 4
    assert all(change.actor_id == secretariat.pk for change in history_of(rows["Ines Flint"]))


def test_a_second_press_sends_nothing(secretariat: User, administrator: User, draft: Campaign) -> None:
    assert send(secretariat, draft)
    assert not send(secretariat, draft)
    assert not send(administrator, draft)
    assert OutboxMessage.objects.count() == 3
    assert draft.deliveries.count() == 4


def test_the_database_refuses_a_second_copy_to_one_address(secretariat: User, draft: Campaign) -> None:
    send(secretariat, draft)
    row = draft.deliveries.exclude(email=None).first()
    assert row is not None
    with pytest.raises(IntegrityError), transaction.atomic(), recorded(secretariat):
        Delivery.objects.create(campaign=draft, email=row.email, name="Somebody", held_back="closed")


@pytest.mark.django_db(transaction=True)
def test_two_who_press_send_at_once_send_one_copy_each(secretariat: User, draft: Campaign) -> None:
    seen = fingerprint(secretariat, draft)
    start, answers = threading.Barrier(4), []

    def press() -> None:
        try:
            mine = Campaign.objects.get(pk=draft.pk)
            start.wait()
            answers.append(services.send_campaign(actor=secretariat, campaign=mine, base_url=BASE, seen=seen))
        finally:
            connection.close()

    pressing = [threading.Thread(target=press) for _ in range(4)]
    for each in pressing:
        each.start()
    for each in pressing:
        each.join()
    assert sorted(answers) == [False, False, False, True]
    assert sorted(message.to[0].rpartition("<")[2].rstrip(">") for message in mailbox.outbox) == [
        "basalt@quarry.example",
        "flint@quarry.example",
        "silex@carriere.example",
    ]
    assert Delivery.objects.count() == 4


def test_a_refused_sending_leaves_nothing_behind(
    secretariat: User, draft: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = fingerprint(secretariat, draft)
    monkeypatch.setattr(services.Delivery.objects, "bulk_create", lambda *rows, **options: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        services.send_campaign(actor=secretariat, campaign=draft, base_url=BASE, seen=seen)
    draft.refresh_from_db()
    assert draft.is_draft
    assert not OutboxMessage.objects.exists()


def test_a_discarded_draft_is_not_sent_and_comes_back(secretariat: User, staff: User, draft: Campaign) -> None:
    services.discard_campaign(actor=staff, campaign=draft)
    with pytest.raises(services.CampaignRefused, match="discarded"):
        send(secretariat, draft)
    services.restore_campaign(actor=staff, campaign=draft)
    assert send(secretariat, draft)
    assert services.discard_campaign(actor=staff, campaign=draft).state == Campaign.State.SENT


# --- What became of each copy -----------------------------------------------------------------------------------------


def test_every_copy_is_in_exactly_one_state(secretariat: User, draft: Campaign) -> None:
    send(secretariat, draft)
    before = outcomes(draft)
    assert before == {
        "Ines Flint": Outcome.WAITING,
        "Ines Silex": Outcome.WAITING,
        "Ines Basalt": Outcome.WAITING,
        "Ines Gravel": Outcome.HELD_BACK,
    }
    claimed = outbox.claim_next()
    assert claimed is not None
    assert sorted(outcomes(draft).values()) == ["handing_over", "held_back", "waiting", "waiting"]
    outbox.deliver(claimed)
    tasks.deliver_due_mail()
    assert sorted(outcomes(draft).values()) == ["accepted", "accepted", "accepted", "held_back"]


def test_with_mail_off_it_is_kept_and_says_so(secretariat: User, draft: Campaign, settings: Any) -> None:
    settings.OUTBOX_KEEPS_MAIL = True
    send(secretariat, draft)
    assert outcomes(draft)["Ines Flint"] == Outcome.KEPT


def _fell_silent(campaign: Campaign, name: str) -> Delivery:
    """A worker was killed while it handed this copy over."""
    row = campaign.deliveries.get(name=name)
    long_ago = timezone.now() - outbox.SILENT_AFTER - timedelta(seconds=1)
    OutboxMessage.objects.filter(pk=row.message_id).update(
        state=State.SENDING, claimed_at=long_ago, not_before=long_ago
    )
    outbox.free_silent()
    return row


def test_a_killed_worker_leaves_one_copy_in_doubt_and_nobody_sends_it_again_by_itself(
    secretariat: User, draft: Campaign
) -> None:
    send(secretariat, draft)
    row = _fell_silent(draft, "Ines Flint")
    tasks.deliver_due_mail()
    assert outcomes(draft)["Ines Flint"] == Outcome.IN_DOUBT
    assert services.send_failed_again(actor=secretariat, campaign=draft) == services.SentAgain(0, 0)
    assert len(mailbox.outbox) == 2
    assert services.send_doubtful_again(actor=secretariat, delivery=row).queued == 1
    tasks.deliver_due_mail()
    row.refresh_from_db()
    assert (row.resent, outcomes(draft)["Ines Flint"]) == (1, Outcome.ACCEPTED)
    assert "may have arrived" in history_of(row)[0].reason


def test_a_copy_that_failed_for_certain_is_told_from_one_in_doubt(
    secretariat: User, draft: Campaign, settings: Any
) -> None:
    send(secretariat, draft)
    row = draft.deliveries.get(name="Ines Flint")
    OutboxMessage.objects.filter(pk=row.message_id).update(to_address="nobody\n@here")
    tasks.deliver_due_mail()
    assert outcomes(draft)["Ines Flint"] == Outcome.FAILED
    assert services.send_doubtful_again(actor=secretariat, delivery=row).queued == 0
    OutboxMessage.objects.filter(pk=row.message_id).update(to_address="flint@quarry.example")
    assert services.send_failed_again(actor=secretariat, campaign=draft).queued == 1
    tasks.deliver_due_mail()
    assert outcomes(draft)["Ines Flint"] == Outcome.ACCEPTED
    assert len(mailbox.outbox) == 3
    assert {message.extra_headers["Message-ID"] for message in mailbox.outbox} == {
        f"<o.{each.token.hex}@crm.example>" for each in draft.deliveries.exclude(token=None) if each.token
    }


def test_sending_again_asks_again_who_may_be_written_to(secretariat: User, staff: User, draft: Campaign) -> None:
    send(secretariat, draft)
    OutboxMessage.objects.update(state=State.FAILED, not_before=timezone.now() + timedelta(hours=1))
    close_email(actor=staff, use=AddressUse.objects.get(person__family_name="Flint"))
    services.note_stop(actor=staff, address="silex@carriere.example", scope=services.EVERYTHING, reason="by telephone")
    assert services.send_failed_again(actor=secretariat, campaign=draft) == services.SentAgain(1, 2)
    assert outcomes(draft) == {
        "Ines Flint": Outcome.HELD_BACK,
        "Ines Silex": Outcome.HELD_BACK,
        "Ines Basalt": Outcome.WAITING,
        "Ines Gravel": Outcome.HELD_BACK,
    }


# --- A stop and a message on its way ----------------------------------------------------------------------------------


def _stop(actor: User, address: str = "flint@quarry.example") -> None:
    services.note_stop(actor=actor, address=address, scope=services.EVERYTHING, reason="by telephone")


def test_a_stop_holds_back_a_copy_that_a_worker_took(secretariat: User, staff: User, draft: Campaign) -> None:
    send(secretariat, draft)
    row = draft.deliveries.get(name="Ines Flint")
    OutboxMessage.objects.exclude(pk=row.message_id).update(not_before=timezone.now() + timedelta(hours=1))
    claimed = outbox.claim_next()
    assert claimed is not None
    assert claimed.pk == row.message_id
    _stop(staff)
    assert outcomes(draft)["Ines Flint"] == Outcome.HANDING_OVER
    outbox.deliver(claimed)
    row.refresh_from_db()
    claimed.refresh_from_db()
    assert not mailbox.outbox
    assert (row.held_back, row.why_en) == ("unsubscribed", "Unsubscribed: nothing is sent to this address.")
    assert (claimed.state, claimed.body_text) == (State.FAILED, "")
    assert claimed.last_error == "Unsubscribed before it was handed over."
    assert history_of(row)[0].writer == "delivery of mail"


def test_a_stop_holds_back_a_copy_that_the_server_puts_off_meanwhile(
    secretariat: User, staff: User, draft: Campaign, smtp: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    send(secretariat, draft)
    message = OutboxMessage.objects.filter(to_address="flint@quarry.example")
    key = message.get().pk
    message.update(to_address="later@quarry.example")
    written = outbox._email

    def written_while_they_say_stop(message: OutboxMessage, attempt: int) -> Any:
        if message.pk == key:
            _stop(staff)
        return written(message, attempt)

    monkeypatch.setattr(outbox, "_email", written_while_they_say_stop)
    tasks.deliver_due_mail()
    assert outcomes(draft)["Ines Flint"] == Outcome.WAITING
    OutboxMessage.objects.filter(pk=key).update(not_before=timezone.now(), to_address="flint@quarry.example")
    tasks.deliver_due_mail()
    assert outcomes(draft)["Ines Flint"] == Outcome.HELD_BACK
    assert sorted(envelope.rcpt_tos[0] for envelope in smtp) == ["basalt@quarry.example", "silex@carriere.example"]


def test_a_stop_that_was_said_after_the_plan_was_made_is_not_missed(
    secretariat: User, staff: User, draft: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = fingerprint(secretariat, draft)
    planned = selectors.plan_of

    def plan_and_then_a_stop(*about: Any) -> selectors.Plan:
        found = planned(*about)
        _stop(staff)
        return found

    monkeypatch.setattr(selectors, "plan_of", plan_and_then_a_stop)
    assert services.send_campaign(actor=secretariat, campaign=draft, base_url=BASE, seen=seen)
    assert outcomes(draft)["Ines Flint"] == Outcome.WAITING
    tasks.deliver_due_mail()
    assert outcomes(draft) == {
        "Ines Flint": Outcome.HELD_BACK,
        "Ines Silex": Outcome.ACCEPTED,
        "Ines Basalt": Outcome.ACCEPTED,
        "Ines Gravel": Outcome.HELD_BACK,
    }
    assert len(mailbox.outbox) == 2


def test_a_copy_that_was_held_back_does_not_leave_by_the_page_of_the_outbox(
    secretariat: User, staff: User, draft: Campaign
) -> None:
    send(secretariat, draft)
    OutboxMessage.objects.update(state=State.FAILED, not_before=timezone.now() + timedelta(hours=1))
    close_email(actor=staff, use=AddressUse.objects.get(person__family_name="Flint"))
    services.send_failed_again(actor=secretariat, campaign=draft)
    message = OutboxMessage.objects.get(to_address="flint@quarry.example")
    assert outbox.send_again(message)
    tasks.deliver_due_mail()
    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.FAILED, 0)
    assert message.last_error == "The address is closed: the directory says that it is no longer used."
    assert len(mailbox.outbox) == 2


# --- Writing ----------------------------------------------------------------------------------------------------------


def test_a_form_that_is_sent_twice_makes_one_draft(staff: User, quarry: Table) -> None:
    found = selectors.find_audience(staff, "table-of-tests", quarry.record.pk)
    assert found is not None
    from uuid import uuid4

    token = uuid4()
    made = [services.write_campaign(actor=staff, audience=found, token=token, texts=ENGLISH | FRENCH) for _ in range(2)]
    assert made[0].pk == made[1].pk
    assert Campaign.objects.count() == 1


def test_what_was_sent_is_not_edited_any_more(secretariat: User, draft: Campaign) -> None:
    from django.core.exceptions import ValidationError

    send(secretariat, draft)
    with pytest.raises(ValidationError, match="no draft"):
        services.edit_campaign(actor=secretariat, campaign=draft, version=1, texts={"subject_en": "Other"})


def test_a_notice_to_a_sealed_audience_is_sealed_with_it(
    secretariat: User, staff: User, quarry: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    with recorded(None, system="tests"):
        circle = Circle.objects.create(name="Permits")
    found = selectors.find_audience(secretariat, "table-of-tests", quarry.record.pk)
    assert found is not None
    found.record.sealed_circle_id = circle.pk  # type: ignore[attr-defined]  # as an initiative has it
    from uuid import uuid4

    campaign = services.write_campaign(actor=secretariat, audience=found, token=uuid4(), texts=ENGLISH)
    assert campaign.sealed_circle_id == circle.pk
    assert not Campaign.objects.visible_to(staff).exists()
    assert not campaign.is_readable_by(staff)


def test_an_address_added_later_does_not_change_what_was_frozen(
    secretariat: User, staff: User, draft: Campaign, quarry: Table
) -> None:
    send(secretariat, draft)
    add_email(actor=staff, owner=quarry.unreachable, address="gravel@quarry.example")
    assert outcomes(draft)["Ines Gravel"] == Outcome.HELD_BACK
