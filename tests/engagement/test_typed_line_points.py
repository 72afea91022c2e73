"""Points in a note, and back into text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from c2m2a_crm.engagement.typed_line import Point, PointKind, Role, read_note, read_point, write_note, write_point
from tests.engagement.typed_line_cast import read


def commitment(text: str, *, theirs: bool = False, by: str = "") -> Point:
    return Point(PointKind.COMMITMENT, text, theirs, by)


@pytest.mark.parametrize(
    ("line", "point"),
    [
        ("! road access in spring", Point(PointKind.ISSUE, "road access in spring")),
        ("!road access", Point(PointKind.ISSUE, "road access")),
        ("? qui paie", Point(PointKind.QUESTION, "qui paie")),
        ("> send the map", commitment("send the map")),
        ("> we: send the map", commitment("send the map")),
        ("> by Friday: the map", commitment("by Friday: the map")),
        ("> il faut une carte", commitment("il faut une carte")),
        ("> they will send the study", commitment("they will send the study", theirs=True)),
        ("> Ils enverront l’étude", commitment("Ils enverront l’étude", theirs=True)),
        ("> elles répondront", commitment("elles répondront", theirs=True)),
        ("> Rose Lavallée: the study", commitment("the study", theirs=True, by="Rose Lavallée")),
        ("> CMPA : la liste", commitment("la liste", theirs=True, by="CMPA")),
        (
            "> Ministère des Mines du Nord : un avis",
            commitment("un avis", theirs=True, by="Ministère des Mines du Nord"),
        ),
        ("> they (rose): the study", commitment("the study", theirs=True, by="rose")),
    ],
)
def test_a_sign_at_the_beginning_makes_a_point(line: str, point: Point) -> None:
    assert read_point(line) == point


@pytest.mark.parametrize("line", ["", "plain", "a ! b", "!", "?  ", ">", ">> quoted", "!!", "\\! kept", "- item"])
def test_other_lines_are_ordinary_text(line: str) -> None:
    assert read_point(line) is None


def test_other_lines_stay_exactly_as_typed() -> None:
    points, note = read_note("first  line \n! issue\n\n\tindented\r\n? question\nlast")
    assert [line.point.text for line in points] == ["issue", "question"]
    assert note == "first  line \n\n\tindented\nlast"


def test_a_backslash_keeps_a_line_in_the_note() -> None:
    assert read_note("\\> quoted") == ((), "> quoted")
    assert write_note([], "> quoted") == "\\> quoted"


def test_only_further_lines_are_read_for_points() -> None:
    reading = read("! Call Okafor re permits\n! road\nnote")
    assert [point.text for point in reading.points] == ["road"]
    assert reading.note == "note"


def test_a_point_says_where_it_stands() -> None:
    text = "\nCall Okafor re permits\r\nnote\r\n> they will reply"
    spans = [span for span in read(text).spans if span.role is Role.POINT]
    assert [text[span.start : span.end] for span in spans] == ["> they will reply"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": ""},
        {"text": "two\nlines"},
        {"text": "a", "by": "CMPA"},
        {"text": "a", "theirs": True, "by": "a: b"},
    ],
)
def test_a_point_that_no_line_could_state_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\."):
        Point(PointKind.COMMITMENT, **wrong)  # type: ignore[arg-type]  # the values are wrong on purpose


def one_line(text: str) -> str:
    return " ".join(text.split())


WORDS = st.one_of(
    st.text(max_size=40),
    st.lists(
        st.sampled_from(
            ["they", "ils", "we:", "nous", ":", "CMPA", "Rose", "(", ")", ">", "!", "?", "\\", "will", "@omar"]
        )
    ).map(" ".join),
).map(one_line)
TEXTS = WORDS.filter(bool)
PARTIES = WORDS.map(lambda text: one_line(text.replace(":", " ")))
POINTS = st.one_of(
    st.builds(Point, st.sampled_from(PointKind), TEXTS),
    st.builds(lambda text, by: Point(PointKind.COMMITMENT, text, True, by), TEXTS, PARTIES),
)
NOTES = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(["! a", "> b", "\\> c", "\\\\? d", "", "  > e", "f", ">> g", "!"])).map("\n".join),
).map(lambda text: text.replace("\r", ""))


@given(st.lists(POINTS, max_size=5), NOTES)
def test_points_and_note_written_back_are_read_again_without_loss(points: list[Point], note: str) -> None:
    read_back, note_back = read_note(write_note(points, note))
    assert [line.point for line in read_back] == points
    assert note_back == note


@given(POINTS)
def test_each_point_has_a_line(point: Point) -> None:
    assert read_point(write_point(point)) == point


@given(st.one_of(NOTES, st.text()))
def test_a_text_read_and_written_says_the_same(text: str) -> None:
    points, note = read_note(text)
    again, note_again = read_note(write_note([line.point for line in points], note))
    assert [line.point for line in again] == [line.point for line in points]
    assert note_again == note
