"""Every timeout and retry, by name. Nothing else in the project states one.

`JOURNAL` and `ACTION` never give up: a journey keeps its time while Postgres is away and catches up when it is back.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TypedDict

from temporalio.common import RetryPolicy


class ActivityPolicy(TypedDict):
    """What an activity call is given besides its argument."""

    start_to_close_timeout: timedelta
    retry_policy: RetryPolicy


STEADY = RetryPolicy(
    initial_interval=timedelta(seconds=1), backoff_coefficient=2, maximum_interval=timedelta(seconds=30)
)
"""For what must happen in the end: soon again at first, then twice a minute, for ever."""

JOURNAL: ActivityPolicy = {"start_to_close_timeout": timedelta(seconds=10), "retry_policy": STEADY}
"""Writing the journal: a short transaction."""

ACTION: ActivityPolicy = {"start_to_close_timeout": timedelta(seconds=10), "retry_policy": STEADY}
"""An automatic step. While it fails, the step's own clock reminds and escalates."""

LETS_GO = "lets_actions_go"
"""The patch by which a journey gives up an action that is no longer wanted; older histories do without."""

JOURNAL_BATCH = 200
"""How many events one write takes; more wait for the next write."""

CHECKPOINT_AFTER = 1_500
"""History events after which a journey continues as a new run."""

CHECKPOINT_PATIENCE = timedelta(seconds=10)
"""How long a checkpoint lets a running write finish before it leaves it to the next run."""

DELIVERY = ActivityPolicy(
    start_to_close_timeout=timedelta(minutes=10),
    retry_policy=RetryPolicy(
        initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30), maximum_attempts=10
    ),
)
"""One round of the courier: it stops by itself after two minutes and one letter. While Postgres is away it gives up
after some minutes; the schedule soon starts another."""

DELIVERY_HEARTBEAT = timedelta(seconds=45)
"""How long a worker that delivers may be silent before another takes over."""

DELIVERY_ROUNDS = 50
"""How many rounds one courier makes at most; what is then left waits for the next."""

COURIER_RUN = timedelta(hours=2)
"""How long a courier may exist: one that is stuck must not keep the next from starting for ever."""

COURIER_CATCH_UP = timedelta(minutes=1)
"""A courier missed while the server was away is made up for once at most: the next one delivers everything."""

BULK: ActivityPolicy = {"start_to_close_timeout": timedelta(minutes=5), "retry_policy": STEADY}
"""Some turns of an act for many journeys: seconds, or a minute where journeys do not answer. While Postgres is away it
is tried again and again."""

BULK_HEARTBEAT = timedelta(seconds=10)
"""How long a worker that gives journeys their turns may be silent before another takes over."""

BULK_PAUSE = timedelta(seconds=10)
"""How long an act for many rests when no journey answers."""
