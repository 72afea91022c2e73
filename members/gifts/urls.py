"""Addresses of gifts."""

from django.urls import URLPattern, path

from members.gifts.views import acts, records, rules

gift_urls: list[URLPattern] = [
    path("", records.GiftListView.as_view(), name="list"),
    path("new/", acts.RecordView.as_view(), name="record"),
    path("rules/", rules.RulesView.as_view(), name="rules"),
    path("rules/registration/", rules.RegistrationView.as_view(), name="registration"),
    path("rules/registration/<int:pk>/end/", rules.RegistrationEndView.as_view(), name="registration_end"),
    path("rules/<slug:subject>/", rules.RuleView.as_view(), name="rule"),
    path("receipts/<int:pk>/receipt.pdf", records.ReceiptPaperView.as_view(), name="paper"),
    path("receipts/<int:pk>/cancel/", acts.CancelView.as_view(), name="cancel"),
    path("<int:pk>/", records.GiftView.as_view(), name="detail"),
    path("<int:pk>/receipt/", acts.ReceiptView.as_view(), name="receipt"),
    path("<int:pk>/take-back/", acts.TakeBackView.as_view(), name="take_back"),
]
