"""What a board of operations is narrowed to, by the address bar, in the words of `operator … --where`. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from schemas.base import one_line
from schemas.stuck import StuckCause
from services.bulk.where import CAUSES, Conditions
from services.stuck.ages import Age

OF_WHERE = ("programme", "phase", "step", "owner", "partner")
LONGEST = 128
MOST_PAGES = 40
PER_PAGE = 25


@dataclass(frozen=True)
class Narrowed:
    """What is looked at. Whatever does not fit is left out."""

    cause: StuckCause | None = None
    age: Age | None = None
    programme: str = ""
    phase: str = ""
    step: str = ""
    owner: str = ""
    partner: str = ""
    page: int = 1

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Narrowed:
        """As it stands in the address bar."""
        words = {name: given.get(name, "")[:LONGEST].strip() for name in OF_WHERE}
        cause, age, page = given.get("cause", ""), given.get("age", ""), given.get("page", "1")
        return cls(
            cause=StuckCause(cause) if cause in set(StuckCause) else None,
            age=Age(age) if age in set(Age) else None,
            **{name: value for name, value in words.items() if one_line(value)},
            page=int(page) if page in {str(number) for number in range(1, MOST_PAGES + 1)} else 1,
        )

    @property
    def where(self) -> Conditions:
        """The conditions, but for the cause."""
        return {name: [value] for name in OF_WHERE if (value := getattr(self, name))}

    @property
    def narrowed(self) -> bool:
        return bool(self.where or self.cause or self.age)

    @property
    def query(self) -> str:
        """As it is written in the address bar."""
        said = {"cause": self.cause or "", "age": self.age or "", **{name: getattr(self, name) for name in OF_WHERE}}
        said["page"] = str(self.page) if self.page > 1 else ""
        return urlencode({name: value for name, value in said.items() if value})

    def but(self, **changes: object) -> str:
        """The address of the board with something changed."""
        query = replace(self, **{"page": 1, **changes}).query  # type: ignore[arg-type]
        return f"/operations?{query}" if query else "/operations"

    @property
    def for_many(self) -> str | None:
        """Where something can be done to all that fit; None where nothing says which, or no condition can."""
        if (self.cause is not None and self.cause not in CAUSES) or not (self.where or self.cause):
            return None
        return f"/operations/many?{replace(self, age=None, page=1).query}"
