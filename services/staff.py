"""Who works here: names that are typed are held against the staff before anything is done in them."""

from __future__ import annotations

from db.pool import SYSTEM, Database
from db.queries import sql
from schemas.forms.problems import shown
from services.mending.errors import StaffNotActive, UnknownStaff

MOST_CHOICES = 20


async def must_work_here(db: Database, staff: str, role: str | None = None, by: str = SYSTEM) -> tuple[str, ...]:
    """The roles of an active member of staff.

    Raises `UnknownStaff` or `StaffNotActive`, with those who fill `role` first among the choices.
    """
    async with db.acting_as(by) as connection:
        record = await connection.fetchrow(sql.member_of_staff, staff)
        if record is not None and record["active"]:
            return tuple(record["roles"])
        active = [found["staff"] for found in await connection.fetch(sql.active_staff_ids, role)]
    choices = ", ".join(active[:MOST_CHOICES]) + (", …" if len(active) > MOST_CHOICES else "") or "-"
    if record is None:
        raise UnknownStaff(staff=shown(staff), choices=choices)
    raise StaffNotActive(staff=staff, choices=choices)
