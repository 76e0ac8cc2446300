"""Golden journeys: a script of commands and clock, and under each line what happened.

A `.journey` file holds lines of five kinds:

    # words for the reader
    programme relocate
    include enrolled                                              (the commands of prefixes/enrolled.steps, unprinted)
    2026-11-23 09:00 complete welcome_call willing route=job     (a command at a local time)
        5  task_completed welcome_call willing                    (indented: what happened, written by the runner)

Commands: `start`, `complete STEP OUTCOME`, `event TYPE OUTCOME`, `wait` (let time pass), `away` (let time pass while
the worker is away, so that all that fell due is found at once), `hold CAUSE PARTY REVIEW`, `release`, `exit CODE`,
`reopen [STEP]`, `join`, `explain`. Answers follow as `name=value`: dates and times are local. What ends without
anybody's doing is marked `by itself`. No command of an included file may be refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from journey import engine
from journey.calendars import local, local_to_utc
from journey.errors import Refusal
from journey.explain import explain
from schemas.commands import (
    Command,
    CompleteTask,
    ExitJourney,
    HoldJourney,
    JoinInterest,
    RecordEvent,
    ReleaseJourney,
    ReopenJourney,
    StartJourney,
)
from schemas.events import Event, EventKind
from schemas.journey import JourneyState
from schemas.programme import PARTICIPANT, Programme
from schemas.tasks import task_id

JOURNEY = "j"
REFUSED = "refused: "
BY_ITSELF = "by itself"


class Player:
    """Plays one script and writes down what happens."""

    def __init__(self, programme: Programme) -> None:
        self._programme = programme
        self._calendar = next(iter(programme.calendars.values()))
        self._state: JourneyState | None = None
        self._number = 0

    @property
    def events(self) -> tuple[Event, ...]:
        """Everything that has happened."""
        assert self._state is not None, "a script begins with start"
        return self._state.outbox

    def play(self, line: str) -> list[str]:
        """What happens on one line of the script, in words."""
        day, time, verb, *rest = line.split()
        now = local_to_utc(datetime.fromisoformat(f"{day}T{time}"))
        words = [word for word in rest if "=" not in word]
        answers = dict(word.split("=", 1) for word in rest if "=" in word)
        self._number += 1
        if verb == "start":
            return self._said(self._start(answers, now))
        passed = self._said(self._pass_time(now, at_once=verb == "away"))
        if verb in {"wait", "away"}:
            return passed
        if verb == "explain":
            return passed + self._explained(now)
        try:
            return passed + self._said(self._decide(self._command(verb, words, answers), now))
        except Refusal as refusal:
            return [*passed, REFUSED + refusal.sentence("en")]

    def _said(self, events: tuple[Event, ...]) -> list[str]:
        return [self._told(event) for event in events]

    def _pass_time(self, now: datetime, *, at_once: bool) -> tuple[Event, ...]:
        """Let each alarm go off at its time, as when nothing is ever down; or all of them late."""
        assert self._state is not None, "a script begins with start"
        passed: tuple[Event, ...] = ()
        while (alarm := engine.next_alarm(self._state)) is not None and alarm <= now:
            self._state, events = engine.advance(self._state, now if at_once else alarm)
            passed += events
        return passed

    def _decide(self, command: Command, now: datetime) -> tuple[Event, ...]:
        assert self._state is not None
        decision = engine.decide(self._state, command, now)
        self._state = decision.state
        return decision.events

    def _start(self, answers: dict[str, str], now: datetime) -> tuple[Event, ...]:
        received = answers.pop("received", None)
        owners = {role: f"{role}-1" for role in self._programme.roles if role != PARTICIPANT}
        command = StartJourney(
            id="start",
            journey=JOURNEY,
            programme=self._programme,
            received_at=local_to_utc(datetime.fromisoformat(received)) if received else now,
            owners=owners,
        )
        decision = engine.start(command, now)
        self._state = decision.state
        return decision.events

    def _command(self, verb: str, words: list[str], answers: dict[str, str]) -> Command:  # noqa: PLR0911 (a table of verbs)
        key = {"id": f"c{self._number}", "by": "somebody"}
        match verb, words:
            case "complete", [step, outcome]:
                return CompleteTask(**key, task=self._task(step), outcome=outcome, **self._split(answers))
            case "event", [kind, outcome]:
                return RecordEvent(**key, type=kind, outcome=outcome, **self._split(answers))
            case "hold", [cause, party, review]:
                return HoldJourney(**key, cause=cause, on=party, review_at=local_to_utc(datetime.fromisoformat(review)))
            case "release", []:
                return ReleaseJourney(**key)
            case "exit", [code]:
                return ExitJourney(**key, exit=code)
            case "reopen", steps:
                return ReopenJourney(**key, step=steps[0] if steps else None)
            case "join", []:
                assert self._state is not None
                return JoinInterest(**key, received_at=self._state.at)
        raise ValueError(f"cannot read: {verb} {words}")

    def _task(self, step: str) -> str:
        """The step's latest task; a script may also name one whole, as `j.welcome_call.1`."""
        assert self._state is not None
        return step if "." in step else task_id(JOURNEY, step, max(1, self._state.openings.get(step, 1)))

    def _split(self, answers: dict[str, str]) -> dict[str, Any]:
        dates = {name: _date(value) for name, value in answers.items() if name in self._programme.dates}
        return {"facts": {name: value for name, value in answers.items() if name not in dates}, "dates": dates}

    def _explained(self, now: datetime) -> list[str]:
        assert self._state is not None
        words = explain(self._programme, self._state, now)
        return [f"sv: {words.sv}", f"en: {words.en}"]

    def _told(self, event: Event) -> str:
        said = [f"{event.seq:>3}", self._clock(event.at), event.kind.value, event.step, event.outcome]
        said += [event.exit, event.reason]
        if event.kind is EventKind.TASK_COMPLETED and event.command is None:
            said.append(BY_ITSELF)
        if event.task is not None and event.kind in {EventKind.TASK_OPENED, EventKind.TASK_RETIMED}:
            said.append(f"role={event.task.role}")
            said.append(f"due={self._clock(event.task.due_at)}" if event.task.due_at else "")
        if event.kind is EventKind.JOURNEY_HELD and event.hold is not None:
            said.append(f"on={event.hold.on} review={self._clock(event.hold.review_at)}")
        said.append(f"counts={event.counts}" if event.counts else "")
        if event.calendar_days is not None:
            said.append(f"days={event.calendar_days} working_days={event.working_days}")
        said += [f"[{notice.template} to {notice.to}]" for notice in event.notices]
        return " ".join(word for word in said if word)

    def _clock(self, moment: datetime) -> str:
        return f"{local(moment, self._calendar):%Y-%m-%d %H:%M}"


def _date(value: str) -> date | datetime:
    return local_to_utc(datetime.fromisoformat(value)) if "T" in value else date.fromisoformat(value)


def replayed(source: str, programmes: Callable[[str], Programme], prefixes: Path) -> str:
    """The script with what happens written anew under each line. Included scripts are found in `prefixes`."""
    lines: list[str] = []
    player: Player | None = None
    for line in source.splitlines():
        if line.startswith(" "):
            continue
        lines.append(line)
        if line.startswith("programme "):
            player = Player(programmes(line.split()[1]))
        elif line and not line.startswith("#"):
            assert player is not None, "a script names its programme first"
            if line.startswith("include "):
                _play_unprinted(player, line, prefixes)
            else:
                lines += [f"    {told}" for told in player.play(line)]
    return "\n".join(lines) + "\n"


def commands_of(source: str, prefixes: Path) -> tuple[str, list[str]]:
    """The programme of a script and all its commands, those of included scripts too."""
    name, commands = "", list[str]()
    for line in source.splitlines():
        if line.startswith("programme "):
            name = line.split()[1]
        elif line.startswith("include "):
            commands += _included(line, prefixes)
        elif line and not line.startswith(("#", " ")):
            commands.append(line)
    return name, commands


def _play_unprinted(player: Player, include: str, prefixes: Path) -> None:
    for line in _included(include, prefixes):
        told = player.play(line)
        assert not any(words.startswith(REFUSED) for words in told), f"{include}: {line}: {told}"


def _included(include: str, prefixes: Path) -> Iterator[str]:
    """The commands of an included script, and of those that it includes itself."""
    for line in (prefixes / f"{include.split()[1]}.steps").read_text(encoding="utf-8").splitlines():
        if line.startswith("include "):
            yield from _included(line, prefixes)
        elif line and not line.startswith("#"):
            yield line
