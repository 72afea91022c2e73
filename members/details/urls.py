"""Addresses of what people answered about their own details, and of asking them."""

from django.urls import path

from members.details import views

app_name = "details"

urlpatterns = [
    path("", views.QueueView.as_view(), name="list"),
    path("ask/", views.AskView.as_view(), name="ask"),
    path("<int:pk>/", views.AnswerView.as_view(), name="detail"),
]
