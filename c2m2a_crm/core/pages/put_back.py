"""The question before one field is put back: what stands there now, and what stood there before."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.core import rights, ui
from c2m2a_crm.core.editing import EditConflict
from c2m2a_crm.core.pages.versioned import whole_number, writer_of
from c2m2a_crm.core.put_back import Former, former_value, put_back, undo_url
from c2m2a_crm.core.refusals import ActRefused
from c2m2a_crm.core.views import HouseView, return_url, see_other


class PutBackForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("It stands beside the change in the history."),
    )


class PutBackView(HouseView):
    """Asks with GET, writes with POST; the toast after it posts here, too, with the version in its address.

    Two editors meet here as on the edit page: nobody's later change is lost.
    """

    allowed = staticmethod(rights.can_write)

    def get(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        former = self.former(pk, name)
        return self.page(former, PutBackForm(), version=former.row.version)

    def post(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        former = self.former(pk, name)
        form = PutBackForm(request.POST)
        version = whole_number(request.POST.get("version") or request.GET.get("version"), former.row.version)
        if not form.is_valid():
            return self.page(former, form, version=version, status=422)
        try:
            put_back(actor=request.user, former=former, version=version, reason=form.cleaned_data["reason"])
        except EditConflict:
            form.add_error(None, _("Somebody changed this field since you opened the page. See what stands there now."))
            former = self.former(pk, name)
            return self.page(former, form, version=former.row.version, status=409)
        except ValidationError as refused:
            form.add_error(None, refused.messages)
        except ActRefused as refused:
            form.add_error(None, str(refused))
        else:
            ui.toast(request, _("Put back."), undo_url=undo_url(former))
            return see_other(request, return_url(request, former.page))
        return self.page(former, form, version=version, status=422)

    def former(self, pk: int, name: str) -> Former:
        former = former_value(self.request.user, pk, name)
        if former is None:
            raise Http404
        return former

    def page(self, former: Former, form: PutBackForm, *, version: int, status: int = 200) -> HttpResponse:
        context: dict[str, Any] = {
            "former": former,
            "form": form,
            "version": version,
            "who": writer_of(former.change),
            "page_errors": bool(form.errors),
        }
        return render(self.request, "core/put_back.html", context, status=status)
