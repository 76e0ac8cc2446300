"""How tasks, journeys, forms and reports look to a person: in the chosen language, and readable in 80 columns.

It formats what it is given and fetches nothing. Cells are plain text: nothing in a programme is taken for markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from journey import calendars
from schemas.base import Both, Language
from schemas.clocks import Calendar
from schemas.events import EventKind

UNITS = (
    (86_400, Both(sv="dag", en="day"), Both(sv="dagar", en="days")),
    (3_600, Both(sv="timme", en="hour"), Both(sv="timmar", en="hours")),
    (60, Both(sv="minut", en="minute"), Both(sv="minuter", en="minutes")),
)
HEADS = {
    "task": Both(sv="Uppgift", en="Task"),
    "step": Both(sv="Steg", en="Step"),
    "who": Both(sv="Vem", en="Who"),
    "due": Both(sv="Senast", en="Due"),
    "late": Both(sv="Försenad", en="Overdue by"),
    "next": Both(sv="Härnäst", en="Next"),
    "number": Both(sv="Nr", en="No."),
    "when": Both(sv="När", en="When"),
    "what": Both(sv="Vad", en="What"),
    "more": Both(sv="Mer", en="More"),
    "field": Both(sv="Fält", en="Field"),
    "label": Both(sv="Svenska / engelska", en="Swedish / English"),
    "answer": Both(sv="Svar", en="Answer"),
    "outcome": Both(sv="Utfall", en="Outcome"),
    "needs": Both(sv="Behöver", en="Needs"),
}
WHOLE = frozenset({"task", "number", "field"})
"""Columns that are never broken, so that what is in them can be copied."""

EVENTS = {
    EventKind.JOURNEY_STARTED: Both(sv="resan började", en="journey began"),
    EventKind.INTEREST_JOINED: Both(sv="intresse på nytt", en="interest again"),
    EventKind.TASK_OPENED: Both(sv="öppnades", en="opened"),
    EventKind.TASK_COMPLETED: Both(sv="avslutades", en="completed"),
    EventKind.TASK_CLOSED: Both(sv="stängdes", en="closed"),
    EventKind.TASK_ASSIGNED: Both(sv="fick ägare", en="given an owner"),
    EventKind.TASK_REMINDED: Both(sv="påminnelse", en="reminded"),
    EventKind.TASK_OVERDUE: Both(sv="försenad", en="overdue"),
    EventKind.TASK_ESCALATED: Both(sv="gick vidare till fler", en="escalated"),
    EventKind.TASK_HANDED_OVER: Both(sv="togs över", en="handed over"),
    EventKind.TASK_RETIMED: Both(sv="ny tid", en="retimed"),
    EventKind.MILESTONE_REACHED: Both(sv="nåddes", en="reached"),
    EventKind.JOURNEY_HELD: Both(sv="resan vilar", en="journey rests"),
    EventKind.HOLD_REVIEW_DUE: Both(sv="vilan ska ses över", en="rest to be reviewed"),
    EventKind.JOURNEY_RELEASED: Both(sv="resan går vidare", en="journey goes on"),
    EventKind.EVENT_PARKED: Both(sv="besked i förväg", en="report came early"),
    EventKind.EVENT_REFUSED: Both(sv="besked gick inte in", en="report refused"),
    EventKind.JOURNEY_EXITED: Both(sv="lämnade programmet", en="left the programme"),
    EventKind.JOURNEY_ENDED: Both(sv="resan avslutades", en="journey ended"),
    EventKind.JOURNEY_REOPENED: Both(sv="resan öppnades igen", en="journey reopened"),
    EventKind.TASK_NUDGED: Both(sv="påmindes för hand", en="reminded by hand"),
    EventKind.TASK_EXTENDED: Both(sv="fick mer tid", en="given more time"),
    EventKind.TASK_RESTORED: Both(sv="är öppen igen", en="is open again"),
    EventKind.STEP_WAIVED: Both(sv="undantogs", en="waived"),
    EventKind.WAIVER_EXPIRED: Both(sv="undantaget gick ut", en="waiver expired"),
    EventKind.WENT_BACK: Both(sv="gick tillbaka", en="went back"),
    EventKind.ACT_UNDONE: Both(sv="togs tillbaka", en="taken back"),
    EventKind.ANSWERS_CORRECTED: Both(sv="svar rättades", en="answers corrected"),
    EventKind.IDENTITY_CORRECTED: Both(sv="personuppgifter rättades", en="particulars corrected"),
    EventKind.DATE_MOVED: Both(sv="datum flyttades", en="date moved"),
    EventKind.COVER_AGREED: Both(sv="ersättare utsågs", en="stand-in agreed"),
    EventKind.COVER_ENDED: Both(sv="ersättning slut", en="stand-in ended"),
    EventKind.TIME_WISHED: Both(sv="annan tid önskad", en="another time wished for"),
    EventKind.WISH_ANSWERED: Both(sv="önskad tid avklarad", en="wish for a time settled"),
    EventKind.PROGRAMME_ADOPTED: Both(sv="ny programversion", en="new programme version"),
}
STANDS_IN = Both(sv="{} för {}", en="{} for {}")
ALARMS = {
    "remind": Both(sv="påminnelse", en="reminder"),
    "overdue": Both(sv="försenad", en="overdue"),
    "escalate": Both(sv="går vidare", en="escalation"),
    "end": Both(sv="avslutas", en="ends"),
}
STATUSES = {
    "open": Both(sv="pågår", en="under way"),
    "following_up": Both(sv="följs upp", en="being followed up"),
    "ended": Both(sv="avslutad", en="ended"),
}
KINDS = {
    "text": Both(sv="text", en="text"),
    "number": Both(sv="tal", en="number"),
    "date": Both(sv="datum 2026-11-23", en="date 2026-11-23"),
    "time": Both(sv="tid 2026-11-23 14:30", en="time 2026-11-23 14:30"),
    "list": Both(sv="lista", en="list"),
}


def tasks_table(tasks: Sequence[dict[str, Any]], language: Language) -> RenderableType:
    """The inbox."""
    if not tasks:
        return Text("Inga öppna uppgifter." if language == "sv" else "No open tasks.")
    any_late = any(task.get("overdue") for task in tasks)
    table = columns(("task", "step", "who", "due", *(("late",) if any_late else ())), language)
    for task in tasks:
        late = length(task["overdue_seconds"], language) if task.get("overdue") else ""
        row = (
            task["id"],
            task["title"],
            who(task, language),
            moment(task.get("due_at")),
            *((late,) if any_late else ()),
        )
        table.add_row(*map(Text, row), style="bold" if late else "")
    return table


def form_view(found: dict[str, Any], language: Language) -> RenderableType:
    """What a person may type when a task ends."""
    outcomes = columns(("outcome", "what", "needs"), language)
    for outcome in found["outcomes"]:
        outcomes.add_row(*map(Text, (outcome["outcome"], outcome["title"][language], ", ".join(outcome["needs"]))))
    fields = columns(("field", "label", "answer"), language)
    for field in found["fields"]:
        _add_field(fields, field, language)
    title = Text(found["step"] or found["form"], style="bold")
    return Group(title, *([outcomes] if found["outcomes"] else []), fields)


def _add_field(table: Table, field: dict[str, Any], language: Language, indent: str = "") -> None:
    label = f"{field['label']['sv']} / {field['label']['en']}"
    answer = " | ".join(field["choices"]) if field["choices"] else KINDS[field["kind"]][language]
    table.add_row(Text(indent + field["field"]), Text(label), Text(answer))
    for row in field["rows"] or ():
        _add_field(table, row, language, indent + "  ")


def length(seconds: int, language: Language) -> str:
    """A length of time in its largest unit: `3 dagar`, `1 hour`."""
    for size, one, many in UNITS:
        if seconds >= size:
            count = seconds // size
            return f"{count} {(one if count == 1 else many)[language]}"
    return "nyss" if language == "sv" else "just now"


def moment(at: str | None) -> str:
    """A time, given in ISO 8601, on the clocks of Sweden: `2026-11-24 17:00`."""
    return "-" if at is None else f"{calendars.local(datetime.fromisoformat(at), Calendar()):%Y-%m-%d %H:%M}"


def day_or_moment(at: str) -> str:
    """A date as it is, a time on the clocks of Sweden."""
    return moment(at) if "T" in at else at


def lines(said: Iterable[str]) -> Text:
    """Sentences, one a line."""
    return Text("\n".join(said))


def who(task: dict[str, Any], language: Language) -> str:
    """The role and the person in it, and whose task it is while somebody stands in."""
    if (absent := task.get("stands_in_for")) and task.get("owner"):
        return f"{task['role']} {STANDS_IN[language].format(task['owner'], absent)}"
    return " ".join(str(task[name]) for name in ("role", "owner") if task.get(name)) or "-"


def columns(heads: Sequence[str], language: Language) -> Table:
    """An empty table with these columns."""
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), show_edge=False)
    for head in heads:
        made.add_column(Text(HEADS[head][language]), overflow="fold", no_wrap=head in WHOLE)
    return made
