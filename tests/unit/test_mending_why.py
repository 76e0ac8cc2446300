"""Why something was done: the reason's id is on every event of the command's turn, and on nothing else."""

from __future__ import annotations

from journey import engine
from schemas.commands import CompleteTask, HoldJourney, RecordEvent, StartJourney
from schemas.events import Event
from tests.driving import Drive, at


def whys(events: tuple[Event, ...]) -> set[str | None]:
    return {event.why for event in events}


def call(why: str | None) -> CompleteTask:
    return CompleteTask(
        id="x1", by="anna", why=why, task="j1.welcome_call.1", outcome="willing", facts={"route": "job"}
    )


def test_every_event_of_a_command_says_why() -> None:
    drive = Drive().send(call("reason1"))
    assert len(drive.last) > 2
    assert whys(drive.last) == {"reason1"}


def test_a_command_without_a_reason_says_none() -> None:
    assert whys(Drive().send(call(None)).last) == {None}


def test_what_fell_due_before_a_command_has_nothing_to_do_with_its_reason() -> None:
    drive = Drive()
    drive.now = at("2026-03-03 10:00")
    drive.send(
        HoldJourney(id="x1", by="anna", why="reason1", cause="illness", on="us", review_at=at("2026-04-01 09:00"))
    )
    assert [(event.kind.value, event.why) for event in drive.last][-2:] == [
        ("task_reminded", None),
        ("journey_held", "reason1"),
    ]


def test_a_reason_does_not_stay_for_the_next_command() -> None:
    drive = Drive().send(call("reason1")).complete("assignment", "assigned")
    assert whys(drive.last) == {None}


def test_a_report_that_came_early_keeps_its_own_reason() -> None:
    early = RecordEvent(id="e1", by="gateway", why="reason1", type="offer.made", outcome="offered")
    drive = Drive().send(early).willing()
    booked = CompleteTask(
        id="x1", by="anna", why="reason2", task="j1.interview.1", outcome="booked",
        dates={"interview_at": at("2026-03-10 13:00")},
    )  # fmt: skip
    drive.send(booked)
    assert [(event.command, event.why) for event in drive.last] == [
        ("x1", "reason2"),
        ("x1", "reason2"),
        ("e1", "reason1"),
        ("e1", "reason1"),
    ]


def test_the_beginning_of_a_journey_may_have_a_reason_too() -> None:
    drive = Drive()
    begin = StartJourney(id="s", why="reason1", journey="j1", programme=drive.state.programme, received_at=drive.now)
    assert whys(engine.start(begin, drive.now).events) == {"reason1"}
