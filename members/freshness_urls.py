"""Addresses of the rules by which records are due for a check."""

from django.urls import path

from members.views import freshness

urlpatterns = [
    path("", freshness.CadencesView.as_view(), name="list"),
    path("<slug:subject>/", freshness.CadenceSetView.as_view(), name="set"),
]
