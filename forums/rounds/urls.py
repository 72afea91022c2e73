"""Addresses of comment rounds."""

from django.urls import URLPattern, path

from forums.rounds.views import editing, hearing, pages, responding

round_urls: list[URLPattern] = [
    path("", pages.RoundListView.as_view(), name="list"),
    path("new/", editing.RoundCreateView.as_view(), name="create"),
    path("seats/", pages.RoundSeatListView.as_view(), name="seats"),
    path("<int:pk>/", pages.RoundView.as_view(), name="detail"),
    path("<int:pk>/answers/", pages.AnswersView.as_view(), name="answers"),
    path("<int:pk>/note/", editing.NoteView.as_view(), name="note"),
    path("<int:pk>/history/", pages.RoundHistoryView.as_view(), name="history"),
    path("<int:pk>/edit/", editing.RoundEditView.as_view(), name="edit"),
    path("<int:pk>/approve/", editing.ApproveView.as_view(), name="approve"),
    path("<int:pk>/release/", editing.ReleaseView.as_view(), name="release"),
    path("<int:pk>/hold/", editing.HoldView.as_view(), name="hold"),
    path("<int:pk>/discard/", editing.DiscardView.as_view(), name="discard"),
    path("<int:pk>/nudge/", editing.NudgeView.as_view(), name="nudge"),
    path("<int:pk>/extend/", editing.ExtendView.as_view(), name="extend"),
    path("<int:pk>/close/", editing.CloseView.as_view(), name="close"),
    path("<int:pk>/what-we-heard/", hearing.HeardView.as_view(), name="heard"),
    path("<int:pk>/what-we-heard/edit/", hearing.HeardEditView.as_view(), name="heard_edit"),
    path("<int:pk>/what-we-heard/redraft/", hearing.RedraftView.as_view(), name="heard_redraft"),
    path("<int:pk>/what-we-heard/approve/", hearing.ApproveHeardView.as_view(), name="heard_approve"),
    path("<int:pk>/what-we-heard/send/", hearing.SendHeardView.as_view(), name="heard_send"),
    path("<int:pk>/what-changed/", responding.OutcomesView.as_view(), name="outcomes"),
    path("<int:pk>/what-changed/tell/", responding.TellView.as_view(), name="tell"),
    path("<int:pk>/what-changed/<int:answer_pk>/", responding.OutcomeView.as_view(), name="outcome"),
]
