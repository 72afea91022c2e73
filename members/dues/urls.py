"""Addresses of dues."""

from django.urls import URLPattern, path

from members.dues.views import acts, records

dues_urls: list[URLPattern] = [
    path("", records.InvoiceListView.as_view(), name="list"),
    path("to-invoice/", records.ToInvoiceView.as_view(), name="to_invoice"),
    path("issue/<int:pk>/", acts.IssueView.as_view(), name="issue"),
    path("payments/<int:pk>/take-back/", acts.TakeBackView.as_view(), name="take_back"),
    path("credit-notes/<int:pk>/credit-note.pdf", records.CreditPaperView.as_view(), name="credit_paper"),
    path("taxes/new/", acts.TaxCreateView.as_view(), name="tax_create"),
    path("taxes/<int:pk>/end/", acts.TaxEndView.as_view(), name="tax_end"),
    path("<int:pk>/", records.InvoiceView.as_view(), name="detail"),
    path("<int:pk>/invoice.pdf", records.InvoicePaperView.as_view(), name="paper"),
    path("<int:pk>/pay/", acts.PayView.as_view(), name="pay"),
    path("<int:pk>/waive/", acts.WaiveView.as_view(), name="waive"),
    path("<int:pk>/credit/", acts.CreditView.as_view(), name="credit"),
    path("<int:pk>/cancel/", acts.CancelView.as_view(), name="cancel"),
    path("<int:pk>/send/", acts.SendView.as_view(), name="send"),
]
