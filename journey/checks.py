"""Everything that is wrong with a draft programme, at once, in file order, each with its place and a hint.

A programme that passes cannot get stuck by its own fault. `check` is pure: it gets the text and the years whose days
off are to be written out, and never raises for anything that the text says.
"""

from __future__ import annotations

from collections.abc import Iterable

from journey.calendars import swedish_days_off
from journey.check_draft import Draft
from journey.check_flow import check_facts, check_flow
from journey.check_forms import check_forms
from journey.check_own_page import check_own_page
from journey.check_references import check_references, check_unused
from journey.check_runs import check_runs
from journey.check_shape import Shape
from journey.check_steps import check_steps
from journey.check_times import check_times, check_words
from journey.check_walk import BEGIN
from journey.source import decode, read
from schemas.clocks import Calendar
from schemas.draft import CheckReport, Code, Problem, Severity
from schemas.programme import Programme

FIRST_YEAR = 2020
YEARS_AHEAD = 10


def years_for(year: int) -> range:
    """The years whose days off a programme published in `year` carries."""
    return range(FIRST_YEAR, year + YEARS_AHEAD + 1)


def check_file(data: bytes, *, years: Iterable[int]) -> CheckReport:
    """Judge a draft as it stands in a file."""
    text, problems = decode(data)
    return CheckReport(problems=problems) if problems else check(text, years=years)


def check(text: str, *, years: Iterable[int]) -> CheckReport:
    """Judge a draft. `years` are those whose days off are written into its calendars."""
    source = read(text)
    if source.top is None:
        return CheckReport(problems=source.problems)
    shape = Shape(source)
    problems = [*source.problems, *shape.problems]
    if shape.programme is not None:
        problems += _meaning(Draft(source, shape.programme), whole=not shape.dropped, sound=not _errors(problems))
    ordered = tuple(sorted(problems, key=lambda found: (found.place.line, found.place.column)))
    sound = shape.programme is not None and not shape.dropped and not _errors(ordered)
    return CheckReport(
        programme=resolve(shape.programme, years) if sound and shape.programme else None, problems=ordered
    )


def judged_before(text: str, *, years: Iterable[int]) -> Programme:
    """Read a file that has been judged already, as the seed programmes are by our tests, without judging it again."""
    source = read(text)
    shape = Shape(source) if source.top is not None else None
    if shape is None or shape.programme is None or shape.problems:
        found = shape.problems if shape is not None else source.problems
        raise ValueError(found[0].en if found else "not a programme")
    return resolve(shape.programme, years)


def _meaning(draft: Draft, *, whole: bool, sound: bool) -> list[Problem]:
    """What the rules say. Those that need all of the draft wait until all of it can be read."""
    found = [*check_references(draft), *check_steps(draft), *check_times(draft), *check_words(draft)]
    found += [*check_forms(draft), *check_own_page(draft)]
    if whole:
        found += [*check_flow(draft), *check_facts(draft)]
    if whole and not any(one.code is Code.UNKNOWN_REFERENCE for one in found):
        found += check_unused(draft)
    if whole and sound and not _errors(found):
        found += check_runs(draft, resolve(draft.programme, range(BEGIN.year, BEGIN.year + YEARS_AHEAD)))
    return found


def _errors(problems: Iterable[Problem]) -> bool:
    return any(found.severity is Severity.ERROR for found in problems)


def resolve(programme: Programme, years: Iterable[int]) -> Programme:
    """The programme with each calendar's days off written out, so that they are never looked up later.

    Only those are written that fall on a day of the week that is otherwise open.
    """
    listed = tuple(years)
    calendars = {name: _resolved(calendar, listed) for name, calendar in programme.calendars.items()}
    return programme.model_copy(update={"calendars": calendars})


def _resolved(calendar: Calendar, years: tuple[int, ...]) -> Calendar:
    days = [day for year in years for day in swedish_days_off(year, calendar.off) if day.weekday() in calendar.weekdays]
    return calendar.model_copy(update={"holidays": tuple(days)})
