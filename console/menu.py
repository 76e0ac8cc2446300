"""The menu: which places there are and who sees them. A page family adds its line here."""

from __future__ import annotations

from dataclasses import dataclass

from console.who import Act, Person, may


@dataclass(frozen=True)
class Place:
    """A line of the menu. `words` is the key of what it is called."""

    words: str
    path: str
    act: Act
    here: bool = False


PLACES = (
    Place("menu.my_day", "/", Act.WORK),
    Place("menu.find", "/find", Act.FIND_PEOPLE),
    Place("menu.operations", "/operations", Act.OPERATE),
    Place("menu.programmes", "/programmes", Act.SEE_PROGRAMME),
    Place("menu.numbers", "/numbers", Act.SEE_NUMBERS),
)


def places(person: Person | None, path: str) -> list[Place]:
    """What somebody sees in the menu while they are at `path`."""
    return [Place(p.words, p.path, p.act, here=_is_at(p, path)) for p in PLACES if may(person, p.act)]


def _is_at(place: Place, path: str) -> bool:
    return path == place.path or (place.path != "/" and path.startswith(f"{place.path}/"))
