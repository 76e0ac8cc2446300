"""How far a journey has ever come, for the numbers: a fold over its events, as the read tables are.

A mark stays when somebody goes back or leaves: they have been there. Only an act that was taken back has made none.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import Field

from db.pool import Connection
from db.queries import sql
from schemas.base import Instant, Model
from schemas.events import Event, EventKind

PHASE, COUNTS, ACTIVITY = "phase.", "counts.", "activity."
"""What a mark begins with: a phase in which something was open, a milestone that counts, an activity taken part in."""

_ENDS_REST = {
    EventKind.JOURNEY_RELEASED,
    EventKind.JOURNEY_EXITED,
    EventKind.JOURNEY_ENDED,
    EventKind.JOURNEY_REOPENED,
    EventKind.JOURNEY_HELD,
}
_TOLD = _ENDS_REST | {
    EventKind.JOURNEY_STARTED,
    EventKind.TASK_OPENED,
    EventKind.TASK_COMPLETED,
    EventKind.MILESTONE_REACHED,
    EventKind.ACT_UNDONE,
}


class Rest(Model):
    """A rest from event `seq` on; `ended` is the event that ended it, at `until`."""

    seq: int
    since: Instant
    until: Instant | None = None
    ended: int | None = None
    cause: str
    on: str


class Figures(Model):
    """`marks` say by which event each was made."""

    received_at: Instant | None = None
    marks: dict[str, int] = Field(default_factory=dict)
    rests: tuple[Rest, ...] = ()


def figures_after(figures: Figures, event: Event) -> Figures:
    """How far the journey has come after one more event."""
    rests, marks = figures.rests, figures.marks
    if event.kind in _ENDS_REST:
        rests = tuple(each if each.ended else each.but(until=event.at, ended=event.seq) for each in rests)
    if event.kind is EventKind.JOURNEY_HELD and event.hold is not None:
        rests = (*rests, Rest(seq=event.seq, since=event.at, cause=event.hold.cause, on=event.hold.on))
    if event.undoes is not None:
        first, last = event.undoes
        marks = {mark: seq for mark, seq in marks.items() if not first <= seq <= last}
        rests = tuple(_as_before(each, first, last) for each in rests if not first <= each.seq <= last)
    marks = {**dict.fromkeys(_made(event), event.seq), **marks}
    return Figures(received_at=figures.received_at or event.received_at, marks=marks, rests=rests)


def _made(event: Event) -> Iterable[str]:
    """The marks that an event makes."""
    if event.kind in (EventKind.TASK_OPENED, EventKind.MILESTONE_REACHED) and event.phase is not None:
        yield f"{PHASE}{event.phase}"
    if event.counts is not None:
        yield f"{COUNTS if event.kind is EventKind.MILESTONE_REACHED else ACTIVITY}{event.counts}"


def _as_before(rest: Rest, first: int, last: int) -> Rest:
    """A rest that the act which was taken back had ended goes on."""
    return rest.but(until=None, ended=None) if rest.ended is not None and first <= rest.ended <= last else rest


async def count(connection: Connection, journey: str, events: Iterable[Event]) -> None:
    """Let the figures of a locked journey follow these events. Where there are none yet, the whole journal is read."""
    told = [event for event in events if event.kind in _TOLD]
    if not told:
        return
    stored = await connection.fetchrow(sql.figures_of_journey, journey)
    if stored is None and told[0].seq > 1:
        records = await connection.fetch(sql.read_journal, journey)
        told = [Event.model_validate(record["event"]) for record in records]
    before = _read(stored) if stored else Figures()
    after = before
    for event in told:
        after = figures_after(after, event)
    forms = [event.submission for event in told if event.submission is not None]
    if after != before or forms:
        marks = sorted(after.marks)
        seqs, rests = [after.marks[mark] for mark in marks], [each.model_dump(mode="json") for each in after.rests]
        await connection.execute(sql.save_figures, journey, after.received_at, marks, seqs, rests, forms)


def _read(stored: Any) -> Figures:
    marks = dict(zip(stored["marks"], stored["marked"], strict=True))
    return Figures.model_validate({"received_at": stored["received_at"], "marks": marks, "rests": stored["rests"]})
