"""Dates and times as pages say them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from console.rendering import any_time


@pytest.mark.parametrize(
    "winter", ["2027-02-26T16:00", "2027-02-26T15:00:00+00:00", datetime(2027, 2, 26, 15, tzinfo=UTC)]
)
def test_a_time_that_was_typed_is_on_the_wall_already(winter: str | datetime) -> None:
    assert any_time(winter, "sv") == "fredag 26 februari 2027 kl. 16.00"


def test_a_day_stays_a_day() -> None:
    assert any_time("2027-07-01", "en") == any_time(date(2027, 7, 1), "en") == "Thursday 1 July 2027"
