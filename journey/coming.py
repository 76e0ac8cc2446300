"""What happens by itself, as a person reads it: events and their notices, and how two forecasts differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import Any

from schemas.events import Event
from schemas.foresight import Coming, Difference, Letter, Shifted


def coming(event: Event) -> Coming:
    """An event that is to come."""
    task = event.task
    return Coming.made(
        at=event.at,
        kind=event.kind,
        step=event.step,
        task=task.id if task else None,
        role=task.role if task else None,
        owner=task.owner if task else None,
        outcome=event.outcome,
        exit=event.exit,
        letters=tuple(letters(event)),
    )


def letters(event: Event) -> Iterator[Letter]:
    """The messages that go out with an event."""
    for notice in event.notices:
        yield Letter.made(
            template=notice.template,
            purpose=notice.purpose,
            to=notice.to,
            staff=notice.staff,
            at=notice.send_after,
            step=event.step,
            task=notice.task,
            appointment=notice.appointment,
            appointment_at=notice.appointment_at,
        )


def difference(before: Sequence[Coming], after: Sequence[Coming], until: datetime) -> Difference:
    """What would come and will not, what will come instead, and what comes at another time, up to `until`.

    Both forecasts should reach further than that: what is only put off past `until` is then not taken for gone.
    """
    gone, added, shifted = list[Coming](), list[Coming](), list[Shifted]()
    for old, new in _pairs(before, after):
        if new is None:
            gone.append(old)
        elif old is None:
            added.append(new)
        elif min(old.at, new.at) <= until:
            shifted.append(Shifted.made(before=old, after=new))
    return Difference.made(
        until=until,
        gone=tuple(sorted((one for one in gone if one.at <= until), key=_moment)),
        added=tuple(sorted((one for one in added if one.at <= until), key=_moment)),
        shifted=tuple(sorted(shifted, key=lambda pair: (pair.before.at, pair.after.at))),
    )


def _pairs(before: Sequence[Coming], after: Sequence[Coming]) -> Iterator[tuple[Any, Any]]:
    """What differs: the first of a kind on one side with the first of that kind on the other, and so on."""
    same = {_all_of_it(one) for one in before} & {_all_of_it(one) for one in after}
    left, right = _by_what(before, same), _by_what(after, same)
    for what in left | right:
        yield from zip_longest(left.get(what, ()), right.get(what, ()))


def _by_what(found: Iterable[Coming], same: set[Any]) -> dict[Any, list[Coming]]:
    kinds: defaultdict[Any, list[Coming]] = defaultdict(list)
    for one in found:
        if _all_of_it(one) not in same:
            kinds[one.kind, one.step, one.outcome, one.exit].append(one)
    return kinds


def _all_of_it(one: Coming) -> Any:
    read = tuple((letter.template, letter.to, letter.staff) for letter in one.letters)
    return one.at, one.kind, one.step, one.role, one.owner, one.outcome, one.exit, read


def _moment(one: Coming) -> datetime:
    return one.at
