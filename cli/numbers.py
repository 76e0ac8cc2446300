"""What the owner of a programme types to see how people fare: the same numbers as the page, and as a file."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cli import run
from cli.run import Answer, Desk
from cli.versions import RELOCATE
from journey.errors import Refusal
from schemas.base import Both, Language
from services.known_programmes import KnownProgrammes
from services.numbers.counting import ANY_PARTNER
from services.numbers.numbers import Asked, Numbers, numbers
from services.numbers.periods import ALL
from services.numbers.sheets import Sheet, as_csv, written

BY = "owner"
MEDIANS = Both(
    sv="Hälften nåddes inom {days} dagar ({working} arbetsdagar). Löftet är {promised} dagar.",
    en="Half were reached within {days} days ({working} working days). The promise is {promised} days.",
)
APART = Both(
    sv="Mötta på öppna evenemang räknas för sig och läggs aldrig ihop med deltagare.",
    en="Those met at open events are counted apart and never added to participants.",
)

app = typer.Typer()


class OneFormat(Refusal):
    """Choose either --json or --csv, not both."""

    sv = "Välj antingen --json eller --csv, inte båda."


@app.command("numbers")
def show_numbers(
    *,
    programme: Annotated[str, typer.Option(help="The programme.")] = RELOCATE,
    period: Annotated[str, typer.Option(help="When the interest came in: all, 2026 or 2026-Q4.")] = ALL,
    partner: Annotated[str, typer.Option(help="Only this partner's people in the funnel.")] = ANY_PARTNER,
    to_csv: Annotated[bool, typer.Option("--csv", help="A file for spreadsheets on standard output.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document on standard output and nothing else.")
    ] = False,
) -> None:
    """How far people have come, first contact, days lost, why they left, who moved. Numbers under five are hidden."""

    async def work(desk: Desk) -> Answer:
        if to_csv and as_json:
            raise OneFormat
        wall = datetime.now(UTC)
        now = desk.stack.pace.to_journey(wall)
        asked = Asked(programme, period, partner)
        found = await numbers(desk.db, KnownProgrammes(desk.db), asked, wall=wall, now=now, by=BY)
        file = as_csv(found.sheets, found.about(), desk.language).encode() if to_csv else None
        return Answer(_as_json(found), _as_text(found, desk.language), file=file)

    run.at_desk(work, as_json=as_json)


def _as_json(found: Numbers) -> dict[str, object]:
    """What is hidden is null."""
    days, working = found.medians or (None, None)
    return {
        "programme": found.programme.programme,
        "period": found.period,
        "partner": None if found.partner == ANY_PARTNER else found.partner,
        "counted_up_to": found.today,
        "promised_days": found.promised,
        "median_days": days,
        "median_working_days": working,
        "sheets": {sheet.name: sheet.as_json() for sheet in found.sheets},
    }


def _as_text(found: Numbers, language: Language) -> RenderableType:
    about = [f"{name[language]}: {value[language]}" for name, value in found.about()]
    parts: list[RenderableType] = [Text("\n".join(about))]
    for sheet in found.sheets:
        parts += [Text(f"\n{sheet.title[language]}", style="bold"), _table(sheet, language)]
        if sheet.name == "contact" and found.medians is not None:
            days, working = found.medians
            parts.append(Text(MEDIANS[language].format(days=days, working=working, promised=found.promised)))
    return Group(*parts, Text(APART[language]))


def _table(sheet: Sheet, language: Language) -> Table:
    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    shown.add_column(sheet.first[language], overflow="fold")
    for column in sheet.columns:
        shown.add_column(column.title[language], justify="right", overflow="fold")
    for row in sheet.rows:
        cells = (written(value, column, language) for value, column in zip(row.values, sheet.columns, strict=True))
        shown.add_row(Text(row.title[language], style="bold" if row.strong else ""), *map(Text, cells))
    return shown
