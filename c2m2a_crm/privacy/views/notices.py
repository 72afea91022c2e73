"""Writing to third parties whose records somebody asked for, and what they answered."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.accounts.requests import SignedInRequest
from c2m2a_crm.core.refusals import ActRefused
from c2m2a_crm.core.views import visible_or_404
from c2m2a_crm.privacy.forms import AnswerForm, NoticeLetterForm
from c2m2a_crm.privacy.models import AccessRequest, ThirdPartyNotice
from c2m2a_crm.privacy.services import notices
from c2m2a_crm.privacy.views.requests import _SmallFormView


class NoticeSendView(_SmallFormView):
    heading = gettext_lazy("Write to a third party")
    submit = gettext_lazy("Send the letter")

    def form(self, asked: AccessRequest, data: Any = None) -> django_forms.Form:
        if not notices.is_owed_by(asked):
            raise Http404
        return NoticeLetterForm(data, items=notices.to_notify(asked))

    def lede(self, asked: AccessRequest) -> str:
        try:
            period = notices.period_for_answers(asked)
        except ActRefused as refusal:
            return str(refusal)
        said = _("They may answer within %(days)d days (%(act)s, %(section)s).") % {
            "days": period.days,
            "act": period.law.text,
            "section": period.citation.text,
        }
        return (
            said if period.is_confirmed else f"{said} {_('Unconfirmed: check the number against the text of the act.')}"
        )

    def act(self, request: SignedInRequest, asked: AccessRequest, values: dict[str, Any]) -> str:
        notice = notices.send_notice(actor=request.user, request=asked, **values)
        return _("Letter to %(name)s queued.") % {"name": notice.recipient}


class NoticeAnswerView(_SmallFormView):
    """What the third party said, also put right."""

    heading = gettext_lazy("Record the answer")
    submit = gettext_lazy("Record the answer")

    def notice(self, asked: AccessRequest) -> ThirdPartyNotice:
        rows = ThirdPartyNotice.objects.filter(request=asked).select_related("period", "request")
        found: ThirdPartyNotice = visible_or_404(rows, self.request.user, pk=self.kwargs["number"])
        return found

    def form(self, asked: AccessRequest, data: Any = None) -> django_forms.Form:
        notice = self.notice(asked)
        initial = {"answer": notice.answer, "note": notice.answer_note}
        return AnswerForm(data, initial={**initial, **({"answered_on": notice.answered_on} if notice.answer else {})})

    def lede(self, asked: AccessRequest) -> str:
        return _("Then mark the records: what is released, what is exempt and by which section.")

    def act(self, request: SignedInRequest, asked: AccessRequest, values: dict[str, Any]) -> str:
        notices.record_answer(actor=request.user, notice=self.notice(asked), **values)
        return _("Answer recorded.")
