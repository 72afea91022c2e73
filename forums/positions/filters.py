"""What the list of positions can be narrowed by."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.lists import HouseFilterSet, day_of, one_of, said, several_of
from c2m2a_crm.core.text import fold
from c2m2a_crm.engagement.models import Initiative
from forums.models import Position, PositionTopic
from members.models import Concept, Jurisdiction

Rows = QuerySet[Any, Any]

WHOSE = [("forums", _("Forums")), ("own", _("The alliance itself"))]
WHOSE_CLAUSES = {"forums": _("of forums"), "own": _("of the alliance itself")}
SHOWN = [("aside", _("Put aside")), ("all", _("All, also put aside"))]
SHOWN_CLAUSES = {"aside": _("put aside"), "all": _("also those put aside")}


def _filed(request: Any) -> Rows:
    used = Position.objects.readable_by(request.user).filter(initiative=OuterRef("pk"))
    name = "name_fr" if reader_language() == "fr" else "name_en"
    return Initiative.objects.readable_by(request.user).filter(Exists(used)).order_by(name, "pk")


def _owners(request: Any) -> Rows:
    readable = Position.objects.readable_by(request.user)
    return User.objects.filter(pk__in=readable.values("owner")).order_by("name", "pk")


class PositionFilterSet(HouseFilterSet):
    q = django_filters.CharFilter(label=_("Question or forum"), method="by_words")
    state = said(several_of(_("State"), Position.State.choices, method="by_state"), _("in the state %(value)s"))
    whose = said(one_of(_("Whose"), WHOSE, "by_whose"), "%(value)s", WHOSE_CLAUSES)
    filed = said(
        django_filters.ModelChoiceFilter(
            label=_("Filed under"), queryset=_filed, empty_label=_("Any"), field_name="initiative"
        ),
        _("filed under %(value)s"),
    )
    owner = said(
        django_filters.ModelChoiceFilter(label=_("Owner"), queryset=_owners, empty_label=_("Any")),
        _("owned by %(value)s"),
    )
    mineral = said(
        django_filters.ModelChoiceFilter(
            label=_("Mineral"),
            queryset=lambda request: Concept.objects.of(Concept.Vocabulary.MINERAL).in_reading_order(),
            to_field_name="code",
            method="by_concept",
            empty_label=_("Any"),
        ),
        _("about %(value)s"),
    )
    stage = said(
        django_filters.ModelChoiceFilter(
            label=_("Stage of the value chain"),
            queryset=lambda request: Concept.objects.of(Concept.Vocabulary.STAGE).in_reading_order(),
            to_field_name="code",
            method="by_concept",
            empty_label=_("Any"),
        ),
        _("at the stage %(value)s"),
    )
    place = said(
        django_filters.ModelChoiceFilter(
            label=_("Jurisdiction"),
            queryset=lambda request: Jurisdiction.objects.in_reading_order(),
            to_field_name="code",
            method="by_place",
            empty_label=_("Any"),
        ),
        _("in %(value)s"),
    )
    since = said(day_of(_("Opened from"), field_name="opened_on", lookup_expr="gte"), _("opened from %(value)s on"))
    until = said(day_of(_("Opened until"), field_name="opened_on", lookup_expr="lte"), _("opened until %(value)s"))
    shown = said(one_of(_("Put aside"), SHOWN, "by_shown"), "%(value)s", SHOWN_CLAUSES)

    class Meta:
        model = Position
        fields: ClassVar[list[str]] = []

    def filter_queryset(self, queryset: Rows) -> Rows:
        """What was put aside stands in the list only where it is asked for."""
        rows: Any = super().filter_queryset(queryset)
        found: Rows = rows if self.form.cleaned_data.get("shown") else rows.active()
        return found

    def by_words(self, rows: Rows, name: str, value: str) -> Rows:
        condition = Q()
        for word in fold(value).split():
            condition &= Q(folded__contains=word)
        found: Rows = rows.with_names().filter(condition)  # type: ignore[attr-defined]  # PositionQuerySet
        return found

    def by_state(self, rows: Rows, name: str, value: list[str]) -> Rows:
        return rows.filter(state__in=value) if value else rows  # the list gives each its state

    def by_whose(self, rows: Rows, name: str, value: str) -> Rows:
        of_forums = Q(initiative__kind=Initiative.Kind.FORUM)
        return rows.filter(of_forums) if value == "forums" else rows.exclude(of_forums)

    def by_concept(self, rows: Rows, name: str, value: Concept) -> Rows:
        topics = PositionTopic.objects.filter(Q(concept=value) | Q(concept__replaced_by=value))
        return rows.filter(Exists(topics.filter(position=OuterRef("pk"))))

    def by_place(self, rows: Rows, name: str, value: Jurisdiction) -> Rows:
        return rows.filter(Exists(PositionTopic.objects.filter(position=OuterRef("pk"), jurisdiction=value)))

    def by_shown(self, rows: Rows, name: str, value: str) -> Rows:
        found: Rows = rows.archived() if value == "aside" else rows  # type: ignore[attr-defined]  # as above
        return found
