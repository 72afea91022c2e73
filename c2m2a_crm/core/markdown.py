"""Markdown that people write for pages that everybody reads: no HTML of their own, no scripts, no pictures."""

from __future__ import annotations

from typing import Final

import nh3
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

_parser: Final = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")
_TAGS: Final = {
    *("p", "br", "hr", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "code", "pre", "blockquote", "a"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES: Final = {"a": {"href"}, "ol": {"start"}}
_SCHEMES: Final = {"http", "https", "mailto", "tel"}


def to_html(text: str) -> SafeString:
    """The text as HTML that may stand in a page as it is; headings begin at the second level."""
    tokens = _parser.parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"} and token.tag == "h1":
            token.tag = "h2"
    dirty = _parser.renderer.render(tokens, _parser.options, {})
    clean = nh3.clean(dirty, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel="noopener noreferrer")
    return SafeString(clean)
