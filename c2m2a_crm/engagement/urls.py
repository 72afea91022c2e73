"""Addresses of the engagement record."""

from django.urls import URLPattern, URLResolver, include, path

from c2m2a_crm.engagement.views import log_form

contact_log = [
    path("new/", log_form.EntryCreateView.as_view(), name="create"),
    path("understood/", log_form.EntryUnderstoodView.as_view(), name="understood"),
    path("who/", log_form.WhoOptionsView.as_view(), name="who_options"),
    path("draft/", log_form.DraftView.as_view(), name="draft"),
    path("draft/discard/", log_form.DraftDiscardView.as_view(), name="discard_draft"),
    path("attempt/", log_form.AttemptView.as_view(), name="attempt"),
    path("<int:pk>/edit/", log_form.EntryEditView.as_view(), name="edit"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("contact-log/", include((contact_log, "contact_log"))),
]
