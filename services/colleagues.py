"""Who works here: to sign in as, to give a task to, and who somebody is that another place vouches for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from db.pool import SYSTEM, Database
from db.queries import sql
from schemas.base import Language


@dataclass(frozen=True)
class Colleague:
    """A member of staff."""

    staff: str
    name: str
    roles: tuple[str, ...]


class Vouched(Protocol):
    """What the place where staff sign in says of somebody."""

    @property
    def subject(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def email(self) -> str | None: ...
    @property
    def roles(self) -> tuple[str, ...] | None: ...
    @property
    def language(self) -> Language: ...


async def colleagues(db: Database, by: str = SYSTEM) -> list[Colleague]:
    """All active staff, by name."""
    async with db.acting_as(by) as connection:
        records = await connection.fetch(sql.active_staff)
    return [Colleague(each["staff"], each["name"], tuple(each["roles"])) for each in records]


async def staff_behind(db: Database, vouched: Vouched) -> Colleague | None:
    """The member of staff that somebody vouched for is: known before, or by their verified address, or else new.

    Their roles become what the other place says, where it says any. None when they are not active here, and when
    nothing is known that would let them do anything.
    """
    async with db.acting_as(SYSTEM) as connection:
        found = await connection.fetchrow(sql.staff_by_subject, vouched.subject)
        if found is None and vouched.email:
            found = await connection.fetchrow(sql.staff_to_claim, vouched.email)
            if found is not None:
                await connection.execute(sql.know_staff, found["staff"], vouched.subject)
        if found is None:
            if not vouched.roles or not vouched.email:
                return None
            staff = f"staff-{vouched.subject[:16]}"
            await connection.execute(
                sql.add_known_staff,
                staff,
                vouched.name,
                vouched.email,
                vouched.language,
                list(vouched.roles),
                vouched.subject,
            )
            return Colleague(staff, vouched.name, vouched.roles)
        if not found["active"]:
            return None
        roles = tuple(found["roles"]) if vouched.roles is None else vouched.roles
        await connection.execute(sql.give_roles, found["staff"], list(roles))
    return Colleague(found["staff"], found["name"], roles)
