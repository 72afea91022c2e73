"""What the directory holds that could be one of some thousand people of a file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection
from django.db.models import Max

from c2m2a_crm.core.name_keys import name_key
from c2m2a_crm.core.validity import last_day
from members.models import AddressUse, Affiliation, OutsideIdentifier, Person, PhoneNumber, PostalAddress

# People of one name and no more that are offered for a choice.
_NAMESAKES: Final = 6


@dataclass(slots=True)
class Known:
    """A person on file with everything by which a row may be compared."""

    person: Person
    emails: set[str] = field(default_factory=set)
    phones: set[tuple[str, str]] = field(default_factory=set)
    affiliations: list[Affiliation] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    has_place: bool = False

    @property
    def described(self) -> str:
        """The name with what tells namesakes apart."""
        now = [str(one.party) for one in self.affiliations if last_day(one.valid) is None]
        return ", ".join([self.person.full_name, *now[:1], *sorted(self.emails)[:1]])


class PeopleOnFile:
    """People found for one chunk of rows. What this very import wrote is not among them: the newest rows are left out,
    or two rows of one file would find each other or not by where a chunk ends.
    """

    def __init__(self, scheme: str) -> None:
        self.scheme = scheme
        self.newest = _newest(Person)
        self.newest_use = _newest(AddressUse)
        self.newest_id = _newest(OutsideIdentifier)
        self._clear()

    def _clear(self) -> None:
        self._known: dict[int, Known] = {}
        self._of_id: dict[str, int] = {}
        self._of_email: dict[str, list[int]] = defaultdict(list)
        self._of_name: dict[str, list[int]] = defaultdict(list)
        self._of_name_and_party: dict[tuple[str, int], list[int]] = defaultdict(list)

    def read(
        self, rows: Sequence[tuple[Mapping[str, Any], int]], chosen: Iterable[int] = (), *, every_name: bool = False
    ) -> None:
        """Forget the chunk before, and find everybody whom these rows (with their party or 0) could mean.

        A name alone is looked for where a row says nothing else, or with ``every_name``.
        """
        self._clear()
        ids = [data["id"] for data, _party in rows if data.get("id")] if self.scheme else []
        if ids:
            held = OutsideIdentifier.objects.filter(scheme=self.scheme, value__in=ids, pk__lte=self.newest_id)
            self._of_id = {value: person or 0 for value, person in held.values_list("value", "person_id")}
        addresses = [address for data, _party in rows for address in data.get("emails", ())]
        if addresses:
            used = AddressUse.objects.filter(
                email__address__in=addresses, person__isnull=False, pk__lte=self.newest_use
            )
            for address, person_id in used.order_by("pk").values_list("email__address", "person_id"):
                if person_id is not None and person_id not in self._of_email[address]:
                    self._of_email[address].append(person_id)
        self._find_by_name_and_party([(_key(data), party) for data, party in rows if party])
        self._find_by_name(
            [
                _key(data)
                for data, _party in rows
                if every_name or not (data.get("emails") or data.get("id") or data.get("organization"))
            ]
        )
        found = {
            *chosen,
            *self._of_id.values(),
            *(pk for found in self._of_email.values() for pk in found),
            *(pk for found in self._of_name.values() for pk in found),
            *(pk for found in self._of_name_and_party.values() for pk in found),
        }
        self._take_in(sorted(pk for pk in found if 0 < pk <= self.newest))

    def _find_by_name_and_party(self, pairs: Sequence[tuple[str, int]]) -> None:
        pairs = sorted({pair for pair in pairs if pair[0]})
        if not pairs:
            return
        with connection.cursor() as cursor:
            cursor.execute(
                """
                SELECT asked.key, asked.party_id, named.person_id
                FROM unnest(%s::text[], %s::bigint[]) AS asked (key, party_id)
                JOIN members_affiliation AS place ON place.party_id = asked.party_id
                JOIN members_namekey AS named
                    ON named.person_id = place.person_id AND named.key = asked.key
                JOIN members_person AS person ON person.id = named.person_id
                WHERE named.person_id <= %s
                    AND (named.form = 'full' OR person.given_name = '' OR person.family_name = '')
                GROUP BY asked.key, asked.party_id, named.person_id
                ORDER BY named.person_id
                """,
                [[key for key, _party in pairs], [party for _key, party in pairs], self.newest],
            )
            for key, party_id, person_id in cursor.fetchall():
                self._of_name_and_party[key, party_id].append(person_id)

    def _find_by_name(self, keys: Sequence[str]) -> None:
        wanted = sorted({key for key in keys if key})
        if not wanted:
            return
        with connection.cursor() as cursor:
            cursor.execute(
                """
                SELECT asked.key, near.person_id
                FROM unnest(%s::text[]) AS asked (key)
                CROSS JOIN LATERAL (
                    SELECT DISTINCT person_id FROM members_namekey AS named
                    JOIN members_person AS person ON person.id = named.person_id
                    WHERE key = asked.key AND person_id <= %s
                        AND (form = 'full' OR person.given_name = '' OR person.family_name = '')
                    ORDER BY person_id LIMIT %s
                ) AS near
                """,
                [wanted, self.newest, _NAMESAKES],
            )
            for key, person_id in cursor.fetchall():
                self._of_name[key].append(person_id)

    def _take_in(self, ids: Sequence[int]) -> None:
        self._known = {person.pk: Known(person) for person in Person.objects.filter(pk__in=ids)}
        if not self._known:
            return
        uses = AddressUse.objects.filter(person__in=ids).values_list("person_id", "email__address")
        for person_id, address in uses:
            self._known[person_id or 0].emails.add(address)
        for phone in PhoneNumber.objects.filter(person__in=ids):
            self._known[phone.person_id or 0].phones.add((str(phone.number), phone.extension))
        for place in Affiliation.objects.filter(person__in=ids).select_related("party"):
            self._known[place.person_id].affiliations.append(place)
        for person_id in PostalAddress.objects.filter(person__in=ids).values_list("person_id", flat=True):
            self._known[person_id or 0].has_place = True
        if self.scheme:
            held = OutsideIdentifier.objects.filter(scheme=self.scheme, person__in=ids)
            for person_id, value in held.values_list("person_id", "value"):
                self._known[person_id or 0].ids.add(value)

    def get(self, pk: int) -> Known | None:
        return self._known.get(pk)

    def by_id(self, value: str) -> Known | None:
        return self._known.get(self._of_id.get(value, 0))

    def is_taken(self, value: str) -> bool:
        return value in self._of_id

    def by_email(self, addresses: Iterable[str]) -> list[Known]:
        found = dict.fromkeys(pk for address in addresses for pk in self._of_email.get(address, ()))
        return [self._known[pk] for pk in found if pk in self._known]

    def by_name_and_party(self, given: str, family: str, party_id: int) -> list[Known]:
        found = self._of_name_and_party.get((name_key(f"{given} {family}"), party_id), ())
        return [self._known[pk] for pk in found if pk in self._known]

    def by_name(self, given: str, family: str) -> list[Known]:
        return [self._known[pk] for pk in self._of_name.get(name_key(f"{given} {family}"), ()) if pk in self._known]


def _key(data: Mapping[str, Any]) -> str:
    return name_key(f"{data.get('given', '')} {data.get('family', '')}")


def _newest(model: Any) -> int:
    newest: int | None = model._default_manager.aggregate(newest=Max("pk"))["newest"]
    return newest or 0
