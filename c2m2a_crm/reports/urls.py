"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from c2m2a_crm.reports import views

app_name = "reports"

urlpatterns: list[URLPattern | URLResolver] = [
    path("reports/", views.CatalogueView.as_view(), name="catalogue"),
    path("reports/contacts-by-party/", views.ContactsByPartyView.as_view(), name="contacts_by_party"),
    path("reports/contacts-by-representative/", views.ByRepresentativeView.as_view(), name="by_representative"),
    path("reports/contacts-by-community/", views.ByCommunityView.as_view(), name="by_community"),
    path("reports/contacts-by-party/people/", views.PeopleMetView.as_view(), name="people_met"),
    path("reports/contacts-by-party/points/", views.PointsRaisedView.as_view(), name="points_raised"),
    path("reports/contacts-by-party/commitments/", views.CommitmentsMadeView.as_view(), name="commitments_made"),
]
