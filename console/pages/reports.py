"""Reports from outside that fitted nowhere: which there are, whom they are about, and what becomes of them.

Whom a report is about is decided by a person: it is shown what it would do, and only then applied.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import Response

from console.errors import NotThere
from console.foreseeing import Lines, Seer
from console.page import Page, Staffed, without_odd
from console.reasons import CONFLICT, UNPROCESSABLE
from console.viewing import state_soon
from console.who import Act, Subject
from db.queries import sql
from journey.errors import Refusal
from journey.forecast import foresee
from schemas.events import EventKind
from services.colleagues import colleagues
from services.looks import Found, find_people
from services.mending.errors import NeedsReason
from services.outside import desk as outside_desk
from services.outside.errors import NoSuchReport, ReportQueued
from services.own_list import pace_of
from services.people import contacts
from services.stuck.choices import Choices, choices

router = APIRouter()

HERE = "/operations/reports"
MOST = 100
TO_DECIDE = frozenset({"unmatched", "dismissed"})


@dataclass(frozen=True)
class Report:
    """One report on a page. `said` are its answers in words."""

    event: str
    href: str
    title: str
    outcome: str
    sentence: str
    status: str
    found: dict[str, Any]
    said: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Matching:
    """What has been typed about whom a report is for, and what came of looking for them."""

    to: str = ""
    chosen: str = ""
    reason: str = ""
    people: Sequence[Found] = ()
    name: str = ""
    would: Sequence[Lines] | None = None
    wrong: str = ""
    field: str = ""
    status: int = 200


@router.get(HERE)
async def show_reports(page: Staffed) -> Response:
    """Those that somebody should look at, or the latest of all."""
    page.must(Act.OPERATE)
    everything = "all" in page.request.query_params
    found = await outside_desk.on_desk(page.desk.db, now=page.now, everything=everything, by=page.actor)
    known = await choices(page.desk.db, page.desk.programmes, page.actor)
    shown = list(reversed(found))[:MOST] if everything else found[:MOST]
    return page.show(
        "reports.html",
        reports=[_report(page, each, known) for each in shown],
        number=sum(each["status"] == "unmatched" for each in found),
        more=len(found) > MOST,
        everything=everything,
    )


@router.get(f"{HERE}/one")
async def show_report(page: Staffed) -> Response:
    """One of them."""
    page.must(Act.OPERATE)
    found = await _found(page, without_odd(page.request.query_params.get("event", "")))
    to = found["matched"] or (found["journey"] if found["known"] else "")
    return await _show(page, found, Matching(to=to))


@router.get(f"{HERE}/match")
@router.get(f"{HERE}/dismiss")
async def back_to_report(page: Staffed) -> Response:
    """What was sent is looked at anew, as in the other language."""
    page.must(Act.OPERATE)
    return page.go(f"{HERE}/one?{page.request.url.query}")


@router.post(f"{HERE}/match")
async def match(page: Staffed) -> Response:
    """Find whom it is about, show what it would do, and with `do` apply it."""
    page.must(Act.OPERATE)
    found = await _found(page, page.field("event", 200))
    typed = Matching(page.field("to", 200), page.field("journey", 200), page.field("reason"))
    if page.field("change"):
        return await _show(page, found, typed)
    journey = await _whom(page, typed)
    if journey is None:
        return await _show(page, found, await _look_for(page, typed))
    typed = replace(typed, to=typed.to or journey, chosen=journey)
    if not typed.reason:
        wrong = replace(typed, wrong=page.t("acts.needs_reason"), field="reason", status=UNPROCESSABLE)
        return await _show(page, found, wrong)
    try:
        if page.field("do"):
            return await _apply(page, found["event"], journey, typed.reason)
        return await _show(page, found, await _would(page, found["event"], typed))
    except Refusal as refused:
        return await _show(page, found, replace(typed, wrong=refused.sentence(page.language), status=CONFLICT))


@router.post(f"{HERE}/dismiss")
async def dismiss(page: Staffed) -> Response:
    """Lay a report aside."""
    page.must(Act.OPERATE)
    found = await _found(page, page.field("event", 200))
    reason = page.field("reason")
    try:
        await outside_desk.dismiss(page.desk.db, found["event"], reason=reason, by=page.actor, now=page.now)
    except NeedsReason:
        wrong, status = page.t("acts.needs_reason"), UNPROCESSABLE
    except Refusal as refused:
        wrong, status = refused.sentence(page.language), CONFLICT
    else:
        return page.go(HERE, "reports.laid_aside")
    typed = Matching(to=found["journey"] if found["known"] else "", reason=reason)
    return await _show(page, found, typed, aside=wrong, status=status)


async def _found(page: Page, event: str) -> dict[str, Any]:
    try:
        return await outside_desk.one_report(page.desk.db, event, page.actor)
    except NoSuchReport:
        raise NotThere from None


# ---- whom it is about


async def _whom(page: Page, typed: Matching) -> str | None:
    """The journey that was chosen or named; None when there is no such journey."""
    async with page.desk.db.acting_as(page.actor) as connection:
        for named in (typed.chosen, typed.to):
            if named and await connection.fetchval(sql.seq_of_journey, named) is not None:
                return named
    return None


async def _look_for(page: Page, typed: Matching) -> Matching:
    """Those whom the words could mean, for somebody who may look for people."""
    if typed.to and page.may(Act.FIND_PEOPLE):
        people, _ = await find_people(page.desk.db, typed.to, by=page.actor, now=page.now)
        if people:
            return replace(typed, chosen="", people=people)
    wrong = page.t("reports.nobody" if typed.to else "reports.say_whom")
    return replace(typed, chosen="", wrong=wrong, field="to", status=UNPROCESSABLE)


async def _would(page: Page, event: str, typed: Matching) -> Matching:
    """What applying it would change. Raises a `Refusal`."""
    desk, journey = page.desk, typed.chosen
    command, _ = await outside_desk.matching(desk.db, event, journey, page.actor)
    state = await state_soon(page, journey)
    would: Sequence[Lines] | None = None
    if state is not None:
        now = (await pace_of(desk.db, journey, page.actor)).to_journey(page.now)
        programme = await desk.programmes.version(state.programme.programme, state.programme.version, page.actor)
        staff = {each.staff: each.name for each in await colleagues(desk.db, page.actor)}
        would = Seer(programme, staff, page.language).change(foresee(state, command, now))
    name = page.t("operations.journey", id=journey)
    if page.may(Act.SEE_CONTACT, Subject(journey)):
        name = (await contacts(desk.db, page.actor, [journey]))[journey].name
    if would is None:
        return replace(typed, name=name, wrong=page.t("acts.unforeseen"), status=CONFLICT)
    return replace(typed, name=name, would=would)


async def _apply(page: Page, event: str, journey: str, reason: str) -> Response:
    desk = page.desk
    try:
        done = await outside_desk.match(
            desk.db, desk.journeys, event, to=journey, reason=reason, by=page.actor, now=page.now
        )
    except ReportQueued:
        return page.go(HERE, "reports.queued")
    waits = any(each.kind is EventKind.EVENT_PARKED for each in done.events)
    return page.go(f"/journeys/{journey}", "reports.waiting" if waits else "reports.applied")


# ---- what the pages are made of


async def _show(page: Page, found: dict[str, Any], typed: Matching, *, aside: str = "", status: int = 0) -> Response:
    known = await choices(page.desk.db, page.desk.programmes, page.actor)
    return page.show(
        "report.html",
        status or typed.status,
        report=_report(page, found, known),
        typed=typed,
        aside=aside,
        decides=found["status"] in TO_DECIDE,
        finds=page.may(Act.FIND_PEOPLE),
    )


def _report(page: Page, found: dict[str, Any], known: Choices) -> Report:
    step = next(
        (step for each in known.programmes.values() for step in each.steps.values() if step.event == found["type"]),
        None,
    )
    outcome = step.outcomes.get(found["outcome"]) if step else None
    answers = [*found.get("facts", {}).items(), *found.get("dates", {}).items()]
    return Report(
        event=found["event"],
        href=f"{HERE}/one?event={quote(found['event'], safe='')}",
        title=step.title[page.language] if step else found["type"],
        outcome=outcome.title[page.language] if outcome else found["outcome"],
        sentence=found["sentence"][page.language],
        status=found["status"],
        found=found,
        said=tuple(_answer(page, name, str(value), known) for name, value in answers),
    )


def _answer(page: Page, name: str, value: str, known: Choices) -> tuple[str, str]:
    """A fact or a date of a report in words, as far as a programme has them."""
    for programme in known.programmes.values():
        if name in programme.facts:
            fact = programme.facts[name]
            return fact.title[page.language], fact.values[value][page.language] if value in fact.values else value
        if name in programme.dates:
            return programme.dates[name].title[page.language], value
    return name, value
