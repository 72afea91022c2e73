"""What gifts do to the rest of the house; ``members.contributions`` calls it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.core.registries import (
    AnonymisedTexts,
    ExportableList,
    MergeableRelation,
    NavItem,
    PersonalData,
    RecordPanel,
    RecordTables,
    ReferenceData,
    RetentionUse,
    anonymised_texts,
    exportable_lists,
    mergeable_relations,
    navigation,
    personal_data,
    record_panels,
    record_tables,
    reference_data,
    retention_rules,
    retention_uses,
)
from members.gifts import lists, policies
from members.gifts.panel import gift_panel
from members.gifts.personal_data import GIFTS, find, gave_since, held, words_of
from members.gifts.reference import load_gift_rules
from members.models import CharityRegistration, Gift, GiftReceipt, GiftRule, Party, Person


def _kept(actor: Any, keys: Sequence[int]) -> Mapping[int, str]:
    return dict.fromkeys(keys, _("A receipt keeps its number. Cancel it or replace it, or take the gift back."))


GIFT = RecordTables(
    key="members.gift",
    order=45,
    model=Gift,
    allowed=policies.can_keep_gifts,
    parts={GiftReceipt: "gift_id"},
    refused=_kept,
)
REGISTRATION = RecordTables(
    key="members.charityregistration",
    order=46,
    model=CharityRegistration,
    allowed=policies.can_set_gift_rules,
    refused=_kept,
)
RULE = RecordTables(key="members.giftrule", order=47, model=GiftRule, allowed=policies.can_set_gift_rules)


def contribute() -> None:
    navigation.register(
        NavItem(
            key="gifts",
            label=gettext_lazy("Gifts"),
            url_name="gifts:list",
            icon="heart-handshake",
            order=37,
            allowed=policies.can_see_gifts,
            group="directory",
        )
    )
    exportable_lists.register(
        ExportableList(
            lists.GIFTS, 27, gettext_lazy("Gifts"), policies.can_export_gifts, lists.gift_list, notes=lists.notes
        )
    )
    for side, model, order in (("person", Person, 59), ("party", Party, 157)):
        record_panels.register(RecordPanel(f"gifts-{side}", 58, model, "gifts/_panel.html", gift_panel))
        mergeable_relations.register(
            MergeableRelation(
                f"members.gift.donor-{side}", order, Gift, f"donor_{side}_id", model, gettext_lazy("Gifts")
            )
        )
    for tables in (GIFT, REGISTRATION, RULE):
        record_tables.register(tables)
    reference_data.register(ReferenceData("gifts.rules", 17, load_gift_rules))
    personal_data.register(PersonalData("gifts", 17, gettext_lazy("Gifts"), held, find))
    anonymised_texts.register(AnonymisedTexts("gifts", 27, words_of))
    retention_rules.register(GIFTS)
    retention_uses.register(RetentionUse("members.gifts", 17, Person, gave_since))
