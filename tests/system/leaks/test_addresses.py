"""Every address, as every role, with the word in every column of text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.engagement.models import (
    Commitment,
    FollowUp,
    Initiative,
    InitiativeFact,
    Interaction,
    Participant,
    Point,
)
from c2m2a_crm.outreach.models import Campaign, Delivery
from forums.models import Forum, Seat, SeatCategory, SeatTerm
from partnerships.models import CooperationArea, Partnership
from tests.system.leaks.planting import ADDED_ONLY, ASKED, CIRCLE, MARK, NOT_WORDS, Vault, is_of_text
from tests.system.leaks.reading import (
    PARTS,
    arguments_of_addresses,
    asked_with,
    outsider,
    secrets_in,
    takes_words,
    text_of,
)
from tests.system.role_matrix import Row, all_makers, all_rows

# Addresses that must have been asked about records of the circle, or the sweep proves little.
ABOUT_CONFIDED = {
    "contact_log:detail",
    "commitments:detail",
    "forums:detail",
    "partnerships:detail",
    "documents:detail",
    "documents:file",
    "campaigns:detail",
    "core:change",
    "briefings:detail",
}
# Addresses that are not asked, and why.
NOT_ASKED = {
    "account_logout": "ends the session that asks",
    "accounts:end_other_sessions": "ends sessions and shows nothing",
    "mfa_reauthenticate_webauthn": "speaks with a key that the browser holds",
}


def test_the_word_stands_in_every_column_of_text_of_every_kind_of_confided_row(vault: Vault) -> None:
    planted: set[str] = set()
    for row in vault.rows:
        if isinstance(row, ADDED_ONLY):
            continue
        again = type(row)._base_manager.get(pk=row.pk)
        full = {name for name in is_of_text(row) if MARK[:8] in str(getattr(again, name.rpartition(".")[2]))}
        planted |= full
    kinds = {type(row) for row in vault.rows} - set(ADDED_ONLY)
    assert {Interaction, Participant, Point, Commitment, FollowUp, Initiative, InitiativeFact} <= kinds
    assert {Forum, Seat, SeatCategory, SeatTerm, Partnership, CooperationArea, Campaign, Delivery} <= kinds
    assert planted == set().union(*(is_of_text(kind) for kind in kinds)) - NOT_WORDS


@pytest.mark.parametrize("half", [0, 1])
def test_no_address_says_a_confided_word_to_any_role(
    half: int, request: pytest.FixtureRequest, client_of: Any, vault: Vault, exhaustive: bool
) -> None:
    """One office for all roles: what an answer writes is taken back before the next is asked. Two halves, for time.

    Every address is asked by every role with ``--exhaustive``, else by one of them, in rotation.
    """
    clients = {part: client_of(outsider(part, request)) for part in PARTS}
    rows, makers = all_rows(), all_makers()
    visited: set[str] = set()
    confided: set[str] = set()
    leaks: list[str] = []
    asked = sorted(rows.keys() - NOT_ASKED.keys())[half::2]
    for place, name in enumerate(asked):
        row = rows[name]
        parts = PARTS if exhaustive else [PARTS[place % len(PARTS)]]
        is_confided = name in vault.arguments or name.partition(":")[0] in vault.arguments
        with transaction.atomic():
            for arguments in asked_with(name, makers.get(row.maker), vault):
                url = reverse(name, kwargs=arguments)
                for verb, data in asks_of(name, row, arguments, is_confided):
                    for part, client in ((part, clients[part]) for part in parts):
                        with transaction.atomic():
                            response = getattr(client, verb)(url, data, headers=dict(row.headers))
                            said = text_of(response)
                            transaction.set_rollback(True)
                        assert response.status_code < 500 or response.status_code == 503, (name, verb, part)
                        # Half of the question stands in an address: pages may repeat what was asked. Compliance
                        # knows circles by their names.
                        told = secrets_in(said, *(() if part == "compliance" else (CIRCLE,)))
                        leaks += [f"{verb} {url} says {secret} to {part}" for secret in told]
            visited.add(name)
            if is_confided:
                confided.add(name)
            transaction.set_rollback(True)
    assert not leaks
    assert visited == set(asked)
    assert ABOUT_CONFIDED & visited <= confided


def test_every_address_is_asked_or_says_why_not() -> None:
    rows = all_rows().keys()
    assert rows == arguments_of_addresses().keys()
    assert NOT_ASKED.keys() | ABOUT_CONFIDED <= rows


def asks_of(name: str, row: Row, arguments: dict[str, Any], is_confided: bool) -> Iterator[tuple[str, Any]]:
    """The ways in which an address is asked: looked at, searched, and sent where it is about confided records."""
    if "get" in row.verbs:
        yield "get", {}
        if takes_words(name):
            yield "get", {"q": ASKED}
    if "post" in row.verbs and (row.asks == "post" or is_confided):
        yield "post", row.data(arguments) if callable(row.data) else dict(row.data)


def test_the_search_the_palette_and_the_suggestions_are_asked_for_words() -> None:
    asked = {name for name in arguments_of_addresses() if takes_words(name)}
    named = {name for name in arguments_of_addresses() if name.endswith(("options", "palette", ":search"))}
    assert named <= asked


def test_the_same_sweep_finds_the_word_as_a_member(client_of: Any, vault: Vault, staff: User) -> None:
    """What the sweep above reads does say the word to those who may know it, or it would prove nothing."""
    client = client_of(staff)
    for name in (
        "contact_log:detail",
        "commitments:detail",
        "forums:detail",
        "partnerships:detail",
        "campaigns:detail",
    ):
        said = [text_of(client.get(reverse(name, kwargs=each))) for each in asked_with(name, None, vault)]
        assert said, name
        assert all(MARK in text for text in said), name
