"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from c2m2a_crm.core.health import healthz
from c2m2a_crm.core.pages import (
    audit,
    backups,
    exports,
    jobs,
    kept_texts,
    language,
    lists,
    office,
    outbox,
    printing,
    put_back,
    search,
    text_files,
    texts,
)
from c2m2a_crm.core.public_links.pages import PublicLinkView
from c2m2a_crm.core.styleguide import styleguide, styleguide_options

app_name = "core"

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("kept-texts/", kept_texts.KeptTextsView.as_view(), name="kept_texts"),
    path("language/", language.LanguageView.as_view(), name="set_language"),
    path("palette/", search.PaletteView.as_view(), name="palette"),
    path("search/", search.SearchView.as_view(), name="search"),
    path("styleguide/", styleguide, name="styleguide"),
    path("styleguide/options/", styleguide_options, name="styleguide_options"),
    path("exports/<slug:list_key>/<slug:file_format>/", exports.ExportView.as_view(), name="export"),
    path("print/", printing.PrintView.as_view(), name="print"),
    path("lists/<slug:list_key>/settings/", lists.ListSettingsView.as_view(), name="list_settings"),
    path("lists/<slug:list_key>/views/", lists.SaveViewView.as_view(), name="save_view"),
    path("lists/views/<int:pk>/", lists.DescribeViewView.as_view(), name="describe_view"),
    path("lists/views/<int:pk>/replace/", lists.ReplaceViewView.as_view(), name="replace_view"),
    path("lists/views/<int:pk>/delete/", lists.DeleteViewView.as_view(), name="delete_view"),
    path("jobs/", jobs.JobListView.as_view(), name="jobs"),
    path("jobs/<int:pk>/", jobs.JobView.as_view(), name="job"),
    path("jobs/<int:pk>/progress/", jobs.JobProgressView.as_view(), name="job_progress"),
    path("jobs/<int:pk>/cancel/", jobs.JobCancelView.as_view(), name="job_cancel"),
    path("jobs/<int:pk>/file/", jobs.JobFileView.as_view(), name="job_file"),
    path("outbox/", outbox.OutboxView.as_view(), name="outbox"),
    path("outbox/<int:pk>/", outbox.MessageView.as_view(), name="message"),
    path("outbox/<int:pk>/html/", outbox.MessageHtmlView.as_view(), name="message_html"),
    path("outbox/<int:pk>/send-again/", outbox.SendAgainView.as_view(), name="send_again"),
    path("settings/", office.SettingsView.as_view(), name="settings"),
    path("settings/logo/", office.LogoView.as_view(), name="set_logo"),
    path("settings/logo/remove/", office.LogoRemoveView.as_view(), name="remove_logo"),
    path("office/logo-<slug:digest>.png", office.LogoFileView.as_view(), name="logo"),
    path("settings/texts/<slug:key>/", texts.PublicTextEditView.as_view(), name="edit_public_text"),
    path("settings/texts/<slug:key>/file/", text_files.PublicTextFileView.as_view(), name="public_text_file"),
    path("settings/texts/<slug:key>/return/", text_files.PublicTextReturnView.as_view(), name="return_public_text"),
    path("settings/feedback/", texts.FeedbackListView.as_view(), name="feedback"),
    path("settings/feedback/<int:pk>/answered/", texts.FeedbackAnsweredView.as_view(), name="feedback_answered"),
    path("p/<slug:purpose>/<str:secret>/", PublicLinkView.as_view(), name="public_link"),
    path("p/<slug:key>/", texts.PublicTextView.as_view(), name="public_text"),
    path("backups/", backups.BackupsView.as_view(), name="backups"),
    path("audit/", audit.HistoryListView.as_view(), name="audit"),
    path("audit/events/", audit.EventListView.as_view(), name="audit_events"),
    path("audit/<int:pk>/", audit.ChangeView.as_view(), name="change"),
    path("history/<int:pk>/put-back/<slug:name>/", put_back.PutBackView.as_view(), name="put_back"),
]
