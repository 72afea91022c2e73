"""Calendar invitations: two independent parsers read what was meant, in every zone, on both sides of a change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject

from forums.meetings import ics, zones

# The clocks of summer time changed in Canada on these days of 2026, and not in Yukon or Saskatchewan.
SPRING, AUTUMN = datetime(2026, 3, 8), datetime(2026, 11, 1)

EVENT = ics.Event(
    uid="7f1b@crm.example",
    sequence=2,
    stamp=datetime(2026, 10, 1, 12, tzinfo=UTC),
    starts_at=datetime(2026, 11, 24, 14, tzinfo=UTC),
    ends_at=datetime(2026, 11, 24, 16, 30, tzinfo=UTC),
    zone="America/Toronto",
    summary="Réunion; carottes, « forage » \\ tables",
    description="First line\nSecond; line, with \\ and 漢字 " + "é" * 90,
    location="Édifice de l’Ouest, salle 200",
    url="https://crm.example/p/meeting/abc",
    organizer=ics.Mailbox('Secretariat "CMIEF", office', "forum@crm.example"),
    attendee=ics.Mailbox("Zoë Ångström", "zoe@cast.example"),
    language="fr",
)


def test_two_parsers_read_what_was_written() -> None:
    text = ics.write(EVENT)
    event = icalendar.Calendar.from_ical(text).walk("VEVENT")[0]
    assert (event["UID"], event["SEQUENCE"], event["SUMMARY"]) == (EVENT.uid, 2, EVENT.summary)
    assert (event["DESCRIPTION"], event["LOCATION"]) == (EVENT.description, EVENT.location)
    assert (event["ORGANIZER"], event["ORGANIZER"].params["CN"]) == (
        "mailto:forum@crm.example",
        "Secretariat 'CMIEF', office",
    )
    assert (event["ATTENDEE"], event["ATTENDEE"].params["RSVP"]) == ("mailto:zoe@cast.example", "TRUE")
    assert icalendar.Calendar.from_ical(text)["METHOD"] == "REQUEST"

    other = vobject.readOne(text)
    assert (other.method.value, other.vevent.uid.value, other.vevent.sequence.value) == ("REQUEST", EVENT.uid, "2")
    assert (other.vevent.summary.value, other.vevent.description.value) == (EVENT.summary, EVENT.description)
    assert other.vevent.dtstart.value == EVENT.starts_at
    assert other.vevent.attendee.params["CN"] == ["Zoë Ångström"]


def test_cancelling_asks_no_answer() -> None:
    text = ics.write(replace(EVENT, method=ics.CANCEL, sequence=3)).replace("\r\n ", "")
    assert "METHOD:CANCEL\r\n" in text
    assert "STATUS:CANCELLED\r\n" in text
    assert "RSVP" not in text


def test_update_has_the_same_number_and_a_higher_sequence() -> None:
    first, later = (
        icalendar.Calendar.from_ical(ics.write(replace(EVENT, sequence=sequence))).walk("VEVENT")[0]
        for sequence in (0, 1)
    )
    assert first["UID"] == later["UID"]
    assert later["SEQUENCE"] > first["SEQUENCE"]


def test_no_line_is_longer_than_75_octets_and_every_line_ends_as_it_should() -> None:
    text = ics.write(EVENT)
    assert text.endswith("END:VCALENDAR\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75


def test_what_people_write_adds_no_line() -> None:
    bad = "Title\r\nATTENDEE:mailto:intruder@cast.example"
    mailbox = ics.Mailbox("Name\r\nX-BAD:1", "a@cast.example\r\nX-BAD:1")
    event = replace(EVENT, summary=bad, location=bad, attendee=mailbox, url="https://crm.example/\r\nX-BAD:1")
    lines = ics.write(event).replace("\r\n ", "").split("\r\n")
    assert not [line for line in lines if line.startswith(("X-BAD", "ATTENDEE:mailto:intruder"))]


def test_every_zone_keeps_its_hour_on_both_sides_of_both_changes() -> None:
    """The table: 16 zones, four days each; both parsers, by the rules in the text alone, find the moment."""
    checked = 0
    for zone in zones.Zone.values:
        for day in (SPRING - timedelta(days=1), SPRING, AUTUMN - timedelta(days=1), AUTUMN):
            starts = zones.moment(day.date(), time(9, 30), zone)
            text = ics.write(replace(EVENT, zone=zone, starts_at=starts, ends_at=starts + timedelta(hours=2)))
            # A name that no parser knows (one of them keeps zones by name): it must go by the rules written there.
            name = f"Unknown-{zone}-{day:%m%d}".replace("/", "-")
            unknown = text.replace(f"TZID:{zone}", f"TZID:{name}").replace(f"TZID={zone}", f"TZID={name}")
            event = icalendar.Calendar.from_ical(unknown).walk("VEVENT")[0]
            found_times = [event["DTSTART"].dt]
            if zone != "Europe/London":  # vobject registers no zone whose winter is universal time
                found_times.append(vobject.readOne(unknown).vevent.dtstart.value)
            for found in found_times:
                assert found.replace(tzinfo=None).time() == time(9, 30) or zone == "UTC", (zone, day)
                assert found.astimezone(UTC) == starts.astimezone(UTC), (zone, day, found)
            checked += 1
    assert checked == 4 * len(zones.Zone.values)


def test_change_of_the_clocks_is_named_by_the_hour_before_it() -> None:
    text = ics.write(EVENT)
    assert "BEGIN:STANDARD\r\nDTSTART:20261101T020000\r\nTZOFFSETFROM:-0400\r\nTZOFFSETTO:-0500\r\n" in text
    assert "BEGIN:DAYLIGHT\r\nDTSTART:20270314T020000\r\nTZOFFSETFROM:-0500\r\nTZOFFSETTO:-0400\r\n" in text


@pytest.mark.parametrize(
    ("zone", "winter", "summer"),
    [
        ("America/Whitehorse", -7, -7),
        ("America/Regina", -6, -6),
        ("America/Toronto", -5, -4),
        ("America/Halifax", -4, -3),
        ("America/St_Johns", -3.5, -2.5),
    ],
)
def test_hours_from_yukon_to_newfoundland(zone: str, winter: float, summer: float) -> None:
    for day, hours in ((datetime(2026, 1, 15), winter), (datetime(2026, 7, 15), summer)):
        at = zones.moment(day.date(), time(9), zone)
        assert at == datetime(day.year, day.month, day.day, 9, tzinfo=UTC) - timedelta(hours=hours)


def test_hour_that_the_change_leaves_out_is_refused_in_words() -> None:
    with pytest.raises(zones.NoSuchTime, match="does not exist there"):
        zones.moment(SPRING.date(), time(2, 30), "America/Toronto")
    assert zones.moment(SPRING.date(), time(2, 30), "America/Regina")


def test_hour_that_comes_twice_is_the_first_one() -> None:
    at = zones.moment(AUTUMN.date(), time(1, 30), "America/Toronto")
    assert at.astimezone(ZoneInfo("America/Toronto")).tzname() == "EDT"


def test_meeting_that_crosses_a_change_lasts_as_long_as_it_lasts() -> None:
    starts = zones.moment(AUTUMN.date(), time(0, 30), "America/Halifax")
    event = replace(EVENT, zone="America/Halifax", starts_at=starts, ends_at=starts + timedelta(hours=2))
    read = icalendar.Calendar.from_ical(ics.write(event)).walk("VEVENT")[0]
    # From half past midnight, summer time, to half past one, standard time: two hours, though the walls say one.
    assert (read["DTSTART"].dt.time(), read["DTEND"].dt.time()) == (time(0, 30), time(1, 30))
