"""Pages of circles: for their members, and by name for whoever may open one in an emergency."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from c2m2a_crm.accounts import circles, forms, policies
from c2m2a_crm.accounts.circles import CircleError
from c2m2a_crm.accounts.requests import SignedInRequest
from c2m2a_crm.core import ui
from c2m2a_crm.core.actor import circle_ids_of, membership_circle_ids_of
from c2m2a_crm.core.models import Circle, CircleAccess
from c2m2a_crm.core.pages.versioned import VersionedEditView
from c2m2a_crm.core.registries import panels_for
from c2m2a_crm.core.views import HouseView, visible_or_404


def _circle(user: Any, pk: int) -> Circle:
    """404 for whoever may not know that it exists."""
    circle: Circle = visible_or_404(Circle.objects.all(), user, pk=pk)
    return circle


def _kept_circle(user: Any, pk: int) -> Circle:
    """The circle, for its owners: 404 for whoever does not know it, 403 for members who do not keep it."""
    circle = _circle(user, pk)
    if not policies.can_keep_circle(user, circle):
        raise PermissionDenied
    return circle


class CircleListView(HouseView):
    """One's own circles, and to a compliance officer the names of the others."""

    allowed = staticmethod(policies.can_look)
    http_method_names = ["get", "head", "options"]

    def get(self, request: SignedInRequest) -> HttpResponse:
        rows = list(Circle.objects.visible_to(request.user).order_by("name", "pk"))
        readable = set(circle_ids_of(request.user))
        mine = set(membership_circle_ids_of(request.user))
        owners = circles.owners_of_each(circle for circle in rows if circle.pk in mine)
        context = {
            "mine": [(circle, owners.get(circle.pk, [])) for circle in rows if circle.pk in mine],
            "others": [(circle, circle.pk in readable) for circle in rows if circle.pk not in mine],
            "may_create": policies.can_make_circles(request.user),
            "may_open": policies.can_open_circles(request.user),
        }
        return render(request, "accounts/circle_list.html", context)


class CircleCreateView(HouseView):
    allowed = staticmethod(policies.can_make_circles)

    def get(self, request: SignedInRequest) -> HttpResponse:
        return self._page(request, forms.NewCircleForm(request.user))

    def post(self, request: SignedInRequest) -> HttpResponse:
        form = forms.NewCircleForm(request.user, request.POST)
        if form.is_valid():
            try:
                circle = circles.create_circle(actor=request.user, **form.cleaned_data)
            except CircleError as error:
                _object(form, error)
            else:
                ui.toast(request, _("Circle saved."))
                return redirect(circle)
        return self._page(request, form, status=422)

    def _page(self, request: SignedInRequest, form: BaseForm, *, status: int = 200) -> HttpResponse:
        context = {"form": form, "page_errors": bool(form.errors)}
        return render(request, "accounts/circle_new.html", context, status=status)


class CircleDetailView(HouseView):
    """Who is in it and what is confided to it; to others who know it, its name and how to open it."""

    allowed = staticmethod(policies.can_look)
    http_method_names = ["get", "head", "options"]

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        return circle_page(request, _circle(request.user, pk))


def circle_page(
    request: SignedInRequest,
    circle: Circle,
    *,
    member_form: BaseForm | None = None,
    open_form: BaseForm | None = None,
    status: int = 200,
) -> HttpResponse:
    user = request.user
    is_member = circle.pk in membership_circle_ids_of(user)
    may_read = circle.pk in circle_ids_of(user)
    may_keep = policies.can_keep_circle(user, circle)
    places = list(circles.open_places(circle))
    access = circle.accesses.in_force().filter(user=user).first()
    context: dict[str, Any] = {
        "circle": circle,
        "is_member": is_member,
        "may_read": may_read,
        "may_keep": may_keep,
        "owners": [place.user for place in places if place.is_owner],
        "own_access": access,
        "page_errors": bool((member_form and member_form.errors) or (open_form and open_form.errors)),
    }
    if may_read:
        drawn = [render_to_string(panel.template, inner, request) for panel, inner in panels_for(user, circle)]
        past = circle.memberships.filter(left_on__isnull=False).select_related("user")
        context |= {
            "places": places,
            "past": past.order_by("-left_on", "-pk"),
            "accesses": circle.accesses.select_related("user", "ended_by"),
            "panels": drawn,
            "member_form": member_form or forms.CircleMemberForm(circle),
            "is_short_of_owners": sum(place.is_owner and place.user.is_active for place in places)
            < circles.FEWEST_OWNERS,
        }
    elif policies.can_open_circles(user):
        context["open_form"] = open_form or forms.OpenCircleForm()
    return render(request, "accounts/circle_detail.html", context, status=status)


class CircleUpdateView(VersionedEditView):
    allowed = staticmethod(policies.can_make_circles)
    form_class = forms.CircleForm
    template_name = "accounts/circle_edit.html"

    def row(self, **address: Any) -> Circle:
        return _kept_circle(self.request.user, address["pk"])

    def save(self, row: Any, version: int, changes: Mapping[str, Any]) -> Circle:
        try:
            return circles.edit_circle(actor=self.request.user, circle=row, version=version, changes=changes)  # type: ignore[arg-type]  # signed in, by policy
        except CircleError as error:
            raise ValidationError({error.field or "name": str(error)}) from None

    def done_url(self, row: Any) -> str:
        return str(row.get_absolute_url())


class AddMemberView(HouseView):
    allowed = staticmethod(policies.can_make_circles)
    http_method_names = ["post", "options"]

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        circle = _kept_circle(request.user, pk)
        form = forms.CircleMemberForm(circle, request.POST)
        if not form.is_valid():
            return circle_page(request, circle, member_form=form, status=422)
        user = form.cleaned_data["user"]
        try:
            circles.add_member(actor=request.user, circle=circle, user=user, is_owner=form.cleaned_data["is_owner"])
        except CircleError as error:
            _object(form, error)
            return circle_page(request, circle, member_form=form, status=422)
        ui.toast(request, _("%(name)s is in the circle.") % {"name": user.name})
        return redirect(circle)


class MemberView(HouseView):
    """One member: made an owner or a plain member, taken out, or succeeded; everybody may leave by themselves."""

    allowed = staticmethod(policies.can_look)
    http_method_names = ["post", "options"]

    def post(self, request: SignedInRequest, pk: int, user: int) -> HttpResponse:
        circle: Circle = get_object_or_404(Circle.objects.readable_by(request.user), pk=pk)
        place = get_object_or_404(circles.open_places(circle), user_id=user)
        acts = {
            "own": circles.make_owner,
            "step-down": circles.end_ownership,
            "remove": circles.remove_member,
        }
        act = acts.get(request.POST.get("act", ""))
        if act is None:
            raise Http404
        try:
            act(actor=request.user, circle=circle, user=place.user)
        except CircleError as error:
            ui.warn(request, str(error))
            return redirect(circle)
        if act is circles.remove_member and place.user_id == request.user.pk:
            ui.toast(request, _("You left the circle."))
            return redirect("accounts:circles")
        ui.toast(request, _("Members changed."))
        return redirect(circle)


class OpenCircleView(HouseView):
    """Read what belongs to a circle for a day, in an emergency; its owners are told at once."""

    allowed = staticmethod(policies.can_look)
    http_method_names = ["post", "options"]

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        circle = _circle(request.user, pk)
        form = forms.OpenCircleForm(request.POST)
        if not form.is_valid():
            return circle_page(request, circle, open_form=form, status=422)
        try:
            circles.open_in_emergency(
                actor=request.user,
                circle=circle,
                reason=form.cleaned_data["reason"],
                base_url=request.build_absolute_uri("/"),
            )
        except CircleError as error:
            _object(form, error)
            return circle_page(request, circle, open_form=form, status=422)
        ui.toast(request, _("The circle is open to you. Its owners were told."))
        return redirect(circle)


class EndAccessView(HouseView):
    allowed = staticmethod(policies.can_look)
    http_method_names = ["post", "options"]

    def post(self, request: SignedInRequest, pk: int, access: int) -> HttpResponse:
        circle = _circle(request.user, pk)
        row = get_object_or_404(CircleAccess.objects.filter(circle=circle), pk=access)
        circles.end_access(actor=request.user, access=row)
        ui.toast(request, _("Access ended."))
        return redirect(circle)


def _object(form: BaseForm, error: CircleError) -> None:
    """Put what a service refused beside the field it is about, else above the form."""
    form.add_error(error.field if error.field in form.fields else None, str(error))
