"""What the partnerships do to the rest of the house."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import can_export
from c2m2a_crm.core import dates
from c2m2a_crm.core.prepared import Statement
from c2m2a_crm.core.querysets import counted
from c2m2a_crm.core.registries import (
    ExportableList,
    HomeFigures,
    InitiativePage,
    NavItem,
    RecordTables,
    ReferenceData,
    SearchHit,
    SearchKind,
    exportable_lists,
    home_figures,
    initiative_pages,
    navigation,
    put_backs,
    record_tables,
    reference_data,
    search_kinds,
)
from c2m2a_crm.engagement.models import Initiative
from partnerships import put_back
from partnerships.lists import partnership_list
from partnerships.models import CooperationArea, Partnership
from partnerships.policies import can_manage_partnerships, can_see_partnerships
from partnerships.reference import load_partnerships

navigation.register(
    NavItem(
        key="partnerships",
        label=gettext_lazy("All partnerships"),
        url_name="partnerships:list",
        icon="arrows-exchange",
        order=10,
        allowed=can_see_partnerships,
        group="partnerships",
        go_key="s",
    )
)
initiative_pages.register(InitiativePage(Initiative.Kind.PARTNERSHIP.value, 20, "partnerships:detail"))
exportable_lists.register(
    ExportableList("partnerships", 60, gettext_lazy("Partnerships"), can_export, partnership_list)
)


def _hits(actor: Any, ids: Sequence[int]) -> Mapping[int, SearchHit]:
    rows = Partnership.objects.readable_by(actor).filter(pk__in=ids).select_related("initiative")
    return {row.pk: SearchHit(str(row), row.get_absolute_url(), row.counterpart.text) for row in rows}


def _texts(actor: Any, ids: Sequence[int]) -> Mapping[int, str]:
    rows = Partnership.objects.readable_by(actor).filter(pk__in=ids).prefetch_related("areas")
    return {row.pk: " · ".join(area.text.text for area in row.areas.all()) for row in rows}


search_kinds.register(
    SearchKind(
        key="partnership",
        order=60,
        label=gettext_lazy("Partnerships"),
        icon="arrows-exchange",
        model=Partnership,
        allowed=can_see_partnerships,
        hits=_hits,
        texts=_texts,
        words=("partnership", "partnerships", "partenariat", "partenariats"),
    )
)


def _figures(actor: Any) -> Sequence[dict[str, Any]]:
    """Active partnerships, as the list behind the figure counts them."""
    if not can_see_partnerships(actor):
        return []
    ((total,),) = _ACTIVE(actor)
    url = f"{reverse('partnerships:list')}?status={Partnership.Status.ACTIVE.value}"
    return [{"label": _("Active partnerships"), "value": dates.number(total), "url": url}]


def _active(actor: Any, keys: Any) -> QuerySet[User, tuple[int]]:
    active = Partnership.objects.readable_by(actor).active().filter(status=Partnership.Status.ACTIVE)
    return User.objects.filter(pk=actor.pk).values_list(counted(active))


_ACTIVE = Statement(_active)


home_figures.register(HomeFigures("partnerships", 40, _figures))
reference_data.register(ReferenceData("partnerships", 60, load_partnerships))

for fields in (put_back.INITIATIVE, put_back.PARTNERSHIP):
    put_backs.register(fields)

record_tables.register(
    RecordTables(
        "partnerships.partnership",
        230,
        Partnership,
        can_manage_partnerships,
        parts={CooperationArea: "partnership_id"},
    )
)
