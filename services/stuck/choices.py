"""What a board can be narrowed to, with its words: of the newest version of each programme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from db.pool import SYSTEM, Database
from db.queries import sql
from schemas.base import Both
from schemas.programme import OrganisationKind, Programme
from services.known_programmes import KnownProgrammes


@dataclass(frozen=True)
class Choices:
    """The newest version of every programme, by its name."""

    programmes: Mapping[str, Programme]

    @property
    def titles(self) -> dict[str, Both]:
        """What each programme is called."""
        return {name: programme.title for name, programme in self.programmes.items()}

    def steps(self, programme: str = "") -> dict[str, Both]:
        """The steps of one programme, or of all."""
        return {name: step.title for each in self._of(programme) for name, step in each.steps.items()}

    def phases(self, programme: str = "") -> dict[str, Both]:
        """The phases of one programme, or of all."""
        return {name: phase.title for each in self._of(programme) for name, phase in each.phases.items()}

    @property
    def partners(self) -> list[str]:
        """Those whom people may have come through, as far as the programmes know."""
        found = {
            organisation.title
            for programme in self.programmes.values()
            for organisation in programme.organisations.values()
            if organisation.kind is OrganisationKind.PARTNER
        }
        return sorted(found)

    def named(self, name: str) -> Both | None:
        """What something of a programme is called: a step, a cause, a party, an exit, a date, an outcome."""
        for each in self.programmes.values():
            for known in (each.steps, each.causes, each.parties, each.exits, each.dates, each.phases):
                if name in known:
                    title: Both = known[name].title
                    return title
        return None

    def _of(self, programme: str) -> Sequence[Programme]:
        return [each for name, each in self.programmes.items() if not programme or name == programme]


async def choices(db: Database, programmes: KnownProgrammes, by: str = SYSTEM) -> Choices:
    """What there is to choose from."""
    async with db.acting_as(by) as connection:
        versions = await connection.fetch(sql.newest_versions)
    found = {each["programme"]: await programmes.version(each["programme"], each["version"], by) for each in versions}
    return Choices(found)
