"""The time zones in which meetings are held, and how a moment is said in one of them.

A meeting is kept as a moment of the world and the zone of its place, so that neither a change of the clocks nor a
reader elsewhere moves it. The zones are those of Canada's clocks from Yukon to Newfoundland, and a few of its partners.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.core import dates


class Zone(models.TextChoices):
    WHITEHORSE = "America/Whitehorse", gettext_lazy("Yukon (Whitehorse)")
    VANCOUVER = "America/Vancouver", gettext_lazy("Pacific (Vancouver)")
    EDMONTON = "America/Edmonton", gettext_lazy("Mountain (Edmonton, Yellowknife)")
    REGINA = "America/Regina", gettext_lazy("Saskatchewan (Regina)")
    WINNIPEG = "America/Winnipeg", gettext_lazy("Central (Winnipeg)")
    RANKIN_INLET = "America/Rankin_Inlet", gettext_lazy("Central Nunavut (Rankin Inlet)")
    TORONTO = "America/Toronto", gettext_lazy("Eastern (Toronto, Ottawa, Montréal)")
    IQALUIT = "America/Iqaluit", gettext_lazy("Eastern Nunavut (Iqaluit)")
    HALIFAX = "America/Halifax", gettext_lazy("Atlantic (Halifax)")
    GOOSE_BAY = "America/Goose_Bay", gettext_lazy("Labrador (Goose Bay)")
    ST_JOHNS = "America/St_Johns", gettext_lazy("Newfoundland (St. John’s)")
    LONDON = "Europe/London", gettext_lazy("United Kingdom (London)")
    PARIS = "Europe/Paris", gettext_lazy("Central Europe (Paris, Brussels)")
    TOKYO = "Asia/Tokyo", gettext_lazy("Japan (Tokyo)")
    SYDNEY = "Australia/Sydney", gettext_lazy("Eastern Australia (Sydney)")
    UTC = "UTC", gettext_lazy("Universal time (UTC)")


DEFAULT: Final = Zone.TORONTO


class NoSuchTime(ValidationError):
    """The clocks pass over that time on that day."""


def moment(day: date, clock: time, zone: str) -> datetime:
    """The moment at which the clocks of that zone show this. Of an hour that comes twice, the first one.

    Raises :class:`NoSuchTime` for an hour that the change to summer time leaves out.
    """
    place = ZoneInfo(zone)
    local = datetime.combine(day, clock, tzinfo=place)
    if local.astimezone(ZoneInfo("UTC")).astimezone(place).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise NoSuchTime(
            _("The clocks are moved forward on that day: %(time)s does not exist there. Choose another time.")
            % {"time": dates.time_of_day(clock)}
        )
    return local.astimezone(ZoneInfo("UTC"))


def next_day(day: date) -> date:
    return day + timedelta(days=1)


def local(at: datetime, zone: str) -> datetime:
    """What the clocks of that zone show at this moment."""
    return at.astimezone(ZoneInfo(zone))


def said(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """Day and hours where the meeting is, with the zone's name: “Tuesday, November 24, 2026, 9:00–11:30, Eastern …”."""
    first, last = local(starts_at, zone), local(ends_at, zone)
    words = {
        "day": dates.long_date(first.date()),
        "from": dates.time_of_day(first.time()),
        "to": dates.time_of_day(last.time()),
        "last_day": dates.long_date(last.date()),
        "zone": Zone(zone).label if zone in Zone.values else zone,
    }
    if first.date() != last.date():
        return _("%(day)s, %(from)s, to %(last_day)s, %(to)s, %(zone)s time") % words
    return _("%(day)s, %(from)s to %(to)s, %(zone)s time") % words
