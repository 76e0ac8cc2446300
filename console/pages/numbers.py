"""Numbers: how far people come, where they wait, why they leave; as pictures, tables and files."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from console.charts import Picture, of_sheet, stacked
from console.errors import NotThere
from console.page import Page, Staffed
from console.who import Act
from journey import calendars
from journey.errors import Refusal
from schemas.clocks import Calendar
from services.errors import NoSuchProgramme
from services.numbers import met, periods
from services.numbers.counting import ANY_PARTNER
from services.numbers.errors import NoSuchPartner, NoSuchPeriod, NotAnOpenEvent
from services.numbers.numbers import Asked, Numbers, numbers
from services.numbers.sheets import as_csv, written
from services.versions import versions

router = APIRouter()

FIRST = "relocate"
"""The programme that is shown first, where there is one of this name."""

OFFICE = Calendar()
EVERYTHING = "everything"
DRAWN = (
    ("contact", 0, "numbers.told_people"),
    ("lost", 1, "numbers.told_days"),
    ("exits", 0, "numbers.told_people"),
    ("movers", 0, "numbers.told_people"),
)
"""Which sheets have a bar for each line, by which column, and what is drawn."""


@dataclass(frozen=True)
class Wanted:
    """What the address bar says. `programmes` are those that can be chosen, with what they are called."""

    asked: Asked
    programmes: dict[str, str]

    def path(self, path: str = "/numbers", **changes: str) -> str:
        """An address with the same choices, or some changed."""
        asked = replace(self.asked, **changes)
        said = {"programme": asked.programme, "period": asked.period, "partner": asked.partner}
        usual = {"period": periods.ALL, "partner": ANY_PARTNER}
        query = urlencode({name: value for name, value in said.items() if value != usual.get(name)})
        return f"{path}?{query}"


@router.get("/numbers")
async def show_numbers(page: Staffed) -> Response:
    """The numbers that the address bar asks for."""
    page.must(Act.SEE_NUMBERS)
    return await _shown(page, await _wanted(page))


@router.get("/numbers/{name}.csv")
async def download(page: Staffed, name: str) -> Response:
    """One sheet, or all, as a file for spreadsheets: what the page shows and no more."""
    page.must(Act.SEE_NUMBERS)
    wanted = await _wanted(page)
    try:
        found = await _found(page, wanted.asked)
    except (NoSuchPeriod, NoSuchPartner):
        raise NotThere from None
    sheets = [sheet for sheet in found.sheets if name in (sheet.name, EVERYTHING)]
    if not sheets:
        raise NotThere
    text = as_csv(sheets, found.about(), page.language)
    file = f"resan-{wanted.asked.programme}-{found.period}-{name}-{page.language}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{file}"'}
    return Response(text.encode(), media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/numbers/met")
async def enter_open_event(page: Staffed) -> Response:
    """Enter an open event and how many were met there."""
    page.must(Act.ENTER_OPEN_EVENT)
    wanted = await _wanted(page)
    names = ("day", "how", "place", "people")
    typed = met.Typed(*(page.field(name, 200) for name in names))
    event = met.read(typed, calendars.local_day(page.desk.journey_now(), OFFICE))
    if isinstance(event, list):
        return await _shown(page, wanted, typed, event)
    await met.enter(
        page.desk.db, wanted.asked.programme, event, key=page.field("key", 100), by=page.actor, now=page.now
    )
    return page.go(f"{wanted.path()}#met", "numbers.entered")


@router.post("/numbers/met/{event}/withdraw")
async def withdraw_open_event(page: Staffed, event: str) -> Response:
    """Take back an open event that was entered wrongly."""
    page.must(Act.ENTER_OPEN_EVENT)
    wanted = await _wanted(page)
    if not await met.withdraw(page.desk.db, wanted.asked.programme, event, by=page.actor, now=page.now):
        raise NotThere
    return page.go(f"{wanted.path()}#met", "numbers.withdrawn")


async def _wanted(page: Page) -> Wanted:
    """What is asked for. Raises `NotThere` where there is no such programme."""
    known = {
        each.programme: each.title[page.language]
        for each in await versions(page.desk.db, by=page.actor)
        if each.in_force
    }
    said = page.request.query_params
    first = FIRST if FIRST in known else min(known, default="")
    programme = said.get("programme") or first
    if programme not in known:
        raise NotThere
    return Wanted(Asked(programme, said.get("period") or periods.ALL, said.get("partner") or ANY_PARTNER), known)


async def _found(page: Page, asked: Asked) -> Numbers:
    desk = page.desk
    try:
        return await numbers(desk.db, desk.programmes, asked, wall=page.now, now=desk.journey_now(), by=page.actor)
    except NoSuchProgramme:
        raise NotThere from None


async def _shown(
    page: Page, wanted: Wanted, typed: met.Typed | None = None, problems: list[NotAnOpenEvent] | None = None
) -> Response:
    refused: Refusal | None = None
    field = "period"
    try:
        found = await _found(page, wanted.asked)
    except (NoSuchPeriod, NoSuchPartner) as error:
        refused, field = error, "partner" if isinstance(error, NoSuchPartner) else "period"
        wanted = replace(wanted, asked=Asked(wanted.asked.programme))
        found = await _found(page, wanted.asked)
    return page.show(
        "numbers.html",
        422 if problems else 400 if refused else 200,
        found=found,
        wanted=replace(wanted, asked=replace(wanted.asked, period=found.period)),
        periods=[(each, periods.said(each)[page.language]) for each in found.periods],
        period=periods.said(found.period)[page.language],
        pictures=_pictures(page, found),
        written=written,
        any_partner=ANY_PARTNER,
        refused={field: refused.sentence(page.language)} if refused else {},
        typed=typed or met.Typed("", "", "", ""),
        problems={each.field: each.sentence(page.language) for each in problems or ()},
        key=secrets.token_hex(16),
    )


def _pictures(page: Page, found: Numbers) -> dict[str, Picture]:
    """Of each sheet that has anything to draw."""
    drawn = {
        name: stacked(found.sheet(name), page.language, (1, 2, 3), 0, page.t(f"numbers.told_{name}"))
        for name in ("funnel", "milestones")
    }
    for name, column, told in DRAWN:
        sheet = found.sheet(name)
        if any(row.values[column] for row in sheet.rows if not row.strong):
            drawn[name] = of_sheet(sheet, page.language, column, page.t(told))
    return drawn
