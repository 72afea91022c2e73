"""Table of contents of the house's addresses."""

from django.urls import include, path

urlpatterns = [
    path("", include("c2m2a_crm.dashboard.urls")),
    path("imports/", include("c2m2a_crm.core.pages.import_urls")),
    path("segments/", include("c2m2a_crm.core.pages.segment_urls")),
    path("documents/", include("c2m2a_crm.core.documents.urls")),
    path("operations/", include("c2m2a_crm.core.pages.operation_urls")),
    path("public-links/", include("c2m2a_crm.core.pages.public_link_urls")),
    path("", include("c2m2a_crm.accounts.urls")),
    path("", include("members.urls")),
    path("", include("c2m2a_crm.privacy.urls")),
    path("", include("c2m2a_crm.outreach.urls")),
    path("", include("c2m2a_crm.engagement.urls")),
    path("", include("forums.urls")),
    path("", include("partnerships.urls")),
    path("", include("c2m2a_crm.reports.urls")),
    # Last: the door of public links takes whatever under /p/ no room has an address for.
    path("", include("c2m2a_crm.core.urls")),
]

handler400 = "c2m2a_crm.core.views.bad_request"
handler403 = "c2m2a_crm.core.views.forbidden"
handler404 = "c2m2a_crm.core.views.not_found"
handler500 = "c2m2a_crm.core.views.server_error"
