"""What a merge costs against a bare update of the rows that it moves, history's triggers on in both.

Everything is made in one transaction that is taken back: nothing stays.
"""

from __future__ import annotations

import statistics
import time
from datetime import date, timedelta
from typing import Any, Final

from django.db import models, transaction

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.operations import services as operations
from c2m2a_crm.core.validity import valid_dates
from c2m2a_crm.dashboard.bench import budgets
from c2m2a_crm.dashboard.bench.report import Finding, Report
from c2m2a_crm.engagement.models import FollowUp, Interaction, Participant
from members.merging.services import merge_people
from members.models import AddressUse, Affiliation, EmailAddress, Party, Person, PhoneNumber

CHILDREN: Final = 500
# As they hang on somebody who has long been known: mostly contacts.
_SHARE: Final = {Participant: 0.6, FollowUp: 0.2, PhoneNumber: 0.1, AddressUse: 0.08, Affiliation: 0.02}


def measure(user: User, *, rounds: int = 9, children: int = CHILDREN) -> Report:
    """Merge and bare update take turns on the same rows, each taken back before the other begins."""
    merges: list[float] = []
    undos: list[float] = []
    bare: list[float] = []
    with transaction.atomic(), recorded(None, system="bench"):
        keep, lose = (Person.objects.create(given_name="Bench", family_name=f"Merge {side}") for side in "ab")
        rows = _hang_on(lose, user, children)
        for _turn in range(rounds):
            bare.append(_taken_back(lambda: _update(rows, keep)))
            merges.append(_taken_back(lambda: merge_people(actor=user, keep=keep, lose=lose)))
            undos.append(_undo_taken_back(user, keep, lose))
        transaction.set_rollback(True)
    report = Report(f"Merge of a record with {children} rows, {rounds} rounds")
    report.findings += [
        _finding("merge", merges, bare, budgets.MERGE_TIMES),
        _finding("undo of the merge", undos, bare, budgets.MERGE_TIMES),
    ]
    return report


def _finding(name: str, own: list[float], bare: list[float], budget: float) -> Finding:
    ratio = statistics.median(own) / statistics.median(bare)
    figures = {
        "bare ms": statistics.median(bare) * 1000,
        "own ms": statistics.median(own) * 1000,
        "ratio": ratio,
        "budget": budget,
    }
    return Finding(name, figures, (f"{ratio:.2f} times, budget {budget}",) if ratio > budget else ())


def _hang_on(person: Person, user: User, children: int) -> dict[type[models.Model], list[int]]:
    party = Party.objects.create(kind=Party.Kind.BUSINESS, name_en="Bench")
    made: dict[type[models.Model], list[int]] = {}
    for model, share in _SHARE.items():
        stored: list[Any] = [_row(model, number, person, party, user) for number in range(round(children * share))]
        made[model] = [row.pk for row in model._default_manager.bulk_create(stored)]
    return made


def _row(model: type[models.Model], number: int, person: Person, party: Party, user: User) -> models.Model:
    day = date(2020, 1, 1) + timedelta(days=number)
    if model is Participant:
        contact = Interaction.objects.create(kind="call", subject="Bench", occurred_on=day, recorded_by=user)
        return Participant(interaction=contact, person=person, name=person.full_name)
    if model is FollowUp:
        return FollowUp(text="Bench", assignee=user, created_by=user, person=person)
    if model is PhoneNumber:
        return PhoneNumber(person=person, number=f"+1613555{number:04}", valid=valid_dates())
    if model is AddressUse:
        email = EmailAddress.objects.create(address=f"bench-merge-{number}@bench.invalid")
        return AddressUse(person=person, email=email, valid=valid_dates())
    return Affiliation(person=person, party=party, valid=valid_dates(day, day))


def _update(rows: dict[type[models.Model], list[int]], keep: Person) -> None:
    for model, keys in rows.items():
        model._default_manager.filter(pk__in=keys).update(person=keep)


def _taken_back(act: Any) -> float:
    with transaction.atomic():
        began = time.perf_counter()
        act()
        took = time.perf_counter() - began
        transaction.set_rollback(True)
    return took


def _undo_taken_back(user: User, keep: Person, lose: Person) -> float:
    with transaction.atomic():
        operation = merge_people(actor=user, keep=keep, lose=lose)
        began = time.perf_counter()
        operations.undo(actor=user, operation=operation)
        took = time.perf_counter() - began
        transaction.set_rollback(True)
    return took
