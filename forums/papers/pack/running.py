"""Asks the process that reads and joins PDFs (``joining``) and takes its answers."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import structlog

log = structlog.get_logger(__name__)

# On the wall, for one question.
PATIENCE: Final = 180
# As the program says it; not imported from there, for every process would then hold what reads PDFs.
_MOVED: Final = 3
_PROGRAM: Final = Path(__file__).with_name("joining.py")


@dataclass(frozen=True, slots=True)
class Seen:
    """What a file is: its pages, or why it cannot be joined (``locked``, ``layers``, ``damaged``)."""

    pages: int = 0
    why: str = ""
    headings: tuple[int, ...] = ()


class NotJoined(RuntimeError):
    """The process ended without an answer."""


class FrontMoved(NotJoined):
    """With its numbers the front has another number of pages before some heading."""


def look_at_ours(path: Path) -> Seen:
    return _seen(_asked({"act": "look", "paths": [str(path)], "is_ours": True}))[0]


def look_at(paths: Sequence[Path]) -> list[Seen]:
    """A file that ends the process is asked about alone, so that it is the only one left out."""
    if not paths:
        return []
    try:
        return _seen(_asked({"act": "look", "paths": [str(path) for path in paths], "is_ours": False}))
    except NotJoined:
        if len(paths) == 1:
            return [Seen(why="damaged")]
        return [look_at([path])[0] for path in paths]


def join(question: dict[str, Any], target: Path) -> None:
    """Write the joined file to ``target``. Raises :class:`NotJoined`."""
    with target.open("wb") as file:
        _run({"act": "join", **question}, file)
    with target.open("rb") as file:
        if file.read(5) != b"%PDF-":
            raise NotJoined


def _asked(question: dict[str, Any]) -> Any:
    try:
        return json.loads(_run(question, subprocess.PIPE))
    except ValueError:
        raise NotJoined from None


def _run(question: dict[str, Any], output: Any) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603  a fixed list of words, no shell
            [sys.executable, "-I", "-B", str(_PROGRAM)],
            input=json.dumps(question).encode(),
            stdout=output,
            stderr=subprocess.PIPE,
            timeout=PATIENCE,
            check=False,
            env={},
            cwd="/",
        )
    except subprocess.TimeoutExpired:
        log.warning("papers took too long to join")
        raise NotJoined from None
    if done.returncode == _MOVED:
        raise FrontMoved
    if done.returncode != 0:
        # What it wrote may quote the files: only its last line, which names the kind of fault, without the words.
        fault = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2].partition(":")[0]
        log.error("papers not joined", code=done.returncode, fault=fault[:80])
        raise NotJoined
    return done.stdout or b""


def _seen(answers: Any) -> list[Seen]:
    return [
        Seen(int(each.get("pages", 0)), str(each.get("why", "")), tuple(each.get("headings", ()))) for each in answers
    ]
