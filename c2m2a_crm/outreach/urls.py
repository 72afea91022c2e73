"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, include, path

from c2m2a_crm.outreach.views import lists, sending, stops, writing

campaigns = [
    path("", lists.CampaignListView.as_view(), name="list"),
    path("new/", writing.CampaignCreateView.as_view(), name="create"),
    path("draft/", writing.DraftView.as_view(), name="draft"),
    path("draft/discard/", writing.DraftDiscardView.as_view(), name="discard_draft"),
    path("copies/", lists.DeliveryListView.as_view(), name="deliveries"),
    path("copies/<int:pk>/send-again/", sending.SendDoubtfulAgainView.as_view(), name="send_doubtful_again"),
    path("<int:pk>/", sending.CampaignDetailView.as_view(), name="detail"),
    path("<int:pk>/edit/", writing.CampaignEditView.as_view(), name="edit"),
    path("<int:pk>/preview/<str:language>/", sending.PreviewHtmlView.as_view(), name="preview"),
    path("<int:pk>/send/", sending.SendView.as_view(), name="send"),
    path("<int:pk>/progress/", sending.ProgressView.as_view(), name="progress"),
    path("<int:pk>/send-failed-again/", sending.SendFailedAgainView.as_view(), name="send_failed_again"),
    path("<int:pk>/discard/", writing.DiscardView.as_view(), name="discard"),
    path("<int:pk>/restore/", writing.RestoreView.as_view(), name="restore"),
]

consent = [
    path("unsubscribed/", stops.StopListView.as_view(), name="stops"),
    path("unsubscribed/new/", stops.StopCreateView.as_view(), name="create_stop"),
    path("unsubscribed/<int:pk>/lift/", stops.StopLiftView.as_view(), name="lift_stop"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("campaigns/", include((campaigns, "campaigns"))),
    path("consent/", include((consent, "consent"))),
]
