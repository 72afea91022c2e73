"""Mail: each place of the product that writes one, with the secrets of the office at hand."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings

from c2m2a_crm.accounts import circles
from c2m2a_crm.accounts.models import Role, User
from c2m2a_crm.accounts.services import invite
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import CircleMembership, OutboxMessage
from c2m2a_crm.outreach.models import Delivery
from c2m2a_crm.privacy.services import gathering
from members.models import Person
from members.services.anonymising import anonymise_person
from tests.factories import UserFactory
from tests.privacy.making import information, noticed, officer
from tests.system.leaks.planting import CIRCLE, MARK, Vault

BASE = "https://crm.example/"
ROOMS = ("c2m2a_crm", "members", "forums", "partnerships")


def opened_in_emergency(vault: Vault) -> None:
    officer: User = UserFactory(roles=[Role.COMPLIANCE])
    with recorded(None, system="tests"):
        CircleMembership.objects.filter(circle=vault.circle).update(is_owner=True)
    circles.open_in_emergency(actor=officer, circle=vault.circle, reason=f"{MARK} complaint", base_url=BASE)


def an_invitation(vault: Vault) -> None:
    invite(actor=UserFactory(roles=[Role.ADMINISTRATOR]), email="new@office.example", roles=[Role.STAFF], base_url=BASE)


def notices(vault: Vault) -> None:
    """The vault has sent some, and their texts are planted."""
    assert Delivery.objects.exists()


def asked_for_access(vault: Vault) -> None:
    compliance = officer()
    gathering.begin_search(actor=compliance, request=information(compliance, words=MARK), base_url=BASE)


def asked_to_make_anonymous(vault: Vault) -> None:
    with recorded(None, system="tests"):
        CircleMembership.objects.filter(circle=vault.circle).update(is_owner=True)
    anonymise_person(
        actor=officer(),
        person=Person.objects.get(family_name="Tamarack"),
        authority="The person asked",
        reason="A request",
        base_url=BASE,
    )


def to_a_third_party(vault: Vault) -> None:
    """The letter says what the officer wrote in it, and nothing of the records."""
    noticed(officer())


# Where the product writes mail, and how it is brought to do so here.
WRITERS: dict[str, Callable[[Vault], None]] = {
    "c2m2a_crm.accounts.circles._tell": opened_in_emergency,
    "c2m2a_crm.accounts.services._mail_invitation": an_invitation,
    "c2m2a_crm.outreach.services._delivery": notices,
    "c2m2a_crm.privacy.services.gathering._ask_owners": asked_for_access,
    "members.services.anonymising._ask_owners": asked_to_make_anonymous,
    # Last: the office becomes a federal institution for it, which makes nobody anonymous without an authority.
    "c2m2a_crm.privacy.services.notices.send_notice": to_a_third_party,
}
# Writers that are not run here, and why.
NOT_RUN = {
    "c2m2a_crm.accounts.adapters.send_mail": "sign-in: addresses and links of the person's own account",
    "c2m2a_crm.privacy.emails.tell_of_previews": "names of rules and numbers of rows, to compliance",
    "forums.joining.emails._tell": "an applicant’s own application, to whoever sent it",
    "forums.joining.emails.send_answer": "the answer to a question, to whoever asked it",
    "forums.meetings.emails.queue": "a meeting, to whoever has a seat at its forum or was asked to it by name",
    "forums.meetings.promise_mail.queue": "what its reader promised at a forum in no circle",
    "forums.meetings.review_mail.queue": "minutes of a forum in no circle, to whoever attended the meeting",
    "forums.papers.emails.queue": "a link to the papers of a forum in no circle, to whoever is asked to the meeting",
    "forums.rounds.emails._tell": "a comment round, to whoever was asked for a seat at its forum",
    "members.details.emails.ask_by_mail": "the person’s own name and a link to their own details, to themself",
    "members.dues.emails.send_invoice": "an invoice, to the member it is for",
    "members.memberships.emails._tell": "an applicant’s own application, to whoever sent it",
    "members.memberships.reminder_mail.remind": "the term and dues of a membership, to its own organization",
    "c2m2a_crm.accounts.history_mail.send_heads": "numbers of blocks and their digests, to compliance",
}


def places_that_write_mail() -> Iterator[str]:
    """The functions of the product that call ``queue_mail``."""
    for room in ROOMS:
        for path in (Path(settings.BASE_DIR) / room).rglob("*.py"):
            source = path.read_text("utf-8")
            if "queue_mail(" not in source:
                continue
            module = ".".join(path.relative_to(settings.BASE_DIR).with_suffix("").parts)
            for function in ast.walk(ast.parse(source)):
                if isinstance(function, ast.FunctionDef) and any(map(is_a_mail, ast.walk(function))):
                    yield f"{module}.{function.name}"


def is_a_mail(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    called = node.func
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return name == "queue_mail"


def test_every_place_that_writes_mail_is_asked_here() -> None:
    assert set(places_that_write_mail()) == WRITERS.keys() | NOT_RUN.keys()


def test_mail_to_others_says_nothing_that_was_confided(vault: Vault, administrator: User) -> None:
    """Not in a text, nor a subject, nor a name: to the circle and to whom the notice itself was sent, and nobody else.

    Administrators, who keep the outbox, do not see such mail at all.
    """
    for write in WRITERS.values():
        write(vault)
    inside = set(CircleMembership.objects.filter(circle=vault.circle).values_list("user__email", flat=True))
    inside |= set(Delivery.objects.values_list("message__to_address", flat=True))
    shown = set(OutboxMessage.objects.visible_to(administrator).values_list("pk", flat=True))
    leaks, telling = [], set()
    for mail in OutboxMessage.objects.all():
        said = f"{mail.subject}{mail.body_text}{mail.body_html}{mail.headers}{mail.to_name}"
        if MARK not in said and CIRCLE not in said:
            continue
        telling.add(mail.kind)
        if mail.to_address not in inside or mail.pk in shown:
            leaks.append((mail.kind, mail.to_address))
    assert len(telling) >= 2
    assert not leaks
