"""Numbers that have no gap and are given once."""

from __future__ import annotations

from django.db import transaction

from members.models import NumberSeries


def take(kind: NumberSeries.Kind, year: int) -> int:
    """The next number of the series, from 1 on; whoever else wants one waits until this transaction ends.

    Call it inside the transaction that writes the numbered row: if that fails, the number was never taken.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("A number is taken in the transaction that writes its row.")
    NumberSeries.objects.bulk_create([NumberSeries(kind=kind, year=year)], ignore_conflicts=True)
    series = NumberSeries.objects.select_for_update().get(kind=kind, year=year)
    series.last += 1
    series.save(update_fields=["last"])
    return series.last
