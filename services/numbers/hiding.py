"""Which cells of a table are not shown, so that none under five can be read or worked out. Pure.

A table counts people by one or more `Scale`s; each adds its leaves up to groups and to its top, so that a cell stands
for any choice of a group on each. All periods are one scale: whoever sees the year and three of its quarters would know
the fourth.

Witnesses settle what can be worked out. A `Move` takes some people from one leaf to another (or out of the table, where
totals may differ); if all cells that it changes are hidden, nobody who reads the table can tell it from the one after
the move. Each small cell gets a move that lifts it to five, or one that changes it at least; where there is none, the
whole table is hidden but its totals. (Statistical offices know this as the hypercube method.)
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

LEAST = 5
"""The smallest number of people that is shown, but for none at all."""

CHEAP = 60
"""A move that hides no more than this is taken, though another might lift less and hide less."""

DEAR = 150
"""So much is paid for a move nearby before one is looked for that goes further."""

Cell = tuple[str, ...]
"""A group or leaf on each scale."""


@dataclass(frozen=True)
class Scale:
    """A way of telling people apart. `groups` has for every group, the top first, the leaves in it."""

    top: str
    groups: Mapping[str, tuple[str, ...]]
    dear: Mapping[str, int] = field(default_factory=dict)
    """How much worse it is to hide a group than a leaf."""

    @cached_property
    def leaves(self) -> tuple[str, ...]:
        return self.groups[self.top]

    @cached_property
    def nodes(self) -> tuple[str, ...]:
        """Every group and leaf."""
        return (*self.groups, *(leaf for leaf in self.leaves if leaf not in self.groups))

    @cached_property
    def above(self) -> dict[str, tuple[str, ...]]:
        """For each leaf, itself and the groups that it is in."""
        found: dict[str, list[str]] = {leaf: [leaf] for leaf in self.leaves}
        for group, leaves in self.groups.items():
            for leaf in leaves:
                if leaf != group:
                    found[leaf].append(group)
        return {leaf: tuple(nodes) for leaf, nodes in found.items()}

    def below(self, node: str) -> tuple[str, ...]:
        """The leaves in a group; of a leaf, itself."""
        return self.groups.get(node, (node,))

    @cached_property
    def ways(self) -> dict[str, tuple[Way, ...]]:
        """For each node, every way in which people come to it: from elsewhere on this scale, or from outside."""
        return {node: tuple(self._ways(node, self.leaves)) for node in self.nodes}

    @cached_property
    def near_ways(self) -> dict[str, tuple[Way, ...]]:
        """The same, only from the smallest group that the node is in: there a move hides fewer other groups."""
        return {node: tuple(self._ways(node, self._around(node))) for node in self.nodes}

    def _around(self, node: str) -> tuple[str, ...]:
        inside = set(self.below(node))
        groups = [leaves for leaves in self.groups.values() if inside < set(leaves)]
        return min(groups, key=len, default=())

    def _ways(self, node: str, around: tuple[str, ...]) -> Iterator[Way]:
        inside = set(self.below(node))
        others: list[str | None] = [None, *(leaf for leaf in around if leaf not in inside)]
        for leaf, other in itertools.product(self.below(node), others):
            left = set(self.above[other]) if other is not None else set()
            yield Way(leaf, other, tuple(sorted(left.symmetric_difference(self.above[leaf]))))


@dataclass(frozen=True, eq=False)
class Way:
    """People come to `to`, from `out_of` if it is not None; the nodes that this changes."""

    to: str
    out_of: str | None
    changes: tuple[str, ...]


class Move:
    """A way on each scale, on which one person goes. `corners` are the leaves that are not the same after it."""

    def __init__(self, ways: tuple[Way, ...]) -> None:
        self.ways = ways
        corners: list[tuple[Cell, int]] = [((), 1)]
        for way in ways:
            gained = [((*cell, way.to), sign) for cell, sign in corners]
            lost = [((*cell, way.out_of), -sign) for cell, sign in corners] if way.out_of is not None else []
            corners = gained + lost
        self.corners = corners

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Every cell that is not the same after it."""
        return tuple(itertools.product(*(way.changes for way in self.ways)))


class Shape:
    """Scales that several tables have in common, the first of them time, and the moves that there are among them."""

    def __init__(self, *scales: Scale) -> None:
        self.scales = scales
        self.tops = tuple(scale.top for scale in scales[1:])
        self._moves: dict[tuple[Way, ...], Move] = {}
        self._near: dict[tuple[Cell, bool], list[Move]] = {}

    @cached_property
    def dear(self) -> dict[Cell, int]:
        """How much worse it is to hide each cell than a leaf."""
        return {
            cell: sum(scale.dear.get(node, 0) for scale, node in zip(self.scales, cell, strict=True))
            for cell in self.cells()
        }

    def cells(self) -> Iterator[Cell]:
        return itertools.product(*(scale.nodes for scale in self.scales))

    def above(self, leaf: Cell) -> Iterator[Cell]:
        """Every cell that somebody in this leaf is counted in."""
        return itertools.product(*(scale.above[node] for scale, node in zip(self.scales, leaf, strict=True)))

    def is_total(self, cell: Cell) -> bool:
        return bool(self.tops) and cell[1:] == self.tops

    def moves_of(self, cell: Cell, *, near: bool) -> list[Move]:
        """The moves that change this cell, and where there are totals none of them."""
        if (cell, near) not in self._near:
            pairs = zip(self.scales, cell, strict=True)
            found = itertools.product(*((scale.near_ways if near else scale.ways)[node] for scale, node in pairs))
            kept = (ways for ways in found if not self.tops or any(way.out_of is not None for way in ways[1:]))
            self._near[cell, near] = [self.move(ways) for ways in kept]
        return self._near[cell, near]

    def move(self, ways: tuple[Way, ...]) -> Move:
        if ways not in self._moves:
            self._moves[ways] = Move(ways)
        return self._moves[ways]


class Table:
    """People counted by the scales of a shape, and which cells are hidden.

    `totals` are the cells that have the top on every scale but time. Other tables may show them too, so that this one
    neither hides nor shows one more: those in `moved` are hidden, and each has what speaks for it (see `Line`). What is
    `unseen` is not shown anywhere, and may be hidden for nothing.
    """

    def __init__(
        self,
        shape: Shape,
        people: Mapping[Cell, int],
        moved: Mapping[str, Shift] | None = None,
        unseen: Callable[[Cell], bool] = lambda _: False,
    ) -> None:
        self.shape, self._moved = shape, moved or {}
        self._leaves = {cell: number for cell, number in people.items() if number}
        self.people = self._added_up()
        self._spoken_for: set[Cell] = set()
        self._unseen = {cell for cell in shape.cells() if unseen(cell)}
        self.hidden: set[Cell] = {(time, *shape.tops) for time in self._moved} | self._unseen
        self._protect()

    def shown(self, cell: Cell) -> int | None:
        """How many, or None where it is not shown."""
        return None if cell in self.hidden else self.people.get(cell, 0)

    def _added_up(self) -> dict[Cell, int]:
        found: dict[Cell, int] = {}
        for leaf, number in self._leaves.items():
            for cell in self.shape.above(leaf):
                found[cell] = found.get(cell, 0) + number
        return found

    # ---- protecting

    def _protect(self) -> None:
        is_total = self.shape.is_total
        small = [cell for cell, number in self.people.items() if 0 < number < LEAST and not is_total(cell)]
        self.hidden |= set(small)
        try:
            for shift in dict.fromkeys(self._moved.values()):
                self._speak_for_totals(shift)
            for cell in sorted(small, key=lambda cell: (cell in self._unseen, self.people[cell], cell)):
                self._speak_for(cell)
        except Uncovered:
            self.hidden |= {cell for cell in self.shape.cells() if not is_total(cell)}

    def _hide(self, move: Move) -> None:
        self.hidden.update(move.cells)
        self._spoken_for.update(move.cells)

    def _speak_for(self, cell: Cell) -> None:
        """Hide what the cheapest move changes that changes this cell and no total: rather one that lifts it to five."""
        if cell in self._unseen and cell in self._spoken_for:
            return
        found = self._best(cell)
        if found is not None:
            self._hide(found[0])
        elif cell not in self._spoken_for:
            raise Uncovered

    def _best(self, cell: Cell) -> tuple[Move, int] | None:
        """The cheapest move that changes this cell, and by how many."""
        best, least = None, math.inf
        amounts = (1, -1) if cell in self._unseen else (LEAST - self.people[cell], 1, -1)
        for near, by in itertools.product((True, False), amounts):
            if not near and least <= DEAR:
                break
            move, least = self._cheapest(self.shape.moves_of(cell, near=near), by, least)
            best = (move, by) if move is not None else best
            if least <= CHEAP:
                break
        return best

    def _speak_for_totals(self, shift: Shift) -> None:
        """Let somebody go who makes the totals change as is said, one after the other, whoever costs least to hide."""
        moves, left = self._in_time(shift.way), abs(shift.by)
        gone: dict[Cell, int] = {}
        while left:
            able = [move for move in moves if self._can(move, shift.sign, gone)]
            if not able:
                raise Uncovered
            best = min(able, key=lambda move: self._cost(move, math.inf))
            self._hide(best)
            for leaf, up in best.corners:
                gone[leaf] = gone.get(leaf, 0) + shift.sign * up
            left -= 1

    def _in_time(self, way: Way) -> list[Move]:
        rest = ([each for each in scale.ways[scale.top] if each.out_of is None] for scale in self.shape.scales[1:])
        return [self.shape.move((way, *others)) for others in itertools.product(*rest)]

    def _can(self, move: Move, by: int, gone: Mapping[Cell, int] = MappingProxyType({})) -> bool:
        """Whether there are people who can go so."""
        return all(self._leaves.get(leaf, 0) + gone.get(leaf, 0) + up * by >= 0 for leaf, up in move.corners)

    def _cheapest(self, moves: Iterable[Move], by: int, least: float) -> tuple[Move | None, float]:
        """The possible move that hides least more, if that is less than `least`; and how dear it is."""
        best, leaves = None, self._leaves
        for move in moves:
            for leaf, up in move.corners:
                if leaves.get(leaf, 0) + up * by < 0:
                    break
            else:
                cost = self._cost(move, least)
                if cost < least:
                    best, least = move, cost
                    if not cost:
                        break
        return best, least

    def _cost(self, move: Move, enough: float) -> float:
        cost = 0.0
        for cell in move.cells:
            if cell not in self.hidden:
                if self.shape.is_total(cell):
                    return math.inf
                cost += 1 + self.people.get(cell, 0) + self.shape.dear[cell]
                if cost >= enough:
                    break
        return cost


@dataclass(frozen=True)
class Shift:
    """A way in time, and how many go; less than nothing, when they go the other way."""

    way: Way
    by: int

    @property
    def sign(self) -> int:
        return 1 if self.by > 0 else -1


class Line(Table):
    """People counted by time alone; `shifts` says for each hidden time what speaks for it."""

    def __init__(self, time: Scale, people: Mapping[str, int]) -> None:
        self.shifts: dict[str, Shift] = {}
        super().__init__(Shape(time), {(leaf,): number for leaf, number in people.items()})

    def at(self, time: str) -> int | None:
        """How many in this period, or None where it is not shown."""
        return self.shown((time,))

    def _protect(self) -> None:
        super()._protect()
        for (time,) in self.hidden:
            self.shifts.setdefault(time, Shift(self.shape.scales[0].ways[time][0], 1))

    def _speak_for(self, cell: Cell) -> None:
        found = self._best(cell)
        if found is None:
            raise Uncovered
        self._hide(found[0])
        shift = Shift(found[0].ways[0], found[1])
        self.shifts[cell[0]] = shift
        for (time,) in found[0].cells:
            self.shifts.setdefault(time, shift)


class Uncovered(Exception):  # noqa: N818 (an answer, not an error)
    """Nothing speaks for a cell."""
