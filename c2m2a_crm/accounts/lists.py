"""The list of users: what its columns show and what filters it."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db import models
from django.db.models import F
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.accounts.models import Role, Team, User
from c2m2a_crm.accounts.querysets import UserQuerySet
from c2m2a_crm.core import ui
from c2m2a_crm.core.lists import Column, HouseFilterSet


class UserFilterSet(HouseFilterSet):
    q = django_filters.CharFilter(method="filter_text", label=gettext_lazy("Name or e-mail"))
    role = django_filters.ChoiceFilter(choices=Role.choices, method="filter_role", label=gettext_lazy("Role"))
    team = django_filters.ModelChoiceFilter(
        queryset=Team.objects.all(), method="filter_team", label=gettext_lazy("Team")
    )
    state = django_filters.ChoiceFilter(
        choices=[("open", gettext_lazy("Open")), ("closed", gettext_lazy("Closed"))],
        method="filter_state",
        label=gettext_lazy("Account"),
    )

    class Meta:
        model = User
        fields: list[str] = []

    def filter_text(self, rows: UserQuerySet, name: str, value: str) -> UserQuerySet:
        return rows.matching(value)

    def filter_role(self, rows: UserQuerySet, name: str, value: str) -> UserQuerySet:
        return rows.with_open_role(value)

    def filter_team(self, rows: UserQuerySet, name: str, value: Team) -> UserQuerySet:
        return rows.in_team(value.pk)

    def filter_state(self, rows: models.QuerySet[User], name: str, value: str) -> models.QuerySet[User]:
        return rows.filter(is_active=value == "open")


def _name_cell(user: Any) -> SafeString:
    return ui.who(user.name, user.pk, url=reverse("accounts:user", args=[user.pk]), note=user.email)


def _role_names(user: Any) -> list[str]:
    order = list(Role)
    return [str(role.label) for role in sorted((Role(grant.role) for grant in user.open_grants), key=order.index)]


def _roles_cell(user: Any) -> SafeString:
    names = _role_names(user)
    return format_html_join(" ", "{}", ((ui.tag(name),) for name in names)) if names else ui.tag(_("no role"), "copper")


def _state_cell(user: Any) -> SafeString:
    return ui.dot(_("Open"), "ok") if user.is_active else ui.dot(_("Closed"), "none")


USER_COLUMNS = (
    Column(
        "name",
        gettext_lazy("Name"),
        value=lambda user: user.name,
        cell=_name_cell,
        order=lambda: ["name"],
        is_row_header=True,
    ),
    Column("roles", gettext_lazy("Roles"), value=lambda user: ", ".join(_role_names(user)), cell=_roles_cell),
    Column("teams", gettext_lazy("Teams"), value=lambda user: ", ".join(str(place.team) for place in user.open_places)),
    Column(
        "last_login",
        gettext_lazy("Last sign-in"),
        value=lambda user: user.last_login,
        cell=lambda user: ui.when(user.last_login) if user.last_login else _("never"),
        order=lambda: [F("last_login").asc(nulls_last=True)],
    ),
    Column(
        "state",
        gettext_lazy("Account"),
        value=lambda user: _("Open") if user.is_active else _("Closed"),
        cell=_state_cell,
        order=lambda: ["is_active"],
    ),
)
