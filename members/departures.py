"""The relationships that somebody answered for who leaves the office."""

from __future__ import annotations

from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy

from c2m2a_crm.accounts.leaving import pass_on, simple_departure
from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.registries import Departure
from members.models import Party, Person


def _parties(leaving: User) -> QuerySet[Any, Any]:
    return Party.objects.active().filter(owner=leaving)


def _people(leaving: User) -> QuerySet[Any, Any]:
    return Person.objects.active().filter(owner=leaving)


def _backed_up(leaving: User) -> QuerySet[Any, Any]:
    return Party.objects.active().filter(backup_owner=leaving)


def _hand_over_parties(actor: Any, leaving: Any, successor: Any) -> int:
    """Who becomes the owner is no backup any more: the party then stands among those without one."""
    if successor is not None:
        _without_backup(_parties(leaving).filter(backup_owner=successor))
    return pass_on(_parties(leaving), "owner", leaving, successor)


def _hand_over_backups(actor: Any, leaving: Any, successor: Any) -> int:
    """To nobody where the successor is the owner already."""
    own = _backed_up(leaving).filter(owner=successor) if successor is not None else _backed_up(leaving).none()
    freed = _without_backup(own)
    return freed + pass_on(_backed_up(leaving), "backup_owner", leaving, successor)


def _without_backup(rows: QuerySet[Any, Any]) -> int:
    keys = list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    return Party.objects.filter(pk__in=keys).update(backup_owner=None, version=F("version") + 1)


DEPARTURES = (
    Departure(
        "parties",
        30,
        gettext_lazy("Organizations and Nations"),
        lambda actor, leaving: _parties(leaving).readable_by(actor).count(),  # type: ignore[attr-defined]  # HouseQuerySet
        _hand_over_parties,
    ),
    Departure(
        "backups",
        31,
        gettext_lazy("Backup for organizations and Nations"),
        lambda actor, leaving: _backed_up(leaving).readable_by(actor).count(),  # type: ignore[attr-defined]  # as above
        _hand_over_backups,
    ),
    simple_departure("people", 32, gettext_lazy("People"), _people, "owner"),
)
