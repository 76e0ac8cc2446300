"""What becomes of people, counted: from rows of kinds of lives to tables in which small cells are hidden. Pure.

All that is counted by period are people whose first interest came in during it, and what has become of them until now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from services.numbers.hiding import Cell, Line, Scale, Shape, Table

EVERYBODY, PARTICIPANT, MOVED = "counts.interest", "participant", "counts.moved"
ENROLLED = "counts.participant"
ACTIVITY = "activity."
GENDERS = ("woman", "man", "unknown")
ANY_GENDER, ANY_PARTNER = "any_gender", "any"
NOT_SAID, OTHERS = "none", "others"
OWN_WORDS = (ANY_PARTNER, NOT_SAID, OTHERS)
"""Whoever writes one of these for a partner means just that."""

LEFT, UNDER_WAY, ANY_FATE = "left", "under_way", "any_fate"
ANY_ROUTE, UNKNOWN_ROUTE = "any_route", "unknown"
WITHIN, WITHIN_WORKING, LATER = "within", "within_working", "later"
WAITING, WAITING_LATE, GONE = "waiting", "waiting_late", "gone"
REACHED, IN_TIME, ANY_CONTACT = "reached", "in_time", "any_contact"
FEW = 20
"""A partner by whom fewer have come in all is counted among the others."""
MOST_PARTNERS = 9


@dataclass(frozen=True)
class Kind:
    """People who are alike in all that is counted, how many, and the quarter in which their interest came in.

    They `attended` when a day of a counted activity is on their list; among the `marks` is what a step counts as.
    """

    quarter: str
    people: int
    partner: str | None = None
    gender: str | None = None
    marks: frozenset[str] = frozenset()
    exit: str | None = None
    route: str | None = None
    attended: bool = False

    @property
    def takes_part(self) -> bool:
        """Whether they are participants: enrolled (so somebody who can be identified) and in a counted activity."""
        active = self.attended or any(mark.startswith(ACTIVITY) for mark in self.marks)
        return active and ENROLLED in self.marks

    def has(self, mark: str) -> bool:
        """Whether they have come that far; everybody has registered an interest."""
        return mark == EVERYBODY or (self.takes_part if mark == PARTICIPANT else mark in self.marks)


@dataclass(frozen=True)
class First:
    """People of a quarter by how it went with their first contact: one of the leaves of the scale of contacts."""

    quarter: str
    how: str
    people: int


class People:
    """The people of a programme, counted in every way that is shown."""

    def __init__(self, time: Scale, kinds: Iterable[Kind]) -> None:
        self.time, self.kinds = time, tuple(kinds)
        self.lines: dict[str, Line] = {}
        self.funnels: dict[str, Table] = {}

    @cached_property
    def partners(self) -> tuple[str, ...]:
        """The partners that are counted by themselves, the one by whom most came first; then the others, and none."""
        known = Counter[str]()
        for kind in self.kinds:
            if kind.partner is not None and kind.partner not in OWN_WORDS:
                known[kind.partner] += kind.people
        large = [each for each, people in known.most_common(MOST_PARTNERS) if people >= FEW]
        found = {kind.partner for kind in self.kinds}
        rest = [OTHERS] if found - {None, NOT_SAID, *large} else []
        return (*large, *rest, *([NOT_SAID] if found & {None, NOT_SAID} or not found else []))

    def partner_of(self, kind: Kind) -> str:
        if kind.partner in (None, NOT_SAID):
            return NOT_SAID
        return kind.partner if kind.partner in self.partners else OTHERS

    def line(self, mark: str) -> Line:
        """How many have come that far, by time: what every table that shows them agrees on."""
        if mark not in self.lines:
            people = self._by(lambda kind: (kind.quarter,), mark)
            self.lines[mark] = Line(self.time, {quarter: number for (quarter,), number in people.items()})
        return self.lines[mark]

    @cached_property
    def _shape(self) -> Shape:
        partners = Scale(ANY_PARTNER, {ANY_PARTNER: self.partners}, {ANY_PARTNER: 40})
        return Shape(self.time, partners, Scale(ANY_GENDER, {ANY_GENDER: GENDERS}, {ANY_GENDER: 40}))

    def funnel(self, mark: str) -> Table:
        """How many have come that far, by time, partner and gender. It takes a while, and is done once."""
        if mark not in self.funnels:
            self.funnels[mark] = self._funnel(mark)
        return self.funnels[mark]

    def _funnel(self, mark: str) -> Table:
        people = self._by(lambda kind: (kind.quarter, self.partner_of(kind), _gender(kind)), mark)
        return Table(self._shape, people, self.line(mark).shifts, lambda cell: _too_fine(self.time, cell))

    def fates(self, codes: Iterable[str]) -> Table:
        """Why people have left, and how many are under way. `codes` are the exits that there are."""
        left = tuple(codes)
        scale = Scale(ANY_FATE, {ANY_FATE: (*left, UNDER_WAY), LEFT: left}, {LEFT: 40})
        people = self._by(lambda kind: (kind.quarter, kind.exit or UNDER_WAY), EVERYBODY)
        return Table(Shape(self.time, scale), people, self.line(EVERYBODY).shifts)

    def movers(self, routes: Iterable[str]) -> Table:
        """By which route those who moved came."""
        known = (*routes, UNKNOWN_ROUTE)
        scale = Scale(ANY_ROUTE, {ANY_ROUTE: known})

        def route(kind: Kind) -> Cell:
            return kind.quarter, kind.route if kind.route in known else UNKNOWN_ROUTE

        return Table(Shape(self.time, scale), self._by(route, MOVED), self.line(MOVED).shifts)

    def contacts(self, first: Iterable[First]) -> Table:
        """How long people waited for the first contact, those who wait still, and those who left before it."""
        within = (WITHIN, WITHIN_WORKING)
        leaves = (*within, LATER, WAITING, WAITING_LATE, GONE)
        groups = {ANY_CONTACT: leaves, REACHED: (*within, LATER), IN_TIME: within}
        people: Counter[Cell] = Counter()
        for each in first:
            people[each.quarter, each.how] += each.people
        scale = Scale(ANY_CONTACT, groups, {REACHED: 40, IN_TIME: 40})
        return Table(Shape(self.time, scale), people, self.line(EVERYBODY).shifts)

    def _by(self, cell_of: Callable[[Kind], Cell], mark: str) -> Mapping[Cell, int]:
        found: Counter[Cell] = Counter()
        for kind in self.kinds:
            if kind.has(mark):
                found[cell_of(kind)] += kind.people
        return found


def _too_fine(time: Scale, cell: Cell) -> bool:
    """Partner and gender at once are shown for whole years only: in a quarter nearly all of it would be hidden."""
    when, partner, gender = cell
    return when not in time.groups and partner != ANY_PARTNER and gender != ANY_GENDER


def _gender(kind: Kind) -> str:
    return kind.gender if kind.gender in GENDERS[:2] else GENDERS[2]
