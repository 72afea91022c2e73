"""People with more on file than any two sheets could hold."""

from __future__ import annotations

from datetime import date, timedelta

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.services import NextStep, Promise, Raised, agree_quiet
from forums.models import Forum
from members.models import Party, Person
from members.services import add_affiliation, add_relationship, create_office, create_party, create_person
from tests.engagement.making import log
from tests.forums.making import Making

LONG = "The refinery needs firm power at a known price before its board decides on the second line in the spring, "


def full_people(actor: User, count: int, party: Party, forum: Forum | None = None) -> list[Person]:
    """Each with all that a briefing tells, and texts as long as their columns take."""
    department = create_party(
        actor=actor,
        kind=Party.Kind.GOVERNMENT,
        government_level="federal",
        name_en="Department of Subsurface Administration, Minerals and Metals Policy Directorate, Western Region",
    )
    people = []
    for number in range(count):
        person = create_person(
            actor=actor,
            honorific="Hon.",
            given_name=f"Maximiliana-Evangeline {number}",
            family_name="Featherstonehaugh-Cholmondeley von Hohenzollern",
            pronunciation="MAK-sih-mill-ee-AH-nuh FAN-shaw CHUM-lee",
            language="fr",
        )
        title = f"Associate Assistant Deputy Minister and Executive Champion for Value Chains, Unit {number}"
        office = create_office(actor=actor, party=department, title_en=f"{title}, Office")
        add_affiliation(actor=actor, person=person, party=department, office=office, title_en=title * 2)
        add_affiliation(actor=actor, person=person, party=party, title_en=title, is_primary=False)
        for kind in ("speaks_for", "advises", "sits_on"):
            scope = (
                {"scope": LONG * 4, "mandate_reference": "Order in council 2026-114"} if kind == "speaks_for" else {}
            )
            add_relationship(actor=actor, kind=kind, beginning=person, end=party, **scope)
        if forum is not None:
            making = Making(actor)
            making.term(making.seat(forum, title_en=f"{title} seat"), person)
        agree_quiet(actor=actor, record=person, until=today() + timedelta(days=20), agreed_by=LONG, reason=LONG * 3)
        for day in range(1, 5):
            log(
                actor,
                person,
                subject=LONG * 2,
                occurred_on=date(2026, 3, day),
                raised=[Raised("issue", LONG * 4), Raised("question", LONG * 4)],
                promises=[
                    Promise(LONG * 4, due_on=date(2026, 4, day)),
                    Promise(LONG * 4, is_ours=False, by=person, due_on=date(2026, 5, day)),
                ],
                next_steps=[NextStep(LONG * 4, actor, today())],
                initiated_by="us",
                arranged="yes",
            )
        people.append(person)
    return people
