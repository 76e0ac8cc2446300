"""How one journey looks to a person: how it stands, what is open with its clocks, and all that has happened.

It formats what it is given and fetches nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cli.tables import ALARMS, EVENTS, STANDS_IN, STATUSES, columns, day_or_moment, moment, who
from schemas.base import Both, Language
from schemas.events import EventKind
from schemas.journey import Status

UNDO = Both(
    sv="Det senaste går att ta tillbaka till {until} (operator undo {what}); dess brev går därefter.",
    en="What was done last can be taken back until {until} (operator undo {what}); its letters leave after that.",
)
OLDER = Both(
    sv="Följer version {version}; nya resor börjar med {in_force}. Byt: owner roll-out {in_force} --to all "
    "--programme {programme} --where journey={journey}",
    en="Follows version {version}; new journeys begin with {in_force}. Change over: owner roll-out {in_force} --to all "
    "--programme {programme} --where journey={journey}",
)
WAIVED = Both(sv="Undantaget: {step}", en="Done without: {step}")
UNTIL = Both(sv=", till {until}", en=", until {until}")

MORE = {
    "due": Both(sv="senast {}", en="due {}"),
    "until": Both(sv="till {}", en="until {}"),
    "taken_back": Both(sv="öppnas på nytt: {}", en="opened anew: {}"),
    "kept": Both(sv="står kvar: {}", en="kept: {}"),
    "expired": Both(sv="har gått ut: {}", en="too old: {}"),
    "why": Both(sv="skäl: {}", en="reason: {}"),
}
"""What an event is told with besides; the last names of each kind first."""

RETIMED = {EventKind.TASK_OPENED, EventKind.TASK_RETIMED, EventKind.TASK_EXTENDED, EventKind.TASK_RESTORED}
GIVEN = {EventKind.TASK_ASSIGNED, EventKind.TASK_HANDED_OVER, EventKind.TASK_NUDGED}
PLAIN = ("outcome", "reason", "exit")
CORRECTED = {EventKind.ANSWERS_CORRECTED, EventKind.DATE_MOVED, EventKind.STEP_WAIVED}


def journey_view(found: dict[str, Any], language: Language) -> RenderableType:
    """Everything about one journey, the explanation in both languages."""
    status = STATUSES[found["status"]][language] + (f" ({found['exit']})" if found["exit"] else "")
    title = f"{found['journey']} · {found['programme']} v{found['version']} · {status}"
    explained = [Text(found["explain"][each]) for each in (language, "en" if language == "sv" else "sv")]
    beside = [Text(line) for line in _beside(found, language)]
    tasks, events = _clocks(found["tasks"], language), journal(found["events"], language)
    return Group(Text(title, style="bold"), *explained, *beside, tasks, events)


def _beside(found: dict[str, Any], language: Language) -> Iterator[str]:
    """What may be taken back, what is done without, and that it goes by another version than new journeys do."""
    if undo := found.get("undo"):
        yield UNDO[language].format(until=moment(undo["until"]), what=undo["task"] or found["journey"])
    for one in found.get("waived", ()):
        until = UNTIL[language].format(until=day_or_moment(one["until"])) if one["until"] else ""
        why = f" ({one['reason_words']})" if one["reason_words"] else ""
        yield WAIVED[language].format(step=one["title"]) + until + why
    if found["status"] != Status.ENDED and found["version"] != found.get("in_force", found["version"]):
        yield OLDER[language].format_map(found)


def _clocks(tasks: Sequence[dict[str, Any]], language: Language) -> RenderableType:
    if not tasks:
        return Text("")
    table = columns(("task", "step", "who", "due", "next"), language)
    for task in tasks:
        alarm = next(iter(task.get("alarms", ())), None)
        ahead = f"{ALARMS[alarm['kind']][language]} {moment(alarm['at'])}" if alarm else ""
        row = (task["id"], task["title"], who(task, language), moment(task["due_at"]), ahead)
        table.add_row(*(Text(cell) for cell in row), style="bold" if task["overdue"] else "")
    return table


def journal(events: Sequence[dict[str, Any]], language: Language) -> Table:
    """What has happened, one event a line."""
    table = columns(("number", "when", "step", "what", "more"), language)
    said: str | None = None
    for event in events:
        what, more = EVENTS[EventKind(event["kind"])][language], list(_more(event, language))
        if (words := event.get("reason_words")) and event["why"] != said:
            more.append(MORE["why"][language].format(words))
        said = event.get("why")  # once for each act, however much came of it
        row = (str(event["seq"]), moment(event["at"]), event["step"] or "", what, ", ".join(more))
        table.add_row(*map(Text, row))
    return table


def _more(event: dict[str, Any], language: Language) -> Iterator[str]:
    """What tells this event from others of its kind."""
    kind, task = EventKind(event["kind"]), event.get("task") or {}
    if plain := " ".join(str(event[name]) for name in PLAIN if event.get(name)):
        yield plain
    if kind is EventKind.JOURNEY_HELD and (hold := event.get("hold")):
        yield from (hold["cause"], hold["on"], MORE["until"][language].format(moment(hold["review_at"])))
    if kind in RETIMED and task.get("due_at"):
        yield MORE["due"][language].format(moment(task["due_at"]))
    if kind in GIVEN:
        yield who(task, language)
    if cover := event.get("cover"):
        yield STANDS_IN[language].format(cover["stand_in"], cover["absent"])
        yield MORE["until"][language].format(moment(cover["until"]))
    if event.get("until"):
        yield MORE["until"][language].format(day_or_moment(event["until"]))
    if kind in CORRECTED:
        yield from (f"{name}={value}" for name, value in (event.get("facts") or {}).items())
        yield from (f"{name}={day_or_moment(value)}" for name, value in (event.get("dates") or {}).items())
    yield from event.get("fields") or ()
    for name in ("taken_back", "kept", "expired"):
        if event.get(name):
            yield MORE[name][language].format(", ".join(event[name]))
