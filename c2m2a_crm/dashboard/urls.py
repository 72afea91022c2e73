"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from c2m2a_crm.dashboard.views import HomeView

app_name = "dashboard"

urlpatterns: list[URLPattern | URLResolver] = [path("", HomeView.as_view(), name="home")]
