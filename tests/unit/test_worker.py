"""What the worker decides by itself when it is put together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from schemas.journey import Pace
from worker import walks

SECOND = timedelta(seconds=1)
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def test_in_real_time_the_courier_walks_as_it_was_told() -> None:
    assert walks(10 * SECOND, Pace()) == (10 * SECOND, None)


def test_where_days_are_short_the_courier_walks_more_often_and_never_at_the_same_hour_of_every_day() -> None:
    assert walks(10 * SECOND, Pace(wall=NOW, journey=NOW, day=20 * SECOND)) == (5 * SECOND, 5 * SECOND)
    assert walks(10 * SECOND, Pace(wall=NOW, journey=NOW, day=2 * SECOND)) == (SECOND, SECOND)
