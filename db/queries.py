"""The queries, loaded once from `db/queries/*.sql`.

Each starts with `-- name:` and `-- purpose:` lines and ends where the next begins. `sql.lock_journey` is the text of
the query of that name. `({matching})` in one stands for the whole text of another, so that what several ask is written
once. No SQL that touches a table stands anywhere else but in the migrations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).with_suffix("")
_HEAD = re.compile(r"^-- name: (?P<name>[a-z][a-z0-9_]*)\n-- purpose: (?P<purpose>.+)\n", re.MULTILINE)
_INNER = re.compile(r"\(\{(?P<name>[a-z][a-z0-9_]*)\}\)")


@dataclass(frozen=True)
class Query:
    """One named query."""

    name: str
    purpose: str
    text: str


class Queries:
    """All queries of a folder, by name."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._queries: dict[str, Query] = {}
        for path in sorted(folder.glob("*.sql")):
            for query in _parse(path):
                if query.name in self._queries:
                    raise ValueError(f"{path.name}: the name {query.name} is used twice")
                self._queries[query.name] = query
        self._queries = {name: self._whole(query) for name, query in self._queries.items()}

    def _whole(self, query: Query) -> Query:
        """The query with the texts of those that it names; they name none themselves."""
        text = _INNER.sub(lambda found: f"({self._inner(query, found['name'])})", query.text)
        return Query(query.name, query.purpose, text)

    def _inner(self, query: Query, name: str) -> str:
        if name not in self._queries:
            raise ValueError(f"{query.name}: no query is called {name}")
        return self._queries[name].text.rstrip(";")

    def __iter__(self) -> Iterator[Query]:
        return iter(self._queries.values())

    def __getattr__(self, name: str) -> str:
        try:
            return self._queries[name].text
        except KeyError:
            raise AttributeError(f"no query is called {name}") from None


def _parse(path: Path) -> Iterator[Query]:
    source = path.read_text(encoding="utf-8")
    heads = list(_HEAD.finditer(source))
    if not heads or source[: heads[0].start()].strip():
        raise ValueError(f"{path.name}: must begin with a name line and a purpose line")
    for head, following in zip(heads, [*heads[1:], None], strict=True):
        text = source[head.end() : following.start() if following else None].strip()
        yield Query(head["name"], head["purpose"], text)


sql = Queries()
