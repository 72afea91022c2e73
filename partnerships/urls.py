"""Addresses of the partnerships."""

from django.urls import URLPattern, URLResolver, include, path

from partnerships import views

partnerships = [
    path("", views.PartnershipListView.as_view(), name="list"),
    path("new/", views.PartnershipCreateView.as_view(), name="create"),
    path("<int:pk>/", views.PartnershipView.as_view(), name="detail"),
    path("<int:pk>/history/", views.PartnershipHistoryView.as_view(), name="history"),
    path("<int:pk>/edit/", views.PartnershipEditView.as_view(), name="edit"),
    path("<int:pk>/areas/new/", views.AreaCreateView.as_view(), name="area_create"),
    path("<int:pk>/areas/<int:area_pk>/edit/", views.AreaEditView.as_view(), name="area_edit"),
    path("<int:pk>/areas/<int:area_pk>/remove/", views.AreaRemoveView.as_view(), name="area_remove"),
    path("<int:pk>/areas/<int:area_pk>/restore/", views.AreaRestoreView.as_view(), name="area_restore"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("partnerships/", include((partnerships, "partnerships"))),
]
