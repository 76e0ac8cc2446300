"""The colours of the pages can be read: every pair of text and ground that is used, in light and in dark."""

from __future__ import annotations

import re

import pytest

from console.rendering import STATIC

CSS = (STATIC / "resan.css").read_text(encoding="utf-8")
TEXT = [
    ("ink", "ground"), ("ink", "card"), ("ink", "sunken"), ("soft", "ground"), ("soft", "card"), ("soft", "sunken"),
    ("accent", "ground"), ("accent", "card"), ("on-accent", "accent"), ("on-accent", "accent-strong"),
    ("accent-strong", "accent-ground"), ("accent-strong", "card"), ("late", "card"), ("late", "ground"),
    ("late", "late-ground"), ("ink", "late-ground"), ("soon", "soon-ground"), ("ink", "soon-ground"),
    ("wait", "wait-ground"), ("ink", "wait-ground"), ("good", "good-ground"), ("ink", "good-ground"),
    ("ground", "ink"), ("ink", "accent-ground"),
]  # fmt: skip
EDGES = [
    ("edge", "card"),
    ("edge", "ground"),
    ("focus", "ground"),
    ("focus", "card"),
    ("good", "card"),
    ("accent", "card"),
    ("soon", "card"),
    ("wait", "card"),
]


def colours(dark: bool) -> dict[str, str]:
    light, _, rest = CSS.partition("@media (prefers-color-scheme: dark)")
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", light))
    if dark:
        found |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", rest.split("}\n}")[0]))
    return found


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.1 has it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_stands_out_from_its_ground(text: str, ground: str, dark: bool) -> None:
    found = colours(dark)
    assert contrast(found[text], found[ground]) >= 4.5


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_of_what_can_be_used_stand_out(edge: str, ground: str, dark: bool) -> None:
    found = colours(dark)
    assert contrast(found[edge], found[ground]) >= 3


def test_a_contrast_is_worked_out_right() -> None:
    assert round(contrast("#000000", "#ffffff")) == 21
    assert 4.4 < contrast("#777777", "#ffffff") < 4.5


def test_nothing_is_styled_inside_pages() -> None:
    for path in STATIC.parent.joinpath("templates").glob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=", text), path.name
        assert "http://" not in text, path.name
        assert "https://" not in text, path.name
