"""Tags and filters of the interface. Loaded in every template (``builtins`` in the settings)."""

from __future__ import annotations

import re
from typing import Any

from django import forms, template
from django.contrib.messages.storage.base import Message
from django.forms.boundfield import BoundField
from django.middleware.csrf import get_token
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from c2m2a_crm.core import dates, exports, locks, printing, purposes, ui, validity
from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.lists import ListState, draw_rows
from c2m2a_crm.core.reads import confided_reading
from c2m2a_crm.core.registries import exportable_lists

register = template.Library()

# --- Components with contents ---------------------------------------------------------------------------------------

_SLOTS = "c2m2a_crm.core.templatetags.ui.slots"
# What a component may read of the page around it. The rest is given to it by name.
_SHARED = ("request", "user", "csrf_token", "messages")


class ComponentNode(template.Node):
    def __init__(self, name: FilterExpression, values: dict[str, FilterExpression], body: NodeList) -> None:
        self.name = name
        self.values = values
        self.nodelist = body

    def render(self, context: Context) -> SafeString:
        slots: dict[str, SafeString] = {}
        stack: Any = context.render_context.setdefault(_SLOTS, [])
        stack.append(slots)
        try:
            content = self.nodelist.render(context)
        finally:
            stack.pop()
        inner: dict[str, Any] = {name: context[name] for name in _SHARED if name in context}
        inner.update({name: value.resolve(context) for name, value in self.values.items()})
        inner |= {"content": SafeString(content.strip()), "slots": slots}
        if context.template is None:
            raise template.TemplateSyntaxError("{% component %} needs a template to render in.")
        found = context.template.engine.get_template(f"components/{self.name.resolve(context)}.html")
        return found.render(Context(inner, autoescape=context.autoescape))


@register.tag
def component(parser: Parser, token: Token) -> ComponentNode:
    """``{% component "card" title=… %}contents{% slot footer %}…{% endslot %}{% endcomponent %}``

    The component sees its own variables, ``content``, ``slots.NAME`` and nothing else of the page but the request, the
    user and the CSRF token, so that a page's ``title`` never becomes a card's.
    """
    name, *rest = token.split_contents()[1:]
    values = token_kwargs(rest, parser)
    if rest:
        raise template.TemplateSyntaxError(f"Give a component its variables by name: {rest}")
    body = parser.parse(("endcomponent",))
    parser.delete_first_token()
    return ComponentNode(parser.compile_filter(name), values, body)


class SlotNode(template.Node):
    def __init__(self, name: str, body: NodeList) -> None:
        self.name = name
        self.nodelist = body

    def render(self, context: Context) -> SafeString:
        stack = context.render_context.get(_SLOTS)
        if not stack:
            raise template.TemplateSyntaxError(f"{{% slot {self.name} %}} stands in no component.")
        stack[-1][self.name] = SafeString(self.nodelist.render(context).strip())
        return SafeString("")


@register.tag
def slot(parser: Parser, token: Token) -> SlotNode:
    """A named part of the component around it."""
    (name,) = token.split_contents()[1:]
    body = parser.parse(("endslot",))
    parser.delete_first_token()
    return SlotNode(name, body)


# --- What is the same on every page ---------------------------------------------------------------------------------

MOST_KEPT = 64
# The lines of its templates, which stand between blocks.
_BETWEEN = re.compile(r">\s*\n\s*<")


class KeptNode(template.Node):
    """Drawn once a process for each language and each set of values, and then given as it is.

    Nothing of a reader can be kept for another: the part sees its named values and nothing else of the page.
    """

    def __init__(self, values: dict[str, FilterExpression], body: NodeList) -> None:
        self.values = values
        self.nodelist = body
        self._kept: dict[tuple[Any, ...], SafeString] = {}

    def render(self, context: Context) -> SafeString:
        values = {name: value.resolve(context) for name, value in self.values.items()}
        key = (reader_language(), *values.values())
        found = self._kept.get(key)
        if found is None:
            found = SafeString(_BETWEEN.sub("><", self.nodelist.render(context.new(values))))
            if len(self._kept) < MOST_KEPT:
                self._kept[key] = found
        return found


@register.tag
def kept(parser: Parser, token: Token) -> KeptNode:
    """``{% kept name=value … %}…{% endkept %}``: a part of the frame that depends on these few values alone."""
    values = token_kwargs(token.split_contents()[1:], parser)
    body = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(values, body)


# --- Marks ----------------------------------------------------------------------------------------------------------

register.simple_tag(ui.icon)
register.simple_tag(ui.core_strip)
register.simple_tag(ui.element)
register.simple_tag(ui.elements)
register.simple_tag(ui.element_large)
register.simple_tag(ui.avatar)
register.simple_tag(ui.who)
register.simple_tag(ui.date_block)
register.simple_tag(ui.glyph)
register.simple_tag(ui.nav_link)
register.simple_tag(ui.nav_count)
register.simple_tag(ui.when)
register.simple_tag(ui.due)
# Names that Django's own tags or a page's variables would shadow.
register.simple_tag(ui.tag, name="tag")
register.simple_tag(ui.dot, name="dot")
register.simple_tag(ui.count, name="count")
register.simple_tag(ui.lock)
register.simple_tag(draw_rows, name="list_rows")

# --- Words and numbers ----------------------------------------------------------------------------------------------


def _or_nothing(function: Any) -> Any:
    """An unknown value shows as nothing, not as “None” and not as an error."""

    def safe(value: Any, *arguments: Any) -> Any:
        return "" if value is None or value == "" else function(value, *arguments)

    safe.__name__ = function.__name__
    safe.__doc__ = function.__doc__
    return safe


for _function in (
    dates.short_date,
    dates.near_date,
    dates.long_date,
    dates.day_and_month,
    dates.month_and_year,
    dates.relative_date,
    dates.time_of_day,
    dates.number,
    dates.percent,
    dates.money,
):
    register.filter(_function.__name__, _or_nothing(_function))
register.filter("range_end", _or_nothing(validity.last_day))
register.filter("range_start", _or_nothing(validity.first_day))
register.filter("initials", ui.initials)


@register.simple_tag(takes_context=True)
def lock_of(context: Context, row: Any) -> SafeString:
    """The lock of a row that the reader of this page may read, with the sentence that says why."""
    return locks.lock_of(context["request"].user, row)


register.simple_tag(locks.shut_lock)


@register.filter
def in_language(value: Any, language: str = "") -> SafeString:
    """``{{ text|in_language:"fr" }}`` or ``{{ pair|in_language }}``: marked where it is not the page's."""
    return ui.in_language(value, language)


@register.filter
def tied(text: Any) -> str:
    """The last word held to the one before it, for a number that a line may not leave alone (“seat 1”)."""
    return "\xa0".join(str(text).rsplit(" ", 1))


@register.filter
def source_words(source: str) -> SafeString:
    """``{{ fact.source|source_words }}``: marked where its language is not the page's."""
    return ui.source_words(source)


@register.filter
def raw(value: Any) -> str:
    """The value as a machine reads it: no thousands separator in an id or a ``value=``."""
    return "" if value is None else str(value)


@register.filter
def undo_url(message: Message) -> str:
    """Where the undo of a message is posted, if it offers one (:func:`c2m2a_crm.core.ui.toast`)."""
    for part in (message.extra_tags or "").split():
        if part.startswith("undo:"):
            return part.removeprefix("undo:")
    return ""


@register.filter
def is_problem(message: Message) -> bool:
    """Warnings and errors are banners; the rest are toasts."""
    return message.level_tag in {"warning", "error"}


@register.simple_tag
def page_language() -> str:
    """``en-CA`` or ``fr-CA`` for the ``lang`` of the page."""
    return f"{reader_language()}-CA"


# --- Forms ----------------------------------------------------------------------------------------------------------


@register.filter
def field_kind(field: BoundField) -> str:
    """How ``field.html`` draws a field: check, switch, segments, choices, or input."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return "switch" if widget.attrs.get("role") == "switch" else "check"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "segments" if widget.attrs.get("data-look") == "segments" else "choices"
    return "input"


@register.filter
def styled(field: BoundField) -> SafeString:
    """The widget with the class of the stylesheet added to its own."""
    widget = field.field.widget
    wanted = {"switch": "sw", "input": "input"}.get(field_kind(field), "")
    classes = " ".join(part for part in (wanted, str(widget.attrs.get("class", ""))) if part)
    return field.as_widget(attrs={"class": classes} if classes else None)


@register.simple_tag
def form_token(request: Any) -> SafeString:
    """The mark of a form in a part that is drawn without the page's context."""
    return ui.markup('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(request))


@register.inclusion_tag("core/_purpose_field.html", takes_context=True)
def purpose_field(context: Context, request: Any = None, is_missing: bool = False, cards: str = "") -> dict[str, Any]:
    """``{% purpose_field %}``; a part drawn without the page's context gives its request.

    Of a vCard the audit alone keeps what it is for: ``cards`` is "only" where nothing else leaves, "also" beside files.
    """
    last = purposes.last_purpose(request or context["request"])
    words = {"suggestions": purposes.SUGGESTIONS, "longest": purposes.LONGEST}
    return {**words, "last": last, "is_missing": is_missing, "cards": cards}


@register.simple_tag
def list_ways(state: Any, is_whole: bool = False) -> dict[str, Any]:
    """The ways by which a list leaves the product: files, and paper.

    Those of a list that asks what for are drawn when they are opened, unless ``is_whole``: few pages are carried away.
    """
    asks = purposes.asks_purpose(state.list_key)
    if asks and not is_whole and not state.asks_for_ways:
        return {"is_later": True}
    formats = [
        {**exports.FORMAT_WORDS[file_format], "url": reverse("core:export", args=[state.list_key, file_format])}
        for file_format in exports.formats_of(exportable_lists.get(state.list_key))
    ]
    mark = printing.Printable(printing.page_of(state.request), list_key=state.list_key).sealed() if asks else ""
    cards = "also" if any(each["key"] in exports.CARD_VERSIONS for each in formats) else ""
    return {"formats": formats, "first_url": formats[0]["url"], "asks_purpose": asks, "mark": mark, "cards": cards}


@register.inclusion_tag("core/_printing.html", takes_context=True)
def printing_foot(context: Context) -> dict[str, Any]:
    """The foot of a page on paper; a page of what was confided offers a print that is noted."""
    request = context["request"]
    reading = confided_reading(request.user)
    state = context.get("list")
    asks = reading is not None or (isinstance(state, ListState) and purposes.asks_purpose(state.list_key))
    mark = printing.printable_reading(request, reading).sealed() if reading is not None and reading.may_leave else ""
    return {
        "request": request,
        "name": request.user.name,
        "purpose": printing.noted_purpose(request) if asks else "",
        "asks_purpose": asks,
        "mark": mark,
    }


@register.filter
def sentences(field: BoundField) -> list[str]:
    """What to correct in an input. Django's sentence for an empty one tells no reader of a summary which it is."""
    generic = str(forms.Field.default_error_messages["required"])
    filled = _("Fill in “%(field)s”.") % {"field": field.label}
    return [filled if str(error) == generic else str(error) for error in field.errors]


@register.filter
def error_count(form: forms.BaseForm) -> int:
    """How many things there are to correct."""
    return sum(len(errors) for errors in form.errors.values())
