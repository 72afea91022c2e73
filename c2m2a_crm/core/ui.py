"""Small marks of the interface as Python functions, for list columns and templates alike.

One place writes the markup of a tag, a dot, a core strip; the files of ``templates/components/`` call these. Everything
given as text is escaped here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache, lru_cache
from html import escape
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from c2m2a_crm.core import dates
from c2m2a_crm.core.bilingual import TextPair, reader_language

Text = str | Promise
NOTHING = SafeString("")

# Element tiles: symbol, name, atomic number. The order is that of the tiles on a record: battery minerals first.
ELEMENTS: dict[str, tuple[str | Promise, int | None]] = {
    "Li": (gettext_lazy("Lithium"), 3),
    "C": (gettext_lazy("Graphite"), 6),
    "Ni": (gettext_lazy("Nickel"), 28),
    "Co": (gettext_lazy("Cobalt"), 27),
    "Cu": (gettext_lazy("Copper"), 29),
    "REE": (gettext_lazy("Rare earth elements"), None),
    "Al": (gettext_lazy("Aluminum"), 13),
    "Sb": (gettext_lazy("Antimony"), 51),
    "Bi": (gettext_lazy("Bismuth"), 83),
    "Cs": (gettext_lazy("Cesium"), 55),
    "Cr": (gettext_lazy("Chromium"), 24),
    "F": (gettext_lazy("Fluorspar"), 9),
    "Ga": (gettext_lazy("Gallium"), 31),
    "Ge": (gettext_lazy("Germanium"), 32),
    "He": (gettext_lazy("Helium"), 2),
    "In": (gettext_lazy("Indium"), 49),
    "Fe": (gettext_lazy("High-purity iron"), 26),
    "Mg": (gettext_lazy("Magnesium"), 12),
    "Mn": (gettext_lazy("Manganese"), 25),
    "Mo": (gettext_lazy("Molybdenum"), 42),
    "Nb": (gettext_lazy("Niobium"), 41),
    "P": (gettext_lazy("Phosphorus"), 15),
    "PGM": (gettext_lazy("Platinum group metals"), None),
    "K": (gettext_lazy("Potash"), 19),
    "Sc": (gettext_lazy("Scandium"), 21),
    "Si": (gettext_lazy("Silicon metal"), 14),
    "Ta": (gettext_lazy("Tantalum"), 73),
    "Te": (gettext_lazy("Tellurium"), 52),
    "Sn": (gettext_lazy("Tin"), 50),
    "Ti": (gettext_lazy("Titanium"), 22),
    "W": (gettext_lazy("Tungsten"), 74),
    "U": (gettext_lazy("Uranium"), 92),
    "V": (gettext_lazy("Vanadium"), 23),
    "Zn": (gettext_lazy("Zinc"), 30),
}
STRIP_LEVELS = 4
LONGEST_SPAN = 12  # as the stylesheet has classes for them
_STRIP_CELLS = ("<i></i>", *(f"<i class=l{level}></i>" for level in range(1, STRIP_LEVELS + 1)))
SMALL_WORDS = frozenset(
    {
        *("a", "and", "for", "in", "of", "on", "the"),
        *("au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "pour", "sur"),
    }
)


@cache
def _sprite() -> str:
    return static("icons.svg")


def _safe(value: object) -> str:
    """The value as markup: escaped unless it is markup. Marks are drawn by the hundred, so this does no more."""
    return value if isinstance(value, SafeString) else escape(str(value))


def markup(form: str, *values: object) -> SafeString:
    """``format_html`` without its detours: the values are escaped unless they are markup."""
    return SafeString(form.format(*map(_safe, values)))


def icon(name: str, label: Text = "") -> SafeString:
    """A symbol of ``static/icons.svg``. Hidden from screen readers unless it has a label of its own."""
    return _icon(name, str(label), _sprite())


@lru_cache(maxsize=1024)
def _icon(name: str, label: str, sprite: str) -> SafeString:
    named = f'role="img" aria-label="{_safe(label)}"' if label else "aria-hidden=true"
    return SafeString(f'<svg class=i {named}><use href="{_safe(sprite)}#{_safe(name)}"/></svg>')


def _tone(tone: str) -> SafeString:
    return markup(' data-tone="{}"', tone) if tone else NOTHING


def tag(label: Text, tone: str = "", icon_name: str = "", url: str = "") -> SafeString:
    """The state of a thing in one to three words. Tones: ok, warn, bad, info, lock, copper, line."""
    inner = markup("{}{}", icon(icon_name) if icon_name else NOTHING, label)
    if url:
        return markup('<a class="tag"{} href="{}">{}</a>', _tone(tone), url, inner)
    return markup('<span class="tag"{}>{}</span>', _tone(tone), inner)


def lock(label: Text, sentence: Text, icon_name: str = "lock") -> SafeString:
    """That something is restricted or sealed; opened, it says in a sentence why one sees it or whom to ask."""
    return markup(
        '<details class="why"><summary class="tag"{}>{}{}</summary> <p>{}</p></details>',
        _tone("lock"),
        icon(icon_name),
        label,
        sentence,
    )


def dot(label: Text, tone: str = "") -> SafeString:
    """A state in a table's column: full, ring and diamond tell it without colour. Tones: ok, warn, bad, none."""
    return markup('<span class="dot"{}>{}</span>', _tone(tone), label)


def count(value: int, label: Text = "", hot: bool = False) -> SafeString:
    """A number beside a label; ``hot`` when someone must act. The label says to a screen reader what is counted."""
    said = markup('<span class="vh"> {}</span>', label) if label else NOTHING
    return markup('<span class="count{}">{}{}</span>', " hot" if hot else "", dates.number(value), said)


def element(symbol: str) -> SafeString:
    """A mineral as its tile."""
    name = ELEMENTS[symbol][0] if symbol in ELEMENTS else symbol
    return markup('<abbr class="el" title="{}">{}</abbr>', name, symbol)


def elements(symbols: Sequence[str], limit: int = 6) -> SafeString:
    """Tiles in their fixed order; what is beyond the limit is a number with the names in its title."""
    if not symbols:
        return NOTHING
    order = list(ELEMENTS)
    ranked = sorted(symbols, key=lambda symbol: order.index(symbol) if symbol in ELEMENTS else len(order))
    shown, rest = ranked[:limit], ranked[limit:]
    tiles = format_html_join("", "{}", ((element(symbol),) for symbol in shown))
    if rest:
        names = ", ".join(str(ELEMENTS[symbol][0]) if symbol in ELEMENTS else symbol for symbol in rest)
        tiles = markup('{}<abbr class="el" title="{}">+{}</abbr>', tiles, names, len(rest))
    return markup('<span class="els">{}</span>', tiles)


def element_large(symbol: str) -> SafeString:
    """The tile with its atomic number, beside the mineral's name."""
    number = ELEMENTS.get(symbol, ("", None))[1]
    above = markup("<sup>{}</sup>", number) if number else NOTHING
    return markup('<span class="el-l" aria-hidden="true">{}{}</span>', above, symbol)


def core_strip(counts: Sequence[int], *, large: bool = False) -> SafeString:
    """Contacts a month, oldest first, as a drill core. Two or more empty months at the end are outlined in copper."""
    quiet = 0
    while quiet < len(counts) and counts[len(counts) - 1 - quiet] == 0:
        quiet += 1
    quiet_end = quiet if quiet >= 2 else 0
    edge = len(counts) - quiet_end
    if large:
        cells = "".join([_STRIP_CELLS[min(value, STRIP_LEVELS)] for value in counts[:edge]]) + "<s></s>" * quiet_end
    else:
        cells = "".join(
            [
                _STRIP_CELLS[min(level, STRIP_LEVELS)] * len(places)
                if level
                else _empty_cells("i", len(places), places[0] == 0, places[-1] == len(counts) - 1)
                for level, places in _runs(counts[:edge])
            ]
        ) + _empty_cells("s", quiet_end, edge == 0, True)
    said = _safe(_strip_words(sum(counts), len(counts), quiet, reader_language()))
    classes = '"core l"' if large else "core"
    return SafeString(f'<span class={classes} role=img aria-label="{said}">{cells}</span>')


def _runs(counts: Sequence[int]) -> list[tuple[int, list[int]]]:
    """Neighbours of one value, each run with its places."""
    return [(value, list(places)) for value, places in groupby(range(len(counts)), counts.__getitem__)]


@lru_cache(maxsize=256)
def _empty_cells(mark: str, length: int, is_first: bool, is_last: bool) -> str:
    """Months without a contact. Three or more are one element that spans them, for a page has hundreds; the ends of
    the strip are rounded and stand for themselves.
    """
    cell = f"<{mark}></{mark}>"
    inner = length - is_first - is_last
    if not 3 <= inner <= LONGEST_SPAN:
        return cell * length
    return f"{cell * is_first}<{mark} class=n{inner}></{mark}>{cell * is_last}"


@lru_cache(maxsize=4096)
def _strip_words(total: int, months: int, quiet: int, language: str) -> str:
    """Kept by language, for a page of strips says the same few sentences again and again."""
    period = ngettext("%(months)d month", "%(months)d months", months) % {"months": months}
    contacts = ngettext("%(count)s contact in %(period)s", "%(count)s contacts in %(period)s", total) % {
        "count": dates.number(total),
        "period": period,
    }
    if not total:
        return contacts
    if quiet == 0:
        recent = _("most recent this month")
    else:
        recent = ngettext("most recent %(count)d month ago", "most recent %(count)d months ago", quiet) % {
            "count": quiet
        }
    return f"{contacts}, {recent}"


def initials(name: str, *, party: bool = False) -> str:
    """Two letters, as the name is written: of a person's first and last word, of a party's first two words."""
    words = [word for word in name.replace("-", " ").split() if word[:1].isalnum()]
    if party:  # “Association du recyclage” is AR
        words = [word for word in words if word.lower() not in SMALL_WORDS] or words
    if not words:
        return "?"
    if len(words) == 1:
        return words[0][:2].upper() if words[0][:1].isascii() else words[0][:1]
    return (words[0][0] + words[1 if party else -1][0]).upper()


def avatar(name: str, key: int | str | None = None, *, party: bool = False, size: str = "") -> SafeString:
    """Initials on one of five grounds by id: round for people, square for parties. Always beside the name."""
    ground = (int(str(key)) if str(key or "").isdigit() else sum(map(ord, name))) % 5 + 1
    more = f"{' org' if party else ''}{f' {_safe(size)}' if size else ''}"
    classes = f'"avatar{more}"' if more else "avatar"
    colour = "" if party else f" data-c={ground}"
    return SafeString(f"<span class={classes}{colour} aria-hidden=true>{_safe(initials(name, party=party))}</span>")


def who(name: str, key: int | str | None = None, *, party: bool = False, url: str = "", note: Text = "") -> SafeString:
    """Avatar and name, linked when there is somewhere to go."""
    shown = markup('<a class="t" href="{}">{}</a>', url, name) if url else markup("{}", name)
    sub = markup('<span class="sub">{}</span>', note) if note else NOTHING
    inner = markup("<span>{}{}</span>", shown, sub) if sub else shown
    return markup("<span class=who>{}{}</span>", avatar(name, key, party=party), inner)


def date_block(value: date | datetime) -> SafeString:
    """Month over day, for meetings."""
    day = dates.as_day(value)
    return markup(
        '<time class="date" datetime="{}"><span>{}</span>{}</time>', day.isoformat(), dates.month_short(day), day.day
    )


def nav_link(link: Any) -> SafeString:
    """A line of the navigation: an entry as ``core.context_processors.NavLink`` has it, with its number."""
    drawn = _nav_link(str(link.label), link.url, link.icon, link.go_key, link.current, _sprite())
    return SafeString(f"<li>{drawn}{nav_count(link) if link.count is not None else NOTHING}</a></li>")


def nav_count(link: Any, oob: bool = False) -> SafeString:
    """How much of a line of the navigation waits for the reader; nothing to be seen where nothing does.

    With ``oob`` it is brought anew by a fragment.
    """
    state = ("" if link.count else " hidden") + (' hx-swap-oob="true"' if oob else "")
    said = _safe(pgettext("counted things", "open"))
    number = dates.number(link.count)
    return SafeString(
        f'<span class="count hot" id="count-{_safe(link.key)}"{state}>{number}<span class="vh"> {said}</span></span>'
    )


@lru_cache(maxsize=1024)
def _nav_link(label: str, url: str, icon_name: str, go_key: str, current: str, sprite: str) -> str:
    here = f' aria-current="{_safe(current)}"' if current else ""
    key = f' data-go-key="{_safe(go_key)}"' if go_key else ""
    return f'<a href="{_safe(url)}"{here}{key}>{_icon(icon_name, "", sprite)}<span>{_safe(label)}</span>'


def glyph(icon_name: str, tone: str = "") -> SafeString:
    """An icon on its ground, at the head of a row."""
    return markup('<span class="glyph"{}>{}</span>', _tone(tone), icon(icon_name))


def when(value: date | datetime | None, *, style: str = "relative", today: date | None = None) -> SafeString:
    """A date in a ``<time>``, with the full date in its title where the text leaves any of it out.

    Styles: relative, near, short, long, moment, time.
    """
    if value is None:
        return NOTHING
    if type(value) is date:
        return _day(value, style, today or timezone.localdate(), reader_language())
    return _when(value, style, today)


@lru_cache(maxsize=4096)
def _day(value: date, style: str, today: date, language: str) -> SafeString:
    """Kept by language: a page of rows says the same days again and again."""
    return _when(value, style, today)


def _when(value: date | datetime, style: str, today: date | None) -> SafeString:
    match style:
        case "near":
            text = dates.near_date(value, today)
        case "short":
            text = dates.short_date(value)
        case "long":
            text = dates.long_date(value)
        case "moment" if isinstance(value, datetime):
            text = f"{dates.near_date(value, today)}, {dates.time_of_day(value)}"
        case "moment":
            text = dates.near_date(value, today)
        case "time" if isinstance(value, datetime):
            text = dates.time_of_day(value)
        case _:
            text = dates.relative_date(value, today)
    if isinstance(value, datetime):
        machine = (timezone.localtime(value) if timezone.is_aware(value) else value).isoformat(timespec="minutes")
    else:
        machine = value.isoformat()
    if text == dates.short_date(value):  # says it all
        return SafeString(f"<time datetime={machine}>{_safe(text)}</time>")
    return SafeString(f'<time datetime={machine} title="{_safe(dates.long_date(value))}">{_safe(text)}</time>')


def due(value: date | datetime | None, *, today: date | None = None) -> SafeString:
    """How far a due date is, as a tag."""
    if value is None:
        return NOTHING
    text, tone = dates.due_date(value, today)
    return tag(text, tone or "line")


def in_language(text: str | TextPair, language: str = "") -> SafeString:
    """The text, marked with ``lang`` when it is not in the language of the page. A pair knows its own language."""
    if isinstance(text, TextPair):
        language = text.language
    said = escape(str(text))
    if not language or language[:2] == reader_language():
        return SafeString(said)
    return SafeString(f'<span lang="{escape(language)}">{said}</span>')


# What ends a sentence or a list after it is no part of an address.
_WEB_ADDRESS = re.compile(r"(https?://[^\s<>\"]*[^\s<>\".,;:)])")
FRENCH_WORDS = frozenset(
    ["au", "aux", "d", "de", "des", "du", "et", "l", "la", "le", "les", "par", "pour", "sur", "un", "une"]
)


def source_words(source: str) -> SafeString:
    """The name of a source, marked with its language, for it is written as it was found, in whatever language.

    It counts as French where it has French quotation marks or small words, else as English: a reader's voice is lent
    to a title, and nothing else hangs on it. An address in it is a link.
    """
    words = set(re.findall(r"\w+", source.lower()))
    language = "fr" if "«" in source or words & FRENCH_WORDS else "en"
    linked = SafeString("".join(_linked(part) for part in _WEB_ADDRESS.split(source)))
    return linked if language == reader_language() else markup('<span lang="{}">{}</span>', language, linked)


def _linked(part: str) -> SafeString:
    is_address = _WEB_ADDRESS.fullmatch(part)
    return markup('<a href="{}" rel="noopener noreferrer">{}</a>', part, part) if is_address else markup("{}", part)


def toast(request: HttpRequest, text: Text, *, undo_url: str = "") -> None:
    """Say what happened, at the next page or fragment, with an offer to undo it. Errors are never said this way."""
    messages.success(request, str(text), extra_tags=f"undo:{undo_url}" if undo_url else "")


def warn(request: HttpRequest, text: Text) -> None:
    """Something went wrong: a banner at the top of the page, not a toast."""
    messages.error(request, str(text))


TONE_WORDS = {
    "ok": pgettext_lazy("tone of a mark", "Done, valid"),
    "warn": pgettext_lazy("tone of a mark", "Needs a look"),
    "bad": pgettext_lazy("tone of a mark", "Late, failed"),
    "info": pgettext_lazy("tone of a mark", "In progress"),
    "lock": pgettext_lazy("tone of a mark", "Restricted"),
    "copper": pgettext_lazy("tone of a mark", "Needs a person"),
}
