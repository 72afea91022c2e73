"""Addresses of segments."""

from django.urls import path

from c2m2a_crm.core.pages import segment_changes, segment_members, segments

app_name = "segments"

urlpatterns = [
    path("", segments.SegmentListView.as_view(), name="list"),
    path("new/<slug:list_key>/", segments.SegmentCreateView.as_view(), name="create"),
    path("new/<slug:list_key>/rule/", segments.SegmentRuleView.as_view(), name="rule"),
    path("<int:pk>/", segment_members.SegmentView.as_view(), name="detail"),
    path("<int:pk>/edit/", segments.SegmentEditView.as_view(), name="edit"),
    path("<int:pk>/archive/", segments.SegmentArchiveView.as_view(), name="archive"),
    path("<int:pk>/restore/", segments.SegmentRestoreView.as_view(), name="restore"),
    path("<int:pk>/history/", segments.SegmentHistoryView.as_view(), name="history"),
    path("<int:pk>/changes/", segment_changes.SegmentChangesView.as_view(), name="changes"),
    path("<int:pk>/why/", segment_members.WhyFindView.as_view(), name="find"),
    path("<int:pk>/why/<int:record_pk>/", segment_members.WhyView.as_view(), name="why"),
    path("<int:pk>/why/<int:record_pk>/take-out/", segment_members.UnpickView.as_view(), name="unpick"),
]
