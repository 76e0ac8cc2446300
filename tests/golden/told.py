"""How an event reads in a golden journey: one line, in local time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from journey.calendars import local
from schemas.clocks import Calendar
from schemas.events import Event, EventKind, Notice
from schemas.tasks import Task

BY_ITSELF = "by itself"

OF_ROLE = {EventKind.TASK_OPENED, EventKind.TASK_RETIMED, EventKind.TASK_EXTENDED, EventKind.TASK_RESTORED}
"""Events that say whose a task is and when it is due."""

OF_OWNER = {EventKind.TASK_OPENED, EventKind.TASK_ESCALATED, EventKind.TASK_HANDED_OVER, EventKind.TASK_RESTORED}
"""Events that say who stands in."""

OF_ANSWERS = {EventKind.ANSWERS_CORRECTED, EventKind.DATE_MOVED, EventKind.STEP_WAIVED}
"""Events that say what was answered."""


class Teller:
    """Tells events in the time of one calendar. That letters wait for their act to be thought over is not told."""

    def __init__(self, calendar: Calendar, wait: timedelta = timedelta(0)) -> None:
        self._calendar = calendar
        self._wait = wait

    def told(self, event: Event) -> str:
        """One line; what does not belong to the event's kind is left out."""
        said = [f"{event.seq:>3}", self._clock(event.at), event.kind.value, event.step, event.outcome]
        said += [event.exit, event.reason]
        if event.kind is EventKind.TASK_COMPLETED and event.command is None:
            said.append(BY_ITSELF)
        if event.task is not None:
            said += self._task(event.kind, event.task)
        if event.kind is EventKind.JOURNEY_HELD and event.hold is not None:
            said.append(f"on={event.hold.on} review={self._clock(event.hold.review_at)}")
        said.append(f"counts={event.counts}" if event.counts else "")
        if event.calendar_days is not None:
            said.append(f"days={event.calendar_days} working_days={event.working_days}")
        said += self._mended(event)
        said += [self._notice(notice, event.at) for notice in event.notices]
        return " ".join(word for word in said if word)

    def _task(self, kind: EventKind, task: Task) -> Iterator[str]:
        if kind in OF_ROLE:
            yield f"role={task.role}"
            yield f"due={self._clock(task.due_at)}" if task.due_at else ""
        if task.wished_at is not None and kind is EventKind.TIME_WISHED:
            yield f"wished={self._clock(task.wished_at)}"
        if kind is EventKind.TASK_ASSIGNED or (kind in OF_OWNER and task.stands_in_for):
            yield f"owner={task.owner}"
            yield f"for={task.stands_in_for}" if task.stands_in_for else ""

    def _mended(self, event: Event) -> Iterator[str]:
        if event.kind in OF_ANSWERS:
            yield from (f"{name}={value}" for name, value in event.facts.items())
            yield from (f"{name}={self._date(value)}" for name, value in event.dates.items())
        for name in ("taken_back", "kept", "expired", "fields"):
            if getattr(event, name):
                yield f"{name}={','.join(getattr(event, name))}"
        if event.until is not None:
            yield f"until={self._date(event.until)}"
        if event.undoes is not None:
            yield f"undoes={event.undoes[0]}-{event.undoes[1]}"
        if event.cover is not None:
            yield f"absent={event.cover.absent} stand_in={event.cover.stand_in}"
            yield f"since={self._clock(event.cover.since)} until={self._clock(event.cover.until)}"
        if event.version is not None:
            yield f"version={event.version}"

    def _notice(self, notice: Notice, at: datetime) -> str:
        later = f" not before {self._clock(notice.send_after)}" if notice.send_after > at + self._wait else ""
        return f"[{notice.template} to {notice.to}{later}]"

    def _clock(self, moment: datetime) -> str:
        return f"{local(moment, self._calendar):%Y-%m-%d %H:%M}"

    def _date(self, value: date | datetime) -> str:
        return self._clock(value) if isinstance(value, datetime) else value.isoformat()
