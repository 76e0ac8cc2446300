"""A journey: where somebody is on their way, why it waits, what happened, and how to reach them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import Response

from console.acts import Offer, offers, task_offers
from console.clocks import Clock, clock
from console.foreseeing import AheadDay, Month, Seer, ahead, months
from console.mapping import journey_map
from console.page import Page, Staffed, local_path
from console.pages.theirs import theirs
from console.subjects import subject_of_journey
from console.telling import Teller, Told, ToldDay, by_day
from console.viewing import View, reasons_by_event, view
from console.who import Act, Subject
from journey import calendars, wishing
from journey.explain import in_brief
from schemas.mending import UndoLast
from schemas.programme import PARTICIPANT, Kind, Step
from schemas.tasks import Task
from services import own_list
from services.letters import letters
from services.looks import look_up
from services.mending.acts import mend

router = APIRouter()

RECENT = 12
"""Lines of the timeline that are shown at once; the rest is a click away."""


@dataclass(frozen=True)
class Wish:
    """When the participant would rather have it; `date` is the name of the appointment, if it is one."""

    at: datetime
    date: str | None


@dataclass(frozen=True)
class OpenTask:
    """An open task on the page of its journey."""

    task: Task
    step: Step
    sentence: str
    who: str
    late: bool
    clock: Clock
    subject: Subject
    finishes: bool
    offers: list[Offer]
    wish: Wish | None = None


@router.get("/journeys/{journey}")
async def show_journey(page: Staffed, journey: str) -> Response:
    """Everything about one journey that whoever asks may see."""
    found = await view(page, journey)
    state = found.state
    facts = state.facts if state else found.shown["facts"]
    left = state.exit if state else found.shown["exit"]
    return page.show(
        "journey.html",
        view=found,
        explained=found.shown["explain"][page.language],
        open_tasks=[_open(page, found, task) for task in found.tasks],
        stretches=journey_map(found.programme, found.results, found.tasks, facts, left),
        days=await _timeline(page, found),
        ahead=(coming := _ahead(page, found)),
        months=_months(found, coming),
        facts=_facts(page, found),
        dates=_dates(page, found),
        offers=offers(page, found),
        undo=_undo(page, found),
        theirs=await theirs(page, found),
        key=secrets.token_hex(16),
        all="all" in page.request.query_params,
    )


@router.post("/journeys/{journey}/contact")
async def contact(page: Staffed, journey: str) -> Response:
    """How to reach the person: on demand only, and it is noted who asked."""
    page.must(Act.SEE_CONTACT, await subject_of_journey(page, journey))
    person = await look_up(page.desk.db, journey, by=page.actor, now=page.now)
    part = page.request.headers.get("x-part") == "1"
    back = f"/tasks/{page.field('task')}" if page.field("task") else f"/journeys/{journey}"
    return page.show("contact_part.html" if part else "contact.html", reach=person, back=local_path(back))


@router.post("/journeys/{journey}/note")
async def note(page: Staffed, journey: str) -> Response:
    """Note something about the journey."""
    found = await view(page, journey, Act.NOTE)
    words = page.field("words", own_list.LONGEST_NOTE)
    if words:
        await own_list.note(page.desk.db, journey, words, key=page.field("key", 100), by=page.actor, now=found.now)
    return page.go(f"/journeys/{journey}#timeline", "task.noted" if words else None)


@router.post("/journeys/{journey}/undo")
async def undo(page: Staffed, journey: str) -> Response:
    """Take back what was done last, while its letters have not left."""
    page.must(Act.UNDO, await subject_of_journey(page, journey))
    command = UndoLast(id="to-be-named", task=page.field("task", 200) or None)
    await mend(
        page.desk.db,
        page.desk.journeys,
        journey,
        command,
        key=page.field("key", 100) or None,
        by=page.actor,
        now=page.now,
    )
    return page.go(f"/journeys/{journey}", "journey.undone")


def _open(page: Page, found: View, task: Task) -> OpenTask:
    step = found.programme.steps[task.step]
    held = found.hold is not None
    subject = Subject(found.journey, found.subject.roles, found.subject.staff, task.role, task.owner)
    stopped = held and not task.fixed and not task.overdue
    return OpenTask(
        task=task,
        step=step,
        sentence=in_brief(found.programme, task, found.now, page.language, stopped=stopped),
        who=_whose(page, found, task),
        late=task.due_at is not None and task.due_at < found.now and not stopped,
        clock=clock(found.programme, task, found.now, page.language, held=stopped),
        subject=subject,
        offers=task_offers(page, found, task, subject),
        wish=Wish(task.wished_at, wishing.appointment_of(found.programme, step)) if task.wished_at else None,
        finishes=bool(step.outcomes) and step.kind is not Kind.AUTOMATIC and step.role != PARTICIPANT,
    )


def _whose(page: Page, found: View, task: Task) -> str:
    if task.role == PARTICIPANT:
        return page.t("roles.participant")
    role = found.programme.roles[task.role].title[page.language] if task.role in found.programme.roles else ""
    if task.owner is None:
        return page.t("journey.nobody_of", role=role)
    return found.staff.get(task.owner, task.owner)


def _ahead(page: Page, found: View) -> list[AheadDay]:
    """What comes if nobody acts, as far as the process can be asked."""
    if found.state is None:
        return []
    return ahead(Seer(found.programme, found.staff, page.language), found.state, found.now)


def _months(found: View, coming: list[AheadDay]) -> list[Month]:
    office = found.programme.office
    return months(coming, calendars.local_day(found.now, office)) if coming else []


async def _timeline(page: Page, found: View) -> list[ToldDay]:
    teller = Teller(found.programme, found.staff, page.language)
    why = reasons_by_event(found.shown)
    lines = [teller.tell(event, why.get(event.seq, "")) for event in found.events]
    lines += [teller.letter(each) for each in await letters(page.desk.db, found.journey, page.actor)]
    if page.may(Act.SEE_NOTES, found.subject):
        noted = await own_list.notes(page.desk.db, found.journey, page.actor)
        lines += [
            Told(each.at, page.t("journey.noted"), each.name or each.by, note=each.words) for each in reversed(noted)
        ]
    return list(by_day(lines, found.programme))


def _facts(page: Page, found: View) -> list[tuple[str, str]]:
    known = found.programme.facts
    return [
        (known[name].title[page.language], known[name].values[value][page.language])
        for name, value in found.shown["facts"].items()
        if name in known and value in known[name].values
    ]


def _dates(page: Page, found: View) -> list[tuple[str, object]]:
    known = found.programme.dates
    return [
        (known[name].title[page.language], value)
        for name, value in (found.state.dates if found.state else found.shown["dates"]).items()
        if name in known
    ]


def _undo(page: Page, found: View) -> dict[str, object] | None:
    """What can be taken back now, and until when."""
    undo = found.shown["undo"]
    if undo is None or not page.may(Act.UNDO, found.subject):
        return None
    return {"until": datetime.fromisoformat(undo["until"]), "task": undo["task"]}
