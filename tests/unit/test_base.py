"""The base types of every schema."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from schemas.base import DateOrTime

DATE_OR_TIME: TypeAdapter[date | datetime] = TypeAdapter(DateOrTime)


def test_midnight_stays_a_time_and_a_date_stays_a_date() -> None:
    assert DATE_OR_TIME.validate_python("2026-11-23T00:00:00Z") == datetime(2026, 11, 23, tzinfo=UTC)
    assert DATE_OR_TIME.validate_json('"2026-11-23T00:00:00Z"') == datetime(2026, 11, 23, tzinfo=UTC)
    assert type(DATE_OR_TIME.validate_python("2026-11-23")) is date
    assert type(DATE_OR_TIME.validate_python(date(2026, 11, 23))) is date


def test_a_time_without_a_zone_is_refused_rather_than_cut_to_a_date() -> None:
    with pytest.raises(ValidationError):
        DATE_OR_TIME.validate_python(datetime(2026, 11, 23, 3, 0))
