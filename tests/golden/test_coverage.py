"""The golden journeys show every way out of both seed programmes, and every wait of Relocate answered and unanswered.

What a journey shows is read from its recorded lines, never from its file's name. Nothing is played here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from schemas.events import EventKind
from schemas.programme import Kind, Step
from tests.golden.told import BY_ITSELF
from tests.programmes import programme

FOLDER = Path(__file__).parent
RECORDED = re.compile(r"^ +\d+ \d{4}-\d\d-\d\d \d\d:\d\d (?P<kind>\w+)(?: (?P<rest>.*))?$")
SILENCE = {EventKind.TASK_OVERDUE, EventKind.TASK_ESCALATED}

EXITS = [(name, code) for name in ("relocate", "react_eu") for code in programme(name).exits]
WAITS = {name: step for name, step in programme("relocate").steps.items() if step.kind is Kind.WAIT}


class Recorded(NamedTuple):
    """One thing that happened: after which command, of what kind, and the words after that (step or exit first)."""

    command: str
    kind: EventKind
    words: str

    @property
    def subject(self) -> str:
        return self.words.split(" ", 1)[0]


def recorded(text: str) -> Iterator[Recorded]:
    """What a golden journey says has happened, in order."""
    command = ""
    for line in text.splitlines():
        found = RECORDED.match(line)
        if found is not None:
            yield Recorded(command, EventKind(found["kind"]), found["rest"] or "")
        elif line and not line.startswith((" ", "#")):
            command = line.partition(" ")[2].partition(" ")[2]


def ended_in(happened: Iterable[Recorded]) -> str | None:
    """The exit that the journey has left by and not come back from."""
    left = None
    for event in happened:
        if event.kind is EventKind.JOURNEY_EXITED:
            left = event.subject
        elif event.kind is EventKind.JOURNEY_REOPENED:
            left = None
    return left


def shown(happened: Iterable[Recorded], steps: dict[str, Step]) -> Iterator[tuple[str, bool]]:
    """Each wait that was answered in time (True), and each whose end action came after reminders had not helped."""
    heard: defaultdict[str, set[EventKind]] = defaultdict(set)
    for event in happened:
        name = event.subject
        if name not in steps:
            continue
        if event.kind is EventKind.TASK_OPENED:
            heard[name].clear()
        if _ended(event, steps[name]) and heard[name] >= SILENCE:
            yield name, False
        elif _answered(event, steps[name]) and EventKind.TASK_HANDED_OVER not in heard[name]:
            yield name, True
        heard[name].add(event.kind)


def _ended(event: Recorded, step: Step) -> bool:
    assert step.end is not None
    if step.end.outcome is None:
        return event.kind is EventKind.TASK_HANDED_OVER
    words = f"{event.subject} {step.end.outcome} {BY_ITSELF}"
    return event.kind is EventKind.TASK_COMPLETED and event.words.startswith(words)


def _answered(event: Recorded, step: Step) -> bool:
    """By the report that the step waits for, where there is one; else by somebody who completes it."""
    asked = f"event {step.event} " if step.event else f"complete {event.subject} "
    return event.kind is EventKind.TASK_COMPLETED and event.command.startswith(asked)


@cache
def journeys(name: str) -> tuple[tuple[Recorded, ...], ...]:
    """Every golden journey of a programme."""
    texts = (path.read_text(encoding="utf-8") for path in sorted(FOLDER.rglob("*.journey")))
    return tuple(tuple(recorded(text)) for text in texts if f"programme {name}\n" in text)


@pytest.mark.parametrize(("name", "code"), EXITS)
def test_every_exit_has_a_golden_journey_that_ends_in_it(name: str, code: str) -> None:
    assert code in {ended_in(happened) for happened in journeys(name)}


@pytest.mark.parametrize("answered", [True, False], ids=["answered", "unanswered"])
@pytest.mark.parametrize("step", WAITS)
def test_every_wait_has_a_golden_journey_answered_and_one_unanswered(step: str, answered: bool) -> None:
    assert (step, answered) in {found for happened in journeys("relocate") for found in shown(happened, WAITS)}


def test_a_wait_that_was_handed_over_or_answered_by_something_else_counts_for_nothing() -> None:
    late = recorded(
        "2027-01-01 09:00 wait\n"
        "     1 2027-01-01 09:00 task_opened admission role=a due=2027-01-01 16:00\n"
        "     2 2027-01-01 16:00 task_overdue admission\n"
        "     3 2027-01-01 16:00 task_handed_over admission [handed_over to b]\n"
        "2027-01-02 09:00 event admission.decided admitted\n"
        "     4 2027-01-02 09:00 task_completed admission admitted days=1 working_days=1\n"
        "2027-01-03 09:00 complete school place\n"
        "     5 2027-01-03 09:00 task_opened admission role=a due=2027-01-04 16:00\n"
        "     6 2027-01-03 09:00 task_completed admission admitted days=0 working_days=0\n"
    )
    assert list(shown(late, WAITS)) == []


def test_an_exit_that_the_person_came_back_from_is_not_where_the_journey_ended() -> None:
    back = recorded(
        "2027-01-01 09:00 exit X5\n"
        "     1 2027-01-01 09:00 journey_exited X5 [goodbye to participant]\n"
        "2027-01-02 09:00 reopen\n"
        "     2 2027-01-02 09:00 journey_reopened\n"
    )
    assert ended_in(back) is None
