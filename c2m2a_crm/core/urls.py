"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from c2m2a_crm.core.health import healthz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
]
