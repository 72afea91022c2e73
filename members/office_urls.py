"""Addresses of offices and relationships."""

from django.urls import URLPattern, path

from members.rooms import Room
from members.views import offices, relationships

office_urls = [
    path("<int:pk>/", offices.OfficeView.as_view(), name="detail"),
    path("<int:pk>/history/", offices.OfficeHistoryView.as_view(), name="history"),
    path("<int:pk>/edit/", offices.OfficeEditView.as_view(), name="edit"),
    path("<int:pk>/holder/", offices.HolderView.as_view(), name="holder"),
    path("<int:pk>/archive/", offices.OfficeArchiveView.as_view(), name="archive"),
    path("<int:pk>/restore/", offices.OfficeRestoreView.as_view(), name="restore"),
    path("<int:pk>/emails/new/", offices.OfficeAddView.as_view(part="email"), name="email_create"),
    path("<int:pk>/phones/new/", offices.OfficeAddView.as_view(part="phone"), name="phone_create"),
    path("<int:pk>/emails/<int:part_pk>/close/", offices.OfficeCloseView.as_view(part="email"), name="email_close"),
    path("<int:pk>/phones/<int:part_pk>/close/", offices.OfficeCloseView.as_view(part="phone"), name="phone_close"),
]


def relationship_urls(room: Room) -> list[URLPattern]:
    """Of every sort of record."""
    return [
        path(
            "<int:pk>/relationships/new/",
            relationships.RelationshipCreateView.as_view(room=room),
            name="relationship_create",
        ),
        path(
            "<int:pk>/relationships/<int:part_pk>/edit/",
            relationships.RelationshipEditView.as_view(room=room),
            name="relationship_edit",
        ),
        path(
            "<int:pk>/relationships/<int:part_pk>/remove/",
            relationships.RelationshipRemoveView.as_view(room=room),
            name="relationship_remove",
        ),
    ]


def office_of_party_urls(room: Room) -> list[URLPattern]:
    return [path("<int:pk>/offices/new/", offices.OfficeCreateView.as_view(room=room), name="office_create")]
