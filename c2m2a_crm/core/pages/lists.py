"""What a person keeps of a list: saved views, columns, row height. Each answers a form and leads back to the list."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from c2m2a_crm.core import rights, ui
from c2m2a_crm.core.lists import VIEW
from c2m2a_crm.core.lists.saved import ViewRefused, delete_view, describe_view, replace_query, save_view
from c2m2a_crm.core.lists.state import COMPACT
from c2m2a_crm.core.models import SavedView
from c2m2a_crm.core.views import HouseView, ListView, return_url, visible_or_404

_COLUMN = re.compile(r"[a-z0-9_-]{1,60}")
MOST_COLUMNS = 60


@cache
def list_keys() -> frozenset[str]:
    """The names of the lists that have a page. Asked while one is served, when all pages are known."""
    found: set[str] = set()
    waiting: list[type[ListView]] = [ListView]
    while waiting:
        view = waiting.pop()
        waiting += view.__subclasses__()
        found |= {getattr(view, "list_key", "")} - {""}
    return frozenset(found)


class _ListForm(HouseView):
    """``next`` is the address of the list, with its filters."""

    allowed = staticmethod(rights.can_look)
    http_method_names = ("post", "options")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Nothing is kept under a name that no list has: nobody could find it again."""
        if kwargs.get("list_key", "") not in {"", *list_keys()}:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def back(self) -> HttpResponse:
        return redirect(return_url(self.request, "/"))

    def attempt(self, keep: Callable[[], SavedView], said: str) -> HttpResponse:
        """To the list as the view has it, or back with the reason why not."""
        try:
            view = keep()
        except ViewRefused as refused:
            ui.warn(self.request, str(refused))
            return self.back()
        ui.toast(self.request, said)
        path = return_url(self.request, "/").partition("?")[0]
        return redirect(f"{path}?{urlencode({VIEW: view.pk})}{'&' if view.query else ''}{view.query}")


class SaveViewView(_ListForm):
    def post(self, request: HttpRequest, list_key: str) -> HttpResponse:
        return self.attempt(
            lambda: save_view(
                actor=request.user,
                list_key=list_key,
                name=request.POST.get("name", ""),
                query=request.POST.get("query", ""),
                is_shared="is_shared" in request.POST,
            ),
            _("View saved."),
        )


class _OneView(_ListForm):
    def kept(self, pk: int) -> SavedView:
        view: SavedView = visible_or_404(SavedView.objects.active(), self.request.user, pk=pk)
        return view


class DescribeViewView(_OneView):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.attempt(
            lambda: describe_view(
                actor=request.user,
                view=self.kept(pk),
                name=request.POST.get("name", ""),
                is_shared="is_shared" in request.POST,
            ),
            _("View saved."),
        )


class ReplaceViewView(_OneView):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.attempt(
            lambda: replace_query(actor=request.user, view=self.kept(pk), query=request.POST.get("query", "")),
            _("View saved."),
        )


class DeleteViewView(_OneView):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        delete_view(actor=request.user, view=self.kept(pk))
        ui.toast(request, _("View deleted."))
        return redirect(return_url(request, "/").partition("?")[0])


class ListSettingsView(_ListForm):
    """Columns and row height, remembered for this person and list; what is no column of the list shows nothing."""

    def post(self, request: HttpRequest, list_key: str) -> HttpResponse:
        columns = [key for key in request.POST.getlist("column") if _COLUMN.fullmatch(key)][:MOST_COLUMNS]
        settings: dict[str, Any] = {"columns": columns}
        if request.POST.get("density") == COMPACT:
            settings["density"] = COMPACT
        rights.remember_list(request.user, list_key, settings)
        return self.back()
