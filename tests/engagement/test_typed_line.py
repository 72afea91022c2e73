"""Lines outside the corpus: what a careful colleague would read in them, and what no line may do."""

from __future__ import annotations

import json
import random
import time as clock
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from c2m2a_crm.engagement.typed_line import MOST_PHRASES, Reading, Role
from tests.engagement.typed_line_cast import CORPUS, TODAY, InMemoryDirectory, as_expected, corpus_directory, read

NAUGHTY: list[str] = json.loads((Path(__file__).parents[1] / "data/naughty-strings-blns/blns.json").read_text("utf-8"))
EMPTY: dict[str, Any] = {
    "kind": None,
    "direction": None,
    "people": [],
    "copied": [],
    "organizations": [],
    "colleagues": [],
    "ambiguous": [],
    "unknown": [],
    "subject": "",
    "occurred_on": TODAY.isoformat(),
    "minutes": None,
    "follow_ups": [],
}


def open_name(text: str, *candidates: str) -> dict[str, Any]:
    return {"text": text, "candidates": list(candidates)}


def to_do(text: str = "", due_on: str | None = None, assignee: str = "dana") -> dict[str, Any]:
    return {"text": text, "due_on": due_on, "assignee": assignee}


OKAFOR = {"people": ["ngozi-okafor"]}
CALL = {"kind": "call", "subject": "permits"}
TREMBLAYS = ("luc-tremblay", "martin-tremblay")
COTES = ("isabelle-cote", "jean-francois-cote")

NAMES: list[tuple[str, dict[str, Any]]] = [
    # A listed name inside a longer, unlisted one names nobody.
    ("Call Grant Thornton re permits", {**CALL, "unknown": ["Grant Thornton"]}),
    ("Call Grant program officer re permits", {**CALL, "unknown": ["Grant program officer"]}),
    ("Call Shield Nickel Ontario re permits", {**CALL, "unknown": ["Shield Nickel Ontario"]}),
    ("Call Catherine de la Rue re permits", {**CALL, "unknown": ["Catherine de la Rue"]}),
    ("Call Marie de la Durantaye re permits", {**CALL, "unknown": ["Marie de la Durantaye"]}),
    ("call pierre tremblay re permits", {**CALL, "unknown": ["pierre tremblay"]}),
    ("Call Okafor’s assistant re permits", {**CALL, "unknown": ["Okafor’s assistant"]}),
    ("Call Okafor Northline re permits", {**CALL, "unknown": ["Okafor Northline"]}),
    ("Call Institut re permits", {**CALL, "unknown": ["Institut"]}),
    ("Call the First Nation re permits", {**CALL, "unknown": ["First Nation"]}),
    # Small letters after who it was and how long are what it was about, though a name on file begins so.
    (
        "Call with Okafor, 15 min, grant terms agreed",
        {**OKAFOR, "kind": "call", "minutes": 15, "subject": "grant terms agreed"},
    ),
    (
        "Call with Okafor, 15 min, port fees of Prince Rupert",
        {**OKAFOR, "kind": "call", "minutes": 15, "subject": "port fees of Prince Rupert"},
    ),
    ("Meeting with Okafor, 1 h, session test", {**OKAFOR, "kind": "meeting", "minutes": 60, "subject": "session test"}),
    # A listed name that does not quite fit is asked about, even where it has one bearer.
    (
        "Call Okafor graphite offtake",
        {"kind": "call", "ambiguous": [open_name("Okafor", "ngozi-okafor")], "subject": "graphite offtake"},
    ),
    (
        "Grant meeting with Okafor re permits",
        {**OKAFOR, "kind": "meeting", "ambiguous": [open_name("Grant", "william-grant")], "subject": "permits"},
    ),
    (
        "Call Okafor (CMPA) re permits",
        {**CALL, "organizations": ["cmpa"], "ambiguous": [open_name("Okafor", "ngozi-okafor")]},
    ),
    (
        "Met the new CMPA director Chloé Martin re permits",
        {"kind": "meeting", "subject": "permits", "ambiguous": [open_name("Chloé Martin", "chloe-martin")]},
    ),
    # “M.” is Monsieur, “à” and “d’” are prepositions: none is an initial.
    (
        "M. Tremblay a appelé",
        {"kind": "call", "direction": "incoming", "ambiguous": [open_name("Tremblay", *TREMBLAYS)]},
    ),
    (
        "Appel à Singh",
        {"kind": "call", "direction": "outgoing", "ambiguous": [open_name("Singh", "anika-singh", "harpreet-singh")]},
    ),
    ("Call J.-F. Côté re permits", {**CALL, "people": ["jean-francois-cote"]}),
    ("C. de la Durantaye called", {"kind": "call", "direction": "incoming", "people": ["catherine-de-la-durantaye"]}),
    # Brackets settle; a preposition names both.
    (
        "Tél. à Mme Côté (IRMN) sur le bail",
        {
            "kind": "call",
            "direction": "outgoing",
            "people": ["isabelle-cote"],
            "organizations": ["irmn"],
            "subject": "le bail",
        },
    ),
    (
        "Tél Côté de l’IRMN sur le bail",
        {"kind": "call", "organizations": ["irmn"], "ambiguous": [open_name("Côté", *COTES)], "subject": "le bail"},
    ),
    (
        "Call Singh (Shield) re permits",
        {
            **CALL,
            "ambiguous": [
                open_name("Singh", "anika-singh", "harpreet-singh"),
                open_name("Shield", "shield-nickel", "shield-nickel-refining"),
            ],
        },
    ),
    ("Call Okafor of Northline re permits", {**CALL, **OKAFOR, "organizations": ["northline"]}),
    ("Call CMPA Okafor re permits", {**CALL, **OKAFOR, "organizations": ["cmpa"]}),
    ("Call Northline Graphite Inc. re permits", {**CALL, "organizations": ["northline"]}),
    (
        "Rencontre avec Rose et le Conseil de la potasse sur le rail",
        {"kind": "meeting", "people": ["rose-lavallee"], "organizations": ["ppc"], "subject": "le rail"},
    ),
    ("Met Minister Grant re permits", {"kind": "meeting", "people": ["william-grant"], "subject": "permits"}),
    ("Call 王伟 re permits", {**CALL, "unknown": ["王伟"]}),
    ("Call @@omar re permits", {**CALL, "colleagues": ["omar"]}),
    (
        "Email to Rose (cc Siku, @omar) re road",
        {
            "kind": "email",
            "direction": "outgoing",
            "people": ["rose-lavallee"],
            "copied": ["siku"],
            "colleagues": ["omar"],
            "subject": "road",
        },
    ),
]

KINDS: list[tuple[str, dict[str, Any]]] = [
    ("Okafor called re permits", {**CALL, **OKAFOR, "direction": "incoming"}),
    ("I called Okafor re permits", {**CALL, **OKAFOR, "direction": "outgoing"}),
    ("@omar called Okafor re permits", {**CALL, **OKAFOR, "direction": "outgoing", "colleagues": ["omar"]}),
    ("Bergstrom called re permits", {**CALL, "direction": "incoming", "unknown": ["Bergstrom"]}),
    (
        "Okafor nous a écrit un courriel sur le bail",
        {**OKAFOR, "kind": "email", "direction": "incoming", "subject": "le bail"},
    ),
    (
        "Courriel envoyé par Okafor sur le bail",
        {**OKAFOR, "kind": "email", "direction": "incoming", "subject": "le bail"},
    ),
    ("Email Okafor re permits", {**OKAFOR, "kind": "email", "subject": "permits"}),
    ("Conference call with Okafor re permits", {**CALL, **OKAFOR}),
    ("Quick call with Okafor on Teams re permits", {**CALL, **OKAFOR}),
    ("Spoke with Okafor re permits", {**OKAFOR, "subject": "permits"}),
    ("Okafor n’a pas répondu", {**OKAFOR, "kind": "attempt"}),
    ("Call Okafor re permits, no answer", {**OKAFOR, "kind": "attempt", "subject": "permits"}),
    ("Call Okafor re permits; no answer", {**OKAFOR, "kind": "attempt", "subject": "permits"}),
    ("No answer", {"kind": "attempt"}),
    ("Meeting - tailings standard", {"kind": "meeting", "subject": "tailings standard"}),
    ("CALL OKAFOR RE PERMITS, 45 MIN", {**OKAFOR, "kind": "call", "subject": "PERMITS", "minutes": 45}),
    # Not contacts.
    ("Call for proposals closes Friday", {"subject": "Call for proposals closes Friday"}),
    ("Appel d’offres pour le quai", {"subject": "Appel d’offres pour le quai"}),
    ("Rose said the road is closed", {"subject": "Rose said the road is closed"}),
    ("Grant about to close", {"subject": "Grant about to close"}),
    ("Nickel price rose. Mills cut shifts", {"subject": "Nickel price rose. Mills cut shifts"}),
    ("Nickel price rose; mills cut shifts", {"subject": "Nickel price rose; mills cut shifts"}),
    ("Rumour about tariffs @kevin", {"subject": "Rumour about tariffs @kevin", "unknown": ["@kevin"]}),
    ("Rumour about tariffs @omar", {"subject": "Rumour about tariffs @omar", "colleagues": ["omar"]}),
    ("Okafor", OKAFOR),
    ("Mtg re list with Grant Thornton", {"kind": "meeting", "subject": "list with Grant Thornton"}),
    ("Mtg re list with Grant", {"kind": "meeting", "people": ["william-grant"], "subject": "list"}),
]

DATES: list[tuple[str, dict[str, Any]]] = [
    ("Call Okafor on Wed re permits", {**CALL, **OKAFOR}),
    ("Call Okafor last Wed re permits", {**CALL, **OKAFOR, "occurred_on": "2026-11-11"}),
    ("Call Okafor Friday, Nov 13 re permits", {**CALL, **OKAFOR, "occurred_on": "2026-11-13"}),
    ("Call Okafor 12 November 2025 re permits", {**CALL, **OKAFOR, "occurred_on": "2025-11-12"}),
    (
        "Appel avec Okafor le vendredi 13 novembre sur le bail",
        {"kind": "call", **OKAFOR, "occurred_on": "2026-11-13", "subject": "le bail"},
    ),
    (
        "Appel Okafor il y a deux semaines sur le bail",
        {"kind": "call", **OKAFOR, "occurred_on": "2026-11-04", "subject": "le bail"},
    ),
    (
        "Visite chez Red Cap Lithium le 12",
        {"kind": "visit", "organizations": ["red-cap-lithium"], "occurred_on": "2026-11-12"},
    ),
    ("Call Okafor Jan 5 re permits", {**CALL, **OKAFOR}),
    # Two dates: the first is the day of the contact, the second is nowhere else.
    ("Call Okafor Monday and Tuesday re permits", {**CALL, **OKAFOR, "occurred_on": "2026-11-16"}),
    (
        "Call Okafor Nov 10 re letter of Nov 3",
        {"kind": "call", **OKAFOR, "occurred_on": "2026-11-10", "subject": "letter of Nov 3"},
    ),
    # "By", "before" and "until" a day: something to come, never the day of the contact.
    ("Call Okafor by Friday", {"kind": "call", **OKAFOR}),
    ("Call Okafor re permits by Friday", {"kind": "call", **OKAFOR, "subject": "permits by Friday"}),
    ("Courriel à Okafor avant vendredi", {"kind": "email", "direction": "outgoing", **OKAFOR}),
    (
        "Emailed Okafor re: permits, she will answer by Friday",
        {
            "kind": "email",
            "direction": "outgoing",
            **OKAFOR,
            "subject": "permits",
            "follow_ups": [to_do("she will answer", "2026-11-20")],
        },
    ),
    # Days that never were, will be, or could be either, are no day of a contact.
    ("Call Okafor Feb 30 re permits", {**CALL, **OKAFOR}),
    ("Call Okafor on Nov 31 re permits", {**CALL, **OKAFOR}),
    ("Met Okafor 03/04 re permits", {"kind": "meeting", **OKAFOR, "subject": "permits"}),
    ("Meeting with Okafor on 2026-12-10 re permits", {"kind": "meeting", **OKAFOR, "subject": "permits"}),
    ("Call Okafor last week re permits", {**CALL, **OKAFOR}),
    # Durations.
    ("Appel avec Okafor de 9 h à 10 h 30 sur le bail", {"kind": "call", **OKAFOR, "minutes": 90, "subject": "le bail"}),
    ("Meeting with Okafor 2-3 pm re permits", {"kind": "meeting", **OKAFOR, "minutes": 60, "subject": "permits"}),
    (
        "Appel Okafor sur le bail pendant une heure et demie",
        {"kind": "call", **OKAFOR, "minutes": 90, "subject": "le bail"},
    ),
    ("Appel Okafor, trois quarts d’heure", {"kind": "call", **OKAFOR, "minutes": 45}),
    ("Call Okafor about 45 min re permits", {**CALL, **OKAFOR, "minutes": 45}),
    ("Call Okafor re permits; 1.5 hours", {**CALL, **OKAFOR, "minutes": 90}),
    ("Call Okafor re 2 h outage in Timmins", {"kind": "call", **OKAFOR, "subject": "2 h outage in Timmins"}),
    ("Meeting with Okafor, 9h30, re permits", {"kind": "meeting", **OKAFOR, "subject": "permits"}),
]

FOLLOW_UPS: list[tuple[str, dict[str, Any]]] = [
    ("; follow up Fri", {"follow_ups": [to_do("", "2026-11-20")]}),
    ("Follow up Fri @omar", {"follow_ups": [to_do("", "2026-11-20", "omar")]}),
    ("Call Okafor re permits, follow up Fri", {**CALL, **OKAFOR, "follow_ups": [to_do("", "2026-11-20")]}),
    ("Call Okafor re permits, suivi du caribou", {"kind": "call", **OKAFOR, "subject": "permits, suivi du caribou"}),
    (
        "Call Okafor re permits; send Dec 10 agenda by Friday",
        {**CALL, **OKAFOR, "follow_ups": [to_do("send Dec 10 agenda", "2026-11-20")]},
    ),
    ("Call Okafor re permits; send Dec 10 agenda", {**CALL, **OKAFOR, "follow_ups": [to_do("send Dec 10 agenda")]}),
    (
        "Call Okafor re permits; reply to letter of Nov 3",
        {**CALL, **OKAFOR, "follow_ups": [to_do("reply to letter of Nov 3")]},
    ),
    (
        "Call Okafor re permits; réunion jeudi 19 à 14 h avec Rose",
        {**CALL, **OKAFOR, "follow_ups": [to_do("réunion avec Rose", "2026-11-19")]},
    ),
    (
        "Call Okafor re permits; report in 3 months @Éloïse",
        {**CALL, **OKAFOR, "follow_ups": [to_do("report", "2027-02-18", "eloise")]},
    ),
    ("Call Okafor re permits; mon rapport", {**CALL, **OKAFOR}),
    # What only tells something is no follow-up; a verb, a day to come or the word makes one.
    ("Call Okafor re permits. Pilot is at 60% of design output.", {**CALL, **OKAFOR}),
    ("Call Okafor re permits. They opened the pit on Monday.", {**CALL, **OKAFOR}),
    ("Call Okafor re permits. Draft note is ready.", {**CALL, **OKAFOR}),
    ("Call Okafor re permits; draft note", {**CALL, **OKAFOR, "follow_ups": [to_do("draft note")]}),
    (
        "Call Okafor re permits. Her board wants it by Monday.",
        {**CALL, **OKAFOR, "follow_ups": [to_do("Her board wants it", "2026-11-23")]},
    ),
    # The words that only announce a follow-up go; those that a sentence needs stay.
    (
        "Call Okafor re permits. Follow up Friday: send the map.",
        {**CALL, **OKAFOR, "follow_ups": [to_do("send the map", "2026-11-20")]},
    ),
    (
        "Appel Okafor sur le bail. Suivi vendredi : envoyer la carte.",
        {"kind": "call", **OKAFOR, "subject": "le bail", "follow_ups": [to_do("envoyer la carte", "2026-11-20")]},
    ),
    (
        "Call Okafor re permits; follow up with Rose on Monday",
        {**CALL, **OKAFOR, "follow_ups": [to_do("follow up with Rose", "2026-11-23")]},
    ),
    ("Call Okafor re permits; suivi du caribou", {**CALL, **OKAFOR, "follow_ups": [to_do("suivi du caribou")]}),
    ("Call Okafor re permits; send by Wed noon", {**CALL, **OKAFOR, "follow_ups": [to_do("send", "2026-11-25")]}),
    (
        "Call Okafor re plan B. Send map tomorrow",
        {"kind": "call", **OKAFOR, "subject": "plan B.", "follow_ups": [to_do("Send map", "2026-11-19")]},
    ),
    (
        "Call Okafor re permits by Dec. 3. Book room.",
        {"kind": "call", **OKAFOR, "subject": "permits by Dec. 3", "follow_ups": [to_do("Book room")]},
    ),
    (
        "Call Okafor re permits; send map @kevin; cc Nakashima",
        {**CALL, **OKAFOR, "unknown": ["@kevin", "Nakashima"], "follow_ups": [to_do("send map")]},
    ),
    ("Call Okafor re permits; ; ;", {**CALL, **OKAFOR}),
    (
        "Nickel price rose; follow up Fri @nobody",
        {"subject": "Nickel price rose", "unknown": ["@nobody"], "follow_ups": [to_do("", "2026-11-20")]},
    ),
]

NONSENSE: list[tuple[str, dict[str, Any]]] = [
    ("", {}),
    ("   \t ", {}),
    ("\n\n\n", {}),
    (";", {}),
    ("…!?—,,..", {"subject": "…!?—,,.."}),
    ("😀👍🏽", {"subject": "😀👍🏽"}),
    ("📞 Call Okafor re permits", {**CALL, **OKAFOR}),
    ("اتصال مع وزارة المناجم", {"subject": "اتصال مع وزارة المناجم"}),
    ("Call Okafor re \u202epermits\u202c", {"kind": "call", **OKAFOR, "subject": "permits"}),
    ("<script>alert('x')</script>", {"subject": "<script>alert('x')</script>"}),
    ("'; DROP TABLE people; --", {}),
    ('=HYPERLINK("http://example.org")', {"subject": '=HYPERLINK("http://example.org")'}),
]


@pytest.mark.parametrize(("line", "expected"), NAMES + KINDS + DATES + FOLLOW_UPS, ids=lambda value: str(value)[:60])
def test_a_line_reads_as_a_colleague_would_read_it(line: str, expected: dict[str, Any]) -> None:
    assert as_expected(read(line)) == {**EMPTY, **expected}


@pytest.mark.parametrize(("line", "expected"), NONSENSE, ids=lambda value: str(value)[:30])
def test_nonsense_names_nobody_and_is_kept(line: str, expected: dict[str, Any]) -> None:
    found = as_expected(read(line))
    assert found["people"] == expected.get("people", [])
    assert found["organizations"] == found["colleagues"] == found["ambiguous"] == []
    if "subject" in expected:
        assert found["subject"] == expected["subject"]


@pytest.mark.parametrize(
    ("line", "at"),
    [
        ("Call Okafor at 2:30 pm re permits", time(14, 30)),
        ("Call Okafor at 9:30 re permits", time(9, 30)),
        ("Call Okafor at 3 re permits", time(15)),
        ("RDV Okafor 14h30 sur le bail", time(14, 30)),
        ("Appel Okafor hier à 9 h sur le bail", time(9)),
        ("Appel Okafor à midi", time(12)),
        ("Call Okafor re permits at 11 am", time(11)),
        ("Call Okafor re permits", None),
        ("Appel Okafor, 1h30", None),
    ],
)
def test_a_time_of_day_is_read_beside_the_day(line: str, at: time | None) -> None:
    assert read(line).occurred_time == at


@pytest.mark.parametrize(
    ("line", "unread"),
    [
        ("Meeting with Okafor and her team re permits", ("her team",)),
        ("Meeting with Okafor on 2026-12-10 re permits", ("on 2026-12-10",)),
        ("Met Okafor 03/04 re permits", ("03/04",)),
        ("Call Okafor last week re permits", ("last week",)),
        ("Call Okafor re permits", ()),
    ],
)
def test_words_that_went_nowhere_are_told(line: str, unread: tuple[str, ...]) -> None:
    assert read(line).unread == unread


@pytest.mark.parametrize(
    ("today", "line", "occurred_on"),
    [
        (date(2027, 1, 5), "Call Okafor Dec 20 re permits", date(2026, 12, 20)),
        (date(2027, 3, 1), "Call Okafor Feb 29 re permits", date(2024, 2, 29)),
        (date(2026, 11, 16), "Call Okafor Monday re permits", date(2026, 11, 16)),
        (date(1900, 1, 1), "Call Okafor 400 months ago", date(1866, 9, 1)),
    ],
)
def test_the_day_of_a_contact_is_the_latest_such_day(today: date, line: str, occurred_on: date) -> None:
    assert read(line, today=today).occurred_on == occurred_on


@pytest.mark.parametrize(
    ("line", "remark", "task"),
    [
        (
            "Call with Ngozi Okafor and Dana Ferro, 25 min this morning. Pilot is at 60% of design output. "
            "Follow up Friday: send the seat criteria.",
            "Pilot is at 60% of design output.",
            "send the seat criteria",
        ),
        (
            "Appel avec Ngozi Okafor et Dana Ferro, 25 min ce matin. Le pilote tourne à 60 % de sa capacité. "
            "Suivi vendredi : envoyer les critères.",
            "Le pilote tourne à 60 % de sa capacité.",
            "envoyer les critères",
        ),
    ],
)
def test_a_free_sentence_is_told_and_not_to_do(line: str, remark: str, task: str) -> None:
    reading = read(line)
    expected = {
        "kind": "call",
        **OKAFOR,
        "unknown": ["Dana Ferro"],
        "minutes": 25,
        "follow_ups": [to_do(task, "2026-11-20")],
    }
    assert as_expected(reading) == {**EMPTY, **expected}
    assert reading.remarks == (remark,)
    assert reading.day_part == "morning"
    assert reading.unread == ()


@pytest.mark.parametrize(
    "sentence", ["Rose Lavallée, their chief, joined.", "Rose Lavallée s’est jointe à nous.", "Rose Lavallée attended."]
)
def test_who_joined_is_somebody_who_was_there(sentence: str) -> None:
    reading = read(f"Call with Ngozi Okafor. {sentence} Pilot runs.")
    assert [person.key for person in reading.people] == ["ngozi-okafor", "rose-lavallee"]
    check_spans(f"Call with Ngozi Okafor. {sentence} Pilot runs.", reading)


def test_two_languages_mix_in_one_line() -> None:
    found = as_expected(read("Lunch avec Rose about la route d’hiver hier, 2 heures; follow up vendredi @tom"))
    assert found == {
        **EMPTY,
        "kind": "meeting",
        "people": ["rose-lavallee"],
        "subject": "la route d’hiver",
        "occurred_on": "2026-11-17",
        "minutes": 120,
        "follow_ups": [to_do("", "2026-11-20", "tom")],
    }


def test_a_handle_that_two_colleagues_answer_to_is_asked_about() -> None:
    directory = corpus_directory()
    directory.add_colleague("omar-2", "Omar Sy", "@omar")
    reading = read("Call Okafor re permits @omar; follow up Fri @omar", directory)
    assert reading.colleagues == ()
    assert [name.text for name in reading.ambiguous] == ["@omar", "@omar"]
    assert reading.follow_ups[0].assignee.key == "dana"


def test_a_name_that_a_person_and_an_organization_bear_is_asked_about() -> None:
    directory = corpus_directory()
    directory.add_organization("okafor-mining", ["Okafor Mining"])
    assert as_expected(read("Call Okafor re permits", directory))["ambiguous"] == [
        open_name("Okafor", "ngozi-okafor", "okafor-mining")
    ]


def test_an_elision_is_no_initial() -> None:
    directory = InMemoryDirectory()
    directory.add_person("dayo-okafor", "Dayo", "Okafor")
    directory.add_person("ngozi-okafor", "Ngozi", "Okafor")
    assert as_expected(read("Courriel d’Okafor sur le bail", directory))["ambiguous"] == [
        open_name("Okafor", "dayo-okafor", "ngozi-okafor")
    ]


def test_a_line_without_words_does_not_ask() -> None:
    directory = corpus_directory()
    read("… !", directory)
    assert directory.asked == []


@pytest.mark.parametrize("text", NAUGHTY, ids=range(len(NAUGHTY)))
def test_no_naughty_string_breaks_the_parser(text: str) -> None:
    for line in (text, f"Call {text} re {text}; {text} @omar", f"Call Okafor re permits\n{text}\n! {text}"):
        check_spans(line, read(line))


WORDS = st.sampled_from(
    sorted(
        {word for case in CORPUS["cases"] for word in case["line"].split()}
        | {";", "—", "(", ")", "d’", "de", "on", "\n!", "\n>"}
    )
)


@given(st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=25).map(" ".join)))
def test_whatever_is_typed_is_read(text: str) -> None:
    directory = corpus_directory()
    reading = read(text, directory)
    check_spans(text, reading)
    assert reading.occurred_on <= TODAY
    assert all(follow_up.due_on is None or follow_up.due_on >= TODAY for follow_up in reading.follow_ups)
    assert len(directory.asked) <= 1
    assert all(len(name.candidates) > 0 for name in reading.ambiguous)


def check_spans(text: str, reading: Reading) -> None:
    """In order, inside the text, never empty, never overlapping; and the names in them are the names of the reading."""
    end = 0
    for span in reading.spans:
        assert end <= span.start < span.end <= len(text)
        end = span.end
    texts = {role: [text[span.start : span.end] for span in reading.spans if span.role is role] for role in Role}
    assert texts[Role.AMBIGUOUS] == [name.text for name in reading.ambiguous]
    assert texts[Role.UNKNOWN] == list(reading.unknown)
    assert len(texts[Role.POINT]) == len(reading.points)


def test_every_word_of_a_line_is_marked_with_what_it_was_taken_for() -> None:
    text = "Call Tremblay, Okafor re graphite offtake, 45 min; send map Fri @omar"
    assert [(text[span.start : span.end], span.role.value) for span in read(text).spans] == [
        ("Call", "kind"),
        ("Tremblay", "ambiguous"),
        ("Okafor", "person"),
        ("graphite offtake", "subject"),
        ("45 min", "duration"),
        ("send map", "follow_up"),
        ("Fri", "due"),
        ("@omar", "assignee"),
    ]


def test_a_pasted_page_asks_for_a_bounded_number_of_names() -> None:
    directory = InMemoryDirectory()
    read(" ".join(f"Word{number} @handle{number}" for number in range(2000)), directory)
    assert len(directory.asked[0]) <= MOST_PHRASES


class Nobody(InMemoryDirectory):
    """Answers without looking, so that only the parser is timed."""

    def match(self, phrases: Any) -> dict[str, Any]:
        return {}


def seconds(text: str, *, tries: int = 3) -> float:
    best = float("inf")
    for _ in range(tries):
        begin = clock.process_time()
        read(text, Nobody())
        best = min(best, clock.process_time() - begin)
    return best


def test_five_thousand_letters_are_read_in_no_time() -> None:
    words = [word for case in CORPUS["cases"] for word in case["line"].split()]
    random.Random(1).shuffle(words)
    assert seconds(" ".join(words * 3)[:5000], tries=8) < 0.05
    assert seconds("Call Okafor re " + "permits and tailings " * 238, tries=8) < 0.05


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "a ",
        "a;",
        "A. ",
        "d'",
        "de ",
        "with the ",
        "(",
        "Okafor, ",
        "@a ",
        "10 ",
        "Nov 12, ",
        "on ",
        "a-",
        ", follow up",
        "> a: b\n",
        "\u0301",
        "a@b.c ",
    ],
)
def test_reading_time_grows_with_the_length_and_no_faster(piece: str) -> None:
    short, long = seconds(piece * (2000 // len(piece))), seconds(piece * (8000 // len(piece)))
    assert long < 9 * short + 0.02
