"""Days and hours: the only module that knows local time.

Instants come in and go out in UTC. A day is never 24 hours: it is a date, and its opening and closing are looked up
in the calendar's own zone. Days off are data inside the calendar; `swedish_days_off` writes them at publication.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from journey.errors import AmbiguousLocalTime, NoSuchLocalTime, OutOfReach
from schemas.clocks import Calendar

STOCKHOLM = "Europe/Stockholm"
ONE_DAY = timedelta(days=1)
YEARS = range(1900, 2200)
"""In which years anything here may lie. Far from them no days can be counted, and no timer can be set."""

_ZERO = timedelta(0)
_NATIONAL_DAY_SINCE = 2005


@lru_cache(maxsize=32)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def is_zone(name: str) -> bool:
    """Whether there is such a time zone."""
    try:
        _zone(name)
    except (KeyError, ValueError, OSError):  # not there; a name that climbs out; the name of a folder
        return False
    return True


def local(moment: datetime, calendar: Calendar) -> datetime:
    """Wall time in the calendar's zone."""
    return moment.astimezone(_zone(calendar.timezone))


def local_day(moment: datetime, calendar: Calendar) -> date:
    """The local date of an instant."""
    return _local_day(moment, calendar.timezone)


def local_minute(moment: datetime, calendar: Calendar) -> str:
    """The local date and time of an instant, as people type it: `2026-03-02 10:00`."""
    return f"{local(moment, calendar):%Y-%m-%d %H:%M}"


@lru_cache(maxsize=16_384)
def _local_day(moment: datetime, zone: str) -> date:
    return moment.astimezone(_zone(zone)).date()


def instant(day: date, at: time, calendar: Calendar) -> datetime:
    """The instant of a wall time: after the gap in the hour that clocks skip, the first one in the doubled hour."""
    return _instant(day, at, calendar.timezone)


@lru_cache(maxsize=16_384)
def _instant(day: date, at: time, zone: str) -> datetime:
    return datetime.combine(day, at, _zone(zone)).astimezone(UTC)


def local_to_utc(naive: datetime, zone: str = STOCKHOLM) -> datetime:
    """Read a wall time that a person typed.

    Raises `NoSuchLocalTime` in the hour that clocks skip in spring and `AmbiguousLocalTime` in the hour that comes
    twice in autumn: nobody can know what was meant.
    """
    tz = _zone(zone)
    first, second = (naive.replace(tzinfo=tz, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first.astimezone(tz).replace(tzinfo=None) != naive:
        raise NoSuchLocalTime(time=naive.isoformat(sep=" ", timespec="minutes"), zone=zone)
    if first != second:
        raise AmbiguousLocalTime(time=naive.isoformat(sep=" ", timespec="minutes"), zone=zone)
    return first


def must_be_within_reach(day: date) -> None:
    """Refuse a year in which no counting of days could be carried on. Raises `OutOfReach`."""
    if day.year not in YEARS:
        raise OutOfReach(year=f"{day.year:04}", first=YEARS[0], last=YEARS[-1])


def is_working_day(day: date, calendar: Calendar) -> bool:
    """Whether the office is open that day."""
    return (day.weekday() in calendar.weekdays and day not in calendar.days_off) or day in calendar.days_open


def working_day_from(day: date, calendar: Calendar, step: int = 1) -> date:
    """The day itself if it is a working day, else the next one (or the one before, with `step=-1`)."""
    while not is_working_day(day, calendar):
        day += step * ONE_DAY
    return day


def add_working_days(day: date, count: int, calendar: Calendar) -> date:
    """The `count`-th working day after `day` (before it, when negative). `day` itself is not counted."""
    step = ONE_DAY if count >= 0 else -ONE_DAY
    weekdays, off, extra = calendar.weekdays, calendar.days_off, calendar.days_open
    left = abs(count)
    while left:
        day += step
        if (day.weekday() in weekdays and day not in off) or day in extra:
            left -= 1
    return day


def working_days_between(start: date, end: date, calendar: Calendar) -> int:
    """How many working days lie after `start`, up to and including `end`."""
    count, day = 0, start
    while day < end:
        day += ONE_DAY
        count += is_working_day(day, calendar)
    return count


def days_strictly_between(start: date, end: date) -> Iterable[date]:
    """Every date after `start` and before `end`."""
    return _days(start + ONE_DAY, end - ONE_DAY)


def opening(day: date, calendar: Calendar) -> datetime:
    """When the office opens on a working day."""
    return instant(day, calendar.opens, calendar)


def closing(day: date, calendar: Calendar) -> datetime:
    """When the office closes on a working day."""
    return instant(day, calendar.closes, calendar)


def within_office_hours(moment: datetime, calendar: Calendar) -> bool:
    """Whether the office is open at this instant."""
    day = local_day(moment, calendar)
    return is_working_day(day, calendar) and opening(day, calendar) <= moment < closing(day, calendar)


def next_opening(moment: datetime, calendar: Calendar) -> datetime:
    """This instant when the office is open, else when it next opens."""
    if within_office_hours(moment, calendar):
        return moment
    day = local_day(moment, calendar)
    if not is_working_day(day, calendar) or moment >= closing(day, calendar):
        day = working_day_from(day + ONE_DAY, calendar)
    return max(moment, opening(day, calendar))


def next_hour(moment: datetime, calendar: Calendar) -> datetime:
    """This instant when it is a full hour on the local clock, else the next that is."""
    past = local(moment, calendar)
    rest = timedelta(minutes=past.minute, seconds=past.second, microseconds=past.microsecond)
    return moment + (timedelta(hours=1) - rest) if rest else moment


def office_time_between(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """How long the office is open from `start` to `end`; nothing when `end` is not later."""
    total = _ZERO
    for day in _days(local_day(start, calendar), local_day(end, calendar)):
        if is_working_day(day, calendar):
            total += max(_ZERO, min(end, closing(day, calendar)) - max(start, opening(day, calendar)))
    return total


def add_office_time(start: datetime, length: timedelta, calendar: Calendar) -> datetime:
    """The instant when the office has been open for `length` since `start`; at closing, not at the next opening."""
    if length <= _ZERO:
        return start
    day = local_day(start, calendar)
    while True:
        if is_working_day(day, calendar):
            begin, close = max(start, opening(day, calendar)), closing(day, calendar)
            if begin < close:
                if length <= close - begin:
                    return begin + length
                length -= close - begin
        day += ONE_DAY


def subtract_office_time(end: datetime, length: timedelta, calendar: Calendar) -> datetime:
    """The instant from which the office is open for `length` until `end`; at opening, not at the closing before."""
    if length <= _ZERO:
        return end
    day = local_day(end, calendar)
    while True:
        if is_working_day(day, calendar):
            begin, close = opening(day, calendar), min(end, closing(day, calendar))
            if begin < close:
                if length <= close - begin:
                    return close - length
                length -= close - begin
        day -= ONE_DAY


def _days(start: date, end: date) -> Iterator[date]:
    while start <= end:
        yield start
        start += ONE_DAY


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous algorithm: Meeus, Astronomical Algorithms, ch. 8)."""
    golden = year % 19
    century, rest = divmod(year, 100)
    leap_century, century_rest = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap_century - correction + 15) % 30
    leap, leap_rest = divmod(rest, 4)
    weekday = (32 + 2 * century_rest + 2 * leap - epact - leap_rest) % 7
    shift = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


def _first_weekday_from(day: date, weekday: int) -> date:
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def swedish_days_off(year: int, kinds: Iterable[str] = ("public", "eves")) -> tuple[date, ...]:
    """Days off in Sweden besides the weekends, in order.

    `public` are the public holidays of Lag (1989:253) about public holidays, Sundays left out; `eves` are
    midsommarafton, julafton and nyårsafton, which Lag (1930:173) § 2 treats like Sundays. SFS 2004:1320 made the
    national day a public holiday from 2005 on, in the place of annandag pingst.
    """
    saturday = 5
    easter_day = easter(year)
    midsummer = _first_weekday_from(date(year, 6, 20), saturday)
    sets = {
        "public": {
            date(year, 1, 1),
            date(year, 1, 6),
            easter_day - 2 * ONE_DAY,
            easter_day,
            easter_day + ONE_DAY,
            date(year, 5, 1),
            easter_day + 39 * ONE_DAY,
            easter_day + 49 * ONE_DAY,
            date(year, 6, 6) if year >= _NATIONAL_DAY_SINCE else easter_day + 50 * ONE_DAY,
            midsummer,
            _first_weekday_from(date(year, 10, 31), saturday),
            date(year, 12, 25),
            date(year, 12, 26),
        },
        "eves": {midsummer - ONE_DAY, date(year, 12, 24), date(year, 12, 31)},
    }
    return tuple(sorted(set().union(*(sets[kind] for kind in kinds))))
