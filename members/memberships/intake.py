"""The way in for applications: received once, checked point by point, with what reviewers declare of themselves.

Nothing here knows what is applied for: the decision belongs to ``admission``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.db import IntegrityError, models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.documents.receiving import Sent, file_under, on_the_shelf
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.text import clean_line
from c2m2a_crm.core.validity import today
from members.memberships import emails, policies
from members.memberships.errors import MembershipRefused
from members.models import Application, ApplicationCheck, ApplicationConflict

PURPOSE: Final = "application"
# As history knows whoever sent a form without an account.
BY_FORM: Final = "public form"
# The longest body of a form in bytes, without its files; the fields together are shorter.
LARGEST_FORM: Final = 64 * 1024
_signer: Final = Signer(salt="members.application", sep=".")


class AlreadyDecided(MembershipRefused):
    sentence = _("This application is decided already.")


def receive(
    *,
    form_token: UUID,
    language: str,
    base_url: str,
    fields: Mapping[str, Any],
    kind: str = Application.Kind.MEMBERSHIP,
    follow: Callable[[Application], models.Model] | None = None,
    files: Sequence[Sent] = (),
    language_of_files: str = "",
) -> Application:
    """Keep what was sent and tell the sender how to follow it. A form that is sent twice makes one application.

    What is on file decides nothing here: whoever is known gets the same answer as a stranger. ``follow`` is what else
    an application of this kind has and how its sender is told, in the same transaction; by default a membership's. It
    gives the record under which the files are filed. Raises ``DocumentRefused`` for a file that is not taken; then
    nothing is kept.
    """
    sent = {name: clean_line(value) if isinstance(value, str) else value for name, value in fields.items()}
    if known := _sent_before(form_token):
        return known
    try:
        with on_the_shelf(files) as kept, recorded(None, system=BY_FORM):
            application = _created(form_token, kind=kind, language=language, **sent)
            if follow is None:
                emails.tell_received(application, base_url=base_url)
            record = application if follow is None else follow(application)
            if kept:
                file_under(
                    record,
                    kept,
                    language=language_of_files or language,
                    received_from=application.organization_name,
                )
    except _SentTwice as twice:  # at the same moment: the files of this one are gone again
        return twice.known
    return application


class _SentTwice(Exception):
    def __init__(self, known: Application) -> None:
        super().__init__()
        self.known = known


def _sent_before(form_token: UUID) -> Application | None:
    return Application.objects.filter(form_token=form_token).first()


def _created(form_token: UUID, **fields: Any) -> Application:
    try:
        with transaction.atomic():
            return Application.objects.create(form_token=form_token, **fields)
    except IntegrityError:
        if known := _sent_before(form_token):
            raise _SentTwice(known) from None
        raise


def state_path(application: Application, purpose: str = PURPOSE) -> str:
    """The address under which the applicant follows the application, without an account."""
    return reverse("core:public_link", args=[purpose, _signer.sign(application.token.hex)])


def application_of_link(signed: str, kind: str = Application.Kind.MEMBERSHIP) -> Application | None:
    """The application of that kind whose link this is; None where the signature or the number is wrong."""
    try:
        token = UUID(hex=_signer.unsign(signed))
    except (BadSignature, ValueError):
        return None
    return Application.objects.with_state().filter(token=token, kind=kind).first()


def check_point(*, actor: User, application: Application, point: str, note: str = "") -> ApplicationCheck:
    """Note that a point of the checklist was looked at; a second look replaces the first."""
    require(policies.can_keep_memberships(actor))
    if point not in ApplicationCheck.Point:
        raise MembershipRefused(_("This is no point of the checklist."))
    with recorded(actor):
        _open(application)
        found, _is_new = ApplicationCheck.objects.update_or_create(
            application=application, point=point, defaults={"note": clean_line(note)[:500], "done_by": actor}
        )
    return found


def declare_conflict(*, actor: User, application: Application, text: str) -> ApplicationConflict:
    """The reviewer has an interest of their own in it, and will not decide."""
    require(policies.can_keep_memberships(actor))
    if not clean_line(text):
        raise MembershipRefused(_("Say in a few words what the interest is."), field="text")
    with recorded(actor):
        _open(application)
        declared, _is_new = ApplicationConflict.objects.update_or_create(
            application=application, user=actor, defaults={"text": clean_line(text)[:500]}
        )
    return declared


def unchecked(application: Application) -> list[str]:
    """The points of the checklist that nobody looked at."""
    done = set(application.checks.values_list("point", flat=True))
    return [point for point in ApplicationCheck.Point.values if point not in done]


def may_decide(actor: User, application: Application) -> bool:
    """Whoever keeps memberships and declared no interest of their own."""
    return (
        policies.can_keep_memberships(actor)
        and not application.decision
        and not application.declarations.filter(user=actor).exists()
    )


def locked_for_decision(actor: User, application: Application) -> Application:
    """The application, locked and undecided, for somebody without an interest in it. Raises a named refusal."""
    current = _open(application)
    if current.declarations.filter(user=actor).exists():
        raise MembershipRefused(_("You declared an interest in this application. Somebody else decides."))
    return current


def note_decision(
    application: Application, *, actor: User, decision: str, decided_by: str, decided_on: Any, reason: str
) -> Application:
    """Write the decision onto the locked application. Raises :class:`MembershipRefused` where a part is missing."""
    for name, value in (("decided_by", clean_line(decided_by)), ("reason", clean_line(reason))):
        if not value:
            raise MembershipRefused(_("Say who decided, when and why."), field=name)
    if decided_on > today():
        raise MembershipRefused(_("A decision cannot lie in the future."), field="decided_on")
    application.decision, application.decided_on = decision, decided_on
    application.decided_by, application.reason = clean_line(decided_by)[:200], clean_line(reason)
    application.recorded_by = actor
    application.version += 1
    application.save()
    return application


def _open(application: Application) -> Application:
    current = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    if current.decision:
        raise AlreadyDecided
    return current
