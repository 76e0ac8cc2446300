"""What people asked of a journey is read back from what it left: asked again, it leaves the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from schemas.commands import Command
from schemas.events import EventKind
from services.repair.again import asked
from tests.driving import Drive, at, day, graced, newer

Act = Callable[[Drive], Drive]

ACTS: dict[str, Act] = {
    "complete": lambda drive: drive.complete("offer", "offered"),
    "hold": lambda drive: drive.hold("2026-04-01 08:00"),
    "release": lambda drive: drive.hold("2026-04-01 08:00").release(),
    "exit": lambda drive: drive.exit(),
    "back": lambda drive: drive.back("interview"),
    "waive": lambda drive: drive.waive("offer", "offered", until="2026-05-01"),
    "correct": lambda drive: drive.correct({"route": "study"}, course_start=day("2026-06-01")),
    "move": lambda drive: drive.move("interview_at", at("2026-03-12 10:00")),
    "extend": lambda drive: drive.extend("offer", "2026-04-10 17:00"),
    "assign": lambda drive: drive.assign("offer", "bea"),
    "cover": lambda drive: drive.cover("anna", "bea", "2026-03-03 08:00", "2026-04-10 17:00"),
}


def of(drive: Drive, since: int) -> tuple[list[Command], list[str]]:
    commands, left = asked([event for event in drive.log if event.seq > since])
    return commands, [event.kind.value for event in left]


@pytest.mark.parametrize("act", ACTS)
def test_an_act_that_is_asked_again_leaves_the_same_events(act: str) -> None:
    before = Drive().booked()
    after = ACTS[act](Drive().booked())
    commands, left = of(after, before.state.seq)
    assert left == []
    for command in commands:
        before.send(command)
    assert before.log == after.log


def test_what_programs_and_reports_did_is_not_asked_again() -> None:
    drive = Drive().booked().report("offer.made", "offered", key="e1").to("2026-06-01 09:00")
    since = drive.state.seq
    assert asked([event for event in drive.log if event.command == "e1"], frozenset({"e1"})) == ([], [])
    assert of(drive.to("2026-08-01 09:00"), since) == ([], [])


def test_what_was_taken_back_is_not_asked_again() -> None:
    drive = Drive(programme=graced()).willing()
    since = drive.state.seq
    drive.complete("interview", "booked", dates={"interview_at": at("2026-03-10 13:00")}).undo()
    assert of(drive, since) == ([], [])


def test_what_cannot_be_read_back_is_named() -> None:
    drive = Drive().booked()
    since = drive.state.seq
    assert of(drive.adopt(newer(lambda plan: plan.update(undo_minutes=5))), since)[1] == ["programme_adopted"]
    gone = Drive().booked().exit()
    since = gone.state.seq
    assert of(gone.reopen("welcome_call"), since)[1][0] in {EventKind.JOURNEY_REOPENED.value, "task_closed"}


def test_nobody_is_reminded_twice_and_nobody_registers_twice() -> None:
    drive = Drive().booked()
    since = drive.state.seq
    assert of(drive.nudge("offer").join(), since) == ([], [])
