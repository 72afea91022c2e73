"""Two people who issue at once: numbers without a gap, none twice."""

from __future__ import annotations

from datetime import date
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from members.dues import numbers
from members.models import NumberSeries

ROUNDS, FAILS = 12, 3


@pytest.mark.django_db(transaction=True)
def test_two_connections_take_numbers_without_gaps_though_some_fail() -> None:
    taken: list[int] = []
    together = Barrier(2)

    def issue(worker: int) -> None:
        try:
            for number in range(ROUNDS):
                together.wait(timeout=30)
                try:
                    with transaction.atomic():
                        got = numbers.take(NumberSeries.Kind.INVOICE, date(2026, 1, 1).year)
                        if worker == 0 and number % FAILS == 0:
                            raise ValueError("Refused after its number was taken.")
                except ValueError:
                    continue
                taken.append(got)
        finally:
            connection.close()

    workers = [Thread(target=issue, args=(worker,)) for worker in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=60)
    kept = 2 * ROUNDS - ROUNDS // FAILS
    assert sorted(taken) == list(range(1, kept + 1))
    assert NumberSeries.objects.get().last == kept
