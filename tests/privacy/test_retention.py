"""What is due is listed once a month, looked at, approved by a person under an authority, and gone only then."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from c2m2a_crm.accounts.models import Role, User
from c2m2a_crm.accounts.policies import NotAllowed
from c2m2a_crm.accounts.services import revoke_role
from c2m2a_crm.core.calendar_months import months_after
from c2m2a_crm.core.disposal import DisposalRefused
from c2m2a_crm.core.feedback import leave_feedback
from c2m2a_crm.core.history import history_of, recorded
from c2m2a_crm.core.jobs import run as run_job
from c2m2a_crm.core.models import AccessibilityFeedback, Draft, History, Installation, Job, OutboxMessage, PublicLink
from c2m2a_crm.core.outbox import Mail, queue_mail
from c2m2a_crm.core.public_links.services import revoke_link
from c2m2a_crm.core.registries import Disposal, retention_rules
from c2m2a_crm.core.validity import today
from c2m2a_crm.privacy.models import Incident, RetentionPeriod, RetentionRow, RetentionRun
from c2m2a_crm.privacy.reference import load_periods
from c2m2a_crm.privacy.reference.keeping import load_retention_periods
from c2m2a_crm.privacy.rules import people_out_of_use
from c2m2a_crm.privacy.services import holds, incidents, requests, retention
from c2m2a_crm.privacy.tasks import make_previews
from forums.joining.services import answer
from members.details import answering
from members.details.forms import Difference
from members.models import Application, DetailsDifference, DetailsRequest, Person
from members.services import add_email, create_party, create_person
from tests.core.public_links.making import make as make_public_link
from tests.engagement.making import log
from tests.forums.joining import application_for, inquiry_about
from tests.forums.making import Making
from tests.members.gifts.making import gift
from tests.members.memberships.making import administrator, decided_application
from tests.outreach.making import sent_notice
from tests.privacy.making import BASE, owned_circle

pytestmark = pytest.mark.django_db

LONG_AGO = timezone.now() - timedelta(days=7 * 365)


@pytest.fixture(autouse=True)
def _periods(db: None) -> None:
    load_retention_periods()


def somebody(actor: User, family_name: str) -> Person:
    """On file for seven years, without anything else."""
    with time_machine.travel(LONG_AGO, tick=True):
        return create_person(actor=actor, given_name="Otto", family_name=family_name)


def listed(rule: str = "people") -> RetentionRun:
    retention.make_previews()
    return RetentionRun.objects.get(rule=rule)


def approve(actor: User, run: RetentionRun, authority: str = "Schedule 4") -> RetentionRun:
    run.refresh_from_db()
    job = retention.approve(actor=actor, run=run, version=run.version, authority=authority, reason="Due", base_url=BASE)
    run_job(job.pk)
    run.refresh_from_db()
    return run


def test_people_are_due_whom_no_room_used_for_so_long(staff: User, secretariat: User) -> None:
    idle = somebody(staff, "Idle")
    met, sits, got_mail = (somebody(staff, name) for name in ("Met", "Sits", "Mail"))
    log(staff, met)
    company = create_party(actor=staff, kind="business", name_en="Basin Lithium")
    with time_machine.travel(LONG_AGO, tick=True):
        create_person(actor=staff, given_name="Ada", family_name="Open", organization=company)
        gone = create_person(
            actor=staff, given_name="Ada", family_name="Ended", organization=company, until=LONG_AGO.date()
        )
    making = Making(secretariat)
    making.term(making.seat(making.forum()), sits)
    sent_notice(staff, got_mail)
    new = create_person(actor=staff, given_name="Ada", family_name="New")
    due = set(people_out_of_use(months_after(today(), -60)).values_list("pk", flat=True))
    assert due == {idle.pk, gone.pk}
    assert new.pk not in due


def test_a_preview_is_made_once_a_month_with_the_rows_of_that_moment(staff: User) -> None:
    idle = somebody(staff, "Idle")
    run = listed()
    assert (run.month, run.proposed, run.cutoff) == (today().replace(day=1), 1, months_after(today(), -60))
    later = somebody(staff, "Later")
    assert retention.make_previews() == []
    assert list(run.rows.values_list("row_id", flat=True)) == [idle.pk]
    next_month = months_after(today().replace(day=1), 1)
    retention.make_previews(next_month)
    again = RetentionRun.objects.get(rule="people", month=next_month)
    assert set(again.rows.values_list("row_id", flat=True)) == {idle.pk, later.pk}


def test_nothing_goes_without_an_approval(staff: User) -> None:
    somebody(staff, "Idle")
    listed()
    assert Person.objects.filter(family_name="Idle").exists()
    assert not Job.objects.exists()


def test_an_approval_makes_people_anonymous_and_says_what_became_of_each(staff: User, compliance: User) -> None:
    idle, spared, used, kept = (somebody(staff, name) for name in ("Idle", "Spared", "Used", "Kept"))
    run = listed()
    row = run.rows.get(row_id=spared.pk)
    retention.leave_out(actor=compliance, row=row, reason="Widow of a founder")
    log(staff, used)
    holds.place_hold(actor=compliance, name="Trial", reason="Court file", subjects=[kept])
    approve(compliance, run)
    outcomes = dict(run.rows.values_list("row_id", "outcome"))
    assert outcomes == {idle.pk: "disposed", spared.pk: "", used.pk: "in_use", kept.pk: "held"}
    assert "Trial" in run.rows.get(row_id=kept.pk).note
    assert set(Person.objects.filter(anonymised_on=today()).values_list("pk", flat=True)) == {idle.pk}
    assert retention.told(run) == [
        "1 row was disposed of.",
        "1 row stays: it is kept.",
        "1 row is in use again.",
        "1 row was left out.",
    ]
    assert (run.state, run.authority, run.approved_by) == (RetentionRun.State.DONE, "Schedule 4", compliance)
    assert {change.actor_id for change in history_of(run)} == {None, compliance.pk}


def test_a_list_is_approved_once_and_as_it_was_looked_at(staff: User, compliance: User, administrator: User) -> None:
    somebody(staff, "Idle")
    run = listed()
    with pytest.raises(NotAllowed):
        approve(administrator, run)
    with pytest.raises(retention.RetentionRefused, match="Name the authority"):
        approve(compliance, run, authority=" ")
    with pytest.raises(retention.RetentionRefused, match="changed since"):
        retention.approve(actor=compliance, run=run, version=run.version + 1, authority="x", reason="", base_url=BASE)
    approve(compliance, run)
    with pytest.raises(retention.RetentionRefused, match="approved already"):
        approve(compliance, run)
    row = run.rows.get()
    with pytest.raises(retention.RetentionRefused, match="approved already"):
        retention.leave_out(actor=compliance, row=row, reason="Too late")


def test_leaving_a_row_out_changes_the_list_that_others_look_at(staff: User, compliance: User) -> None:
    somebody(staff, "Idle")
    run = listed()
    seen = run.version
    retention.leave_out(actor=compliance, row=run.rows.get(), reason="Wait")
    with pytest.raises(retention.RetentionRefused, match="changed since"):
        retention.approve(actor=compliance, run=run, version=seen, authority="x", reason="", base_url=BASE)
    retention.take_in_again(actor=compliance, row=run.rows.get())
    assert run.rows.get().excluded_by is None


def test_owners_are_led_to_the_entries_that_still_name_who_is_made_anonymous(
    staff: User, secretariat: User, compliance: User
) -> None:
    otto = somebody(staff, "Idle")
    with time_machine.travel(LONG_AGO, tick=True):
        entry = log(staff, otto, sealed_circle=owned_circle(staff, secretariat))
    run = listed()
    assert list(run.rows.values_list("row_id", flat=True)) == [otto.pk]
    approve(compliance, run)
    mail = OutboxMessage.objects.filter(kind="members.anonymised:confided").first()
    assert mail is not None
    assert f"\n{BASE.rstrip('/')}{entry.get_absolute_url()}\n" in mail.body_text


def test_who_lost_the_right_before_the_work_ran_disposes_of_nothing(
    staff: User, compliance: User, administrator: User
) -> None:
    somebody(staff, "Idle")
    run = listed()
    job = retention.approve(
        actor=compliance, run=run, version=run.version, authority="Schedule 4", reason="", base_url=BASE
    )
    revoke_role(actor=administrator, user=compliance, role=Role.COMPLIANCE)
    run_job(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert Person.objects.filter(family_name="Idle").exists()
    run.refresh_from_db()
    assert retention.has_failed(run)


def test_a_federal_institution_names_its_authority_before_the_work_begins(staff: User, compliance: User) -> None:
    with recorded(None, system="tests"):
        Installation.objects.update_or_create(pk=1, defaults={"legal_kind": Installation.LegalKind.FEDERAL})
    somebody(staff, "Idle")
    run = listed()
    with pytest.raises(DisposalRefused, match="section 12"):
        approve(compliance, run)
    assert not Job.objects.exists()
    holds.note_authority(actor=compliance, number="2021/004", institution="The office", covers="Contacts")
    approve(compliance, run, authority="DA 2021/004")
    assert run.rows.get().outcome == "disposed"


def test_every_rule_asks_the_holds_before_it_disposes(staff: User, compliance: User) -> None:
    """One row of each rule, all held by the day: none goes."""
    rows_of_each_rule(staff, compliance)
    retention.make_previews()
    assert {run.rule for run in RetentionRun.objects.filter(proposed__gt=0)} == {rule.key for rule in retention_rules}
    hold = holds.place_hold(actor=compliance, name="Trial", reason="Court file", until=today())
    for run in RetentionRun.objects.all():
        approve(compliance, run)
    assert set(RetentionRow.objects.values_list("outcome", flat=True)) == {"held"}
    holds.release_hold(actor=compliance, hold=hold, reason="Settled")
    # And none is kept once the hold is gone: what kept them was the hold.
    for rule in retention_rules:
        assert retention.due(rule, today()).exists(), rule.key


def test_what_each_rule_takes_and_leaves(staff: User, compliance: User) -> None:
    rows_of_each_rule(staff, compliance)
    retention.make_previews()
    for run in RetentionRun.objects.all():
        approve(compliance, run)
    assert set(RetentionRow.objects.values_list("outcome", flat=True)) == {"disposed"}
    for rule in retention_rules:
        assert not retention.due(rule, today()).exists(), rule.key
    assert not Draft.objects.exists()
    message = OutboxMessage.objects.get(key="old")
    assert (message.body_text, message.subject, message.to_address) == ("", "Hello", "otto@basin.example")
    feedback = AccessibilityFeedback.objects.get()
    assert (feedback.text, feedback.contact, feedback.received_at < LONG_AGO + timedelta(days=1)) == ("[…]", "", True)
    incident = Incident.objects.get()
    assert (incident.what, incident.title, incident.people_count) == ("", "Lost laptop", 3)
    assert all("laptop with" not in str(change.after) for change in history_of(incident))
    assert not DetailsDifference.objects.exists()
    assert DetailsRequest.objects.get().answered_at is not None
    assert not History.objects.filter(tbl="members_detailsdifference", after__new__family_name="Answered").exists()
    application = Application.objects.get()
    assert (application.applicant, application.reason, application.statement) == ("[…] […]", "[…]", "")
    assert (application.kind, application.decision, application.email) == (
        "membership",
        "declined",
        "anonymised@anonymised.invalid",
    )
    assert all("Quarry" not in f"{change.before} {change.after}" for change in history_of(application))
    link = PublicLink.objects.get()
    assert (link.recipient, link.revoked_reason, link.openings) == ("[…]", "[…]", 2)
    assert all("Ministry" not in f"{change.before} {change.after}" for change in history_of(link))


def rows_of_each_rule(staff: User, compliance: User) -> None:
    load_periods()
    somebody(staff, "Idle")
    draft = Draft.objects.create(user=staff, form="log_contact", token="0" * 32, data={"notes": ["Old"]})
    Draft.objects.filter(pk=draft.pk).update(updated_at=LONG_AGO)
    queue_mail(Mail("otto@basin.example", "Hello", "Dear Otto"), kind="t", key="old")
    OutboxMessage.objects.filter(key="old").update(state=OutboxMessage.State.SENT, sent_at=LONG_AGO)
    with time_machine.travel(LONG_AGO - timedelta(days=365), tick=True):
        gift(donor_party=create_party(actor=staff, kind="business", name_en="Giver"), note="By hand.")
    with time_machine.travel(LONG_AGO, tick=True):
        leave_feedback(text="Grey on grey.", language="en", contact="otto@basin.example")
        link = make_public_link(staff, recipient="Ministry of Mines").link
        revoke_link(actor=staff, link=link, reason="The Ministry lost it")
        PublicLink.objects.update(openings=2)
        request = requests.open_request(
            actor=compliance,
            kind="information",
            requester="Ines Roe",
            received_on=timezone.localtime(LONG_AGO).date(),
            language="en",
            words="",
            subject_words="brine",
            people=[],
            since=None,
            until=None,
        )
        requests.close_request(actor=compliance, request=request, note="Sent")
        employer = create_party(actor=staff, kind="business", name_en="Basin")
        asked = create_person(actor=staff, given_name="Asked", organization=employer)  # and still in use
        address = add_email(actor=staff, owner=asked, address="asked@basin.example").email
        request_of_details = DetailsRequest.objects.create(person=asked, email=address, asked_by=staff)
        said = Difference("name", None, {"family_name": "Asked"}, {"family_name": "Answered"})
        answering.receive(request_of_details, [said])
        decided_application(administrator())
        keeper = administrator()
        asked_about = inquiry_about(Making(keeper).forum())
        answer(actor=keeper, inquiry=asked_about, text="Twice a year.")
        incident = incidents.record_incident(
            actor=compliance,
            title="Lost laptop",
            what="A laptop with notes was left in a train.",
            found_on=timezone.localtime(LONG_AGO).date(),
            whose="Members",
            people_count=3,
            information="Names",
        )
        incidents.edit_incident(
            actor=compliance,
            incident=incident,
            version=1,
            changes={"sensitivity": "low", "misuse": "low", "risk": "none"},
        )
        incidents.close_incident(actor=compliance, incident=incident)


def test_a_period_changes_from_a_day_on_and_the_days_before_stay(compliance: User, staff: User) -> None:
    rule = retention_rules["people"]
    retention.set_period(actor=compliance, rule=rule, months=24, first=today())
    assert retention.period_of(rule, today()).months == 24  # type: ignore[union-attr]  # just set
    assert retention.period_of(rule, today() - timedelta(days=1)).months == 60  # type: ignore[union-attr]  # as loaded
    with pytest.raises(retention.RetentionRefused, match="begins on that day"):
        retention.set_period(actor=compliance, rule=rule, months=36, first=today())
    with pytest.raises(NotAllowed):
        retention.set_period(actor=staff, rule=rule, months=36, first=today() + timedelta(days=9))
    load_retention_periods()  # what people dated stays
    assert RetentionPeriod.objects.filter(rule="people").count() == 3


def test_a_period_that_another_set_meanwhile_is_refused_in_words(
    compliance: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a form that is sent twice the second finds the first only when the database does."""
    rule = retention_rules["people"]
    valid_dates = retention.valid_dates

    def while_another_sets(*days: date) -> object:
        monkeypatch.setattr(retention, "valid_dates", valid_dates)
        RetentionPeriod.objects.filter(rule="people").delete()
        retention.set_period(actor=compliance, rule=rule, months=12, first=today())
        return valid_dates(*days)

    RetentionPeriod.objects.filter(rule="people").delete()
    monkeypatch.setattr(retention, "valid_dates", while_another_sets)
    with pytest.raises(retention.PeriodBegins):
        retention.set_period(actor=compliance, rule=rule, months=24, first=today())


def test_without_a_period_nothing_is_ever_due(staff: User) -> None:
    somebody(staff, "Idle")
    with recorded(None, system="tests"):
        RetentionPeriod.objects.all().delete()
    assert retention.make_previews() == []
    assert not retention.due(retention_rules["people"], today()).exists()


def test_those_who_approve_are_told_once_a_month_of_numbers_alone(staff: User, compliance: User) -> None:
    somebody(staff, "Idle")
    assert make_previews() == len(list(retention_rules))
    assert make_previews() == 0
    mail = OutboxMessage.objects.get(kind="privacy.previews")
    assert mail.to_address == compliance.email
    assert "People nobody has dealt with: 1" in mail.body_text
    assert "Idle" not in mail.body_text


def test_a_worker_that_died_between_listing_and_telling_is_made_up_for(staff: User, compliance: User) -> None:
    somebody(staff, "Idle")
    retention.make_previews()
    assert make_previews() == 0
    assert OutboxMessage.objects.get(kind="privacy.previews").to_address == compliance.email


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 1, 15), -13, date(2024, 12, 15)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
    ],
)
def test_months_end_on_the_last_day_of_a_shorter_one(day: date, months: int, expected: date) -> None:
    assert months_after(day, months) == expected


# --- Pages ------------------------------------------------------------------------------------------------------------


def test_a_list_is_looked_at_narrowed_and_approved_on_its_page(
    as_compliance: Client, as_administrator: Client, staff: User
) -> None:
    idle, spared = somebody(staff, "Idle"), somebody(staff, "Spared")
    run = listed()
    url = run.get_absolute_url()
    assert "Approve and dispose" not in as_administrator.get(url).content.decode()
    as_compliance.post(reverse("privacy:leave_out", args=[run.rows.get(row_id=spared.pk).pk]), {"reason": "Founder"})
    page = as_compliance.get(url).content.decode()
    assert "Otto Idle" in page
    assert "Founder" in page
    run.refresh_from_db()
    facts = {"version": run.version, "authority": "Schedule 4", "reason": "Due"}
    refused = as_compliance.post(reverse("privacy:approve", args=[run.pk]), facts | {"typed": "2"})
    assert refused.status_code == 422
    assert "Type 1." in refused.content.decode()
    assert not Job.objects.exists()
    done = as_compliance.post(reverse("privacy:approve", args=[run.pk]), facts | {"typed": "1"})
    job = Job.objects.get()
    assert done["Location"] == reverse("core:job", args=[job.pk])
    run_job(job.pk)
    assert "1 row was disposed of." in as_compliance.get(url).content.decode()
    idle.refresh_from_db()
    assert idle.anonymised_on == today()


def test_the_page_says_what_a_hold_keeps(as_compliance: Client, staff: User, compliance: User) -> None:
    idle = somebody(staff, "Idle")
    run = listed()
    url = run.get_absolute_url()
    assert "A legal hold keeps it." not in as_compliance.get(url).content.decode()
    for what in ({"subjects": [idle]}, {"words": "idle"}, {"since": today() - timedelta(days=9000)}):
        hold = holds.place_hold(actor=compliance, name="Trial", reason="Court file", **what)  # type: ignore[arg-type]  # one each
        assert "A legal hold keeps it." in as_compliance.get(url).content.decode(), what
        holds.release_hold(actor=compliance, hold=hold, reason="Settled")


def test_the_rules_stand_above_the_previews_with_what_is_unconfirmed(as_compliance: Client, staff: User) -> None:
    somebody(staff, "Idle")
    listed()
    page = as_compliance.get(reverse("privacy:retention")).content.decode()
    for rule in retention_rules:
        assert str(rule.label) in page
    assert "Unconfirmed" in page
    assert "60 months" in page


def test_a_period_is_changed_on_its_page(as_compliance: Client) -> None:
    url = reverse("privacy:retention_period", args=["people"])
    assert as_compliance.get(url).status_code == 200
    assert as_compliance.post(url, {"months": "24", "first": today().isoformat()}).status_code == 302
    assert as_compliance.post(url, {"months": "0", "first": ""}).status_code == 422
    assert as_compliance.get(reverse("privacy:retention_period", args=["nothing"])).status_code == 404


def test_answered_questions_about_tables_go_with_time_and_their_number_stays(
    compliance: User, secretariat: User
) -> None:
    forum = Making(secretariat).forum()
    with time_machine.travel(LONG_AGO, tick=True):
        answered, waiting = inquiry_about(forum), inquiry_about(forum, email="late@query.example")
        answer(actor=secretariat, inquiry=answered, text="Twice a year, Quinn Query.")
    rule = retention_rules["inquiries"]
    assert list(rule.rows(today())) == [answered]
    assert not rule.rows((LONG_AGO - timedelta(days=1)).date()).exists()
    rule.dispose(answered.pk, Disposal(actor=compliance, authority="s. 5", reason="Old", base_url=BASE))
    answered.refresh_from_db()
    assert (answered.name, answered.question, answered.answer, answered.organization_name) == ("[…]", "[…]", "", "")
    assert answered.answered_at is not None
    assert all("Quinn" not in f"{change.before} {change.after}" for change in history_of(answered))
    waiting.refresh_from_db()
    assert waiting.name == "Quinn Query"
    assert not rule.rows(today()).exists()


def test_an_application_for_a_seat_is_opened_on_its_own_page(secretariat: User) -> None:
    asked = application_for(Making(secretariat).forum())
    member = decided_application(secretariat)
    addresses = retention_rules["applications"].addresses([asked.pk, member.pk])
    assert addresses == {
        asked.pk: reverse("forums:application", args=[asked.pk]),
        member.pk: reverse("memberships:application", args=[member.pk]),
    }
