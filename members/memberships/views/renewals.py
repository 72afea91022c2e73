"""The calendar of renewals: what goes in the next days and to exactly whom, and what went."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from c2m2a_crm.accounts.requests import SignedInRequest
from c2m2a_crm.core.models import Installation
from c2m2a_crm.core.validity import today
from c2m2a_crm.core.views import HouseView
from members.memberships import policies, reminder_mail, reminders
from members.memberships.rules import clock_on
from members.models import MembershipClock, MembershipReminder

LEDGER_SHOWN = 50


class RenewalsView(HouseView):
    allowed = staticmethod(policies.can_keep_memberships)
    http_method_names = ("get", "head", "options")

    def get(self, request: SignedInRequest) -> HttpResponse:
        lines = []
        for due in reminders.coming():
            _language, subject, text = reminder_mail.written(due)
            lines.append({"due": due, "subject": subject, "text": text})
        office = Installation.current()
        noted = MembershipReminder.objects.select_related("membership__party").order_by("-made_at", "-pk")
        context = {
            "lines": lines,
            "days": reminders.AHEAD,
            "clock": clock_on(MembershipClock.Subject.REMINDERS, today()),
            "ledger": list(noted[:LEDGER_SHOWN]),
            "is_anonymous": not (office.contact_email and office.postal_address),
            "message_class": MembershipReminder.MessageClass.TRANSACTIONAL.label,
        }
        return render(request, "memberships/renewals.html", context)
