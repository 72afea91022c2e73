"""Forms of comment rounds: those of the office, and the one of whoever answers by a link."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.validity import today
from forums.models import CommentRound, Forum, PositionWording, RoundAnswer, RoundOutcome, RoundQuestion
from forums.policies import can_manage_forum
from members.forms import DayField, LineField, RecordForm, TextField
from members.memberships.intake_forms import Statement

_FRENCH: Final = {"lang": "fr"}
# How long a round lasts unless something else is chosen.
USUAL_DAYS: Final = 21


class _WordingField(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django's class takes no argument at run time
    def label_from_instance(self, wording: PositionWording) -> str:
        return f"{wording.position} · {wording}"


class RoundForm(RecordForm):
    """Seven inputs in view. Questions come line by line, in both languages in the same order."""

    visible = ["wording", "title_en", "title_fr", "questions_en", "questions_fr", "opens_on", "closes_on"]
    folds = [(_("What it is about"), ["about_en", "about_fr"])]

    wording = _WordingField(
        label=_("Wording of a position"),
        queryset=PositionWording.objects.none(),
        required=False,
        empty_label=_("None: questions alone"),
        help_text=_("Each seat then says whether it supports it."),
    )
    title_en = LineField(label=_("Title in English"), max_length=250)
    title_fr = LineField(label=_("Title in French"), max_length=250, widget=forms.TextInput(attrs=_FRENCH))
    questions_en = TextField(label=_("Questions in English"), rows=5, help_text=_("One on each line."))
    questions_fr = TextField(label=_("Questions in French"), rows=5, help_text=_("In the same order."))
    opens_on = DayField(label=_("Opens on"))
    closes_on = DayField(label=_("Last day for answers"))
    about_en = TextField(label=_("In English"), rows=4)
    about_fr = TextField(label=_("In French"), rows=4)

    def __init__(self, *args: Any, actor: User, forum: Forum | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("opens_on", "closes_on"):
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = _("Enter the date.")
        rows = PositionWording.objects.readable_by(actor).active().select_related("position__initiative")
        if forum is not None:
            rows = rows.filter(position__initiative__in=[forum.pk]) | rows.filter(position__initiative__isnull=True)
        self.fields["wording"].queryset = rows.order_by("-position__opened_on", "position_id", "-number")  # type: ignore[attr-defined]  # a ModelChoiceField

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        if not (data.get("title_en") or data.get("title_fr") or data.get("wording")):
            self.add_error("title_en", _("Enter a title in at least one language."))
        if not (data.get("questions_en") or data.get("questions_fr") or data.get("wording")):
            self.add_error("questions_en", _("Choose a wording, or write at least one question."))
        for language in ("en", "fr"):
            name = f"questions_{language}"
            if any(len(line) > 500 for line in data.get(name, "").split("\n")):
                self.add_error(name, _("A question has at most 500 letters."))
        return data

    def pairs(self) -> list[tuple[str, str]]:
        """The questions, line by line; empty lines at the end of one side are those that it lacks."""
        english, french = (self.cleaned_data[name].split("\n") for name in ("questions_en", "questions_fr"))
        longest = max(len(english), len(french))
        english += [""] * (longest - len(english))
        french += [""] * (longest - len(french))
        return list(zip(english, french, strict=True))

    def own(self) -> dict[str, Any]:
        """What the row of the round keeps."""
        return {name: value for name, value in self.cleaned_data.items() if not name.startswith("questions_")}


class NewRoundForm(RoundForm):
    """Asks for the forum first, where the page was not opened from one."""

    visible = ["forum", *(name for name in RoundForm.visible if name != "wording")]
    folds = [(_("Wording of a position"), ["wording"]), *RoundForm.folds]

    forum = forms.ModelChoiceField(
        label=_("Forum"),
        queryset=Forum.objects.none(),
        empty_label=_("Choose a forum"),
        error_messages={"required": _("Choose the forum whose seats are asked.")},
    )

    def __init__(self, *args: Any, actor: User, forum: Forum | None, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, forum=forum, **kwargs)
        rows = Forum.objects.readable_by(actor).active().in_reading_order()
        workable = [each.pk for each in rows if can_manage_forum(actor, each)]
        self.fields["forum"].queryset = rows.filter(pk__in=workable)  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["title_en"].help_text = _("Left empty, the round is called by the question of the position.")
        self.fields["opens_on"].initial = today()
        self.fields["closes_on"].initial = today() + timedelta(days=USUAL_DAYS)
        if forum is not None:
            self.fields["forum"].initial = forum.pk


def initial_of(round_: CommentRound) -> dict[str, Any]:
    questions = list(round_.questions.order_by("position", "pk"))
    kept = ("wording", "title_en", "title_fr", "opens_on", "closes_on", "about_en", "about_fr")
    return {name: getattr(round_, name) for name in kept} | {
        f"questions_{language}": "\n".join(getattr(row, f"text_{language}") for row in questions)
        for language in ("en", "fr")
    }


class CloseForm(forms.Form):
    reason = LineField(label=_("Reason"), max_length=500, required=True)


class ExtendForm(CloseForm):
    closes_on = DayField(label=_("New last day"))
    field_order = ("closes_on", "reason")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["closes_on"].required = True
        self.fields["closes_on"].error_messages["required"] = _("Enter the date.")


class HeardForm(forms.Form):
    text_en = TextField(label=_("English"), rows=18)
    text_fr = TextField(label=_("French"), rows=18)


class OutcomeForm(forms.Form):
    """What became of one comment."""

    result = forms.ChoiceField(
        label=_("What became of it"), choices=RoundOutcome.Result.choices, widget=forms.RadioSelect
    )
    wording = _WordingField(
        label=_("New wording"),
        queryset=PositionWording.objects.none(),
        required=False,
        empty_label=_("None"),
        help_text=_("The version in which it changed."),
    )
    text_en = TextField(label=_("Explanation in English"), rows=4, help_text=_("What changed, or why not."))
    text_fr = TextField(label=_("Explanation in French"), rows=4)

    def __init__(self, *args: Any, round_: CommentRound, **options: Any) -> None:
        super().__init__(*args, **options)
        if round_.wording is None:
            del self.fields["wording"]
        else:
            rows = PositionWording.objects.filter(position=round_.wording.position_id, number__gt=round_.wording.number)
            self.fields["wording"].queryset = rows.select_related("position").order_by("-number")  # type: ignore[attr-defined]  # as above

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not (data.get("text_en") or data.get("text_fr")):
            self.add_error("text_en", _("Write in at least one language."))
        if data.get("wording") and data.get("result") == RoundOutcome.Result.KEPT:
            self.add_error("wording", _("A new wording belongs to what changed."))
        return data


class AnswerForm(forms.Form):
    """The public form: a stance where there is a wording, and a text for each question."""

    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, round_: CommentRound, given: RoundAnswer | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.questions: list[RoundQuestion] = list(round_.questions.order_by("position", "pk"))
        if round_.wording_id is not None:
            self.fields["stance"] = forms.ChoiceField(
                label=_("Where does your seat stand on this wording?"),
                choices=[choice for choice in RoundAnswer.Stance.choices if choice[0]],
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose one of the answers.")},
            )
            self.fields["reason"] = Statement(
                rows=4, label=_("Your reasons, or your condition"), help_text=_("Needed where you support it if.")
            )
        for number, question in enumerate(self.questions, start=1):
            self.fields[_name(question)] = Statement(rows=4, label=f"{number}. {question}")
        if given is not None and not self.is_bound:
            self.initial = {"stance": given.stance, "reason": given.reason} | {
                _name(row.question): row.text for row in given.replies.select_related("question")
            }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        if data.get("stance") == RoundAnswer.Stance.SUPPORTS_IF and not data.get("reason"):
            self.add_error("reason", _("Say on which condition you support it."))
        if "stance" not in self.fields and not any(data.get(_name(question)) for question in self.questions):
            self.add_error(None, _("Answer at least one question."))
        return data

    def said(self) -> dict[str, Any]:
        """What the service takes."""
        data = self.cleaned_data
        return {
            "stance": data.get("stance", ""),
            "reason": data.get("reason", ""),
            "replies": {question: data[_name(question)] for question in self.questions},
        }

    def typed(self) -> list[tuple[str, str]]:
        """What was typed, with its label, for whoever must copy it."""
        names = [name for name in self.fields if name not in ("seen", "stance")]
        return [(str(self.fields[name].label), str(self.data[name])) for name in names if self.data.get(name)]

    def visible(self) -> list[Any]:
        return [self[name] for name in self.fields if name != "seen"]


def _name(question: RoundQuestion) -> str:
    return f"question_{question.pk}"
