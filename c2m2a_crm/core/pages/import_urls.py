"""Addresses of imports."""

from django.urls import path

from c2m2a_crm.core.pages import imports

app_name = "imports"

urlpatterns = [
    path("", imports.ImportListView.as_view(), name="list"),
    path("paste/", imports.ImportPasteView.as_view(), name="paste"),
    path("<int:pk>/", imports.ImportView.as_view(), name="detail"),
    path("<int:pk>/check/", imports.ImportCheckView.as_view(), name="check"),
    path("<int:pk>/rows/<int:line>/", imports.ImportRowView.as_view(), name="row"),
    path("<int:pk>/rejects/<slug:file_format>/", imports.ImportRejectsView.as_view(), name="rejects"),
]
