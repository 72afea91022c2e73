"""The fictional office's own tables and a partnership: seats, who held them, who holds them, which are vacant.

Real forums and partnerships come with the reference data; nothing is invented about them here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.facts import add_fact
from c2m2a_crm.core.validity import today
from c2m2a_crm.dashboard.demo import joining
from c2m2a_crm.dashboard.demo.office import Office
from forums.models import Forum, Seat, SeatTerm, TermsOfReference
from forums.services import add_category, add_seats, appoint, create_forum, hand_over
from forums.terms_of_reference.services import adopt_terms
from members.models import Party, Person
from partnerships.models import CooperationArea, Partnership
from partnerships.services import create_partnership

# Category in both languages, seats, and the places whose first person holds one; the rest are vacant.
ROUND_TABLE = (
    (
        "Processors and refiners",
        "Transformateurs et affineurs",
        9,
        ("northline", "saltbush", "cascadia", "acadie", "fundy", "granderive", "meridian", "wellspring"),
    ),
    ("Associations", "Associations", 3, ("boreal", "recyclage", "processors")),
    ("Research and training", "Recherche et formation", 3, ("institut", "shield")),
    ("Labour and environment", "Travail et environnement", 2, ("workers", "rivers")),
)
RECYCLING = ("superior", "abitibi", "recyclage", "metallurgy")
NATIONS = ("spruce", "otter", "brochet", "metis", "inuit", "tribal")
AREAS = (
    ("Names and grades of intermediate products", "Noms et teneurs des produits intermédiaires"),
    ("Students who spend a term at a plant", "Stages d’un trimestre en usine"),
    ("Measuring recycled content alike", "Mesurer de la même façon le contenu recyclé"),
)


def set_tables(office: Office) -> None:
    """Make them, and say for each place under which of them its contacts may be filed."""
    omar = office.colleagues["omar"]
    round_table = _round_table(office, omar)
    _recycling_group(office, omar, round_table)
    _nations_table(office, omar)
    _table_of_others(office, omar)
    joining.receive(office, round_table)
    _partnership(omar, office.colleagues["maren"])


def _round_table(office: Office, actor: User) -> Forum:
    began = today() - timedelta(days=900)
    forum = create_forum(
        actor=actor,
        kind=Forum.Kind.INDUSTRY,
        name_en="Processing Round Table (example)",
        name_fr="Table ronde sur la transformation (exemple)",
        code="PRT-EX",
        code_fr="TRT-EX",
        level=Forum.Level.MEMBERS,
        is_run_by_us=True,
        purpose_en="Where those who refine, recycle and train agree on what they ask of governments, together.",
        purpose_fr="Où ceux qui affinent, recyclent et forment conviennent ensemble de ce qu’ils demandent.",
        lead=actor,
        starts_on=began,
    )
    _agree(omar=actor, forum=forum, began=began)
    seats: list[Seat] = []
    for name_en, name_fr, number, places in ROUND_TABLE:
        category = add_category(actor=actor, forum=forum, name_en=name_en, name_fr=name_fr, seats_planned=number)
        made = add_seats(actor=actor, forum=forum, number=number, category=category, first=began)
        for place, seat in enumerate(made[: len(places)]):
            key = places[place]
            party = office.parties[key]
            people = office.people_of[key]
            # Three-year terms; those that began first are over within weeks.
            first = began + timedelta(days=45 * place)
            last = first + timedelta(days=3 * 365) if place > 1 else today() + timedelta(days=21 + 14 * place)
            if key == "northline":
                _succeeded(actor, seat, people, party)
            else:
                appoint(actor=actor, seat=seat, person=people[0], party=party, first=first, last=last)
            office.files[key] = forum.initiative
        seats += made
    deputy = office.people_of["northline"][2]
    appoint(actor=actor, seat=seats[0], person=deputy, role=SeatTerm.Role.FIRST_ALTERNATE, first=_ago(300))
    appoint(
        actor=actor,
        seat=seats[1],
        person=office.people["larch"],
        role=SeatTerm.Role.CHAIR,
        first=_ago(400),
        last=_ago(-330),
    )
    return forum


def _agree(omar: User, forum: Forum, began: date) -> None:
    """Terms of reference in two versions; the second came after a year and a half."""
    rules: dict[str, Any] = {
        "mandate_en": "The table advises governments on refining, recycling and training. Governments decide.",
        "mandate_fr": "La table conseille les gouvernements sur l’affinage, le recyclage et la formation. "
        "Ceux-ci décident.",
        "kinds": [
            Party.Kind.BUSINESS,
            Party.Kind.ASSOCIATION,
            Party.Kind.ACADEMIC,
            Party.Kind.EXPERT,
            Party.Kind.NONPROFIT,
        ],
        "is_non_governmental_only": True,
        "max_seats": 24,
        "selection": TermsOfReference.Selection.NOMINATION,
        "term_length_months": 36,
        "renewals_allowed": 1,
        "alternate_policy": TermsOfReference.AlternatePolicy.RANKED,
        "observer_policy": TermsOfReference.ObserverPolicy.INVITATION,
        "chair_model": TermsOfReference.ChairModel.CHAIR,
        "quorum_rule": TermsOfReference.QuorumRule.HALF_PLUS_ONE,
        "decision_rule": TermsOfReference.DecisionRule.CONSENSUS,
        "meetings_per_year": 4,
        "notice_days": 14,
        "papers_days": 5,
        "minutes_days": 14,
        "minutes_style": TermsOfReference.MinutesStyle.NOT_ATTRIBUTED,
        "publication": TermsOfReference.Publication.WITHOUT_NAMES,
        "remuneration": TermsOfReference.Remuneration.VOLUNTEER,
        "source": "Example",
    }
    adopt_terms(actor=omar, forum=forum, first=began, **rules)
    changed: dict[str, Any] = {
        "selection": TermsOfReference.Selection.OPEN,
        "notice_days": 21,
        "papers_days": 7,
        "decision_rule": TermsOfReference.DecisionRule.RECORDED_DISSENT,
        "declaration_of_interests": True,
        "review_on": today() + timedelta(days=400),
    }
    adopt_terms(actor=omar, forum=forum, first=_ago(350), **{**rules, **changed})


def _table_of_others(office: Office, actor: User) -> None:
    """A table that somebody else runs, with a seat of ours."""
    forum = create_forum(
        actor=actor,
        kind=Forum.Kind.MULTI_PARTY,
        name_en="Old Mines Table (example)",
        name_fr="Table sur les anciennes mines (exemple)",
        level=Forum.Level.MIXED,
        purpose_en="Run by others: what is done about mines that nobody answers for.",
        purpose_fr="Menée par d’autres : ce qu’on fait des mines dont personne ne répond.",
        lead=office.colleagues["noor"],
        starts_on=_ago(700),
    )
    (ours,) = add_seats(
        actor=actor, forum=forum, first=_ago(700), is_ours=True, title_en="Delegate", title_fr="Délégué"
    )
    appoint(actor=actor, seat=ours, person=office.people["larch"], first=_ago(500), last=_ago(-60))
    adopt_terms(
        actor=actor,
        forum=forum,
        first=_ago(700),
        quorum_rule=TermsOfReference.QuorumRule.HALF_PER_CATEGORY,
        decision_rule=TermsOfReference.DecisionRule.ADVICE,
        term_length_months=24,
        source="Example",
    )


def _succeeded(actor: User, seat: Seat, people: Sequence[Person], party: Party) -> None:
    """Somebody left the seat and a colleague followed."""
    appoint(actor=actor, seat=seat, person=people[1], party=party, first=_ago(800))
    hand_over(actor=actor, seat=seat, person=people[0], party=party, first=_ago(120))


def _recycling_group(office: Office, actor: User, parent: Forum) -> None:
    forum = create_forum(
        actor=actor,
        kind=Forum.Kind.MULTI_PARTY,
        name_en="Working group on recycled content (example)",
        name_fr="Groupe de travail sur le contenu recyclé (exemple)",
        level=Forum.Level.WORKING,
        parent=parent,
        is_run_by_us=True,
        lead=office.colleagues["noor"],
        starts_on=_ago(260),
    )
    seats = add_seats(actor=actor, forum=forum, number=len(RECYCLING) + 1, first=_ago(260))
    for key, seat in zip(RECYCLING, seats, strict=False):
        person = office.people_of[key][0]
        appoint(actor=actor, seat=seat, person=person, party=office.parties[key], first=_ago(250))
        office.files[key] = forum.initiative


def _nations_table(office: Office, actor: User) -> None:
    """Each Nation and representative organization has its own seat and says itself who sits there."""
    forum = create_forum(
        actor=actor,
        kind=Forum.Kind.INDIGENOUS,
        name_en="Lands and Processing Table (example)",
        name_fr="Table sur les terres et la transformation (exemple)",
        level=Forum.Level.MIXED,
        purpose_en="Convened together. Each Nation speaks for itself; nothing here stands in for Crown consultation.",
        purpose_fr="Convoquée ensemble. Chaque Nation parle pour elle-même; rien n’y tient lieu de consultation.",
        lead=office.colleagues["dana"],
        starts_on=_ago(420),
    )
    for key in NATIONS:
        party = office.parties[key]
        (seat,) = add_seats(actor=actor, forum=forum, party=party, first=_ago(420))
        if office.people_of[key]:
            appoint(actor=actor, seat=seat, person=office.people_of[key][0], party=party, first=_ago(400))
        office.files[key] = forum.initiative


def _partnership(actor: User, lead: User) -> None:
    partnership = create_partnership(
        actor=actor,
        kind=Partnership.Kind.BILATERAL,
        name_en="Raw materials dialogue with the Example Republic",
        name_fr="Dialogue sur les matières premières avec la République exemple",
        counterpart_en="Example Republic",
        counterpart_fr="République exemple",
        instrument=Partnership.Instrument.DIALOGUE,
        signed_on=_ago(390),
        precision=Partnership.Precision.DAY,
        is_binding=False,
        lead=lead,
    )
    for text_en, text_fr in AREAS:
        words = {"text_en": text_en, "text_fr": text_fr, "source": "Example"}
        add_fact(actor=actor, model=CooperationArea, record=partnership, values=words)


def _ago(days: int) -> date:
    return today() - timedelta(days=days)
