"""The page behind the link: somebody sees what is on file of them, corrects it, or says that all is right."""

from __future__ import annotations

from typing import Any, Final

from django.core import signing
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.core.public_links import pages
from c2m2a_crm.core.public_links.opening import OpenedLink
from c2m2a_crm.core.public_links.services import LinkClosed, pressing
from c2m2a_crm.core.registries import KeptLinks, LinkPurpose
from members.details import answering
from members.details.asking import DAYS
from members.details.errors import AnsweredAlready
from members.details.forms import DetailsForm
from members.details.querysets import PURPOSE_KEY
from members.details.shown import sign, snapshot, unsign
from members.models import DetailsRequest
from members.policies import can_edit_directory

# By which of the two buttons the form was sent.
RIGHT: Final = "right"


def answer(request: HttpRequest, opened: OpenedLink) -> HttpResponse:
    """After the answer the page shows nothing of the record any more."""
    asked: DetailsRequest = opened.subject
    if asked.answered_at is not None:
        return _done(request, opened, asked, status=409 if request.method == "POST" else 200)
    if request.method == "POST":
        return _take(request, opened, asked)
    shown = snapshot(asked.person)
    return _page(request, opened, DetailsForm(shown=shown), sign(asked, shown))


def _take(request: HttpRequest, opened: OpenedLink, asked: DetailsRequest) -> HttpResponse:
    signed = request.POST.get("shown", "")
    try:
        shown = unsign(asked, signed)
    except signing.BadSignature:
        raise LinkClosed from None
    form = DetailsForm(request.POST, shown=shown)
    if not form.is_valid():
        return _page(request, opened, form, signed, status=422)
    found = form.differences()
    if not found and request.POST.get("act") != RIGHT:
        form.add_error(None, _("Nothing differs from what we have. If all is right, say so with the other button."))
        return _page(request, opened, form, signed, status=422)
    try:
        with pressing(opened) as current:
            asked = answering.receive(current, found)
    except AnsweredAlready:
        asked.refresh_from_db()
        return _done(request, opened, asked, status=409)
    return _done(request, opened, asked)


def _page(
    request: HttpRequest,
    opened: OpenedLink,
    form: DetailsForm,
    signed: str,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "shown": signed,
        "person": opened.subject.person,
        "link": opened.link,
        "page_errors": bool(form.errors),
        "right": RIGHT,
    }
    return pages.show(request, "members/details_check.html", opened, context, status=status)


def _done(request: HttpRequest, opened: OpenedLink, asked: DetailsRequest, *, status: int = 200) -> HttpResponse:
    return pages.show(request, "members/details_answered.html", opened, {"asked": asked}, status=status)


def readable(actor: Any) -> models.QuerySet[Any, Any]:
    return DetailsRequest.objects.readable_by(actor).select_related("person")


PURPOSE: Final = LinkPurpose(
    key=PURPOSE_KEY,
    order=30,
    label=gettext_lazy("Check of details"),
    offers=gettext_lazy("Whoever has the link sees what is on file of this person, and can answer once."),
    links=KeptLinks(
        readable=readable,
        open_rows=lambda: DetailsRequest.objects.open_to_links(),
        may_share=lambda actor, asked: can_edit_directory(actor),
        called=lambda asked: _("Details of %(name)s") % {"name": asked.person},
        page=lambda asked: str(asked.get_absolute_url()),
        days=DAYS,
        most_days=DAYS,
    ),
    answer=answer,
)
