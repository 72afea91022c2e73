"""Addresses of merging. ``kind`` is ``people`` or ``parties``; the first record is the one that is kept."""

from django.urls import path

from members.merging import views

app_name = "merging"

urlpatterns = [
    path("<str:kind>/<int:pk>/with/", views.PickView.as_view(), name="pick"),
    path("<str:kind>/<int:left>/<int:right>/merge/", views.MergeView.as_view(), name="merge"),
    path("undo/<int:pk>/", views.UndoView.as_view(), name="undo"),
]
