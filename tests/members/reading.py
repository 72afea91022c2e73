"""Pages read with a parser, as a person or a program would read them."""

from __future__ import annotations

from typing import Any

from lxml import html


def read(response: Any) -> html.HtmlElement:
    """The page. A fragment is wrapped, so that every answer is read alike."""
    text = response.content.decode()
    is_page = text.lstrip().startswith("<!doctype")
    page = html.fromstring(text if is_page else f"<div>{text}</div>")
    for pattern in page.cssselect("template"):  # patterns for the script, no part of the page
        pattern.drop_tree()
    return page


def texts(page: html.HtmlElement, selector: str) -> list[str]:
    """The visible text of each match, its white space single."""
    return [" ".join(found.text_content().split()) for found in page.cssselect(selector)]


def one(page: html.HtmlElement, selector: str) -> html.HtmlElement:
    (found,) = page.cssselect(selector)
    return found


def values_of_form(page: html.HtmlElement, selector: str = "main form[method=post]") -> dict[str, Any]:
    """What a browser would send for the first such form, untouched."""
    sent: dict[str, Any] = {}
    for field in page.cssselect(selector)[0].cssselect("input[name], select[name], textarea[name]"):
        kind = field.get("type")
        if kind in ("checkbox", "radio") and field.get("checked") is None:
            continue
        if field.tag == "select":
            chosen = field.cssselect("option[selected]") or field.cssselect("option")[:1]
            sent[field.get("name")] = chosen[0].get("value", "") if chosen else ""
        elif field.tag == "textarea":
            sent[field.get("name")] = (field.text or "").removeprefix("\n")
        else:
            sent[field.get("name")] = field.get("value", "on" if kind in ("checkbox", "radio") else "")
    return sent
