"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from c2m2a_crm.privacy.keeping_urls import keeping_urls
from c2m2a_crm.privacy.views import asks, notices, requests, review

app_name = "privacy"

urlpatterns: list[URLPattern | URLResolver] = [
    *keeping_urls,
    path("privacy/requests/", requests.RequestListView.as_view(), name="requests"),
    path("privacy/requests/add/<slug:kind>/", requests.RequestCreateView.as_view(), name="create_request"),
    path("privacy/requests/<int:pk>/", requests.RequestView.as_view(), name="request"),
    path("privacy/requests/<int:pk>/search/", requests.SearchView.as_view(), name="search"),
    path("privacy/requests/<int:pk>/extend/", requests.ExtendView.as_view(), name="extend"),
    path("privacy/requests/<int:pk>/close/", requests.CloseView.as_view(), name="close"),
    path("privacy/requests/<int:pk>/reopen/", requests.ReopenView.as_view(), name="reopen"),
    path("privacy/requests/<int:pk>/notices/new/", notices.NoticeSendView.as_view(), name="send_notice"),
    path("privacy/requests/<int:pk>/notices/<int:number>/", notices.NoticeAnswerView.as_view(), name="notice_answer"),
    path("privacy/requests/<int:pk>/package/", requests.PackageView.as_view(), name="package"),
    path("privacy/requests/<int:pk>/records/<int:number>/", review.ReviewView.as_view(), name="review"),
    path("privacy/asks/", asks.AskListView.as_view(), name="asks"),
    path("privacy/asks/<int:pk>/", asks.AskView.as_view(), name="ask"),
    path("privacy/people/<int:pk>/challenge/", review.ChallengeCreateView.as_view(), name="note_challenge"),
    path("privacy/challenges/<int:pk>/resolve/", review.ChallengeResolveView.as_view(), name="resolve_challenge"),
]
