"""A small form of this room that leads back to a page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.requests import SignedInRequest
from c2m2a_crm.core.refusals import ActRefused
from c2m2a_crm.core.views import HouseView
from members.memberships import policies


def refuse(form: forms.Form, refused: ActRefused | ValidationError) -> None:
    """The sentence beside its input, where the form has it."""
    if isinstance(refused, ActRefused):
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return
    for name, sentences in refused.message_dict.items():
        for sentence in sentences:
            form.add_error(name if name in form.fields else None, sentence)


class FormView(HouseView):
    allowed = staticmethod(policies.can_keep_memberships)
    heading: Any = ""
    lede: Any = ""
    submit: Any = ""
    template_name = "memberships/form.html"

    def back(self) -> tuple[str, str]:
        """Address and name of the page that the form came from."""
        return reverse("memberships:list"), _("Memberships")

    def page(self, request: SignedInRequest, form: forms.Form, *, status: int = 200, **more: Any) -> HttpResponse:
        back_url, back = self.back()
        context = {
            "heading": self.heading,
            "lede": self.lede,
            "form": form,
            "submit": self.submit,
            "back_url": back_url,
            "back": back,
            "page_errors": bool(form.errors),
            **more,
        }
        return render(request, self.template_name, context, status=status)
