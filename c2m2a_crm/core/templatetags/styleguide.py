"""``{% state "English" "français" %}…{% endstate %}``: one drawing of a component on the style guide."""

from __future__ import annotations

from django import template
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from c2m2a_crm.core.bilingual import reader_language

register = template.Library()


class StateNode(template.Node):
    def __init__(self, english: str, french: str, body: NodeList) -> None:
        self.notes = {"en": english, "fr": french}
        self.nodelist = body

    def render(self, context: Context) -> SafeString:
        return format_html(
            '<div class="state"><p class="xs">{}</p><div class="shown">{}</div></div>',
            self.notes[reader_language()],
            SafeString(self.nodelist.render(context)),
        )


@register.tag
def state(parser: Parser, token: Token) -> StateNode:
    english, french = (part.strip('"') for part in token.split_contents()[1:])
    body = parser.parse(("endstate",))
    parser.delete_first_token()
    return StateNode(english, french, body)
