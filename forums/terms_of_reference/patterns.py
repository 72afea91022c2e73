"""Patterns of tables: what a new table of a sort begins with. Everything may be changed afterwards.

Lengths and numbers are starting points drawn from published terms of reference of comparable bodies, not rules of law.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.history import recorded
from forums.models import Forum, TermsOfReference
from forums.policies import can_manage_forums
from forums.services import add_category, add_seats, create_forum
from forums.terms_of_reference.services import adopt_terms
from members.models import Jurisdiction, Party

T = TermsOfReference


@dataclass(frozen=True, slots=True)
class Constituency:
    """A category with its seats: so many planned, or one for each government of these kinds of jurisdiction."""

    name_en: str
    name_fr: str
    seats_planned: int | None = None
    governments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pattern:
    """``rules`` are fields of the first terms of reference, ``facts`` those of the forum."""

    name: str | Promise
    about: str | Promise
    kind: str
    constituencies: tuple[Constituency, ...]
    rules: Mapping[str, Any]
    facts: Mapping[str, Any] = field(default_factory=dict)


PATTERNS: Final[Mapping[str, Pattern]] = {
    "industry": Pattern(
        _("Industry forum"),
        _("Businesses, associations, academics and experts over the whole value chain; governments hold no seat."),
        Forum.Kind.INDUSTRY,
        (
            Constituency("Exploration", "Exploration", 4),
            Constituency("Extraction", "Extraction", 4),
            Constituency("Processing", "Transformation", 4),
            Constituency("Manufacturing", "Fabrication", 4),
            Constituency("Recycling", "Recyclage", 4),
            Constituency("Associations", "Associations", 4),
            Constituency("Academics and experts", "Milieu universitaire et spécialistes", 4),
        ),
        {
            "mandate_en": "Government and industry share information, discuss policy and seek a common Canadian voice "
            "abroad. The forum advises; those who are accountable decide.",
            "mandate_fr": "Gouvernement et industrie échangent de l’information, discutent des politiques et cherchent "
            "une voix canadienne commune à l’étranger. Le forum conseille; la décision revient à qui en répond.",
            "kinds": [Party.Kind.BUSINESS, Party.Kind.ASSOCIATION, Party.Kind.ACADEMIC, Party.Kind.EXPERT],
            "is_non_governmental_only": True,
            "selection": T.Selection.OPEN,
            "term_length_months": 24,
            "renewals_allowed": 1,
            "alternate_policy": T.AlternatePolicy.RANKED,
            "observer_policy": T.ObserverPolicy.INVITATION,
            "chair_model": T.ChairModel.CO_CHAIRS,
            "quorum_rule": T.QuorumRule.HALF_PLUS_ONE,
            "decision_rule": T.DecisionRule.RECORDED_DISSENT,
            "meetings_per_year": 4,
            "notice_days": 21,
            "papers_days": 7,
            "minutes_days": 14,
            "minutes_style": T.MinutesStyle.NOT_ATTRIBUTED,
            "attribution": T.Attribution.NOT_ATTRIBUTED,
            "publication": T.Publication.WITHOUT_NAMES,
            "languages": T.Languages.BOTH,
            "confidentiality": T.Confidentiality.DOCUMENT,
            "declaration_of_interests": True,
            "remuneration": T.Remuneration.VOLUNTEER,
        },
        {"level": Forum.Level.MEMBERS},
    ),
    "indigenous": Pattern(
        _("Indigenous table"),
        _(
            "Rights-holders and governments, at a table of their own. Each Nation speaks for itself and says itself "
            "who sits for it."
        ),
        Forum.Kind.INDIGENOUS,
        (
            Constituency("First Nations", "Premières Nations"),
            Constituency("Inuit", "Inuit"),
            Constituency("Métis", "Métis"),
            Constituency("Convening governments", "Gouvernements qui convoquent"),
        ),
        {
            "mandate_en": "Rights-holders and governments meet as governments and partners. Each Nation speaks for "
            "itself; a representative organization speaks within the mandate that it was given. What passes here is "
            "engagement: it does not discharge the Crown’s duty to consult.",
            "mandate_fr": "Titulaires de droits et gouvernements se rencontrent de gouvernement à gouvernement, comme "
            "partenaires. Chaque Nation parle pour elle-même; un organisme représentatif parle dans les limites du "
            "mandat qu’il a reçu. Ce qui s’y passe relève de la mobilisation et n’acquitte pas la Couronne de son "
            "obligation de consulter.",
            "authority": T.Authority.AGREEMENT,
            "kinds": [Party.Kind.NATION, Party.Kind.REPRESENTATIVE_BODY, Party.Kind.GOVERNMENT],
            "selection": T.Selection.NOMINATION,
            "alternate_policy": T.AlternatePolicy.AD_HOC,
            "observer_policy": T.ObserverPolicy.INVITATION,
            "chair_model": T.ChairModel.CO_CHAIRS,
            "quorum_rule": T.QuorumRule.BOTH_CO_CHAIRS,
            "decision_rule": T.DecisionRule.CONSENSUS,
            "notice_days": 30,
            "papers_days": 14,
            "minutes_days": 14,
            "minutes_style": T.MinutesStyle.NOT_ATTRIBUTED,
            "attribution": T.Attribution.NOT_ATTRIBUTED,
            "publication": T.Publication.MEMBERS,
            "languages": T.Languages.INDIGENOUS,
            "confidentiality": T.Confidentiality.DOCUMENT,
            "remuneration": T.Remuneration.HONORARIUM,
        },
        {"level": Forum.Level.MIXED},
    ),
    "fpt": Pattern(
        _("Federal-provincial-territorial table"),
        _("One seat for Canada and for each province and territory; the federal and the host government co-chair."),
        Forum.Kind.FPT,
        (
            Constituency("Federal government", "Gouvernement fédéral", governments=("federal",)),
            Constituency("Provinces", "Provinces", governments=("province",)),
            Constituency("Territories", "Territoires", governments=("territory",)),
        ),
        {
            "mandate_en": "Governments that share responsibility for minerals and energy inform each other, agree on "
            "common work and give mandates to their working groups.",
            "mandate_fr": "Les gouvernements qui se partagent la responsabilité des minéraux et de l’énergie "
            "s’informent, conviennent de travaux communs et mandatent leurs groupes de travail.",
            "authority": T.Authority.AGREEMENT,
            "kinds": [Party.Kind.GOVERNMENT],
            "selection": T.Selection.APPOINTMENT,
            "alternate_policy": T.AlternatePolicy.AD_HOC,
            "observer_policy": T.ObserverPolicy.INVITATION,
            "chair_model": T.ChairModel.CO_CHAIRS,
            "quorum_rule": T.QuorumRule.BOTH_CO_CHAIRS,
            "decision_rule": T.DecisionRule.CONSENSUS,
            "notice_days": 30,
            "papers_days": 10,
            "minutes_days": 14,
            "minutes_style": T.MinutesStyle.DECISIONS,
            "attribution": T.Attribution.ATTRIBUTED,
            "publication": T.Publication.MEMBERS,
            "languages": T.Languages.INTERPRETED,
            "confidentiality": T.Confidentiality.SECURITY,
        },
        {"level": Forum.Level.OFFICIALS},
    ),
    "bilateral": Pattern(
        _("Bilateral working group"),
        _("Two governments with a few seats each, and one co-chair from either side."),
        Forum.Kind.BILATERAL,
        (
            Constituency("Our side", "Notre partie", 4),
            Constituency("Their side", "L’autre partie", 4),
        ),
        {
            "mandate_en": "Two governments carry out what they agreed, report on it and prepare what they will agree "
            "next.",
            "mandate_fr": "Deux gouvernements exécutent ce dont ils ont convenu, en rendent compte et préparent la "
            "suite.",
            "authority": T.Authority.AGREEMENT,
            "kinds": [Party.Kind.GOVERNMENT],
            "selection": T.Selection.APPOINTMENT,
            "alternate_policy": T.AlternatePolicy.ONE,
            "observer_policy": T.ObserverPolicy.INVITATION,
            "chair_model": T.ChairModel.CO_CHAIRS,
            "quorum_rule": T.QuorumRule.BOTH_CO_CHAIRS,
            "decision_rule": T.DecisionRule.CONSENSUS,
            "meetings_per_year": 2,
            "notice_days": 21,
            "papers_days": 7,
            "minutes_days": 14,
            "minutes_style": T.MinutesStyle.DECISIONS,
            "attribution": T.Attribution.ATTRIBUTED,
            "publication": T.Publication.MEMBERS,
            "languages": T.Languages.BOTH,
            "confidentiality": T.Confidentiality.DOCUMENT,
        },
        {"level": Forum.Level.WORKING},
    ),
}


def create_from_pattern(
    *,
    actor: User,
    pattern: str,
    first: date,
    name_en: str = "",
    name_fr: str = "",
    code: str = "",
    is_run_by_us: bool = True,
) -> Forum:
    """Make a table by a pattern, whole or not at all. Raises what :func:`forums.services.create_forum` raises."""
    require(can_manage_forums(actor))
    chosen = PATTERNS[pattern]
    with recorded(actor):
        forum = create_forum(
            actor=actor,
            kind=chosen.kind,
            name_en=name_en,
            name_fr=name_fr,
            code=code,
            is_run_by_us=is_run_by_us,
            lead=actor,
            **chosen.facts,
        )
        adopt_terms(actor=actor, forum=forum, first=first, **chosen.rules)
        for constituency in chosen.constituencies:
            category = add_category(
                actor=actor,
                forum=forum,
                name_en=constituency.name_en,
                name_fr=constituency.name_fr,
                seats_planned=constituency.seats_planned,
            )
            if constituency.governments:
                sitting = list(Jurisdiction.objects.filter(kind__in=constituency.governments).order_by("code"))
                if sitting:
                    add_seats(actor=actor, forum=forum, category=category, jurisdictions=sitting, first=first)
            elif constituency.seats_planned:
                add_seats(actor=actor, forum=forum, category=category, number=constituency.seats_planned, first=first)
    return forum
