"""Addresses of this room."""

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, path
from django.views.i18n import set_language

from c2m2a_crm.core.health import healthz
from c2m2a_crm.core.styleguide import styleguide, styleguide_options

app_name = "core"

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("language/", login_not_required(set_language), name="set_language"),
    path("styleguide/", styleguide, name="styleguide"),
    path("styleguide/options/", styleguide_options, name="styleguide_options"),
]
