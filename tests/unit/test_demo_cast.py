"""The demonstration's participants come to what the cast says of them: each life played against the engine alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from demo.cast import PARTS, STUDENT
from schemas.events import EventKind
from tests.demo_lives import DAYS, Life


@pytest.fixture(scope="module")
def lives() -> dict[str, Life]:
    return {part.name: Life(part, DAYS).live() for part in PARTS}


def of(lives: dict[str, Life], first_name: str) -> Life:
    return next(life for name, life in lives.items() if name.startswith(first_name))


def test_everybody_comes_to_what_was_meant_for_them(lives: dict[str, Life]) -> None:
    assert {name: life.state.exit for name, life in lives.items()} == {part.name: part.ends for part in PARTS}


def test_several_ways_out_are_shown_and_somebody_is_still_under_way(lives: dict[str, Life]) -> None:
    exits = [life.state.exit for life in lives.values()]
    assert {"OK1", "X2", "X4", "X8", "X11", "X12"} <= set(exits)
    assert 1 <= exits.count(None) <= 3


def test_what_is_to_be_seen_is_there_to_see(lives: dict[str, Life]) -> None:
    assert of(lives, "Jonas").count(EventKind.TASK_ESCALATED, step="welcome_call") >= 2
    assert of(lives, "Farid").count(EventKind.EVENT_PARKED) == 1
    assert of(lives, "Kim").count(EventKind.INTEREST_JOINED) == 1
    assert of(lives, "Kim").count(EventKind.TASK_COMPLETED, step="trip_offer", by="system") == 2
    assert of(lives, "Ines").count(EventKind.JOURNEY_HELD) == 1
    assert of(lives, "Dawit").count(EventKind.TASK_OPENED, step="welcome_call") == 4
    assert of(lives, "Alva").count(EventKind.MILESTONE_REACHED, step="employed") == 1
    late = [life for life in lives.values() if life.count(EventKind.TASK_OVERDUE)]
    assert 2 <= len(late) <= 8


def test_the_student_goes_all_the_way_and_nothing_is_late() -> None:
    life = Life(STUDENT, 500).live()
    assert (life.state.exit, life.state.status) == ("OK1", "ended")
    assert life.count(EventKind.TASK_OVERDUE) == 0
    assert life.count(EventKind.TASK_COMPLETED, step="csn_right") == 1
    assert life.count(EventKind.TASK_COMPLETED, step="csn_decision") == 1
    months = life.state.ended_at - life.state.started_at if life.state.ended_at else timedelta()
    assert timedelta(days=270) < months < timedelta(days=500)
