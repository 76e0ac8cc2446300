"""One journey as the console reads it: the read side, who it is about, and the process itself where it answers."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from temporalio.service import RPCError

from console.page import Page
from console.subjects import subject_of_journey
from console.who import Act, Subject
from schemas.events import Event
from schemas.journey import JourneyState, Result
from schemas.programme import Programme
from schemas.tasks import Hold, Task
from services import own_list
from services.colleagues import colleagues
from services.errors import NotSavedYet
from services.mending.acts import state_of
from services.people import contacts
from services.showing import show

PATIENCE = 3.0
"""Seconds that a page waits for the process; without it, it shows what the read tables have."""


@dataclass(frozen=True)
class View:
    """Everything a page about a journey is made of. `state` is None while the process does not answer."""

    journey: str
    subject: Subject
    name: str
    has_phone: bool
    shown: dict[str, Any]
    programme: Programme
    events: tuple[Event, ...]
    tasks: tuple[Task, ...]
    hold: Hold | None
    state: JourneyState | None
    now: datetime
    staff: dict[str, str]

    @property
    def results(self) -> dict[str, Result]:
        """How the steps ended, by the process itself or else by what the journal tells."""
        if self.state is not None:
            return dict(self.state.results)
        found: dict[str, Result] = {}
        for event in self.events:
            if event.task is None or event.step is None:
                continue
            if event.outcome is not None:
                found[event.step] = Result(generation=event.task.generation, outcome=event.outcome, at=event.at)
            elif event.kind == "task_opened":
                found.pop(event.step, None)
        return found


async def view(page: Page, journey: str, act: Act = Act.SEE_JOURNEY) -> View:
    """The journey, for somebody who may. Raises `NotThere`."""
    subject = await subject_of_journey(page, journey)
    page.must(act, subject)
    desk = page.desk
    state, found = await asyncio.gather(state_soon(page, journey), _read(page, journey))
    person = (await contacts(desk.db, page.actor, [journey]))[journey]
    programme = await desk.programmes.version(found["programme"], found["version"])
    return View(
        journey=journey,
        subject=subject,
        name=person.name if page.may(Act.SEE_CONTACT, subject) else page.t("journey.somebody"),
        has_phone=person.phone is not None or person.email is not None,
        shown=found,
        programme=programme,
        events=tuple(Event.model_validate(event) for event in found["events"]),
        tasks=await own_list.open_tasks(desk.db, journey, page.actor),
        hold=Hold.model_validate(found["hold"]) if found["hold"] else None,
        state=state,
        now=(await own_list.pace_of(desk.db, journey, page.actor)).to_journey(page.now),
        staff={each.staff: each.name for each in await colleagues(desk.db, page.actor)},
    )


async def state_soon(page: Page, journey: str) -> JourneyState | None:
    """The process's own state, if it answers soon."""
    try:
        return await asyncio.wait_for(state_of(page.desk.db, page.desk.journeys, journey, page.actor), PATIENCE)
    except (TimeoutError, NotSavedYet, RPCError):
        return None


async def _read(page: Page, journey: str) -> dict[str, Any]:
    return await show(page.desk.db, journey, now=page.now, language=page.language, by=page.actor)


def reasons_by_event(shown: dict[str, Any]) -> dict[int, str]:
    """The words of the reason for each event that has one."""
    return {event["seq"]: event["reason_words"] for event in shown["events"] if event.get("reason_words")}
