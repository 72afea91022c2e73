"""The log form: in the drawer over any page, or as a page of its own without script."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from c2m2a_crm.core import dates, ui
from c2m2a_crm.core.editing import EditConflict
from c2m2a_crm.core.pages.settling import settled
from c2m2a_crm.core.reads import note_reading
from c2m2a_crm.core.validity import today
from c2m2a_crm.core.views import HouseView, own_address, return_url, see_other, visible_or_404
from c2m2a_crm.engagement import drafts
from c2m2a_crm.engagement.entry_form import EntryState
from c2m2a_crm.engagement.entry_values import NEW_ORGANIZATION, NEW_PERSON, Preset
from c2m2a_crm.engagement.models import Interaction
from c2m2a_crm.engagement.policies import can_edit_entry, can_log
from c2m2a_crm.engagement.services import (
    EntryClosed,
    EntryRefused,
    log_attempt,
    log_interaction,
    next_try_on,
    update_interaction,
)
from members.models import Party, Person
from members.selectors import find_parties, find_people

DRAWER = "#log-contact"


class EntryFormView(HouseView):
    """What the ways to the form share: drawing it, whole or as a fragment."""

    allowed = staticmethod(can_log)

    def draw(
        self,
        state: EntryState,
        *,
        status: int = 200,
        saved_at: datetime | None = None,
        offers: Sequence[drafts.Offer] = (),
        is_new: bool = False,
        continues: bool = False,
        conflict: EditConflict | None = None,
    ) -> HttpResponse:
        is_fragment = bool(self.request.htmx)  # type: ignore[attr-defined]  # set by its middleware
        template = "engagement/_entry_form.html" if is_fragment else "engagement/entry_form.html"
        context = {
            "state": state,
            "form": state.form,
            "saved_at": dates.time_of_day(timezone.localtime(saved_at)) if saved_at else "",
            "draft_at": int(saved_at.timestamp() * 1000) if saved_at else "",
            "offers": offers,
            "is_new": is_new,
            "continues": continues,
            "conflict": conflict,
            "next": own_address(self.request, self.request.POST.get("next") or self.request.GET.get("next", "")),
            "page_errors": bool(state.errors),
        }
        if not is_fragment:
            context["log_contact_url"] = ""  # the form stands on the page: no second one in a drawer over it
        return render(self.request, template, context, status=status)


class EntryCreateView(EntryFormView):
    def get(self, request: HttpRequest) -> HttpResponse:
        """The draft asked for or begun from the same record, else an empty form; the other drafts stand in its head."""
        preset = Preset.of(request.GET)
        kept = drafts.kept_drafts(request.user)  # type: ignore[arg-type]  # signed in, by policy
        if request.GET.get("new"):
            return self.draw(
                EntryState.fresh(request.user, preset),  # type: ignore[arg-type]  # as above
                offers=drafts.offers(kept, without=None),
                is_new=True,
            )
        draft = drafts.draft_to_continue(kept, preset, token=request.GET.get("draft", ""))
        if draft is None:
            return self.draw(EntryState.fresh(request.user, preset), offers=drafts.offers(kept, without=None))  # type: ignore[arg-type]  # as above
        return self.draw(
            EntryState.posted(request.user, drafts.data_of(draft)),  # type: ignore[arg-type]  # as above
            saved_at=draft.updated_at,
            offers=drafts.offers(kept, without=draft.token),
            continues=True,
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        action = request.POST.get("action", "save")
        state = EntryState.posted(request.user, request.POST)  # type: ignore[arg-type]  # signed in, by policy
        if action == "read":
            return self.draw(state)
        if not state.check():
            return self.draw(state, status=422)
        token: UUID = state.form.cleaned_data["token"]
        try:
            interaction = log_interaction(actor=request.user, entry=state.entry(), token=token)  # type: ignore[arg-type]  # as above
        except EntryRefused as refusal:
            state.errors[refusal.field] = refusal.sentence
            return self.draw(state, status=422)
        drafts.forget(request.user, token)  # type: ignore[arg-type]  # as above
        ui.toast(request, _("Contact saved."), undo_url=reverse("contact_log:withdraw", args=[interaction.pk]))
        return self.saved(state, interaction, another=action == "another")

    def saved(self, state: EntryState, interaction: Interaction, *, another: bool) -> HttpResponse:
        """The drawer closes and the page below shows the row; without script, the page the form was opened from."""
        target = return_url(self.request, interaction.get_absolute_url())
        if not self.request.htmx:  # type: ignore[attr-defined]  # set by its middleware
            response: HttpResponse = redirect(reverse("contact_log:create") if another else target)
        elif another:
            response = self.draw(EntryState.fresh(self.request.user, state.preset))  # type: ignore[arg-type]  # as above
            response["HX-Trigger"] = json.dumps({"contact:saved": {"target": "body"}})
        else:
            response = render(self.request, "components/toasts.html", {"oob": True})
            response["HX-Trigger"] = json.dumps(
                {"drawer:close": {"target": DRAWER}, "contact:saved": {"target": "body"}}
            )
        response["X-Saved"] = str(interaction.pk)
        return response


class EntryUnderstoodView(EntryFormView):
    """What the line means so far: the understood box and the fields. Reads only; a line is too long for a GET."""

    def post(self, request: HttpRequest) -> HttpResponse:
        state = EntryState.posted(request.user, request.POST)  # type: ignore[arg-type]  # signed in, by policy
        if not request.POST.get("whole"):
            return render(request, "engagement/_entry_fields.html", {"state": state, "form": state.form})
        kept = drafts.kept_drafts(request.user)  # type: ignore[arg-type]  # as above
        return self.draw(state, offers=drafts.offers(kept, without=request.POST.get("token")), continues=True)


class AttemptView(HouseView):
    """One tap for “no answer”, from a record's page: an attempt is logged, and a next try two working days later."""

    allowed = staticmethod(can_log)
    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        rows: dict[str, Any] = {
            "person": Person.objects.filter(anonymised_on__isnull=True),
            "party": Party.objects.all(),
        }
        which = next((name for name in rows if request.POST.get(name, "").isdecimal()), None)
        if which is None:
            raise Http404
        who = visible_or_404(rows[which], request.user, pk=int(request.POST[which]))
        try:
            token = UUID(request.POST.get("token", ""))
        except ValueError:
            token = uuid4()
        interaction = log_attempt(actor=request.user, who=who, token=token)  # type: ignore[arg-type]  # signed in, by policy
        text = _("Attempt noted. Next try: %(day)s.") % {"day": dates.near_date(next_try_on(today()), today())}
        ui.toast(request, text, undo_url=reverse("contact_log:withdraw", args=[interaction.pk]))
        return see_other(request, return_url(request, who.get_absolute_url()))


class EntryEditView(EntryFormView):
    """Change an open entry. A closed one leads to the correction on its own page."""

    def entry(self, pk: int) -> Interaction:
        return visible_or_404(Interaction.objects.readable_by(self.request.user), self.request.user, pk=pk)  # type: ignore[no-any-return]  # the shortcut returns Any

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        interaction = self.entry(pk)
        if not can_edit_entry(request.user, interaction):
            return redirect(interaction)
        note_reading(request.user, interaction, verb="contact.opened")
        return self.draw(EntryState.of_entry(request.user, interaction))  # type: ignore[arg-type]  # signed in, by policy

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        interaction = self.entry(pk)
        state = EntryState.posted(request.user, request.POST, instance=interaction)  # type: ignore[arg-type]  # as above
        if request.POST.get("action") == "read":
            return self.draw(state)
        if not state.check():
            return self.draw(state, status=422)
        version = state.form.cleaned_data.get("version") or 0
        mine, theirs = settled(request, interaction.version)
        try:
            update_interaction(
                actor=request.user,  # type: ignore[arg-type]  # as above
                interaction=interaction,
                version=version,
                entry=state.entry(),
                mine=mine,
                theirs=theirs,
                seen=state.began_with(),
            )
        except EntryRefused as refusal:
            state.errors[refusal.field] = refusal.sentence
            return self.draw(state, status=422)
        except EntryClosed:
            ui.warn(request, _("This entry closed in the meantime. Add a correction instead."))
            return redirect(interaction)
        except EditConflict as conflict:
            return self.draw(state, status=409, conflict=conflict)
        ui.toast(request, _("Contact changed."))
        return redirect(interaction)


class WhoOptionsView(HouseView):
    """Options of the field of people: people and parties, look-alikes first, the rows that create last."""

    allowed = staticmethod(can_log)

    def get(self, request: HttpRequest) -> HttpResponse:
        text = request.GET.get("q", "").strip()[:200]
        left_out = set(request.GET.getlist("not"))
        options: list[dict[str, Any]] = []
        if text:
            options = [
                {"value": f"person:{hit.pk}", "label": hit.title, "note": hit.note, "mark_key": hit.pk}
                for hit in find_people(request.user, text, limit=6)
            ] + [
                {"value": f"party:{hit.pk}", "label": hit.title, "note": hit.note, "mark_key": hit.pk, "party": True}
                for hit in find_parties(request.user, text, limit=4)
            ]
        context = {
            "options": [option for option in options if option["value"] not in left_out],
            "query": text,
            "creates": [
                {"value": f"{NEW_PERSON}::{text}", "label": text, "note": _("new person"), "icon_name": "user-plus"},
                {
                    "value": f"{NEW_ORGANIZATION}::{text}",
                    "label": text,
                    "note": _("new organization"),
                    "icon_name": "building",
                },
            ]
            if text
            else [],
        }
        return render(request, "engagement/_who_options.html", context)


class DraftView(HouseView):
    """What was typed so far, kept by the server every few seconds; and thrown away when its author says so."""

    allowed = staticmethod(can_log)
    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        draft = drafts.keep(request.user, request.POST)  # type: ignore[arg-type]  # signed in, by policy
        if draft is None:
            return HttpResponse(_("This form has no valid mark. Open it again."), status=422, content_type="text/plain")
        said = _("Draft saved %(time)s") % {"time": dates.time_of_day(timezone.localtime(draft.updated_at))}
        return HttpResponse(said, content_type="text/plain; charset=utf-8")


class DraftDiscardView(HouseView):
    allowed = staticmethod(can_log)
    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            drafts.forget(request.user, UUID(request.POST.get("token", "")))  # type: ignore[arg-type]  # as above
        except ValueError:
            return HttpResponse(status=422)
        return HttpResponse(status=204)
