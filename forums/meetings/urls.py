"""Addresses of meetings."""

from django.urls import URLPattern, path

from forums.meetings.views import editing, inviting, minutes, pages, papers, reviewing, roll_call

meeting_urls: list[URLPattern] = [
    path("", pages.MeetingListView.as_view(), name="list"),
    path("new/", editing.MeetingCreateView.as_view(), name="create"),
    path("<int:pk>/", pages.MeetingView.as_view(), name="detail"),
    path("<int:pk>/history/", pages.MeetingHistoryView.as_view(), name="history"),
    path("<int:pk>/edit/", editing.MeetingEditView.as_view(), name="edit"),
    path("<int:pk>/cancel/", editing.CancelView.as_view(), name="cancel"),
    path("<int:pk>/restore/", editing.RestoreView.as_view(), name="restore"),
    path("<int:pk>/approve/", editing.ApproveView.as_view(), name="approve"),
    path("<int:pk>/carry-over/", editing.CarryOverView.as_view(), name="carry_over"),
    path("<int:pk>/items/new/", editing.ItemCreateView.as_view(), name="item_create"),
    path("<int:pk>/items/<int:item_pk>/edit/", editing.ItemEditView.as_view(), name="item_edit"),
    path("<int:pk>/items/<int:item_pk>/move/", editing.ItemMoveView.as_view(), name="item_move"),
    path("<int:pk>/items/<int:item_pk>/done/", editing.ItemDoneView.as_view(), name="item_done"),
    path("<int:pk>/items/<int:item_pk>/remove/", editing.ItemRemoveView.as_view(), name="item_remove"),
    path("<int:pk>/invitations/", inviting.InvitationsView.as_view(), name="invitations"),
    path("<int:pk>/invitations/send/", inviting.SendView.as_view(), name="send"),
    path("<int:pk>/invitations/guest/", inviting.GuestView.as_view(), name="guest"),
    path("<int:pk>/invitations/<int:invitation_pk>/answer/", inviting.AnswerView.as_view(), name="answer"),
    path("<int:pk>/roll-call/", roll_call.RollCallView.as_view(), name="roll_call"),
    path("<int:pk>/roll-call/mark/", roll_call.MarkView.as_view(), name="mark"),
    path("<int:pk>/roll-call/all/", roll_call.MarkAllView.as_view(), name="mark_all"),
    path("<int:pk>/roll-call/walk-in/", roll_call.WalkInView.as_view(), name="walk_in"),
    path("<int:pk>/roll-call/step-aside/", roll_call.StepAsideView.as_view(), name="step_aside"),
    path("<int:pk>/roll-call/step-aside/<int:recusal_pk>/remove/", roll_call.TakePartView.as_view(), name="take_part"),
    path("<int:pk>/paper/", papers.MeetingPaperView.as_view(), name="paper"),
    path("<int:pk>/minutes/", minutes.MinutesView.as_view(), name="minutes"),
    path("<int:pk>/minutes/begin/", minutes.BeginView.as_view(), name="minutes_begin"),
    path("<int:pk>/minutes/review/", reviewing.ReviewView.as_view(), name="minutes_review"),
    path("<int:pk>/minutes/draft/", reviewing.DraftView.as_view(), name="minutes_draft"),
    path("<int:pk>/minutes/approve/", reviewing.ApproveView.as_view(), name="minutes_approve"),
    path("<int:pk>/minutes/comments/", reviewing.CommentsView.as_view(), name="comments"),
    path(
        "<int:pk>/minutes/comments/<int:comment_pk>/answer/",
        reviewing.CommentAnswerView.as_view(),
        name="comment_answer",
    ),
    path("<int:pk>/minutes/promises/", reviewing.PromisesView.as_view(), name="promises"),
    path("<int:pk>/minutes/adopt/", minutes.AdoptView.as_view(), name="minutes_adopt"),
    path("<int:pk>/minutes/add/", minutes.AddView.as_view(), name="minutes_add"),
    path("<int:pk>/minutes/<int:section_pk>/edit/", minutes.SectionEditView.as_view(), name="section_edit"),
]

decision_urls: list[URLPattern] = [path("", pages.DecisionListView.as_view(), name="list")]

# On the pages of a forum.
series_urls: list[URLPattern] = [
    path("<int:pk>/series/new/", editing.SeriesCreateView.as_view(), name="series_create"),
    path("<int:pk>/series/<int:series_pk>/edit/", editing.SeriesEditView.as_view(), name="series_edit"),
]
