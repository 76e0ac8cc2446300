"""What a line of a golden journey asks for: its words turned into a command."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from journey.calendars import local_to_utc
from schemas.commands import (
    AssignTask,
    Command,
    CompleteTask,
    ExitJourney,
    HoldJourney,
    JoinInterest,
    RecordEvent,
    ReleaseJourney,
    ReopenJourney,
)
from schemas.journey import JourneyState
from schemas.mending import (
    AdoptProgramme,
    AskForTime,
    CorrectAnswers,
    CorrectIdentity,
    CoverStaff,
    ExtendTask,
    GoBack,
    MatchEvent,
    MoveDate,
    NudgeTask,
    UndoLast,
    WaiveStep,
)
from schemas.programme import Programme
from schemas.tasks import task_id

REMOVED = "~"


class Reader:
    """Reads the lines of one script. `state` is the journey as it stands when a line is read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = 0
        self.state: JourneyState | None = None

    def read(self, line: str, number: int) -> Command:
        """The command of a line, `verb word… name=value…`. Commands are numbered, and so are their ids."""
        verb, *rest = line.split()
        self._number = number
        words = [word for word in rest if "=" not in word]
        answers = dict(word.split("=", 1) for word in rest if "=" in word)
        found = self._usual(verb, words, answers) or self._mending(verb, words, answers)
        if found is None:
            raise ValueError(f"cannot read: {line}")
        return found

    @property
    def _key(self) -> dict[str, str]:
        return {"id": f"c{self._number}", "by": "somebody"}

    def _usual(self, verb: str, words: list[str], answers: dict[str, str]) -> Command | None:  # noqa: PLR0911 (a table of verbs)
        match verb, words:
            case "complete", [step, outcome]:
                return CompleteTask(**self._key, task=self._task(step), outcome=outcome, **self._split(answers))
            case "event", [kind, outcome]:
                return RecordEvent(**self._key, type=kind, outcome=outcome, **self._split(answers))
            case "hold", [cause, party, review]:
                return HoldJourney(**self._key, cause=cause, on=party, review_at=_moment(review))
            case "release", ([] | ["catch_up"]) as how:
                return ReleaseJourney(**self._key, catch_up=bool(how))
            case "exit", [code]:
                return ExitJourney(**self._key, exit=code)
            case "exit", [code, "any"]:
                return ExitJourney(**self._key, exit=code, any_exit=True)
            case "reopen", ([] | [_]) as steps:
                return ReopenJourney(**self._key, step=steps[0] if steps else None)
            case "join", []:
                assert self.state is not None
                return JoinInterest(**self._key, received_at=self.state.at)
        return None

    def _mending(self, verb: str, words: list[str], answers: dict[str, str]) -> Command | None:  # noqa: C901, PLR0911, PLR0912 (a table of verbs)
        match verb, words:
            case "assign", [step, staff]:
                return AssignTask(**self._key, task=self._task(step), to=staff)
            case "nudge", [step]:
                return NudgeTask(**self._key, task=self._task(step))
            case "extend", [step, due]:
                return ExtendTask(**self._key, task=self._task(step), due_at=_moment(due))
            case "waive", [step, *outcome]:
                expires = answers.pop("until", None)
                return WaiveStep(
                    **self._key,
                    step=step,
                    outcome=outcome[0] if outcome else None,
                    expires_on=date.fromisoformat(expires) if expires else None,
                    **self._split(answers),
                )
            case "cover", [absent, stand_in, since, until]:
                times = {"since": _moment(since), "until": _moment(until)}
                return CoverStaff(**self._key, absent=absent, stand_in=stand_in, **times)
            case "back", [step]:
                return GoBack(**self._key, step=step)
            case "undo", ([] | [_]) as steps:
                return UndoLast(**self._key, task=self._task(steps[0]) if steps else None)
            case "correct", []:
                return CorrectAnswers(**self._key, **self._split(answers))
            case "identify", fields:
                return CorrectIdentity(**self._key, fields=tuple(fields), submission=f"s{self._number}")
            case "move", [name, value]:
                keep = [self._task(step) for step in answers.get("keep", "").split(",") if step]
                return MoveDate(**self._key, date=name, to=_date(value), keep=tuple(keep))
            case "ask", [step, *when]:
                return AskForTime(**self._key, task=self._task(step), at=_moment(when[0]) if when else None)
            case "match", [kind, outcome]:
                event, happened = answers.pop("report", f"r{self._number}"), _moment(answers.pop("happened"))
                told = {"type": kind, "outcome": outcome, "happened_at": happened}
                return MatchEvent(**self._key, event=event, **told, **self._split(answers))
            case "adopt", [file]:
                return AdoptProgramme(**self._key, programme=self._version(file))
        return None

    def _task(self, step: str) -> str:
        """The step's open or else latest task; a script may also name one whole, as `j.welcome_call.1`."""
        assert self.state is not None
        if "." in step:
            return step
        is_open = (task.id for task in self.state.tasks if task.step == step)
        return next(is_open, task_id(self.state.journey, step, max(1, self.state.openings.get(step, 1))))

    def _split(self, answers: dict[str, str]) -> dict[str, Any]:
        assert self.state is not None
        dates = {name: _date(value) for name, value in answers.items() if name in self.state.programme.dates}
        return {"facts": {name: value for name, value in answers.items() if name not in dates}, "dates": dates}

    def _version(self, file: str) -> Programme:
        """The next version: what `versions/FILE.yaml` gives is put in its place, and what it says `~` of is left out.

        A file that gives nothing but another `programme` is another programme; one that says `version` has that.
        """
        assert self.state is not None
        path = self._folder / "versions" / f"{file}.yaml"
        changes = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
        plan = self.state.programme.model_dump(mode="json")
        plan.update(version=self.state.programme.version + 1, hash="")
        return Programme.model_validate(_merged(plan, changes))


def _merged(plan: Any, changes: Any) -> Any:
    """JSON Merge Patch, RFC 7396."""
    if not isinstance(changes, dict):
        return changes
    merged = dict(plan) if isinstance(plan, dict) else {}
    for name, change in changes.items():
        if change == REMOVED:
            merged.pop(name, None)
        else:
            merged[name] = _merged(merged.get(name), change)
    return merged


def _moment(value: str) -> datetime:
    return local_to_utc(datetime.fromisoformat(value))


def _date(value: str) -> date | datetime:
    return _moment(value) if "T" in value else date.fromisoformat(value)
