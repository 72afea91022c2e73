"""A position's history in words. Of stances, adoptions and uses only those stand here that the reader may read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.history import Names
from c2m2a_crm.core.record_changes import HistoryPage, Told, record_page
from forums.models import Adoption, Dissent, Position, PositionTopic, PositionUse, PositionWording, Stance

_PARTS = (
    (Stance, gettext_lazy("Stance")),
    (Adoption, gettext_lazy("Adoption")),
    (Dissent, gettext_lazy("Recorded dissent")),
    (PositionUse, gettext_lazy("Use")),
)


def position_history(
    position: Position, actor: Actor, *, before: int | None = None, is_editor: bool = False
) -> HistoryPage:
    """The newest changes, older than the change numbered ``before``. The caller has checked that it is readable.

    What hangs on a source is never deleted, so that the keys of what is readable now are all there is to tell.
    """

    def number(image: Mapping[str, Any], names: Names) -> str:
        return _("Version %(number)d") % {"number": image.get("number") or 0}

    def who(image: Mapping[str, Any], names: Names) -> str:
        return names.get(("members.Party", image.get("party_id")), "")

    of_position = frozenset({"position_id"})
    parts = [
        Told(PositionTopic, "position_id", _("Topic"), lambda image, names: "", of_position),
        Told(PositionWording, "position_id", _("Wording"), number, of_position),
    ]
    for model, noun in _PARTS:
        rows: Any = model.objects  # querysets of the room
        keys = list(rows.readable_by(actor).filter(position=position).values_list("pk", flat=True))
        parts.append(Told(model, "id", noun, who, frozenset({"id", "position_id", "adoption_id"}), owners=keys))
    return record_page([position], parts, actor, before=before, is_editor=is_editor)
