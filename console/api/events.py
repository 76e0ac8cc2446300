"""Reports from other systems: what an authority, a school or an employer has decided, by key or signed.

Both ways lead to the same desk (`services.outside`): written down first, then given to the journey. What fits nowhere
is kept for a person to look at.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from console.api.cloudevents import Reported, read
from console.api.describing import KEY_OF_EVENT, LANGUAGE_HEADER, SIGNATURE_HEADERS, reports
from console.api.door import Caller, Calling, body_of, hold_back, speak
from console.api.errors import BadSignature
from console.api.problems import language_of
from console.api.signing import check
from console.desk import Desk
from console.language import say
from console.limits import API, STRANGERS
from console.who import Act
from journey.calendars import YEARS
from schemas.http import EventTaken
from schemas.journey import Pace
from services.clients.book import signed_with, signer
from services.clients.requests import note
from services.errors import NoSuchJourney
from services.keys import digest
from services.outside.receiving import Received, receive
from services.own_list import pace_of

router = APIRouter(tags=["events"])

MESSAGE = "message"
ON_THEIR_WAY = ("passed_on", "early")


@router.post("/events", operation_id="record_event", openapi_extra=reports(KEY_OF_EVENT, LANGUAGE_HEADER))
async def record_event(caller: Calling, response: Response) -> EventTaken:
    """Report something, by key: as our own JSON, or as a CloudEvent."""
    caller.must(Act.REPORT)
    reported = read(caller.request.headers, await body_of(caller.request))
    return await _receive(caller, reported, reported.report_id(caller.client.id), response)


@router.post(
    "/hooks/{client}", operation_id="record_signed_event", openapi_extra=reports(*SIGNATURE_HEADERS, LANGUAGE_HEADER)
)
async def record_signed_event(
    request: Request, response: Response, client: Annotated[str, Path(max_length=64)]
) -> EventTaken:
    """Report something in a signed message, as Standard Webhooks has it; `client` is whose secret signed it."""
    desk: Desk = request.app.state.desk
    now = desk.now()
    known = await signer(desk.db, client, now)
    body = await body_of(request)
    if known is None:
        hold_back(request, STRANGERS)
        raise BadSignature
    try:
        signed = check(request.headers, body, known.secrets, now)
    except BadSignature:
        hold_back(request, STRANGERS)
        raise
    hold_back(request, API, known.client.id)
    speak(response, language_of(request))
    await signed_with(desk.db, signed.secret, now)
    caller = Caller(request, desk, known.client, language_of(request))
    caller.must(Act.REPORT)
    reported = read(request.headers, body)
    name = reported.report_id(client, signed.id)
    await note(desk.db, client, MESSAGE, signed.id, digest(body.hex()), by=caller.actor, now=now)
    return await _receive(caller, reported, name, response)


async def _receive(caller: Caller, reported: Reported, event: str, response: Response) -> EventTaken:
    desk = caller.desk
    found = await receive(
        desk.db,
        desk.journeys,
        event,
        reported.given(),
        by=caller.actor,
        now=caller.now,
        received_at=await _when(caller, reported),
        pace=desk.pace,
    )
    response.status_code = 202 if found.status in ON_THEIR_WAY else 200
    return _taken(caller, found)


async def _when(caller: Caller, reported: Reported) -> datetime | None:
    """When it happened in the time of its journey, where that is earlier than now."""
    if reported.time is None:
        return None
    try:
        pace = await pace_of(caller.desk.db, reported.journey, caller.actor)
    except NoSuchJourney:
        pace = caller.desk.pace
    return _at(pace, reported.time)


def _at(pace: Pace, time: datetime) -> datetime:
    """The time on the clock of a journey; where days go by so fast that it lies nowhere there, the time itself."""
    try:
        found = pace.to_journey(time)
    except OverflowError:
        return time
    return found if found.year in YEARS else time


def _taken(caller: Caller, found: Received) -> EventTaken:
    said = say(f"api.event_{found.status}", caller.language)
    return EventTaken(
        id=found.event,
        journey=found.journey,
        type=found.type,
        outcome=found.outcome,
        status=found.status,
        cause=found.cause,
        sentence=said,
        repeated=found.repeated,
    )
