"""Journeys for other systems: begin one for somebody who has registered elsewhere, and see how one stands."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from console.api.describing import KEY_HEADER, LANGUAGE_HEADER, takes
from console.api.door import Caller, Calling
from console.api.errors import NothingThere, WrongFields
from console.subjects import subject_of_journey
from console.who import Act
from db.queries import sql
from schemas.http import JourneyShown, Started, StartRequest, TaskRow
from services.clients.requests import answer, note
from services.intake.interest import judge
from services.intake.row import IntakeRow
from services.intake.taking_in import take_in
from services.showing import show

router = APIRouter(tags=["journeys"])

START = "start"


@router.post(
    "/journeys",
    operation_id="start_journey",
    status_code=201,
    responses={
        200: {"model": Started, "description": "The person was on the way already, or the same was sent before."}
    },
    openapi_extra=takes(StartRequest, KEY_HEADER, LANGUAGE_HEADER),
)
async def start_journey(caller: Calling, response: Response) -> Started:
    """Begin a journey for somebody, or join it with the one that they have."""
    caller.must(Act.START_JOURNEY)
    key, asked = caller.key(), await caller.sent(StartRequest)
    now = caller.desk.pace.to_journey(caller.now)
    found = judge(_cells(asked), now)
    if found.row is None:
        raise WrongFields(found.problems)
    noted = await note(
        caller.desk.db, caller.client.id, START, key, asked.model_dump_json(), by=caller.actor, now=caller.now
    )
    repeated = noted.answer is not None
    if noted.answer is None:
        # The same wish has the same time, so that after a crash it is taken in once.
        row = found.row.but(received_at=found.row.received_at or caller.desk.pace.to_journey(noted.at))
        said = await _take_in(caller, row, asked.programme)
        kept = await answer(caller.desk.db, caller.client.id, START, key, said, by=caller.actor)
    else:
        kept = noted.answer
    started = Started(**kept, repeated=repeated)
    response.status_code = 200 if started.joined or repeated else 201
    response.headers["Location"] = f"/api/v1/journeys/{started.journey}"
    return started


async def _take_in(caller: Caller, row: IntakeRow, programme: str) -> dict[str, Any]:
    desk = caller.desk
    now = desk.pace.to_journey(caller.now)
    report = await take_in(desk.db, desk.journeys, [row], programme, now=now, pace=desk.pace, by=caller.actor)
    journey = (report.accepted or report.joined)[0].journey
    joined = not report.accepted and not await _began_with(caller, journey, row)
    return {"journey": journey, "joined": joined, "pending": bool(report.pending)}


async def _began_with(caller: Caller, journey: str, row: IntakeRow) -> bool:
    """Whether it was this very wish that the journey began with, sent before and not answered then."""
    async with caller.desk.db.acting_as(caller.actor) as connection:
        return bool(await connection.fetchval(sql.began_with, journey, caller.actor, row.received_at))


def _cells(asked: StartRequest) -> dict[str, str]:
    """What was sent, as a row of a file has it."""
    given = asked.model_dump(mode="json", exclude={"programme", "protected"})
    cells = {name: "" if value is None else str(value) for name, value in given.items()}
    return {**cells, "protected": "yes" if asked.protected else ""}


@router.get("/journeys/{journey}", operation_id="show_journey", openapi_extra=takes(None, LANGUAGE_HEADER))
async def show_journey(caller: Calling, journey: Annotated[str, Path(max_length=128)]) -> JourneyShown:
    """How a journey stands, in a sentence and in detail. Nothing in it says who the person is."""
    subject = await subject_of_journey(caller, journey)
    if not caller.may(Act.SEE_JOURNEY, subject):
        raise NothingThere
    found = await show(caller.desk.db, journey, now=caller.now, language=caller.language, by=caller.actor)
    answers = caller.may(Act.SEE_ANSWERS, subject)
    kept = {name: found[name] for name in JourneyShown.model_fields if name in found}
    kept |= {name: found[name] if answers else None for name in ("facts", "dates")}
    kept["explain"] = found["explain"][caller.language]
    kept["tasks"] = [TaskRow.model_validate(task) for task in found["tasks"]]
    return JourneyShown.model_validate(kept)
