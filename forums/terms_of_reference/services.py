"""Versions of terms of reference: adopted, which closes the one before, and corrected."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core import editing
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Operation
from c2m2a_crm.core.validity import first_day, last_day, valid_dates
from forums.models import Forum, TermsOfReference
from forums.policies import can_manage_forum
from forums.services.errors import DatesReversed, InForceAlready, PapersBeforeNotice, refusals
from members.services.names import cleaned


def adopt_terms(
    *,
    actor: User,
    forum: Forum,
    first: date,
    last: date | None = None,
    operation: Operation | None = None,
    **rules: Any,
) -> TermsOfReference:
    """A new version in force from ``first`` to ``last``, both included; the one before ends the day before.

    Raises :class:`InForceAlready` where a version begins on that day or later, :class:`DatesReversed`,
    :class:`PapersBeforeNotice`, ``ValidationError``.
    """
    require(can_manage_forum(actor, forum))
    terms = TermsOfReference(
        forum=forum, number=1, valid=valid_dates(first, last, refusal=DatesReversed), **cleaned(rules)
    )
    _check(terms)
    with recorded(actor, operation=operation), refusals():
        Forum.objects.select_for_update(of=("self",)).get(pk=forum.pk)
        versions = TermsOfReference.objects.filter(forum=forum)
        for other in versions.select_for_update(of=("self",)).filter(valid__overlap=terms.valid):
            _close(other, first)
        terms.number = (versions.aggregate(last=Max("number"))["last"] or 0) + 1
        terms.save(force_insert=True)
    return terms


def edit_terms(
    *,
    actor: User,
    terms: TermsOfReference,
    version: int,
    changes: Mapping[str, Any],
    operation: Operation | None = None,
) -> TermsOfReference:
    """Correct a version: its rules or its dates (``first``, ``last``). What was agreed anew is a version of its own.

    Raises :class:`c2m2a_crm.core.editing.EditConflict` and what :func:`adopt_terms` raises.
    """
    require(can_manage_forum(actor, terms.forum))
    with recorded(actor, operation=operation), refusals():
        current = editing.lock(terms)
        wanted = cleaned(changes)
        if wanted.keys() & {"first", "last"}:
            wanted["valid"] = valid_dates(
                wanted.pop("first", first_day(current.valid)),
                wanted.pop("last", last_day(current.valid)),
                refusal=DatesReversed,
            )
        keep = editing.changes_to_keep(current, wanted, version=version)
        if not keep:
            return current
        for name, value in keep.items():
            setattr(current, name, value)
        _check(current)
        current.version += 1
        current.save(update_fields=[*keep, "version"])
    return current


def _close(other: TermsOfReference, first: date) -> None:
    """End the version before on the day before ``first``."""
    began = other.first_day
    if began is None or began >= first:
        raise InForceAlready(
            _("Version %(number)d begins on that day or later. Correct it, or choose a later day.")
            % {"number": other.number}
        )
    other.valid = valid_dates(began, _day_before(first))
    other.version += 1
    other.save(update_fields=["valid", "version"])


def _day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)


def _check(terms: TermsOfReference) -> None:
    terms.clean_fields(exclude={"forum"})
    if terms.papers_days is not None and terms.notice_days is not None and terms.papers_days > terms.notice_days:
        raise PapersBeforeNotice
