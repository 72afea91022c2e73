"""Writing, sending and stopping mail. Nothing leaves twice, and nothing leaves to whom it must not."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core import outbox
from c2m2a_crm.core.bilingual import LANGUAGES
from c2m2a_crm.core.editing import apply, changes_to_keep, lock
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import OutboxMessage
from c2m2a_crm.core.querysets import CONFIDED
from c2m2a_crm.core.text import clean_line
from c2m2a_crm.outreach import emails, policies, selectors
from c2m2a_crm.outreach.models import Campaign, Delivery, Suppression
from c2m2a_crm.outreach.querysets import Outcome
from c2m2a_crm.outreach.selectors import Copy, FoundAudience
from members.models import EmailAddress
from members.services.addresses import email_rows, normalise_email

Side = Campaign.Side
TEXTS: Final = ("subject_en", "subject_fr", "body_en", "body_fr", "one_language_reason")
_KIND: Final = "campaign"
OUTBOX_KINDS: Final = (_KIND, f"{_KIND}{CONFIDED}")
_UNSUBSCRIBE_PAGE: Final = "unsubscribe link"
_HAND_OVER: Final = "delivery of mail"


class CampaignRefused(Exception):
    """It may not leave as it is; ``sentences`` say why and what to do."""

    def __init__(self, *sentences: str) -> None:
        self.sentences = sentences
        super().__init__(" ".join(sentences))


class AudienceChanged(CampaignRefused):
    """The text or the audience is not what was looked at."""


UNSUBSCRIBED_BEFORE = gettext_lazy("Unsubscribed before it was handed over.")
AUDIENCE_GONE = gettext_lazy("The audience is not there any more, or you may not see it.")


# --- Writing ----------------------------------------------------------------------------------------------------------


def write_campaign(*, actor: User, audience: FoundAudience, token: UUID, texts: Mapping[str, str]) -> Campaign:
    """Begin a notice to this audience. A second call with the same ``token`` gives the first one's campaign."""
    require(policies.can_write_campaigns(actor) and audience.entry.allowed(actor, audience.record))
    with recorded(actor):
        known = Campaign.objects.select_for_update(of=("self",)).filter(token=token).first()
        if known is not None:
            require(known.created_by_id == actor.pk)
            return known
        campaign = Campaign(
            token=token,
            audience_key=audience.entry.key,
            audience_id=audience.record.pk,
            created_by=actor,
            **_names_of(audience),
            **audience.circles,
            **{name: _cleaned(name, text) for name, text in texts.items() if name in TEXTS},
        )
        for language in LANGUAGES:
            is_written = campaign.is_written(language)
            setattr(campaign, f"state_{language}", Side.DRAFT if is_written else Side.MISSING)
        campaign.full_clean(exclude=["sealed_circle", "restricted_circle"])
        campaign.save(force_insert=True)
    return campaign


def edit_campaign(
    *,
    actor: User,
    campaign: Campaign,
    version: int,
    texts: Mapping[str, str],
    confirmed: Collection[str] = (),
    mine: Collection[str] = (),
    theirs: Collection[str] = (),
) -> Campaign:
    """Change a draft. A side whose other side changed is stale until it changes, too, or is in ``confirmed``.

    Raises ``EditConflict`` where somebody else changed the same, and ``ValidationError`` once it is no draft any more.
    """
    require(policies.can_write_campaigns(actor) and campaign.is_readable_by(actor))
    with recorded(actor):
        current = lock(campaign)
        if not current.is_draft:
            raise ValidationError(_("This notice is no draft any more. It stays as it was approved."))
        wanted = {name: _cleaned(name, text) for name, text in texts.items() if name in TEXTS}
        keep = changes_to_keep(current, wanted, version=version, mine=mine, theirs=theirs)
        keep |= _states_after(current, keep, confirmed)
        if keep:
            apply(current, keep | {"updated_at": timezone.now()})
    return current


def _states_after(current: Campaign, keep: Mapping[str, Any], confirmed: Collection[str]) -> dict[str, str]:
    """The states of both sides that follow from what changes."""
    edited = {side for side in LANGUAGES if {f"subject_{side}", f"body_{side}"} & set(keep)}
    states: dict[str, str] = {}
    for side, other in (("en", "fr"), ("fr", "en")):
        name = f"state_{side}"
        before = getattr(current, name)
        has_both = all(keep.get(f"{part}_{side}", getattr(current, f"{part}_{side}")) for part in ("subject", "body"))
        if not has_both:
            after = Side.MISSING
        elif side in edited or side in confirmed or before == Side.MISSING:
            after = Side.DRAFT
        else:
            was_there = getattr(current, f"state_{other}") != Side.MISSING  # a translation leaves nothing behind
            after = Side.STALE if other in edited and was_there else before
        if after != before:
            states[name] = after
    return states


def discard_campaign(*, actor: User, campaign: Campaign) -> Campaign:
    """Put a draft aside; :func:`restore_campaign` brings it back."""
    require(policies.can_write_campaigns(actor) and campaign.is_readable_by(actor))
    with recorded(actor):
        current = lock(campaign)
        if current.is_draft:
            apply(current, {"cancelled_at": timezone.now()})
    return current


def restore_campaign(*, actor: User, campaign: Campaign) -> Campaign:
    require(policies.can_write_campaigns(actor) and campaign.is_readable_by(actor))
    with recorded(actor):
        current = lock(campaign)
        if current.cancelled_at is not None:
            apply(current, {"cancelled_at": None})
    return current


def _cleaned(name: str, text: str) -> str:
    text = clean_line(text.replace("\r\n", "\n"))
    return text if name.startswith("body_") else " ".join(text.split())


def _names_of(audience: FoundAudience) -> dict[str, str]:
    return {f"audience_name_{language}": audience.name(language) for language in LANGUAGES}


# --- Sending ----------------------------------------------------------------------------------------------------------


def send_campaign(*, actor: User, campaign: Campaign, base_url: str, seen: str) -> bool:
    """Approve the campaign and put one message for each address into the outbox, in one transaction.

    ``seen`` is the fingerprint of the plan that was looked at. True if this call sent it; False if it had been sent
    before: the row is locked, so that of two who press at once one finds it done. Raises :class:`CampaignRefused`.
    """
    require(policies.can_send(actor) and campaign.is_readable_by(actor))
    with recorded(actor):
        current = lock(campaign)
        if current.started_at is not None:
            return False
        if current.cancelled_at is not None:
            raise CampaignRefused(_("This notice was discarded. Nothing was sent."))
        found = selectors.find_audience(actor, current.audience_key, current.audience_id)
        if found is None:
            raise CampaignRefused(str(AUDIENCE_GONE))
        require(found.entry.allowed(actor, found.record))
        plan = selectors.plan_of(actor, current, found)
        if plan.fingerprint != seen:
            raise AudienceChanged(_("The text or the audience changed since you looked. Look again, then send."))
        unmet = [check.note for check in selectors.checks_of(actor, current, plan) if not check.is_met]
        if unmet:
            raise CampaignRefused(*unmet)
        _approve(actor, current, found)
        Delivery.objects.bulk_create([_delivery(current, copy, base_url) for copy in plan.copies], batch_size=500)
    return True


def _approve(actor: User, current: Campaign, found: FoundAudience) -> None:
    now = timezone.now()
    states = {f"state_{side}": Side.APPROVED for side in LANGUAGES if current.is_written(side)}
    frozen = {
        "approved_by": actor,
        "approved_at": now,
        "started_at": now,
        **_names_of(found),
        **found.circles,
        **states,
    }
    for name, value in frozen.items():
        setattr(current, name, value)
    current.version += 1
    current.save(update_fields=[*(name.removesuffix("_id") for name in frozen), "version"])


def outbox_kind(campaign: Campaign) -> str:
    is_confided = campaign.sealed_circle_id or campaign.restricted_circle_id
    return OUTBOX_KINDS[1] if is_confided else OUTBOX_KINDS[0]


def confide_campaigns(
    *, actor: User, record_id: int, sealed_circle_id: int | None, restricted_circle_id: int | None
) -> None:
    """The notices to an initiative that is closed to a circle are closed with it, their copies in the outbox, too.

    Those that belong to a circle already are left as they are. The caller has asked whether the actor may.
    """
    circles = {"sealed_circle_id": sealed_circle_id, "restricted_circle_id": restricted_circle_id}
    open_notices = Campaign.objects.filter(
        audience_id=record_id, sealed_circle__isnull=True, restricted_circle__isnull=True
    )
    with recorded(actor):
        for campaign in open_notices.select_for_update(of=("self",)).order_by("pk"):
            found = selectors.find_audience(actor, campaign.audience_key, record_id)
            if found is None or getattr(found.record, "initiative_id", None) != record_id:
                continue  # another record of the same number
            for column, value in circles.items():
                setattr(campaign, column, value)
            campaign.version += 1
            campaign.save(update_fields=[*circles, "version"])
            copies = OutboxMessage.objects.filter(pk__in=campaign.deliveries.values("message"))
            copies.update(kind=outbox_kind(campaign))


def _delivery(campaign: Campaign, copy: Copy, base_url: str) -> Delivery:
    row = Delivery(
        campaign=campaign,
        email_id=None if copy.held_back == Delivery.HeldBack.SHARED else copy.email_id,
        person_id=copy.person_id,
        name=copy.name[:500],
        language=copy.language,
        why_en=copy.why_en,
        why_fr=copy.why_fr,
        held_back=copy.held_back,
    )
    if not copy.held_back and copy.email_id is not None:
        row.token = selectors.delivery_token(campaign, copy.email_id)
        row.message = outbox.queue_mail(
            emails.mail_of(campaign, copy, token=row.token, base_url=base_url),
            kind=outbox_kind(campaign),
            key=f"{_KIND}:{campaign.pk}:{copy.email_id}",
        )
    return row


@dataclass(frozen=True, slots=True)
class SentAgain:
    """How many copies wait again, and how many were held back because something was said meanwhile."""

    queued: int = 0
    held_back: int = 0


def send_failed_again(*, actor: User, campaign: Campaign) -> SentAgain:
    """Queue the copies that certainly did not arrive; those of which nobody knows stay as they are."""
    with recorded(actor):
        current = lock(campaign)
        require(policies.can_send_again(actor, current))
        return _again(current, current.deliveries.came_to(Outcome.FAILED))


def send_doubtful_again(*, actor: User, delivery: Delivery) -> SentAgain:
    """Queue one copy that may have arrived: it then arrives twice, under one message number. Counted."""
    with recorded(actor, reason=_("sent again although it may have arrived")):
        require(policies.can_send_again(actor, lock(delivery.campaign)))
        doubtful = Delivery.objects.came_to(Outcome.IN_DOUBT).filter(pk=delivery.pk)
        return _again(delivery.campaign, doubtful)


def _again(campaign: Campaign, rows: Any) -> SentAgain:
    copies = list(rows.select_related("message", "person"))
    emails_of = {copy.email_id for copy in copies}
    stopped = selectors.stopped_addresses(emails_of, campaign.audience_key, campaign.audience_id)
    used = selectors.used_addresses(copies)
    queued = held = 0
    for copy in copies:
        if copy.email_id in stopped:
            held += _hold_back([copy.pk], Delivery.HeldBack.UNSUBSCRIBED)
        elif (copy.email_id, copy.person_id) not in used:
            held += _hold_back([copy.pk], Delivery.HeldBack.CLOSED)
        elif outbox.send_again(copy.message):
            queued += Delivery.objects.filter(pk=copy.pk).update(resent=copy.resent + 1)
    return SentAgain(queued, held)


def _hold_back(deliveries: Collection[int], reason: Delivery.HeldBack) -> int:
    return Delivery.objects.filter(pk__in=deliveries).update(held_back=reason, **selectors.why_held(reason))


# --- Stopping ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Scope:
    """What a stop is about: one audience, known by a campaign to it, or everything the office sends (None)."""

    campaign: Campaign | None = None

    @property
    def columns(self) -> dict[str, Any]:
        if self.campaign is None:
            return {"audience_key": "", "audience_id": None}
        return {"audience_key": self.campaign.audience_key, "audience_id": self.campaign.audience_id}

    def narrow(self, rows: Any) -> Any:
        """Those of the suppressions that have exactly this scope."""
        if self.campaign is None:
            return rows.of_everything()
        return rows.of_audience(self.campaign.audience_key, self.campaign.audience_id)


EVERYTHING: Final = Scope()


def stop_by_link(*, delivery: Delivery, scope: Scope, is_one_click: bool, evidence: Mapping[str, Any]) -> bool:
    """The recipient pressed the button of the link. Holds at once. True if it was not stopped before."""
    how = Suppression.How.ONE_CLICK if is_one_click else Suppression.How.PAGE
    with recorded(None, system=_UNSUBSCRIBE_PAGE):
        return _stop(_address_of(delivery), scope, how=how, campaign=delivery.campaign, evidence=dict(evidence))


def resume_by_link(*, delivery: Delivery, scope: Scope, evidence: Mapping[str, Any]) -> bool:
    """The recipient took it back on the page. True if it was stopped."""
    with recorded(None, system=_UNSUBSCRIBE_PAGE):
        how = Suppression.How.PAGE
        return _resume(_address_of(delivery), scope, how=how, campaign=delivery.campaign, evidence=dict(evidence))


def note_stop(*, actor: User, address: str, scope: Scope, reason: str) -> Suppression:
    """Note what somebody asked by telephone, letter or reply. Raises ``ValidationError`` where it is no address."""
    require(policies.can_note_stops(actor) and _may_read(actor, scope.campaign))
    reason = _needed(reason)
    with recorded(actor):
        normal = normalise_email(address)
        email = email_rows([normal])[normal]
        _stop(email, scope, how=Suppression.How.STAFF, campaign=scope.campaign, by=actor, reason=reason)
        return scope.narrow(Suppression.objects.filter(email=email)).in_force().get()  # type: ignore[no-any-return]  # rows of the manager


def lift_stop(*, actor: User, suppression: Suppression, reason: str) -> bool:
    """Somebody told us that mail may come again. True if it was stopped."""
    require(policies.can_lift_stops(actor) and _may_read(actor, suppression.campaign))
    scope = EVERYTHING if suppression.is_of_everything else Scope(suppression.campaign)
    with recorded(actor):
        how, said = Suppression.How.STAFF, _needed(reason)
        return _resume(suppression.email, scope, how=how, campaign=suppression.campaign, by=actor, reason=said)


def _may_read(actor: User, campaign: Campaign | None) -> bool:
    return campaign is None or campaign.is_readable_by(actor)


def _needed(reason: str) -> str:
    reason = " ".join(clean_line(reason).split())
    if not reason:
        raise ValidationError({"reason": _("Say how you know.")})
    return reason[:500]


def _address_of(delivery: Delivery) -> EmailAddress:
    if delivery.email is None:
        raise ValueError("A copy without an address has no link.")
    return delivery.email


def _stop(email: EmailAddress, scope: Scope, **facts: Any) -> bool:
    """Add a stop unless one is in force, and take back what waits in the outbox. Two at once make one row."""
    EmailAddress.objects.select_for_update().get(pk=email.pk)
    if scope.narrow(Suppression.objects.filter(email=email)).in_force().exists():
        return False
    Suppression.objects.create(email=email, act=Suppression.Act.STOP, **scope.columns, **facts)
    _withdraw(email, scope)
    return True


def _resume(email: EmailAddress, scope: Scope, **facts: Any) -> bool:
    EmailAddress.objects.select_for_update().get(pk=email.pk)
    if not scope.narrow(Suppression.objects.filter(email=email)).in_force().exists():
        return False
    Suppression.objects.create(email=email, act=Suppression.Act.RESUME, **scope.columns, **facts)
    return True


def _withdraw(email: EmailAddress, scope: Scope) -> None:
    """Hold back copies that still wait: their server may have put them off for an hour."""
    waiting = Delivery.objects.filter(email=email, held_back="", message__state=OutboxMessage.State.QUEUED)
    if scope.campaign is not None:
        waiting = waiting.filter(
            campaign__audience_key=scope.campaign.audience_key, campaign__audience_id=scope.campaign.audience_id
        )
    with transaction.atomic():
        reason = str(UNSUBSCRIBED_BEFORE)
        messages = [pk for pk in waiting.values_list("message_id", flat=True) if pk is not None]
        withdrawn = outbox.withdraw(messages, reason=reason)
        rows = Delivery.objects.filter(message__in=withdrawn).values_list("pk", flat=True)
        _hold_back(list(rows), Delivery.HeldBack.UNSUBSCRIBED)


def held_back_at_hand_over(message: OutboxMessage) -> str:
    """Why the copy that this message carries may not leave any more: the gate of the outbox, asked at every try.

    A stop takes back only what waits (:func:`_withdraw`). It may be said while the copy is with the mail server, which
    then puts it off, or while the notice is being sent, after its plan was made.
    """
    copy = Delivery.objects.select_related("campaign").filter(message=message.pk).first()
    if copy is None or copy.email_id is None:
        return ""
    if copy.held_back:
        return copy.why.text
    campaign = copy.campaign
    if not selectors.stopped_addresses([copy.email_id], campaign.audience_key, campaign.audience_id):
        return ""
    with recorded(None, system=_HAND_OVER):
        _hold_back([copy.pk], Delivery.HeldBack.UNSUBSCRIBED)
    return str(UNSUBSCRIBED_BEFORE)


def held_back_by_a_stop_of_everything(message: OutboxMessage) -> str:
    """Why a message of another room may not leave: somebody stopped everything that goes to its address.

    A gate of the outbox, asked at every try. What staff noted of a telephone call or an answer counts as a press does.
    """
    email = EmailAddress.objects.filter(address=message.to_address).first()
    if email is None or not selectors.stopped_addresses([email.pk], "", 0):
        return ""
    return str(UNSUBSCRIBED_BEFORE)
