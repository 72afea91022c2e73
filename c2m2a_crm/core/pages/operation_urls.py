"""Addresses of operations."""

from django.urls import path

from c2m2a_crm.core.pages import operations

app_name = "operations"

urlpatterns = [
    path("", operations.OperationListView.as_view(), name="list"),
    path("<int:pk>/", operations.OperationView.as_view(), name="detail"),
    path("<int:pk>/undo/", operations.OperationUndoView.as_view(), name="undo"),
]
