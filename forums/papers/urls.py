"""Addresses of papers, below those of their meeting."""

from django.urls import URLPattern, path

from forums.papers import views

paper_urls: list[URLPattern] = [
    path("<int:pk>/papers/", views.PapersView.as_view(), name="papers"),
    path("<int:pk>/papers/new/", views.PaperAddView.as_view(), name="paper_add"),
    path("<int:pk>/papers/attach/", views.PaperAttachView.as_view(), name="paper_attach"),
    path("<int:pk>/papers/send/", views.PapersSendView.as_view(), name="papers_send"),
    path("<int:pk>/pack/", views.PackView.as_view(), name="pack"),
    path("<int:pk>/papers/<int:paper_pk>/edit/", views.PaperEditView.as_view(), name="paper_edit"),
    path("<int:pk>/papers/<int:paper_pk>/move/", views.PaperMoveView.as_view(), name="paper_move"),
    path("<int:pk>/papers/<int:paper_pk>/withdraw/", views.PaperWithdrawView.as_view(), name="paper_withdraw"),
    path("<int:pk>/papers/<int:paper_pk>/give-again/", views.PaperAgainView.as_view(), name="paper_again"),
]
