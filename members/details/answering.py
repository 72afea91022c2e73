"""What somebody answers by their link. It never writes to the record: a difference waits until somebody decides.

That all is right is a check by the person, and is noted at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import F, Q
from django.utils import timezone

from c2m2a_crm.core.validity import today
from members.details.errors import AnsweredAlready
from members.details.forms import Difference
from members.models import DetailsDifference, DetailsRequest, Person


def receive(asked: DetailsRequest, differences: Sequence[Difference]) -> DetailsRequest:
    """Keep the answer, in a recorded transaction (``core.public_links.services.pressing``).

    Without differences the person said that all is right. Raises :class:`AnsweredAlready`.
    """
    current = DetailsRequest.objects.select_for_update(of=("self",)).get(pk=asked.pk)
    if current.answered_at is not None:
        raise AnsweredAlready
    current.answered_at, current.is_all_right = timezone.now(), not differences
    current.save(update_fields=["answered_at", "is_all_right"])
    for each in differences:
        DetailsDifference.objects.create(
            request=current, field=each.field, target=each.target, old=each.old, new=each.new
        )
    if not differences:
        note_check(current.person, today())
    return current


def note_check(person: Person, day: date) -> None:
    """The person checked on that day what is on file; a later look of somebody else stands."""
    earlier = Q(verified_on__isnull=True) | Q(verified_on__lte=day)
    rows = Person.objects.filter(earlier, pk=person.pk)
    rows.update(verified_on=day, verified_by=None, version=F("version") + 1)
