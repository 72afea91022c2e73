"""What each room adds to the rest of the house, listed in full: a contribution that fails to load is missed here."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from c2m2a_crm.core import jobs, registries, rights
from c2m2a_crm.core.registries import ReferenceData, Registry

EXPECTED: dict[str, list[str]] = {
    "put_backs": ["people", "parties", "forums", "forums.initiatives", "partnerships", "partnerships.initiatives"],
    "personal_data": ["directory", "applications", "mail", "contact-log", "forums", "documents", "feedback", "privacy"],
    "text_holders": [
        "documents",
        "search",
        "operations",
        "jobs",
        "access-requests",
        "outreach.drafts",
        "engagement.drafts",
    ],
    "disposal_guards": ["holds", "access-requests", "federal-institution"],
    "anonymised_texts": ["privacy", "outreach", "engagement", "forums"],
    "retention_rules": ["people", "drafts", "mail", "access_requests", "incidents", "public_links", "feedback"],
    "retention_uses": [
        "members.affiliations",
        "members.merged",
        "privacy.requests",
        "outreach.copies",
        "engagement.contacts",
        "engagement.commitments",
        "engagement.follow-ups",
        "forums.terms",
    ],
    "holdable_kinds": ["initiatives"],
    "navigation": [
        "account",
        "campaigns",
        "forums",
        "home",
        "organizations",
        "partnerships",
        "asks",
        "circles",
        "contact-log",
        "jobs",
        "people",
        "seats",
        "follow-ups",
        "nations",
        "operations",
        "unsubscribed",
        "memberships",
        "commitments",
        "jurisdictions",
        "public-links",
        "documents",
        "vocabularies",
        "duplicates",
        "segments",
        "imports",
        "reports",
        "users",
        "teams",
        "settings",
        "checking",
        "outbox",
        "audit",
        "access-requests",
        "retention",
        "holds",
        "incidents",
        "backups",
    ],
    "circle_rules": ["engagement"],
    "document_homes": ["parties", "initiatives"],
    "link_purposes": ["unsubscribe", "application", "document"],
    "day_sources": ["memberships-of-party", "memberships-of-person", "seats-of-party", "seats-of-person"],
    "operation_kinds": [
        "bulk_edit",
        "archive",
        "restore",
        "moved_on",
        "merge",
        "profile",
        "segment",
        "vocabulary",
        "verify",
        "leaving",
        "undo",
    ],
    "record_tables": [
        "members.person",
        "members.party",
        "members.office",
        "members.relationship",
        "members.jurisdiction",
        "members.concept",
        "members.cadence",
        "core.circle",
        "members.membership",
        "members.membershiptier",
        "members.membershipclock",
        "members.application",
        "core.document",
        "core.savedview",
        "core.segment",
        "accounts.user",
        "accounts.team",
        "outreach.campaign",
        "outreach.suppression",
        "engagement.interaction",
        "engagement.commitment",
        "engagement.followup",
        "engagement.initiative",
        "engagement.pillar",
        "forums.forum",
        "forums.category",
        "forums.seat",
        "partnerships.partnership",
    ],
    "departure_effects": ["addresses", "phones", "relations", "seats", "follow-ups", "commitments"],
    "departures": [
        "views",
        "segments",
        "parties",
        "backups",
        "people",
        "follow-ups",
        "commitments",
        "points",
        "initiatives",
        "circles",
    ],
    "initiative_pages": ["forum", "partnership"],
    "audiences": ["forum-seats"],
    "timeline_sources": ["contacts-of-initiative", "contacts-of-party", "contacts-of-person"],
    "record_panels": [
        "confided",
        "pulse-party",
        "pulse-person",
        "expertise-person",
        "memberships-party",
        "memberships-person",
        "profile-party",
        "documents-circle",
        "follow-ups-initiative",
        "follow-ups-party",
        "follow-ups-person",
        "offices-party",
        "relationships-party",
        "relationships-person",
        "attempt-party",
        "commitments-initiative",
        "commitments-party",
        "commitments-person",
        "seats-jurisdiction",
        "seats-party",
        "seats-person",
        "documents-initiative",
        "documents-party",
        "mail-person",
        "check-party",
        "check-person",
        "challenges-person",
    ],
    "record_marks": ["late-follow-ups-party", "late-follow-ups-person", "check-party", "check-person"],
    "home_blocks": ["attention", "promises", "drafts", "notices", "recent", "quiet", "terms-ending"],
    "home_figures": ["engagement", "forums", "partnerships"],
    "search_kinds": [
        "organization",
        "person",
        "nation",
        "office",
        "contact",
        "forum",
        "partnership",
        "document",
        "secretariatpaper",
        "initiative",
        "followup",
        "jurisdiction",
        "campaign",
    ],
    "list_columns": [
        "memberships-organizations",
        "engagement-nations",
        "engagement-organizations",
        "engagement-people",
        "forums-nations",
        "forums-organizations",
        "forums-people",
        "profiles-nations",
        "profiles-organizations",
        "profiles-people",
        "check-nations",
        "check-organizations",
        "check-people",
    ],
    "list_facets": [
        "memberships-organizations",
        "memberships-people",
        "engagement-nations",
        "engagement-organizations",
        "engagement-people",
        "forums-nations",
        "forums-organizations",
        "forums-people",
        "profiles-nations",
        "profiles-organizations",
        "profiles-people",
        "check-nations",
        "check-organizations",
        "check-people",
        "reports-contact-log",
        "segments-organizations",
        "segments-people",
    ],
    "segmented_lists": ["organizations", "people"],
    "exportable_lists": [
        "organizations",
        "contact-log",
        "people",
        "memberships",
        "follow-ups",
        "nations",
        "jurisdictions",
        "vocabularies",
        "commitments",
        "documents",
        "forums",
        "campaigns",
        "partnerships",
        "seats",
        "copies",
        "unsubscribed",
        "contacts-by-party",
        "incidents",
    ],
    "importers": ["organizations", "people", "contacts"],
    "reports": ["contacts-by-party"],
    "mergeable_relations": [
        "members.affiliation.person",
        "members.address-use.person",
        "members.phone.person",
        "members.postal-address.person",
        "members.outside-id.person",
        "members.relationship.from-person",
        "members.relationship.to-person",
        "members.expertise.person",
        "members.membership.contact",
        "members.application.person",
        "core.segment-pick.person",
        "members.person.merged-into",
        "members.duplicate-pair.left-person",
        "members.duplicate-pair.right-person",
        "members.not-the-same.left-person",
        "members.not-the-same.right-person",
        "members.name-key.person",
        "members.affiliation.party",
        "members.office.party",
        "members.address-use.party",
        "members.phone.party",
        "members.postal-address.party",
        "members.outside-id.party",
        "members.party-name.party",
        "members.party-fact.party",
        "members.party-document.party",
        "members.relationship.from-party",
        "members.relationship.to-party",
        "members.profile-line.party",
        "members.membership.party",
        "members.application.party",
        "members.party.parent",
        "core.segment-pick.party",
        "members.party.merged-into",
        "members.duplicate-pair.left-party",
        "members.duplicate-pair.right-party",
        "members.not-the-same.left-party",
        "members.not-the-same.right-party",
        "members.name-key.party",
        "outreach.delivery.person",
        "privacy.access-request.person",
        "privacy.access-person.person",
        "privacy.challenge.person",
        "privacy.held-subject.person",
        "privacy.held-subject.party",
        "engagement.participant.person",
        "engagement.follow-up.person",
        "engagement.commitment.by_person",
        "engagement.participant.party",
        "engagement.follow-up.party",
        "engagement.commitment.by_party",
        "engagement.commitment.to_party",
        "forums.term.person",
        "forums.term.party",
        "forums.seat.party",
    ],
    "reference_data": [
        "core.installation",
        "jurisdictions",
        "jurisdictions.facts",
        "institutions",
        "membership.clocks",
        "vocabularies",
        "vocabularies.lists",
        "cadences",
        "core.public_texts",
        "privacy.periods",
        "privacy.retention",
        "privacy.duties",
        "pillars",
        "forums",
        "partnerships",
    ],
}


def all_registries() -> dict[str, Registry[Any]]:
    return {name: value for name, value in vars(registries).items() if isinstance(value, Registry)}


def test_every_registry_is_listed() -> None:
    assert set(all_registries()) == set(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_registry_holds_what_the_rooms_contribute_in_its_order(name: str) -> None:
    assert [entry.key for entry in all_registries()[name]] == EXPECTED[name]


def test_every_kind_of_job_is_known_to_every_process() -> None:
    assert jobs.kinds() == [
        "backup",
        "backup_drill",
        "export_list",
        "import.apply",
        "import.check",
        "members.duplicates",
        "operation.undo",
        "privacy.gather",
        "privacy.package",
        "privacy.retention",
    ]


def test_every_line_of_the_navigation_leads_somewhere_and_to_one_place() -> None:
    addresses = [reverse(entry.url_name) for entry in registries.navigation]
    assert len(addresses) == len(set(addresses))


def test_every_key_of_the_navigation_leads_to_one_page() -> None:
    keys = [entry.go_key for entry in registries.navigation if entry.go_key]
    assert len(keys) == len(set(keys))


def test_a_key_is_given_once() -> None:
    registry: Registry[ReferenceData] = Registry("things")
    registry.register(ReferenceData("a", 1, str))
    with pytest.raises(ImproperlyConfigured):
        registry.register(ReferenceData("a", 2, str))


def test_order_is_by_number_then_key_whatever_came_first() -> None:
    registry: Registry[ReferenceData] = Registry("things")
    for key, order in (("c", 1), ("b", 2), ("a", 2)):
        registry.register(ReferenceData(key, order, str))
    assert [entry.key for entry in registry] == ["c", "a", "b"]


def test_rights_are_installed_once() -> None:
    with pytest.raises(ImproperlyConfigured):
        rights.install(rights._rights())
