"""Addresses of the partnerships."""

from django.urls import URLPattern, URLResolver, include, path

from c2m2a_crm.core.pages.facts import fact_urls
from partnerships import views
from partnerships.fact_room import AREAS

partnerships = [
    path("", views.PartnershipListView.as_view(), name="list"),
    path("new/", views.PartnershipCreateView.as_view(), name="create"),
    path("<int:pk>/", views.PartnershipView.as_view(), name="detail"),
    path("<int:pk>/history/", views.PartnershipHistoryView.as_view(), name="history"),
    path("<int:pk>/edit/", views.PartnershipEditView.as_view(), name="edit"),
    *fact_urls(AREAS),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("partnerships/", include((partnerships, "partnerships"))),
]
