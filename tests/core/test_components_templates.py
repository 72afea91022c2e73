"""Rules for every template of the product: strict CSP, floors, known icons."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.urls import URLResolver, get_resolver

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
EVERY = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))
ICONS = set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "static" / "icons.svg").read_text()))

# The floors, lowest first, and to whom a folder of templates or a namespace of addresses belongs.
FLOORS = [
    "core",
    "accounts",
    "members",
    "privacy",
    "outreach",
    "engagement",
    "forums",
    "partnerships",
    "lobbying",
    "reports",
    "dashboard",
]
ROOM_OF_FOLDER = {
    **dict.fromkeys(("account", "mfa", "socialaccount", "usersessions"), "accounts"),
    **dict.fromkeys(("dues", "gifts", "memberships"), "members"),
    **dict.fromkeys(("briefing", "prospects", "pulse"), "engagement"),
    **dict.fromkeys(("meetings", "positions", "rounds"), "forums"),
}
FORBIDDEN = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "a style element": re.compile(r"<style\b", re.I),
    "an event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "hx-on": re.compile(r"\bhx-on\b", re.I),
    "script in an address": re.compile(r"(?:javascript|\bjs):", re.I),
    "a key with separators of thousands (|raw)": re.compile(r"\{\{ [\w.]+\.pk \}\}"),
    "a filter in hx-trigger": re.compile(r"hx-trigger=\"[^\"]*\["),
    "an address of elsewhere": re.compile(r"<(?:script|link|img|iframe|use)\b[^>]*(?:src|href)=\"(?:https?:)?//", re.I),
}
INLINE_SCRIPT = re.compile(r"<script\b(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", re.I)


def source_of(name: str) -> str:
    text = (TEMPLATES / name).read_text()
    return re.sub(r"\{% comment %\}.*?\{% endcomment %\}|\{#.*?#\}", "", text, flags=re.S)


def room_of(name: str) -> str:
    folder = name.split("/")[0]
    return ROOM_OF_FOLDER.get(folder, folder if folder in FLOORS else "core")


def namespaces() -> dict[str, str]:
    """Each namespace of addresses, and the room that declares it."""
    found: dict[str, str] = {}

    def collect(resolver: URLResolver, room: str) -> None:
        if resolver.namespace:
            found[resolver.namespace] = room
        for part in resolver.url_patterns:
            if isinstance(part, URLResolver):
                collect(part, room)

    for part in get_resolver().url_patterns:
        if isinstance(part, URLResolver):
            module = getattr(part.urlconf_name, "__name__", str(part.urlconf_name))
            house = apps.get_containing_app_config(module)
            collect(part, house.label if house else "")
    return found


def test_the_rules_see_what_they_forbid() -> None:
    assert FORBIDDEN["a style attribute"].search('<p class="x" style="color:red">')
    keys = FORBIDDEN["a key with separators of thousands (|raw)"]
    assert keys.search('<input value="{{ row.person.pk }}">')
    assert not keys.search('<input value="{{ row.person.pk|raw }}">')
    assert FORBIDDEN["an event attribute"].search('<a href="#" onclick="x()">')
    assert FORBIDDEN["a filter in hx-trigger"].search('<a hx-trigger="keyup[ctrlKey]">')
    assert INLINE_SCRIPT.search("<script>x</script>")
    assert not INLINE_SCRIPT.search('<script src="a.js" defer></script>')


@pytest.mark.parametrize("name", EVERY)
def test_a_template_fits_the_strict_policy(name: str) -> None:
    source = source_of(name)
    for what, pattern in FORBIDDEN.items():
        assert not pattern.search(source), f"{name} has {what}."
    assert not INLINE_SCRIPT.search(source), f"{name} has a script of its own."


@pytest.mark.parametrize("name", EVERY)
def test_a_template_names_icons_that_exist(name: str) -> None:
    source = source_of(name)
    named = re.findall(r"\{% (?:icon|glyph) [\"']([\w-]+)[\"']", source)
    named += re.findall(r"\bicon_name=[\"']([\w-]+)[\"']", source)
    assert set(named) <= ICONS


@pytest.mark.parametrize("name", EVERY)
def test_a_template_links_only_to_its_own_floor_or_a_lower_one(name: str) -> None:
    rooms = namespaces()
    for namespace in re.findall(r"\{% url [\"']([\w-]+):", source_of(name)):
        assert namespace in rooms, f"{name} links to {namespace}, which no room declares."
        assert FLOORS.index(rooms[namespace]) <= FLOORS.index(room_of(name)), f"{name} links up to {namespace}."


def test_python_names_icons_that_exist() -> None:
    named: set[str] = set()
    for folder in ("c2m2a_crm", "members", "forums", "partnerships"):
        for file in (ROOT / folder).rglob("*.py"):
            named |= set(re.findall(r"\bicon(?:_name)?\s*=\s*\"([\w-]+)\"", file.read_text()))
            named |= set(re.findall(r"\"icon(?:_name)?\": \"([\w-]+)\"", file.read_text()))
    assert named <= ICONS
