"""Dated relations between people and parties beyond employment: who speaks for whom, who advises, who knows whom."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Greatest, Least
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from c2m2a_crm.core.models import Document, Versioned
from c2m2a_crm.core.validity import Dated
from members.models.parties import Party
from members.models.people import Person
from members.querysets import RelationshipQuerySet


def _end(side: str) -> Coalesce:
    """One number for either sort of end: even for people, odd for parties."""
    return Coalesce(F(f"{side}_person") * 2, F(f"{side}_party") * 2 + 1)


def _one_end(side: str) -> Q:
    person, party = f"{side}_person__isnull", f"{side}_party__isnull"
    return Q(**{person: False, party: True}) | Q(**{person: True, party: False})


class Relationship(Dated, Versioned):
    """``from`` stands in this relation to ``to`` on the days of ``valid``. Both ends read it in their own words.

    ``scope`` and the mandate say for what and by which decision somebody speaks for another; the mandate is a document
    on file or, where there is none, its reference in words.
    """

    class Kind(models.TextChoices):
        SPEAKS_FOR = "speaks_for", pgettext_lazy("relation", "Speaks for")
        ADVISES = "advises", pgettext_lazy("relation", "Advises")
        SITS_ON = "sits_on", pgettext_lazy("relation", "Sits on")
        MEMBER_OF = "member_of", pgettext_lazy("relation", "Is a member of")
        SISTER_OF = "sister_of", pgettext_lazy("relation", "Is a sister organization of")
        KNOWS = "knows", pgettext_lazy("relation", "Knows")

    # The same relation, said from its other end.
    CONVERSE: ClassVar[dict[str, Any]] = {
        Kind.SPEAKS_FOR: pgettext_lazy("relation", "Is spoken for by"),
        Kind.ADVISES: pgettext_lazy("relation", "Is advised by"),
        Kind.SITS_ON: pgettext_lazy("relation", "Has on its body"),
        Kind.MEMBER_OF: pgettext_lazy("relation", "Has as a member"),
        Kind.SISTER_OF: pgettext_lazy("relation", "Is a sister organization of"),
        Kind.KNOWS: pgettext_lazy("relation", "Knows"),
    }
    MUTUAL: ClassVar = (Kind.SISTER_OF, Kind.KNOWS)

    kind = models.CharField(_("relation"), max_length=12, choices=Kind)
    from_person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="relationships_from"
    )
    from_party = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="relationships_from"
    )
    to_person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="relationships_to"
    )
    to_party = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="relationships_to"
    )
    scope = models.CharField(_("scope"), max_length=500, blank=True)
    mandate = models.ForeignKey(
        Document,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("document of the mandate"),
    )
    mandate_reference = models.CharField(_("reference of the mandate"), max_length=250, blank=True)
    valid = DateRangeField(_("valid"))
    source = models.CharField(_("source"), max_length=250, blank=True)

    objects = RelationshipQuerySet.as_manager()

    class Meta:
        verbose_name = _("relationship")
        verbose_name_plural = _("relationships")
        ordering: ClassVar = ["kind", F("valid").desc(), "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=_one_end("from"), name="relationship_has_one_beginning"),
            models.CheckConstraint(condition=_one_end("to"), name="relationship_has_one_end"),
            models.CheckConstraint(
                condition=~Q(from_person=F("to_person")) | Q(from_person__isnull=True) | Q(to_person__isnull=True),
                name="person_is_not_related_to_itself",
                violation_error_message=_("Choose somebody other than the record itself."),
            ),
            models.CheckConstraint(
                condition=~Q(from_party=F("to_party")) | Q(from_party__isnull=True) | Q(to_party__isnull=True),
                name="party_is_not_related_to_itself",
                violation_error_message=_("Choose somebody other than the record itself."),
            ),
            models.CheckConstraint(
                condition=(
                    Q(kind="speaks_for")
                    | Q(kind="advises")
                    | Q(kind__in=["sits_on", "member_of"], to_party__isnull=False)
                    | Q(kind="sister_of", from_party__isnull=False, to_party__isnull=False)
                    | Q(kind="knows", from_person__isnull=False, to_person__isnull=False)
                ),
                name="relationship_ends_fit_its_kind",
                violation_error_message=_("This relation does not hold between these two."),
            ),
            models.CheckConstraint(
                condition=Q(kind="speaks_for") | Q(scope="", mandate__isnull=True, mandate_reference=""),
                name="mandate_is_of_who_speaks_for",
                violation_error_message=_("Scope and mandate belong to a relation of kind “speaks for”."),
            ),
            models.CheckConstraint(
                condition=Q(valid__isempty=False),
                name="relationship_lasts_a_day",
                violation_error_message=_("The last day must not lie before the first."),
            ),
            ExclusionConstraint(
                name="relationship_once_at_a_time",
                expressions=[
                    ("kind", RangeOperators.EQUAL),
                    (_end("from"), RangeOperators.EQUAL),
                    (_end("to"), RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This relation is on file for those dates."),
                violation_error_code="relationship_listed",
            ),
            ExclusionConstraint(
                name="mutual_relationship_once_at_a_time",
                expressions=[
                    ("kind", RangeOperators.EQUAL),
                    (Least(_end("from"), _end("to")), RangeOperators.EQUAL),
                    (Greatest(_end("from"), _end("to")), RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                condition=Q(kind__in=["sister_of", "knows"]),
                violation_error_message=_("This relation is on file for those dates."),
                violation_error_code="relationship_listed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.beginning} · {self.get_kind_display()} · {self.end}"

    @property
    def beginning(self) -> Person | Party:
        return self.from_person or self.from_party  # type: ignore[return-value]  # one of the two is there

    @property
    def end(self) -> Person | Party:
        return self.to_person or self.to_party  # type: ignore[return-value]  # as above
