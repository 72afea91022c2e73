"""Addresses of documents."""

from django.urls import path

from c2m2a_crm.core.documents.views import looking, writing

app_name = "documents"

urlpatterns = [
    path("", looking.DocumentListView.as_view(), name="list"),
    path("new/", writing.DocumentCreateView.as_view(), name="create"),
    path("<int:pk>/", looking.DocumentView.as_view(), name="detail"),
    path("<int:pk>/edit/", writing.DocumentEditView.as_view(), name="edit"),
    path("<int:pk>/versions/new/", writing.VersionCreateView.as_view(), name="add_version"),
    path("<int:pk>/class/", writing.DocumentClassView.as_view(), name="change_class"),
    path("<int:pk>/approve/", writing.DocumentApproveView.as_view(), name="approve"),
    path("<int:pk>/archive/", writing.DocumentArchiveView.as_view(), name="archive"),
    path("<int:pk>/restore/", writing.DocumentRestoreView.as_view(), name="restore"),
    path("<int:pk>/remove/", writing.DocumentRemoveView.as_view(), name="remove"),
    path("<int:pk>/history/", looking.DocumentHistoryView.as_view(), name="history"),
    path("<int:pk>/files/<int:version_pk>/", looking.DocumentFileView.as_view(), name="file"),
]
