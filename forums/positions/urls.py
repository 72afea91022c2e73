"""Addresses of positions."""

from django.urls import URLPattern, path

from forums.positions.views import editing, pages

position_urls: list[URLPattern] = [
    path("", pages.PositionListView.as_view(), name="list"),
    path("new/", editing.PositionCreateView.as_view(), name="create"),
    path("<int:pk>/", pages.PositionView.as_view(), name="detail"),
    path("<int:pk>/history/", pages.PositionHistoryView.as_view(), name="history"),
    path("<int:pk>/edit/", editing.PositionEditView.as_view(), name="edit"),
    path("<int:pk>/topics/", editing.TopicsView.as_view(), name="topics"),
    path("<int:pk>/wordings/new/", editing.WordingCreateView.as_view(), name="wording_create"),
    path("<int:pk>/wordings/<int:wording_pk>/translate/", editing.TranslateView.as_view(), name="translate"),
    path("<int:pk>/stances/new/", editing.StanceCreateView.as_view(), name="stance_create"),
    path("<int:pk>/stances/<int:stance_pk>/take-back/", editing.StanceTakeBackView.as_view(), name="stance_take_back"),
    path("<int:pk>/adopt/", editing.AdoptView.as_view(), name="adopt"),
    path("<int:pk>/adoptions/<int:adoption_pk>/withdraw/", editing.WithdrawView.as_view(), name="withdraw"),
    path("<int:pk>/uses/new/", editing.UseCreateView.as_view(), name="use_create"),
    path("<int:pk>/uses/<int:use_pk>/take-back/", editing.UseTakeBackView.as_view(), name="use_take_back"),
    path("<int:pk>/set-aside/", editing.SetAsideView.as_view(), name="set_aside"),
    path("<int:pk>/take-up/", editing.TakeUpView.as_view(), name="take_up"),
]
