"""Colours stand in the tokens layer only and are told apart by every reader; what the browser loads stays small."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "static"
CSS = (STATIC / "css" / "app.css").read_text()
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|rgba|hsl|oklch|lab)\(")
TOKEN = re.compile(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);")
LIGHT = {name: light for name, light, _ in TOKEN.findall(CSS)}
DARK = {name: dark for name, _, dark in TOKEN.findall(CSS)}
TEXT, GRAPHIC = 4.5, 3.0

GROUNDS = ["bg", "surface", "sunken", "hover"]
STATUSES = ["ok", "warn", "bad", "info", "lock"]
PAIRS = [
    *[(ink, ground, TEXT) for ink in ("ink", "ink-2", "ink-3") for ground in (*GROUNDS, "selected")],
    *[("accent", ground, TEXT) for ground in ("surface", "selected", "sunken")],
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-2", TEXT),
    *[("link", ground, TEXT) for ground in (*GROUNDS, "selected")],
    *[("focus", ground, GRAPHIC) for ground in GROUNDS],
    *[("copper", ground, TEXT) for ground in ("surface", "sunken", "bg", "copper-soft")],
    *[("copper-g", ground, GRAPHIC) for ground in ("surface", "sunken", "bg")],
    *[(status, ground, TEXT) for status in STATUSES for ground in ("surface", "sunken", f"{status}-soft")],
    *[("ink", f"{status}-soft", TEXT) for status in (*STATUSES, "copper")],
    *[("control", ground, GRAPHIC) for ground in ("surface", "sunken")],
    *[(f"c{number}", "surface", GRAPHIC) for number in range(1, 7)],
    *[("ink", step, TEXT) for step in ("s0", "s1", "s2")],
    ("on-accent", "s4", TEXT),
    ("surface", "ink", TEXT),
]


def layer(name: str) -> str:
    """All text of one cascade layer."""
    found = []
    for start in re.finditer(rf"@layer {name} \{{", CSS):
        depth, end = 1, start.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(CSS[end], 0)
            end += 1
        found.append(CSS[start.start() : end])
    return "\n".join(found)


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2: 1 for equal colours, 21 for black on white."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_ratio_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_colours_are_written_in_the_tokens_layer_only() -> None:
    elsewhere = CSS.replace(layer("tokens"), "")
    for block in layer("tokens").split("@layer tokens"):
        elsewhere = elsewhere.replace(block, "")
    without_comments = re.sub(r"/\*.*?\*/", "", elsewhere, flags=re.S)
    assert COLOUR.findall(without_comments) == []
    assert COLOUR.search(layer("tokens"))


@pytest.mark.parametrize(("front", "ground", "least"), PAIRS)
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_colours_are_told_apart(mode: str, front: str, ground: str, least: float) -> None:
    tokens = LIGHT if mode == "light" else DARK
    assert contrast(tokens[front], tokens[ground]) >= least


def test_every_token_that_is_used_exists() -> None:
    used = set(re.findall(r"var\(--([\w-]+)", CSS))
    defined = set(re.findall(r"--([\w-]+):", CSS))
    assert used <= defined


def test_later_layers_are_named_in_their_order() -> None:
    assert "@layer reset, tokens, base, layout, components, narrow, utilities, print;" in CSS


def test_the_stylesheet_fetches_from_this_product_only() -> None:
    for address in re.findall(r"url\(([^)]+)\)", CSS):
        assert not address.strip("\"'").startswith(("http", "//", "data:"))
        assert (STATIC / "css" / address.strip("\"'")).resolve().is_file()


def test_what_a_page_loads_stays_within_sixty_kilobytes() -> None:
    files = [STATIC / "css" / "app.css", STATIC / "vendor" / "htmx.min.js", *(STATIC / "js").glob("*.js")]
    assert sum(len(gzip.compress(file.read_bytes(), 9)) for file in files) <= 60_000


def test_vendored_files_are_those_of_the_manifest() -> None:
    manifest = json.loads((STATIC / "vendor" / "MANIFEST.json").read_text())
    for package in manifest["packages"]:
        assert (STATIC / package["licence_text"]).is_file()
        for name, digest in package["files"].items():
            assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == digest, name
    listed = {name for package in manifest["packages"] for name in package["files"]}
    for folder in ("fonts", "vendor"):
        for file in (STATIC / folder).glob("*.*"):
            assert file.name == "MANIFEST.json" or f"{folder}/{file.name}" in listed
