"""Retention as code: what this floor and those below keep for a time, how it is found, and how it goes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from django.db.models import Case, DateField, QuerySet, Value, When
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import AccessibilityFeedback, Draft, OutboxMessage, PublicLink
from c2m2a_crm.core.registries import Disposal, RetentionRule, RetentionUse, retention_uses
from c2m2a_crm.core.removal import Texts, remove_from_history
from c2m2a_crm.privacy.models import AccessItem, AccessRequest, Incident, ThirdPartyNotice
from members.models import Affiliation, Person
from members.services import anonymise_person


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


# --- People ---------------------------------------------------------------------------------------------------------


def people_out_of_use(cutoff: date) -> QuerySet[Person]:
    """People whom no room has used since: no contact, affiliation, seat, mail or request on or after that day."""
    rows = Person.objects.filter(anonymised_on__isnull=True, created_at__lt=_moment(cutoff))
    for use in retention_uses:
        if use.model is Person:
            rows = rows.exclude(pk__in=use.used_since(cutoff))
    return rows


def _people_last_used(person: Person) -> date | None:
    """As far as everybody may know: a contact that is confided to a circle does not show here."""
    return person.last_open_contact_on


def _people_names(actor: Any, keys: Sequence[int]) -> dict[int, str]:
    return {person.pk: person.full_name for person in Person.objects.readable_by(actor).filter(pk__in=keys)}


def _anonymise(key: int, disposal: Disposal) -> None:
    anonymise_person(
        actor=disposal.actor,
        person=Person.objects.get(pk=key),
        authority=disposal.authority,
        reason=disposal.reason,
        base_url=disposal.base_url,
    )


PEOPLE = RetentionRule(
    key="people",
    order=10,
    label=_("People nobody has dealt with"),
    what=_("People without contact, affiliation, seat, mail or request for that long."),
    how=_("They are made anonymous. What is counted stays."),
    model=Person,
    rows=people_out_of_use,
    last_used=_people_last_used,
    names=_people_names,
    dispose=_anonymise,
    url=lambda key: Person(pk=key).get_absolute_url(),
)

AFFILIATED = RetentionUse(
    "members.affiliations",
    10,
    Person,
    lambda day: Affiliation.objects.exclude(valid__fully_lt=(day, None)).values("person"),
)
ASKED_ABOUT = RetentionUse(
    "privacy.requests",
    20,
    Person,
    lambda day: AccessRequest.objects.filter(person__isnull=False).exclude(closed_on__lt=day).values("person"),
)


# --- Unsaved texts and mail -----------------------------------------------------------------------------------------


def _no_names(actor: Any, keys: Sequence[int]) -> dict[int, str]:
    return {}


def _forget_draft(key: int, disposal: Disposal) -> None:
    Draft.objects.filter(pk=key).delete()


DRAFTS = RetentionRule(
    key="drafts",
    order=20,
    label=_("Texts that were never saved"),
    what=_("What somebody typed and has neither saved nor touched for that long."),
    how=_("They are deleted."),
    model=Draft,
    rows=lambda cutoff: Draft.objects.filter(updated_at__lt=_moment(cutoff)),
    last_used=lambda draft: timezone.localdate(draft.updated_at),
    names=_no_names,
    dispose=_forget_draft,
)


def _empty_message(key: int, disposal: Disposal) -> None:
    OutboxMessage.objects.filter(pk=key).update(body_text="", body_html="", calendar="", sensitive_until=None)


MAIL = RetentionRule(
    key="mail",
    order=30,
    label=_("Texts of mail that was delivered"),
    what=_("Messages that were sent that long ago and still have their text."),
    how=_("The text goes. To whom, when and about what stays."),
    model=OutboxMessage,
    rows=lambda cutoff: OutboxMessage.objects.filter(
        state=OutboxMessage.State.SENT, sent_at__lt=_moment(cutoff)
    ).exclude(body_text=""),
    last_used=lambda message: timezone.localdate(message.sent_at),
    names=_no_names,
    dispose=_empty_message,
)


# --- Access requests and incidents ----------------------------------------------------------------------------------

REQUEST_TEXTS = ("requester", "words", "identity_checked", "subject_words", "extension_reason", "closing_note")
# What a rule of the table wants filled keeps a mark in the place of words.
MARK = "[…]"
NOTICE_TEXTS = ("recipient", "to_address", "contents", "answer_note")
ITEM_TEXTS = ("title", "text", "source", "uses", "recipients", "passages", "note")


def _references(model: Any) -> Any:
    def names(actor: Any, keys: Sequence[int]) -> dict[int, str]:
        return {row.pk: row.reference for row in model.objects.visible_to(actor).filter(pk__in=keys)}

    return names


def empty_requests(rows: QuerySet[AccessRequest]) -> None:
    """Take the words out of requests; what a rule of the table wants filled keeps a mark."""
    rows.update(
        **dict.fromkeys((*REQUEST_TEXTS[:-2], "closing_note"), ""),
        extension_reason=Case(When(extended_by_days=0, then=Value("")), default=Value(MARK)),
    )


def _empty_request(key: int, disposal: Disposal) -> None:
    """The number, days and marks stay; who asked, in which words, and what was found go."""
    items = list(AccessItem.objects.filter(request=key).order_by("pk").values_list("pk", flat=True))
    with recorded(disposal.actor, reason=disposal.reason):
        AccessItem.objects.filter(pk__in=items).update(**dict.fromkeys(ITEM_TEXTS, ""))
        notices = list(ThirdPartyNotice.objects.filter(request=key).order_by("pk").values_list("pk", flat=True))
        ThirdPartyNotice.objects.filter(pk__in=notices).update(**dict.fromkeys(NOTICE_TEXTS, ""))
        empty_requests(AccessRequest.objects.filter(pk=key))
        remove_from_history(
            actor=disposal.actor,
            texts=[
                Texts(AccessRequest, [key], REQUEST_TEXTS),
                Texts(AccessItem, items, ITEM_TEXTS),
                Texts(ThirdPartyNotice, notices, NOTICE_TEXTS),
            ],
            authority=disposal.authority,
            reason=disposal.reason,
        )


REQUESTS = RetentionRule(
    key="access_requests",
    order=40,
    label=_("Access requests that are closed"),
    what=_("Requests that were closed that long ago."),
    how=_("Who asked, their words and what was found go. Number and days stay."),
    model=AccessRequest,
    rows=lambda cutoff: AccessRequest.objects.filter(closed_on__lt=cutoff).exclude(requester=""),
    last_used=lambda request: request.closed_on,
    names=_references(AccessRequest),
    dispose=_empty_request,
    url=lambda key: AccessRequest(pk=key).get_absolute_url(),
)

_INCIDENT_TEXTS = ("what", "whose", "information", "sensitivity_note", "misuse_note", "risk_note", "steps")


def _empty_incident(key: int, disposal: Disposal) -> None:
    with recorded(disposal.actor, reason=disposal.reason):
        Incident.objects.filter(pk=key).update(**dict.fromkeys(_INCIDENT_TEXTS, ""))
        remove_from_history(
            actor=disposal.actor,
            texts=[Texts(Incident, [key], _INCIDENT_TEXTS)],
            authority=disposal.authority,
            reason=disposal.reason,
        )


INCIDENTS = RetentionRule(
    key="incidents",
    order=50,
    label=_("Incidents that are closed"),
    what=_("Incidents whose assessment and closing are that long ago."),
    how=_("What happened and whose information it was go. Title, days, number of people and risk stay."),
    model=Incident,
    rows=lambda cutoff: (
        Incident.objects.filter(closed_on__lt=cutoff)
        .alias(counted_from=Greatest("closed_on", Coalesce("assessed_on", "found_on"), output_field=DateField()))
        .filter(counted_from__lt=cutoff)
        .exclude(what="")
    ),
    last_used=lambda incident: incident.closed_on,
    names=_references(Incident),
    dispose=_empty_incident,
    url=lambda key: Incident(pk=key).get_absolute_url(),
)


# --- Public links ---------------------------------------------------------------------------------------------------

_LINK_TEXTS = ("recipient", "revoked_reason")


def _links_ended(cutoff: date) -> QuerySet[PublicLink]:
    return PublicLink.objects.ended_before(_moment(cutoff)).exclude(recipient=MARK)


def _link_ended_on(link: PublicLink) -> date:
    ends = [link.expires_at, link.revoked_at, link.used_at if link.is_single_use else None]
    return timezone.localdate(min(end for end in ends if end is not None))


def _links_opened(actor: Any, keys: Sequence[int]) -> dict[int, str]:
    return {link.pk: link.recipient for link in PublicLink.objects.visible_to(actor).filter(pk__in=keys)}


def _forget_recipient(key: int, disposal: Disposal) -> None:
    """To what it was, how often it was opened and until when stays."""
    with recorded(disposal.actor, reason=disposal.reason):
        PublicLink.objects.filter(pk=key).update(
            recipient=MARK, revoked_reason=Case(When(revoked_at__isnull=True, then=Value("")), default=Value(MARK))
        )
        remove_from_history(
            actor=disposal.actor,
            texts=[Texts(PublicLink, [key], _LINK_TEXTS)],
            authority=disposal.authority,
            reason=disposal.reason,
        )


LINKS = RetentionRule(
    key="public_links",
    order=60,
    label=_("Public links that ended"),
    what=_("Links that expired, were used up or were revoked that long ago."),
    how=_("For whom they were goes. To what, and how often they were opened, stays."),
    model=PublicLink,
    rows=_links_ended,
    last_used=_link_ended_on,
    names=_links_opened,
    dispose=_forget_recipient,
    url=lambda key: PublicLink(pk=key).get_absolute_url(),
)

# --- Accessibility feedback -----------------------------------------------------------------------------------------

_FEEDBACK_TEXTS = ("text", "page", "contact")


def _feedback_before(cutoff: date) -> QuerySet[AccessibilityFeedback]:
    """Received that long ago, and answered that long ago where somebody answered."""
    rows = AccessibilityFeedback.objects.alias(last=Coalesce("answered_at", "received_at"))
    return rows.filter(last__lt=_moment(cutoff)).exclude(text=MARK)


def _forget_feedback(key: int, disposal: Disposal) -> None:
    """When it came and was answered stays, so that it is known how many wrote."""
    with recorded(disposal.actor, reason=disposal.reason):
        AccessibilityFeedback.objects.filter(pk=key).update(text=MARK, page="", contact="")
        remove_from_history(
            actor=disposal.actor,
            texts=[Texts(AccessibilityFeedback, [key], _FEEDBACK_TEXTS)],
            authority=disposal.authority,
            reason=disposal.reason,
        )


FEEDBACK = RetentionRule(
    key="feedback",
    order=70,
    label=_("Accessibility feedback"),
    what=_("What people told of barriers that long ago; where it was answered, it counts from then."),
    how=_("Their words, and how to reach them, go. When they wrote stays."),
    model=AccessibilityFeedback,
    rows=_feedback_before,
    last_used=lambda row: timezone.localdate(row.answered_at or row.received_at),
    names=_no_names,
    dispose=_forget_feedback,
)

RULES = (PEOPLE, DRAFTS, MAIL, REQUESTS, INCIDENTS, LINKS, FEEDBACK)
USES = (AFFILIATED, ASKED_ABOUT)
