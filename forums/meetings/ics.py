"""Invitations as calendars read them: iCalendar (RFC 5545) with the methods of RFC 5546. Words in, text out.

Times are written in the zone of the meeting, with that zone's rules beside them, so that the hour on the wall stays
right for a calendar that knows no zones or has old ones. Observances are written one by one for the years around the
meeting: rules of recurrence would promise what the next change of a law takes back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

REQUEST: Final = "REQUEST"
CANCEL: Final = "CANCEL"
_LINE_OCTETS: Final = 75
_PRODUCT: Final = "-//C2M2A//CRM//EN"
# How far around the meeting the changes of its zone's clocks are written.
_AROUND: Final = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Mailbox:
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Event:
    """One meeting for one recipient. ``sequence`` rises with each change; ``stamp`` is when this text was made.

    ``starts_at`` and ``ends_at`` are aware; ``zone`` is an IANA name. ``language`` is that of the words.
    """

    uid: str
    sequence: int
    stamp: datetime
    starts_at: datetime
    ends_at: datetime
    zone: str
    summary: str
    organizer: Mailbox
    attendee: Mailbox
    description: str = ""
    location: str = ""
    url: str = ""
    language: str = "en"
    method: str = REQUEST


def write(event: Event) -> str:
    """The calendar with this one event, its lines folded and ended as the standard wants."""
    return "".join(f"{folded}\r\n" for line in _lines(event) for folded in _folded(line))


def _lines(event: Event) -> Iterator[str]:
    yield "BEGIN:VCALENDAR"
    yield "VERSION:2.0"
    yield f"PRODID:{_PRODUCT}"
    yield "CALSCALE:GREGORIAN"
    yield f"METHOD:{event.method}"
    is_utc = event.zone == "UTC"
    if not is_utc:
        yield from _zone(event)
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(event.uid)}"
    yield f"SEQUENCE:{event.sequence}"
    yield f"DTSTAMP:{_utc(event.stamp)}"
    for name, moment in (("DTSTART", event.starts_at), ("DTEND", event.ends_at)):
        yield f"{name}:{_utc(moment)}" if is_utc else f"{name};TZID={event.zone}:{_wall(moment, event.zone)}"
    yield f"SUMMARY;LANGUAGE={event.language}:{_text(event.summary)}"
    if event.description:
        yield f"DESCRIPTION;LANGUAGE={event.language}:{_text(event.description)}"
    if event.location:
        yield f"LOCATION;LANGUAGE={event.language}:{_text(event.location)}"
    if event.url:
        yield f"URL:{_uri(event.url)}"
    yield f"ORGANIZER{_named(event.organizer)}:mailto:{_uri(event.organizer.address)}"
    answer = ";RSVP=TRUE" if event.method == REQUEST else ""
    yield (
        f"ATTENDEE{_named(event.attendee)};ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION{answer}"
        f":mailto:{_uri(event.attendee.address)}"
    )
    yield f"STATUS:{'CANCELLED' if event.method == CANCEL else 'CONFIRMED'}"
    yield "END:VEVENT"
    yield "END:VCALENDAR"


# --- Zones ------------------------------------------------------------------------------------------------------------


def _zone(event: Event) -> Iterator[str]:
    yield "BEGIN:VTIMEZONE"
    yield f"TZID:{event.zone}"
    first, last = event.starts_at.astimezone(UTC) - _AROUND, event.ends_at.astimezone(UTC) + _AROUND
    place = ZoneInfo(event.zone)
    changes = list(_changes(place, first, last))
    start = first.astimezone(place)
    # What held before the first change that is written: from a day that lies before all of them.
    yield from _observance(start.replace(tzinfo=None, microsecond=0), start, start)
    for before, after in changes:
        # The hour on the wall just before the change, as the standard names its beginning.
        wall = (after.astimezone(UTC) + (before.utcoffset() or timedelta())).replace(tzinfo=None)
        yield from _observance(wall, before, after)
    yield "END:VTIMEZONE"


def _observance(wall: datetime, before: datetime, after: datetime) -> Iterator[str]:
    kind = "DAYLIGHT" if after.dst() else "STANDARD"
    yield f"BEGIN:{kind}"
    yield f"DTSTART:{wall:%Y%m%dT%H%M%S}"
    yield f"TZOFFSETFROM:{_offset(before.utcoffset())}"
    yield f"TZOFFSETTO:{_offset(after.utcoffset())}"
    yield f"TZNAME:{after.tzname() or ''}"
    yield f"END:{kind}"


def _changes(place: ZoneInfo, first: datetime, last: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The moments at which the clocks of that place change, each as the second before and the second of the change."""
    at, step = first, timedelta(days=1)
    while at < last:
        if _rule(at, place) != _rule(at + step, place):
            low, high = at, at + step
            while high - low > timedelta(seconds=1):
                middle = (low + (high - low) / 2).replace(microsecond=0)
                if middle <= low:
                    break
                if _rule(middle, place) == _rule(at, place):
                    low = middle
                else:
                    high = middle
            high = high.replace(microsecond=0)
            yield (high - timedelta(seconds=1)).astimezone(place), high.astimezone(place)
        at += step


def _rule(at: datetime, place: ZoneInfo) -> tuple[timedelta | None, timedelta | None, str | None]:
    local = at.astimezone(place)
    return local.utcoffset(), local.dst(), local.tzname()


def _offset(offset: timedelta | None) -> str:
    seconds = int((offset or timedelta()).total_seconds())
    sign, seconds = ("-" if seconds < 0 else "+"), abs(seconds)
    hours, minutes = divmod(seconds // 60, 60)
    rest = seconds % 60
    return f"{sign}{hours:02d}{minutes:02d}" + (f"{rest:02d}" if rest else "")


def _wall(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(zone)):%Y%m%dT%H%M%S}"


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


# --- Letters ----------------------------------------------------------------------------------------------------------


def _text(value: str) -> str:
    """A value of text (RFC 5545, 3.3.11); control characters but for the end of a line are taken out."""
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    value = "".join(letter for letter in value if letter in "\n\t" or (letter >= " " and letter != "\x7f"))
    for letter in ("\\", ";", ","):
        value = value.replace(letter, f"\\{letter}")
    return value.replace("\n", "\\n")


def _uri(value: str) -> str:
    return "".join(value.split())


def _named(mailbox: Mailbox) -> str:
    """The name as a parameter: quoted, for it may hold commas; a quotation mark cannot stand in one."""
    name = " ".join("".join(letter for letter in mailbox.name if letter >= " ").replace('"', "'").split())
    return f';CN="{name}"' if name else ""


def _folded(line: str) -> Iterator[str]:
    """Lines of at most 75 octets, never cut inside a letter."""
    room, kept = _LINE_OCTETS, ""
    for letter in line:
        size = len(letter.encode())
        if size > room:
            yield kept
            kept, room = " ", _LINE_OCTETS - 1
        kept += letter
        room -= size
    yield kept
