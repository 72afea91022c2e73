"""What we answered to a point or a question, and who sees to it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import can_write, require
from c2m2a_crm.core.editing import apply, changes_to_keep, lock
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Operation
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement import policies
from c2m2a_crm.engagement.models import Point
from c2m2a_crm.engagement.services.entry import EntryRefused


def answer_point(
    *,
    actor: User,
    point: Point,
    version: int,
    answer: str,
    owner: User | None,
    mine: Collection[str] = (),
    theirs: Collection[str] = (),
) -> Point:
    """Write the answer and the owner; the first answer dates the point, an emptied one takes the date away.

    An answer may come long after the entry closed. Raises :class:`EntryRefused`, or ``EditConflict`` where somebody
    else wrote the same meanwhile, unless ``mine`` or ``theirs`` settles it.
    """
    require(policies.can_answer_point(actor, point))
    text = answer.replace("\x00", "").strip()
    with recorded(actor):
        current = lock(point)
        if owner is not None and owner.pk != current.owner_id:
            if not can_write(owner):
                raise EntryRefused("owner", _("Choose somebody who may work on points."))
            if not current.is_readable_by(owner):
                raise EntryRefused("owner", _("This point belongs to a circle that the chosen person is not in."))
        wanted = {"answer": text, "owner": owner}
        keep = changes_to_keep(current, wanted, version=version, mine=mine, theirs=theirs)
        if "answer" in keep:
            keep["answered_on"] = (current.answered_on or today()) if keep["answer"] else None
        apply(current, keep)
    return current


def answer_points(
    *,
    actor: User,
    answers: Sequence[tuple[Point, str]],
    owner: User | None = None,
    operation: Operation | None = None,
) -> int:
    """First answers to many points at once, all or none; a point that is answered already keeps its answer.

    Returns how many were answered. Raises :class:`EntryRefused` where the owner may not read or work on one of them.
    """
    require(all(policies.can_answer_point(actor, point) for point, _text in answers))
    if owner is not None and not can_write(owner):
        raise EntryRefused("owner", _("Choose somebody who may work on points."))
    texts = {point.pk: text.replace("\x00", "").strip() for point, text in answers}
    with recorded(actor, operation=operation):
        rows = Point.objects.select_for_update(of=("self",)).filter(pk__in=texts, answer="").order_by("pk")
        answered = [row for row in rows if texts[row.pk]]
        for row in answered:
            if owner is not None and not row.is_readable_by(owner):
                raise EntryRefused("owner", _("This point belongs to a circle that the chosen person is not in."))
            row.answer, row.answered_on, row.owner = texts[row.pk], today(), owner or row.owner
            row.version += 1
        Point.objects.bulk_update(answered, ["answer", "answered_on", "owner", "version"], batch_size=500)
    return len(answered)
