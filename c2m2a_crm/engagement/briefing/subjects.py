"""Whom a briefing is about: a person, an organization or a Nation, or a planned contact."""

from __future__ import annotations

from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from c2m2a_crm.core import dates
from c2m2a_crm.core.registries import BriefingAbout, BriefingSubject
from c2m2a_crm.core.validity import today
from c2m2a_crm.core.views import visible_or_404
from c2m2a_crm.engagement.models import FollowUp, Participant
from c2m2a_crm.engagement.pulse import touches
from members.briefing import posts_of
from members.models import Affiliation, Party, Person

# Of a party the people whom we met last; more would not be read before a meeting.
MOST_OF_PARTY: Final = 6


def url_of(about: str, pk: int) -> str:
    return reverse("briefings:detail", args=[about, pk])


def about_person(actor: Any, pk: int) -> BriefingAbout:
    person: Person = visible_or_404(Person.objects.all(), actor, pk=pk)
    parties = [post.party_id for post in posts_of(actor, [pk]).get(pk, ())]
    return BriefingAbout(person, person.full_name, person.get_absolute_url(), [pk], list(dict.fromkeys(parties)))


def about_party(actor: Any, pk: int) -> BriefingAbout:
    party: Party = visible_or_404(Party.objects.all(), actor, pk=pk)
    people, total = _people_of(actor, pk)
    return BriefingAbout(
        party,
        str(party),
        party.get_absolute_url(),
        people,
        [pk],
        facts=[(_("Kind"), str(party.get_kind_display()))],
        notes=_left_out(total - len(people)),
    )


def _people_of(actor: Any, party: int) -> tuple[list[int], int]:
    """Who works there today, whoever we met last first; and how many there are. Two statements."""
    work_there = Affiliation.objects.readable_by(actor).current().filter(party=party, person__anonymised_on=None)
    keys = list(work_there.order_by("-is_primary", "person__sort_key", "pk").values_list("person_id", flat=True))
    keys = list(dict.fromkeys(keys))
    met = touches(actor).filter(person__in=keys).order_by().values_list("person_id")
    last = dict(met.annotate(Max("interaction__occurred_on")))
    never = today().replace(year=1)
    in_order = sorted(keys, key=lambda key: last.get(key, never), reverse=True)  # the same order where days are equal
    return in_order[:MOST_OF_PARTY], len(keys)


def _left_out(more: int) -> list[str]:
    if more < 1:
        return []
    words = ngettext(
        "%(count)s more person works there; those whom we met last stand here.",
        "%(count)s more people work there; those whom we met last stand here.",
        more,
    )
    return [words % {"count": dates.number(more)}]


def about_follow_up(actor: Any, pk: int) -> BriefingAbout:
    """The person it is about, else people of its party, else whoever was there when it was agreed."""
    rows = FollowUp.objects.select_related("assignee", "person", "party", "interaction")
    step: FollowUp = visible_or_404(rows, actor, pk=pk)
    if not step.is_readable_by(actor):
        raise PermissionDenied
    notes: list[str] = []
    parties = [step.party_id] if step.party_id else []
    if step.person_id:
        people = [step.person_id]
        parties += [post.party_id for post in posts_of(actor, people).get(step.person_id, ())]
    elif step.party_id:
        people, total = _people_of(actor, step.party_id)
        notes = _left_out(total - len(people))
    else:
        people, parties = _who_was_there(step)
    facts = [(_("Who"), str(step.assignee))]
    if step.due_on:
        facts.append((_("Due on"), dates.long_date(step.due_on)))
    if step.interaction:
        facts.append((_("Agreed in"), f"{dates.short_date(step.interaction.occurred_on)}, {step.interaction.subject}"))
    url = step.interaction.get_absolute_url() if step.interaction else reverse("follow_ups:list")
    return BriefingAbout(step, step.text, url, people, list(dict.fromkeys(parties)), facts, notes, row=step)


def _who_was_there(step: FollowUp) -> tuple[list[int], list[int]]:
    """Of the contact that it was agreed in, which is as readable as the follow-up itself."""
    there = Participant.objects.filter(
        interaction=step.interaction_id or 0, role=Participant.Role.PRESENT, user__isnull=True
    )
    rows = list(there.order_by("position", "pk").values_list("person_id", "party_id"))
    return [person for person, _party in rows if person], [party for _person, party in rows if party]


SUBJECTS: Final = (
    BriefingSubject("person", 10, about_person),
    BriefingSubject("party", 20, about_party),
    BriefingSubject("follow-up", 30, about_follow_up),
)
