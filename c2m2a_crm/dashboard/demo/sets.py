"""The fictional office's segments: whom to call before the next table, and whom its next invitation should reach."""

from __future__ import annotations

from c2m2a_crm.core.segments import make_segment, members_of, pick
from c2m2a_crm.dashboard.demo.office import Office
from members.models import Person


def add_segments(office: Office) -> None:
    """Two, shared by whoever keeps them; the first with an exception of each kind."""
    secretariat, staff = office.colleagues["noor"], office.colleagues["dana"]
    quiet = make_segment(
        actor=secretariat,
        list_key="people",
        name="French-speaking firms, out of touch",
        query="party_kind=business&language=fr&no_contact=30",
        purpose="Whom to call, in French, before the next meeting of the Table.",
        is_shared=True,
    )
    belonging = members_of(quiet, secretariat).order_by("pk")
    first = belonging.first()
    if first is not None:
        reason = "Asked to hear from us through the association only."
        pick(actor=secretariat, segment=quiet, record=first, kind="block", reason=reason)
    other = Person.objects.active().filter(language="en").order_by("pk").first()
    if other is not None:
        reason = "Chairs their committee on processing; wants to come along."
        pick(actor=secretariat, segment=quiet, record=other, kind="pin", reason=reason)
    make_segment(
        actor=staff,
        list_key="organizations",
        name="Firms we met that sit on no forum",
        query="kind=business&last_contact=within-365&forum=none",
        purpose="Whom the next invitation to a forum should reach.",
        is_shared=True,
    )
