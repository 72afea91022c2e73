"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, include, path

from forums.coverage import views as coverage
from forums.handover import views as handover
from forums.joining import public
from forums.joining import views as joining
from forums.meetings.urls import decision_urls, meeting_urls, series_urls
from forums.papers.urls import paper_urls
from forums.positions.urls import position_urls
from forums.rounds.urls import round_urls
from forums.terms_of_reference import views as reference
from forums.turnover import views as turnover
from forums.views import editing, pages, terms

forum_urls = [
    path("", pages.ForumListView.as_view(), name="list"),
    path("new/", editing.ForumCreateView.as_view(), name="create"),
    path("new/from-pattern/", reference.FromPatternView.as_view(), name="from_pattern"),
    path("seats/", pages.SeatListView.as_view(), name="seats"),
    path("seats/ending/", turnover.EndingTermsView.as_view(), name="ending"),
    path("applications/", joining.ApplicationListView.as_view(), name="applications"),
    path("applications/<int:pk>/", joining.ApplicationView.as_view(), name="application"),
    path("applications/<int:pk>/accept/", joining.AcceptView.as_view(), name="accept"),
    path("applications/<int:pk>/decline/", joining.DeclineView.as_view(), name="decline"),
    path("applications/<int:pk>/conflict/", joining.ConflictView.as_view(), name="conflict"),
    path("applications/<int:pk>/appeal/allow/", joining.AllowAppealView.as_view(), name="appeal_allow"),
    path("applications/<int:pk>/appeal/dismiss/", joining.DismissAppealView.as_view(), name="appeal_dismiss"),
    path("inquiries/", joining.InquiryListView.as_view(), name="inquiries"),
    path("inquiries/<int:pk>/", joining.InquiryView.as_view(), name="inquiry"),
    path("attendance/", coverage.AttendanceListView.as_view(), name="attendance"),
    path("<int:pk>/", pages.ForumView.as_view(), name="detail"),
    path("<int:pk>/edit/", editing.ForumEditView.as_view(), name="edit"),
    path("<int:pk>/history/", pages.ForumHistoryView.as_view(), name="history"),
    path("<int:pk>/terms-of-reference/", reference.TermsOfReferenceView.as_view(), name="terms_of_reference"),
    path("<int:pk>/coverage/", coverage.CoverageView.as_view(), name="coverage"),
    path(
        "<int:pk>/terms-of-reference/new/",
        reference.TermsOfReferenceCreateView.as_view(),
        name="terms_of_reference_create",
    ),
    path(
        "<int:pk>/terms-of-reference/<int:terms_pk>/edit/",
        reference.TermsOfReferenceEditView.as_view(),
        name="terms_of_reference_edit",
    ),
    path("<int:pk>/categories/new/", editing.CategoryCreateView.as_view(), name="category_create"),
    path("<int:pk>/categories/<int:category_pk>/edit/", editing.CategoryEditView.as_view(), name="category_edit"),
    path("<int:pk>/seats/", pages.ForumSeatsView.as_view(), name="roster"),
    path("<int:pk>/seats/new/", editing.AddSeatsView.as_view(), name="add_seats"),
    path("<int:pk>/seats/<int:seat_pk>/", pages.SeatView.as_view(), name="seat"),
    path("<int:pk>/seats/<int:seat_pk>/edit/", editing.SeatEditView.as_view(), name="seat_edit"),
    path("<int:pk>/seats/<int:seat_pk>/close/", editing.SeatCloseView.as_view(), name="seat_close"),
    path("<int:pk>/seats/<int:seat_pk>/pack/", handover.PackView.as_view(), name="pack"),
    path("<int:pk>/seats/<int:seat_pk>/pack/pdf/", handover.PackPaperView.as_view(), name="pack_paper"),
    path("<int:pk>/seats/<int:seat_pk>/appoint/", terms.AppointView.as_view(), name="appoint"),
    path("<int:pk>/seats/<int:seat_pk>/hand-over/", terms.HandOverView.as_view(), name="hand_over"),
    path("<int:pk>/seats/<int:seat_pk>/terms/<int:term_pk>/edit/", terms.TermEditView.as_view(), name="term_edit"),
    path("<int:pk>/seats/<int:seat_pk>/terms/<int:term_pk>/end/", terms.TermEndView.as_view(), name="term_end"),
    path("<int:pk>/seats/<int:seat_pk>/terms/<int:term_pk>/renew/", turnover.RenewView.as_view(), name="term_renew"),
    path(
        "<int:pk>/seats/<int:seat_pk>/terms/<int:term_pk>/renew-by-exception/",
        turnover.RenewBeyondView.as_view(),
        name="term_renew_beyond",
    ),
    path("<int:pk>/seats/<int:seat_pk>/terms/<int:term_pk>/rotate/", turnover.RotateView.as_view(), name="term_rotate"),
    path("<int:pk>/seats/<int:seat_pk>/terms/<int:term_pk>/retire/", turnover.RetireView.as_view(), name="term_retire"),
    path(
        "<int:pk>/seats/<int:seat_pk>/terms/<int:term_pk>/take-back/",
        terms.TermTakeBackView.as_view(),
        name="term_take_back",
    ),
    *series_urls,
]

# Open to everybody, under the address of all public pages.
public_urls = [
    path("tables/<int:pk>/apply/", public.ApplyView.as_view(), name="apply"),
    path("tables/<int:pk>/ask/", public.AskView.as_view(), name="ask"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("p/", include((public_urls, "forums_public"))),
    path("forums/", include((forum_urls, "forums"))),
    path("meetings/", include((meeting_urls + paper_urls, "meetings"))),
    path("decisions/", include((decision_urls, "decisions"))),
    path("comment-rounds/", include((round_urls, "rounds"))),
    path("positions/", include((position_urls, "positions"))),
]
