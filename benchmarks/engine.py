"""How many commands the engine decides a second on one core, without Temporal and without Postgres.

Journeys of a programme are first driven through their lives, with a seeded choice among the outcomes, and every
command is kept with the state it met. Then each round decides all of them again; only that is timed, in processor
time. Run with `python -m benchmarks.engine [PROGRAMME]`.
"""

from __future__ import annotations

import gc
import random
import statistics
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from journey import engine
from schemas.commands import CompleteTask, StartJourney
from schemas.journey import JourneyState, Status
from schemas.programme import Outcome, Programme
from tests.programmes import programme

ROUNDS = 9
SEED = 2026
JOURNEYS = 60
MOST_COMMANDS = 80
START = datetime(2026, 11, 23, 8, tzinfo=UTC)


class Met(NamedTuple):
    """A command and the state it met."""

    state: JourneyState
    command: CompleteTask
    now: datetime


def main(name: str) -> None:
    """Print the median over rounds."""
    met = lives(programme(name).riding())
    gc.collect()
    gc.freeze()
    one_round(met)
    rates = [one_round(met) for _ in range(ROUNDS)]
    print(
        f"engine: {statistics.median(rates):,.0f} commands decided a second on one core "
        f"(median of {ROUNDS} rounds, {min(rates):,.0f} to {max(rates):,.0f}; {len(met):,} commands a round, "
        f"programme {name})"
    )


def one_round(met: list[Met]) -> float:
    """Decide every command once more; commands for each second of processor time."""
    began = time.process_time()
    for state, command, now in met:
        engine.decide(state, command, now)
    return len(met) / (time.process_time() - began)


def lives(found: Programme) -> list[Met]:
    """Every command of many journeys, from interest to the end."""
    chance = random.Random(SEED)
    return [met for number in range(JOURNEYS) for met in life(found, f"j{number}", chance)]


def life(found: Programme, journey: str, chance: random.Random) -> Iterator[Met]:
    """The commands of one journey."""
    now = START
    state = engine.start(StartJourney(id="start", journey=journey, programme=found, received_at=now), now).state
    for turn in range(MOST_COMMANDS):
        now += timedelta(minutes=chance.randrange(1, 60))
        state, _ = engine.advance(state.written(state.seq), now)
        command = next_command(state, chance, turn)
        if command is None:
            return
        state = state.written(state.seq)
        yield Met(state, command, now)
        state = engine.decide(state, command, now).state


def next_command(state: JourneyState, chance: random.Random, turn: int) -> CompleteTask | None:
    """A completion of some open task, one that goes on where the step has one."""
    if state.status is Status.ENDED or not state.tasks:
        return None
    task = chance.choice(state.tasks)
    step = state.programme.steps[task.step]
    going = [name for name, outcome in step.outcomes.items() if outcome.go_on] or list(step.outcomes)
    name = chance.choice(going)
    facts, dates = _answers(state.programme, step.outcomes[name], chance)
    return CompleteTask(id=f"c{turn}", task=task.id, outcome=name, facts=facts, dates=dates)


def _answers(
    found: Programme, outcome: Outcome, chance: random.Random
) -> tuple[dict[str, str], dict[str, date | datetime]]:
    moment = START + timedelta(days=90)
    facts = {fact: chance.choice(list(found.facts[fact].values)) for fact in outcome.asks}
    return facts, {name: moment if found.dates[name].minutes else moment.date() for name in outcome.asks_dates}


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "relocate")
