"""Which tables the public may ask about, and at which it may apply."""

from __future__ import annotations

from c2m2a_crm.core.validity import today
from forums.models import Forum, TermsOfReference
from forums.querysets import ForumQuerySet


def open_to_questions() -> ForumQuerySet:
    """Active tables that we run and that no circle keeps to itself."""
    rows: ForumQuerySet = Forum.objects.filter(
        is_run_by_us=True,
        status=Forum.Status.ACTIVE,
        initiative__archived_at__isnull=True,
        initiative__sealed_circle__isnull=True,
        initiative__restricted_circle__isnull=True,
    )
    return rows


def open_to_applications() -> ForumQuerySet:
    """Those of them whose terms of reference of today select members by open application."""
    rules = TermsOfReference.objects.on(today()).filter(selection=TermsOfReference.Selection.OPEN)
    return open_to_questions().filter(pk__in=rules.values("forum"))


def is_open_to_questions(forum: Forum) -> bool:
    """The same of one table that is at hand, without asking the database."""
    initiative = forum.initiative
    return (
        forum.is_run_by_us
        and forum.status == Forum.Status.ACTIVE
        and not initiative.is_archived
        and initiative.sealed_circle_id is None
        and initiative.restricted_circle_id is None
    )


def is_open_to_applications(forum: Forum, terms: TermsOfReference | None) -> bool:
    """``terms`` are those in force today."""
    return terms is not None and terms.selection == TermsOfReference.Selection.OPEN and is_open_to_questions(forum)
