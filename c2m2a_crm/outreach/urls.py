"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, include, path

from c2m2a_crm.outreach.views import campaigns as pages
from c2m2a_crm.outreach.views import stops, unsubscribe

campaigns = [
    path("", pages.CampaignListView.as_view(), name="list"),
    path("new/", pages.CampaignCreateView.as_view(), name="create"),
    path("draft/", pages.DraftView.as_view(), name="draft"),
    path("draft/discard/", pages.DraftDiscardView.as_view(), name="discard_draft"),
    path("copies/", pages.DeliveryListView.as_view(), name="deliveries"),
    path("copies/<int:pk>/send-again/", pages.SendDoubtfulAgainView.as_view(), name="send_doubtful_again"),
    path("<int:pk>/", pages.CampaignDetailView.as_view(), name="detail"),
    path("<int:pk>/edit/", pages.CampaignEditView.as_view(), name="edit"),
    path("<int:pk>/preview/<str:language>/", pages.PreviewHtmlView.as_view(), name="preview"),
    path("<int:pk>/send/", pages.SendView.as_view(), name="send"),
    path("<int:pk>/progress/", pages.ProgressView.as_view(), name="progress"),
    path("<int:pk>/send-failed-again/", pages.SendFailedAgainView.as_view(), name="send_failed_again"),
    path("<int:pk>/discard/", pages.DiscardView.as_view(), name="discard"),
    path("<int:pk>/restore/", pages.RestoreView.as_view(), name="restore"),
]

consent = [
    path("unsubscribed/", stops.StopListView.as_view(), name="stops"),
    path("unsubscribed/new/", stops.StopCreateView.as_view(), name="create_stop"),
    path("unsubscribed/<int:pk>/lift/", stops.StopLiftView.as_view(), name="lift_stop"),
]

public = [path("unsubscribe/<str:signed>/", unsubscribe.UnsubscribeView.as_view(), name="unsubscribe")]

urlpatterns: list[URLPattern | URLResolver] = [
    path("campaigns/", include((campaigns, "campaigns"))),
    path("consent/", include((consent, "consent"))),
    path("p/", include((public, "mail"))),
]
