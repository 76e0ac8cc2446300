"""How numbers are made up: periods, the promise of a first contact, who is a participant, files and pictures."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.charts import of_sheet, stacked
from schemas.base import Both
from services.numbers import counting as c
from services.numbers import periods
from services.numbers.contact import Contacted, contacts, firsts, medians, promise
from services.numbers.counting import First, Kind, People
from services.numbers.errors import NoSuchPeriod
from services.numbers.hiding import Line
from services.numbers.numbers import _shown
from services.numbers.reading import Counted, Sum, milestones, phases, routes
from services.numbers.sheets import Column, Row, Sheet, as_csv, written
from tests.breadth import examples
from tests.programmes import programme

# ---- periods


@pytest.mark.parametrize(
    ("typed", "period"),
    [
        ("", "all"),
        (" ALL ", "all"),
        ("2026", "2026"),
        ("2026-Q4", "2026-Q4"),
        ("2026q1", "2026-Q1"),
        ("2026K2", "2026-Q2"),
    ],
)
def test_a_period_is_read_as_people_type_it(typed: str, period: str) -> None:
    assert periods.checked(typed) == period


@pytest.mark.parametrize("typed", ["2026-Q5", "26", "2026-10", "1899", "2026-Q", "Q1", "20\uff12\uff16", "al", "\x00"])
def test_no_other_period_can_be_chosen(typed: str) -> None:
    with pytest.raises(NoSuchPeriod, match="2026-Q4"):
        periods.checked(typed)


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_every_day_lies_in_its_quarter_its_year_and_the_whole_time(day: date) -> None:
    quarter = periods.quarter_of(day)
    for period in (quarter, periods.year_of(quarter), periods.ALL):
        first, last = periods.span(periods.checked(period))
        assert first <= day <= last
    first, last = periods.span(quarter)
    assert periods.quarter_of(first - timedelta(days=1)) != quarter != periods.quarter_of(last + timedelta(days=1))


def test_what_can_be_chosen_reaches_from_the_first_to_the_present_quarter() -> None:
    found = periods.choices(["2025-Q4", "2026-Q2"], date(2026, 8, 1))
    assert found == ["all", "2026", "2026-Q3", "2026-Q2", "2026-Q1", "2025", "2025-Q4"]
    assert periods.choices([], date(2026, 1, 1)) == ["all", "2026", "2026-Q1"]
    assert [periods.said(each).en for each in found[:3]] == ["The whole time", "2026", "2026 quarter 3"]


# ---- the promise


RELOCATE = programme("relocate")
PROMISE = promise(RELOCATE)


def test_the_promise_is_the_programmes_own() -> None:
    assert PROMISE.days == 3
    found = contacts([RELOCATE, programme("react_eu")])
    assert {step for step, _ in found} == {"welcome_call"}
    assert ("welcome_call", "willing") in found
    assert ("welcome_call", "not_reached") not in found


def how(received: str, reached: str | None, *, left: bool = False, today: str = "2026-12-01") -> str:
    row = Contacted(date.fromisoformat(received), date.fromisoformat(reached) if reached else None, left, 1)
    return firsts(PROMISE, [row], date.fromisoformat(today))[0].how


def test_days_are_counted_as_they_come_and_as_the_office_works() -> None:
    """Maundy Thursday 2023: the third working day is Thursday a week later (domain facts, 4.3)."""
    assert how("2026-11-23", "2026-11-23") == c.WITHIN
    assert how("2026-11-23", "2026-11-26") == c.WITHIN
    assert how("2026-11-20", "2026-11-25") == c.WITHIN_WORKING
    assert how("2026-11-20", "2026-11-26") == c.LATER
    assert how("2023-04-06", "2023-04-13") == c.WITHIN_WORKING
    assert how("2023-04-06", "2023-04-14") == c.LATER


def test_who_waits_is_in_time_until_the_promise_is_broken() -> None:
    assert how("2026-11-27", None) == c.WAITING
    assert how("2026-11-25", None) == c.WAITING_LATE
    assert how("2026-01-01", None) == c.WAITING_LATE
    assert how("2026-11-25", None, left=True) == c.GONE


def test_the_one_in_the_middle_is_found_among_many() -> None:
    rows = [
        Contacted(date(2026, 11, 20), date(2026, 11, 23), False, 3),
        Contacted(date(2026, 11, 23), date(2026, 11, 23), False, 2),
        Contacted(date(2026, 11, 23), date(2027, 11, 23), False, 1),
        Contacted(date(2026, 11, 23), None, False, 50),
    ]
    assert medians(PROMISE, rows) == (3, 1)
    assert medians(PROMISE, rows[3:]) is None


# ---- who is counted as what


def test_a_participant_is_enrolled_and_has_taken_part_in_something() -> None:
    """Counting is a rule: whoever was tested and is not enrolled is no participant; at a fair nobody becomes one."""
    enrolled, active = c.ENROLLED, "activity.job_interview"
    told = [(), (enrolled,), (active,), (enrolled, active)]
    assert [Kind("2026-Q1", 1, marks=frozenset(each)).has(c.PARTICIPANT) for each in told] == [
        False,
        False,
        False,
        True,
    ]
    assert Kind("2026-Q1", 1, marks=frozenset({enrolled}), attended=True).takes_part
    assert not Kind("2026-Q1", 1, attended=True).takes_part


QUARTERS = ("2025-Q4", "2026-Q1", "2026-Q2")
KINDS = st.lists(
    st.builds(
        Kind,
        st.sampled_from(QUARTERS),
        st.integers(1, 9),
        st.sampled_from(["webb", "jobbtorg", "mässa", None]),
        st.sampled_from(["woman", "man", "other", None]),
        st.sets(st.sampled_from([c.ENROLLED, c.MOVED, "activity.trip", "phase.move"])).map(frozenset),
        st.sampled_from(["X1", "X2", None]),
        st.sampled_from(["job", "study", "elsewhere", None]),
    ),
    max_size=25,
)


@given(KINDS)
def test_the_tables_add_up_to_the_same_people(kinds: list[Kind]) -> None:
    """Of everything that is shown: parts to wholes, quarters to years, one table to the other."""
    people = People(periods.scale(QUARTERS), kinds)
    everybody = sum(kind.people for kind in kinds)
    first = [First(kind.quarter, c.LATER if kind.exit else c.WAITING, kind.people) for kind in kinds]
    tables = [people.funnel(c.EVERYBODY), people.fates(["X1", "X2"]), people.contacts(first)]
    for table in tables:
        assert table.people.get(("all", *table.shape.tops), 0) == everybody
        assert {table.shown(("all", *table.shape.tops))} == {people.line(c.EVERYBODY).at("all")}
    moved = people.movers(["job", "study"])
    assert sum(moved.people.get(("all", route), 0) for route in ("job", "study", c.UNKNOWN_ROUTE)) == moved.people.get(
        ("all", c.ANY_ROUTE), 0
    )


@given(KINDS)
def test_no_table_of_these_shows_fewer_than_five(kinds: list[Kind]) -> None:
    people = People(periods.scale(QUARTERS), kinds)
    for mark in (c.EVERYBODY, c.PARTICIPANT, c.MOVED):
        tables = [people.funnel(mark), people.line(mark), people.movers(["job"]), people.fates(["X1", "X2"])]
        shown = Counter(table.shown(cell) for table in tables for cell in table.shape.cells())
        assert not {1, 2, 3, 4} & shown.keys()


def test_small_partners_are_counted_together() -> None:
    kinds = [Kind("2026-Q1", 30, "webb"), Kind("2026-Q1", 25), Kind("2026-Q1", 19, "mässa"), Kind("2026-Q1", 3, "bar")]
    people = People(periods.scale(["2026-Q1"]), kinds)
    assert people.partners == ("webb", c.OTHERS, c.NOT_SAID)
    assert people.funnel(c.EVERYBODY).people["2026-Q1", c.OTHERS, "unknown"] == 22


def test_who_writes_others_or_none_for_a_partner_means_that() -> None:
    kinds = [Kind("2026-Q1", 30, each) for each in ("webb", "others", "none", "any", None)]
    people = People(periods.scale(["2026-Q1"]), kinds)
    assert people.partners == ("webb", c.OTHERS, c.NOT_SAID)
    assert people.funnel(c.EVERYBODY).people["2026-Q1", c.OTHERS, "unknown"] == 60
    assert people.funnel(c.EVERYBODY).people["2026-Q1", c.NOT_SAID, "unknown"] == 60


# ---- files and pictures


def words(text: str) -> Both:
    return Both(sv=text, en=text)


SHEET = Sheet(
    "lost", words("Lost <days>"), words("Whom"),
    (Column("people", words("People")), Column("days", words("Days"), days=True), Column("p", words("%"), share=True)),
    (
        Row("us", words("=SUM(A1)"), (1200, 3456.5, 7)), Row("csn", words('CSN; & "co"'), (None, None, None)),
        Row("all", words("All"), (1500, 1.0, 100), strong=True),
    ),
)  # fmt: skip


def test_a_number_reads_as_people_write_it() -> None:
    columns = SHEET.columns
    assert written(1200, columns[0], "sv") == "1\N{NO-BREAK SPACE}200"
    assert written(3456.5, columns[1], "sv") == "3\N{NO-BREAK SPACE}456,5"
    assert written(3456.5, columns[1], "en") == "3,456.5"
    assert written(7, columns[2], "en") == "7\N{NO-BREAK SPACE}%"
    assert written(None, columns[2], "en") == ".."


def test_a_file_is_what_spreadsheets_in_sweden_open_by_a_double_click() -> None:
    text = as_csv([SHEET], [(words("Programme"), words("@home"))], "sv")
    assert text.startswith("\ufeffProgramme;'@home\r\n\r\nLost <days>\r\n")
    assert text.endswith(
        'Whom;People;Days;%\r\n\'=SUM(A1);1200;3456,5;7\r\n"CSN; & ""co""";..;..;..\r\nAll;1500;1,0;100\r\n'
    )
    assert "3456.5" in as_csv([SHEET], [], "en")


def test_a_picture_says_what_it_shows_and_draws_nothing_that_is_hidden() -> None:
    drawn = of_sheet(SHEET, "en", 0, "Number of people.").svg
    root = ET.fromstring(drawn)
    assert root.attrib["role"] == "img"
    told = {element.tag: element.text for element in root}
    assert told["title"] == "Lost <days>"
    assert told["desc"] == 'Number of people. =SUM(A1): 1,200; CSN; & "co": ...'
    named = {element.attrib.get("id") for element in root}
    assert set(root.attrib["aria-labelledby"].split()) <= named
    assert [element.attrib["width"] for element in root.iter("rect")] == ["82.00%"]
    assert "style=" not in drawn


def test_a_long_line_is_cut_in_the_picture_and_whole_in_its_description() -> None:
    title = "A way out of the programme that somebody has given a long name"
    sheet = Sheet(
        "exits", words("Why"), words("Why"), (Column("people", words("People")),), (Row("x", words(title), (7,)),)
    )
    drawn = of_sheet(sheet, "en", 0, "Told.").svg
    assert f">{title[:39]}…<" in drawn
    assert title in drawn.split("</desc>")[0]


def test_a_bar_is_in_pieces_only_where_all_of_them_are_shown() -> None:
    columns = tuple(Column(name, words(name)) for name in ("all", "women", "men"))
    rows = (
        Row("a", words("a"), (20, 8, 12)),
        Row("b", words("b"), (10, None, None)),
        Row("c", words("c"), (None, None, 0)),
    )
    picture = stacked(Sheet("f", words("F"), words("f"), columns, rows), "en", (1, 2), 0, "Told.")
    assert re.findall(r'<rect class="([a-z0-9-]+)" x="[0-9.]+%" y="\d+" width="([0-9.]+)%"', picture.svg) == [
        ("bar-1", "32.80"), ("bar-2", "49.20"), ("bar-0", "41.00"),
    ]  # fmt: skip
    assert picture.legend == (("bar-1", "women"), ("bar-2", "men"), ("bar-0", "all"))


# ---- all that is shown of somebody


@given(KINDS)
@settings(max_examples=examples(60))
def test_no_sheet_of_any_period_and_partner_shows_fewer_than_five(kinds: list[Kind]) -> None:
    """Whoever looks through every choice that there is; days are shown only where people are."""
    found = counted_of(kinds)
    for period in ("all", "2025", "2026", *QUARTERS):
        for partner in (c.ANY_PARTNER, *found.people.partners):
            shown = _shown(found, period, partner, ())
            for sheet in shown.sheets:
                for row in sheet.rows:
                    values = dict(zip((column.key for column in sheet.columns), row.values, strict=True))
                    people = [number for key, number in values.items() if key not in ("share", "days", "each")]
                    assert not {1, 2, 3, 4} & set(people), (period, partner, sheet.name, row.key)
                    if "days" in values:
                        assert (values["days"] is None) is (values["people"] is None)


def counted_of(kinds: list[Kind]) -> Counted:
    time = periods.scale(QUARTERS)
    people = People(time, kinds)
    first = [First(kind.quarter, c.LATER if kind.exit else c.WAITING, kind.people) for kind in kinds]
    by_quarter: Counter[str] = Counter()
    for kind in kinds:
        by_quarter[kind.quarter] += kind.people // 2
    late = Sum(Line(time, by_quarter), {quarter: 86_400.0 * number for quarter, number in by_quarter.items()})
    versions = [RELOCATE]
    return Counted(
        versions=versions,
        people=people,
        funnel={mark: people.funnel(mark) for mark in (*phases(versions), *milestones(versions))},
        partner_titles={},
        fates=people.fates(["X1", "X2"]),
        movers=people.movers(routes(versions)),
        promised=PROMISE,
        contacts=people.contacts(first),
        contacted=[],
        lost={None: late, "csn": late},
        rests={("illness", "participant"): late},
        today=date(2026, 6, 1),
        at=datetime(2026, 6, 1, tzinfo=UTC),
    )
