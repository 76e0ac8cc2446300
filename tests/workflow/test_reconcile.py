"""What Temporal knows and what Postgres has are compared: what can be mended is, and what cannot is said."""

from __future__ import annotations

import asyncio
import copy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest

from db.pool import SYSTEM
from schemas.base import Language
from schemas.commands import HoldJourney, JoinInterest
from schemas.events import EventKind
from schemas.journey import JourneyState
from schemas.mending import CorrectIdentity, CoverStaff, NudgeTask
from schemas.programme import Programme
from services.errors import NoSuchJourney
from services.journeys import Journeys
from services.publish import publish
from services.repair import reconcile
from services.repair.rebuilding import rebuild, rebuild_all
from services.repair.reconcile import Finding, Reconciled, Reconciliation
from services.repair.words import What
from tests.invariants import once_each
from tests.sample import PLAN
from tests.workflow.harness import MONDAY, House, eventually, over
from workflows.journey import ParticipantJourney
from workflows.messages import JourneyInput
from workflows.names import journey_workflow_id

INTERVIEW = MONDAY + timedelta(days=20)
ROUTE = {"route": "job"}


def comparison(house: House, *, mend: bool = True, patience: float = 20, turn_back: bool = False) -> Reconciliation:
    journeys, now = Journeys(house.client, house.pace, timedelta(seconds=patience)), datetime.now(UTC)
    return Reconciliation(house.db, house.client, journeys, now=now, mend=mend, turn_back=turn_back)


async def compared(house: House, **how: Any) -> Reconciled:
    return await comparison(house, **how).all(lambda _done, _total: None, task_queue=house.queue)


def told(found: Reconciled) -> list[tuple[What, bool]]:
    return [(finding.what, finding.mended) for finding in found.findings]


async def run(house: House, query: str, *values: object) -> list[dict[str, Any]]:
    async with house.db.acting_as(SYSTEM) as connection:
        return [dict(row) for row in await connection.fetch(query, *values)]


async def everything(house: House) -> dict[str, list[dict[str, Any]]]:
    """All that a comparison may change."""
    tables = {
        "journeys": "journey",
        "journal": "journey, seq",
        "tasks": "task",
        "notices": "notice",
        "people": "person",
    }
    tables |= {"programmes": "version", "outside_events": "event"}
    return {table: await run(house, f"SELECT * FROM {table} ORDER BY {key}") for table, key in tables.items()}


async def lived(house: House) -> str:
    """A journey that has come some way, with everything written."""
    journey = await house.begin()
    await house.settled(journey)
    receipt = await house.complete(journey, "welcome_call", "willing", facts=ROUTE, submission="form-1")
    await house.written(journey, receipt.seq)
    return journey


async def ended(house: House) -> str:
    journey = await house.begin()
    await house.settled(journey)
    await house.complete(journey, "welcome_call", "not_willing")
    await over(house, journey)
    return journey


async def test_what_is_in_order_is_left_as_it_is(house: House) -> None:
    async with house.worker():
        await lived(house)
        await ended(house)
        before = await everything(house)
        found = await compared(house)
    assert (found.checked, found.in_order, found.findings) == (2, 2, [])
    assert await everything(house) == before


# ---- the journal lacks events


@pytest.mark.parametrize("lost", ["seq > 3", "seq IN (2, 3)", "seq = 1", "true"])
async def test_events_that_are_missing_come_back_each_in_its_place(house: House, lost: str) -> None:
    async with house.worker():
        journey, other = await lived(house), await lived(house)
        before = await everything(house)
        await run(house, f"DELETE FROM journal WHERE journey = $1 AND {lost}", journey)
        if lost == "seq > 3":
            await run(house, "UPDATE journeys SET seq = 3 WHERE journey = $1", journey)
        found = await compared(house)
        receipt = await house.complete(journey, "interview", "booked", dates={"interview_at": MONDAY})
        await house.written(journey, receipt.seq)
    assert told(found) == [(What.BEHIND, True)]
    assert (found.findings[0].journey, found.in_order) == (journey, 1)
    after = await everything(house)
    mine = [[row["event"] for row in each["journal"] if row["journey"] == journey] for each in (before, after)]
    assert mine[1][: len(mine[0])] == mine[0]
    assert [row for row in after["tasks"] if row["journey"] == other] == [
        row for row in before["tasks"] if row["journey"] == other
    ]


async def test_what_happened_in_earlier_runs_is_found_there(house: House) -> None:
    async with house.worker():
        journey = await house.begin()
        await house.settled(journey)
        for number in range(3):
            await house.journeys.join(journey, JoinInterest(id=f"c{number}", received_at=MONDAY))
            await house.settled(journey)
            await house.checkpointed(journey)
        before = await house.journal(journey)
        await run(house, "DELETE FROM journal")
        await run(house, "UPDATE journeys SET seq = 0")
        found = await compared(house)
        assert await house.journal(journey) == before
    assert told(found) == [(What.BEHIND, True)]
    once_each(before, ["c0", "c1", "c2"])


async def test_what_no_history_remembers_is_said_and_nothing_is_guessed(house: House) -> None:
    async with house.worker():
        journey = await house.begin()
        await house.settled(journey)
        first = await house.run_of(journey)
        await house.checkpointed(journey)
        await house.journeys.join(journey, JoinInterest(id="c1", received_at=MONDAY))
        await house.settled(journey)
        await _forget(house, journey, first)
        await run(house, "DELETE FROM journal WHERE seq > 2")
        await run(house, "UPDATE journeys SET seq = 2")
        before = await everything(house)
        found = await compared(house)
    assert told(found) == [(What.INCOMPLETE, False)]
    assert "are neither in the journal nor in Temporal" in found.findings[0].sentence.en
    assert await everything(house) == before


async def _forget(house: House, journey: str, run_id: str) -> None:
    """Temporal forgets a run, as it does once retention has passed."""
    execution = WorkflowExecution(workflow_id=journey_workflow_id(journey), run_id=run_id)
    await house.client.workflow_service.delete_workflow_execution(
        DeleteWorkflowExecutionRequest(namespace=house.client.namespace, workflow_execution=execution)
    )

    async def gone() -> bool:
        query = f"WorkflowId = '{journey_workflow_id(journey)}'"
        return run_id not in [found.run_id async for found in house.client.list_workflows(query)]

    await eventually(gone, "the run is forgotten")


async def test_a_form_that_was_lost_with_the_database_is_said(house: House) -> None:
    async with house.worker():
        journey = await lived(house)
        await run(house, "DELETE FROM journal WHERE seq > 3")
        await run(house, "UPDATE journeys SET seq = 3")
        found = await compared(house)
    [finding] = found.findings
    assert (finding.journey, finding.forms, finding.mended) == (journey, ("welcome_call",), True)
    assert finding.sentence.sv.endswith("Formulären till welcome_call är borta.")
    assert finding.todo.en == "Ask again for what stood in the forms."
    assert found.left == [finding]


async def test_a_correction_of_who_it_is_counts_as_no_lost_form(house: House) -> None:
    """It belongs to no step; who the person is stands in the person's row, or is asked for by itself."""
    async with house.worker():
        journey = await lived(house)
        command = CorrectIdentity.made(id="c-1", by="lena", why="w-1", submission="form-2", fields=("email",))
        receipt = await Journeys(house.client, house.pace).perform(journey, command)
        await house.written(journey, receipt.seq)
        await run(house, "DELETE FROM journal WHERE seq > 3")
        await run(house, "UPDATE journeys SET seq = 3")
        found = await compared(house)
    [finding] = found.findings
    assert finding.forms == ("welcome_call",)


async def test_reports_that_nobody_could_read_do_not_stand_in_the_way(house: House) -> None:
    async with house.worker():
        journey = await lived(house)
        for bad in (
            [None],
            [b"\x00"],
            [{"id": "e1"}],
            [{"id": "e2", "type": "a\x00b", "outcome": "x"}],
            [],
            ["a", "b"],
        ):
            await house.journeys.handle(journey).signal("record_event", args=bad)
        await house.report(journey, "offer.made", "offered", key="e3")
        await house.written(journey, 0, EventKind.EVENT_PARKED)
        before = await house.journal(journey)
        await run(house, "DELETE FROM journal")
        await compared(house)
        assert await house.journal(journey) == before
    rows = await run(house, "SELECT event, status, cause, by FROM outside_events ORDER BY event")
    assert [tuple(row.values()) for row in rows] == [
        ("e2", "unmatched", "unknown_type", "system"),
        ("e3", "early", None, "gateway"),
    ]


# ---- the read tables are wrong


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE journeys SET seq = seq - 1",
        "UPDATE journeys SET seq = 99",
        "UPDATE journeys SET status = 'ended'",
        "DELETE FROM tasks WHERE status = 'open'",
        "UPDATE tasks SET status = 'open' WHERE status = 'completed'",
    ],
)
async def test_lists_that_are_wrong_are_made_anew(house: House, damage: str) -> None:
    async with house.worker():
        journey = await lived(house)
        before = await everything(house)
        await run(house, damage)
        assert told(await compared(house, mend=False)) == [(What.WRONG, False)]
        assert told(await compared(house)) == [(What.WRONG, True)]
        assert await everything(house) == before
        receipt = await house.complete(journey, "interview", "booked", dates={"interview_at": MONDAY})
        await house.written(journey, receipt.seq)


async def test_the_state_in_which_a_journey_ended_comes_back(house: House) -> None:
    async with house.worker():
        journey = await ended(house)
        before = await everything(house)
        await run(house, "UPDATE journeys SET closed = NULL")
        assert told(await compared(house)) == [(What.WRONG, True)]
    assert await everything(house) == before
    assert before["journeys"][0]["closed"]["journey"] == journey


async def test_a_journey_that_is_asked_for_has_its_lists_made_anew_whatever_they_say(house: House) -> None:
    async with house.worker():
        journey, other = await lived(house), await lived(house)
        before = await everything(house)
        await run(house, "UPDATE tasks SET owner = 'nobody' WHERE journey = $1", journey)
        found = await comparison(house).one(journey)
        assert (found.checked, found.findings) == (1, [])
        assert await everything(house) == before
        await run(house, "UPDATE tasks SET owner = 'nobody' WHERE journey = $1", other)
        await comparison(house, mend=False).one(other)
    assert (await run(house, "SELECT DISTINCT owner FROM tasks WHERE journey = $1", other)) == [{"owner": "nobody"}]


async def test_a_journey_that_nobody_knows_is_refused(house: House) -> None:
    with pytest.raises(NoSuchJourney):
        await comparison(house).one("jnobody")
    with pytest.raises(NoSuchJourney):
        await rebuild(house.db, "jnobody")


async def test_lists_are_not_made_anew_from_a_journal_with_gaps(house: House) -> None:
    async with house.worker():
        journey, other = await lived(house), await lived(house)
        await run(house, "DELETE FROM journal WHERE journey = $1 AND seq = 2", journey)
        before = await everything(house)
        found = await rebuild_all(house.db)
        assert (found.done, found.gaps) == (1, [journey])
        await run(house, "DELETE FROM journal WHERE journey = $1", other)
        assert (await rebuild(house.db, other)).gaps == [other]
    after = await everything(house)
    assert after["tasks"] == before["tasks"]
    assert after["journeys"] == before["journeys"]


# ---- journeys that only one of the two knows


async def test_a_journey_that_never_began_begins(house: House) -> None:
    async with house.worker():
        journey = await house.enter()
        assert told(await compared(house, mend=False)) == [(What.NOT_BEGUN, False)]
        assert told(await compared(house)) == [(What.NOT_BEGUN, True)]
        await house.settled(journey)
        assert told(await compared(house)) == []


async def test_a_journey_that_temporal_does_not_carry_is_said_and_left_alone(house: House) -> None:
    lost = await house.enter()
    await run(house, "UPDATE journeys SET begun = true WHERE journey = $1", lost)
    async with house.worker():
        broken = await lived(house)
        await house.journeys.handle(broken).terminate()
        before = await everything(house)
        found = await compared(house)
    assert {(finding.journey, finding.what) for finding in found.findings} == {
        (lost, What.NOT_CARRIED_ON),
        (broken, What.NOT_CARRIED_ON),
    }
    assert not any(finding.mended for finding in found.findings)
    assert await everything(house) == before


async def test_when_temporal_has_gone_back_in_time_nothing_is_touched(house: House) -> None:
    async with house.worker():
        journey = await lived(house)
        await run(
            house, "INSERT INTO journal (journey, seq, at, recorded_at, kind, event)"
            " SELECT journey, seq + 20, at, recorded_at, kind, event FROM journal"
        )  # fmt: skip
        before = await everything(house)
        found = await compared(house)
    assert told(found) == [(What.AHEAD, False)]
    assert "has gone back in time" in found.findings[0].sentence.en
    assert found.findings[0].journey == journey
    assert await everything(house) == before


def turned_back(found: Reconciled) -> list[Finding]:
    return [finding for finding in found.findings if finding.what is What.TURNED_BACK]


async def forgetful(house: House, journey: str, state: JourneyState) -> None:
    """The journey's process is as it was in this state; it has forgotten what came after."""
    await house.journeys.handle(journey).terminate()
    given = JourneyInput(state=state, pace=house.pace, visible=True)
    await house.client.start_workflow(
        ParticipantJourney.run, given, id=journey_workflow_id(journey), task_queue=house.queue
    )


async def test_where_temporal_has_gone_back_in_time_for_good_what_it_forgot_is_asked_again(house: House) -> None:
    async with house.worker():
        journey = await house.begin()
        await house.settled(journey)
        before = await house.state(journey)
        await house.complete(journey, "welcome_call", "willing", facts=ROUTE, key="called")
        rest = HoldJourney(id="rest", by="anna", cause="ill", on="participant", review_at=MONDAY + timedelta(days=9))
        await house.journeys.perform(journey, NudgeTask(id="n", by="anna", task=f"{journey}.interview.1"))
        await house.journeys.perform(journey, rest)
        receipt = await house.complete(journey, "interview", "booked", key="booked", dates={"interview_at": INTERVIEW})
        await house.written(journey, receipt.seq)
        await run(house, "UPDATE notices SET status = 'sent' WHERE purpose = 'invitation'")
        lost = await house.journal(journey)
        await forgetful(house, journey, before)
        assert told(await compared(house)) == [(What.AHEAD, False)]
        reconciled = await comparison(house, turn_back=True).one(journey)
        state = await house.state(journey)
        events = await house.journal(journey)
        assert told(await compared(house)) == []
    (finding,) = turned_back(reconciled)
    assert (finding.what, finding.mended, finding.count, finding.left) == (What.TURNED_BACK, True, 3, ())
    assert (finding.first, finding.last) == (before.seq + 1, len(lost))
    assert (state.facts, state.dates, state.hold and state.hold.cause) == (ROUTE, {"interview_at": INTERVIEW}, "ill")
    assert [task.step for task in state.tasks] == ["offer"]
    assert [event.seq for event in events] == list(range(1, state.seq + 1))
    once_each(events, ["called", "rest", "booked"])
    (kept,) = await run(house, "SELECT answers FROM submissions WHERE form = 'laid_aside'")
    assert [event["command"] for event in kept["answers"]["events"] if event["kind"] == "journey_held"] == ["rest"]
    invitations = await run(house, "SELECT status, cause FROM notices WHERE purpose = 'invitation' ORDER BY seq")
    assert invitations == [{"status": "sent", "cause": None}, {"status": "dropped", "cause": "restored"}]


async def test_what_the_journey_did_since_it_forgot_counts_and_what_does_not_fit_any_more_is_said(house: House) -> None:
    async with house.worker():
        journey = await house.begin()
        await house.settled(journey)
        before = await house.state(journey)
        receipt = await house.complete(journey, "welcome_call", "willing", facts=ROUTE, key="called")
        for number in range(6):
            cover = {"absent": f"s{number}", "stand_in": "lena", "since": MONDAY, "until": MONDAY + timedelta(days=90)}
            receipt = await house.journeys.perform(journey, CoverStaff(id=f"a{number}", by="anna", **cover))
        await house.written(journey, receipt.seq)
        await forgetful(house, journey, before)
        await house.complete(journey, "welcome_call", "not_reached", key="in-the-meantime")
        found = await comparison(house, turn_back=True).one(journey)
        state = await house.state(journey)
        await eventually(lambda: all_written(house, journey, state.seq), "everything is written")
        events = await house.journal(journey)
    (finding,) = turned_back(found)
    assert finding.left == (f"complete {journey}.welcome_call.1 willing",)
    assert finding.needs_somebody
    assert "Do this again by hand" in finding.todo.en
    assert [task.step for task in state.tasks] == ["welcome_call"]
    assert "in-the-meantime" in [event.command for event in events]
    assert len(state.covers) == 6


async def all_written(house: House, journey: str, seq: int) -> bool:
    return len(await house.journal(journey)) == seq


async def test_a_number_that_was_given_to_another_version_meanwhile_does_not_confuse_journeys(house: House) -> None:
    async with house.worker():
        house.programme = await publish(house.db, _variant(4), MONDAY)
        journey = await lived(house)
        for lost in (
            "tasks",
            "journal",
            "notices",
            "figures",
            "journeys",
            "steps WHERE version = 2",
            "programmes WHERE version = 2",
        ):
            await run(house, f"DELETE FROM {lost}")
        other = await publish(house.db, _variant(6), MONDAY)
        found = await compared(house)
        state = await house.state(journey)
    assert (state.programme.version, other.version) == (2, 2)
    assert told(found) == [(What.UNKNOWN_PERSON, False), (What.BEHIND, True)]
    row = await house.row("journeys", "journey", journey)
    assert row["version"] == 3
    assert (await house.row("programmes", "hash", state.programme.hash))["version"] == 3
    assert (await publish(house.db, _variant(4), MONDAY)).version == 3


def _variant(days: int) -> Programme:
    plan = copy.deepcopy(PLAN)
    plan["steps"]["interview"]["due"] = {"working_days": days}
    return Programme.model_validate(plan)


# ---- at any time, by anybody, cut off anywhere


async def test_when_nobody_answers_it_is_said_soon(house: House) -> None:
    async with house.worker():
        for _ in range(12):
            await house.settled(await house.begin())
    began = asyncio.get_running_loop().time()
    found = await compared(house, patience=3)
    assert told(found) == [(What.NO_ANSWER, False)] * 12
    assert asyncio.get_running_loop().time() - began < 30


async def test_several_at_once_put_everything_back_once_while_journeys_go_on(house: House) -> None:
    async with house.worker():
        journeys = [await lived(house) for _ in range(5)]
        await run(house, "DELETE FROM journal WHERE seq > 4")
        await run(house, "UPDATE journeys SET seq = 4")
        await run(house, "DELETE FROM tasks")

        async def go_on(journey: str) -> None:
            for number in range(6):
                await house.journeys.join(journey, JoinInterest(id=f"{journey}-{number}", received_at=MONDAY))
                await asyncio.sleep(0.1)

        await asyncio.gather(*(compared(house) for _ in range(3)), *(go_on(journey) for journey in journeys))
        for journey in journeys:
            events = await house.written(journey, (await house.state(journey)).seq)
            once_each(events, [f"{journey}-{number}" for number in range(6)])
        assert told(await compared(house)) == []


async def test_what_is_cut_off_is_done_by_the_next(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconcile, "AT_ONCE", 1)
    async with house.worker():
        for _ in range(5):
            await lived(house)
        before = await everything(house)
        await run(house, "DELETE FROM journal WHERE seq > 2")
        await run(house, "UPDATE journeys SET seq = 2")
        cut = asyncio.Event()
        done: list[int] = []

        def progress(count: int, total: int) -> None:
            done.append(count)
            assert total == 5
            if count == 2:
                cut.set()

        walking = asyncio.create_task(comparison(house).all(progress, task_queue=house.queue))
        await cut.wait()
        walking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await walking
        rest = await compared(house)
    assert 2 <= 5 - len(rest.findings) <= 3
    assert [row["event"] for row in (await everything(house))["journal"]] == [row["event"] for row in before["journal"]]


@pytest.mark.parametrize("what", What)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_finding_has_a_sentence_and_something_to_do(what: What, language: Language) -> None:
    for finding in (Finding("j1", what), Finding("j1", what, mended=True, first=2, last=5, count=4, reached=1)):
        assert finding.sentence[language].endswith(".")
        assert "{" not in finding.sentence[language] + finding.todo[language]
        assert finding.todo[language]
