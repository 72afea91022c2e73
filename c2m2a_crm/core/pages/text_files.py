"""A public text that goes out as one Word file in both languages, and comes back to be looked over and saved."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core import rights, texts
from c2m2a_crm.core.models import PublicText
from c2m2a_crm.core.pages.texts import PublicTextForm
from c2m2a_crm.core.pairs import PairRefused, pair_file
from c2m2a_crm.core.pairs.files import CONTENT_TYPE
from c2m2a_crm.core.views import HouseView


class ReturnedFileForm(forms.Form):
    file = forms.FileField(
        label=_("Word file"),
        help_text=_("The file that was taken out here, with other words in its two columns."),
        widget=forms.ClearableFileInput(attrs={"accept": ".docx"}),
    )


class PublicTextFileView(HouseView):
    """The file, with the version that it is of inside."""

    allowed = staticmethod(rights.can_administer)

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        text = get_object_or_404(PublicText, key=key)
        data = pair_file(texts.as_pair(text), title=text.title.text)
        response = HttpResponse(data, content_type=CONTENT_TYPE)
        response["Content-Disposition"] = f'attachment; filename="{text.key}-en-fr-{text.version}.docx"'
        response["Cache-Control"] = "no-store"
        return response


class PublicTextReturnView(HouseView):
    """POST reads the file and shows what differs; it is saved by the page that edits the text, with its questions."""

    allowed = staticmethod(rights.can_administer)
    http_method_names = ("get", "post", "options")

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        return self._ask(get_object_or_404(PublicText, key=key), ReturnedFileForm())

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        text = get_object_or_404(PublicText, key=key)
        form = ReturnedFileForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._ask(text, form, status=422)
        try:
            found = texts.returned(text, form.cleaned_data["file"])
        except PairRefused as refused:
            form.add_error("file", str(refused))
            return self._ask(text, form, status=422)
        context: dict[str, Any] = {
            "row": text,
            "found": found,
            "form": PublicTextForm(instance=text, initial=found.values),
            "is_behind": found.version != text.version,
        }
        return render(request, "core/public_text_returned.html", context)

    def _ask(self, text: PublicText, form: ReturnedFileForm, *, status: int = 200) -> HttpResponse:
        context = {"row": text, "form": form, "page_errors": bool(form.errors)}
        return render(self.request, "core/public_text_return.html", context, status=status)
