"""The link under which an applicant follows an application for a seat, without an account."""

from __future__ import annotations

from forums.models import SeatApplication
from members.memberships.intake import application_of_link
from members.models import Application


def asked_of_link(signed: str) -> SeatApplication | None:
    """The application whose link this is, as long as its table is in no circle."""
    application = application_of_link(signed, Application.Kind.SEAT)
    if application is None:
        return None
    rows = SeatApplication.objects.filter(
        forum__initiative__sealed_circle__isnull=True, forum__initiative__restricted_circle__isnull=True
    )
    found: SeatApplication | None = rows.for_list().filter(pk=application.pk).first()
    return found


def language_of(asked: SeatApplication) -> str:
    return str(asked.application.language)
