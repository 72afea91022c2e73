"""How requests for access and legal holds fare when two people or two parties are merged.

Only who handles privacy is told of them; they move whoever merges, so that nothing that is held is let go.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.registries import MergeableRelation
from c2m2a_crm.privacy.models import AccessPerson, AccessRequest, HeldSubject, UnresolvedChallenge
from c2m2a_crm.privacy.policies import can_handle_privacy
from members.models import Party, Person

_LISTED_ALREADY: Final = _("The other record has the same. This one stays with the record that is put aside.")


def _handled(model: type[models.Model]) -> Callable[[Any], models.QuerySet[Any]]:
    def rows(actor: Any) -> models.QuerySet[Any]:
        manager = model._default_manager
        return manager.all() if can_handle_privacy(actor) else manager.none()

    return rows


RELATIONS: Final = (
    MergeableRelation(
        key="privacy.access-request.person",
        order=250,
        model=AccessRequest,
        column="person_id",
        target=Person,
        label=_("Requests for access"),
    ),
    MergeableRelation(
        key="privacy.access-person.person",
        order=252,
        model=AccessPerson,
        column="person_id",
        target=Person,
        label=_("Searches for the person"),
        same=("request_id",),
        sentence=_LISTED_ALREADY,
        readable=_handled(AccessPerson),
    ),
    MergeableRelation(
        key="privacy.challenge.person",
        order=254,
        model=UnresolvedChallenge,
        column="person_id",
        target=Person,
        label=_("Challenges"),
        readable=_handled(UnresolvedChallenge),
    ),
    *(
        MergeableRelation(
            key=f"privacy.held-subject.{side}",
            order=order,
            model=HeldSubject,
            column=f"{side}_id",
            target=target,
            label=_("Legal holds"),
            same=("hold_id",),
            sentence=_LISTED_ALREADY,
            readable=_handled(HeldSubject),
        )
        for target, side, order in ((Person, "person", 256), (Party, "party", 258))
    ),
)
