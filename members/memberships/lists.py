"""Columns of the list of memberships, and the column that memberships add to organizations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import F
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from c2m2a_crm.core import ui
from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.lists import Column, ListState, ListWords, Plain
from members.memberships.filters import MembershipFilterSet
from members.memberships.marks import status_tag, status_words
from members.memberships.selectors import statuses_of
from members.models import Membership, Party

MEMBERSHIPS = "memberships"


def _by_name() -> list[str]:
    return ["party__sort_fr" if reader_language() == "fr" else "party__sort_en"]


def _member_cell(membership: Membership) -> SafeString:
    party = membership.party
    return ui.markup(
        '<span class=who>{}<span><a class=t href="{}">{}</a><span class=sub>{}</span></span></span>',
        ui.avatar(party.name.text, party.pk, party=True),
        membership.get_absolute_url(),
        ui.in_language(party.name),
        party.get_kind_display(),
    )


def _day_cell(name: str) -> Any:
    def cell(membership: Membership) -> SafeString:
        day = getattr(membership, name)
        return ui.when(day, style="short") if day else ui.NOTHING

    return cell


MEMBERSHIP_COLUMNS = (
    Column(
        "member",
        _("Member"),
        lambda membership: str(membership.party),
        cell=_member_cell,
        order=_by_name,
        is_row_header=True,
    ),
    Column(
        "status",
        _("Status"),
        lambda membership: status_words(membership.status),
        cell=lambda membership: status_tag(membership.status),
        order=lambda: ["status"],
    ),
    Column(
        "tier",
        _("Tier"),
        lambda membership: str(membership.tier),
        cell=lambda membership: ui.in_language(membership.tier.name),
        order=lambda: ["tier__position", "tier_id"],
    ),
    Column(
        "first",
        _("Member since"),
        lambda membership: membership.first_day,
        cell=_day_cell("first_day"),
        order=lambda: ["term__startswith"],
    ),
    Column(
        "last",
        pgettext_lazy("of a membership", "Term ends"),
        lambda membership: membership.last_day,
        cell=_day_cell("last_day"),
        order=lambda: [F("term__endswith").asc(nulls_last=True)],
    ),
    Column(
        "over",
        _("Over since"),
        lambda membership: membership.over_since,
        cell=_day_cell("over_since"),
        order=lambda: [F("over_since").asc(nulls_last=True)],
        is_default=False,
    ),
)

MEMBERSHIP_WORDS = ListWords(
    label=_("Memberships"),
    counted=lambda total: ngettext("%(count)s membership", "%(count)s memberships", total),
    no_match=_("No membership matches these filters"),
    empty_title=_("No memberships yet"),
    empty_text=_("Whoever is admitted stands here, with the term, the tier and what was decided."),
)


def membership_list(request: HttpRequest) -> ListState:
    """The state of the page, which the export of the same name carries away."""
    return ListState(
        list_key=MEMBERSHIPS,
        request=request,
        base=Membership.objects.visible_to(request.user).for_list(),
        filterset_class=MembershipFilterSet,
        columns=MEMBERSHIP_COLUMNS,
        default_order=_by_name(),
        order_words=_("by name"),
        search_label=_("Filter by name"),
    )


# --- The directory's own lists --------------------------------------------------------------------------------------


def _statuses(actor: Any, parties: Sequence[Party]) -> Mapping[int, Any]:
    return statuses_of(actor, Party, [party.pk for party in parties])


MEMBERSHIP_OF_PARTY = Column(
    "membership",
    _("Membership"),
    lambda party, status: status_words(status),
    cell=lambda party, status: status_tag(status),
    batch=_statuses,
    plain=Plain(lookup=statuses_of, made=status_words),
    is_default=False,
    is_low=True,
)


def organization_columns() -> list[Column]:
    return [MEMBERSHIP_OF_PARTY]
