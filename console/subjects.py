"""What a page is about: the journey or task in its address, as `who.may` wants to know it. If not, no such page."""

from __future__ import annotations

from typing import Protocol

from console.desk import Desk
from console.errors import NotThere
from console.who import Subject
from db.queries import sql
from schemas.tasks import journey_of_task


class Asking(Protocol):
    """Whoever asks: a visitor of a page, or another system."""

    @property
    def desk(self) -> Desk: ...
    @property
    def actor(self) -> str: ...


async def subject_of_journey(page: Asking, journey: str) -> Subject:
    """The journey, and whom it concerns. Raises `NotThere`."""
    if not journey.isprintable():
        raise NotThere
    async with page.desk.db.acting_as(page.actor) as connection:
        found = await connection.fetchrow(sql.whose_journey, journey)
    if found is None:
        raise NotThere
    return Subject(found["journey"], frozenset(found["roles"]), frozenset(found["staff"]))


async def subject_of_task(page: Asking, task: str) -> Subject:
    """The task with its journey; whose it is now, while it is open. Raises `NotThere`."""
    journey = journey_of_task(task)
    if journey is None or not task.isprintable():
        raise NotThere
    subject = await subject_of_journey(page, journey)
    async with page.desk.db.acting_as(page.actor) as connection:
        found = await connection.fetchrow(sql.whose_task, task)
    if found is None or found["journey"] != journey:
        raise NotThere
    return Subject(journey, subject.roles, subject.staff, found["role"], found["owner"])
