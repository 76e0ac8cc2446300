"""One task: what it is about, the form by which it is finished, and what else can be done with it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from console.errors import NotThere
from console.forms import MORE, Maker, ShownForm, answers_in
from console.interests import lines
from console.page import Page, Staffed, local_path
from console.reasons import CONFLICT, UNPROCESSABLE, plainly
from console.subjects import subject_of_task
from console.who import Act, Subject
from journey import calendars
from journey.errors import Refusal
from journey.explain import in_brief
from schemas.commands import AssignTask
from schemas.forms.problems import FormProblem
from schemas.programme import PARTICIPANT, Programme, Step
from schemas.tasks import Task
from services import own_list
from services.colleagues import colleagues
from services.completing.completing import complete
from services.completing.errors import FormNotAccepted
from services.completing.filling_in import find_place
from services.completing.form_help import form_of_step
from services.interests import registered
from services.mending.acts import mend
from services.people import contacts

router = APIRouter()

WEEKS_AHEAD = timedelta(weeks=26)


@dataclass(frozen=True)
class Opened:
    """A task as the page needs it: whose journey, which step, whether it is still open."""

    id: str
    subject: Subject
    programme: Programme
    step: Step
    task: Task | None
    name: str
    has_phone: bool
    now: datetime
    described: dict[str, Any] | None


@router.get("/tasks/{task}")
async def show_task(page: Staffed, task: str) -> Response:
    """The task and its form."""
    opened = await _open(page, task)
    return await _show(page, opened, _form(page, opened), secrets.token_hex(16))


@router.post("/tasks/{task}")
async def finish(page: Staffed, task: str) -> Response:
    """Finish the task. What is refused comes back as it was typed, with what is wrong beside it."""
    opened = await _open(page, task)
    page.must(Act.FINISH, opened.subject)
    if opened.described is None:
        raise NotThere
    sent, outcome = page.fields(), page.field("outcome")
    key = page.field("key", 100) or secrets.token_hex(16)
    if page.field(MORE):
        return await _show(page, opened, _form(page, opened, more_rows=page.field(MORE)), key)
    if outcome not in opened.step.outcomes:
        form = _form(page, opened, outcome_error=page.t("task.no_outcome"))
        return await _show(page, opened, form, key, UNPROCESSABLE)
    desk, answers = page.desk, answers_in(opened.described, sent)
    try:
        done = await complete(
            desk.db,
            desk.journeys,
            task,
            outcome,
            answers,
            key=key,
            by=page.actor,
            now=page.now,
            language=page.language,
        )
    except FormNotAccepted as refused:
        return await _show(page, opened, _form(page, opened, refused.problems), key, UNPROCESSABLE)
    except Refusal as refused:
        said = plainly(refused, opened.programme, page.language)
        return await _show(page, opened, _form(page, opened), key, CONFLICT, refused=said)
    await own_list.unsnooze(desk.db, task, by=page.actor)
    said = "task.done" if done.visible else "task.done_shortly"
    return page.go(f"/journeys/{done.journey}" if page.may(Act.SEE_JOURNEY, opened.subject) else "/", said)


# ---- whose, when, and what was noted


@router.post("/tasks/{task}/claim")
async def claim(page: Staffed, task: str) -> Response:
    """Take a task."""
    subject = await subject_of_task(page, task)
    page.must(Act.CLAIM, subject)
    return await _assign(page, subject, task, page.who.staff, "task.claimed")


@router.post("/tasks/{task}/assign")
async def assign(page: Staffed, task: str) -> Response:
    """Give a task to somebody."""
    subject = await subject_of_task(page, task)
    page.must(Act.ASSIGN, subject)
    return await _assign(page, subject, task, page.field("to"), "task.assigned")


@router.post("/tasks/{task}/snooze")
async def snooze(page: Staffed, task: str) -> Response:
    """Put a task out of sight on one's own list; it comes back by itself."""
    opened = await _open(page, task)
    page.must(Act.SNOOZE, opened.subject)
    until = _until(page, opened)
    if until is None:
        return await _show(
            page, opened, _form(page, opened), secrets.token_hex(16), UNPROCESSABLE, refused=page.t("task.bad_day")
        )
    await own_list.snooze(page.desk.db, task, until, by=page.actor, now=opened.now)
    return page.go(local_path(page.field("back")), "task.snoozed")


@router.post("/tasks/{task}/unsnooze")
async def unsnooze(page: Staffed, task: str) -> Response:
    """Take a task back into sight."""
    page.must(Act.SNOOZE, await subject_of_task(page, task))
    await own_list.unsnooze(page.desk.db, task, by=page.actor)
    return page.go("/", "task.unsnoozed")


@router.post("/tasks/{task}/note")
async def note(page: Staffed, task: str) -> Response:
    """Note something about the journey."""
    opened = await _open(page, task)
    page.must(Act.NOTE, opened.subject)
    words = page.field("words", own_list.LONGEST_NOTE)
    if words:
        await own_list.note(
            page.desk.db,
            opened.subject.journey,
            words,
            task=task,
            key=page.field("key", 100),
            by=page.actor,
            now=opened.now,
        )
    return page.go(f"/tasks/{task}", "task.noted" if words else None)


# ---- what the page is made of


async def _open(page: Page, task: str) -> Opened:
    """The task, for somebody who may finish it or see its journey. Raises `NotThere`."""
    subject = await subject_of_task(page, task)
    if not page.may(Act.FINISH, subject) and not page.may(Act.SEE_JOURNEY, subject):
        raise NotThere
    desk = page.desk
    place = await find_place(desk.db, task, page.now, page.actor)
    person = (await contacts(desk.db, page.actor, [place.journey]))[place.journey]
    finishes = place.step.outcomes and place.step.role != PARTICIPANT
    return Opened(
        id=task,
        subject=subject,
        programme=place.programme,
        step=place.step,
        task=await own_list.open_task(desk.db, task, page.actor),
        name=person.name if _knows(page, subject) else page.t("journey.somebody"),
        has_phone=person.phone is not None,
        now=place.now,
        described=form_of_step(place.programme, place.step_name) if finishes else None,
    )


def _knows(page: Page, subject: Subject) -> bool:
    """Whether somebody may know whom a task is about: whoever has it, and whoever may reach the person."""
    return page.may(Act.FINISH, subject) or page.may(Act.SEE_CONTACT, subject)


def _form(
    page: Page,
    opened: Opened,
    problems: tuple[FormProblem, ...] = (),
    *,
    more_rows: str = "",
    outcome_error: str | None = None,
) -> ShownForm | None:
    if opened.described is None:
        return None
    maker = Maker(opened.programme, opened.step, opened.described, page.language, page.fields(), problems)
    return maker.form(page.field("outcome"), more_rows=more_rows, outcome_error=outcome_error)


async def _show(
    page: Page, opened: Opened, form: ShownForm | None, key: str, status: int = 200, *, refused: str | None = None
) -> Response:
    step, task = opened.step, opened.task
    typed = form.typed if form is not None and task is None else ()
    return page.show(
        "task.html",
        status,
        opened=opened,
        task=task,
        form=form if task is not None and page.may(Act.FINISH, opened.subject) else None,
        key=key,
        note_key=secrets.token_hex(16),
        typed=typed,
        unsaved=page.field("note") if typed else "",
        refused=refused,
        sentence=in_brief(opened.programme, task, opened.now, page.language) if task else "",
        step_help=step.help,
        said=await _said(page, opened),
        staff=await _who_could(page, opened) if page.may(Act.ASSIGN, opened.subject) else [],
        tomorrow=calendars.local_day(opened.now, _office(opened)) + timedelta(days=1),
        notes=await own_list.notes(page.desk.db, opened.subject.journey, page.actor)
        if page.may(Act.SEE_NOTES, opened.subject)
        else [],
    )


async def _said(page: Page, opened: Opened) -> list[tuple[str, str]]:
    """What the person wrote with their interest, for those who may read it."""
    if not page.may(Act.SEE_ANSWERS, opened.subject):
        return []
    found = await registered(page.desk.db, opened.subject.journey, page.actor)
    return lines(found, page.language) if found else []


async def _who_could(page: Page, opened: Opened) -> list[tuple[str, str]]:
    """Whom the task can be given to: those who do this usually first."""
    everybody = await colleagues(page.desk.db, page.actor)
    role = opened.subject.role or ""
    fitting = [each for each in everybody if role in each.roles]
    return [(each.staff, each.name) for each in fitting]


async def _assign(page: Page, subject: Subject, task: str, to: str, said: str) -> Response:
    desk = page.desk
    command = AssignTask(id="to-be-named", task=task, to=to)
    await mend(desk.db, desk.journeys, subject.journey, command, by=page.actor, now=page.now)
    back = local_path(page.field("back"))
    return page.go(back if page.field("back") else f"/tasks/{task}", said)


def _until(page: Page, opened: Opened) -> datetime | None:
    """When the office opens on the day that was chosen; None for a day that is no day ahead."""
    try:
        day = datetime.strptime(page.field("until", 10), "%Y-%m-%d").date()  # noqa: DTZ007 (a day, without a time)
    except ValueError:
        return None
    until = calendars.opening(day, _office(opened))
    return until if opened.now < until <= opened.now + WEEKS_AHEAD else None


def _office(opened: Opened) -> Any:
    return opened.programme.office
