"""What checks of details by the people themselves add to the rest of the house."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.registries import (
    NavItem,
    OperationKind,
    RecordTables,
    RetentionUse,
    link_purposes,
    navigation,
    operation_kinds,
    record_tables,
    retention_rules,
    retention_uses,
)
from members.details.deciding import ACCEPT_KIND
from members.details.retention import DETAILS
from members.details.sharing import PURPOSE
from members.models import DetailsDifference, DetailsRequest, Person
from members.policies import can_edit_directory, can_see_directory

ANSWER = RecordTables(
    key="members.details",
    order=12,
    model=DetailsRequest,
    allowed=can_edit_directory,
    parts={DetailsDifference: "request_id"},
)


def _asked_since(day: date) -> models.QuerySet[Any, Any]:
    moment = timezone.make_aware(datetime.combine(day, time.min))
    return DetailsRequest.objects.filter(asked_at__gte=moment).values("person")


def register() -> None:
    """Called by the contributions of the directory."""
    link_purposes.register(PURPOSE)
    navigation.register(
        NavItem(
            key="details",
            label=_("Details to check"),
            url_name="details:list",
            icon="user-check",
            order=52,
            allowed=can_see_directory,
            group="directory",
        )
    )
    operation_kinds.register(OperationKind(ACCEPT_KIND, 45, _("Check of details"), can_edit_directory))
    record_tables.register(ANSWER)
    retention_rules.register(DETAILS)
    retention_uses.register(RetentionUse("members.details", 16, Person, _asked_since))
