"""Why somebody sees, or does not see, what was confided to a circle: the sentence that a lock opens."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from c2m2a_crm.core import ui
from c2m2a_crm.core.actor import Actor, circle_ids_of, membership_circle_ids_of
from c2m2a_crm.core.models import Circle


def lock_of(actor: Actor, row: Any) -> SafeString:
    """The mark of a ``Sealable`` row that the actor reads; nothing on an open one."""
    circle = row.sealed_circle_id or row.restricted_circle_id
    if circle is None:
        return ui.NOTHING
    label, icon = (_("Sealed"), "shield-lock") if row.sealed_circle_id else (_("Restricted"), "lock")
    name = _names_of(actor).get(circle, "")
    if circle in membership_circle_ids_of(actor):
        sentence = _("You see this because you belong to the circle “%(circle)s”.")
    else:
        sentence = _("You see this because the circle “%(circle)s” is open to you in an emergency.")
    return ui.lock(label, sentence % {"circle": name}, icon)


def shut_lock(ask: str) -> SafeString:
    """The mark of a restricted row that the reader may not read. The circle's name is not theirs to know."""
    return ui.lock(
        _("Restricted entry"), _("Only a circle that you are not in reads this. Ask %(name)s.") % {"name": ask}
    )


def _names_of(actor: Actor) -> dict[int, str]:
    """Read once per object of the actor, that is once per page."""
    known: dict[int, str] | None = getattr(actor, "_circle_names", None)
    if known is None:
        known = dict(Circle.objects.filter(pk__in=circle_ids_of(actor)).values_list("pk", "name"))
        actor._circle_names = known  # type: ignore[attr-defined]  # a cache on the object, as its circles are
    return known
