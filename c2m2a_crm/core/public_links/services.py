"""Making, revoking and using links. The secret of a link exists in its address and nowhere else."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.core import rights
from c2m2a_crm.core.bilingual import LANGUAGES
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import AuditEvent, PublicLink
from c2m2a_crm.core.public_links.opening import OpenedLink, digest_of, open_subject
from c2m2a_crm.core.refusals import ActRefused, refusals_of_the_database
from c2m2a_crm.core.registries import KeptLinks, LinkPurpose
from c2m2a_crm.core.text import clean_line

# As history knows whoever came with a link.
BY_LINK: Final = "public link"
_LONGEST_RECIPIENT: Final = 120
_LONGEST_REASON: Final = 500


class LinkClosed(Exception):
    """Between the look and the press the link stopped working."""


class RecordClosed(ActRefused):
    sentence = gettext_lazy("No link can be made to this: it is closed to people without an account.")


class MadeAlready(ActRefused):
    sentence = gettext_lazy(
        "This form made its link already, and a link is shown only once. Revoke it and make another if you lost it."
    )


@dataclass(frozen=True, slots=True)
class MadeLink:
    """The row and the address, which nobody can find again."""

    link: PublicLink
    url: str


_once = partial(refusals_of_the_database, {"core_publiclink_form_token_key": MadeAlready})


def make_link(
    *,
    actor: Any,
    purpose: LinkPurpose,
    subject: Any,
    recipient: str,
    language: str,
    days: int,
    form_token: UUID,
    base_url: str,
) -> MadeLink:
    """A link for one recipient, for so many days. ``base_url`` is the address under which the office is reached.

    Raises ``PermissionDenied`` where the actor may not share the record, and a named refusal for the rest.
    """
    links = _kept(purpose)
    if not links.may_share(actor, subject) or not links.readable(actor).filter(pk=subject.pk).exists():
        raise PermissionDenied
    recipient = " ".join(clean_line(recipient).split())
    if not recipient or len(recipient) > _LONGEST_RECIPIENT:
        raise ActRefused(_("Say in a few words for whom the link is."), field="recipient")
    if language not in LANGUAGES:
        raise ActRefused(_("Choose one of the two languages."), field="language")
    if not 1 <= days <= links.most_days:
        text = _("A link works for at least 1 and at most %(days)d days.") % {"days": links.most_days}
        raise ActRefused(text, field="days")
    secret = secrets.token_urlsafe(32)
    with _once(), recorded(actor):
        if open_subject(links, subject.pk) is None:
            raise RecordClosed
        link = PublicLink.objects.create(
            purpose=purpose.key,
            object_id=subject.pk,
            digest=digest_of(purpose.key, secret),
            form_token=form_token,
            recipient=recipient,
            language=language,
            is_single_use=links.is_single_use,
            created_by_id=actor.pk,
            expires_at=timezone.now() + timedelta(days=days),
        )
        _note(link, verb="link.made", actor_id=actor.pk)
    return MadeLink(link, base_url.rstrip("/") + reverse("core:public_link", args=[purpose.key, secret]))


def revoke_link(*, actor: Any, link: PublicLink, reason: str) -> PublicLink:
    """The link stops working at once. A link that is revoked stays as it is."""
    reason = " ".join(clean_line(reason).split())[:_LONGEST_REASON]
    if not reason:
        raise ActRefused(_("Say why the link is revoked."), field="reason")
    with recorded(actor, reason=reason):
        link = _locked(actor, link)
        if link.revoked_at is None:
            link.revoked_at, link.revoked_by_id, link.revoked_reason = timezone.now(), actor.pk, reason
            link.save(update_fields=["revoked_at", "revoked_by", "revoked_reason"])
    return link


def let_work_again(*, actor: Any, link: PublicLink) -> PublicLink:
    """Takes a revocation back. The day on which the link expires stays."""
    with recorded(actor):
        link = _locked(actor, link)
        link.revoked_at, link.revoked_by_id, link.revoked_reason = None, None, ""
        link.save(update_fields=["revoked_at", "revoked_by", "revoked_reason"])
    return link


def may_revoke(actor: Any, link: PublicLink) -> bool:
    """Whoever writes and sees the link, that is, may read what it opens; also of a record that is closed to links."""
    return rights.can_write(actor) and PublicLink.objects.visible_to(actor).filter(pk=link.pk).exists()


@contextmanager
def pressing(opened: OpenedLink) -> Iterator[Any]:
    """What a press on the page of a kept link does, in one transaction; gives the record as it is now.

    Raises :class:`LinkClosed` where the link stopped working since it was found. Of two presses of a link that works
    once, the second finds it used.
    """
    if opened.link is None:
        raise ValueError("A signed link has no row; its purpose sees to its own writes.")
    with recorded(None, system=BY_LINK):
        link = PublicLink.objects.select_for_update().working().filter(pk=opened.link.pk).first()
        subject = open_subject(_kept(opened.purpose), link.object_id) if link else None
        if link is None or subject is None:
            raise LinkClosed
        PublicLink.objects.filter(pk=link.pk).update(uses=F("uses") + 1, used_at=Now())
        _note(link, verb="link.used")
        yield subject


def _note(link: PublicLink, *, verb: str, actor_id: int | None = None) -> None:
    AuditEvent.objects.create(actor_id=actor_id, verb=verb, subject_table=PublicLink._meta.db_table, subject_id=link.pk)


def _kept(purpose: LinkPurpose) -> KeptLinks:
    if not isinstance(purpose.links, KeptLinks):
        raise ValueError(f"Links of “{purpose.key}” are no rows.")
    return purpose.links


def _locked(actor: Any, link: PublicLink) -> PublicLink:
    if not may_revoke(actor, link):
        raise PermissionDenied
    return PublicLink.objects.select_for_update().get(pk=link.pk)
