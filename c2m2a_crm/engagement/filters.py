"""What narrows the lists of the engagement record. Every filter reads content: the views give it readable rows only."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.actor import circle_ids_of
from c2m2a_crm.core.lists import ChoiceFacet, HouseFilterSet, TabbedFilterSet, day_of, one_of, said, says, several_of
from c2m2a_crm.core.prepared import Statement
from c2m2a_crm.core.querysets import among
from c2m2a_crm.core.searching.service import answering
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.models import Commitment, FollowUp, Initiative, Interaction, Participant
from c2m2a_crm.engagement.pulse import column_of, confided_touches, known_to_one
from members.filters import parties, people
from members.models import Party, Person

YES_NO = (("yes", _("Yes")), ("no", _("No")))
ME = "me"


def initiatives(request: Any) -> QuerySet[Initiative]:
    return Initiative.objects.readable_by(request.user)


def colleagues() -> list[tuple[str, Any]]:
    """Oneself first: an address that says “me” means its reader, so that it can be shared."""
    return [(ME, _("Me")), *((str(pk), name) for pk, name in User.objects.values_list("pk", "name"))]


def chosen(value: str, request: Any) -> int:
    """The colleague that the value of such a filter means."""
    return request.user.pk if value == ME else int(value)


def _colleague(label: Any, method: str) -> django_filters.ChoiceFilter:
    return django_filters.ChoiceFilter(label=label, choices=colleagues, method=method, empty_label=_("Anybody"))


def _linked(rows: Any, label: Any, **options: Any) -> django_filters.ModelChoiceFilter:
    """Set by links from record pages: a chip, not offered in the panel."""
    facet = django_filters.ModelChoiceFilter(queryset=rows, label=label, widget=forms.HiddenInput, **options)
    return said(facet, _("with %(value)s"))


class InteractionFilterSet(HouseFilterSet):
    q = django_filters.CharFilter(method="filter_text", label=_("Words, names"))
    kind = said(
        several_of(_("Kind"), Interaction.Kind.choices),
        _("of kind %(value)s"),
    )
    since = said(day_of(_("From"), field_name="occurred_on", lookup_expr="gte"), _("from %(value)s on"))
    until = said(day_of(_("Until"), field_name="occurred_on", lookup_expr="lte"), _("until %(value)s"))
    organization = said(
        django_filters.CharFilter(method="filter_organization", label=_("Organization or Nation")),
        _("with organizations or Nations called “%(value)s”"),
    )
    recorded_by = said(
        _colleague(_("Recorded by"), "filter_recorded_by"), _("recorded by %(value)s"), {ME: _("recorded by me")}
    )
    initiative = said(
        django_filters.ModelChoiceFilter(queryset=initiatives, label=_("Filed under"), empty_label=_("Any")),
        _("filed under %(value)s"),
    )
    office_holders = said(
        one_of(_("Public office holders took part"), YES_NO, "filter_office_holders"),
        "%(value)s",
        {"yes": _("with public office holders"), "no": _("without public office holders")},
    )
    attempts = said(
        one_of(_("Attempts"), [("only", _("Only attempts")), ("without", _("Without attempts"))], "filter_attempts"),
        "%(value)s",
        {"only": _("attempts only"), "without": _("without attempts")},
    )
    follow_up = said(
        one_of(_("Follow-up"), [("open", _("Open")), ("late", _("Late"))], "filter_follow_up"),
        "%(value)s",
        {"open": _("with an open follow-up"), "late": _("with a late follow-up")},
    )
    # Set by links from record pages; each shows as a chip and is not offered in the panel.
    person = _linked(people, _("Person"), method="filter_person")
    party = _linked(parties, _("With"), method="filter_party")

    class Meta:
        model = Interaction
        fields: ClassVar[list[str]] = []

    def filter_text(self, rows: QuerySet[Interaction], name: str, value: str) -> QuerySet[Interaction]:
        """Words of the subject, the notes, the points and promises, and the names of those who took part."""
        return rows.filter(answering(self.request.user, "contact", value))

    def filter_organization(self, rows: QuerySet[Interaction], name: str, value: str) -> QuerySet[Interaction]:
        return rows.filter(
            # Its name as on that day, or as it is now.
            _taken_part(says(value, "party_name_en", "party_name_fr", "party__name_en", "party__name_fr"))
        )

    def filter_recorded_by(self, rows: QuerySet[Interaction], name: str, value: str) -> QuerySet[Interaction]:
        return rows.filter(recorded_by=chosen(value, self.request))

    def filter_office_holders(self, rows: QuerySet[Interaction], name: str, value: str) -> QuerySet[Interaction]:
        took_part = _taken_part(Q(holds_public_office=True, role=Participant.Role.PRESENT))
        return rows.filter(took_part) if value == "yes" else rows.exclude(took_part)

    def filter_attempts(self, rows: QuerySet[Interaction], name: str, value: str) -> QuerySet[Interaction]:
        attempt = Q(kind=Interaction.Kind.ATTEMPT)
        return rows.filter(attempt) if value == "only" else rows.exclude(attempt)

    def filter_follow_up(self, rows: QuerySet[Interaction], name: str, value: str) -> QuerySet[Interaction]:
        steps = FollowUp.objects.open().filter(interaction=OuterRef("pk"))
        return rows.filter(Exists(steps.late() if value == "late" else steps))

    def filter_person(self, rows: QuerySet[Interaction], name: str, value: Person) -> QuerySet[Interaction]:
        return rows.filter(_taken_part(Q(person=value)))

    def filter_party(self, rows: QuerySet[Interaction], name: str, value: Party) -> QuerySet[Interaction]:
        return rows.filter(_taken_part(Q(party=value)))


class FollowUpFilterSet(TabbedFilterSet):
    q = django_filters.CharFilter(method="filter_text", label=_("Words, names"))
    assignee = said(_colleague(_("Whose"), "filter_assignee"), _("that fall to %(value)s"), {ME: _("that fall to me")})
    until = said(day_of(_("Due until"), field_name="due_on", lookup_expr="lte"), _("due until %(value)s"))
    person = _linked(people, _("Person"))
    party = _linked(parties, _("With"))

    class Meta:
        model = FollowUp
        fields: ClassVar[list[str]] = []

    def filter_text(self, rows: QuerySet[FollowUp], name: str, value: str) -> QuerySet[FollowUp]:
        return rows.filter(says(value, "text", "party__name_en", "party__name_fr", "person__sort_key"))

    def filter_assignee(self, rows: QuerySet[FollowUp], name: str, value: str) -> QuerySet[FollowUp]:
        return rows.filter(assignee=chosen(value, self.request))


class CommitmentFilterSet(TabbedFilterSet):
    q = django_filters.CharFilter(method="filter_text", label=_("Words, names"))
    made_by = said(_colleague(_("Made by"), "filter_made_by"), _("made by %(value)s"), {ME: _("made by me")})
    since = said(
        day_of(_("Made since"), field_name="interaction__occurred_on", lookup_expr="gte"), _("made since %(value)s")
    )
    until = said(day_of(_("Due until"), field_name="due_on", lookup_expr="lte"), _("due until %(value)s"))
    party = _linked(parties, _("With"), method="filter_party")
    person = _linked(people, _("Person"), method="filter_person")

    class Meta:
        model = Commitment
        fields: ClassVar[list[str]] = []

    def filter_text(self, rows: QuerySet[Commitment], name: str, value: str) -> QuerySet[Commitment]:
        parties = [f"{place}__name_{language}" for place in ("by_party", "to_party") for language in ("en", "fr")]
        return rows.filter(says(value, "text", "by_person__sort_key", *parties))

    def filter_made_by(self, rows: QuerySet[Commitment], name: str, value: str) -> QuerySet[Commitment]:
        return rows.filter(by_user=chosen(value, self.request))

    def filter_party(self, rows: QuerySet[Commitment], name: str, value: Party) -> QuerySet[Commitment]:
        return rows.filter(Q(by_party=value) | Q(to_party=value))

    def filter_person(self, rows: QuerySet[Commitment], name: str, value: Person) -> QuerySet[Commitment]:
        return rows.filter(_heard_with(value))


# --- Filters on the lists of the directory ----------------------------------------------------------------------------

QUIET_FOR = [
    ("30", _("In the last 30 days")),
    ("90", _("In the last 90 days")),
    ("180", _("In the last 180 days")),
    ("365", _("In the last 365 days")),
]
QUIET_CLAUSES = {
    "30": _("with no two-way contact in 30 days"),
    "90": _("with no two-way contact in 90 days"),
    "180": _("with no two-way contact in 180 days"),
    "365": _("with no two-way contact in 365 days"),
}


class _QuietFacet(django_filters.ChoiceFilter):  # type: ignore[misc]  # django-filter has no types
    """Nobody was reached in so many days, as far as the reader may know. Never is longer ago than any of them."""

    def filter(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        if not value:
            return rows
        actor = self.parent.request.user
        since = today() - timedelta(days=int(value))
        quiet = Q(last_open_contact_on__lt=since)
        # "Within a year" leaves "never" out already; said again, it would hide from the database that this is one span.
        if not self.parent.form.cleaned_data.get("last_contact", "").startswith("within"):
            quiet |= Q(last_open_contact_on__isnull=True)
        rows = rows.filter(quiet)
        if not circle_ids_of(actor):
            return rows
        # Asked first, they are some keys beside the list: few contacts of some days are confided to one reader.
        return rows.exclude(among("pk", _TOUCHED_IN_CONFIDENCE(actor, (), column_of(rows.model), int(value))))


def _touched_in_confidence(actor: Any, keys: Any, column: str, days: int) -> QuerySet[Participant, int]:
    touched = confided_touches(actor).filter(interaction__occurred_on__gte=today() - timedelta(days=days))
    return touched.exclude(**{column: None}).order_by().values_list(f"{column}_id", flat=True).distinct()


_TOUCHED_IN_CONFIDENCE = Statement(_touched_in_confidence)


def directory_facets() -> dict[str, Any]:
    """Not for Nations: their pace is their own, and nothing measures it."""
    quiet = _QuietFacet(label=_("No two-way contact"), choices=QUIET_FOR, empty_label=_("Any"))
    return {"no_contact": said(quiet, "%(value)s", QUIET_CLAUSES, shown="last_contact")} | known_by_facet()


def _known_by(rows: QuerySet[Any], actor: Any, value: str) -> QuerySet[Any]:
    return rows.filter(pk__in=known_to_one(actor, rows.model))


def known_by_facet() -> dict[str, Any]:
    """Also for Nations: it measures us, not them."""
    facet = ChoiceFacet(label=_("Known by"), choices=[("one", _("Only one of us"))], narrow=_known_by)
    return {"known_by": said(facet, "%(value)s", {"one": _("that only one of us knows")}, shown="known_by")}


def _taken_part(what: Q) -> Q:
    return Q(Exists(Participant.objects.filter(what, interaction=OuterRef("pk"))))


def _heard_with(person: Person) -> Q:
    heard = Exists(Participant.objects.filter(interaction=OuterRef("interaction_id"), person=person))
    return Q(by_person=person) | Q(heard)


__all__ = [
    "ME",
    "CommitmentFilterSet",
    "FollowUpFilterSet",
    "InteractionFilterSet",
    "directory_facets",
    "known_by_facet",
]
