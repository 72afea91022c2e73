"""Addresses of the directory. The three sides share their pages; organizations and Nations have names and people."""

from django.urls import URLPattern, URLResolver, include, path

from c2m2a_crm.core.pages.facts import fact_urls
from members import freshness_urls, vocabulary_urls
from members.dues.urls import dues_urls
from members.fact_rooms import JURISDICTION_FACTS, NATION_FACTS, ORGANIZATION_FACTS
from members.gifts.urls import gift_urls
from members.memberships.urls import membership_urls, public_urls
from members.office_urls import office_of_party_urls, office_urls, relationship_urls
from members.rooms import NATIONS, ORGANIZATIONS, PEOPLE, Room
from members.views import (
    anonymising,
    bulk,
    cards,
    directory,
    editing,
    freshness,
    jurisdictions,
    moving,
    on_a_day,
    parts,
    profiles,
    records,
)
from members.views.relationships import RelationshipOptionsView


def _shared(room: Room) -> list[URLPattern]:
    return [
        path("options/", directory.OptionsView.as_view(room=room), name="options"),
        path("likely/", directory.LikelyView.as_view(room=room), name="likely"),
        path("verify/", freshness.VerifyView.as_view(room=room), name="verify"),
        path("bulk/", bulk.BulkEditView.as_view(room=room), name="bulk"),
        path("new/", editing.RecordCreateView.as_view(room=room), name="create"),
        path("<int:pk>/", records.RecordView.as_view(room=room), name="detail"),
        path("<int:pk>/history/", records.HistoryView.as_view(room=room), name="history"),
        path("<int:pk>/on/", on_a_day.OnADayView.as_view(room=room), name="on_a_day"),
        path("<int:pk>/edit/", editing.RecordEditView.as_view(room=room), name="edit"),
        path("<int:pk>/archive/", editing.ArchiveView.as_view(room=room), name="archive"),
        path("<int:pk>/restore/", editing.RestoreView.as_view(room=room), name="restore"),
        path("<int:pk>/emails/new/", parts.AddPartView.as_view(room=room, part="email"), name="email_create"),
        path(
            "<int:pk>/emails/<int:part_pk>/close/",
            parts.ClosePartView.as_view(room=room, part="email"),
            name="email_close",
        ),
        path("<int:pk>/phones/new/", parts.AddPartView.as_view(room=room, part="phone"), name="phone_create"),
        path(
            "<int:pk>/phones/<int:part_pk>/close/",
            parts.ClosePartView.as_view(room=room, part="phone"),
            name="phone_close",
        ),
        path("<int:pk>/addresses/new/", parts.AddPartView.as_view(room=room, part="postal"), name="postal_create"),
        path(
            "<int:pk>/addresses/<int:part_pk>/close/",
            parts.ClosePartView.as_view(room=room, part="postal"),
            name="postal_close",
        ),
    ]


def _of_parties(room: Room) -> list[URLPattern]:
    return [
        *_shared(room),
        *office_of_party_urls(room),
        *relationship_urls(room),
        path("<int:pk>/profile/", profiles.ProfileView.as_view(room=room), name="profile"),
        path("<int:pk>/people/", records.PartyPeopleView.as_view(room=room), name="people"),
        path("<int:pk>/names/new/", parts.AddPartView.as_view(room=room, part="name"), name="name_create"),
        path("<int:pk>/names/<int:part_pk>/remove/", parts.RemoveNameView.as_view(room=room), name="name_remove"),
    ]


organization_urls = [
    path("", directory.OrganizationListView.as_view(), name="list"),
    *_of_parties(ORGANIZATIONS),
    *fact_urls(ORGANIZATION_FACTS),
]
nation_urls = [
    path("", directory.NationListView.as_view(), name="list"),
    *_of_parties(NATIONS),
    *fact_urls(NATION_FACTS),
]
person_urls = [
    path("", directory.PersonListView.as_view(), name="list"),
    *_shared(PEOPLE),
    *relationship_urls(PEOPLE),
    path("<int:pk>/moved-on/", moving.MovedOnView.as_view(), name="moved_on"),
    path("<int:pk>/expertise/", profiles.ExpertiseView.as_view(), name="expertise"),
    path("<int:pk>/card/", cards.PersonCardView.as_view(), name="card"),
    path("<int:pk>/anonymise/", anonymising.AnonymiseView.as_view(), name="anonymise"),
    path("<int:pk>/affiliations/new/", parts.AffiliationCreateView.as_view(), name="affiliation_create"),
    path("<int:pk>/affiliations/<int:part_pk>/edit/", parts.AffiliationEditView.as_view(), name="affiliation_edit"),
    path("<int:pk>/affiliations/<int:part_pk>/end/", parts.AffiliationEndView.as_view(), name="affiliation_end"),
]
jurisdiction_urls = [
    path("", jurisdictions.JurisdictionListView.as_view(), name="list"),
    path("<int:pk>/", jurisdictions.JurisdictionView.as_view(), name="detail"),
    path("<int:pk>/history/", jurisdictions.JurisdictionHistoryView.as_view(), name="history"),
    *fact_urls(JURISDICTION_FACTS),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("organizations/", include((organization_urls, "organizations"))),
    path("nations/", include((nation_urls, "nations"))),
    path("people/", include((person_urls, "people"))),
    path("offices/", include((office_urls, "offices"))),
    path("relationships/options/", RelationshipOptionsView.as_view(), name="relationship_options"),
    path("jurisdictions/", include((jurisdiction_urls, "jurisdictions"))),
    path("dues/", include((dues_urls, "dues"))),
    path("gifts/", include((gift_urls, "gifts"))),
    path("memberships/", include((membership_urls, "memberships"))),
    path("p/", include((public_urls, "memberships_public"))),
    path("duplicates/", include("members.merging.urls")),
    path("duplicates/", include("members.duplicates.urls")),
    path("details/", include("members.details.urls")),
    path("checking/", include((freshness_urls.urlpatterns, "freshness"))),
    path("vocabularies/", include((vocabulary_urls.urlpatterns, "vocabularies"))),
]
