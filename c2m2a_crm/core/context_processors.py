"""What the frame around every page needs: navigation, preferences, addresses. Nothing is computed before it is used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, resolve, reverse
from django.utils.functional import Promise, SimpleLazyObject, cached_property
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.models import Installation
from c2m2a_crm.core.prepared import Statement
from c2m2a_crm.core.querysets import counted
from c2m2a_crm.core.registries import NavItem, navigation

THEMES = frozenset({"light", "dark"})

# Groups of the navigation in their order. The first has no heading; the last stands in the account menu.
GROUPS: dict[str, str | Promise] = {
    "": "",
    "directory": _("Directory"),
    "forums": _("Forums"),
    "partnerships": _("Partnerships"),
    "outreach": _("Outreach"),
    "reports": _("Reports"),
    "admin": _("Administration"),
    "account": _("Account"),
}
ACCOUNT_GROUP = "account"
# Pages of text that everyone may read: key of the PublicText, name of the link.
PUBLIC_TEXTS = (("accessibility", _("Accessibility")), ("privacy", _("Privacy")), ("licences", _("Licences")))
# The entries of the phone's tab bar, left and right of "Log contact".
TAB_KEYS = ("home", "follow-ups", "organizations")


@dataclass(slots=True)
class NavLink:
    """A line as drawn: its address known, its count read."""

    key: str
    label: str | Promise
    url: str
    icon: str
    go_key: str
    count: int | None
    current: str = ""


@dataclass(slots=True)
class NavSection:
    key: str
    label: str | Promise
    is_open: bool
    links: list[NavLink] = field(default_factory=list)


class Navigation:
    """The entries this person may open, in groups; the one that holds the present page is marked."""

    def __init__(self, request: HttpRequest, items: Iterable[NavItem], waiting: Mapping[str, int]) -> None:
        self._request = request
        closed = set(request.COOKIES.get("nav", "admin").split("."))
        sections = {key: NavSection(key, label, key not in closed) for key, label in GROUPS.items()}
        for item in items:
            url = _address(_urls(), item.url_name)
            link = NavLink(item.key, item.label, url, item.icon, item.go_key, waiting.get(item.key))
            sections[item.group].links.append(link)
        self.links = [link for section in sections.values() for link in section.links]
        self._mark_current()
        self.account = sections.pop(ACCOUNT_GROUP).links
        self.sections = [section for section in sections.values() if section.links]
        for section in self.sections:
            section.is_open = section.is_open or any(link.current for link in section.links)

    def _mark_current(self) -> None:
        path = self._request.path
        held = [link for link in self.links if path == link.url or (link.url != "/" and path.startswith(link.url))]
        if held:
            best = max(held, key=lambda link: len(link.url))
            best.current = "page" if best.url == path else "true"

    @property
    def tabs(self) -> list[NavLink]:
        by_key = {link.key: link for link in self.links}
        return [by_key[key] for key in TAB_KEYS if key in by_key]


def _number(key: str) -> str:
    return f"waiting_{key}"


def _office_and_numbers(actor: Any, keys: Any, asked: tuple[str, ...]) -> QuerySet[Installation]:
    items = [item for item in navigation if item.key in asked]
    numbers = {_number(item.key): counted(item.waiting(actor)) for item in items if item.waiting}
    return Installation.objects.filter(pk=1).annotate(**numbers)


_OFFICE_AND_NUMBERS = Statement(_office_and_numbers)


class Frame:
    """The office's row and the navigation of one request, read in one statement when the first of them is used."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def items(self) -> list[NavItem]:
        user = getattr(self._request, "user", None)
        return [item for item in navigation if item.allowed(user)] if user is not None and user.is_authenticated else []

    @cached_property
    def _read(self) -> tuple[Installation, dict[str, int]]:
        user: Any = getattr(self._request, "user", None)
        asked = tuple(item.key for item in self.items if item.waiting)
        for office in _OFFICE_AND_NUMBERS(user, (), asked):
            return office, {key: getattr(office, _number(key)) for key in asked}
        return Installation(pk=1), {item.key: item.waiting(user).count() for item in self.items if item.waiting}

    @property
    def installation(self) -> Installation:
        return self._read[0]

    @cached_property
    def navigation(self) -> Navigation:
        return Navigation(self._request, self.items, self._read[1])


def address(url_name: str, *arguments: str) -> str:
    """The address, or nothing where the room that would give it is not part of this installation."""
    try:
        return _address(_urls(), url_name, *arguments)
    except NoReverseMatch:
        return ""


def open_address(user: Any, url_name: str) -> str:
    """The address, if the page's own policy lets this person in; so that nobody is offered what would be refused."""
    found = address(url_name)
    page = _page_at(_urls(), found) if found else None
    return found if page is not None and user is not None and page.allowed(user) else ""


# The addresses of the product are fixed when it starts, so what they lead to is looked up once.


def _urls() -> tuple[str, str]:
    return get_urlconf() or settings.ROOT_URLCONF, get_script_prefix()


@cache
def _address(urls: tuple[str, str], url_name: str, *arguments: str) -> str:
    return reverse(url_name, args=arguments)


@cache
def _page_at(urls: tuple[str, str], found: str) -> Any:
    return getattr(resolve(found).func, "view_class", None)


def public_links() -> list[tuple[str | Promise, str]]:
    """Names and addresses of the pages of text that everyone may read."""
    links = [(name, address("core:public_text", key)) for key, name in PUBLIC_TEXTS]
    return [(name, url) for name, url in links if url]


def _page_address(request: HttpRequest) -> str:
    """The page that the reader sees: after a write by htmx that is not the address written to."""
    htmx = getattr(request, "htmx", None)
    seen: str | None = htmx.current_url_abs_path if request.method == "POST" and htmx else None
    return seen or request.get_full_path()


def shell(request: HttpRequest) -> dict[str, Any]:
    """Variables of ``base.html`` and ``public_base.html``. A view may give its own ``log_contact_url``."""
    language = reader_language()
    theme = request.COOKIES.get("theme", "")
    user = getattr(request, "user", None)
    single_keys = request.COOKIES.get("keys") != "off" and getattr(user, "single_keys", True)
    log_contact_url = open_address(user, "contact_log:create")
    frame = Frame(request)
    return {
        "installation": SimpleLazyObject(lambda: frame.installation),
        "navigation": SimpleLazyObject(lambda: frame.navigation),
        "theme": theme if theme in THEMES else "",
        "single_keys": single_keys,
        "other_language": "fr" if language == "en" else "en",
        "other_language_name": "Français" if language == "en" else "English",
        "here": _page_address(request),
        "log_contact_url": log_contact_url,
        "may_log_contact": bool(log_contact_url),
        "palette_url": address("core:palette"),
        "search_url": address("core:search"),
        "public_links": SimpleLazyObject(public_links),
    }
