"""Addresses of memberships."""

from django.urls import URLPattern, path

from members.memberships.views import acts, records, rules

membership_urls: list[URLPattern] = [
    path("", records.MembershipListView.as_view(), name="list"),
    path("admit/", acts.AdmitView.as_view(), name="admit"),
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
    path("<int:pk>/contact/", acts.ContactView.as_view(), name="contact"),
]
