"""The golden journeys show every command that mends a journey: in time, too late, twice, and while the journey rests.

What a journey shows is read from its recorded lines, never from its file's name. Nothing is played here.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from schemas.events import EventKind
from tests.golden.script import REFUSED, REPEATED
from tests.golden.test_coverage import RECORDED

FOLDER = Path(__file__).parent
VERBS = (
    *("assign", "nudge", "extend", "waive", "cover", "hold", "release", "exit"),
    *("back", "undo", "correct", "identify", "move", "match", "reopen", "adopt", "ask"),
)
SITUATIONS = ("in time", "too late", "twice", "on hold")


def shown(text: str) -> Iterator[tuple[str, str]]:
    """Which commands a golden journey shows, each in which situation."""
    last, resting = "", False
    for line, told in spoken(text):
        verb = line.split()[2] if len(line.split()) > 2 else ""
        refused = any(words.startswith(REFUSED) for words in told)
        if verb == "again":
            yield from ((last, "twice"),) if REPEATED in told else ()
        elif verb:
            last = verb
            yield verb, "too late" if refused else "in time"
            yield from ((verb, "on hold"),) if resting else ()
        resting = still_resting(told, resting=resting)


def still_resting(told: list[str], *, resting: bool) -> bool:
    """Whether the journey rests after what was told."""
    for words in told:
        found = RECORDED.match(f" {words}")
        kind = found["kind"] if found else ""
        if kind == EventKind.JOURNEY_HELD:
            resting = True
        elif kind in {EventKind.JOURNEY_RELEASED, EventKind.JOURNEY_EXITED}:
            resting = False
    return resting


def spoken(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each line of a script with what was told under it."""
    line, told = "", list[str]()
    for words in text.splitlines():
        if words.startswith(" "):
            told.append(words.strip())
        elif not words.startswith(("#", "programme ", "include ")):
            yield line, told
            line, told = words, []
    yield line, told


@cache
def everything_shown() -> frozenset[tuple[str, str]]:
    texts = (path.read_text(encoding="utf-8") for path in sorted(FOLDER.rglob("*.journey")))
    return frozenset(found for text in texts for found in shown(text))


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("verb", VERBS)
def test_every_way_of_mending_has_a_golden_journey(verb: str, situation: str) -> None:
    assert (verb, situation) in everything_shown()


def test_a_rest_that_is_over_and_a_command_that_was_refused_count_for_nothing() -> None:
    text = (
        "2027-01-01 09:00 hold illness us 2027-02-01\n"
        "      1 2027-01-01 09:00 journey_held on=us review=2027-02-01 00:00\n"
        "2027-01-02 09:00 release\n"
        "      2 2027-01-02 09:00 journey_released illness\n"
        "2027-01-02 09:00 again\n"
        "    refused: The journey is not resting, so there is nothing to release.\n"
        "2027-01-03 09:00 nudge move\n"
        "    refused: There is no task j.move.1; look it up in the list of tasks.\n"
    )
    assert list(shown(text)) == [
        ("hold", "in time"),
        ("release", "in time"),
        ("release", "on hold"),
        ("nudge", "too late"),
    ]
