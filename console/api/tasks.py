"""Tasks for other systems: the inbox a page at a time, one task with its form, and saying how it ended."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query

from console.api.describing import KEY_HEADER, LANGUAGE_HEADER, takes
from console.api.door import Caller, Calling
from console.api.errors import BadCursor, NothingThere
from console.subjects import subject_of_task
from console.who import Act, Scope, Subject, reach
from journey.errors import CommandIdReused
from schemas.base import Identifier, Name
from schemas.http import MOST_TASKS, CompletedShown, CompleteRequest, OneTask, TaskPage, TaskRow
from services import reading
from services.clients.errors import RequestReused
from services.completing.completing import complete
from services.completing.filling_in import find_place
from services.completing.form_help import form_of_step
from services.keys import digest
from services.task_pages import Place, Wanted, page_of_tasks

router = APIRouter(tags=["tasks"])

NO_DUE_TIME = "-"


@router.get("/tasks", operation_id="list_tasks", openapi_extra=takes(None, LANGUAGE_HEADER))
async def list_tasks(
    caller: Calling,
    *,
    role: Annotated[Name | None, Query(description="Only what this role is to do.")] = None,
    owner: Annotated[Identifier | None, Query(description="Only what this person is to do.")] = None,
    step: Annotated[Name | None, Query(description="Only this step.")] = None,
    journey: Annotated[Identifier | None, Query(description="Only this journey.")] = None,
    programme: Annotated[Name | None, Query(description="Only this programme.")] = None,
    overdue: Annotated[bool, Query(description="Only what is late.")] = False,
    limit: Annotated[int, Query(ge=1, le=MOST_TASKS, description="At most this many.")] = 50,
    cursor: Annotated[str | None, Query(max_length=400, description="`next` of the page before.")] = None,
) -> TaskPage:
    """The open tasks, what is due first on top."""
    caller.must(Act.WORK)
    wanted = _bounded(caller, Wanted(role, owner, step, journey, programme, overdue=overdue))
    tasks, last = await page_of_tasks(
        caller.desk.db,
        wanted,
        most=limit,
        after=_place(cursor) if cursor is not None else None,
        now=caller.now,
        pace=caller.desk.pace,
        language=caller.language,
        by=caller.actor,
    )
    return TaskPage(tasks=[TaskRow.model_validate(task) for task in tasks], next=_cursor(last) if last else None)


@router.get("/tasks/{task}", operation_id="show_task", openapi_extra=takes(None, LANGUAGE_HEADER))
async def show_task(caller: Calling, task: Annotated[str, Path(max_length=200)]) -> OneTask:
    """An open task, with the fields of its form and what each outcome needs."""
    subject = await _subject(caller, task)
    found = await reading.journey(
        caller.desk.db, subject.journey, now=caller.now, language=caller.language, by=caller.actor
    )
    row = next((each for each in found["tasks"] if each["id"] == task), None)
    if row is None:
        raise NothingThere
    place = await find_place(caller.desk.db, task, caller.now, caller.actor)
    form = form_of_step(place.programme, place.step_name)
    return OneTask.model_validate({**row, "form_fields": form["fields"], "form_outcomes": form["outcomes"]})


@router.post(
    "/tasks/{task}/complete",
    operation_id="complete_task",
    openapi_extra=takes(CompleteRequest, KEY_HEADER, LANGUAGE_HEADER),
)
async def complete_task(caller: Calling, task: Annotated[str, Path(max_length=200)]) -> CompletedShown:
    """Say how a task ended. The same key again gives the same answer and acts once."""
    await _subject(caller, task)
    key, asked = caller.key(), await caller.sent(CompleteRequest)
    try:
        done = await complete(
            caller.desk.db,
            caller.desk.journeys,
            task,
            asked.outcome,
            asked.answers,
            key=digest(caller.client.id, key),
            by=caller.actor,
            now=caller.now,
            language=caller.language,
        )
    except CommandIdReused:  # named as it was sent, not as we keep it
        raise RequestReused(key=key) from None
    return CompletedShown.model_validate({**done.as_json(), "key": key})


async def _subject(caller: Caller, task: str) -> Subject:
    """The task, if the client may finish it. Raises `NothingThere`."""
    subject = await subject_of_task(caller, task)
    if not caller.may(Act.FINISH, subject):
        raise NothingThere
    return subject


def _bounded(caller: Caller, wanted: Wanted) -> Wanted:
    """Only what the client may see: everything, or what its roles do."""
    if reach(caller.person, Act.WORK) is Scope.EVERY:
        return wanted
    bounds = {"roles": tuple(sorted(caller.client.roles)), "staff": caller.actor}
    return Wanted(**{**vars(wanted), **bounds})


# ---- where a page ended


def _cursor(place: Place) -> str:
    at = place.due_at.isoformat() if place.due_at else NO_DUE_TIME
    return base64.urlsafe_b64encode(json.dumps([at, place.task]).encode()).decode().rstrip("=")


def _place(cursor: str) -> Place:
    """Where the page before ended. Raises `BadCursor`."""
    try:
        at, task = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        due = None if at == NO_DUE_TIME else datetime.fromisoformat(at).astimezone(UTC)
    except (binascii.Error, ValueError, TypeError, OverflowError, RecursionError):
        raise BadCursor from None
    if not isinstance(task, str) or not task.isprintable():
        raise BadCursor
    return Place(task, due)
