"""What dues do to the rest of the house; ``members.contributions`` calls it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.core.registries import (
    AnonymisedTexts,
    ExportableList,
    NavItem,
    PersonalData,
    RecordTables,
    anonymised_texts,
    exportable_lists,
    link_purposes,
    navigation,
    personal_data,
    record_tables,
)
from members.dues import links, lists, policies
from members.dues.personal_data import find, held, words_of
from members.models import DuesPayment, DuesTax, Invoice, InvoiceRelief, InvoiceTax


def _kept(actor: Any, keys: Sequence[int]) -> Mapping[int, str]:
    return dict.fromkeys(
        keys, _("An invoice keeps its number. Cancel it, write a credit note, or take a payment back.")
    )


INVOICE = RecordTables(
    key="members.invoice",
    order=44,
    model=Invoice,
    allowed=policies.can_keep_dues,
    parts={InvoiceTax: "invoice_id", InvoiceRelief: "invoice_id", DuesPayment: "invoice_id"},
    refused=_kept,
)
TAX = RecordTables(key="members.duestax", order=44, model=DuesTax, allowed=policies.can_set_taxes)


def contribute() -> None:
    navigation.register(
        NavItem(
            key="dues",
            label=gettext_lazy("Dues"),
            url_name="dues:list",
            icon="file-spreadsheet",
            order=36,
            allowed=policies.can_see_dues,
            group="directory",
        )
    )
    exportable_lists.register(
        ExportableList(
            lists.DUES, 26, gettext_lazy("Dues"), policies.can_export_dues, lists.invoice_list, notes=lists.notes
        )
    )
    for tables in (INVOICE, TAX):
        record_tables.register(tables)
    personal_data.register(PersonalData("dues", 16, gettext_lazy("Dues"), held, find))
    anonymised_texts.register(AnonymisedTexts("dues", 26, words_of))
    link_purposes.register(links.PURPOSE)
