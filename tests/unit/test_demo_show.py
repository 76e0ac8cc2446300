"""What the demonstration shows: lines that can be read, bars that fit the terminal, and nothing that did not happen."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pytest
from rich.console import Console

from demo import timeline
from demo.cast import PARTS
from demo.feed import Sent
from demo.show import Teller
from demo.timeline import REST, TROUBLE, bars, phases_by_day, stands, table
from schemas.base import Language
from tests.demo_lives import DAYS, STAGE, Life


@pytest.fixture(scope="module")
def lives() -> dict[str, timeline.Life]:
    """Everybody as they are told at the end, by first name."""
    return {part.name.split()[0]: as_told(Life(part, DAYS).live()) for part in PARTS}


def as_told(life: Life) -> timeline.Life:
    return timeline.Life("j23456789", life.part, life.state.status, life.state.exit, life.events, letters=3)


def console(width: int = 100) -> Console:
    return Console(file=io.StringIO(), width=width, highlight=False)


def said(screen: Console) -> str:
    assert isinstance(screen.file, io.StringIO)
    return screen.file.getvalue()


def told(lives: dict[str, timeline.Life], language: Language) -> str:
    """All lives as lines, day by day."""
    screen = console(200)
    teller = Teller(screen, language, STAGE)
    events = sorted(((life.journey, e) for life in lives.values() for e in life.events), key=lambda one: one[1].at)
    journeys = {life.journey: life.part for life in lives.values()}
    for journey, event in events:
        teller.close_day(event.at)
        teller.tell([(journey, event)], journeys)
        teller.tell_letters(
            Sent(event.at, frozenset({notice.purpose}), frozenset({journey})) for notice in event.notices
        )
    return said(screen)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_each_line_is_about_a_day_and_no_word_is_left_out(lives: dict[str, timeline.Life], language: Language) -> None:
    lines = told(lives, language).splitlines()
    assert 100 < len(lines) < 400
    for line in lines:
        assert re.match(r"(day|dag) +\d+ (mån|tis|ons|tor|fre|lör|sön|Mon|Tue|Wed|Thu|Fri|Sat|Sun)  ", line), line
        assert "{" not in line
        assert not line.endswith((": ", "to ", "()"))


def test_what_is_worth_noticing_has_a_line_of_its_own_and_the_rest_one_a_day(lives: dict[str, timeline.Life]) -> None:
    shown = told(lives, "en")
    for words in (
        "reminder to pm-1: Welcome call",
        "OVERDUE with pm-1: Welcome call",
        "escalated to pl-1: Welcome call (takes over)",
        "milestone: Moved",
        "rests, waiting for The participant",
        "an early answer, kept until its step opens: granted",
        "registers again: the same journey, nobody twice",
        "nobody answered, ends by itself: Offer of a trip, Does not answer",
        "leaves the programme: Trip cancelled and not resumed (X11)",
        "letters that went out: ",
        "  done: ",
    ):
        assert words in shown, words
    days = [line for line in shown.splitlines() if "  done: " in line]
    assert len(days) == len({line[:11] for line in days})


def test_no_participant_is_named(lives: dict[str, timeline.Life]) -> None:
    screen = console()
    screen.print(table(lives.values(), STAGE, DAYS, "sv"))
    shown = told(lives, "sv") + said(screen)
    assert not [part.name for part in PARTS if part.name in shown]


def drawn(lives: dict[str, timeline.Life], width: int) -> Iterator[str]:
    for line in bars(lives.values(), STAGE, DAYS, width, "en"):
        yield line.plain


@pytest.mark.parametrize("width", [80, 100, 200])
def test_no_bar_is_wider_than_the_terminal(lives: dict[str, timeline.Life], width: int) -> None:
    _, _, *rows, _legend = drawn(lives, width)
    assert len(rows) == len(PARTS)
    assert all(len(row) <= width for row in rows)


def test_a_bar_shows_rest_and_lateness_and_is_blank_after_the_way_out(lives: dict[str, timeline.Life]) -> None:
    resting = phases_by_day(lives["Ines"].events, STAGE, DAYS)
    assert list(resting.values()).count(REST) in range(28, 35)
    forgotten = phases_by_day(lives["Jonas"].events, STAGE, DAYS)
    assert [day for day, what in forgotten.items() if what == TROUBLE] == [4, 8]
    unwilling = phases_by_day(lives["Carla"].events, STAGE, DAYS)
    assert unwilling[2] == ""
    assert unwilling[3] == "attract"
    assert set(list(unwilling.values())[10:]) == {""}


def test_the_table_says_where_each_one_stands(lives: dict[str, timeline.Life]) -> None:
    assert stands(lives["Carla"], STAGE, "en") == "X2 Does not want to move"
    assert stands(lives["Alva"], STAGE, "sv") == "OK1 Arbete efter flytt, följs upp"
    assert stands(lives["Bilal"], STAGE, "en") == "under way"
    jonas = lives["Jonas"]
    assert (jonas.length(STAGE, DAYS), jonas.done > 5, jonas.reminders > 2) == (30 - 1, True, True)
