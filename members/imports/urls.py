"""Addresses of imports."""

from django.urls import path

from members.imports import views

app_name = "imports"

urlpatterns = [
    path("", views.ImportListView.as_view(), name="list"),
    path("<int:pk>/", views.ImportView.as_view(), name="detail"),
    path("<int:pk>/check/", views.ImportCheckView.as_view(), name="check"),
    path("<int:pk>/rejects/", views.ImportRejectsView.as_view(), name="rejects"),
]
