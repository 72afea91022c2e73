"""Public links as the office sees them: the list, one link with its openings, making, revoking and taking that back."""

from __future__ import annotations

import uuid
from typing import Any

import django_filters
from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from c2m2a_crm.core import rights, ui
from c2m2a_crm.core.lists import Column, HouseFilterSet, ListWords
from c2m2a_crm.core.models import PublicLink
from c2m2a_crm.core.public_links import selectors, services
from c2m2a_crm.core.public_links.querysets import PublicLinkQuerySet
from c2m2a_crm.core.public_links.selectors import Standing, purpose_choices, purpose_label, standings
from c2m2a_crm.core.refusals import ActRefused
from c2m2a_crm.core.registries import KeptLinks, LinkPurpose
from c2m2a_crm.core.views import HouseView, ListView, return_url, see_other, visible_or_404

WORKING, ENDED = "working", "ended"


class PublicLinkFilterSet(HouseFilterSet):
    q = django_filters.CharFilter(field_name="recipient", lookup_expr="icontains", label=gettext_lazy("Recipient"))
    purpose = django_filters.ChoiceFilter(choices=purpose_choices, label=gettext_lazy("What it opens"))
    state = django_filters.ChoiceFilter(
        choices=[
            (WORKING, pgettext_lazy("links", "Neither expired nor revoked")),
            (ENDED, pgettext_lazy("links", "Expired, used or revoked")),
        ],
        method="filter_state",
        label=gettext_lazy("State"),
    )
    record = django_filters.NumberFilter(field_name="object_id", label=gettext_lazy("Number of the record"))

    class Meta:
        model = PublicLink
        fields: list[str] = []

    def filter_state(self, rows: PublicLinkQuerySet, name: str, value: str) -> PublicLinkQuerySet:
        return rows.working() if value == WORKING else rows.ended()


def _recipient_cell(link: PublicLink) -> SafeString:
    return format_html('<a class="t" href="{}">{}</a>', link.get_absolute_url(), link.recipient)


def _record_cell(link: PublicLink, standing: Standing | None) -> SafeString | str:
    if standing is None:
        return ""
    name = format_html('<a href="{}">{}</a>', standing.url, standing.name) if standing.url else standing.name
    return format_html('{}<span class="sub">{}</span>', name, purpose_label(link))


COLUMNS = (
    Column(
        "recipient",
        pgettext_lazy("a recipient", "For"),
        lambda link: link.recipient,
        cell=_recipient_cell,
        is_row_header=True,
    ),
    Column(
        "record",
        gettext_lazy("Opens"),
        lambda link, standing: standing.name if standing else "",
        cell=_record_cell,
        batch=standings,
    ),
    Column(
        "state",
        gettext_lazy("State"),
        lambda link, standing: standing.words if standing else "",
        cell=lambda link, standing: ui.dot(standing.words, standing.tone) if standing else "",
        batch=standings,
    ),
    Column(
        "openings", gettext_lazy("Openings"), lambda link: link.openings, is_numeric=True, order=lambda: ["openings"]
    ),
    Column(
        "last_opened",
        gettext_lazy("Last opened"),
        lambda link: link.last_opened_at,
        cell=lambda link: ui.when(link.last_opened_at, style="moment"),
        is_low=True,
    ),
    Column("uses", gettext_lazy("Uses"), lambda link: link.uses, is_numeric=True, is_low=True),
    Column(
        "expires",
        gettext_lazy("Works until"),
        lambda link: link.expires_at,
        cell=lambda link: ui.when(link.expires_at, style="short"),
        order=lambda: ["expires_at"],
    ),
    Column("by", gettext_lazy("Made by"), lambda link: str(link.created_by), is_low=True),
)


class PublicLinkListView(ListView):
    """Links to what this person may read."""

    order_words = gettext_lazy("newest first")
    search_label = gettext_lazy("Filter by recipient")
    allowed = staticmethod(rights.can_write)
    list_key = "public-links"
    template_name = "core/public_link_list.html"
    filterset_class = PublicLinkFilterSet
    columns = COLUMNS
    words = ListWords(
        label=gettext_lazy("Public links"),
        counted=lambda total: ngettext("%(count)s link", "%(count)s links", total),
        no_match=gettext_lazy("No link matches these filters"),
        empty_title=gettext_lazy("No public links yet"),
        empty_text=gettext_lazy("A link opens one thing to somebody without an account. Make one on its page."),
    )

    def rows(self) -> PublicLinkQuerySet:
        return PublicLink.objects.visible_to(self.request.user)

    def default_order(self) -> list[str]:
        return ["-id"]


class LinkForm(forms.Form):
    """For whom, in which language, for how long. ``form_token`` lets a form that is sent twice make one link."""

    recipient = forms.CharField(
        label=pgettext_lazy("a recipient", "For"),
        max_length=120,
        help_text=gettext_lazy("Who gets the link, in a few words: an office says enough, a person need not be named."),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of the page"), choices=settings.LANGUAGES)
    days = forms.IntegerField(label=gettext_lazy("Works for (days)"))
    form_token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, links: KeptLinks, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days"].widget.attrs |= {"min": 1, "max": links.most_days, "inputmode": "numeric"}
        self.fields["days"].help_text = ngettext("At most %(days)s day.", "At most %(days)s days.", links.most_days) % {
            "days": links.most_days
        }


class PublicLinkCreateView(HouseView):
    """The link is shown in the answer to the form and nowhere else: nobody can look it up again."""

    allowed = staticmethod(rights.can_write)

    def about(self, request: HttpRequest, purpose: str, pk: int) -> tuple[LinkPurpose, KeptLinks, Any]:
        found = selectors.sharing(purpose)
        if found is None:
            raise Http404
        row = get_object_or_404(found[1].readable(request.user), pk=pk)
        return (*found, row)

    def get(self, request: HttpRequest, purpose: str, pk: int) -> HttpResponse:
        entry, links, row = self.about(request, purpose, pk)
        initial = {"days": links.days, "language": get_language(), "form_token": uuid.uuid4()}
        return self.page(request, entry, links, row, LinkForm(links=links, initial=initial))

    def post(self, request: HttpRequest, purpose: str, pk: int) -> HttpResponse:
        entry, links, row = self.about(request, purpose, pk)
        form = LinkForm(request.POST, links=links)
        if not form.is_valid():
            return self.page(request, entry, links, row, form, status=422)
        try:
            made = services.make_link(
                actor=request.user,
                purpose=entry,
                subject=row,
                base_url=request.build_absolute_uri("/"),
                **form.cleaned_data,
            )
        except ActRefused as refused:
            form.add_error(refused.field or None, str(refused))
            return self.page(request, entry, links, row, form, status=422)
        context = {"made": made, "purpose": entry, "name": links.called(row), "back_url": links.page(row)}
        response = render(request, "core/public_link_made.html", context)
        response["Cache-Control"] = "no-store"
        return response

    def page(
        self, request: HttpRequest, entry: LinkPurpose, links: KeptLinks, row: Any, form: LinkForm, *, status: int = 200
    ) -> HttpResponse:
        context = {
            "form": form,
            "purpose": entry,
            "name": links.called(row),
            "back_url": links.page(row),
            "page_errors": bool(form.errors),
            "closed": not selectors.may_share(request.user, entry.key, row),
        }
        return render(request, "core/public_link_form.html", context, status=status)


class RevokeForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=500, help_text=gettext_lazy("Kept in the history of the link.")
    )


class _OneLink(HouseView):
    allowed = staticmethod(rights.can_write)

    def link(self, request: HttpRequest, pk: int) -> PublicLink:
        found: PublicLink = visible_or_404(PublicLink.objects.for_list(), request.user, pk=pk)
        return found


class PublicLinkView(_OneLink):
    """One link: to what, for whom, its state, how often it was opened, and the button that ends it."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.page(request, self.link(request, pk), RevokeForm())

    def page(self, request: HttpRequest, link: PublicLink, form: RevokeForm, *, status: int = 200) -> HttpResponse:
        found = selectors.sharing(link.purpose)
        context = {
            "link": link,
            "standing": standings(request.user, [link])[link.pk],
            "purpose": found[0] if found else None,
            "form": form,
            "page_errors": bool(form.errors),
            "is_over": link.expires_at <= timezone.now(),
        }
        return render(request, "core/public_link_detail.html", context, status=status)


class PublicLinkRevokeView(PublicLinkView):
    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        link = self.link(request, pk)
        form = RevokeForm(request.POST)
        if not form.is_valid():
            return self.page(request, link, form, status=422)
        try:
            services.revoke_link(actor=request.user, link=link, reason=form.cleaned_data["reason"])
        except ActRefused as refused:
            form.add_error("reason", str(refused))
            return self.page(request, link, form, status=422)
        ui.toast(request, _("Link revoked."), undo_url=reverse("public_links:restore", args=[link.pk]))
        return see_other(request, link.get_absolute_url())


class PublicLinkRestoreView(_OneLink):
    """Takes a revocation back; the toast after it posts here, too."""

    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        link = services.let_work_again(actor=request.user, link=self.link(request, pk))
        ui.toast(request, _("The link is not revoked any more."))
        return see_other(request, return_url(request, link.get_absolute_url()))
