"""Who would get a campaign, in which language, who would not and why; what must be mended before it may leave."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from c2m2a_crm.core import registries, rights
from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.bilingual import LANGUAGES, reader_language
from c2m2a_crm.core.models import Installation
from c2m2a_crm.core.registries import Audience, Recipient
from c2m2a_crm.core.registries import HeldBack as Unreachable
from c2m2a_crm.core.text import fold
from c2m2a_crm.outreach import policies
from c2m2a_crm.outreach.anonymising import stopped_before
from c2m2a_crm.outreach.models import Campaign, Delivery, Suppression
from c2m2a_crm.outreach.querysets import Outcome
from members.models import AddressUse, EmailAddress

HeldBack = Delivery.HeldBack
_LONGEST_WHY: Final = 500
_signer: Final = Signer(salt="outreach.unsubscribe", sep=".")
# The purpose of the link, which stands in its address in messages that left long ago.
UNSUBSCRIBE: Final = "unsubscribe"

_WHY_HELD: Final = {
    HeldBack.UNSUBSCRIBED: gettext_lazy("Unsubscribed: nothing is sent to this address."),
    HeldBack.CLOSED: gettext_lazy("The address is closed: the directory says that it is no longer used."),
    HeldBack.SHARED: gettext_lazy("Shares an address with somebody who gets it: one copy goes there."),
}


# --- Audiences --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FoundAudience:
    """An audience as its room gives it to this actor."""

    entry: Audience
    record: models.Model

    def name(self, language: str) -> str:
        with translation.override(language):
            return str(self.record)[:300]

    @property
    def url(self) -> str:
        """Its page; empty where it has none."""
        address = getattr(self.record, "get_absolute_url", None)
        return str(address()) if address else ""

    @property
    def circles(self) -> dict[str, int | None]:
        """The circles of the record, or of the initiative that it is."""
        row = self.record if hasattr(self.record, "sealed_circle_id") else getattr(self.record, "initiative", None)
        return {name: getattr(row, name, None) for name in ("sealed_circle_id", "restricted_circle_id")}


def find_audience(actor: Actor, key: str, pk: int) -> FoundAudience | None:
    """None where no room gives such an audience, or the actor may not know of the record."""
    entry = registries.audiences.get(key)
    record = entry.find(actor, pk) if entry else None
    return FoundAudience(entry, record) if entry and record is not None else None


def notice_url(actor: Any, audience_key: str, record: models.Model) -> str:
    """Where a notice to this audience is written; empty where the actor may not. For the page of the record."""
    entry = registries.audiences.get(audience_key)
    if entry is None or not policies.can_write_campaigns(actor) or not entry.allowed(actor, record):
        return ""
    return f"{reverse('campaigns:create')}?{urlencode({'audience': audience_key, 'record': record.pk})}"


# --- Who gets it ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Copy:
    """One member of the audience and what would happen. ``language`` is empty where both go into one message."""

    name: str
    address: str
    email_id: int | None
    person_id: int | None
    language: str
    why_en: str
    why_fr: str
    held_back: str = ""
    mend_url: str = ""

    @property
    def why(self) -> str:
        return self.why_fr if reader_language() == "fr" else self.why_en


@dataclass(frozen=True)
class Plan:
    """The whole audience of a campaign as it stands now."""

    version: int
    copies: Sequence[Copy]

    @cached_property
    def going(self) -> list[Copy]:
        return [copy for copy in self.copies if not copy.held_back]

    @cached_property
    def held(self) -> list[Copy]:
        return [copy for copy in self.copies if copy.held_back]

    @cached_property
    def by_language(self) -> Counter[str]:
        return Counter(copy.language for copy in self.going)

    @cached_property
    def held_by_reason(self) -> list[tuple[str, str, int]]:
        """(reason, the reason in words, how many), most first."""
        return [
            (reason, str(HeldBack(reason).label), number)
            for reason, number in Counter(copy.held_back for copy in self.held).most_common()
        ]

    @cached_property
    def fingerprint(self) -> str:
        """Changes when the text, an addressee or a language does: what was looked at is what is sent."""
        rows = sorted(
            f"{copy.email_id}|{copy.person_id}|{copy.name}|{copy.language}|{copy.held_back}" for copy in self.copies
        )
        return hashlib.sha256("\n".join([str(self.version), *rows]).encode()).hexdigest()[:16]


def plan_of(actor: Actor, campaign: Campaign, found: FoundAudience) -> Plan:
    """Ask the audience's room who belongs, and hold back whom nothing may be sent to.

    The room is asked once in each language, for its reasons stand in messages to readers of both. Three statements
    beside those of the room.
    """
    (recipients, unreachable), reasons = _asked_in_both(actor, found)
    stopped = stopped_addresses((each.email_id for each in recipients), campaign.audience_key, campaign.audience_id)
    used = used_addresses(recipients)
    languages: defaultdict[int, set[str]] = defaultdict(set)
    for each in recipients:
        if (each.email_id, each.person_id) in used:
            languages[each.email_id].add(each.language if each.language in LANGUAGES else "")
    copies = []
    taken: set[int] = set()
    for each in recipients:
        shared = languages[each.email_id]
        copy = Copy(
            name=each.name,
            address=each.address,
            email_id=each.email_id,
            person_id=each.person_id,
            language=next(iter(shared)) if len(shared) == 1 else "",
            **reasons[each.email_id, each.name],
        )
        if (each.email_id, each.person_id) not in used:
            copy = _held(copy, HeldBack.CLOSED)
        elif each.email_id in stopped:
            copy = _held(copy, HeldBack.UNSUBSCRIBED)
        elif each.email_id in taken:
            copy = _held(copy, HeldBack.SHARED)
        else:
            taken.add(each.email_id)
        copies.append(copy)
    copies += [
        Copy(
            name=each.name,
            address="",
            email_id=None,
            person_id=None,
            language="",
            **reasons[None, each.name],
            held_back=HeldBack.AUDIENCE,
            mend_url=each.url,
        )
        for each in unreachable
    ]
    copies.sort(key=lambda copy: (fold(copy.name), copy.email_id or 0))
    return Plan(campaign.version, copies)


def _asked_in_both(
    actor: Actor, found: FoundAudience
) -> tuple[tuple[Sequence[Recipient], Sequence[Unreachable]], dict[tuple[int | None, str], dict[str, str]]]:
    """Who belongs, and the reasons of each by (address, name) as the columns of a delivery."""
    reasons: dict[tuple[int | None, str], dict[str, str]] = {}
    answers = []
    for language in LANGUAGES:
        with translation.override(language):
            recipients, unreachable = found.entry.people(actor, found.record)
            answers.append((recipients, unreachable))
            for key, why in (
                *(((each.email_id, each.name), each.why) for each in recipients),
                *(((None, each.name), each.why) for each in unreachable),
            ):
                both = reasons.setdefault(key, {f"why_{other}": str(why)[:_LONGEST_WHY] for other in LANGUAGES})
                both[f"why_{language}"] = str(why)[:_LONGEST_WHY]
    return answers[0], reasons


def _held(copy: Copy, reason: Delivery.HeldBack) -> Copy:
    said = why_held(reason)
    return replace(copy, held_back=reason, why_en=said["why_en"], why_fr=said["why_fr"])


def why_held(reason: Delivery.HeldBack) -> dict[str, str]:
    """The sentence in both languages, as the columns of a delivery."""
    sentences = {}
    for language in LANGUAGES:
        with translation.override(language):
            sentences[f"why_{language}"] = str(_WHY_HELD[reason])
    return sentences


def stopped_addresses(emails: Iterable[int], audience_key: str, audience_id: int) -> set[int]:
    """Those of the addresses to which nothing of this audience may be sent."""
    asked = set(emails)
    in_force = Suppression.objects.in_force().filter(
        Q(audience_key="") | Q(audience_key=audience_key, audience_id=audience_id)
    )
    stopped = set(in_force.filter(email__in=asked).values_list("email_id", flat=True))

    def addresses() -> dict[int, str]:
        return dict(EmailAddress.objects.filter(pk__in=asked).values_list("pk", "address"))

    return stopped | stopped_before(addresses, audience_key, audience_id)


def used_addresses(recipients: Iterable[Recipient | Delivery]) -> set[tuple[int | None, int | None]]:
    """(address, person) of those whom the directory knows by that address today, and who are not archived."""
    rows = list(recipients)
    uses = AddressUse.objects.current().filter(
        email__in={each.email_id for each in rows},
        person__in={each.person_id for each in rows},
        person__archived_at__isnull=True,
    )
    return set(uses.values_list("email_id", "person_id"))


def sides_for(campaign: Campaign, language: str) -> list[str]:
    """The languages of the text that somebody gets: their own, both where it is not known, else the one there is."""
    written = [side for side in LANGUAGES if campaign.is_written(side)]
    return [language] if language in written else written


# --- What must be mended ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Check:
    """One condition of sending. ``url`` leads to where it is mended."""

    label: str
    note: str
    is_met: bool
    url: str = ""
    link: str = ""


def checks_of(actor: Actor, campaign: Campaign, plan: Plan) -> list[Check]:
    """What must hold before the campaign may leave, each with how it stands."""
    return [
        _sender_check(actor),
        _reached_check(plan),
        *(_language_check(campaign, plan, language) for language in LANGUAGES),
    ]


def _sender_check(actor: Actor) -> Check:
    office = Installation.current()
    label = _("The office says who it is")
    if office.contact_email and office.postal_address:
        return Check(label, _("Name, postal address and e-mail stand under every message."), is_met=True)
    note = _("The settings hold no postal address or no contact e-mail. Every message must carry both.")
    if rights.can_administer(actor):
        return Check(label, note, is_met=False, url=reverse("core:settings"), link=_("Open settings"))
    return Check(label, f"{note} {_('An administrator enters them.')}", is_met=False)


def _reached_check(plan: Plan) -> Check:
    going, held = len(plan.going), len(plan.held)
    if not going:
        return Check(_("Somebody gets it"), _("Nobody in the audience can be written to."), is_met=False)
    note = ngettext("%(count)d person is held back.", "%(count)d people are held back.", held) % {"count": held}
    return Check(_("Somebody gets it"), note if held else _("Nobody is held back."), is_met=True)


def _language_check(campaign: Campaign, plan: Plan, language: str) -> Check:
    label = _("The English is ready") if language == "en" else _("The French is ready")
    readers = plan.by_language[language] + plan.by_language[""]
    edit = {"url": reverse("campaigns:edit", args=[campaign.pk]), "link": _("Edit the text")}
    if campaign.is_written(language):
        if getattr(campaign, f"state_{language}") == Campaign.Side.STALE:
            return Check(label, _("The other language changed since. Look at this one again."), is_met=False, **edit)
        return Check(label, _readers(readers), is_met=True)
    other = campaign.is_written("fr" if language == "en" else "en")
    if not readers and other:
        return Check(label, _("Nobody in the audience reads it."), is_met=True)
    if campaign.one_language_reason and other:
        note = _("%(readers)s They get the other language, because: %(reason)s")
        words = {"readers": _readers(readers), "reason": campaign.one_language_reason}
        return Check(label, note % words, is_met=True)
    return Check(label, f"{_readers(readers)} {_('It is not written yet.')}".strip(), is_met=False, **edit)


def _readers(number: int) -> str:
    said = ngettext("%(count)d person reads it.", "%(count)d people read it.", number) % {"count": number}
    return said if number else ""


# --- What became of it ------------------------------------------------------------------------------------------------


def outcomes_of(campaigns: Sequence[Campaign]) -> dict[int, Counter[str]]:
    """How many copies of each campaign came to what: one statement for a page of campaigns."""
    found: dict[int, Counter[str]] = {campaign.pk: Counter() for campaign in campaigns}
    rows = Delivery.objects.filter(campaign__in=found).with_outcome().order_by()
    for row in rows.values("campaign", "outcome").annotate(number=Count("pk")):  # type: ignore[misc]  # with_outcome
        found[row["campaign"]][row["outcome"]] = row["number"]
    return found


def is_finished(outcomes: Mapping[str, int]) -> bool:
    """Nothing waits and nothing is being handed over; counted, never declared."""
    return not (outcomes.get(Outcome.WAITING) or outcomes.get(Outcome.HANDING_OVER))


# --- The link under each message --------------------------------------------------------------------------------------


def delivery_token(campaign: Campaign, email_id: int) -> UUID:
    """The number of one copy: the same for the same campaign and address, and not to be guessed."""
    said = f"{campaign.pk}|{email_id}|{campaign.kind}"
    return UUID(bytes=salted_hmac("outreach.delivery", said, algorithm="sha256").digest()[:16])


def unsubscribe_path(token: UUID) -> str:
    return reverse("core:public_link", args=[UNSUBSCRIBE, _signer.sign(token.hex)])


def delivery_of_link(signed: str) -> Delivery | None:
    """The copy whose link this is; None where the signature or the number is wrong.

    It has no end: the law wants 60 days (S.C. 2010, c. 23, s. 11(2)), and whoever finds an old message may stop the
    next one by it all the same.
    """
    try:
        token = UUID(hex=_signer.unsign(signed))
    except (BadSignature, ValueError):
        return None
    return Delivery.objects.select_related("campaign", "email").filter(token=token, email__isnull=False).first()


def stops_of(delivery: Delivery) -> dict[str, bool]:
    """What is stopped for this address: ``audience`` and ``everything``."""
    in_force = Suppression.objects.in_force().filter(email=delivery.email_id)
    campaign = delivery.campaign
    return {
        "audience": in_force.of_audience(campaign.audience_key, campaign.audience_id).exists(),
        "everything": in_force.of_everything().exists(),
    }
