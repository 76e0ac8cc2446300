"""What comes if nobody acts, on a calendar and by date. It formats what it is given and fetches nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from cli.fitted import Fitted
from cli.foresight_words import COMING, MONTHS, WEEKDAYS, Mark, first_calendar, mark_of, who, whom
from journey import calendars
from journey.calendars import ONE_DAY
from schemas.base import Both, Language
from schemas.clocks import Calendar
from schemas.foresight import Coming
from schemas.programme import Programme

WEEK = timedelta(weeks=1)
CELL = 9
"""Characters of a day on the calendar: seven of them and the month fit in 80."""

MOST_MARKS = 4
SIGNS = (
    Both(sv="[n] i dag", en="[n] today"),
    Both(sv="(n) ledig dag", en="(n) day off"),
    Both(sv="→ får brev", en="→ is written to"),
)
HEADS = {
    "day": Both(sv="Dag", en="Day"),
    "time": Both(sv="Tid", en="Time"),
    "what": Both(sv="Vad", en="What"),
    "step": Both(sv="Steg", en="Step"),
    "who": Both(sv="Vem", en="Who"),
}


def forecast_view(
    found: Sequence[Coming], programme: Programme, now: datetime, until: datetime, language: Language
) -> RenderableType:
    """The weeks to come on a calendar, then everything by date."""
    calendar = first_calendar(programme)
    last = calendars.local_day(until, calendar)
    if not found:
        nothing = Both(sv=f"Ingenting händer av sig självt till {last}.", en=f"Nothing happens by itself until {last}.")
        return Text(nothing[language])
    title = Both(sv=f"Om ingen gör något, till {last}:", en=f"If nobody acts, until {last}:")
    days = _by_day(found, calendar)
    return Group(
        Text(title[language], style="bold"),
        Text(),
        _month_calendar(days, calendars.local_day(now, calendar), calendar, language),
        Text(),
        _legend(found, language),
        Text(),
        _by_date(days, programme, language),
    )


def forecast_json(found: Sequence[Coming], programme: Programme, now: datetime, until: datetime) -> dict[str, Any]:
    """The same for programs. Times are in UTC, titles in both languages."""
    return {"now": _iso(now), "until": _iso(until), "coming": [_coming(one, programme) for one in found]}


def _coming(one: Coming, programme: Programme) -> dict[str, Any]:
    step = programme.steps.get(one.step) if one.step is not None else None
    titles = step.title.model_dump() if step is not None else None
    return {**one.model_dump(mode="json"), "titles": titles, "words": COMING[one.kind].model_dump()}


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _by_day(found: Sequence[Coming], calendar: Calendar) -> dict[date, list[Coming]]:
    days: defaultdict[date, list[Coming]] = defaultdict(list)
    for one in found:
        days[calendars.local_day(one.at, calendar)].append(one)
    return days


# ---- the calendar


def _month_calendar(days: Mapping[date, Sequence[Coming]], today: date, calendar: Calendar, language: Language) -> Text:
    """Weeks as rows, from this week to the last in which something comes."""
    names = "".join(f"{name:<{CELL}}" for name in WEEKDAYS[language])
    lines = [Text(" " * CELL + names.rstrip(), style="bold")]
    monday, month = today - today.weekday() * ONE_DAY, ""
    while monday <= max(days):
        name = _month(monday, today, language)
        week = [monday + n * ONE_DAY for n in range(7)]
        line = Text(f"{name if name != month else '':<{CELL}}")
        for day in week:
            line.append_text(_day(day, days.get(day, ()), today, calendar, language))
        line.rstrip()
        lines.append(line)
        month, monday = name, monday + WEEK
    return Text("\n").join(lines)


def _month(monday: date, today: date, language: Language) -> str:
    """The month that a week belongs to: that of its Thursday; of the first week, today's."""
    day = max(monday + 3 * ONE_DAY, today) if monday <= today else monday + 3 * ONE_DAY
    return f"{MONTHS[language][day.month - 1]} {day.year}"


def _day(day: date, found: Sequence[Coming], today: date, calendar: Calendar, language: Language) -> Text:
    """A day: today in brackets, a day off in parentheses and dimmed, then the letters of what comes."""
    off = not calendars.is_working_day(day, calendar)
    number = f"[{day.day}]" if day == today else f"({day.day})" if off else f" {day.day} "
    letters = "".join(dict.fromkeys(mark_of(one).letter[language] for one in found))[:MOST_MARKS]
    style = "bold" if letters else "dim" if off or day < today else ""
    return Text(f"{number:>4} {letters}".ljust(CELL), style=style)


def _legend(found: Sequence[Coming], language: Language) -> Text:
    marks: list[Mark] = list(dict.fromkeys(mark_of(one) for one in found))
    said = [f"{mark.letter[language]} {mark.meaning[language]}" for mark in marks]
    said += [words[language] for words in SIGNS]
    return Text(" · ".join(said), style="dim")


# ---- the list


def _by_date(days: Mapping[date, Sequence[Coming]], programme: Programme, language: Language) -> RenderableType:
    calendar = first_calendar(programme)
    rows = []
    for day in sorted(days):
        for place, one in enumerate(days[day]):
            head = f"{day} {WEEKDAYS[language][day.weekday()]}" if place == 0 else ""
            rows.append((head, *_row(one, programme, calendar, language)))
    return Fitted([head[language] for head in HEADS.values()], rows, whole=frozenset({0, 1}))


def _row(one: Coming, programme: Programme, calendar: Calendar, language: Language) -> Iterator[str]:
    yield f"{calendars.local(one.at, calendar):%H:%M}"
    what = COMING[one.kind][language]
    yield what + "".join(f" ({said})" for said in (one.outcome, one.exit) if said)
    yield title_of(one.step, programme, language)
    yield "\n".join(f"→ {whom(letter)}" for letter in one.letters) or who(one.role, one.owner)


def title_of(step: str | None, programme: Programme, language: Language) -> str:
    """The words for a step; its name where the programme does not have it."""
    if step is None:
        return ""
    return programme.steps[step].title[language] if step in programme.steps else step
