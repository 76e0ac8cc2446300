"""Operations: what is stuck, by cause and by age, and what to do about each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import Response

from console.acts import Offer
from console.live import mark, watched
from console.narrowing import PER_PAGE, Narrowed
from console.page import Page, Staffed
from console.who import Act, Subject
from journey import calendars
from schemas.stuck import Advice, StuckCause, StuckRow
from services.colleagues import colleagues
from services.people import contacts
from services.stuck.ages import OFFICE, Age
from services.stuck.board import Board, Wanted, board
from services.stuck.choices import Choices, choices
from services.stuck.finding import SEARCHES
from services.stuck.words import CAUSES

router = APIRouter()

OF_EACH = 3
"""How many rows of each cause are shown where all causes are."""

EVERY = 2.0
"""Seconds between two looks for somebody who follows the board."""

_NUDGE = ("acts.nudge", "/journeys/{journey}/do/nudge?task={task}", Act.NUDGE)
_LETTERS = ("operations.to_letters", "/operations/letters", Act.OPERATE)
_HEALTH = ("operations.to_health", "/operations/health", Act.OPERATE)
LINKS: dict[Advice, tuple[tuple[str, str, Act], ...]] = {
    Advice.REMIND: (_NUDGE,),
    Advice.REMIND_OR_GIVE_TIME: (_NUDGE, ("acts.extend", "/journeys/{journey}/do/extend?task={task}", Act.EXTEND)),
    Advice.END_BY_HAND: (("acts.waive", "/journeys/{journey}/do/waive?step={step}", Act.WAIVE),),
    Advice.GIVE_TO_SOMEBODY: (("operations.give", "/tasks/{task}", Act.ASSIGN),),
    Advice.GO_ON_OR_END: (
        ("acts.release", "/journeys/{journey}/do/release", Act.RELEASE),
        ("acts.exit", "/journeys/{journey}/do/exit", Act.EXIT),
    ),
    Advice.CORRECT_ADDRESS: (_LETTERS,),
    Advice.CORRECT_STAFF: (_LETTERS,),
    Advice.ASK_WHETHER_IT_CAME: (_LETTERS,),
    Advice.GIVE_ROLE: (_LETTERS,),
    Advice.MATCH: (("operations.to_report", "/operations/reports/one?event={event}", Act.OPERATE),),
    Advice.START_AGAIN: (_HEALTH,),
    Advice.CATCH_UP_ALL: (_HEALTH,),
    Advice.MEND_OR_STOP: (("operations.to_bulk", "/operations/bulks/{bulk}", Act.BULK),),
}
"""Where what is advised is done. Of a letter that cannot be sent the row alone does not say enough."""


@dataclass(frozen=True)
class Row:
    """One thing that is stuck, as the page shows it. `who` is whom it waits for."""

    id: str
    href: str
    name: str
    title: str
    since: datetime
    days: int
    sentence: str
    todo: str
    command: str
    who: str
    offers: tuple[Offer, ...]


@dataclass(frozen=True)
class Section:
    """A cause with its rows; `more` where there are more of them than shown."""

    cause: StuckCause
    rows: tuple[Row, ...]
    more: bool


@router.get("/operations")
async def show_board(page: Staffed) -> Response:
    """The board."""
    page.must(Act.OPERATE)
    narrowed = Narrowed.read(page.request.query_params)
    found = await look(page, narrowed)
    known = await choices(page.desk.db, page.desk.programmes, page.actor)
    staff = await colleagues(page.desk.db, page.actor)
    return page.show(
        "operations.html",
        narrowed=narrowed,
        board=found,
        seen=mark(_seen(found)),
        causes=CAUSES,
        ages=tuple(Age),
        widest=max((found.of(cause).number for cause in StuckCause), default=0) or 1,
        sections=await _sections(page, narrowed, found, known, {each.staff: each.name for each in staff}),
        known=known,
        staff=staff,
    )


@router.get("/operations/live")
async def live(page: Staffed) -> Response:
    """News of the board: whenever its numbers or its first rows are others."""
    page.must(Act.OPERATE)
    narrowed = Narrowed.read(page.request.query_params)

    async def seen() -> object:
        return _seen(await look(page, narrowed, programs=False))

    return watched(page, seen, EVERY)


def _seen(found: Board) -> object:
    """What somebody who follows the board is told of: all but what programs fail at, of which no table knows."""
    rows = [row for cause in SEARCHES for row in found.rows.get(cause, ())]
    cells = [(cause, [*found.cells[cause].values()]) for cause in SEARCHES]
    return cells, [(row.cause, row.task, row.notice, row.event, row.journey) for row in rows]


async def look(page: Page, narrowed: Narrowed, *, programs: bool = True) -> Board:
    """What the board shows; without what `programs` fail at, nobody but the database is asked."""
    one = narrowed.cause is not None
    wanted = Wanted(
        cause=narrowed.cause,
        age=narrowed.age,
        where=narrowed.where,
        first=(narrowed.page - 1) * PER_PAGE if one else 0,
        most=PER_PAGE if one else OF_EACH,
    )
    desk = page.desk
    client = desk.client if programs else None
    return await board(desk.db, client, wanted, now=page.now, pace=desk.pace, by=page.actor)


async def _sections(
    page: Page, narrowed: Narrowed, found: Board, known: Choices, staff: dict[str, str]
) -> list[Section]:
    rows = [row for some in found.rows.values() for row in some]
    names = await _names(page, rows)
    maker = RowMaker(page, names, known, staff)
    return [
        Section(cause, tuple(map(maker.row, some)), cause in found.cut)
        for cause, some in found.rows.items()
        if some or narrowed.cause is cause
    ]


async def _names(page: Page, rows: Sequence[StuckRow]) -> dict[str, str]:
    """What the people of these journeys are called, where whoever looks may know it."""
    journeys = sorted({row.journey for row in rows if row.journey is not None})
    seen = [each for each in journeys if page.may(Act.SEE_CONTACT, Subject(each))]
    return {journey: person.name for journey, person in (await contacts(page.desk.db, page.actor, seen)).items()}


@dataclass(frozen=True)
class RowMaker:
    """Makes rows for one page. `names` are people's, `staff` those of staff."""

    page: Page
    names: dict[str, str]
    known: Choices
    staff: dict[str, str]

    def row(self, row: StuckRow) -> Row:
        """One row."""
        page = self.page
        now = page.desk.journey_now()
        advice = row.advice or Advice.MEND
        return Row(
            id=f"{row.cause}-{row.task or row.notice or row.event or row.bulk or row.journey or 'all'}",
            href=self._href(row),
            name=self.name(row),
            title=row.title[page.language] if row.title else "",
            since=row.since,
            days=max(0, (calendars.local_day(now, OFFICE) - calendars.local_day(row.since, OFFICE)).days),
            sentence=row.explain[page.language],
            todo=page.t(f"operations.todo_{advice}"),
            command=row.what_to_do[page.language] if advice in BY_COMMAND else "",
            who=self.who(row),
            offers=tuple(self._offers(row, advice)),
        )

    def name(self, row: StuckRow) -> str:
        """Whom it is about."""
        if row.journey is None:
            return self.page.t("operations.act_for_many") if row.bulk else self.page.t("operations.everybody")
        return self.names.get(row.journey) or self.page.t("operations.journey", id=row.journey)

    def who(self, row: StuckRow) -> str:
        """Whom it waits for: the person, else the role, else the party outside."""
        on = row.waiting_on
        party = self.known.named(on.party) if on.party else None
        said = [party[self.page.language] if party else "", self.page.role(on.role) if on.role else ""]
        return self.staff.get(on.owner or "") or next((each for each in said if each), "")

    def _href(self, row: StuckRow) -> str:
        """A report may name a journey that nobody knows; so it is the report that is opened."""
        if row.event is not None:
            return f"/operations/reports/one?event={quote(row.event, safe='')}"
        if row.bulk is not None:
            return f"/operations/bulks/{row.bulk}"
        return f"/journeys/{row.journey}" if row.journey else ""

    def _offers(self, row: StuckRow, advice: Advice) -> list[Offer]:
        subject = Subject(row.journey or "")
        given = {
            name: quote(str(getattr(row, name) or ""), safe="") for name in ("journey", "task", "step", "event", "bulk")
        }
        return [
            Offer(words, path.format_map(given))
            for words, path, act in LINKS.get(advice, ())
            if self.page.may(act, subject)
        ]


BY_COMMAND = frozenset({Advice.CATCH_UP, Advice.CATCH_UP_ALL, Advice.WILL_BEGIN, Advice.WAKE})
"""What is done at a terminal: which command stands beside it."""
