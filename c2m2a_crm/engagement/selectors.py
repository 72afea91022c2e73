"""Questions the contact log asks: posts held on a day, and whom a typed name means."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from django.db.models import F, Value, Window
from django.db.models.functions import Replace, RowNumber
from django.urls import reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.name_keys import NameKind
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.models import Initiative
from c2m2a_crm.engagement.policies import can_change_initiative_access
from c2m2a_crm.engagement.typed_line import directory as known
from members.models import Affiliation, NameKey

# A given name that thousands bear settles nothing: that many rows of one key are enough to call it ambiguous.
MOST_BEARERS = 50


def affiliations_on(person_ids: Sequence[int], day: date) -> dict[int, Affiliation]:
    """Each person's post on that day, the main one first; people without one are left out."""
    posts: dict[int, Affiliation] = {}
    held = Affiliation.objects.filter(person__in=list(person_ids)).on(day).select_related("party")
    for post in held.order_by("person_id", "-is_primary", "-pk"):
        posts.setdefault(post.person_id, post)
    return posts


class PostsHeld:
    """The posts of some people, past and present, read once: for entries of many days."""

    def __init__(self, person_ids: Collection[int]) -> None:
        self._posts: dict[int, list[Affiliation]] = defaultdict(list)
        if person_ids:
            held = Affiliation.objects.filter(person__in=person_ids).select_related("party")
            for post in held.order_by("person_id", "-is_primary", "-pk"):
                self._posts[post.person_id].append(post)

    def on(self, person_id: int, day: date) -> Affiliation | None:
        """As :func:`affiliations_on` for one person."""
        return next((post for post in self._posts.get(person_id, ()) if day in post.valid), None)


class DatabaseDirectory:
    """The directory as ``actor`` may see it, for the reader of typed lines: three queries whatever the line."""

    def __init__(self, actor: User) -> None:
        self.actor = actor

    def match(self, phrases: Collection[str]) -> Mapping[str, known.Matches]:
        names = [phrase for phrase in phrases if not phrase.startswith("@")]
        handles = {phrase.removeprefix("@") for phrase in phrases if phrase.startswith("@")}
        keys = list(self._keys(names))
        employers = self._employers({key.person_id for key in keys if key.person_id})
        people: dict[str, dict[int, tuple[known.Person, set[NameKind]]]] = defaultdict(dict)
        parties: dict[str, dict[int, tuple[known.Organization, set[NameKind]]]] = defaultdict(dict)
        for key in keys:
            kind = NameKind(key.form)
            if key.person_id and key.person:
                person = known.Person(
                    f"person:{key.person_id}", key.person.full_name, frozenset(employers[key.person_id])
                )
                people[key.key].setdefault(key.person_id, (person, set()))[1].add(kind)
            elif key.party_id and key.party:
                party = known.Organization(f"party:{key.party_id}", str(key.party))
                parties[key.key].setdefault(key.party_id, (party, set()))[1].add(kind)
        colleagues = self._colleagues(handles)
        return {
            phrase: known.Matches(
                people=tuple(known.PersonMatch(person, frozenset(kinds)) for person, kinds in people[phrase].values()),
                organizations=tuple(
                    known.OrganizationMatch(party, frozenset(kinds)) for party, kinds in parties[phrase].values()
                ),
                colleagues=colleagues.get(phrase, ()),
            )
            for phrase in phrases
            if phrase in people or phrase in parties or phrase in colleagues
        }

    def _keys(self, names: Sequence[str]) -> Iterable[NameKey]:
        if not names:
            return []
        place = Window(RowNumber(), partition_by="key", order_by="pk")
        return (
            NameKey.objects.filter(key__in=names)
            .filter(person__archived_at__isnull=True, party__archived_at__isnull=True)
            .annotate(place=place)
            .filter(place__lte=MOST_BEARERS)
            .select_related("person", "party")
            .order_by("key", "pk")
        )

    def _employers(self, person_ids: set[int]) -> Mapping[int, set[str]]:
        employers: dict[int, set[str]] = defaultdict(set)
        held = Affiliation.objects.filter(person__in=person_ids).on(today())
        for person_id, party_id in held.values_list("person_id", "party_id") if person_ids else ():
            employers[person_id].add(f"party:{party_id}")
        return employers

    def _colleagues(self, handles: set[str]) -> dict[str, tuple[known.Colleague, ...]]:
        if not handles:
            return {}
        bare = Replace(F("handle"), Value("-"), Value(""))
        users = (
            User.objects.filter(is_active=True)
            .annotate(bare=Replace(bare, Value("_"), Value("")))
            .filter(bare__in=handles)
        )
        return {f"@{user.bare}": (known.Colleague(f"user:{user.pk}", user.name),) for user in users}


def access_url(actor: User, initiative: Initiative) -> str:
    """Where it is sealed, restricted or opened; empty for whoever may not."""
    allowed = can_change_initiative_access(actor, initiative)
    return reverse("initiatives:access", args=[initiative.pk]) if allowed else ""
