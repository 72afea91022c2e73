"""Addresses of retention, holds and incidents."""

from django.urls import URLPattern, path

from c2m2a_crm.privacy.views import holds, incidents, retention

keeping_urls: list[URLPattern] = [
    path("privacy/retention/", retention.RetentionListView.as_view(), name="retention"),
    path("privacy/retention/<int:pk>/", retention.RunView.as_view(), name="retention_run"),
    path("privacy/retention/<int:pk>/approve/", retention.ApproveView.as_view(), name="approve"),
    path("privacy/retention/rows/<int:pk>/leave-out/", retention.LeaveOutView.as_view(), name="leave_out"),
    path("privacy/retention/rules/<slug:rule>/", retention.PeriodView.as_view(), name="retention_period"),
    path("privacy/holds/", holds.HoldListView.as_view(), name="holds"),
    path("privacy/holds/place/", holds.HoldCreateView.as_view(), name="place_hold"),
    path("privacy/holds/<int:pk>/", holds.HoldView.as_view(), name="hold"),
    path("privacy/holds/<int:pk>/more/", holds.HoldMoreView.as_view(), name="hold_more"),
    path("privacy/holds/<int:pk>/release/", holds.ReleaseView.as_view(), name="release_hold"),
    path("privacy/holds/<int:pk>/again/", holds.HoldAgainView.as_view(), name="hold_again"),
    path("privacy/authorities/add/", holds.AuthorityCreateView.as_view(), name="note_authority"),
    path("privacy/incidents/", incidents.IncidentListView.as_view(), name="incidents"),
    path("privacy/incidents/add/", incidents.IncidentCreateView.as_view(), name="record_incident"),
    path("privacy/incidents/<int:pk>/", incidents.IncidentView.as_view(), name="incident"),
    path("privacy/incidents/<int:pk>/told/<int:duty_pk>/", incidents.NoticeView.as_view(), name="note_notice"),
    path("privacy/incidents/<int:pk>/close/", incidents.IncidentCloseView.as_view(), name="close_incident"),
]
