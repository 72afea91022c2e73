"""Addresses of public links as the office sees them; the door itself stands among those of the ground floor."""

from django.urls import path

from c2m2a_crm.core.pages import public_links

app_name = "public_links"

urlpatterns = [
    path("", public_links.PublicLinkListView.as_view(), name="list"),
    path("new/<slug:purpose>/<int:pk>/", public_links.PublicLinkCreateView.as_view(), name="create"),
    path("<int:pk>/", public_links.PublicLinkView.as_view(), name="detail"),
    path("<int:pk>/revoke/", public_links.PublicLinkRevokeView.as_view(), name="revoke"),
    path("<int:pk>/restore/", public_links.PublicLinkRestoreView.as_view(), name="restore"),
]
