"""What a coordinator types: take interests in, see the inbox, say how a task ended, see what a form asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Group
from rich.text import Text

from cli import link, run, tables
from cli.counting import Counted
from cli.given import read_form
from cli.progress import counting, rows_in
from cli.run import Answer, Desk, ExitCode
from journey.errors import Refusal
from schemas.base import Both, Language
from schemas.forms.problems import shown
from services import reading
from services.completing.completing import Completed
from services.completing.completing import complete as complete_task
from services.completing.form_help import find_form
from services.intake.file import IntakeFile
from services.intake.rejected import write_rejected
from services.intake.row import Rejection
from services.intake.taking_in import IntakeReport, take_in
from services.journeys import Journeys
from services.showing import is_staff, known_roles

BY = "coordinator"
"""Who acts, in the journal, when a command is typed: there is no log-in here."""

RELOCATE = "relocate"
SHOWN_REJECTIONS = 20
SHOWN_TASKS, PRINTED_TASKS = 100, 1000
"""How many tasks are shown to a person, and printed for a program, when nobody says."""
MORE_TASKS = Both(
    sv="Bara de första {} visas; ange --limit eller --all för fler.",
    en="Only the first {} are shown; give --limit or --all for more.",
)

COUNTS = Both(sv="Nya: {}. Kända sedan förut: {}. Avvisade: {}.", en="New: {}. Known already: {}. Rejected: {}.")
PATIENCE = timedelta(seconds=60)
"""A long file is written down whole; what has not begun by then, the worker begins."""
PENDING = Counted(
    Both(
        sv="{count} resa är sparad men inte påbörjad än; den börjar av sig själv.",
        en="{count} journey is saved but not begun yet; it begins by itself.",
    ),
    Both(
        sv="{count} resor är sparade men inte påbörjade än; de börjar av sig själva.",
        en="{count} journeys are saved but not begun yet; they begin by themselves.",
    ),
)
LINE = Both(sv="rad", en="line")
BESIDE = Both(
    sv="De avvisade raderna finns i {}; rätta dem och läs in den filen.",
    en="The rejected rows are in {}; correct them and take that file in.",
)
DONE = Both(sv="Klart: {} → {}.", en="Done: {} → {}.")
DONE_BEFORE = Both(sv="Redan gjort: {} → {}.", en="Done already: {} → {}.")
LEFT = Both(sv="Resan lämnade programmet: {}.", en="The journey left the programme: {}.")
SHORTLY = Both(sv="Det är sparat och syns i listorna om en stund.", en="It is saved and shows in the lists shortly.")
UNDO = Both(
    sv="Det går att ta tillbaka till {until} (operator undo {task}); brev som följer av det går därefter.",
    en="It can be taken back until {until} (operator undo {task}); letters that follow from it leave after that.",
)
OPENED = Both(sv="Öppnades:", en="Opened:")
NOTHING_OPENED = Both(sv="Inget nytt öppnades.", en="Nothing new opened.")

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output and nothing else.")]

app = typer.Typer(help="Take interests in, see what is to be done, say how it went.", no_args_is_help=True)
app.add_typer(link.app)


@dataclass(frozen=True)
class Wanted:
    """Which tasks are asked for."""

    role: str | None
    owner: str | None
    journey: str | None
    overdue: bool


class UnknownRole(Refusal):
    """No programme has a role called {role}; choose one of: {choices}."""

    sv = "Inget program har en roll som heter {role}; välj någon av: {choices}."


class UnknownStaff(Refusal):
    """Nobody of the staff is called {owner}; give an id as it stands in the list of tasks."""

    sv = "Ingen i personalen heter {owner}; ange ett id som det står i uppgiftslistan."


class NotWritten(Refusal):
    """The rejected rows could not be written beside the file; save this report, and make the folder writable."""

    sv = "De avvisade raderna gick inte att skriva bredvid filen; spara den här rapporten och gör mappen skrivbar."


# ---- intake


@app.command()
def intake(
    file: Annotated[Path, typer.Argument(help="A CSV file, one line a person.", metavar="FILE.csv")],
    programme: Annotated[str, typer.Option(help="The programme to enter people into.")] = RELOCATE,
    as_json: AsJson = False,
) -> None:
    """Take in interests from a file; safe to run again with the same file."""
    run.at_desk(lambda desk: _intake(desk, file, programme), as_json=as_json)


async def _intake(desk: Desk, path: Path, programme: str) -> Answer:
    pace = desk.stack.pace
    now = pace.to_journey(datetime.now(UTC))
    file = IntakeFile.open(path)
    with counting(rows_in(path), desk.language) as progress:
        report = await take_in(
            desk.db,
            Journeys(desk.client, pace),
            file.rows(now),
            programme,
            now=now,
            pace=pace,
            patience=PATIENCE,
            progress=progress,
            by=BY,
        )
    notes = list(file.notes)
    beside = _write_rejected(file, report.rejected, notes)
    code = ExitCode.REJECTED if report.rejected else ExitCode.OK
    said = {"rejected_file": beside and str(beside), "notes": [note.model_dump() for note in notes]}
    return Answer(report.as_json() | said, _report(report, beside, notes, desk.language), code)


def _write_rejected(file: IntakeFile, rejected: Sequence[Rejection], notes: list[Both]) -> Path | None:
    try:
        return write_rejected(file, rejected)
    except OSError:
        failed = NotWritten()
        notes.append(Both(sv=failed.sentence("sv"), en=failed.sentence("en")))
        return None


def _report(report: IntakeReport, beside: Path | None, notes: list[Both], language: Language) -> Text:
    counts = [len(found) for found in (report.accepted, report.joined, report.rejected)]
    said = [COUNTS[language].format(*counts)]
    if report.pending:
        said.append(PENDING.said(len(report.pending), language))
    said += [f"  {LINE[language]} {row.line}: {row.reason[language]}" for row in report.rejected[:SHOWN_REJECTIONS]]
    if len(report.rejected) > SHOWN_REJECTIONS:
        said.append("  …")
    if beside is not None:
        said.append(BESIDE[language].format(beside))
    return tables.lines([*said, *(note[language] for note in notes)])


# ---- tasks


@app.command()
def tasks(
    *,
    role: Annotated[str | None, typer.Option(help="Only what this role is to do.")] = None,
    owner: Annotated[str | None, typer.Option(help="Only what this person is to do.", metavar="STAFF")] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only what is late.")] = False,
    journey: Annotated[str | None, typer.Option(help="Only this journey.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help=f"At most this many [{SHOWN_TASKS}].")] = None,
    everything: Annotated[bool, typer.Option("--all", help="However many there are.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the open tasks, what is due first on top."""
    most = None if everything else limit or (PRINTED_TASKS if as_json else SHOWN_TASKS)
    wanted = Wanted(role, owner, journey, overdue=overdue)
    run.at_desk(lambda desk: _tasks(desk, wanted, most), as_json=as_json)


async def _tasks(desk: Desk, wanted: Wanted, most: int | None) -> Answer:
    found = await _open_tasks(desk, wanted, None if most is None else most + 1)
    if not found:
        await _must_know(desk, wanted)
    if most is not None and len(found) > most:
        run.say(MORE_TASKS[desk.language].format(most))
    return Answer(found[:most], tables.tasks_table(found[:most], desk.language))


async def _open_tasks(desk: Desk, wanted: Wanted, most: int | None) -> list[dict[str, Any]]:
    now, pace = datetime.now(UTC), desk.stack.pace
    role, owner, overdue = wanted.role, wanted.owner, wanted.overdue
    if wanted.journey is None:
        return await reading.tasks(
            desk.db, role, owner=owner, overdue=overdue, most=most, now=now, pace=pace, language=desk.language
        )
    found = await reading.journey(desk.db, wanted.journey, now=now, language=desk.language)
    tasks = [task for task in found["tasks"] if role in (None, task["role"]) and owner in (None, task["owner"])]
    return [task for task in tasks if task["overdue"] or not overdue][:most]


async def _must_know(desk: Desk, wanted: Wanted) -> None:
    """An empty inbox of a role or a person that there is not would hide a slip of the pen."""
    if wanted.role is not None and wanted.role not in (known := await known_roles(desk.db)):
        raise UnknownRole(role=shown(wanted.role), choices=", ".join(sorted(known)))
    if wanted.owner is not None and not await is_staff(desk.db, wanted.owner):
        raise UnknownStaff(owner=shown(wanted.owner))


# ---- complete


@app.command()
def complete(
    task: Annotated[str, typer.Argument(help="The task's id, from the list of tasks.", metavar="TASK_ID")],
    outcome: Annotated[str, typer.Option(help="How the task ended.")],
    form: Annotated[str | None, typer.Option(help="Answers as JSON, @FILE, or @- for standard input.")] = None,
    key: Annotated[str | None, typer.Option(help="A key of your own: the same again acts once.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say how a task ended. Shows what opened next."""
    run.at_desk(lambda desk: _complete(desk, task, outcome, form, key), as_json=as_json)


async def _complete(desk: Desk, task: str, outcome: str, form: str | None, key: str | None) -> Answer:
    done = await complete_task(
        desk.db,
        Journeys(desk.client, desk.stack.pace),
        task,
        outcome,
        read_form(form),
        key=key,
        by=BY,
        now=datetime.now(UTC),
        language=desk.language,
    )
    return Answer(done.as_json(), _done(done, desk.language))


def _done(done: Completed, language: Language) -> Group:
    said = [(DONE_BEFORE if done.receipt.repeated else DONE)[language].format(done.task, done.outcome)]
    if done.receipt.exit:
        said.append(LEFT[language].format(done.receipt.exit))
    if not done.visible:
        said.append(SHORTLY[language])
    if done.undo_until is not None:
        until = tables.moment(done.undo_until.isoformat())
        said.append(UNDO[language].format(until=until, task=done.task))
    said.append((OPENED if done.opened else NOTHING_OPENED)[language])
    return Group(tables.lines(said), *([tables.tasks_table(done.opened, language)] if done.opened else []))


# ---- form


@app.command()
def form(
    name: Annotated[str, typer.Argument(help="A step, a task's id, or a form.", metavar="STEP|TASK_ID")],
    programme: Annotated[str, typer.Option(help="The programme whose step it is.")] = RELOCATE,
    as_json: AsJson = False,
) -> None:
    """Show what may be answered when a task ends, and what each outcome needs."""
    run.at_desk(lambda desk: _form(desk, name, programme), as_json=as_json)


async def _form(desk: Desk, name: str, programme: str) -> Answer:
    found = await find_form(desk.db, name, programme, now=datetime.now(UTC))
    return Answer(found, tables.form_view(found, desk.language))
