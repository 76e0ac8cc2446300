"""What the journal tells of what may be taken back and of what is done without: the same as the journey itself says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from schemas.events import EventKind
from services.retelling import last_act, waived
from tests.driving import Drive, at, variant

MINUTES = 30
UNDOABLE = variant(lambda plan: plan.update(undo_minutes=MINUTES))


def agree(drive: Drive) -> None:
    """The journal and the state say the same."""
    told, known = last_act(drive.state.programme, drive.log, drive.now), drive.state.undo
    if known is None or known.until <= drive.now:
        assert told is None
    else:
        assert told is not None
        assert (told.until, told.task) == (known.until, known.task)
    assert {one.step for one in waived(drive.state.programme, drive.log)} == {
        step for step, result in drive.state.results.items() if result.waived
    }


class Typing(Drive):
    """Whoever completes a task here hands in a form, as everybody does."""

    def complete(self, step: str, outcome: str, *, key: str | None = None, **given: Any) -> Drive:
        return super().complete(step, outcome, key=key, **{"submission": "form-1", **given})


def begun() -> Drive:
    return Typing(programme=UNDOABLE)


STORIES: dict[str, Callable[[], Drive]] = {
    "nothing has been done": begun,
    "only a program has acted": lambda: begun().complete("assignment", "assigned"),
    "a call": lambda: begun().willing(),
    "a call that led out": lambda: begun().complete("welcome_call", "not_willing"),
    "a call that lets it rest": lambda: begun().complete("welcome_call", "maybe"),
    "a call to be made again": lambda: begun().complete("welcome_call", "not_reached"),
    "left": lambda: begun().exit(),
    "left at rest": lambda: begun().hold("2026-04-01 08:00").exit(),
    "went back": lambda: begun().booked().back("welcome_call"),
    "given to another since": lambda: begun().willing().assign("interview", "lena"),
    "registered again since": lambda: begun().willing().join(),
    "corrected since": lambda: begun().willing().correct({"route": "study"}),
    "rested since": lambda: begun().willing().hold("2026-04-01 08:00"),
    "released": lambda: begun().willing().hold("2026-04-01 08:00").release(),
    "taken back": lambda: begun().willing().undo(),
    "taken back and done anew": lambda: begun().complete("welcome_call", "not_reached").undo().willing(),
    "reported": lambda: begun().booked().report("offer.made", "offered"),
    "reported early, parked": lambda: begun().willing().report("offer.made", "offered"),
    "reported early, then answered by an act": lambda: begun().report("offer.made", "offered").booked(),
    "done without": lambda: begun().willing().waive("interview"),
    "done without for a while": lambda: begun().willing().waive("interview", until="2026-03-20"),
    "done without until the day came": lambda: (
        begun().willing().waive("interview", until="2026-03-20").to("2026-03-20 12:00")
    ),
    "done without, taken back": lambda: begun().willing().waive("interview").undo(),
    "done without, then gone back": lambda: begun().willing().waive("interview").back("welcome_call"),
    "done without, gone back, taken back": lambda: begun().willing().waive("interview").back("welcome_call").undo(),
    "done without, left and back in": lambda: begun().willing().waive("interview").exit().reopen("offer"),
    "done without, left and back in before it": lambda: begun().willing().waive("interview").exit().reopen(),
    "reminded by hand since": lambda: begun().willing().nudge("interview"),
    "given more time since": lambda: begun().willing().extend("interview", "2026-04-01 12:00"),
    "moved": lambda: begun().booked().move("interview_at", at("2026-03-12 13:00")),
    "left and back in": lambda: begun().exit().reopen(),
}


@pytest.mark.parametrize("story", STORIES)
def test_what_may_be_taken_back_is_what_the_journey_says(story: str) -> None:
    agree(STORIES[story]())


@pytest.mark.parametrize("story", STORIES)
def test_so_it_is_until_the_last_minute_and_not_after_it(story: str) -> None:
    drive = STORIES[story]()
    if drive.state.undo is None:
        return
    until = drive.state.undo.until
    agree(drive.to(until - timedelta(seconds=1)))
    agree(drive.to(until))


def test_some_of_these_stories_may_be_taken_back_and_others_not() -> None:
    found = {story: drive().state.undo is not None for story, drive in STORIES.items()}
    assert sum(found.values()) > 8
    assert not all(found.values())


def test_a_programme_without_a_grace_takes_nothing_back() -> None:
    drive = Drive().willing()
    assert EventKind.TASK_COMPLETED in {event.kind for event in drive.log}
    assert last_act(drive.state.programme, drive.log, drive.now) is None
