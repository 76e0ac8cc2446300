"""What a task queue tells of whether a worker is there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from temporalio.api.taskqueue.v1 import PollerInfo, TaskQueueStats
from temporalio.api.workflowservice.v1 import DescribeTaskQueueResponse

from services.stuck.course import away_since

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def queue(asked: float | None, lying: float | None) -> DescribeTaskQueueResponse:
    """A queue where somebody asked for work, and where work has been lying, so many seconds ago."""
    pollers = []
    if asked is not None:
        stamp = Timestamp()
        stamp.FromDatetime(NOW - timedelta(seconds=asked))
        pollers.append(PollerInfo(last_access_time=stamp))
    age = Duration()
    age.FromTimedelta(timedelta(seconds=lying or 0))
    stats = TaskQueueStats(approximate_backlog_count=int(lying is not None), approximate_backlog_age=age)
    return DescribeTaskQueueResponse(pollers=pollers, stats=stats)


@pytest.mark.parametrize(
    ("asked", "lying", "away"),
    [
        (0, None, None),
        (59, None, None),  # it asks once a minute
        (80, None, 80),
        (20, 5, None),  # it may come for it yet
        (20, 15, 20),
        (2, 15, None),  # it is busy, but it asks
        (None, None, 300),
        (None, 900, 900),
    ],
)
def test_a_worker_is_away_when_it_asks_no_more_or_leaves_work_lying(
    asked: float | None, lying: float | None, away: float | None
) -> None:
    expected = None if away is None else NOW - timedelta(seconds=away)
    assert away_since(queue(asked, lying), NOW) == expected
