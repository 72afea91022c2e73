"""Asking a question, wording its answer, and noting who said what, how it was adopted and where it was used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from c2m2a_crm.core import ui
from c2m2a_crm.core.editing import EditConflict
from c2m2a_crm.core.pages.versioned import VersionedEditView, take_errors
from c2m2a_crm.core.validity import today
from c2m2a_crm.core.views import HouseView, see_other
from c2m2a_crm.engagement.models import Initiative
from forums.models import Adoption, Position, PositionUse, PositionWording, Stance, TermsOfReference
from forums.positions import policies
from forums.positions.errors import PositionRefused
from forums.positions.forms import (
    AdoptForm,
    PositionForm,
    ReasonForm,
    StanceForm,
    TopicsForm,
    TranslationForm,
    UseForm,
    WithdrawForm,
    WordingForm,
)
from forums.positions.rules import refusal
from forums.positions.services import adopting, positions, stances
from forums.positions.standing import table_on
from forums.positions.views.pages import RunView, position_context


def refuse_in(form: Any, refused: PositionRefused) -> None:
    form.add_error(refused.field if refused.field in form.fields else None, str(refused))


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 19 else None


class PositionCreateView(HouseView):
    """``?filed=`` names the forum or file whose page led here."""

    allowed = staticmethod(policies.can_run_positions)

    def get(self, request: HttpRequest) -> HttpResponse:
        filed = _number(request.GET.get("filed", ""))
        found = Initiative.objects.readable_by(request.user).active().filter(pk=filed).first() if filed else None
        initial = {"owner": request.user.pk, "opened_on": today(), "initiative": found}
        return self.page(PositionForm(initial=initial, actor=request.user))  # type: ignore[arg-type]  # as policy

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PositionForm(request.POST, actor=request.user)  # type: ignore[arg-type]  # the policy let only users in
        if form.is_valid():
            try:
                position = positions.create_position(actor=request.user, **form.cleaned_data)  # type: ignore[arg-type]  # as above
            except PositionRefused as refused:
                refuse_in(form, refused)
            except ValidationError as refused:
                take_errors(form, refused)
            else:
                ui.toast(request, _("The question is asked. Write a wording, or note who says what."))
                return see_other(request, position.get_absolute_url())
        return self.page(form, status=422)

    def page(self, form: PositionForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "page_errors": bool(form.errors)}
        return render(self.request, "positions/position_create.html", context, status=status)


class PositionEditView(RunView, VersionedEditView):
    template_name = "positions/position_edit.html"

    def row(self, **address: Any) -> Position:
        return self.position(address["pk"])

    def empty_form(self, row: Position) -> PositionForm:
        names = ("question_en", "question_fr", "owner", "opened_on")
        initial = {name: getattr(row, name) for name in names}
        return PositionForm(initial=initial, actor=self.actor(), position=row)

    def sent_form(self, row: Position) -> PositionForm:
        return PositionForm(self.request.POST, actor=self.actor(), position=row)

    def save(self, row: Position, version: int, changes: Mapping[str, Any]) -> Position:
        try:
            return positions.edit_position(actor=self.actor(), position=row, version=version, changes=changes)
        except PositionRefused as refused:
            raise ValidationError({refused.field: str(refused)} if refused.field else str(refused)) from refused

    def done_url(self, row: Position) -> str:
        return row.get_absolute_url()

    def beside(self, row: Position, conflict: EditConflict | None = None) -> dict[str, Any]:
        return position_context(row, self.actor())


class PartMixin:
    """A small form about a part of a position, on a page of its own."""

    request: HttpRequest
    template = "positions/part_form.html"

    def part_page(
        self,
        position: Position,
        form: Any,
        *,
        heading: str,
        submit: str,
        lede: str = "",
        status: int = 200,
        **more: Any,
    ) -> HttpResponse:
        context = {
            **position_context(position, self.request.user),
            "form": form,
            "heading": heading,
            "submit": submit,
            "lede": lede,
            "back_url": position.get_absolute_url(),
            "page_errors": bool(form.errors),
            **more,
        }
        return render(self.request, self.template, context, status=status)


class FormActView(PartMixin, RunView):
    """One form, one service. Subclasses say which; a refusal stands beside the field that it is about."""

    def get(self, request: HttpRequest, pk: int, **address: Any) -> HttpResponse:
        position = self.position(pk)
        return self.show(position, self.form(position, None, **address), **address)

    def post(self, request: HttpRequest, pk: int, **address: Any) -> HttpResponse:
        position = self.position(pk)
        form = self.form(position, request.POST, **address)
        if form.is_valid():
            try:
                said = self.act(position, form, **address)
            except PositionRefused as refused:
                refuse_in(form, refused)
            except ValidationError as refused:
                take_errors(form, refused)
            else:
                ui.toast(request, said)
                return see_other(request, position.get_absolute_url())
        return self.show(position, form, status=422, **address)

    def form(self, position: Position, data: Any, **address: Any) -> Any:
        """The form, empty or as it was sent."""
        return ReasonForm(data)

    def act(self, position: Position, form: Any, **address: Any) -> str:
        """Call the service; what to say of it."""
        raise ValueError(f"{type(self).__name__} does nothing.")

    def show(self, position: Position, form: Any, status: int = 200, **address: Any) -> HttpResponse:
        raise ValueError(f"{type(self).__name__} shows nothing.")


class NoteFormView(FormActView):
    """A form for everybody who writes: who said what, and where it was used."""

    allowed = staticmethod(policies.can_note_stances)
    may = staticmethod(policies.can_note_on)


class TopicsView(FormActView):
    def form(self, position: Position, data: Any, **address: Any) -> TopicsForm:
        return TopicsForm(data, position=position)

    def act(self, position: Position, form: Any, **address: Any) -> str:
        changes = {
            "concepts": [*form.cleaned_data["minerals"], *form.cleaned_data["stages"]],
            "jurisdictions": list(form.cleaned_data["places"]),
        }
        positions.edit_position(actor=self.actor(), position=position, version=position.version, changes=changes)
        return _("Changes saved.")

    def show(self, position: Position, form: Any, status: int = 200, **address: Any) -> HttpResponse:
        return self.part_page(position, form, heading=_("Topics"), submit=_("Save"), status=status)


# --- Wordings ---------------------------------------------------------------------------------------------------------


class WordingCreateView(FormActView):
    def form(self, position: Position, data: Any, **address: Any) -> WordingForm:
        return WordingForm(data, newest=position.wordings.order_by("-number").first())

    def act(self, position: Position, form: Any, **address: Any) -> str:
        wording = positions.add_wording(actor=self.actor(), position=position, **form.cleaned_data)
        return _("%(wording)s is written.") % {"wording": wording}

    def show(self, position: Position, form: Any, status: int = 200, **address: Any) -> HttpResponse:
        return self.part_page(
            position,
            form,
            heading=_("Write a wording"),
            submit=_("Save as the next version"),
            lede=_("The versions before it stay as they are, with who spoke of them."),
            status=status,
        )


class TranslateView(FormActView):
    """Fills the side of a wording that is still empty."""

    def _wording(self, position: Position, wording_pk: int) -> PositionWording:
        wording = get_object_or_404(PositionWording, pk=wording_pk, position=position)
        wording.position = position
        return wording

    def form(self, position: Position, data: Any, **address: Any) -> TranslationForm:
        wording = self._wording(position, address["wording_pk"])
        return TranslationForm(data, language="fr" if wording.text_en else "en")

    def act(self, position: Position, form: Any, **address: Any) -> str:
        wording = self._wording(position, address["wording_pk"])
        language = "fr" if wording.text_en else "en"
        text = form.cleaned_data["text"]
        positions.translate_wording(actor=self.actor(), wording=wording, language=language, text=text)
        return _("The translation stands.")

    def show(self, position: Position, form: Any, status: int = 200, **address: Any) -> HttpResponse:
        wording = self._wording(position, address["wording_pk"])
        heading = _("Translate %(wording)s") % {"wording": wording}
        return self.part_page(position, form, heading=heading, submit=_("Save"), lede=wording.text.text, status=status)


# --- Stances and uses -------------------------------------------------------------------------------------------------


class StanceCreateView(NoteFormView):
    """``?contact=`` names the contact in which it was said."""

    template = "positions/record_form.html"

    def form(self, position: Position, data: Any, **address: Any) -> StanceForm:
        named = _number(self.request.GET.get("contact", ""))
        return StanceForm(data, actor=self.actor(), position=position, named=named)

    def act(self, position: Position, form: Any, **address: Any) -> str:
        stance = stances.note_stance(actor=self.actor(), position=position, **form.cleaned_data)
        return _("%(name)s: %(stance)s.") % {"name": stance.speaker, "stance": stance.get_kind_display()}

    def show(self, position: Position, form: Any, status: int = 200, **address: Any) -> HttpResponse:
        return self.part_page(
            position,
            form,
            heading=_("Note a stance"),
            submit=_("Note the stance"),
            lede=_("There is none without the contact or the minutes in which it was said; its day is theirs."),
            status=status,
        )


class StanceTakeBackView(NoteFormView):
    def _stance(self, position: Position, stance_pk: int) -> Stance:
        rows = Stance.objects.readable_by(self.request.user).standing().for_list()
        stance: Stance = get_object_or_404(rows, pk=stance_pk, position=position)
        return stance

    def act(self, position: Position, form: Any, **address: Any) -> str:
        stance = self._stance(position, address["stance_pk"])
        stances.take_back_stance(actor=self.actor(), stance=stance, reason=form.cleaned_data["reason"])
        return _("The stance is taken back.")

    def show(self, position: Position, form: Any, status: int = 200, **address: Any) -> HttpResponse:
        stance = self._stance(position, address["stance_pk"])
        return self.part_page(
            position,
            form,
            heading=_("Take back what %(name)s said") % {"name": stance.speaker},
            submit=_("Take back"),
            lede=_("For what was noted in error. Who has changed their mind says so in a later stance."),
            status=status,
        )


class UseCreateView(NoteFormView):
    template = "positions/record_form.html"

    def form(self, position: Position, data: Any, **address: Any) -> UseForm:
        named = _number(self.request.GET.get("contact", ""))
        return UseForm(data, actor=self.actor(), position=position, named=named)

    def act(self, position: Position, form: Any, **address: Any) -> str:
        stances.note_use(actor=self.actor(), position=position, **form.cleaned_data)
        return _("The use is noted.")

    def show(self, position: Position, form: Any, status: int = 200, **address: Any) -> HttpResponse:
        return self.part_page(
            position,
            form,
            heading=_("Note where it was used"),
            submit=_("Note the use"),
            lede=_("Only an adopted wording is used as a position."),
            status=status,
        )


class UseTakeBackView(NoteFormView):
    def _use(self, position: Position, use_pk: int) -> PositionUse:
        rows = PositionUse.objects.readable_by(self.request.user).standing().select_related("position__initiative")
        use: PositionUse = get_object_or_404(rows, pk=use_pk, position=position)
        return use

    def act(self, position: Position, form: Any, **address: Any) -> str:
        use = self._use(position, address["use_pk"])
        stances.take_back_use(actor=self.actor(), use=use, reason=form.cleaned_data["reason"])
        return _("The use is taken back.")

    def show(self, position: Position, form: Any, status: int = 200, **address: Any) -> HttpResponse:
        use = self._use(position, address["use_pk"])
        heading = _("Take back a use")
        return self.part_page(position, form, heading=heading, submit=_("Take back"), lede=str(use), status=status)


# --- Adoption ---------------------------------------------------------------------------------------------------------


class AdoptView(FormActView):
    """The act by the rule of the day. What the rule still wants stands above the form."""

    template = "positions/adopt.html"

    def form(self, position: Position, data: Any, **address: Any) -> AdoptForm:
        table = table_on(self.actor(), position, today())
        return AdoptForm(data, actor=self.actor(), position=position, table=table, opposing=adopting.opposing(table))

    def act(self, position: Position, form: Any, **address: Any) -> str:
        data = form.cleaned_data
        decision = data.get("decision")
        adopting.adopt(
            actor=self.actor(),
            position=position,
            wording=self._newest(position),
            adopted_on=data["adopted_on"],
            meeting=data.get("meeting") or (decision.meeting if decision else None),
            decision=decision,
            reasons=form.reasons(),
            conditions_note=data.get("conditions_note", ""),
        )
        return _("The position is adopted.")

    def _newest(self, position: Position) -> PositionWording:
        wording = position.wordings.order_by("-number").first()
        if wording is None:
            raise PositionRefused(_("There is no wording yet to adopt."))
        wording.position = position
        return wording

    def show(self, position: Position, form: Any, status: int = 200, **address: Any) -> HttpResponse:
        rule, terms = adopting.rule_on(position, today())
        table = table_on(self.actor(), position, today())
        wording = position.wordings.order_by("-number").first()
        # Reasons and the answer to conditions are what the form is for: what lacks besides is said beforehand.
        lacks = refusal(
            rule, table, reasons={each.pk for each in adopting.opposing(table)}, conditions_note="given below"
        )
        return self.part_page(
            position,
            form,
            heading=_("Adopt the position"),
            submit=_("Adopt"),
            status=status,
            wording=wording,
            table=table,
            rule=TermsOfReference.DecisionRule(rule).label if rule else "",
            terms=terms,
            lacks=lacks,
        )


class WithdrawView(FormActView):
    def _adoption(self, position: Position, adoption_pk: int) -> Adoption:
        rows = Adoption.objects.readable_by(self.request.user).filter(withdrawn_on__isnull=True).for_list()
        adoption: Adoption = get_object_or_404(rows, pk=adoption_pk, position=position)
        return adoption

    def form(self, position: Position, data: Any, **address: Any) -> WithdrawForm:
        return WithdrawForm(data)

    def act(self, position: Position, form: Any, **address: Any) -> str:
        adoption = self._adoption(position, address["adoption_pk"])
        adopting.withdraw(actor=self.actor(), adoption=adoption, **form.cleaned_data)
        return _("The position is withdrawn.")

    def show(self, position: Position, form: Any, status: int = 200, **address: Any) -> HttpResponse:
        adoption = self._adoption(position, address["adoption_pk"])
        return self.part_page(
            position,
            form,
            heading=_("Withdraw the position"),
            submit=_("Withdraw"),
            lede=_("%(wording)s is no longer held from that day on. What was said and used stays.")
            % {"wording": adoption.wording},
            status=status,
        )


class SetAsideView(FormActView):
    def act(self, position: Position, form: Any, **address: Any) -> str:
        positions.set_aside(actor=self.actor(), position=position, reason=form.cleaned_data["reason"])
        return _("The position is put aside.")

    def show(self, position: Position, form: Any, status: int = 200, **address: Any) -> HttpResponse:
        return self.part_page(
            position,
            form,
            heading=_("Put the position aside"),
            submit=_("Put aside"),
            lede=_("It leaves the list and takes no more stances. Nothing is lost, and it can be taken up again."),
            status=status,
        )


class TakeUpView(RunView):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        position = self.position(pk)
        positions.take_up(actor=self.actor(), position=position)
        ui.toast(request, _("The position is taken up again."))
        return see_other(request, position.get_absolute_url())
