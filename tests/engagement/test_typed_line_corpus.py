"""The 120 typed lines, expected before the parser was written: 95 % of fields right, and no name resolved wrongly."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.engagement.typed_line_cast import CORPUS, as_expected, corpus_directory, read

CASES: list[dict[str, Any]] = CORPUS["cases"]
NAMES = ("people", "copied", "organizations", "colleagues")


def test_at_least_95_percent_of_the_fields_are_right() -> None:
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    wrong: list[str] = []
    for case in CASES:
        found = as_expected(read(case["line"]))
        for field, expected in case["expect"].items():
            total[field] += 1
            if found[field] == expected:
                right[field] += 1
            else:
                wrong.append(f"{case['id']} {field}: {found[field]!r} instead of {expected!r}")
    assert len(CASES) == 120
    assert right.total() >= 0.95 * total.total(), "\n".join(wrong)
    for field in total:
        assert right[field] >= 0.95 * total[field], f"{field}: {right[field]} of {total[field]}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["id"]))
def test_nobody_is_named_who_was_not_meant(case: dict[str, Any]) -> None:
    found = as_expected(read(case["line"]))
    for field in NAMES:
        assert set(found[field]) <= set(case["expect"][field])


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["id"]))
def test_no_open_name_is_dropped(case: dict[str, Any]) -> None:
    found = as_expected(read(case["line"]))
    assert [name["text"] for name in found["ambiguous"]] == [name["text"] for name in case["expect"]["ambiguous"]]
    assert found["unknown"] == case["expect"]["unknown"]


def test_each_line_asks_the_directory_once() -> None:
    for case in CASES:
        directory = corpus_directory()
        read(case["line"], directory)
        assert len(directory.asked) == 1


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["id"]))
def test_capitals_do_not_change_whom_a_line_names(case: dict[str, Any]) -> None:
    """In capitals a line names the same people, or leaves a name open; it never names somebody else."""
    found, shouted = as_expected(read(case["line"])), as_expected(read(case["line"].upper()))
    for field in NAMES:
        assert set(shouted[field]) <= set(found[field])
