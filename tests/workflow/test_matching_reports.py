"""Reports that fitted nowhere are applied by hand, as if they had come in time: once, whoever tries."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from db.pool import SYSTEM
from journey.errors import JourneyOver, Refusal
from schemas.commands import Command, ExitJourney, ReopenJourney
from schemas.events import EventKind
from schemas.journey import Receipt
from services.errors import NoSuchJourney, NotSavedYet
from services.journeys import Journeys, RefusedByJourney
from services.mending.acts import Mended
from services.mending.errors import NeedsReason, ReasonTooLong
from services.outside.desk import dismiss, match
from services.outside.errors import (
    NoSuchReport,
    ReportApplied,
    ReportQueued,
    ReportSeenTo,
    ReportUnderWay,
    ReportUnreadable,
    ReportWaits,
)
from services.outside.repair import pass_on_pending
from tests.invariants import once_each, told
from tests.workflow.harness import House, over
from tests.workflow.reporting import LATER, begun, go_on, report, sent, settled, waiting


async def matched(house: House, event: str = "e1", by: str = "op", **how: Any) -> Mended:
    how = {"reason": "They called and said so", **how}
    return await match(house.db, house.journeys, event, by=by, now=datetime.now(UTC), **how)


async def late(house: House) -> str:
    """A journey that goes on with an offer, although the report came afterwards that there is none."""
    journey = await waiting(house)
    await house.complete(journey, "offer", "offered")
    found = await sent(house, journey, outcome="no_answer")
    assert (found.status, found.cause) == ("unmatched", "late")
    return journey


async def reasons(house: House) -> list[str]:
    async with house.db.acting_as(SYSTEM) as connection:
        return [row["words"] for row in await connection.fetch("SELECT words FROM reasons ORDER BY words")]


async def test_a_late_report_opens_its_step_anew_and_answers_it(house: House) -> None:
    async with house.worker():
        journey = await late(house)
        done = await matched(house)
        events = await house.written(journey, done.receipt.seq)
        row = await settled(house, "applied")
    assert f"{journey}.move.1" in done.receipt.closed
    assert f"{journey}.interview.2" in done.receipt.opened
    [answered] = [event for event in events if event.kind is EventKind.TASK_COMPLETED and event.outcome == "no_answer"]
    assert (answered.by, answered.report, answered.task and answered.task.generation) == ("op", "offer.made", 2)
    assert (row["matched"], row["handled_by"], row["cause"]) == (journey, "op", "late")
    assert answered.why == row["handled_why"]
    assert await reasons(house) == ["They called and said so"]


async def test_a_report_for_nobody_we_know_is_applied_to_the_journey_it_was_about(house: House) -> None:
    async with house.worker():
        journey = await waiting(house)
        await sent(house, "j-as-they-call-it")
        with pytest.raises(NoSuchJourney):
            await matched(house)
        await matched(house, to=journey)
        row = await settled(house, "applied")
    assert (row["journey"], row["matched"], row["cause"]) == ("j-as-they-call-it", journey, "unknown_journey")


async def test_one_that_is_early_for_its_journey_waits_there_and_answers(house: House) -> None:
    async with house.worker():
        journey = await begun(house)
        await sent(house, "jnobody")
        await matched(house, to=journey)
        await settled(house, "early")
        with pytest.raises(ReportWaits):
            await matched(house, to=journey)
        await go_on(house, journey)
        await settled(house, "applied")
        events = await house.journal(journey)
    assert told(events).count("task_completed offer") == 1


async def test_what_the_journey_refuses_stays_on_the_desk_without_a_trace(house: House) -> None:
    async with house.worker():
        journey = await begun(house)
        await house.complete(journey, "welcome_call", "not_willing")
        await over(house, journey)
        await sent(house, journey)
        before = await report(house)
        with pytest.raises(JourneyOver):
            await matched(house)
        assert await report(house) == before
        assert await reasons(house) == []
        await house.journeys.reopen(journey, await house.state(journey), ReopenJourney(id="back"))
        await matched(house)
        await settled(house, "early")


async def test_one_whose_answer_does_not_fit_says_what_does(house: House) -> None:
    async with house.worker():
        journey = await waiting(house)
        await sent(house, journey, outcome="eaten")
        with pytest.raises(RefusedByJourney) as refused:
            await matched(house)
    assert refused.value.code == "unknown_outcome"
    assert "offered, no_answer" in refused.value.sentence("en")
    assert (await report(house))["status"] == "unmatched"


async def test_of_two_who_match_the_same_report_at_once_one_does_and_the_other_is_told(house: House) -> None:
    async with house.worker():
        journey, other = await late(house), await waiting(house)
        tries = [matched(house, by=f"op{n}", to=each) for n, each in enumerate((journey, other, journey, other))]
        found = await asyncio.gather(*tries, return_exceptions=True)
        await settled(house, "applied")
        lives = [await house.journal(each) for each in (journey, other)]
    assert [isinstance(each, Mended) for each in found].count(True) == 1
    assert {type(each) for each in found if not isinstance(each, Mended)} <= {ReportUnderWay, ReportApplied}
    assert (
        sum(event.report == "offer.made" and event.kind is EventKind.TASK_COMPLETED for each in lives for event in each)
        == 1
    )
    assert len(await reasons(house)) == 1


async def test_a_report_is_never_applied_twice(house: House) -> None:
    async with house.worker():
        journey = await late(house)
        await matched(house)
        await settled(house, "applied")
        with pytest.raises(ReportApplied) as refused:
            await matched(house)
        assert journey in refused.value.sentence("en")
        assert (await sent(house, journey, outcome="no_answer")).repeated
        # Not even if the desk has forgotten that it was.
        async with house.db.acting_as(SYSTEM) as connection:
            await connection.execute("UPDATE outside_events SET status = 'unmatched', matched = NULL, command = NULL")
        with pytest.raises(RefusedByJourney) as twice:
            await matched(house)
    assert twice.value.code == "report_applied"


async def test_one_that_was_laid_aside_by_mistake_is_applied_after_all(house: House) -> None:
    async with house.worker():
        await late(house)
        await dismiss(house.db, "e1", reason="No", by="op", now=datetime.now(UTC))
        with pytest.raises(ReportSeenTo):
            await dismiss(house.db, "e1", reason="No", by="op", now=datetime.now(UTC))
        await matched(house, reason="Yes")
        await settled(house, "applied")
    assert await reasons(house) == ["No", "Yes"]


@pytest.mark.parametrize(
    ("reason", "refusal"), [(" ", NeedsReason), ("x" * 501, ReasonTooLong), ("a\x00", ReasonTooLong)]
)
async def test_it_needs_a_reason(house: House, reason: str, refusal: type[Refusal]) -> None:
    async with house.worker():
        await late(house)
        before = await report(house)
        with pytest.raises(refusal):
            await matched(house, reason=reason)
        with pytest.raises(refusal):
            await dismiss(house.db, "e1", reason=reason, by="op", now=datetime.now(UTC))
        assert await report(house) == before


async def test_what_is_not_there_or_could_not_be_read_is_refused(house: House) -> None:
    async with house.worker():
        journey = await waiting(house)
        with pytest.raises(NoSuchReport):
            await matched(house)
        await sent(house, journey, outcome="granted, says Kim")
        with pytest.raises(ReportUnreadable):
            await matched(house)


# ---- cut off


class Crash(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("sends", [False, True])
async def test_what_an_operator_began_is_finished_once_after_a_crash(
    house: House, monkeypatch: pytest.MonkeyPatch, *, sends: bool
) -> None:
    really = Journeys.perform

    async def crash(self: Journeys, journey: str, command: Command) -> Receipt:
        if sends:
            await really(self, journey, command)
        raise Crash

    async with house.worker():
        journey = await late(house)
        with monkeypatch.context() as patch:
            patch.setattr(Journeys, "perform", crash)
            with pytest.raises(Crash):
                await matched(house)
        if not sends:
            with pytest.raises(ReportUnderWay):
                await matched(house)
        repairs = (pass_on_pending(house.db, house.journeys, datetime.now(UTC) + LATER) for _ in range(3))
        await asyncio.gather(*repairs)
        row = await settled(house, "applied")
        events = await house.journal(journey)
    once_each(events, [row["command"]])
    assert {event.by for event in events if event.command == row["command"]} == {"op"}


async def test_what_an_operator_began_and_the_journey_refuses_later_is_on_the_desk_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nobody(*_: object) -> None:
        raise NotSavedYet

    async with house.worker():
        journey = await late(house)
        with monkeypatch.context() as patch:
            patch.setattr(Journeys, "perform", nobody)
            with pytest.raises(ReportQueued) as queued:
                await matched(house)
            assert await pass_on_pending(house.db, house.journeys, datetime.now(UTC) + LATER) == 0
        assert "e1" in queued.value.sentence("sv")
        await house.journeys.leave(journey, ExitJourney(id="bye", exit="X5"))
        await over(house, journey)
        await pass_on_pending(house.db, house.journeys, datetime.now(UTC) + LATER)
    row = await report(house)
    assert (row["status"], row["cause"], row["matched"], row["command"]) == ("unmatched", "late", None, None)
