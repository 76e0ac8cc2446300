"""What the owner of a programme types: check a draft, and publish it as a version that never changes.

A check needs nothing running. Publishing checks first, and publishes nothing that has an error.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from cli import numbers, previewing, run, versions
from cli.progress import bar
from cli.run import Answer, Desk, ExitCode
from journey.checks import check_file, resolve, years_for
from journey.errors import Refusal
from journey.picture import draw
from journey.source import MAX_BYTES
from schemas.base import Both, Language
from schemas.draft import CheckReport, Problem, Severity
from schemas.forms.problems import shown
from schemas.programme import Programme
from services.bulk.previewing import Look
from services.bulk.rollout import for_programme
from services.bulk.where import Conditions, conditions
from services.journeys import Journeys
from services.mending.acts import checked_reason
from services.publish import as_next, load
from services.publish import publish as publish_programme
from services.whom import PATIENCE

BY = "owner"
SEVERITIES = {Severity.ERROR: Both(sv="fel", en="error"), Severity.WARNING: Both(sv="varning", en="warning")}
PASSED = Both(
    sv="{file}: programmet {programme} går att publicera. Steg: {steps}. Varningar: {warnings}.",
    en="{file}: the programme {programme} can be published. Steps: {steps}. Warnings: {warnings}.",
)
FAILED = Both(sv="{file}: fel: {errors}, varningar: {warnings}.", en="{file}: errors: {errors}, warnings: {warnings}.")
PUBLISHED = Both(
    sv="Programmet {programme} är publicerat som version {version}.",
    en="The programme {programme} is published as version {version}.",
)

LOOKING = Both(sv="Frågar resorna", en="Asking the journeys")
DRAWN = Both(sv="Bilden finns i {out}.", en="The picture is in {out}.")

File = Annotated[Path, typer.Argument(help="The programme, as YAML.", metavar="FILE")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output and nothing else.")]

app = typer.Typer(help="Check and publish programmes, and let journeys follow them.", no_args_is_help=True)
app.add_typer(versions.app)
app.add_typer(numbers.app)


class DraftUnreadable(Refusal):
    """The file {file} cannot be read; check its name and that you may read it."""

    sv = "Filen {file} går inte att läsa; kontrollera namnet och att du får läsa den."


class FileOrVersion(Refusal):
    """Give the file of a draft, or a published version with --version, but not both."""

    sv = "Ange filen med ett utkast, eller en publicerad version med --version, men inte båda."


class PictureNotWritten(Refusal):
    """The picture cannot be written to {file}; choose another place with --out."""

    sv = "Bilden kan inte skrivas till {file}; välj en annan plats med --out."


@app.command()
def check(file: File, as_json: AsJson = False) -> None:
    """Say everything that is wrong with a draft, each with its place in the file and a hint. Publishes nothing."""
    run.alone(lambda language: judgement(file, judge(file), language), as_json=as_json)


@app.command()
def publish(file: File, reason: versions.Reason = None, as_json: AsJson = False) -> None:
    """Publish a draft without errors as a new version. The same content twice is the same version."""
    try:
        report = judge(file)
    except Refusal as refusal:
        run.leave(run.explain(refusal, as_json=as_json))
    if not report.passed:
        run.leave(run.show(judgement(file, report, run.chosen.speak()), as_json=as_json))
    run.at_desk(lambda desk: _publish(desk, file, report, reason), as_json=as_json)


@app.command(name="map")
def draw_map(
    file: File, out: Annotated[Path | None, typer.Option("--out", help="Where to [FILE.svg].")] = None
) -> None:
    """Draw a programme as a picture (SVG): its steps by phase, its clocks and its ways out."""
    run.alone(lambda language: _drawn(file, out or file.with_suffix(".svg"), language))


@app.command()
def preview(
    file: Annotated[Path | None, typer.Argument(help="A draft, as YAML.", metavar="FILE")] = None,
    *,
    version: Annotated[int | None, typer.Option(help="A published version instead.", max=versions.MOST)] = None,
    programme: Annotated[str, typer.Option(help="Whose version that is.")] = versions.RELOCATE,
    where: versions.Where = None,
    as_json: AsJson = False,
) -> None:
    """Say what another version would do to everybody under way: due times, what opens and closes, who is refused."""
    report = None
    if file is not None and version is None:
        try:
            report = judge(file)
        except Refusal as refusal:
            run.leave(run.explain(refusal, as_json=as_json))
        if not report.passed:
            run.leave(run.show(judgement(file, report, run.chosen.speak()), as_json=as_json))

    async def work(desk: Desk) -> Answer:
        if (file is None) is (version is None):
            raise FileOrVersion
        draft = report.programme if report else None
        other = await _numbered(desk, draft) if draft else await load(desk.db, programme, version)
        return await _preview(desk, other, await conditions(desk.db, where or []))

    run.at_desk(work, as_json=as_json)


async def _numbered(desk: Desk, draft: Programme) -> Programme:
    """The draft as it would be published now."""
    now = desk.stack.pace.to_journey(datetime.now(UTC))
    return await as_next(desk.db, resolve(draft, years_for(now.year)))


async def _preview(desk: Desk, other: Programme, where: Conditions) -> Answer:
    wall, pace = datetime.now(UTC), desk.stack.pace
    look = Look(desk.db, Journeys(desk.client, pace, PATIENCE), other, pace.to_journey(wall))
    whom = await look.whom(for_programme(other.programme, where))
    with bar(len(whom), LOOKING[desk.language]) as progress:
        seen = await look.at(whom, progress)
    return Answer(seen.as_json(), previewing.text(seen, desk.language))


def _drawn(file: Path, out: Path, language: Language) -> Answer:
    report = judge(file)
    if report.programme is None:
        return judgement(file, report, language)
    try:
        out.write_text(draw(report.programme, language), encoding="utf-8")
    except OSError:
        raise PictureNotWritten(file=shown(out)) from None
    return Answer({"file": str(out)}, DRAWN[language].format(out=out))


def judge(file: Path) -> CheckReport:
    """Read a draft and judge it. Raises `DraftUnreadable`."""
    try:
        with file.open("rb") as opened:
            data = opened.read(MAX_BYTES + 4)  # a byte-order mark more than may be used; the check says the rest
    except (OSError, ValueError):
        raise DraftUnreadable(file=shown(file)) from None
    return check_file(data, years=years_for(datetime.now(UTC).year))


def judgement(file: Path, report: CheckReport, language: Language) -> Answer:
    """The report of a check, for programs and for people."""
    code = ExitCode.OK if report.passed else ExitCode.CHECK_FAILED
    return Answer(_as_json(file, report), _as_text(file, report, language), code)


async def _publish(desk: Desk, file: Path, report: CheckReport, reason: str | None) -> Answer:
    assert report.programme is not None
    now, words = desk.stack.pace.to_journey(datetime.now(UTC)), checked_reason(reason)
    stored = await publish_programme(desk.db, resolve(report.programme, years_for(now.year)), now, BY, words)
    words = PUBLISHED[desk.language].format(programme=stored.programme, version=stored.version)
    said = {"programme": stored.programme, "version": stored.version, "hash": stored.hash}
    warnings = Text("".join(_line(file, found, desk.language) for found in report.problems))
    return Answer({**_as_json(file, report), **said}, warnings + Text(words))


def _as_json(file: Path, report: CheckReport) -> dict[str, Any]:
    return {
        "file": str(file),
        "passed": report.passed,
        "programme": report.programme.programme if report.programme else None,
        "errors": len(report.errors),
        "warnings": len(report.problems) - len(report.errors),
        "problems": [found.model_dump(mode="json") for found in report.problems],
    }


def _as_text(file: Path, report: CheckReport, language: Language) -> Text:
    lines = "".join(_line(file, found, language) for found in report.problems)
    counts = {"file": file, "errors": len(report.errors), "warnings": len(report.problems) - len(report.errors)}
    if report.programme is None or not report.passed:
        return Text(lines + FAILED[language].format(**counts))
    programme = report.programme
    return Text(lines + PASSED[language].format(programme=programme.programme, steps=len(programme.steps), **counts))


def _line(file: Path, found: Problem, language: Language) -> str:
    """One problem as editors understand it, `file:line:column`, and its hint on a line of its own."""
    sentence, hint = (found.sv, found.hint_sv) if language == "sv" else (found.en, found.hint_en)
    place = f"{file}:{found.place.line}:{found.place.column}"
    where = f" [{found.place.path}]" if found.place.path else ""
    return f"{place}: {SEVERITIES[found.severity][language]}: {sentence}{where}\n" + (f"    {hint}\n" if hint else "")
