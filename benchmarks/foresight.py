"""How long it takes to foresee: what comes in 90 days, what a command would do, what a version would do to a journey.

Journeys of a programme are driven through their lives as in `benchmarks.engine`; each is asked at every command that it
meets. Run with `python -m benchmarks.foresight [PROGRAMME]`.
"""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import timedelta

from benchmarks.engine import Met, lives
from journey.forecast import forecast, foresee
from journey.preview import preview
from schemas.programme import Programme
from tests.programmes import programme

AHEAD = timedelta(days=90)
EVERY = 7
"""One of so many moments is asked."""


def main(name: str) -> None:
    """Print the median and the 99th percentile of each."""
    found = programme(name).riding()
    met = lives(found)[::EVERY]
    other = _stricter(found)
    gc.collect()
    gc.freeze()
    _tell(f"forecast of {AHEAD.days} days", met, lambda one: forecast(one.state, one.now, one.now + AHEAD))
    _tell("dry run of a completion", met, lambda one: foresee(one.state, one.command, one.now))
    _tell("preview of a version", met, lambda one: preview(one.state, other, one.now))


def _stricter(found: Programme) -> Programme:
    """Another version of which every step that has a clock is due a day earlier, so that everything is timed anew."""
    steps = {
        name: step.but(due=step.due.but(days=step.due.days - 1)) if step.due is not None and step.due.days else step
        for name, step in found.steps.items()
    }
    return found.but(version=found.version + 1, steps=steps)


def _tell(what: str, met: Sequence[Met], ask: Callable[[Met], object]) -> None:
    taken = sorted(_seconds(ask, one) * 1000 for one in met)
    high = taken[int(len(taken) * 0.99) - 1]
    middle = statistics.median(taken)
    print(f"foresight: {what}: {middle:.1f} ms, 99 of 100 within {high:.1f} ms ({len(taken):,} asked)")


def _seconds(ask: Callable[[Met], object], one: Met) -> float:
    began = time.process_time()
    ask(one)
    return time.process_time() - began


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "relocate")
