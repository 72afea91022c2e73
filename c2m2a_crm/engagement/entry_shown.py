"""What the log form draws of itself: what was understood, when it was, what the folded parts hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.core import dates
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.entry_people import EntryPeople
from c2m2a_crm.engagement.entry_values import (
    VALUE_NAMES,
    Step,
    as_text,
    whole_in,
)
from c2m2a_crm.engagement.models import Interaction
from c2m2a_crm.engagement.typed_line import DayPart

THIS_PART = {
    DayPart.MORNING: gettext_lazy("This morning"),
    DayPart.NOON: gettext_lazy("Today at noon"),
    DayPart.AFTERNOON: gettext_lazy("This afternoon"),
    DayPart.EVENING: gettext_lazy("This evening"),
}
AT_PART = {
    DayPart.MORNING: gettext_lazy("in the morning"),
    DayPart.NOON: gettext_lazy("at noon"),
    DayPart.AFTERNOON: gettext_lazy("in the afternoon"),
    DayPart.EVENING: gettext_lazy("in the evening"),
}


class EntryShown(EntryPeople):
    """The form in words."""

    @property
    def sent(self) -> tuple[str, ...]:
        """Names of the values that the form carries, so that an absent one is not taken for an emptied one."""
        return VALUE_NAMES

    @property
    def understood(self) -> list[dict[str, Any]]:
        """Rows of the understood box: what the line meant, guesses and open questions marked."""
        if self.reading is None:
            return []
        rows: list[dict[str, Any]] = []
        who = [{"text": token.label, "guessed": bool(token.tone)} for token in (*self.who_tokens, *self.copied_tokens)]
        who += [
            {
                "text": _("%(name)s: which one?") % {"name": question.text}
                if question.is_known
                else _("%(name)s, not in the directory") % {"name": question.text},
                "guessed": True,
            }
            for question in self.questions
            if not question.chosen
        ]
        if who:
            rows.append({"icon_name": "users", "label": _("Who"), "parts": who})
        how = [self._kind_and_direction]
        if self.values.duration_minutes:
            how.append(_("%(minutes)d minutes") % {"minutes": self.values.duration_minutes})
        rows.append(
            {
                "icon_name": "phone",
                "label": _("How"),
                "parts": [
                    {"text": text, "guessed": self.reading.kind is None and not number}
                    for number, text in enumerate(how)
                ],
            }
        )
        if self.values.subject:
            rows.append({"icon_name": "message-2", "label": _("What"), "parts": [{"text": self.values.subject}]})
        rows.append({"icon_name": "clock", "label": _("When"), "parts": [{"text": self.when}]})
        for step in self.values.next_steps:
            rows.append(
                {
                    "icon_name": "corner-down-right",
                    "label": _("Follow-up"),
                    "parts": [{"text": text} for text in self._step_words(step)],
                }
            )
        if self.reading.unread:
            rows.append(
                {
                    "icon_name": "alert-circle",
                    "label": _("Not understood"),
                    "parts": [{"text": text, "guessed": True} for text in self.reading.unread],
                }
            )
        if len(rows) % 2:
            rows[-1]["full"] = True  # the last of an odd number takes both columns
        return rows

    @property
    def _kind_and_direction(self) -> str:
        kind = {"kind": str(Interaction.Kind(self.values.kind).label)}
        if self.values.direction == Interaction.Direction.OUTGOING:
            return _("%(kind)s from us") % kind
        return _("%(kind)s to us") % kind if self.values.direction == Interaction.Direction.INCOMING else kind["kind"]

    @property
    def when(self) -> str:
        day = self.values.occurred_on or today()
        words = dates.relative_date(day, today()) if (today() - day).days < 7 else dates.near_date(day, today())
        words = words[:1].upper() + words[1:]
        if self.values.occurred_time:
            return f"{words}, {dates.time_of_day(self.values.occurred_time)}"
        part = self.reading.day_part if self.reading and self.reading.occurred_on == day else None
        if part is None:
            return words
        return str(THIS_PART[part]) if day == today() else f"{words}, {AT_PART[part]}"

    def _step_words(self, step: Step) -> Iterable[str]:
        yield step.text
        if step.due_on:
            yield dates.near_date(step.due_on, today())
        if step.assignee != self.actor.pk:
            yield next((user.name for user in self.assignees if user.pk == step.assignee), "")

    @property
    def step_rows(self) -> list[dict[str, Any]]:
        """Rows of follow-ups, and an empty one."""
        rows = [*self.values.next_steps, Step("", None, self.actor.pk)]
        return [
            {"number": number, "step": step, "due": step.due_on.isoformat() if step.due_on else ""}
            for number, step in enumerate(rows)
        ]

    @property
    def folded(self) -> dict[str, str]:
        """What is in the folded parts, in a few words each."""
        ours = ", ".join(row.user.name for row in self.our_rows)
        minutes = sum(whole_in(row.minutes) or 0 for row in self.our_rows) + sum(
            whole_in(row.preparation) or 0 for row in self.our_rows
        )
        return {
            "when": self.when,
            "ours": f"{ours} · {_('%(minutes)d minutes') % {'minutes': minutes}}" if minutes else ours,
            "steps": "; ".join(" · ".join(filter(None, self._step_words(step))) for step in self.values.next_steps),
        }

    def _show_values(self) -> None:
        """Bind the form to the values that hold now, so that it draws what the line gave."""
        data = cast(QueryDict, self.form.data).copy()
        shown = {
            "kind": self.values.kind,
            "direction": self.values.direction,
            "subject": self.values.subject,
            "notes": self.values.notes,
            "occurred_on": self.values.occurred_on.isoformat() if self.values.occurred_on else None,
            "occurred_time": self.values.occurred_time.strftime("%H:%M") if self.values.occurred_time else None,
            "duration_minutes": as_text(self.values.duration_minutes),
            "line_read": self.form.cleaned_data.get("line", ""),
        }
        for name, value in shown.items():
            if name in self.form.errors:
                continue  # what was typed wrongly is shown again as it was typed
            data[name] = value or ""
        self.form.data = data
