"""Addresses of the vocabularies."""

from django.urls import path

from members.views import vocabularies

urlpatterns = [
    path("", vocabularies.VocabularyListView.as_view(), name="list"),
    path("new/<slug:vocabulary>/", vocabularies.ConceptCreateView.as_view(), name="create"),
    path("<int:pk>/", vocabularies.ConceptView.as_view(), name="detail"),
    path("<int:pk>/history/", vocabularies.ConceptHistoryView.as_view(), name="history"),
    path("<int:pk>/edit/", vocabularies.ConceptEditView.as_view(), name="edit"),
    path("<int:pk>/replace/", vocabularies.ReplaceView.as_view(), name="replace"),
    path("<int:pk>/lists/new/", vocabularies.ListingCreateView.as_view(), name="listing_create"),
    path("<int:pk>/lists/<int:part_pk>/edit/", vocabularies.ListingEditView.as_view(), name="listing_edit"),
    path("<int:pk>/lists/<int:part_pk>/remove/", vocabularies.ListingRemoveView.as_view(), name="listing_remove"),
]
