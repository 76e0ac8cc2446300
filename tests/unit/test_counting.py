"""Counted activities: who took part, not who was expected."""

from __future__ import annotations

from typing import Any

from tests.driving import Drive, variant
from tests.sample import outcome


def _counted(plan: dict[str, Any]) -> None:
    interview = plan["steps"]["interview"]
    interview["counts"] = "job_interview"
    interview["outcomes"]["no_show"] = outcome("Did not come", counts=False, exit="X5")


def test_who_took_part_is_counted_and_who_did_not_come_is_not() -> None:
    programme = variant(_counted)
    came = Drive(programme=programme).booked("job")
    stayed_away = Drive(programme=programme).complete("welcome_call", "willing", facts={"route": "job"})
    stayed_away = stayed_away.complete("interview", "no_show")
    assert [event.counts for event in came.log if event.step == "interview" and event.outcome] == ["job_interview"]
    assert [event.counts for event in stayed_away.log if event.step == "interview" and event.outcome] == [None]
