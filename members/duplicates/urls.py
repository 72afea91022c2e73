"""Addresses of the queue. ``kind`` is ``people`` or ``parties``."""

from django.urls import path

from members.duplicates import views

app_name = "duplicates"

urlpatterns = [
    path("", views.QueueView.as_view(), name="list"),
    path("look/", views.LookView.as_view(), name="look"),
    path("not-the-same/<int:pk>/take-back/", views.TakeBackView.as_view(), name="take_back"),
    path("<str:kind>/<int:left>/<int:right>/not-the-same/", views.SettleView.as_view(), name="settle"),
]
