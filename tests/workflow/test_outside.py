"""Reports from outside: each is kept, given to its journey once, and what became of it can be seen."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio.client import WorkflowQueryFailedError

from db.pool import SYSTEM
from schemas.commands import ExitJourney, RecordEvent
from schemas.events import EventKind
from schemas.journey import JourneyState
from services.errors import NotSavedYet
from services.journeys import Journeys
from services.outside.desk import dismiss, match, on_desk
from services.outside.errors import (
    BadReportId,
    NoSuchReport,
    ReportApplied,
    ReportIdTaken,
    ReportInFuture,
    ReportSeenTo,
    ReportUnderWay,
    ReportWaits,
)
from services.outside.receiving import receive
from services.outside.repair import pass_on_pending
from tests.invariants import once_each, told
from tests.workflow.harness import House, eventually, over
from tests.workflow.reporting import LATER, OFFER, ROUTE, begun, go_on, sent, settled, waiting


async def desk(house: House, *, everything: bool = False) -> list[tuple[str, str, str | None]]:
    found = await on_desk(house.db, now=datetime.now(UTC), everything=everything)
    return [(report["event"], report["status"], report["cause"]) for report in found]


async def said(house: House, event: str) -> tuple[str, str]:
    """The English sentence and what to do."""
    found = await on_desk(house.db, now=datetime.now(UTC), everything=True)
    [report] = [report for report in found if report["event"] == event]
    return report["sentence"]["en"], report["todo"]["en"]


async def test_a_report_in_time_is_applied_and_never_on_the_desk(house: House) -> None:
    async with house.worker():
        journey = await waiting(house)
        assert (await sent(house, journey)).status == "applied"
        events = await house.journal(journey)
    once_each(events, ["e1"])
    assert told(events)[-2:] == ["task_completed offer", "task_opened move"]
    assert await desk(house) == []
    assert await desk(house, everything=True) == [("e1", "applied", None)]


async def test_the_same_report_again_is_counted_and_nothing_else(house: House) -> None:
    async with house.worker():
        journey = await waiting(house)
        first = await sent(house, journey)
        again = await asyncio.gather(*(sent(house, journey) for _ in range(4)))
        events = await house.journal(journey)
    assert not first.repeated
    assert {(each.status, each.repeated) for each in again} == {("applied", True)}
    assert (await house.row("outside_events", "event", "e1"))["repeats"] == 4
    once_each(events, ["e1"])


async def test_many_who_send_the_same_report_at_once_have_it_applied_once(house: House) -> None:
    async with house.worker():
        journey = await waiting(house)
        found = await asyncio.gather(*(sent(house, journey) for _ in range(8)))
        await settled(house, "applied")
        events = await house.journal(journey)
    assert sorted(each.repeated for each in found) == [False, *[True] * 7]
    once_each(events, ["e1"])
    assert told(events).count("task_completed offer") == 1


async def test_an_id_that_said_something_else_before_is_refused_and_changes_nothing(house: House) -> None:
    async with house.worker():
        journey = await begun(house)
        await sent(house, journey)
        before = await house.row("outside_events", "event", "e1")
        for other in ({"outcome": "no_answer"}, {"type": "csn.decided"}, {"facts": ROUTE}, {"journey": "jother"}):
            with pytest.raises(ReportIdTaken) as refused:
                await sent(house, journey, **other)
        assert await house.row("outside_events", "event", "e1") == before
    assert refused.value.sentence("sv").startswith("Id e1 hör till ett besked som sade något annat")


async def test_an_early_report_waits_for_its_step_in_sight_of_the_desk(house: House) -> None:
    async with house.worker():
        journey = await begun(house)
        assert (await sent(house, journey)).status == "early"
        assert await desk(house) == [("e1", "early", None)]
        sentence, todo = await said(house, "e1")
        await go_on(house, journey)
        await settled(house, "applied")
    assert sentence == f"It came early and answers “Offer” as soon as that step opens in {journey}."
    assert todo == "Nothing needs doing."
    assert await desk(house) == []


async def test_two_early_reports_that_say_the_same_are_one_and_a_duplicate(house: House) -> None:
    async with house.worker():
        journey = await begun(house)
        await sent(house, journey, "e1")
        twin = await sent(house, journey, "e2")
    assert (twin.status, twin.cause) == ("unmatched", "duplicate")


async def test_of_two_early_reports_that_contradict_each_other_a_person_chooses(house: House) -> None:
    async with house.worker():
        journey = await begun(house)
        await sent(house, journey, "e1")
        other = await sent(house, journey, "e2", outcome="no_answer")
        await settled(house, "unmatched", "e1")
        on_it = await desk(house)
        await match(house.db, house.journeys, "e1", reason="They called", by="op", now=datetime.now(UTC))
        await go_on(house, journey)
        await settled(house, "applied", "e1")
    assert (other.status, other.cause) == ("unmatched", "contradicted")
    assert on_it == [("e1", "unmatched", "contradicted"), ("e2", "unmatched", "contradicted")]
    sentence, todo = await said(house, "e2")
    assert sentence == f"It says something else of “Offer” in {journey} than another report does; somebody must decide."
    assert todo.startswith("If this is the right one: operator match e2")
    assert await desk(house) == [("e2", "unmatched", "contradicted")]


async def test_an_early_report_that_can_be_no_answer_goes_to_the_desk_at_once_and_says_what_can(house: House) -> None:
    async with house.worker():
        journey = await begun(house)
        found = await sent(house, journey, outcome="eaten")
        sentence, todo = await said(house, "e1")
        await go_on(house, journey)
        state = await house.state(journey)
    assert (found.status, found.cause) == ("unmatched", "unknown_outcome")
    assert "cannot end with eaten; choose one of: offered, no_answer" in sentence
    assert "operator event" in todo
    assert [task.step for task in state.tasks] == ["offer"]


async def test_a_late_report_is_on_the_desk_and_one_that_says_what_is_known_is_a_duplicate(house: House) -> None:
    async with house.worker():
        journey = await waiting(house)
        await house.complete(journey, "offer", "offered")
        same = await sent(house, journey, "e1")
        other = await sent(house, journey, "e2", outcome="no_answer")
        events = await house.journal(journey)
    assert [(each.status, each.cause) for each in (same, other)] == [("unmatched", "duplicate"), ("unmatched", "late")]
    assert [event.reason for event in events if event.kind is EventKind.EVENT_REFUSED] == ["late", "late"]
    assert await said(house, "e1") == (
        f"The same has been said already of “Offer” in {journey}.",
        'operator dismiss e1 --reason "…"',
    )
    assert (await said(house, "e2"))[1].startswith("If it is right: operator match e2")


async def test_a_report_for_nobody_we_know_is_kept_without_a_journey(house: House) -> None:
    found = await sent(house, "j-of-another-office")
    assert (found.status, found.cause) == ("unmatched", "unknown_journey")
    assert (await said(house, "e1"))[0] == "No journey is called j-of-another-office."
    assert "operator match e1 --to JOURNEY" in (await said(house, "e1"))[1]


async def test_a_report_for_a_journey_that_has_ended_is_kept(house: House) -> None:
    async with house.worker():
        journey = await begun(house)
        await house.complete(journey, "welcome_call", "not_willing")
        await over(house, journey)
        found = await sent(house, journey)
    assert (found.status, found.cause) == ("unmatched", "ended")
    assert (await said(house, "e1"))[1].startswith(f"If it is to count after all: operator reopen {journey}")


async def test_a_report_that_meets_the_end_of_its_journey_is_kept(house: House) -> None:
    """The read tables still say that the journey runs."""
    async with house.worker():
        journey = await begun(house)
        await house.complete(journey, "welcome_call", "not_willing")
        await over(house, journey)
        async with house.db.acting_as(SYSTEM) as connection:
            await connection.execute("UPDATE journeys SET status = 'open' WHERE journey = $1", journey)
        assert (await sent(house, journey, patience=0)).status == "passed_on"
        async with house.db.acting_as(SYSTEM) as connection:
            await connection.execute("UPDATE journeys SET status = 'ended' WHERE journey = $1", journey)
        assert await pass_on_pending(house.db, house.journeys, datetime.now(UTC) + LATER) == 1
    assert await desk(house) == [("e1", "unmatched", "ended")]


async def test_a_journey_that_is_just_over_refuses_under_the_id_of_the_report(house: House) -> None:
    async with house.worker():
        journey = await begun(house)
        async with house.db.acting_as(SYSTEM) as locked:
            await locked.execute("SELECT FROM journeys WHERE journey = $1 FOR UPDATE", journey)
            await house.journeys.leave(journey, ExitJourney(id="bye", exit="X5"))
            assert (await sent(house, journey, patience=0)).status == "passed_on"
            await eventually(lambda: _has_refused(house, journey), "the report is refused")
        row = await settled(house, "unmatched")
        events = await house.ended(journey)
        await over(house, journey)
    assert row["cause"] == "ended"
    assert (events[-1].kind, events[-1].reason, events[-1].command) == (EventKind.EVENT_REFUSED, "journey_over", "e1")


async def _has_refused(house: House, journey: str) -> bool:
    return (await house.state(journey)).outbox[-1].kind is EventKind.EVENT_REFUSED


async def test_what_waited_when_the_journey_left_is_on_the_desk(house: House) -> None:
    async with house.worker():
        journey = await begun(house)
        await sent(house, journey)
        await house.journeys.leave(journey, ExitJourney(id="bye", by="anna", exit="X5"))
        row = await settled(house, "unmatched")
        events = await house.ended(journey)
    assert row["cause"] == "late"
    assert (await said(house, "e1"))[0] == f"The journey {journey} has ended."
    [exited] = [event for event in events if event.kind is EventKind.JOURNEY_EXITED]
    assert (exited.by, exited.command) == ("anna", "bye")


@pytest.mark.parametrize(
    ("given", "cause"),
    [
        ({"type": "nobody.knows"}, "unknown_type"),
        ({"outcome": "eaten"}, "unknown_outcome"),
        ({"facts": {"shoe_size": "large"}}, "unknown_fact"),
        ({"facts": {"route": "sea"}}, "unknown_fact_value"),
        ({"dates": {"interview_at": "2026-03-04"}}, "wrong_kind_of_date"),
        ({"dates": {"interview_at": "9999-12-31T12:00:00Z"}}, "out_of_reach"),
    ],
)
async def test_a_report_that_fits_no_step_says_why(house: House, given: dict[str, Any], cause: str) -> None:
    async with house.worker():
        journey = await waiting(house)
        found = await sent(house, journey, **given)
    assert (found.status, found.cause) == ("unmatched", cause)
    sentence, todo = await said(house, "e1")
    assert journey in sentence
    assert cause not in sentence
    assert "operator" in todo


@pytest.mark.parametrize(
    "given",
    [
        {"type": ""},
        {"type": "a\x00b"},
        {"type": 7},
        {"outcome": "granted, says Kim on the phone"},
        {"outcome": None},
        {"journey": "Kim Prov, 070-174 06 09"},
        {"facts": {"a fact": "yes"}},
        {"facts": "route=job"},
        {"dates": {"interview_at": "tomorrow"}},
    ],
)
async def test_what_cannot_be_read_is_kept_without_what_made_it_so(house: House, given: dict[str, Any]) -> None:
    found = await sent(house, "j1", **given)
    assert (found.status, found.cause) == ("unmatched", "unreadable")
    row = await house.row("outside_events", "event", "e1")
    assert not any(str(bad) in str(row) for bad in given.values() if isinstance(bad, str) and bad)
    assert (row["by"], row["facts"], row["dates"]) == ("gateway", {}, {})
    assert (await sent(house, "j1", **given)).repeated
    assert (await said(house, "e1"))[0] == "It could not be read."


async def test_what_may_say_who_somebody_is_never_reaches_the_process(house: House) -> None:
    async with house.worker():
        journey = await waiting(house)
        found = await sent(house, journey, "csn-19811228-9874")
        again = await sent(house, journey, "csn-19811228-9874")
        odd = await sent(house, journey, "e2", type="offer.made by Kim Prov")
        signals = [
            payload.data.decode()
            for history in await house.histories(journey)
            for event in history.events
            for payload in event.workflow_execution_signaled_event_attributes.input.payloads
        ]
        events = str(await house.journal(journey))
    assert found.event.startswith("report-")
    assert (found.status, again.event, again.repeated) == ("applied", found.event, True)
    assert (odd.status, odd.cause) == ("unmatched", "unknown_type")
    assert found.event in signals[0]
    assert found.event in events
    for trace in ("9811228", "Kim"):
        assert trace not in str(signals) + events


@pytest.mark.parametrize("event", ["", "has a space", "å", "x" * 129, "a\x00"])
async def test_a_report_without_a_usable_id_is_refused(house: House, event: str) -> None:
    with pytest.raises(BadReportId):
        await sent(house, "j1", event)
    assert await desk(house, everything=True) == []


async def test_a_report_cannot_have_come_in_the_future(house: House) -> None:
    with pytest.raises(ReportInFuture):
        await receive(
            house.db, house.journeys, "e1", {"journey": "j1", **OFFER}, by="gateway", now=datetime.now(UTC),
            received_at=datetime.now(UTC) + timedelta(hours=1),
        )  # fmt: skip
    assert await desk(house, everything=True) == []


# ---- crashes in between


class Crash(BaseException):
    """The process ends here."""


async def test_a_crash_between_writing_and_telling_is_made_up_for_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crash(*_: object) -> None:
        raise Crash

    async with house.worker():
        journey = await waiting(house)
        with monkeypatch.context() as patch:
            patch.setattr(Journeys, "record_event", crash)
            with pytest.raises(Crash):
                await sent(house, journey)
        assert (await house.row("outside_events", "event", "e1"))["status"] == "passed_on"
        assert await pass_on_pending(house.db, house.journeys, datetime.now(UTC)) == 0, "it may still be on its way"
        repairs = (pass_on_pending(house.db, house.journeys, datetime.now(UTC) + LATER) for _ in range(3))
        await asyncio.gather(*repairs)
        await settled(house, "applied")
        assert await pass_on_pending(house.db, house.journeys, datetime.now(UTC) + LATER) == 0
        events = await house.journal(journey)
    once_each(events, ["e1"])


async def test_what_a_journey_has_taken_in_is_not_given_to_it_again_while_the_journal_lags(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    told_again: list[str] = []
    really = Journeys.record_event

    async def counted(self: Journeys, journey: str, report: RecordEvent) -> None:
        told_again.append(report.id)
        await really(self, journey, report)

    async with house.worker():
        journey = await begun(house)
        async with house.db.acting_as(SYSTEM) as locked:
            await locked.execute("SELECT FROM journeys WHERE journey = $1 FOR UPDATE", journey)
            await house.report(journey, "offer.made", "offered", key="e1")
            await eventually(lambda: _knows(house, journey, "e1"), "the journey knows the report")
            monkeypatch.setattr(Journeys, "record_event", counted)
            # Written down after the fact, as when its row was lost with a backup.
            assert (await sent(house, journey, patience=0)).status == "passed_on"
            told_again.clear()
            await pass_on_pending(house.db, house.journeys, datetime.now(UTC) + LATER)
            assert told_again == []
        await settled(house, "early")


async def _knows(house: House, journey: str, event: str) -> bool:
    return event in (await house.state(journey)).ledger


async def test_what_the_journal_says_already_is_found_there(house: House) -> None:
    async with house.worker():
        journey = await waiting(house)
        await sent(house, journey)
        async with house.db.acting_as(SYSTEM) as connection:
            await connection.execute("DELETE FROM outside_events")
        assert (await sent(house, journey, patience=0)).status == "passed_on"
        await pass_on_pending(house.db, house.journeys, datetime.now(UTC) + LATER)
        events = await house.journal(journey)
    assert await desk(house, everything=True) == [("e1", "applied", None)]
    once_each(events, ["e1"])


async def test_while_nobody_can_be_told_reports_are_written_down(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def nobody(*_: object) -> None:
        raise NotSavedYet

    async with house.worker():
        journey = await waiting(house)
        with monkeypatch.context() as patch:
            patch.setattr(Journeys, "record_event", nobody)
            found = [await sent(house, journey, f"e{number}") for number in range(2)]
            assert await pass_on_pending(house.db, house.journeys, datetime.now(UTC) + LATER) == 0
        assert found[0].status == "passed_on"
        assert await desk(house) == [("e1", "unmatched", "duplicate")]
        await pass_on_pending(house.db, house.journeys, datetime.now(UTC) + LATER)
        await settled(house, "applied", "e0")


async def test_a_journey_that_cannot_be_asked_does_not_keep_others_from_being_told(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nobody(*_: object) -> None:
        raise NotSavedYet

    really = Journeys.state

    async def sick(self: Journeys, journey: str) -> JourneyState:
        if journey == first:
            raise WorkflowQueryFailedError("wedged")
        return await really(self, journey)

    async with house.worker():
        first, second = await waiting(house), await waiting(house)
        with monkeypatch.context() as patch:
            patch.setattr(Journeys, "record_event", nobody)
            for number, journey in enumerate((first, second)):
                await sent(house, journey, f"e{number}")
        with monkeypatch.context() as patch:
            patch.setattr(Journeys, "state", sick)
            assert await pass_on_pending(house.db, house.journeys, datetime.now(UTC) + LATER) == 1
        await settled(house, "applied")
        await pass_on_pending(house.db, house.journeys, datetime.now(UTC) + LATER)
        await settled(house, "applied", "e0")


# ---- laying aside


async def test_a_report_is_laid_aside_once_and_with_a_reason(house: House) -> None:
    await sent(house, "jnobody")
    tries = [dismiss(house.db, "e1", reason=f"Because {n}", by=f"op{n}", now=datetime.now(UTC)) for n in range(4)]
    found = await asyncio.gather(*tries, return_exceptions=True)
    assert [type(each) for each in found if each] == [ReportSeenTo] * 3
    row = await house.row("outside_events", "event", "e1")
    reason = await house.row("reasons", "reason", row["handled_why"])
    assert reason["words"] == f"Because {row['handled_by'][-1]}"
    async with house.db.acting_as(SYSTEM) as connection:
        assert await connection.fetchval("SELECT count(*) FROM reasons") == 1
    assert await desk(house) == []
    assert (await said(house, "e1"))[0] == f"It has been dismissed by {row['handled_by']}."


@pytest.mark.parametrize(
    ("status", "refusal"),
    [("applied", ReportApplied), ("early", ReportWaits), ("passed_on", ReportUnderWay), (None, NoSuchReport)],
)
async def test_only_what_fits_nowhere_can_be_laid_aside(house: House, status: str | None, refusal: type) -> None:
    await sent(house, "jnobody")
    async with house.db.acting_as(SYSTEM) as connection:
        if status is None:
            await connection.execute("DELETE FROM outside_events")
        else:
            await connection.execute("UPDATE outside_events SET status = $1", status)
    with pytest.raises(refusal):
        await dismiss(house.db, "e1", reason="Because", by="op", now=datetime.now(UTC))
    async with house.db.acting_as(SYSTEM) as connection:
        assert await connection.fetchval("SELECT count(*) FROM reasons") == 0
