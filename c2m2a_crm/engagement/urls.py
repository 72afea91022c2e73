"""Addresses of the engagement record."""

from django.urls import URLPattern, URLResolver, include, path

from c2m2a_crm.core.pages.facts import fact_urls
from c2m2a_crm.engagement.briefing import views as briefing
from c2m2a_crm.engagement.fact_room import INITIATIVE_FACTS
from c2m2a_crm.engagement.views import access, log, log_form, record
from c2m2a_crm.engagement.views import commitments as promises
from c2m2a_crm.engagement.views import follow_ups as steps
from c2m2a_crm.engagement.views import prospects as newcomers
from c2m2a_crm.engagement.views import pulse as drift
from c2m2a_crm.engagement.views import rhythms as rules

contact_log = [
    path("", log.InteractionListView.as_view(), name="list"),
    path("new/", log_form.EntryCreateView.as_view(), name="create"),
    path("understood/", log_form.EntryUnderstoodView.as_view(), name="understood"),
    path("who/", log_form.WhoOptionsView.as_view(), name="who_options"),
    path("draft/", log_form.DraftView.as_view(), name="draft"),
    path("draft/discard/", log_form.DraftDiscardView.as_view(), name="discard_draft"),
    path("attempt/", log_form.AttemptView.as_view(), name="attempt"),
    path("<int:pk>/edit/", log_form.EntryEditView.as_view(), name="edit"),
    path("<int:pk>/", log.InteractionDetailView.as_view(), name="detail"),
    path("<int:pk>/access/", access.InteractionAccessView.as_view(), name="access"),
    path("<int:pk>/correct/", log.InteractionCorrectView.as_view(), name="correct"),
    path("<int:pk>/withdraw/", log.InteractionWithdrawView.as_view(), name="withdraw"),
    path("<int:pk>/restore/", log.InteractionRestoreView.as_view(), name="restore"),
    path("<int:pk>/points/<int:point_pk>/", log.PointAnswerView.as_view(), name="answer"),
    *(
        path(f"of/{about}/<int:pk>/pdf/", record.RecordPaperView.as_view(about=about), name=f"{about}_pdf")
        for about in ("party", "person", "initiative")
    ),
]

follow_ups = [
    path("", steps.FollowUpListView.as_view(), name="list"),
    path("new/", steps.FollowUpCreateView.as_view(), name="create"),
    path("about/", steps.FollowUpAboutView.as_view(), name="about_options"),
    path("<int:pk>/done/", steps.FollowUpDoneView.as_view(), name="done"),
    path("<int:pk>/reopen/", steps.FollowUpReopenView.as_view(), name="reopen"),
    path("<int:pk>/snooze/", steps.FollowUpSnoozeView.as_view(), name="snooze"),
    path("<int:pk>/hand-over/", steps.FollowUpHandOverView.as_view(), name="hand_over"),
    path("<int:pk>/undo/<int:version>/", steps.FollowUpUndoView.as_view(), name="undo"),
]

commitments = [
    path("", promises.CommitmentListView.as_view(), name="list"),
    path("<int:pk>/", promises.CommitmentDetailView.as_view(), name="detail"),
    path("<int:pk>/keep/", promises.CommitmentKeepView.as_view(), name="keep"),
    path("<int:pk>/release/", promises.CommitmentReleaseView.as_view(), name="release"),
    path("<int:pk>/reopen/", promises.CommitmentReopenView.as_view(), name="reopen"),
    path("<int:pk>/undo/<int:event>/", promises.CommitmentUndoView.as_view(), name="undo"),
    path("<int:pk>/terms/", promises.CommitmentTermsView.as_view(), name="terms"),
]

initiatives: list[URLPattern | URLResolver] = [
    *fact_urls(INITIATIVE_FACTS),
    path("<int:pk>/access/", access.InitiativeAccessView.as_view(), name="access"),
]

pulse = [
    path("", drift.PulseListView.as_view(), name="list"),
    path("people/", drift.PeoplePulseListView.as_view(), name="people"),
    *(
        path(f"of/{about}/<int:pk>/{page}", view.as_view(about=about), name=f"{about}{name}")
        for about in ("party", "person")
        for page, name, view in (
            ("", "", drift.RecordRhythmView),
            ("own/", "_own", drift.OwnRhythmView),
            ("own/end/", "_own_end", drift.OwnRhythmEndView),
            ("quiet/", "_quiet", drift.QuietView),
            ("quiet/end/", "_quiet_end", drift.QuietEndView),
        )
    ),
]

prospects = [
    path("", newcomers.ProspectListView.as_view(), name="list"),
    path("<int:pk>/", newcomers.ProspectView.as_view(), name="detail"),
    path("<int:pk>/rule-out/", newcomers.RuleOutView.as_view(), name="rule_out"),
    path("<int:pk>/consider/", newcomers.ConsiderAgainView.as_view(), name="consider"),
]

rhythms = [
    path("", rules.RhythmsView.as_view(), name="list"),
    path("<int:pk>/", rules.RhythmSetView.as_view(), name="set"),
]

briefings = [
    path("<slug:about>/<int:pk>/", briefing.BriefingView.as_view(), name="detail"),
    path("<slug:about>/<int:pk>/pdf/", briefing.BriefingPdfView.as_view(), name="pdf"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("contact-log/", include((contact_log, "contact_log"))),
    path("follow-ups/", include((follow_ups, "follow_ups"))),
    path("commitments/", include((commitments, "commitments"))),
    path("initiatives/", include((initiatives, "initiatives"))),
    path("pulse/", include((pulse, "pulse"))),
    path("prospects/", include((prospects, "prospects"))),
    path("rhythms/", include((rhythms, "rhythms"))),
    path("briefings/", include((briefings, "briefings"))),
]
