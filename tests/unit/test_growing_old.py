"""What is known of somebody who comes back: results that grow old are asked for again."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.journey import Result
from schemas.programme import Programme
from tests.driving import Drive, at, variant


def growing_old(**valid: dict[str, int]) -> Programme:
    """The sample, where the results of these steps are kept for so long."""

    def change(plan: dict[str, Any]) -> None:
        for step, offset in valid.items():
            plan["steps"][step].update(valid=offset, keep=True)

    return variant(change)


def left(programme: Programme) -> Drive:
    """An offer on Monday 2 March, declined on the Wednesday."""
    drive = Drive(programme=programme).booked().complete("offer", "offered")
    return drive.to("2026-03-04 10:00").complete("move", "declined")


@pytest.mark.parametrize(
    ("valid", "last", "first_too_late"),
    [
        ({"days": 30}, "2026-04-01 23:59", "2026-04-02 00:01"),
        ({"working_days": 5}, "2026-03-09 23:00", "2026-03-10 00:00"),
        ({"office_hours": 17}, "2026-03-04 08:59", "2026-03-04 09:01"),
    ],
)
def test_a_result_stands_until_the_last_day_of_its_time_is_over(
    valid: dict[str, int], last: str, first_too_late: str
) -> None:
    programme = growing_old(offer=valid)
    drive = Drive(programme=programme).booked().complete("offer", "offered").exit()
    assert "offer" in drive.to(last).reopen().state.results
    drive = Drive(programme=programme).booked().complete("offer", "offered").exit()
    drive.to(first_too_late).reopen()
    assert "offer" not in drive.state.results
    assert drive.last[0].expired == ("offer",)


def test_what_stands_and_what_has_grown_old_is_said_in_the_programmes_order() -> None:
    drive = left(growing_old(offer={"days": 30}, interview={"days": 300})).to("2026-05-04 10:00").reopen()
    assert (drive.last[0].kept, drive.last[0].expired) == (("interview", "enrolled"), ("offer",))


def test_what_has_grown_old_is_asked_for_again_where_it_is_not_behind_the_step() -> None:
    drive = left(growing_old(welcome_call={"days": 30})).to("2026-05-04 10:00").reopen(step="interview")
    assert set(drive.open) == {"welcome_call", "interview"}
    assert drive.last[0].expired == ("welcome_call",)


def test_the_step_that_the_person_comes_back_at_is_neither_kept_nor_too_old() -> None:
    drive = left(growing_old(offer={"days": 300}, interview={"days": 3})).to("2026-05-04 10:00")
    drive.reopen(step="offer")
    assert drive.last[0].kept == ("intake", "assignment", "welcome_call", "enrolled")
    assert drive.last[0].expired == ("interview",)
    drive = left(growing_old(offer={"days": 3})).to("2026-05-04 10:00").reopen(step="offer")
    assert drive.last[0].expired == ()


def test_a_step_that_was_waived_for_a_time_is_asked_for_again_after_it() -> None:
    for expires, kept in (("2026-04-01 00:00", False), ("2026-06-01 00:00", True)):
        drive = left(variant(lambda _: None))
        waived = Result(generation=1, outcome="booked", at=at("2026-03-02 10:00"), waived=True, expires_at=at(expires))
        drive.state = drive.state.but(results={**drive.state.results, "interview": waived})
        drive.to("2026-05-04 10:00").reopen(step="offer")
        assert ("interview" in drive.state.results) is kept


def test_a_programme_in_which_nothing_grows_old_says_nothing_of_it() -> None:
    reopened = left(variant(lambda _: None)).reopen().last[0]
    assert (reopened.kept, reopened.expired) == ((), ())


def test_dates_that_have_passed_are_left_as_they_are() -> None:
    drive = left(growing_old(offer={"days": 30})).to("2026-05-04 10:00").reopen()
    assert drive.state.dates["interview_at"] == at("2026-03-10 13:00")
