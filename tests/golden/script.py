"""Golden journeys: a script of commands and clock, and under each line what happened.

A `.journey` file holds lines of five kinds:

    # words for the reader
    programme relocate
    include enrolled                                              (the commands of prefixes/enrolled.steps, unprinted)
    2026-11-23 09:00 complete welcome_call willing route=job     (a command at a local time)
        5  task_completed welcome_call willing                    (indented: what happened, written by the runner)

Commands: `start`, `complete STEP OUTCOME`, `event TYPE OUTCOME`, `wait` (let time pass), `away` (let time pass while
the worker is away, so that all that fell due is found at once), `hold CAUSE PARTY REVIEW`, `release [catch_up]`,
`exit CODE [any]`, `reopen [STEP]`, `join`, `explain`. Those that mend: `assign STEP STAFF`, `nudge STEP`,
`extend STEP TIME`, `waive STEP [OUTCOME] [until=DATE]`, `cover ABSENT STAND_IN SINCE UNTIL`, `back STEP`,
`undo [STEP]`, `correct`, `identify FIELD…`, `move DATE VALUE [keep=STEP,…]`, `ask STEP [TIME]`,
`match TYPE OUTCOME happened=TIME [report=ID]`, `adopt FILE` (what versions/FILE.yaml changes). `again` sends the
last command once more, with its id. `forecast DAYS` tells what comes if nobody acts, `foresee` and a command what it
would do; neither does anything.

Answers follow as `name=value`: dates and times are local. What ends without anybody's doing is marked `by itself`. No
command of an included file may be refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from journey import engine
from journey.calendars import local_to_utc
from journey.errors import Refusal
from journey.explain import explain
from journey.undoing import MARGIN
from schemas.commands import RULES, Command, StartJourney
from schemas.events import Event
from schemas.journey import JourneyState
from schemas.programme import PARTICIPANT, Programme
from tests.golden import foretold
from tests.golden.spoken import Reader
from tests.golden.told import Teller

JOURNEY = "j"
REFUSED = "refused: "
REPEATED = "repeated"


class Player:
    """Plays one script and writes down what happens."""

    def __init__(self, programme: Programme, folder: Path) -> None:
        self._programme = programme
        self._reader = Reader(folder)
        wait = timedelta(minutes=programme.undo_minutes) + MARGIN if programme.undo_minutes else timedelta(0)
        self._teller = Teller(programme.office, wait)
        self._state: JourneyState | None = None
        self._sent: Command | None = None
        self._number = 0

    @property
    def events(self) -> tuple[Event, ...]:
        """Everything that has happened."""
        assert self._state is not None, "a script begins with start"
        return self._state.outbox

    @property
    def programme(self) -> Programme:
        """The version that the journey follows now."""
        assert self._state is not None, "a script begins with start"
        return self._state.programme

    def play(self, line: str) -> list[str]:
        """What happens on one line of the script, in words."""
        day, time, words = line.split(maxsplit=2)
        verb = words.split()[0]
        now = local_to_utc(datetime.fromisoformat(f"{day}T{time}"))
        self._number += 1
        if verb == "start":
            return self._said(self._start(words, now))
        passed = self._said(self._pass_time(now, at_once=verb == "away"))
        if verb in {"wait", "away"}:
            return passed
        look = {"explain": self._explained, "forecast": self._forecast, "foresee": self._foreseen}.get(verb)
        try:
            return passed + (look(words, now) if look else self._decide(self._command(words), now))
        except Refusal as refusal:
            return [*passed, REFUSED + refusal.sentence("en")]

    def _said(self, events: tuple[Event, ...]) -> list[str]:
        return [self._teller.told(event) for event in events]

    def _pass_time(self, now: datetime, *, at_once: bool) -> tuple[Event, ...]:
        """Let each alarm go off at its time, as when nothing is ever down; or all of them late."""
        assert self._state is not None, "a script begins with start"
        passed: tuple[Event, ...] = ()
        while (alarm := engine.next_alarm(self._state)) is not None and alarm <= now:
            self._state, events = engine.advance(self._state, now if at_once else alarm)
            passed += events
        return passed

    def _command(self, words: str) -> Command:
        """What the line asks for; what was asked last, once more, where it says `again`."""
        if words != "again":
            self._reader.state = self._state
            self._sent = self._reader.read(words, self._number)
        assert self._sent is not None, "there is nothing to send again"
        return self._sent

    def _decide(self, command: Command, now: datetime) -> list[str]:
        assert self._state is not None
        decision = engine.decide(self._state, command.but(rules=RULES), now)
        self._state = decision.state
        return self._said(decision.events) + ([REPEATED] if decision.receipt.repeated else [])

    def _start(self, words: str, now: datetime) -> tuple[Event, ...]:
        received = dict(word.split("=", 1) for word in words.split()[1:]).get("received")
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

    def _forecast(self, words: str, now: datetime) -> list[str]:
        assert self._state is not None
        return list(foretold.forecast_of(self._state, now, days=int(words.split()[1])))

    def _foreseen(self, words: str, now: datetime) -> list[str]:
        """What the rest of the line would do; it is not done."""
        assert self._state is not None
        self._reader.state = self._state
        wanted = self._reader.read(words.removeprefix("foresee "), self._number)
        return list(foretold.change_by(self._state, wanted, now))

    def _explained(self, _: str, now: datetime) -> list[str]:
        assert self._state is not None
        words = explain(self._state.programme, self._state, now)
        return [f"sv: {words.sv}", f"en: {words.en}"]


def replayed(source: str, programmes: Callable[[str], Programme], folder: Path) -> str:
    """The script with what happens written anew under each line. `folder` is where it stands, beside `prefixes`."""
    lines: list[str] = []
    player: Player | None = None
    for line in source.splitlines():
        if line.startswith(" "):
            continue
        lines.append(line)
        if line.startswith("programme "):
            player = Player(programmes(line.split()[1]), folder)
        elif line and not line.startswith("#"):
            assert player is not None, "a script names its programme first"
            if line.startswith("include "):
                _play_unprinted(player, line, folder / "prefixes")
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
