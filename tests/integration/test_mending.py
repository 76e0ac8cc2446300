"""Mending a journey: the reason is kept in Postgres only, done once, seen at once; a refusal leaves nothing behind."""

from __future__ import annotations

import asyncio
import copy
import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from db.pool import SYSTEM
from journey.errors import Refusal
from schemas.commands import AssignTask, Command, ExitJourney, HoldJourney, ReleaseJourney, ReopenJourney
from schemas.events import EventKind
from schemas.journey import Status
from schemas.mending import CorrectAnswers, GoBack
from schemas.programme import Programme
from services.completing.errors import NotConfirmed
from services.journeys import Journeys
from services.mending.acts import Mended, mend, state_of
from services.mending.identity import correct_identity
from services.publish import publish
from services.showing import show
from tests import servers
from tests.sample import PLAN, both
from tests.workflow.harness import House, accelerated, house_on, over
from workflows.connection import connect
from workflows.names import journey_workflow_id

WHY = "hade bytt jobb, sa Qvintilia"
TO_COME = "to-come"
DAY = timedelta(days=1)


def plan(**changes: Any) -> Programme:
    """The sample programme, whose journeys may rest."""
    causes = {"illness": {"title": both("Illness")}}
    return Programme.model_validate({**copy.deepcopy(PLAN), "causes": causes, **changes})


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office(postgres_dsn: str, migrated: str, temporal_address: str) -> AsyncIterator[House]:
    """One house, whose worker is at work, for all tests here: each has journeys of its own."""
    name = f"test_{secrets.token_hex(6)}"
    servers.create(postgres_dsn, name, migrated)
    client = await connect(temporal_address, "default")
    pace = accelerated(DAY, journey=datetime.now(UTC))
    async with house_on(client, servers.sibling(postgres_dsn, name), pace, programme=plan()) as house, house.worker():
        yield house
    servers.drop(postgres_dsn, name)


pytestmark = pytest.mark.asyncio(loop_scope="module")


async def entered(office: House) -> str:
    """A journey whose owners are found."""
    journey = await office.begin()
    await office.settled(journey)
    return journey


async def ask(office: House, journey: str, command: Command, **how: Any) -> Mended:
    given: dict[str, Any] = {"reason": WHY, "by": "lena", "now": datetime.now(UTC)} | how
    return await mend(office.db, office.journeys, journey, command, **given)


async def refused(office: House, journey: str, command: Command, **how: Any) -> str:
    """The English sentence; both are one line and say what to do."""
    with pytest.raises(Refusal) as caught:
        await ask(office, journey, command, **how)
    sentences = [caught.value.sentence("en"), caught.value.sentence("sv")]
    assert all("\n" not in sentence and sentence.endswith(".") for sentence in sentences)
    return sentences[0]


async def reasons(office: House) -> dict[str, str]:
    async with office.db.acting_as(SYSTEM) as connection:
        return {row["reason"]: row["words"] for row in await connection.fetch("SELECT reason, words FROM reasons")}


def rest(review: timedelta = 9 * DAY, **how: Any) -> HoldJourney:
    given = {"id": TO_COME, "cause": "illness", "on": "participant", "review_at": datetime.now(UTC) + review}
    return HoldJourney(**{**given, **how})


async def test_what_is_done_is_seen_at_once_with_its_reason_and_the_reason_stays_in_postgres(office: House) -> None:
    journey = await entered(office)
    done = await ask(office, journey, rest(), key="min nyckel Qvintilia")
    assert done.visible
    assert [event.kind for event in done.events] == [EventKind.JOURNEY_HELD]
    (held,) = done.events
    assert (held.by, (await reasons(office))[held.why or ""]) == ("lena", WHY)
    shown = await show(office.db, journey, now=datetime.now(UTC))
    assert shown["events"][-1]["reason_words"] == WHY
    assert shown["hold"]["cause"] == "illness"
    assert all(task["alarms"] == [] for task in shown["tasks"] if not task["fixed"]), "nothing comes while it rests"
    history = await office.client.get_workflow_handle(journey_workflow_id(journey)).fetch_history()
    said = b"".join(event.SerializeToString() for event in history.events)
    assert b"Qvintilia" not in said
    assert (held.why or "?").encode() in said


async def test_the_same_key_acts_once_with_the_same_answer_and_means_one_thing(office: House) -> None:
    journey, other = await entered(office), await entered(office)
    first = await ask(office, journey, rest(), key="k")
    again = await ask(office, journey, rest(), key="k")
    assert again.receipt == first.receipt.but(repeated=True)
    assert again.events == first.events
    assert "key k" in await refused(office, journey, ReleaseJourney(id=TO_COME), key="k")
    assert "key k" in await refused(office, journey, rest(), key="k", reason="something else")
    assert not (await ask(office, other, rest(), key="k")).receipt.repeated


async def test_what_is_refused_leaves_no_reason_behind(office: House) -> None:
    journey = await entered(office)
    before = await reasons(office)
    assert "no cause boredom" in await refused(office, journey, rest(cause="boredom"))
    assert "has passed" in await refused(office, journey, rest(-DAY))
    assert "nowhere" in await refused(office, journey, GoBack(id=TO_COME, step="nowhere"))
    assert "There is no journey" in await refused(office, "jnobody", rest())
    assert "shorten" in await refused(office, journey, rest(), reason="x" * 501)
    assert await reasons(office) == before


async def test_a_task_is_given_only_to_who_works_here_and_another_role_is_mentioned(office: House) -> None:
    journey = await entered(office)
    task = f"{journey}.welcome_call.1"
    async with office.db.acting_as(SYSTEM) as connection:
        await connection.execute(
            "INSERT INTO staff (staff, name, email, roles, active) VALUES ('gone', 'G', 'g@example.org', '{}', false)"
            " ON CONFLICT DO NOTHING"
        )
    assert "choose one of: anna, lena" in await refused(office, journey, AssignTask(id=TO_COME, task=task, to="bo"))
    assert "any more" in await refused(office, journey, AssignTask(id=TO_COME, task=task, to="gone"))
    given = await ask(office, journey, AssignTask(id=TO_COME, task=task, to="lena"))
    assert "does not have the role coordinator" in given.notes[0].en
    assert not (await ask(office, journey, AssignTask(id=TO_COME, task=task, to="anna"))).notes


async def test_an_ended_journey_answers_from_its_final_state_and_runs_again_when_taken_back_in(office: House) -> None:
    journey = await entered(office)
    left = await ask(office, journey, ExitJourney(id=TO_COME, exit="X5"), key="bye")
    assert (left.receipt.status, left.receipt.exit) == (Status.ENDED, "X5")
    await over(office, journey)
    assert "The journey has ended (X5)" in await refused(office, journey, rest())
    assert (await ask(office, journey, ExitJourney(id=TO_COME, exit="X5"), key="bye")).receipt.repeated
    assert (await state_of(office.db, office.journeys, journey)).status is Status.ENDED
    assert "no step nowhere" in await refused(office, journey, ReopenJourney(id=TO_COME, step="nowhere"))
    back = await ask(office, journey, ReopenJourney(id=TO_COME), key="back")
    assert f"{journey}.welcome_call.2" in back.receipt.opened
    assert not back.receipt.repeated
    assert {event.why for event in back.events} == {back.command.why}
    assert (await ask(office, journey, ReopenJourney(id=TO_COME), key="back")).receipt == back.receipt.but(
        repeated=True
    )
    assert (await state_of(office.db, office.journeys, journey)).status is Status.OPEN
    assert "under way already" in await refused(office, journey, ReopenJourney(id=TO_COME))


async def test_of_two_who_mend_at_once_both_get_a_clear_answer(office: House) -> None:
    journey = await entered(office)
    both_at_once = [ask(office, journey, rest(), key=f"k{number}", by=by) for number, by in enumerate(("anna", "lena"))]
    answers = await asyncio.gather(*both_at_once, return_exceptions=True)
    done = [answer for answer in answers if isinstance(answer, Mended)]
    (sentence,) = [answer.sentence("en") for answer in answers if isinstance(answer, Refusal)]
    assert len(done) == 1
    assert "resting already" in sentence
    events = await office.journal(journey)
    assert [event.by for event in events if event.kind is EventKind.JOURNEY_HELD] == [done[0].command.by]
    assert len({event.why for event in events if event.why}) == 1


async def test_what_nobody_answers_is_said_to_be_unconfirmed_and_keeps_its_reason(office: House) -> None:
    journey = await entered(office)
    nobody = Journeys(office.client, office.pace, patience=timedelta(milliseconds=1))
    with pytest.raises(NotConfirmed, match="with the key mine"):
        await mend(office.db, nobody, journey, rest(), reason=WHY, key="mine", by="lena", now=datetime.now(UTC))
    done = await ask(office, journey, rest(), key="mine")
    assert (await reasons(office))[done.command.why or ""] == WHY


async def test_a_correction_of_who_somebody_is_stays_in_postgres_with_what_was_before(office: House) -> None:
    journey = await entered(office)
    given = {"name": "Qvintilia Ek", "phone": "070-174 06 05", "email": f"{journey}@nobody-there.example.org"}
    how: dict[str, Any] = {"reason": WHY, "by": "lena", "key": "who", "now": datetime.now(UTC)}
    done = await correct_identity(office.db, office.journeys, journey, given, **how)
    (event,) = done.events
    assert (event.kind, event.fields) == (EventKind.IDENTITY_CORRECTED, ("name", "phone"))
    form = await office.row("submissions", "submission", event.submission or "")
    before = {"name": f"Synthetic {journey}", "phone": None, "email": given["email"]}
    assert form["answers"] == {"name": "Qvintilia Ek", "phone": "070-174 06 05", "before": before}
    again = await correct_identity(office.db, office.journeys, journey, given, **how)
    assert again.receipt == done.receipt.but(repeated=True)
    history = await office.client.get_workflow_handle(journey_workflow_id(journey)).fetch_history()
    assert not any(b"Qvintilia" in event.SerializeToString() for event in history.events)


async def test_a_phone_number_of_ten_digits_in_a_row_is_a_phone_number(office: House) -> None:
    journey = await entered(office)
    how: dict[str, Any] = {"reason": WHY, "by": "lena", "key": "who", "now": datetime.now(UTC)}
    (event,) = (await correct_identity(office.db, office.journeys, journey, {"phone": "0701740605"}, **how)).events
    assert event.fields == ("phone",)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": ""}, "The name is missing"),
        ({"email": ""}, "at least one of them"),
        ({"email": "kim"}, "name@example.org"),
        ({"phone": "12"}, "area code"),
        ({"language": "klingon"}, "write sv or en"),
        ({"name": "Kim, skyddad identitet"}, "protected identity"),
        ({"municipality": "19121212-1212"}, "personal number"),
        ({"phone": "8507099805"}, "personal number"),
    ],
)
async def test_a_wrong_correction_of_who_somebody_is_gets_one_sentence(
    office: House, given: dict[str, str], said: str
) -> None:
    journey = await entered(office)
    with pytest.raises(Refusal) as caught:
        await correct_identity(office.db, office.journeys, journey, given, reason=WHY, by="lena", now=datetime.now(UTC))
    assert said in caught.value.sentence("en")
    async with office.db.acting_as(SYSTEM) as connection:
        assert await connection.fetchval("SELECT count(*) FROM submissions WHERE journey = $1", journey) == 0


async def test_what_was_done_last_is_shown_with_until_when_it_may_be_taken_back(office: House) -> None:
    office.programme, usual = await publish(office.db, plan(undo_minutes=30), datetime.now(UTC)), office.programme
    journey = await entered(office)
    office.programme = usual
    await office.complete(journey, "welcome_call", "willing", key="c1", facts={"route": "job"}, submission="f1")
    await office.written(journey, 0, EventKind.TASK_COMPLETED)
    await office.settled(journey)
    undo = (await show(office.db, journey, now=datetime.now(UTC)))["undo"]
    state = await state_of(office.db, office.journeys, journey)
    assert state.undo is not None
    assert datetime.fromisoformat(undo["until"]) == state.undo.until
    assert (undo["command"], undo["task"]) == ("c1", f"{journey}.welcome_call.1")
    await ask(office, journey, CorrectAnswers(id=TO_COME, facts={"route": "study"}))
    assert (await show(office.db, journey, now=datetime.now(UTC)))["undo"] is None
    assert (await state_of(office.db, office.journeys, journey)).undo is None
