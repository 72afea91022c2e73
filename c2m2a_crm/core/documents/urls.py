"""Addresses of documents."""

from django.urls import path

from c2m2a_crm.core.documents import views

app_name = "documents"

urlpatterns = [
    path("", views.DocumentListView.as_view(), name="list"),
    path("new/", views.DocumentCreateView.as_view(), name="create"),
    path("<int:pk>/", views.DocumentView.as_view(), name="detail"),
    path("<int:pk>/edit/", views.DocumentEditView.as_view(), name="edit"),
    path("<int:pk>/versions/new/", views.VersionCreateView.as_view(), name="add_version"),
    path("<int:pk>/class/", views.DocumentClassView.as_view(), name="change_class"),
    path("<int:pk>/approve/", views.DocumentApproveView.as_view(), name="approve"),
    path("<int:pk>/archive/", views.DocumentArchiveView.as_view(), name="archive"),
    path("<int:pk>/restore/", views.DocumentRestoreView.as_view(), name="restore"),
    path("<int:pk>/remove/", views.DocumentRemoveView.as_view(), name="remove"),
    path("<int:pk>/history/", views.DocumentHistoryView.as_view(), name="history"),
    path("<int:pk>/files/<int:version_pk>/", views.DocumentFileView.as_view(), name="file"),
]
