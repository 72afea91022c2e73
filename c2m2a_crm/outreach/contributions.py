"""What outgoing mail does to the rest of the house."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from c2m2a_crm.accounts.policies import can_export
from c2m2a_crm.core import outbox
from c2m2a_crm.core.prepared import Statement
from c2m2a_crm.core.registries import (
    AnonymisedTexts,
    ExportableList,
    HomeBlock,
    LinkPurpose,
    NavItem,
    PersonalData,
    RecordPanel,
    RecordTables,
    RetentionUse,
    SearchHit,
    SearchKind,
    SignedLinks,
    TextHolder,
    anonymised_texts,
    exportable_lists,
    home_blocks,
    link_purposes,
    mergeable_relations,
    navigation,
    personal_data,
    record_panels,
    record_tables,
    retention_uses,
    search_kinds,
    text_holders,
)
from c2m2a_crm.core.validity import today
from c2m2a_crm.outreach import briefing, drafts, policies, selectors
from c2m2a_crm.outreach.anonymising import words_of, written_to_since
from c2m2a_crm.outreach.lists import outcome_dot, scope_in_words
from c2m2a_crm.outreach.merging import RELATIONS as MERGEABLE
from c2m2a_crm.outreach.models import Campaign, Delivery, Suppression
from c2m2a_crm.outreach.personal_data import find, held
from c2m2a_crm.outreach.querysets import Outcome
from c2m2a_crm.outreach.services import OUTBOX_KINDS, held_back_at_hand_over, held_back_by_a_stop_of_everything
from members.details.emails import ASK
from members.memberships.reminder_mail import REMINDER
from members.models import AddressUse, Person

outbox.never_twice(*OUTBOX_KINDS)
outbox.ask_at_hand_over(held_back_at_hand_over, *OUTBOX_KINDS)
outbox.ask_at_hand_over(held_back_by_a_stop_of_everything, REMINDER, ASK)

PANEL_ROWS = 5
HOME_ROWS = 5
LOOKED_BACK = timedelta(days=30)

for _item in (
    NavItem(
        key="campaigns",
        label=gettext_lazy("Campaigns"),
        url_name="campaigns:list",
        icon="send",
        order=10,
        allowed=policies.can_see_campaigns,
        group="outreach",
    ),
    NavItem(
        key="unsubscribed",
        label=gettext_lazy("Unsubscribed"),
        url_name="consent:stops",
        icon="ban",
        order=30,
        allowed=policies.can_see_campaigns,
        group="outreach",
    ),
):
    navigation.register(_item)


def _unsubscribe(request: Any, opened: Any) -> Any:
    from c2m2a_crm.outreach.views import unsubscribe  # views are read once addresses are

    return unsubscribe.answer(request, opened)


def _is_one_click(request: Any) -> bool:
    from c2m2a_crm.outreach.views import unsubscribe  # as above

    return unsubscribe.is_one_click(request)


# Signed, and no rows: a mailing to 100,000 people would make as many, though the copies are there already.
link_purposes.register(
    LinkPurpose(
        key=selectors.UNSUBSCRIBE,
        order=10,
        label=gettext_lazy("Unsubscribe"),
        offers=gettext_lazy("Stops the mail to one address, and takes that back."),
        links=SignedLinks(
            find=selectors.delivery_of_link,
            language=lambda delivery: str(delivery.language),
            may_press_unseen=_is_one_click,
        ),
        answer=_unsubscribe,
    )
)


def _campaigns_state(request: Any) -> Any:
    from c2m2a_crm.outreach.views.lists import exported_campaigns  # views are read once addresses are

    return exported_campaigns(request)


def _deliveries_state(request: Any) -> Any:
    from c2m2a_crm.outreach.views.lists import exported_deliveries  # as above

    return exported_deliveries(request)


def _stops_state(request: Any) -> Any:
    from c2m2a_crm.outreach.views.stops import exported_stops  # as above

    return exported_stops(request)


for _list in (
    ExportableList("campaigns", 60, gettext_lazy("Campaigns"), can_export, _campaigns_state),
    ExportableList("copies", 61, gettext_lazy("Copies"), can_export, _deliveries_state),
    ExportableList("unsubscribed", 62, gettext_lazy("Unsubscribed"), can_export, _stops_state),
):
    exportable_lists.register(_list)


def _hits(actor: Any, ids: Sequence[int]) -> Mapping[int, SearchHit]:
    return {
        row.pk: SearchHit(
            str(row),
            row.get_absolute_url(),
            " · ".join(filter(None, (row.audience_name.text, row.state_label))),
        )
        for row in Campaign.objects.readable_by(actor).filter(pk__in=ids)
    }


def _texts(actor: Any, ids: Sequence[int]) -> Mapping[int, str]:
    rows = Campaign.objects.readable_by(actor).filter(pk__in=ids)
    return {row.pk: "\n".join((row.body_en, row.body_fr)) for row in rows}


search_kinds.register(
    SearchKind(
        key="campaign",
        order=90,
        label=gettext_lazy("Campaigns"),
        icon="send",
        model=Campaign,
        allowed=policies.can_see_campaigns,
        hits=_hits,
        texts=_texts,
        words=("notice", "notices", "campaign", "campaigns", "avis", "campagne", "campagnes"),
        archived=pgettext_lazy("state of a campaign", "Discarded"),
    )
)


def _mail_panel(actor: Any, person: Person) -> dict[str, Any] | None:
    """The last notices to a person and what they stopped; no card where there is neither."""
    rows = list(
        Delivery.objects.visible_to(actor).filter(person=person).for_list().order_by("-pk")[:PANEL_ROWS],
    )
    uses = AddressUse.objects.current().filter(person=person)
    said = Suppression.objects.visible_to(actor).in_force().filter(email__in=uses.values("email")).for_list()
    stops = [{"scope": scope_in_words(stop), "at": stop.at} for stop in said[:PANEL_ROWS]]
    if not rows and not stops:
        return None
    return {
        "rows": [(row, outcome_dot(row.outcome)) for row in rows],
        "stops": stops,
        "all_url": f"{reverse('campaigns:deliveries')}?person={person.pk}",
    }


record_panels.register(RecordPanel("mail-person", 60, Person, "outreach/_person_mail.html", _mail_panel))


def _waiting(actor: Any) -> dict[str, Any] | None:
    """Drafts (one's own; whoever sends sees all), and for senders what did not arrive of late."""
    if not policies.can_write_campaigns(actor):
        return None
    rows = list(_WAITING(actor))
    if not rows:
        return None
    notes = {True: _("Draft, not sent"), False: _("Some copies did not arrive")}
    return {
        "rows": [{"campaign": row, "note": notes[row.is_draft]} for row in rows],
        "all_url": reverse("campaigns:list"),
    }


def _waiting_campaigns(actor: Any, keys: Any) -> QuerySet[Campaign]:
    drafts = Q(approved_at__isnull=True, cancelled_at__isnull=True)
    wanted = drafts & Q(created_by=actor.pk)
    if policies.can_send(actor):
        troubled = Delivery.objects.came_to(Outcome.FAILED, Outcome.IN_DOUBT).filter(campaign=OuterRef("pk"))
        wanted = drafts | (Q(started_at__date__gte=today() - LOOKED_BACK) & Q(Exists(troubled)))
    return Campaign.objects.visible_to(actor).filter(wanted).for_list().order_by("-pk")[:HOME_ROWS]


_WAITING = Statement(_waiting_campaigns)


home_blocks.register(HomeBlock("notices", 35, "outreach/_home_notices.html", _waiting, is_work=True, is_side=True))

# What was sent was sent: no undo touches it but by the hand of who may send.
record_tables.register(
    RecordTables("outreach.campaign", 90, Campaign, policies.can_send, parts={Delivery: "campaign_id"})
)
record_tables.register(RecordTables("outreach.suppression", 95, Suppression, policies.can_lift_stops))

personal_data.register(PersonalData("mail", 20, gettext_lazy("Mail"), held, find))

anonymised_texts.register(AnonymisedTexts("outreach", 30, words_of))
retention_uses.register(RetentionUse("outreach.copies", 30, Person, written_to_since))
text_holders.register(TextHolder("outreach.drafts", 40, drafts.forget_texts))

for mergeable in MERGEABLE:
    mergeable_relations.register(mergeable)

briefing.register()
