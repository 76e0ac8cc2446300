"""From what an operator types to the command that a journey, or many, are given: one function for each act.

The id of the command, who gives it and why, and the task that it is about where that is not known yet, are filled in
by whoever sends it (`TO_COME`). Dates are on the clocks of Sweden.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from pydantic import ValidationError

from cli.typed import dates, day_or_moment, pairs
from journey import calendars
from journey.errors import Refusal
from schemas.clocks import Calendar
from schemas.commands import AssignTask, Command, ExitJourney, HoldJourney, ReleaseJourney, ReopenJourney
from schemas.forms.problems import shown
from schemas.mending import CorrectAnswers, ExtendTask, GoBack, MoveDate, NudgeTask, UndoLast, WaiveStep

C = TypeVar("C", bound=Command)

TO_COME = "to-come"
OFFICE = Calendar()
"""Eight to five in Stockholm: what a date means that is typed without a time."""


class NotAName(Refusal):
    """{value} cannot be the name of anything here; look names up with: operator show JOURNEY."""

    sv = "{value} kan inte vara namnet på något här; slå upp namn med: operator show RESA."


class NotADate(Refusal):
    """{option} is written as 2026-11-24, without a time; correct it."""

    sv = "{option} skrivs som 2026-11-24, utan klockslag; rätta det."


class NothingToCorrect(Refusal):
    """Say what is to be corrected: --fact name=value, --date name=date, or who the person is, as --name."""

    sv = "Ange vad som ska rättas: --fact namn=värde, --date namn=datum, eller vem personen är, som --name."


def nudge(task: str = TO_COME) -> NudgeTask:
    return made(NudgeTask, task=task)


def extend(to: str, task: str = TO_COME) -> ExtendTask:
    """A date alone is the end of that working day."""
    return made(ExtendTask, task=task, due_at=closing("--to", to))


def assign(staff: str, task: str = TO_COME) -> AssignTask:
    return made(AssignTask, task=task, to=staff)


def hold(cause: str, on: str, review: str) -> HoldJourney:
    """A date alone is the morning of that day."""
    return made(HoldJourney, cause=cause, on=on, review_at=opening("--review", review))


def release() -> ReleaseJourney:
    return made(ReleaseJourney, catch_up=True)


def leave(code: str) -> ExitJourney:
    """Operators may choose any exit that the programme has."""
    return made(ExitJourney, exit=code, any_exit=True)


def reopen(step: str | None) -> ReopenJourney:
    return made(ReopenJourney, step=step)


def waive(step: str, outcome: str | None, facts: Sequence[str] | None, until: str | None) -> WaiveStep:
    return made(
        WaiveStep,
        step=step,
        outcome=outcome,
        facts=pairs("--fact", facts, "needs_ike=no"),
        expires_on=None if until is None else day("--until", until),
    )


def back(step: str) -> GoBack:
    return made(GoBack, step=step)


def undo(task: str | None = None) -> UndoLast:
    return made(UndoLast, task=task)


def correct(facts: Sequence[str] | None, named: Sequence[str] | None) -> CorrectAnswers:
    if not facts and not named:
        raise NothingToCorrect
    return made(
        CorrectAnswers,
        facts=pairs("--fact", facts, "route=study"),
        dates=dates("--date", named, "arrival=2026-11-24"),
    )


def move(name: str, to: str, keep: Sequence[str] | None) -> MoveDate:
    return made(MoveDate, date=name, to=day_or_moment("DATE", to), keep=tuple(keep or ()))


# ---- reading what is typed


def made(kind: type[C], **fields: Any) -> C:
    """The command, with its id to come. Raises `NotAName` for what cannot be the name of anything."""
    try:
        return kind(id=TO_COME, **fields)
    except ValidationError as error:
        (wrong, *_) = error.errors(include_input=False, include_url=False, include_context=False)
        raise NotAName(value=shown(_at(fields, wrong["loc"]))) from None


def _at(fields: Mapping[str, Any], place: Sequence[int | str]) -> Any:
    """What was typed at the place of a mistake."""
    found: Any = fields
    for key in place:
        found = found[key]
    return found


def opening(option: str, text: str) -> datetime:
    """A time; of a date alone the morning. Raises a `Refusal`."""
    found = day_or_moment(option, text)
    return found if isinstance(found, datetime) else calendars.opening(found, OFFICE)


def closing(option: str, text: str) -> datetime:
    """A time; of a date alone the end of the working day. Raises a `Refusal`."""
    found = day_or_moment(option, text)
    return found if isinstance(found, datetime) else calendars.closing(found, OFFICE)


def day(option: str, text: str) -> date:
    """A date alone. Raises a `Refusal`."""
    found = day_or_moment(option, text)
    if isinstance(found, datetime):
        raise NotADate(option=option)
    return found
