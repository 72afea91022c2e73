"""Every message that left or is about to leave, for administrators; in development this is where mail is read."""

from __future__ import annotations

import django_filters
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from c2m2a_crm.core import outbox, rights, ui
from c2m2a_crm.core.lists import Column, HouseFilterSet, ListState, ListWords
from c2m2a_crm.core.models import OutboxMessage
from c2m2a_crm.core.querysets import OutboxQuerySet
from c2m2a_crm.core.views import HouseView, ListView, see_other, visible_or_404

State = OutboxMessage.State
_TONES = {State.SENT: "ok", State.FAILED: "bad", State.QUEUED: "warn", State.SENDING: "warn"}


class OutboxFilterSet(HouseFilterSet):
    q = django_filters.CharFilter(method="filter_text", label=gettext_lazy("Address or subject"))
    state = django_filters.ChoiceFilter(choices=State.choices, label=gettext_lazy("State"))

    class Meta:
        model = OutboxMessage
        fields: list[str] = []

    def filter_text(self, rows: OutboxQuerySet, name: str, value: str) -> OutboxQuerySet:
        return rows.filter(to_address__icontains=value) | rows.filter(subject__icontains=value)


def _subject_cell(message: OutboxMessage) -> SafeString:
    url = reverse("core:message", args=[message.pk])
    return format_html('<a class="t" href="{}">{}</a>', url, ui.in_language(message.subject, message.language))


COLUMNS = (
    Column("subject", gettext_lazy("Subject"), lambda message: message.subject, _subject_cell, is_row_header=True),
    Column("to", gettext_lazy("To"), lambda message: message.to_address, order=lambda: ["to_address"]),
    Column(
        "state",
        gettext_lazy("State"),
        lambda message: message.get_state_display(),
        cell=lambda message: ui.dot(message.get_state_display(), _TONES.get(message.state, "none")),
    ),
    Column(
        "created",
        gettext_lazy("Written"),
        lambda message: message.created_at,
        cell=lambda message: ui.when(message.created_at, style="moment"),
        order=lambda: ["created_at"],
    ),
    Column(
        "sent",
        gettext_lazy("Sent"),
        lambda message: message.sent_at,
        cell=lambda message: ui.when(message.sent_at, style="moment"),
    ),
)


class OutboxView(ListView):
    order_words = gettext_lazy("newest first")
    search_label = gettext_lazy("Filter by subject or address")
    allowed = staticmethod(rights.can_administer)
    list_key = "outbox"
    template_name = "core/outbox_list.html"
    filterset_class = OutboxFilterSet
    columns = COLUMNS
    words = ListWords(
        label=gettext_lazy("Outbox"),
        counted=lambda total: ngettext("%(count)s message", "%(count)s messages", total),
        empty_title=gettext_lazy("No messages yet"),
        empty_text=gettext_lazy("Invitations, new passwords and every other message stand here once they are written."),
    )

    def rows(self) -> OutboxQuerySet:
        return OutboxMessage.objects.visible_to(self.request.user)

    def default_order(self) -> list[str]:
        return ["-id"]

    def context(self, state: ListState) -> dict[str, object]:
        return {"mail_is_kept": settings.OUTBOX_KEEPS_MAIL}


class MessageView(HouseView):
    """One message as it was written. Where mail leaves, its text is not shown: it holds links that open accounts."""

    allowed = staticmethod(rights.can_administer)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        message = visible_or_404(OutboxMessage.objects.all(), request.user, pk=pk)
        context = {
            "message": message,
            "tone": _TONES.get(message.state, "line"),
            "shows_text": settings.SHOW_OUTBOX,
            "may_send_again": outbox.may_send_again(message),
        }
        return render(request, "core/outbox_message.html", context)


class MessageHtmlView(HouseView):
    """The message's own HTML, made to stand in a frame of the page above and nowhere else.

    This address alone may be framed, by this site only; the sandbox takes away scripts, forms, links and the cookies.
    """

    allowed = staticmethod(rights.can_administer)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        message = visible_or_404(OutboxMessage.objects.all(), request.user, pk=pk)
        if not settings.SHOW_OUTBOX or not message.body_html:
            raise Http404
        response = HttpResponse(message.body_html)
        response["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox"
        )
        response["X-Frame-Options"] = "SAMEORIGIN"
        return response


class SendAgainView(HouseView):
    """A person decides that a failed message goes out again; the product never does so by itself."""

    allowed = staticmethod(rights.can_administer)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        message = visible_or_404(OutboxMessage.objects.all(), request.user, pk=pk)
        if outbox.send_again(message):
            ui.toast(request, _("The message waits to be sent again."))
        else:
            ui.warn(request, _("Only a message that failed and still has its text can be sent again."))
        return see_other(request, reverse("core:message", args=[message.pk]))
