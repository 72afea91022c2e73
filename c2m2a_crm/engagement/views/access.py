"""Who may read a contact or an initiative: the page on which it is sealed, restricted or opened."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from c2m2a_crm.core import ui
from c2m2a_crm.core.views import HouseView, see_other, visible_or_404
from c2m2a_crm.engagement import policies
from c2m2a_crm.engagement.forms import AccessForm
from c2m2a_crm.engagement.models import Initiative, Interaction
from c2m2a_crm.engagement.services import EntryRefused, change_access, change_initiative_access


class _AccessView(HouseView, ABC):
    allowed = staticmethod(policies.can_log)

    def note(self) -> str:
        """What else is changed with it."""
        return ""

    @abstractmethod
    def row(self, pk: int) -> Any:
        """The row, or 404 where it does not exist for this person and 403 where it is not theirs to close."""

    @abstractmethod
    def change(self, row: Any, chosen: dict[str, Any]) -> Any:
        """Call the service; give the row as it is afterwards."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.row(pk)
        return self.page(row, AccessForm(request.user, row))  # type: ignore[arg-type]  # signed in, by policy

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.row(pk)
        form = AccessForm(request.user, row, request.POST)  # type: ignore[arg-type]  # as above
        if not form.is_valid():
            return self.page(row, form, status=422)
        try:
            saved = self.change(row, form.chosen())
        except EntryRefused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
            return self.page(row, form, status=422)
        ui.toast(
            request, _("Nothing was changed.") if saved.version == row.version else _("Who may see it was changed.")
        )
        return see_other(request, saved.get_absolute_url() or "/")

    def page(self, row: Any, form: AccessForm, *, status: int = 200) -> HttpResponse:
        context = {"row": row, "form": form, "note": self.note(), "page_errors": bool(form.errors)}
        return render(self.request, "engagement/access_form.html", context, status=status)


class InteractionAccessView(_AccessView):
    def row(self, pk: int) -> Interaction:
        row: Interaction = visible_or_404(Interaction.objects.all(), self.request.user, pk=pk)
        if not policies.can_change_access(self.request.user, row):
            raise PermissionDenied
        return row

    def change(self, row: Any, chosen: dict[str, Any]) -> Interaction:
        return change_access(actor=self.request.user, interaction=row, **chosen)  # type: ignore[arg-type]  # as above


class InitiativeAccessView(_AccessView):
    def row(self, pk: int) -> Initiative:
        row: Initiative = visible_or_404(Initiative.objects.all(), self.request.user, pk=pk)
        if not policies.can_change_initiative_access(self.request.user, row):
            raise PermissionDenied
        return row

    def change(self, row: Any, chosen: dict[str, Any]) -> Initiative:
        return change_initiative_access(actor=self.request.user, initiative=row, **chosen)  # type: ignore[arg-type]  # as above

    def note(self) -> str:
        return _(
            "Contacts filed here, what was agreed in them, and notices are closed with it. When it is opened they stay"
            " closed until somebody opens them one by one."
        )
