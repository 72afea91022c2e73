"""What we heard: read, edited, approved, sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from c2m2a_crm.core.bilingual import LANGUAGES
from c2m2a_crm.core.editing import EditConflict
from c2m2a_crm.core.markdown import to_html
from c2m2a_crm.core.pages.versioned import VersionedEditView
from c2m2a_crm.core.views import HouseView
from forums.models import CommentRound, WhatWeHeard
from forums.rounds import policies
from forums.rounds.errors import RoundRefused
from forums.rounds.forms import HeardForm
from forums.rounds.services import hearing
from forums.rounds.views.editing import ActView, tell_held
from forums.rounds.views.pages import RunView, round_context, round_or_404


def heard_of(round_: CommentRound) -> WhatWeHeard | None:
    """The text with its round, which the caller has read; None before the round was closed."""
    heard = WhatWeHeard.objects.filter(round=round_).first()
    if heard is not None:
        heard.round = round_
    return heard


def heard_or_404(round_: CommentRound) -> WhatWeHeard:
    heard = heard_of(round_)
    if heard is None:
        raise Http404
    return heard


class HeardView(HouseView):
    allowed = staticmethod(policies.can_see_rounds)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        round_ = round_or_404(request.user, pk)
        heard = heard_of(round_)
        sides = [
            {
                "language": language,
                "html": to_html(getattr(heard, f"text_{language}")),
                "has_text": bool(getattr(heard, f"text_{language}")),
                "approved_at": getattr(heard, f"approved_{language}_at"),
            }
            for language in LANGUAGES
            if heard is not None
        ]
        named = ("heard_edit", "heard_redraft", "heard_approve", "heard_send")
        context = {
            **round_context(round_, request.user, "heard"),
            "heard": heard,
            "sides": sides,
            "refusal": hearing.heard_may_not_leave(heard) if heard and not heard.sent_at else "",
            "acts": {name: reverse(f"rounds:{name}", args=[round_.pk]) for name in named},
        }
        return render(request, "rounds/heard.html", context)


class HeardEditView(RunView, VersionedEditView):
    template_name = "rounds/heard_edit.html"
    form_class = HeardForm  # type: ignore[assignment]  # a plain form, as sent_form and empty_form make it

    def row(self, **address: Any) -> WhatWeHeard:
        return heard_or_404(self.round(address["pk"]))

    def empty_form(self, row: WhatWeHeard) -> HeardForm:
        return HeardForm(initial={"text_en": row.text_en, "text_fr": row.text_fr})

    def sent_form(self, row: WhatWeHeard) -> HeardForm:
        return HeardForm(self.request.POST)

    def save(self, row: WhatWeHeard, version: int, changes: Mapping[str, Any]) -> WhatWeHeard:
        try:
            return hearing.edit_heard(actor=self.actor(), heard=row, version=version, changes=changes)
        except RoundRefused as refused:
            raise ValidationError(str(refused)) from refused

    def done_url(self, row: WhatWeHeard) -> str:
        return reverse("rounds:heard", args=[row.round_id])

    def beside(self, row: WhatWeHeard, conflict: EditConflict | None = None) -> dict[str, Any]:
        return round_context(row.round, self.actor())


class HeardActView(ActView):
    """A button of the page."""

    def back(self, round_: CommentRound) -> str:
        return reverse("rounds:heard", args=[round_.pk])


class RedraftView(HeardActView):
    def act(self, round_: CommentRound, **address: Any) -> str:
        hearing.redraft(actor=self.actor(), heard=heard_or_404(round_))
        return _("Both texts are drafted anew. History keeps what stood there.")


class ApproveHeardView(HeardActView):
    def act(self, round_: CommentRound, **address: Any) -> str:
        language = self.request.POST.get("language", "")
        hearing.approve_heard(actor=self.actor(), heard=heard_or_404(round_), language=language)
        return _("The French text is approved.") if language == "fr" else _("The English text is approved.")


class SendHeardView(HeardActView):
    def act(self, round_: CommentRound, **address: Any) -> str:
        sent = hearing.send_heard(actor=self.actor(), heard=heard_or_404(round_))
        tell_held(self.request, sent)
        words = ngettext("%(count)d letter is on its way.", "%(count)d letters are on their way.", sent.queued)
        return words % {"count": sent.queued}
