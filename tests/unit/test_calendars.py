"""Days and hours: Swedish days off against an independent library, office time, and the two odd nights of the year."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import holidays
import pytest
from holidays.constants import DE_FACTO, PUBLIC
from hypothesis import given
from hypothesis import strategies as st

from journey import calendars
from journey.errors import AmbiguousLocalTime, NoSuchLocalTime
from schemas.clocks import Calendar
from tests.driving import OFFICE, at, day

YEARS = range(2000, 2041)
ODD_DAYS = ["2026-03-28", "2026-03-29", "2026-03-30", "2026-10-24", "2026-10-25", "2026-10-26"]
"""The days around both clock changes of 2026."""


def oracle(*categories: str, years: range = YEARS) -> holidays.HolidayBase:
    # The library changed its mind about Sundays in 0.107: never leave it to the default.
    return holidays.country_holidays("SE", years=years, categories=categories, language="sv", include_sundays=False)


@pytest.mark.parametrize("year", YEARS)
def test_days_off_are_those_an_independent_library_knows(year: int) -> None:
    assert calendars.swedish_days_off(year) == tuple(sorted(oracle(PUBLIC, DE_FACTO, years=range(year, year + 1))))


@pytest.mark.parametrize("year", [2004, 2005, 2026])
def test_the_public_holidays_alone_leave_the_eves_out(year: int) -> None:
    public = calendars.swedish_days_off(year, ["public"])
    eves = calendars.swedish_days_off(year, ["eves"])
    assert public == tuple(sorted(oracle(PUBLIC, years=range(year, year + 1))))
    assert [f"{found:%m-%d}" for found in eves][1:] == ["12-24", "12-31"]
    assert set(public).isdisjoint(eves)


def test_no_kind_of_day_off_means_weekends_only() -> None:
    assert calendars.swedish_days_off(2026, []) == ()


def test_working_days_are_those_an_independent_library_counts() -> None:
    libraries = oracle(PUBLIC, DE_FACTO)
    office = Calendar(holidays=tuple(found for year in YEARS for found in calendars.swedish_days_off(year)))
    every = [date(2000, 1, 1) + timedelta(days=n) for n in range((date(2040, 12, 31) - date(2000, 1, 1)).days + 1)]
    assert [d for d in every if calendars.is_working_day(d, office)] == [
        d for d in every if libraries.is_working_day(d)
    ]


def test_the_year_2026_has_251_working_days() -> None:
    assert calendars.working_days_between(date(2025, 12, 31), date(2026, 12, 31), OFFICE) == 251


@pytest.mark.parametrize(
    ("start", "third"),
    [("2022-04-14", "2022-04-21"), ("2023-04-06", "2023-04-13"), ("2026-06-18", "2026-06-24")],
)
def test_the_third_working_day_after_a_day_before_holidays(start: str, third: str) -> None:
    assert calendars.add_working_days(day(start), 3, OFFICE) == day(third)
    assert calendars.working_days_between(day(start), day(third), OFFICE) == 3


@pytest.mark.parametrize("eve", ["2026-06-19", "2026-12-24", "2026-12-31"])
def test_the_three_eves_are_days_off_and_the_days_before_them_are_not(eve: str) -> None:
    assert not calendars.is_working_day(day(eve), OFFICE)
    assert calendars.is_working_day(day(eve) - timedelta(days=1), OFFICE)


@pytest.mark.parametrize("shortened", ["2026-04-02", "2026-01-05", "2026-04-30", "2026-05-13", "2026-05-15"])
def test_days_that_are_only_shortened_by_custom_are_working_days(shortened: str) -> None:
    assert calendars.is_working_day(day(shortened), OFFICE)


def test_an_office_may_close_on_days_of_its_own_and_open_on_a_day_off() -> None:
    assert calendars.is_working_day(day("2026-05-15"), OFFICE)
    own = OFFICE.model_copy(
        update={"also_off": (day("2026-05-15"),), "also_open": (day("2026-05-16"), day("2026-12-24"))}
    )
    assert not calendars.is_working_day(day("2026-05-15"), own)
    assert calendars.is_working_day(day("2026-05-16"), own)  # a Saturday
    assert calendars.is_working_day(day("2026-12-24"), own)


@pytest.mark.parametrize("copied", [Calendar.model_copy, lambda old, update: old.but(**update)])
def test_a_changed_copy_of_a_calendar_forgets_the_days_off_of_the_old_one(copied: Callable[..., Calendar]) -> None:
    before = Calendar()
    assert calendars.is_working_day(day("2026-12-25"), before)
    after = copied(before, update={"holidays": (day("2026-12-25"),)})
    assert not calendars.is_working_day(day("2026-12-25"), after)
    assert calendars.is_working_day(day("2026-12-25"), before)


def test_counting_back_mirrors_counting_forward() -> None:
    assert calendars.add_working_days(day("2026-06-24"), -3, OFFICE) == day("2026-06-18")
    assert calendars.add_working_days(day("2026-06-20"), 0, OFFICE) == day("2026-06-20")
    assert calendars.working_day_from(day("2026-06-20"), OFFICE, -1) == day("2026-06-18")
    assert calendars.working_day_from(day("2026-06-19"), OFFICE) == day("2026-06-22")


DAYS = st.dates(date(2021, 1, 1), date(2033, 12, 31))


@given(DAYS, st.integers(1, 60))
def test_as_many_working_days_lie_between_as_were_added(start: date, count: int) -> None:
    end = calendars.add_working_days(start, count, OFFICE)
    assert calendars.is_working_day(end, OFFICE)
    assert calendars.working_days_between(start, end, OFFICE) == count


# ---- office time

MOMENTS = st.datetimes(datetime(2021, 1, 1), datetime(2033, 12, 31), timezones=st.just(UTC))
LENGTHS = st.integers(1, 60 * 300).map(lambda minutes: timedelta(minutes=minutes))


@given(MOMENTS, LENGTHS)
def test_the_office_is_open_for_as_long_as_was_added(start: datetime, length: timedelta) -> None:
    end = calendars.add_office_time(start, length, OFFICE)
    assert calendars.office_time_between(start, end, OFFICE) == length
    assert calendars.office_time_between(start, end - timedelta(microseconds=1), OFFICE) < length


@given(MOMENTS, LENGTHS)
def test_going_back_as_long_as_the_office_was_open_leaves_the_same_time_between(
    end: datetime, length: timedelta
) -> None:
    start = calendars.subtract_office_time(end, length, OFFICE)
    assert start < end
    assert calendars.office_time_between(start, end, OFFICE) == length
    assert calendars.office_time_between(start + timedelta(microseconds=1), end, OFFICE) < length


@given(MOMENTS, MOMENTS, MOMENTS)
def test_office_time_adds_up(one: datetime, two: datetime, three: datetime) -> None:
    first, middle, last = sorted((one, two, three))
    parts = [calendars.office_time_between(a, b, OFFICE) for a, b in ((first, middle), (middle, last))]
    assert sum(parts, timedelta()) == calendars.office_time_between(first, last, OFFICE)
    assert calendars.office_time_between(last, first, OFFICE) <= timedelta()


@given(MOMENTS)
def test_the_next_opening_is_a_moment_when_the_office_is_open(moment: datetime) -> None:
    opens = calendars.next_opening(moment, OFFICE)
    assert calendars.within_office_hours(opens, OFFICE)
    assert opens >= moment
    assert calendars.office_time_between(moment, opens, OFFICE) == timedelta()


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-03-02 10:00", 4, "2026-03-02 14:00"),
        ("2026-03-02 15:00", 4, "2026-03-03 10:00"),
        ("2026-03-02 08:00", 9, "2026-03-02 17:00"),  # at closing, not at the next opening
        ("2026-03-06 16:59", 1, "2026-03-09 08:59"),
        ("2026-03-07 12:00", 4, "2026-03-09 12:00"),
        ("2026-04-02 16:00", 2, "2026-04-07 09:00"),  # Easter
        ("2026-12-23 16:00", 2, "2026-12-28 09:00"),  # Christmas
        ("2026-03-27 16:00", 2, "2026-03-30 09:00"),  # over the clock change in spring
        ("2026-10-23 16:00", 2, "2026-10-26 09:00"),  # and in autumn
    ],
)
def test_office_hours_pass_only_while_the_office_is_open(start: str, hours: int, end: str) -> None:
    assert calendars.add_office_time(at(start), timedelta(hours=hours), OFFICE) == at(end)


def test_no_office_time_added_is_the_same_moment() -> None:
    saturday = at("2026-03-07 12:00")
    assert calendars.add_office_time(saturday, timedelta(), OFFICE) == saturday
    assert calendars.subtract_office_time(saturday, timedelta(), OFFICE) == saturday


def test_an_office_that_is_open_at_night_works_the_hours_there_are() -> None:
    """Between midnight and six there are five hours in spring's odd night and seven in autumn's."""
    nights = Calendar(weekdays=(0, 1, 2, 3, 4, 5, 6), opens=time(0), closes=time(6))
    for sunday, hours in (("2026-03-29", 5), ("2026-10-25", 7), ("2026-10-26", 6)):
        begin = calendars.opening(day(sunday), nights)
        assert calendars.closing(day(sunday), nights) - begin == timedelta(hours=hours)
        assert calendars.office_time_between(begin, begin + timedelta(hours=12), nights) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-03-02 07:59", "2026-03-02 08:00"),
        ("2026-03-02 08:00", "2026-03-02 08:00"),
        ("2026-03-02 16:59", "2026-03-02 16:59"),
        ("2026-03-02 17:00", "2026-03-03 08:00"),
        ("2026-06-18 17:00", "2026-06-22 08:00"),
    ],
)
def test_the_office_opens_at_eight_and_is_closed_from_five(moment: str, opens: str) -> None:
    assert calendars.next_opening(at(moment), OFFICE) == at(opens)
    assert calendars.within_office_hours(at(moment), OFFICE) == (moment == opens)


# ---- wall time and instants


@pytest.mark.parametrize("name", ODD_DAYS)
def test_opening_and_closing_keep_their_wall_time_over_clock_changes(name: str) -> None:
    for moment, hour in ((calendars.opening(day(name), OFFICE), 8), (calendars.closing(day(name), OFFICE), 17)):
        shown = calendars.local(moment, OFFICE)
        assert (shown.date(), shown.hour, shown.minute) == (day(name), hour, 0)
        assert moment.tzinfo is UTC


@pytest.mark.parametrize("typed", ["2026-03-29T02:00", "2026-03-29T02:30", "2026-03-29T02:59", "2027-03-28T02:15"])
def test_a_time_that_clocks_skip_is_refused(typed: str) -> None:
    with pytest.raises(NoSuchLocalTime, match="does not exist in Europe/Stockholm"):
        calendars.local_to_utc(datetime.fromisoformat(typed))


@pytest.mark.parametrize("typed", ["2026-10-25T02:00", "2026-10-25T02:30", "2026-10-25T02:59", "2022-10-30T02:00"])
def test_a_time_that_comes_twice_is_refused(typed: str) -> None:
    with pytest.raises(AmbiguousLocalTime, match="happens twice in Europe/Stockholm"):
        calendars.local_to_utc(datetime.fromisoformat(typed))


@pytest.mark.parametrize(
    ("typed", "utc"),
    [
        ("2026-03-29T01:59", "2026-03-29T00:59"),
        ("2026-03-29T03:00", "2026-03-29T01:00"),
        ("2026-10-25T01:59", "2026-10-24T23:59"),
        ("2026-10-25T03:00", "2026-10-25T02:00"),
        ("2026-01-15T12:00", "2026-01-15T11:00"),
    ],
)
def test_the_minutes_beside_a_clock_change_are_read(typed: str, utc: str) -> None:
    assert calendars.local_to_utc(datetime.fromisoformat(typed)) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


def test_a_wall_time_of_the_programme_itself_is_never_refused() -> None:
    """A morning at half past two: after the gap in spring, the first of the two in autumn."""
    assert calendars.instant(day("2026-03-29"), time(2, 30), OFFICE) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert calendars.instant(day("2026-10-25"), time(2, 30), OFFICE) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_the_day_is_the_local_one() -> None:
    assert calendars.local_day(datetime(2026, 7, 1, 22, 30, tzinfo=UTC), OFFICE) == day("2026-07-02")
    assert calendars.local_day(datetime(2026, 1, 1, 22, 30, tzinfo=UTC), OFFICE) == day("2026-01-01")
