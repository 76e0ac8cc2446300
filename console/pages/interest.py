"""The interest form, for anybody: it begins a journey, or joins the one that there is, and never says which.

Nothing is kept of a person with a protected identity, who is asked to phone, nor of a personal number. It works without
a cookie and without scripts. Robots are slowed down, people are not.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from console.errors import NotThere
from console.limits import INTEREST, Pauses
from console.page import STAMP, Page, Passing, hold_back
from console.stamps import Stamps
from console.who import VISITOR
from journey.deadlines import Anchors, clock
from schemas.clocks import Anchor
from schemas.forms.problems import FormProblem
from schemas.programme import Programme
from services.errors import NoSuchProgramme
from services.intake.errors import ProtectedPerson
from services.intake.interest import HEARD, judge
from services.intake.row import LONGEST, IntakeRow, may_hold_personal_number
from services.intake.taking_in import take_in
from services.journeys import Journeys
from services.publish import load
from services.visibility import AWAY

router = APIRouter()

NOTICE = "2026-11"
"""Which information about personal data the form shows. Changing its words means another name here."""

TRAP = "website"
"""A field that nobody sees and only robots fill in."""

SOONEST = timedelta(seconds=3)
"""Nobody fills in the form faster than this."""

PATIENCE = timedelta(seconds=3)
"""How long the journey is waited for; what could not be told it by then is told by the worker."""

EVERYBODY = ("name", "phone", "email", "language", "contact_time", "wish")
MORE = ("municipality", "job_wish", "earliest_move", "adults", "children_ages", "trip_wanted", "heard_of")
FIELDS = (*EVERYBODY, *MORE)
PARTNER = re.compile(r"[\w][\w .&+-]{0,59}")
UNPROCESSABLE, BUSY = 422, 503


@dataclass(frozen=True)
class Filled:
    """The form as it is shown: what was typed, and what is wrong with it. `sorry` is about the form as a whole."""

    values: Mapping[str, str]
    problems: Sequence[tuple[str, str]] = ()
    sorry: str | None = None

    def error(self, name: str) -> str | None:
        """What is wrong with this field."""
        return next((words for field, words in self.problems if field == name), None)

    @property
    def more(self) -> bool:
        """Whether anything was said besides what everybody is asked."""
        return any(self.values.get(name) or self.error(name) for name in MORE)


@router.get("/interest")
async def interest(page: Passing) -> Response:
    """The empty form."""
    _open(page)
    return await _show(page, Filled({"language": page.language}))


@router.post("/interest")
async def register(page: Passing) -> Response:
    """Take in an interest. What is refused comes back as it was typed, but for what nobody may keep."""
    _open(page)
    hold_back(page, INTEREST)
    if page.field("protected") == "yes":
        return page.show("interest_call.html")
    pauses: Pauses = page.request.app.state.pauses
    await asyncio.sleep(pauses.seconds(page.request.client.host if page.request.client else "?"))
    now = page.desk.journey_now()
    try:
        found = judge(_typed(page), now, notice=NOTICE, shown_at=page.shown_at)
    except ProtectedPerson:
        return page.show("interest_call.html")
    problems = _problems(page, found.problems)
    filled = Filled({**found.kept, "notice": page.field("notice"), "protected": page.field("protected")}, problems)
    if problems or found.row is None:
        return await _show(page, filled, UNPROCESSABLE)
    if sorry := _like_a_robot(page):
        return await _show(page, Filled(filled.values, sorry=page.t(sorry)), UNPROCESSABLE)
    return await _take_in(page, found.row, filled, now)


@router.get("/interest/thanks")
async def thanks(page: Passing) -> Response:
    """What happens next, and when; the same for everybody."""
    _open(page)
    return page.show("interest_thanks.html", until=await _promise(page))


async def _take_in(page: Page, row: IntakeRow, filled: Filled, now: datetime) -> Response:
    desk = page.desk
    starter = Journeys(desk.client, desk.pace, PATIENCE)
    row = row.but(partner=_partner(page))
    try:
        await take_in(desk.db, starter, [row], desk.settings.interest_programme, now=now, pace=desk.pace, by=VISITOR)
    except (*AWAY, NoSuchProgramme):
        return await _show(page, Filled(filled.values, sorry=page.t("interest.away", phone=_phone(page))), BUSY)
    return RedirectResponse(f"/interest/thanks?{urlencode({'lang': page.language})}", 303)


# ---- what was sent


def _open(page: Page) -> None:
    """The form is there once there is an office to ring: for some people that is the only way. Raises `NotThere`."""
    if page.desk.settings.office_phone is None:
        raise NotThere


def _typed(page: Page) -> dict[str, str]:
    return {name: page.field(name, LONGEST + 1) for name in FIELDS}


def _problems(page: Page, problems: Sequence[FormProblem]) -> list[tuple[str, str]]:
    """Everything that is wrong, in the order of the form; its first and its last question are asked only here."""
    found = [(each.field, each.sv if page.language == "sv" else each.en) for each in problems]
    if page.field("protected") != "no":
        found.insert(0, ("protected", page.t("interest.protected_missing")))
    if page.field("notice") != "read":
        found.append(("notice", page.t("interest.notice_missing")))
    return found


def _like_a_robot(page: Page) -> str | None:
    """Why it may be a robot's, if it may; whoever is none sends it once more."""
    if page.field(TRAP):
        return "interest.trap"
    if page.shown_at is None:
        return "interest.old"
    if page.now - page.shown_at < SOONEST:
        return "interest.fast"
    return None


def _partner(page: Page) -> str | None:
    """Who sent the person here, as the address says; what looks like anything else is passed over."""
    name = page.request.query_params.get("from", "").strip()
    return name if PARTNER.fullmatch(name) and not may_hold_personal_number(name) else None


# ---- what is shown


async def _show(page: Page, filled: Filled, status: int = 200) -> Response:
    stamps: Stamps = page.request.app.state.stamps
    stamp = page.field(STAMP, 200) if page.shown_at else await stamps.new(page.now)
    sender = {"from": page.request.query_params.get("from", "")[:60]}
    return page.show(
        "interest.html",
        status,
        filled=filled,
        stamp=stamp,
        address="/interest?" + urlencode({"lang": page.language, **{k: v for k, v in sender.items() if v}}),
        heard=HEARD,
        trap=TRAP,
    )


def _phone(page: Page) -> str:
    return page.desk.settings.office_phone or ""


async def _promise(page: Page) -> datetime | None:
    """Until when somebody has called, for an interest that comes now; None where the programme promises nothing."""
    try:
        programme = await load(page.desk.db, page.desk.settings.interest_programme, by=VISITOR)
    except NoSuchProgramme:
        return None
    return promised(programme, page.desk.journey_now())


def promised(programme: Programme, received: datetime) -> datetime | None:
    """When the first step is due that counts from when an interest came in."""
    anchors = Anchors(received, received, None, {})
    counted = (
        step for step in programme.steps.values() if step.due and step.due.after == Anchor.RECEIVED and step.role
    )
    return next((clock(programme, step, 1, anchors).due_at for step in counted), None)
