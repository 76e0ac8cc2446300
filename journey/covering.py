"""Standing in: what is somebody's is with another while they are away, and comes back to them.

Whose a task is stays written on it (`stands_in_for`). A participant's own tasks are nobody else's.
"""

from __future__ import annotations

from journey import calendars
from journey.covers import replaced, who_is_away_too
from journey.mending_errors import CoverEndsTooSoon, NobodyStandsIn, StandInAway
from journey.turn import Turn
from schemas.events import EventKind
from schemas.mending import CoverStaff
from schemas.programme import PARTICIPANT
from schemas.tasks import Cover


def cover(turn: Turn, command: CoverStaff) -> None:
    """Agree who stands in for whom, from when until when; of each person only the newest absence counts."""
    new = Cover(absent=command.absent, stand_in=command.stand_in, since=command.since, until=command.until)
    _judge(turn, new)
    turn.covers = replaced(turn.covers, new)
    turn.emit(EventKind.COVER_AGREED, cover=new)
    _hand_round(turn)  # what an earlier agreement had given away
    if new.since <= turn.at:
        begin_or_end(turn, new)


def _judge(turn: Turn, new: Cover) -> None:
    calendar = turn.programme.office
    if new.absent == new.stand_in:
        raise NobodyStandsIn(absent=new.absent)
    if new.until <= max(new.since, turn.at):
        raise CoverEndsTooSoon(until=calendars.local_minute(new.until, calendar))
    also = who_is_away_too(turn.covers, new)
    if also is not None:
        raise StandInAway(
            stand_in=new.stand_in,
            since=calendars.local_minute(also.since, calendar),
            until=calendars.local_minute(also.until, calendar),
        )


def begin_or_end(turn: Turn, found: Cover) -> None:
    """The absence begins: what is theirs goes to the stand-in. Or it ends, and everything goes back."""
    others = tuple(other for other in turn.covers if other.absent != found.absent)
    if found.begun:
        turn.covers = others
        _hand_round(turn)
        turn.emit(EventKind.COVER_ENDED, cover=found)
    else:
        turn.covers = (*others, found.but(begun=True))
        _hand_over(turn, found.absent)


def _hand_over(turn: Turn, absent: str) -> None:
    for task in tuple(turn.tasks.values()):
        if task.owner == absent and task.role != PARTICIPANT:
            turn.give(task, task.stands_in_for or absent)


def _hand_round(turn: Turn) -> None:
    """Look again at whatever somebody stands in for."""
    for task in tuple(turn.tasks.values()):
        if task.stands_in_for is not None and turn.with_whom(task.stands_in_for)[0] != task.owner:
            turn.give(task, task.stands_in_for)
