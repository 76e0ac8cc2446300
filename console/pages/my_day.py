"""My day: whom to call first and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from console.page import Page, Staffed
from console.who import RIGHTS, Act, Role, Scope
from schemas.programme import Programme
from services.colleagues import Colleague, colleagues
from services.my_day import Day, DayTask, Group, Wanted, my_day, newest, steps_of
from services.participant.marks import marks

router = APIRouter()

PER_PAGE = 50
"""Lines on one page: what fits into 100 kB, and more than a person does in a day."""


@dataclass(frozen=True)
class Filters:
    """What the address bar says. Whatever does not fit is left out."""

    team: bool = False
    role: str = ""
    step: str = ""
    owner: str = ""
    late: bool = False
    number: int = 1

    @property
    def query(self) -> str:
        """As it stands in the address bar."""
        said = {
            "show": "team" if self.team else "",
            "role": self.role,
            "step": self.step,
            "owner": self.owner,
            "late": "1" if self.late else "",
            "page": str(self.number) if self.number > 1 else "",
        }
        return urlencode({name: value for name, value in said.items() if value})

    def but(self, **changes: object) -> str:
        """The address of the same with something changed."""
        query = replace(self, **{"number": 1, **changes}).query  # type: ignore[arg-type]
        return f"/?{query}" if query else "/"

    @property
    def narrowed(self) -> bool:
        return bool(self.role or self.step or self.owner or self.late)


@dataclass(frozen=True)
class Section:
    """A group of the day as far as it is on this page; `count` is how many it holds in all."""

    group: Group
    count: int
    tasks: tuple[DayTask, ...]


@router.get("/")
async def show_my_day(page: Staffed) -> Response:
    """The day of whoever has signed in."""
    if not page.may(Act.WORK):
        return page.show("no_day.html")
    programmes = await newest(page.desk.programmes, page.desk.db, page.actor)
    filters, roles = _filters(page), _roles(page, programmes)
    narrowed = (filters.role,) if filters.role in roles else roles
    own = tuple(role for role in narrowed if role in page.who.roles)
    wanted = Wanted(
        page.who.staff,
        narrowed if filters.team else own,
        filters.team,
        filters.owner or None,
        filters.step or None,
        filters.late,
    )
    desk = page.desk
    day = await my_day(
        desk.db,
        desk.programmes,
        wanted,
        now=page.now,
        language=page.language,
        by=page.actor,
        first=(filters.number - 1) * PER_PAGE,
        most=PER_PAGE,
    )
    return page.show(
        "my_day.html",
        filters=filters,
        roles=roles,
        steps=steps_of(programmes, narrowed),
        staff=await _staff(page, narrowed) if filters.team else [],
        day=day,
        sections=_sections(day),
        pages=-(-day.total // PER_PAGE),
        today=desk.journey_now(),
        marks=await marks(desk.db, [task.id for task in day.tasks], page.actor),
    )


def _filters(page: Page) -> Filters:
    given = page.request.query_params
    number = given.get("page", "1")
    return Filters(
        team=given.get("show") == "team",
        role=given.get("role", "")[:48],
        step=given.get("step", "")[:48],
        owner=given.get("owner", "")[:128],
        late=given.get("late") == "1",
        number=int(number) if number.isascii() and number.isdigit() and 0 < len(number) < 3 and int(number) else 1,  # noqa: PLR2004 (two digits)
    )


def _roles(page: Page, programmes: Sequence[Programme]) -> tuple[str, ...]:
    """Whose tasks may be asked for: those of one's own roles; for those who lead, of everybody's.

    That is all who work with participants, and the roles that only a programme knows, which nobody else would see.
    """
    rights = RIGHTS[Act.WORK]
    own = [role for role in rights if role in page.who.roles]
    if not any(rights[role] is Scope.EVERY for role in own):
        return tuple(role.value for role in Role if role in own)
    others = (role for programme in programmes for role in programme.roles if role not in set(Role))
    return tuple(dict.fromkeys((*(role.value for role in Role if role in rights), *others)))


async def _staff(page: Page, roles: Sequence[str]) -> list[Colleague]:
    """Whose tasks of the team's one may ask for."""
    return [each for each in await colleagues(page.desk.db, page.actor) if set(each.roles) & set(roles)]


def _sections(day: Day) -> list[Section]:
    found = [
        Section(group, day.count(group), tuple(task for task in day.tasks if task.group is group)) for group in Group
    ]
    return [section for section in found if section.tasks]
