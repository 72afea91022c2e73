"""Reading applications: for whoever keeps memberships or answers for the law, and for nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Value, When

from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.querysets import HouseQuerySet
from members.memberships import policies

if TYPE_CHECKING:
    from members.models import Application  # noqa: F401  named in the strings below


class ApplicationQuerySet(HouseQuerySet["Application"]):
    def visible_to(self, actor: Actor) -> Self:
        rows = super().visible_to(actor)
        return rows if policies.can_read_applications(actor) else rows.none()  # type: ignore[arg-type]  # a user by contract

    def of_memberships(self) -> Self:
        return self.filter(kind="membership")

    def waiting(self) -> Self:
        """Those that nobody decided yet."""
        return self.filter(decision="")

    def with_state(self) -> Self:
        """Adds ``state``: what was decided, else whether somebody has begun to look at it."""
        from members.models import ApplicationCheck, ApplicationConflict  # models import this module

        begun = Q(Exists(ApplicationCheck.objects.filter(application=OuterRef("pk"))))
        begun |= Q(Exists(ApplicationConflict.objects.filter(application=OuterRef("pk"))))
        return self.annotate(
            state=Case(
                When(~Q(decision=""), then=F("decision")),
                When(begun, then=Value("review")),
                default=Value("received"),
                output_field=CharField(),
            )
        )

    def for_list(self) -> Self:
        return self.select_related("tier").with_state()
