"""The picture of a programme shows what the file says."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from journey.picture import COLUMNS, WIDE, draw
from schemas.base import Language
from tests.driving import variant
from tests.programmes import programme

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("name", ["sample", "relocate", "react_eu"])
@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_step_and_phase_is_drawn_once(name: str, language: Language) -> None:
    found = programme(name)
    root = ET.fromstring(draw(found, language))
    assert [title.text for title in root.iter(f"{SVG}title")] == list(found.steps)
    phases = [text.text for text in root.iter(f"{SVG}text") if text.get("class") == "phase"]
    used = {step.phase for step in found.steps.values()}
    assert phases == [phase.title[language] for key, phase in found.phases.items() if key in used]


def test_no_two_boxes_lie_on_each_other_and_none_outside() -> None:
    root = ET.fromstring(draw(programme("relocate"), "en"))
    boxes = [box for box in root.iter(f"{SVG}rect") if (box.get("class") or "").startswith("box")]
    places = [(box.get("x"), box.get("y")) for box in boxes]
    assert len(set(places)) == len(boxes) == len(programme("relocate").steps)
    assert all(int(x or 0) + WIDE <= int(root.get("width") or 0) for x, _ in places)
    assert len({x for x, _ in places}) <= COLUMNS


def test_exits_stand_under_the_step_that_leads_to_them() -> None:
    root = ET.fromstring(draw(programme("relocate"), "en"))
    call = next(group for group in root.iter(f"{SVG}g") if group.findtext(f"{SVG}title") == "welcome_call")
    assert [tag.text for tag in call.iter(f"{SVG}tspan")] == ["X2", "X3", "X4"]


def test_words_that_would_break_the_picture_are_made_safe() -> None:
    odd = variant(lambda plan: plan["steps"]["move"]["title"].update(en='<b>&"'))
    words = [text.text for text in ET.fromstring(draw(odd, "en")).iter(f"{SVG}text")]
    assert '<b>&"' in words


def test_a_box_says_who_does_it_or_who_is_waited_for() -> None:
    root = ET.fromstring(draw(programme("relocate"), "en"))
    boxes = {group.findtext(f"{SVG}title"): group for group in root.iter(f"{SVG}g")}

    def small(name: str) -> list[str | None]:
        return [text.text for text in boxes[name].iter(f"{SVG}text") if text.get("class") == "small"]

    assert small("welcome_call") == ["Coordinator", "3 days"]
    assert small("csn_decision") == ["CSN", "7 days"]
    assert small("intake") == [None, None]


def test_one_day_is_not_said_as_if_it_were_many() -> None:
    root = ET.fromstring(draw(programme("relocate"), "en"))
    start = next(group for group in root.iter(f"{SVG}g") if group.findtext(f"{SVG}title") == "study_start")
    assert "1 working day" in [text.text for text in start.iter(f"{SVG}text")]
