"""Who gets what at each address: the table that ``test_role_matrix.py`` holds against the product.

Each room keeps its rows in ``tests/system/role_rows/<room>.py``: ``ROWS`` by the name of the address (``users``, or
``accounts:users`` inside a namespace) and ``MAKERS``, functions that make the object an address is about and return its
arguments. A new address without a row fails the test.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from tests.system import role_rows

ROLES = ("anonymous", "stranger", "viewer", "staff", "secretariat", "compliance", "administrator")

# Not a status of HTTP: 302 to the sign-in page with the way back.
SIGN_IN = -302

Expected = Mapping[str, int]


def _all(status: int, **others: int) -> Expected:
    return {role: others.get(role, status) for role in ROLES}


def everybody(status: int = 200) -> Expected:
    """A public page."""
    return _all(status)


def any_account(status: int = 200) -> Expected:
    """Pages of the own account: no role is needed."""
    return _all(status, anonymous=SIGN_IN)


def lookers(status: int = 200) -> Expected:
    """Everybody with a role (``policies.can_look``)."""
    return _all(status, anonymous=SIGN_IN, stranger=403)


def writers(status: int = 200) -> Expected:
    """Everybody but viewers (``policies.can_write``)."""
    return _all(status, anonymous=SIGN_IN, stranger=403, viewer=403)


def auditors(status: int = 200) -> Expected:
    """Compliance and administrators (``policies.can_read_audit``)."""
    return {**_all(403), "anonymous": SIGN_IN, "compliance": status, "administrator": status}


def administrators(status: int = 200) -> Expected:
    """Administrators alone (``policies.can_administer``)."""
    return {**_all(403), "anonymous": SIGN_IN, "administrator": status}


@dataclass(frozen=True, slots=True)
class Row:
    """One address. ``asks`` is the verb that ``expected`` is about; every verb not in ``verbs`` is answered with 405.

    ``maker`` names the function that makes the object; ``data`` is sent with it, as a dict or as a function of what the
    maker returned.
    """

    expected: Expected
    asks: str = "get"
    verbs: tuple[str, ...] = ("get",)
    maker: str = ""
    data: Mapping[str, Any] | Callable[[dict[str, Any]], Mapping[str, Any]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def page(expected: Expected, maker: str = "") -> Row:
    """Only looked at."""
    return Row(expected, maker=maker)


def form(expected: Expected, maker: str = "") -> Row:
    """Looked at and sent; the row is about the look, the page's own tests are about the sending."""
    return Row(expected, maker=maker, verbs=("get", "post"))


def act(
    expected: Expected,
    maker: str = "",
    data: Mapping[str, Any] | Callable[[dict[str, Any]], Mapping[str, Any]] | None = None,
) -> Row:
    """Only sent."""
    return Row(expected, asks="post", verbs=("post",), maker=maker, data=data or {})


def _rooms() -> list[Any]:
    return [import_module(f"{role_rows.__name__}.{found.name}") for found in iter_modules(role_rows.__path__)]


def all_rows() -> dict[str, Row]:
    rows: dict[str, Row] = {}
    for room in _rooms():
        doubles = rows.keys() & room.ROWS.keys()
        assert not doubles, f"Two rooms have a row for {', '.join(sorted(doubles))}."
        rows |= room.ROWS
    return rows


def all_makers() -> dict[str, Callable[[], dict[str, Any]]]:
    makers: dict[str, Callable[[], dict[str, Any]]] = {}
    for room in _rooms():
        makers |= room.MAKERS
    return makers


# Every address that an anonymous visitor may reach. A view marked login_not_required that is not here fails the test.
PUBLIC = frozenset(
    {
        "account_inactive",
        "account_login",
        "account_logout",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        "accounts:invitation",
        "core:healthz",
        "core:logo",
        "core:public_link",
        "core:public_text",
        "core:set_language",
        "forums_public:apply",
        "forums_public:ask",
        "memberships_public:apply",
        "mfa_authenticate",
        "mfa_login_webauthn",
        "openid_connect_callback",
        "openid_connect_login",
        "socialaccount_login_cancelled",
    }
)
