"""The base types of every schema."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from schemas.base import DateOrTime, Instant, one_line

DATE_OR_TIME: TypeAdapter[date | datetime] = TypeAdapter(DateOrTime)


def test_midnight_stays_a_time_and_a_date_stays_a_date() -> None:
    assert DATE_OR_TIME.validate_python("2026-11-23T00:00:00Z") == datetime(2026, 11, 23, tzinfo=UTC)
    assert DATE_OR_TIME.validate_json('"2026-11-23T00:00:00Z"') == datetime(2026, 11, 23, tzinfo=UTC)
    assert type(DATE_OR_TIME.validate_python("2026-11-23")) is date
    assert type(DATE_OR_TIME.validate_python(date(2026, 11, 23))) is date


def test_a_time_beyond_the_last_day_there_is_is_refused_and_does_not_break() -> None:
    for text in ("9999-12-31T23:59:00-14:00", "0001-01-01T00:00:00+14:00"):
        with pytest.raises(ValidationError, match="out of reach"):
            TypeAdapter(Instant).validate_python(text)


def test_a_time_without_a_zone_is_refused_rather_than_cut_to_a_date() -> None:
    with pytest.raises(ValidationError):
        DATE_OR_TIME.validate_python(datetime(2026, 11, 23, 3, 0))


def test_a_line_may_hold_what_people_write_and_nothing_that_hides_the_rest() -> None:
    for text in (
        "10\N{NO-BREAK SPACE}000 kr",
        "علی\N{ZERO WIDTH NON-JOINER}رضا",
        "👩\N{ZERO WIDTH JOINER}💻 ringer",
        "Åsa",
    ):
        assert one_line(text), text
    for text in ("a\nb", "a\x00", "a\tb", "\N{RIGHT-TO-LEFT OVERRIDE}a", "a\N{LINE SEPARATOR}b", "\N{SOFT HYPHEN}"):
        assert not one_line(text), ascii(text)
