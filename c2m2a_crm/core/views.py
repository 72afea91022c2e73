"""Shallow bases of the house's pages, and the pages that belong to no room.

A view gets its row through ``visible_to``, asks the policy, calls one service and responds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views import View

from c2m2a_crm.core import rights
from c2m2a_crm.core.lists import (
    ALL_FILTERS,
    CARRY_AWAY,
    CHOOSE_COLUMNS,
    PLAIN_WORDS,
    VIEW,
    Column,
    HouseFilterSet,
    ListState,
    ListWords,
)

# What a list draws when it is opened, and not before.
_PANELS = {
    ALL_FILTERS: "components/list_filter_panel.html",
    CHOOSE_COLUMNS: "components/list_column_panel.html",
    CARRY_AWAY: "core/_list_ways.html",
}


class MovedForGood(Exception):
    """Another record stands for this one for ever, at ``url``. What was sent here is not done there."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


class HouseView(View):
    """A page behind sign-in. ``allowed`` is the policy of the page itself, asked before anything is read.

    A refusal is a 403: the page is known, this person's role does not cover it. A row that is not visible is a 404.
    """

    @staticmethod
    def allowed(actor: Any) -> bool:
        """Nobody, until the page names its policy: ``allowed = staticmethod(policies.can_…)``."""
        return False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not type(self).allowed(request.user):
            raise PermissionDenied
        try:
            return super().dispatch(request, *args, **kwargs)
        except MovedForGood as moved:
            if request.method not in {"GET", "HEAD"}:
                return see_other(request, moved.url)
            asked = request.META.get("QUERY_STRING", "")
            return HttpResponsePermanentRedirect(f"{moved.url}?{asked}" if asked else moved.url)


class ListView(HouseView):
    """A list whose filters, order and columns live in the address. htmx is answered with the results alone."""

    list_key: ClassVar[str]
    template_name: ClassVar[str]
    results_template: ClassVar[str] = "components/list_results.html"
    filterset_class: ClassVar[type[HouseFilterSet]]
    columns: ClassVar[Sequence[Column]]
    page_size: ClassVar[int] = 50
    order_words: ClassVar[Any] = _("by name")
    search_label: ClassVar[Any] = _("Filter by name")
    words: ClassVar[ListWords] = PLAIN_WORDS

    def rows(self) -> models.QuerySet[Any]:
        """The rows that exist for this person."""
        raise Http404

    def default_order(self) -> Sequence[Any]:
        return ()

    def state(self) -> ListState:
        return ListState(
            list_key=self.list_key,
            request=self.request,
            base=self.rows(),
            filterset_class=self.filterset_class,
            columns=self.columns,
            default_order=self.default_order(),
            page_size=self.page_size,
            order_words=self.order_words,
            search_label=self.search_label,
        )

    def context(self, state: ListState) -> dict[str, Any]:
        return {}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        state = self.state()
        if state.view is not None and set(request.GET) == {VIEW} and state.view.query:
            return redirect(state.view_url(state.view))
        is_fragment = bool(getattr(request, "htmx", False)) and not request.htmx.boosted  # type: ignore[attr-defined]  # set by its middleware
        asked = next((panel for panel in _PANELS if panel in request.GET), None)
        if asked == CARRY_AWAY and not rights.can_export(request.user):
            asked = None
        if is_fragment and asked:
            response = render(request, _PANELS[asked], {"list": state})
            patch_vary_headers(response, ["HX-Request"])
            return response
        template = self.results_template if is_fragment else self.template_name
        words = {
            "words": self.words,
            "count_sentence": self.words.count_sentence(state),
            "list_sentence": self.words.sentence(state) if state.is_filtered else "",
            "is_fragment": is_fragment,
            "can_share": rights.can_write(request.user),
        }
        response = render(request, template, {"list": state, **words, **self.context(state)})
        patch_vary_headers(response, ["HX-Request"])
        if is_fragment:
            response["HX-Push-Url"] = state.url()  # without the empty fields that a form sends
        return response


def visible_or_404(rows: models.QuerySet[Any], user: Any, **lookup: Any) -> Any:
    """The one row this person may know of, or 404."""
    return get_object_or_404(rows.visible_to(user), **lookup)  # type: ignore[attr-defined]  # HouseQuerySet


def see_other(request: HttpRequest, url: str) -> HttpResponse:
    """After a write: to the page that shows it. htmx follows by header, so that the whole page changes."""
    if getattr(request, "htmx", False):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = url
        return response
    return redirect(url)


def own_address(request: HttpRequest, wanted: str) -> str:
    """``wanted`` if it is an address that leads back into this site, else nothing.

    What is neither a path nor begins with a scheme would be taken for the name of a view by whoever redirects to it.
    """
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours and wanted.startswith(("/", "http://", "https://")) else ""


def return_url(request: HttpRequest, default: str) -> str:
    """Where the form says that it came from, if that leads back into this site."""
    return own_address(request, request.POST.get("next", "")) or default


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "500.html", status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """An expired form: what was typed is still in the browser, one step back. Scripts know it by its header."""
    response = render(request, "403.html", {"is_csrf_failure": True}, status=403)
    response["X-Form-Expired"] = "1"
    return response
