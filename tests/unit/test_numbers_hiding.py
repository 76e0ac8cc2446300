"""No number under five is shown, and none can be worked out from what is: totals, other periods or other tables."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Mapping
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.numbers.hiding import LEAST, Cell, Line, Scale, Shape, Table
from tests.breadth import examples

TIME = Scale("all", {"all": ("q1", "q2", "q3"), "y1": ("q1", "q2"), "y2": ("q3",)}, {"all": 200, "y1": 60, "y2": 60})
PARTNER = Scale("any", {"any": ("p1", "p2", "p3")}, {"any": 40})
GENDER = Scale("both", {"both": ("w", "m")}, {"both": 40})
ROUTE = Scale("routes", {"routes": ("job", "study", "unknown")})


def counted(leaves: Mapping[Cell, int], *scales: Scale) -> tuple[Line, Table]:
    by_time: dict[str, int] = {}
    for cell, number in leaves.items():
        by_time[cell[0]] = by_time.get(cell[0], 0) + number
    line = Line(TIME, by_time)
    return line, Table(Shape(TIME, *scales), leaves, line.shifts)


def crowd(scales: Iterable[Scale], most: int) -> st.SearchStrategy[dict[Cell, int]]:
    cells = list(itertools.product(*(scale.leaves for scale in scales)))
    some = st.integers(0, most) | st.just(0) | st.integers(0, 4)
    return st.tuples(*(some for _ in cells)).map(lambda numbers: dict(zip(cells, numbers, strict=True)))


# ---- what somebody could work out


class Reader:
    """Somebody who knows every number that is shown, and that nobody is fewer than none.

    Each leaf is an unknown. The shown cells are equations; where one is nought, so are its leaves.
    """

    def __init__(self, tables: Iterable[tuple[str, Table]]) -> None:
        self._tables = list(tables)
        self._unknown: dict[tuple[str, Cell], int] = {}
        for name, table in self._tables:
            for leaf in itertools.product(*(scale.leaves for scale in table.shape.scales)):
                self._unknown[name, leaf] = len(self._unknown)
        self._nought: set[int] = set()
        shown = [(name, table, cell) for name, table in self._tables for cell in table.shape.cells()]
        rows = [(self._parts(name, table, cell), table.shown(cell)) for name, table, cell in shown]
        for parts, number in rows:
            if number == 0:
                self._nought |= parts
        equations = [dict.fromkeys(parts - self._nought, Fraction(1)) for parts, number in rows if number is not None]
        equations += list(self._same_totals())
        self._rows: dict[int, dict[int, Fraction]] = {}
        for equation in equations:
            self._add(equation)

    def knows(self, name: str, cell: Cell) -> bool:
        """Whether this cell follows from what is shown."""
        table = dict(self._tables)[name]
        wanted = dict.fromkeys(self._parts(name, table, cell) - self._nought, Fraction(1))
        return not self._reduced(wanted)

    def _parts(self, name: str, table: Table, cell: Cell) -> set[int]:
        leaves = itertools.product(*(scale.below(node) for scale, node in zip(table.shape.scales, cell, strict=True)))
        return {self._unknown[name, leaf] for leaf in leaves}

    def _same_totals(self) -> Iterable[dict[int, Fraction]]:
        """Each table counts the same people in each quarter."""
        (first, one), *others = self._tables
        for name, other in others:
            for time in TIME.leaves:
                equation = dict.fromkeys(self._parts(first, one, (time, *one.shape.tops)), Fraction(1))
                equation |= dict.fromkeys(self._parts(name, other, (time, *other.shape.tops)), Fraction(-1))
                yield {place: sign for place, sign in equation.items() if place not in self._nought}

    def _reduced(self, equation: dict[int, Fraction]) -> dict[int, Fraction]:
        left = dict(equation)
        for pivot in sorted(self._rows):
            if factor := left.get(pivot):
                for place, value in self._rows[pivot].items():
                    left[place] = left.get(place, Fraction(0)) - factor * value
        return {place: value for place, value in left.items() if value}

    def _add(self, equation: dict[int, Fraction]) -> None:
        left = self._reduced(equation)
        if left:
            pivot = min(left)
            self._rows[pivot] = {place: value / left[pivot] for place, value in left.items()}


def small(table: Table) -> list[Cell]:
    return [cell for cell, number in table.people.items() if 0 < number < LEAST]


def test_a_reader_of_these_tests_can_subtract() -> None:
    """What must not be shown would be noticed."""
    _, table = counted({("q1", "w"): 3, ("q1", "m"): 9, ("q2", "w"): 8, ("q2", "m"): 9}, GENDER)
    table.hidden = {("q1", "w")}
    assert Reader([("t", table)]).knows("t", ("q1", "w"))
    table.hidden |= {("q1", "m"), *((time, gender) for time in ("y1", "all") for gender in ("w", "m"))}
    assert not Reader([("t", table)]).knows("t", ("q1", "w"))
    table.hidden -= {("y1", "w"), ("y1", "m")}
    assert Reader([("t", table)]).knows("t", ("q1", "w"))


@given(crowd((TIME, PARTNER, GENDER), 14), st.integers(0, 10_000))
@settings(max_examples=examples(150), deadline=None)
def test_what_is_hidden_cannot_be_worked_out_from_any_table(leaves: dict[Cell, int], seed: int) -> None:
    """Two tables of the same people, who are spread over routes by chance."""
    chance = random.Random(seed)
    routes: dict[Cell, int] = {}
    for cell, number in leaves.items():
        for _ in range(number):
            where = (cell[0], chance.choices(ROUTE.leaves, (6, 3, 1))[0])
            routes[where] = routes.get(where, 0) + 1
    _, funnel = counted(leaves, PARTNER, GENDER)
    _, movers = counted(routes, ROUTE)
    reader = Reader([("funnel", funnel), ("movers", movers)])
    for name, table in (("funnel", funnel), ("movers", movers)):
        for cell in small(table):
            assert table.shown(cell) is None
            assert not reader.knows(name, cell), (name, cell)


@given(crowd((TIME, GENDER), 7))
@settings(max_examples=examples(60), deadline=None)
def test_for_what_is_hidden_there_is_another_way_in_which_it_could_be(leaves: dict[Cell, int]) -> None:
    """Not only equations: with people who are whole and not fewer than none, another table would look the same."""
    _, table = counted(leaves, GENDER)
    wanted = set(small(table))
    shown = {cell: table.shown(cell) for cell in table.shape.cells() if table.shown(cell) is not None}
    for other in _others(leaves):
        if not wanted:
            break
        sums = _sums(other)
        if all(sums.get(cell, 0) == number for cell, number in shown.items()):
            wanted -= {cell for cell in wanted if sums.get(cell, 0) != table.people[cell]}
    assert wanted == set()


def _others(leaves: dict[Cell, int]) -> Iterable[dict[Cell, int]]:
    """Tables in which up to four groups of people stand elsewhere."""
    cells = list(leaves)
    for size in (1, 2, 4):
        for some in itertools.combinations(cells, size):
            for signs in itertools.product((-4, -3, -2, -1, 1, 2, 3, 4), repeat=1):
                for pattern in itertools.product((1, -1), repeat=size - 1):
                    changed = dict(leaves)
                    for cell, sign in zip(some, (1, *pattern), strict=True):
                        changed[cell] += sign * signs[0]
                    if min(changed.values()) >= 0:
                        yield changed


def _sums(leaves: dict[Cell, int]) -> dict[Cell, int]:
    found: dict[Cell, int] = {}
    for (time, gender), number in leaves.items():
        for cell in itertools.product(TIME.above[time], GENDER.above[gender]):
            found[cell] = found.get(cell, 0) + number
    return found


@given(crowd((TIME, PARTNER, GENDER), 30))
@settings(max_examples=examples(60), deadline=None)
def test_tables_that_show_the_same_totals_agree_on_them(leaves: dict[Cell, int]) -> None:
    line, table = counted(leaves, PARTNER, GENDER)
    for time in TIME.nodes:
        assert line.at(time) == table.shown((time, "any", "both"))


@given(crowd((TIME, PARTNER, GENDER), 40))
@settings(max_examples=examples(60), deadline=None)
def test_what_is_shown_adds_up(leaves: dict[Cell, int]) -> None:
    _, table = counted(leaves, PARTNER, GENDER)
    for time, partner in itertools.product(TIME.nodes, PARTNER.nodes):
        parts = [table.shown((time, partner, gender)) for gender in GENDER.leaves]
        whole = table.shown((time, partner, "both"))
        if whole is not None and None not in parts:
            assert whole == sum(filter(None, parts))


def test_where_nothing_is_small_nothing_is_hidden() -> None:
    cells: list[Cell] = list(itertools.product(TIME.leaves, PARTNER.leaves, GENDER.leaves))
    leaves = {cell: 5 + number for number, cell in enumerate(cells)}
    _, table = counted(leaves, PARTNER, GENDER)
    assert table.hidden == set()
    assert counted({}, GENDER)[1].hidden == set()


def test_one_small_cell_takes_the_least_with_it() -> None:
    leaves: dict[Cell, int] = dict.fromkeys(itertools.product(TIME.leaves, GENDER.leaves), 40)
    leaves |= {("q1", "w"): 3, ("q2", "w"): 20}
    _, table = counted(leaves, GENDER)
    assert table.hidden == {("q1", "w"), ("q1", "m"), ("q2", "w"), ("q2", "m")}


def test_a_small_total_hides_another_and_not_the_whole_time() -> None:
    line = Line(TIME, {"q1": 3, "q2": 30, "q3": 50})
    assert {time for time in TIME.nodes if line.at(time) is None} == {"q1", "q2"}
    assert (line.at("y1"), line.at("all")) == (33, 83)


def test_very_few_people_are_hidden_altogether() -> None:
    line, table = counted({("q1", "w"): 1, ("q3", "m"): 1}, GENDER)
    assert all(table.shown(cell) in (None, 0) for cell in table.shape.cells())
    assert line.at("all") is None


@pytest.mark.parametrize("number", range(8))
def test_none_and_five_are_shown(number: int) -> None:
    line = Line(TIME, {"q1": number})
    assert line.at("q1") == (number if number in (0, 5, 6, 7) else None)
