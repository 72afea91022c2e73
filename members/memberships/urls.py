"""Addresses of memberships."""

from django.urls import URLPattern, path

from members.memberships.views import acts, applications, public, records, renewals, rules

membership_urls: list[URLPattern] = [
    path("", records.MembershipListView.as_view(), name="list"),
    path("applications/", applications.ApplicationListView.as_view(), name="applications"),
    path("applications/<int:pk>/", applications.ApplicationView.as_view(), name="application"),
    path("applications/<int:pk>/check/", applications.CheckView.as_view(), name="check"),
    path("applications/<int:pk>/conflict/", applications.ConflictView.as_view(), name="conflict"),
    path("applications/<int:pk>/admit/", applications.AdmitApplicantView.as_view(), name="admit_applicant"),
    path("applications/<int:pk>/decline/", applications.DeclineView.as_view(), name="decline"),
    path("admit/", acts.AdmitView.as_view(), name="admit"),
    path("renewals/", renewals.RenewalsView.as_view(), name="renewals"),
    path("rules/", rules.RulesView.as_view(), name="rules"),
    path("rules/tiers/new/", rules.TierCreateView.as_view(), name="tier_create"),
    path("rules/tiers/<int:pk>/", rules.TierEditView.as_view(), name="tier_edit"),
    path("rules/tiers/<int:pk>/dues/", rules.DuesView.as_view(), name="dues"),
    path("rules/<slug:subject>/", rules.ClockView.as_view(), name="clock"),
    path("<int:pk>/", records.MembershipView.as_view(), name="detail"),
    path("<int:pk>/renew/", acts.RenewView.as_view(), name="renew"),
    path("<int:pk>/suspend/", acts.SuspendView.as_view(), name="suspend"),
    path("<int:pk>/waive/", acts.WaiveView.as_view(), name="waive"),
    path("<int:pk>/reinstate/", acts.ReinstateView.as_view(), name="reinstate"),
    path("<int:pk>/end/", acts.EndView.as_view(), name="end"),
    path("<int:pk>/left/", acts.LeftView.as_view(), name="left"),
    path("<int:pk>/contact/", acts.ContactView.as_view(), name="contact"),
]

# Open to everybody, under the address of all public pages.
public_urls: list[URLPattern] = [path("membership/", public.ApplyView.as_view(), name="apply")]
