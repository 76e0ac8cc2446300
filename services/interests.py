"""What somebody wrote when they registered their interest, for whoever is about to call them. It judges nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from db.pool import Database
from db.queries import sql
from schemas.base import Model
from services.intake.row import Details, Wish


class Registered(Model):
    """The latest interest of a journey, without who the person is; `at` is journey time."""

    at: datetime
    municipality: str | None = None
    partner: str | None = None
    wish: Wish | None = None
    adults: int | None = None
    children: int | None = None
    details: Details = Details()


async def registered(db: Database, journey: str, by: str) -> Registered | None:
    """The latest interest of a journey; None when none is kept."""
    async with db.acting_as(by) as connection:
        found = await connection.fetchrow(sql.latest_interest, journey)
    if found is None:
        return None
    answers: dict[str, Any] = {name: value for name, value in found["answers"].items() if value is not None}
    return Registered.model_validate({**answers, "at": found["at"]})
