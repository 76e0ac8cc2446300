"""What is wrong with a journey is judged by what the server, the journey and the read tables say, in that order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from schemas.journey import Pace
from schemas.stuck import StuckCause, Trouble
from services.paces import Clocks
from services.stuck import course
from services.stuck.course import Ailment, Reached, Waiting
from services.stuck.process import Seen, Suspect, _each_once, _judge

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
AGO = NOW - timedelta(minutes=5)
CLOCKS = Clocks(NOW, Pace())
NOTED = Trouble(what="run_action", cause="LookupError", attempts=5)
LATE = Suspect("j1", late=AGO, seq=7, task="j1.call.1", step="call")
ROW = {"seq": 7, "status": "open", "pace": {}}


def judged(suspect: Suspect, seen: Seen, **row: Any) -> tuple[StuckCause, str, datetime] | None:
    known: Any = ROW | row
    verdict = _judge(CLOCKS, suspect, seen, known)
    return (verdict.cause, verdict.trouble.cause, verdict.since) if verdict else None


def test_each_journey_is_looked_at_once_and_what_was_noted_names_the_task() -> None:
    noted = Suspect("j1", task="j1.assignment.1", step="assignment", noted=NOTED, noted_since=AGO)
    later = Suspect("j1", late=NOW, seq=7, task="j1.other.1", step="other")
    assert _each_once([noted, later, LATE, Suspect("j2"), Suspect("j1")]) == [
        Suspect("j1", AGO, 7, "j1.assignment.1", "assignment", NOTED, AGO), Suspect("j2"),
    ]  # fmt: skip
    assert _each_once([Suspect("j1"), later, LATE]) == [LATE]
    assert _each_once([LATE, later]) == [LATE]


def test_what_has_recovered_is_not_shown() -> None:
    assert judged(Suspect("j1", noted=NOTED, noted_since=AGO), Seen()) is None
    assert judged(Suspect("j1"), Seen()) is None


def test_what_fails_now_is_shown_since_it_was_noted() -> None:
    ailing = Seen(Ailment(NOTED, NOW))
    assert judged(Suspect("j1", noted=NOTED, noted_since=AGO), ailing) == (StuckCause.TECHNICAL, "LookupError", AGO)
    assert judged(Suspect("j1"), ailing) == (StuckCause.TECHNICAL, "LookupError", NOW)


def test_without_an_answer_what_was_noted_holds_and_nothing_else() -> None:
    silent = Seen(answered=False)
    noted = Suspect("j1", noted=NOTED, noted_since=AGO)
    assert judged(noted, silent) == (StuckCause.TECHNICAL, "LookupError", AGO)
    assert judged(LATE, silent) is None


@pytest.mark.parametrize(
    ("cause", "verdict"),
    [
        (course.MISSING, StuckCause.TECHNICAL),
        (course.ENDED, StuckCause.BEHIND),
        ("JournalGap", StuckCause.BEHIND),
        ("UnknownJourney", StuckCause.BEHIND),
    ],
)
def test_a_journey_that_is_further_than_its_rows_is_behind(cause: str, verdict: StuckCause) -> None:
    seen = Seen(Ailment(Trouble(what="x", cause=cause)))
    assert judged(LATE, seen) == (verdict, cause, AGO)


def test_a_journey_whose_end_has_been_written_meanwhile_is_well() -> None:
    seen = Seen(Ailment(Trouble(what=course.WORKFLOW, cause=course.ENDED)))
    assert judged(LATE, seen, status="ended") is None


def test_a_late_journey_is_behind_asleep_or_just_writing() -> None:
    assert judged(LATE, Seen(reached=Reached(seq=7))) == (StuckCause.TECHNICAL, "asleep", AGO)
    assert judged(LATE, Seen(reached=Reached(seq=9))) == (StuckCause.BEHIND, "behind", AGO)
    waiting = Reached(seq=9, outbox=(Waiting(recorded_at=NOW - timedelta(minutes=2)),))
    assert judged(LATE, Seen(reached=waiting)) == (StuckCause.BEHIND, "behind", NOW - timedelta(minutes=2))
    writing = Reached(seq=9, outbox=(Waiting(recorded_at=NOW),))
    assert judged(LATE, Seen(reached=writing)) is None


def test_what_has_been_written_since_it_was_suspected_speaks_for_it() -> None:
    assert judged(LATE, Seen(reached=Reached(seq=7)), seq=8) is None
