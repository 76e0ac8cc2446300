"""Saying how a task ended: done once, seen at once, and a refusal leaves nothing behind."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from temporalio.client import Client
from temporalio.worker import Worker

from activities.actions import Actions
from activities.journal import Journal
from db.hearing import JOURNAL
from db.pool import SYSTEM, Database
from journey.errors import Refusal
from schemas.commands import StartJourney
from schemas.programme import Programme
from services import reading
from services.checkpoints import checkpoint, checkpoint_all
from services.completing.completing import Completed, complete
from services.completing.errors import BadKey, FormNotAccepted, NoForm, NotCarriedOn, NotConfirmed
from services.completing.form_help import find_form
from services.errors import NoSuchJourney
from services.intake.plan import new_id
from services.journeys import Journeys
from services.publish import publish
from services.showing import show
from services.visibility import wait_until_visible
from tests import servers
from tests.sample import sample
from worker import sandboxed
from workflows.connection import connect
from workflows.journey import ParticipantJourney
from workflows.names import TASK_QUEUE, journey_workflow_id

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECRET = "ring bara efter klockan sexton"
"""Something only Postgres may hold."""


class Office:
    """A desk with a database, a real Temporal server, and a worker that can be sent home."""

    def __init__(self, db: Database, client: Client, programme: Programme) -> None:
        self.db, self.client, self.programme = db, client, programme
        self.journeys = Journeys(client, patience=timedelta(seconds=20))

    async def start_work(self) -> None:
        """A worker comes in."""
        self._worker = Worker(
            self.client,
            task_queue=TASK_QUEUE,
            workflows=[ParticipantJourney],
            activities=[Journal(self.db).write, Actions(self.db).run],
            workflow_runner=sandboxed(),
            sticky_queue_schedule_to_start_timeout=timedelta(seconds=1),
        )
        self._running = asyncio.create_task(self._worker.run())

    async def stop_work(self) -> None:
        """The worker goes home."""
        await self._worker.shutdown()
        await self._running

    async def enter(self) -> str:
        """A journey that waits for its welcome call."""
        journey = new_id("j")
        await self.write_down(journey)
        now = datetime.now(UTC)
        begin = StartJourney(id=f"start:{journey}", journey=journey, programme=self.programme, received_at=now)
        await self.journeys.start(begin)
        async with asyncio.timeout(120):
            async with self.db.hearing(JOURNAL) as heard:
                while await self.open(journey) != [f"{journey}.welcome_call.1"]:
                    await heard.next(0.25)
        return journey

    async def write_down(self, journey: str) -> None:
        async with self.db.acting_as(SYSTEM) as connection:
            await connection.execute(
                "INSERT INTO people (person, name, email, created_at) VALUES ($1, 'S', 'a@example.org', now())",
                f"p-{journey}",
            )
            await connection.execute(
                "INSERT INTO journeys (journey, person, programme, version, received_at)"
                " VALUES ($1, $2, 'sample', 1, now())",
                journey,
                f"p-{journey}",
            )

    async def complete(
        self, task: str, outcome: str, answers: dict[str, Any] | None = None, key: str | None = None
    ) -> Completed:
        return await complete(
            self.db, self.journeys, task, outcome, answers, key=key, by="kim", now=datetime.now(UTC), language="en"
        )

    async def refused(
        self, task: str, outcome: str, answers: dict[str, Any] | None = None, key: str | None = None
    ) -> str:
        """The sentence with which it was refused."""
        with pytest.raises(Refusal) as caught:
            await self.complete(task, outcome, answers, key)
        sentences = [caught.value.sentence("en"), caught.value.sentence("sv")]
        assert all("\n" not in sentence and sentence.endswith((".", "?")) for sentence in sentences)
        return sentences[0]

    async def open(self, journey: str) -> list[str]:
        found = await reading.journey(self.db, journey, now=datetime.now(UTC))
        return [task["id"] for task in found["tasks"]]

    async def forms(self, journey: str) -> list[dict[str, Any]]:
        async with self.db.acting_as(SYSTEM) as connection:
            records = await connection.fetch("SELECT * FROM submissions WHERE journey = $1 ORDER BY at", journey)
        return [dict(record) for record in records]

    async def completions(self, journey: str) -> int:
        events = await reading.events(self.db, journey)
        return sum(event["kind"] == "task_completed" and event["step"] != "assignment" for event in events)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office(postgres_dsn: str, migrated: str, temporal_address: str) -> AsyncIterator[Office]:
    """One desk for all tests here: each has journeys of its own."""
    name = f"test_{secrets.token_hex(6)}"
    servers.create(postgres_dsn, name, migrated)
    db = await Database.open(servers.sibling(postgres_dsn, name))
    programme = await publish(db, sample(), datetime.now(UTC))
    async with db.acting_as(SYSTEM) as connection:
        await connection.execute(
            "INSERT INTO staff (staff, name, email, roles) VALUES ('s1', 'S', 's@example.org', '{coordinator,leader}')"
        )
    office = Office(db, await connect(temporal_address, "default"), programme)
    await office.start_work()
    yield office
    await office.stop_work()
    await db.close()
    servers.drop(postgres_dsn, name)


async def test_what_is_acknowledged_is_seen_at_once_in_the_inbox_and_in_the_journey(office: Office) -> None:
    journey = await office.enter()
    done = await office.complete(f"{journey}.welcome_call.1", "willing", {"route": "job"})
    assert done.visible
    assert [task["id"] for task in done.opened] == [f"{journey}.interview.1"]
    inbox = await reading.tasks(office.db, now=datetime.now(UTC))
    assert f"{journey}.interview.1" in [task["id"] for task in inbox]
    assert f"{journey}.welcome_call.1" not in [task["id"] for task in inbox]
    shown = await show(office.db, journey, now=datetime.now(UTC))
    assert shown["seq"] == done.receipt.seq
    assert "Interview" in shown["explain"]["en"]
    assert "Interview (sv)" in shown["explain"]["sv"]
    (task,) = shown["tasks"]
    assert [alarm["kind"] for alarm in task["alarms"]] == ["remind", "overdue", "escalate", "escalate"]


async def test_the_form_stays_in_postgres_and_the_journey_learns_only_its_facts(office: Office) -> None:
    journey = await office.enter()
    answers = {"route": "study", "note": SECRET}
    await office.complete(f"{journey}.welcome_call.1", "willing", answers, key=f"Kim Ek {SECRET}")
    (form,) = await office.forms(journey)
    assert form["answers"] == {"note": SECRET, "more_facts": {"route": "study"}}
    assert (form["task"], form["form"], form["by"]) == (f"{journey}.welcome_call.1", "generic", "kim")
    assert (await office.journeys.state(journey)).facts["route"] == "study"
    history = await office.client.get_workflow_handle(journey_workflow_id(journey)).fetch_history()
    assert form["submission"] in history.to_json() or form["submission"].encode() in _payloads(history)
    assert SECRET.encode() not in _payloads(history)
    assert b"Kim Ek" not in _payloads(history)


def _payloads(history: Any) -> bytes:
    return b"".join(event.SerializeToString() for event in history.events)


async def test_the_same_key_again_gives_the_same_answer_and_acts_once(office: Office) -> None:
    journey = await office.enter()
    answers = {"route": "job", "note": SECRET}
    first = await office.complete(f"{journey}.welcome_call.1", "willing", answers, key="once")
    again = await office.complete(f"{journey}.welcome_call.1", "willing", answers, key="once")
    assert not first.receipt.repeated
    assert again.receipt == first.receipt.model_copy(update={"repeated": True})
    assert again.opened == first.opened
    assert len(await office.forms(journey)) == 1
    assert await office.completions(journey) == 1


async def test_the_same_key_is_known_after_a_checkpoint(office: Office) -> None:
    journey = await office.enter()
    first = await office.complete(f"{journey}.welcome_call.1", "willing", {"route": "job"}, key="once")
    run = (await office.journeys.handle(journey).describe()).run_id
    await checkpoint(office.db, office.client, office.journeys, journey)
    assert (await office.journeys.handle(journey).describe()).run_id != run
    again = await office.complete(f"{journey}.welcome_call.1", "willing", {"route": "job"}, key="once")
    assert again.receipt == first.receipt.model_copy(update={"repeated": True})
    assert await office.completions(journey) == 1


async def test_the_same_key_for_something_else_is_refused_and_the_first_form_stays(office: Office) -> None:
    journey = await office.enter()
    await office.complete(f"{journey}.welcome_call.1", "willing", {"route": "job"}, key="mine")
    later = {"interview_at": "2036-11-24 10:00"}
    for outcome, answers in (("willing", {"route": "study"}), ("not_willing", {}), ("willing", {"note": "x"})):
        assert await office.refused(f"{journey}.welcome_call.1", outcome, answers, key="mine")
    assert "key mine" in await office.refused(f"{journey}.interview.1", "booked", later, key="mine")
    assert "key mine" in await office.refused(f"{journey}.welcome_call.1", "willing", {"route": "study"}, key="mine")
    (form,) = await office.forms(journey)
    assert form["answers"] == {"more_facts": {"route": "job"}}
    assert await office.open(journey) == [f"{journey}.interview.1"]


async def test_the_same_key_in_another_journey_is_another_key(office: Office) -> None:
    one, other = await office.enter(), await office.enter()
    for journey in (one, other):
        done = await office.complete(f"{journey}.welcome_call.1", "willing", {"route": "job"}, key="k")
        assert not done.receipt.repeated
    assert len(await office.forms(one)) == len(await office.forms(other)) == 1


@pytest.mark.parametrize(
    ("outcome", "answers", "said"),
    [
        ("unheard_of", {}, "choose one of: willing, maybe, not_willing, not_reached"),
        ("\ud800\x07 ?", {}, "choose one of: willing, maybe"),
        ("willing", {}, "route"),
        ("willing", {"route": "by boat"}, "route"),
        ("willing", {"route": "nowhere"}, "choose one of: job, study"),
        ("willing", {"route": "job", "colour": "red"}, "colour"),
        ("willing", {"route": "job", "note": "a\x00b"}, "note"),
        ("willing", {"route": ["job"]}, "route"),
        ("maybe", {"wake_at": "2026-02-30"}, "does not exist"),
        ("maybe", {"wake_at": "0026-02-20"}, "Check the year"),
    ],
)
async def test_what_is_refused_leaves_nothing_behind(
    office: Office, outcome: str, answers: dict[str, Any], said: str
) -> None:
    journey = await office.enter()
    sentence = await office.refused(f"{journey}.welcome_call.1", outcome, answers, key="k")
    assert said in sentence
    assert await office.forms(journey) == []
    assert await office.open(journey) == [f"{journey}.welcome_call.1"]
    done = await office.complete(f"{journey}.welcome_call.1", "willing", {"route": "job"}, key="k")
    assert not done.receipt.repeated


async def test_a_time_that_the_clocks_skip_is_refused(office: Office) -> None:
    journey = await office.enter()
    await office.complete(f"{journey}.welcome_call.1", "willing", {"route": "job"})
    skipped = {"interview_at": "2027-03-28 02:30"}
    assert "does not exist" in await office.refused(f"{journey}.interview.1", "booked", skipped)
    assert "a time" in await office.refused(f"{journey}.interview.1", "booked", {"interview_at": "2027-03-28"})
    assert len(await office.forms(journey)) == 1
    done = await office.complete(f"{journey}.interview.1", "booked", {"interview_at": "2027-03-28 03:30"})
    assert [task["step"] for task in done.opened] == ["offer"]
    assert (await office.journeys.state(journey)).dates["interview_at"] == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "task", ["", "nonsense", "jnobody.welcome_call.1", "j.welcome_call.x", "a b.c.1", "å.welcome_call.1", "\udcff.a.1"]
)
async def test_a_task_that_there_is_not_is_told_as_one_that_may_not_be_seen(office: Office, task: str) -> None:
    assert "There is no task" in await office.refused(task, "willing")


async def test_a_step_or_generation_that_never_opened_is_refused_by_the_journey(office: Office) -> None:
    journey = await office.enter()
    for task in (f"{journey}.unheard_of.1", f"{journey}.welcome_call.2", f"{journey}.welcome_call.0"):
        assert "There is no task" in await office.refused(task, "willing", {"route": "job"})
    assert await office.forms(journey) == []


async def test_a_closed_task_and_one_of_an_older_generation_say_what_to_do(office: Office) -> None:
    journey = await office.enter()
    await office.complete(f"{journey}.welcome_call.1", "not_reached")
    replaced = await office.refused(f"{journey}.welcome_call.1", "willing", {"route": "job"})
    assert f"use {journey}.welcome_call.2 instead" in replaced
    await office.complete(f"{journey}.welcome_call.2", "willing", {"route": "job"})
    assert "has ended already (willing)" in await office.refused(f"{journey}.welcome_call.2", "willing", {})
    assert len(await office.forms(journey)) == 2


async def test_of_two_at_once_one_wins_and_the_other_is_told(office: Office) -> None:
    journey = await office.enter()
    task = f"{journey}.welcome_call.1"
    both = [office.complete(task, "willing", {"route": route}) for route in ("job", "study")]
    found = await asyncio.gather(*both, return_exceptions=True)
    (won,) = [one for one in found if isinstance(one, Completed)]
    (lost,) = [one for one in found if isinstance(one, Refusal)]
    assert "has ended already" in lost.sentence("en")
    (form,) = await office.forms(journey)
    assert (await office.journeys.state(journey)).facts["route"] == form["answers"]["more_facts"]["route"]
    assert await office.completions(journey) == 1
    assert [task["step"] for task in won.opened] == ["interview"]


async def test_the_same_key_twice_at_once_acts_once_and_both_are_answered(office: Office) -> None:
    journey = await office.enter()
    task = f"{journey}.welcome_call.1"
    found = await asyncio.gather(*(office.complete(task, "willing", {"route": "job"}, key="k") for _ in range(4)))
    assert len({one.receipt.seq for one in found}) == 1
    assert await office.completions(journey) == 1
    assert len(await office.forms(journey)) == 1


async def test_an_ended_journey_repeats_its_answer_and_takes_nothing_more(office: Office) -> None:
    journey = await office.enter()
    task = f"{journey}.welcome_call.1"
    first = await office.complete(task, "not_willing", {"note": SECRET}, key="bye")
    await office.journeys.handle(journey).result()
    assert (first.receipt.exit, first.receipt.status) == ("X2", "ended")
    again = await office.complete(task, "not_willing", {"note": SECRET}, key="bye")
    assert again.receipt == first.receipt.model_copy(update={"repeated": True})
    assert "The journey has ended (X2)" in await office.refused(task, "not_willing", {"note": SECRET})
    assert "key bye" in await office.refused(task, "not_willing", {"note": "other"}, key="bye")
    assert len(await office.forms(journey)) == 1
    assert "ended" in (await show(office.db, journey, now=datetime.now(UTC)))["explain"]["en"]


async def test_without_a_worker_it_is_queued_with_its_form_and_the_same_key_is_safe(office: Office) -> None:
    journey = await office.enter()
    task, patient = f"{journey}.welcome_call.1", office.journeys
    await office.stop_work()
    try:
        office.journeys = Journeys(office.client, patience=timedelta(seconds=0.5))
        with pytest.raises(NotConfirmed, match="key later"):
            await office.complete(task, "willing", {"route": "job"}, key="later")
        assert len(await office.forms(journey)) == 1
        assert "key later" in await office.refused(task, "willing", {"route": "study"}, key="later")
    finally:
        office.journeys = patient
        await office.start_work()
    done = await office.complete(task, "willing", {"route": "job"}, key="later")
    assert [opened["step"] for opened in done.opened] == ["interview"]
    assert await office.completions(journey) == 1
    assert len(await office.forms(journey)) == 1


async def test_it_says_so_when_the_read_tables_are_behind(office: Office) -> None:
    journey = await office.enter()
    async with office.db.acting_as(SYSTEM) as connection:
        await connection.execute("SELECT FROM journeys WHERE journey = $1 FOR NO KEY UPDATE", journey)
        done = await office.complete(f"{journey}.welcome_call.1", "willing", {"route": "job"})
        assert not done.visible
        assert done.opened[0]["id"] == f"{journey}.interview.1"
        assert done.opened[0]["title"] == "Interview"
    assert await wait_until_visible(office.db, journey, done.receipt.seq, 20)


async def test_a_journey_that_is_written_down_but_not_carried_on_is_told_in_a_sentence(office: Office) -> None:
    await office.write_down("jforlorn")
    assert "not under way" in await office.refused("jforlorn.welcome_call.1", "willing", {"route": "job"})
    assert await office.forms("jforlorn") == []
    with pytest.raises(NotCarriedOn):
        await checkpoint(office.db, office.client, office.journeys, "jforlorn")
    async with office.db.acting_as(SYSTEM) as connection:
        await connection.execute("DELETE FROM journeys WHERE journey = 'jforlorn'")


@pytest.mark.parametrize("key", ["", "  ", "x" * 101, "two\nlines", "bell\x07"])
async def test_a_key_is_one_line(office: Office, key: str) -> None:
    with pytest.raises(BadKey):
        await office.complete("j.welcome_call.1", "willing", key=key)


async def test_a_checkpoint_of_all_says_how_many(office: Office) -> None:
    open_one, other, ended = [await office.enter() for _ in range(3)]
    await office.complete(f"{ended}.welcome_call.1", "not_willing")
    heard: list[tuple[int, int]] = []
    await office.write_down("jlost")
    found = await checkpoint_all(
        office.db, office.client, office.journeys, lambda done, total: heard.append((done, total))
    )
    assert {open_one, other} <= set(found.done)
    assert ended not in found.done
    assert (found.not_running, found.not_yet) == (["jlost"], [])
    assert heard == [(number, len(found.done) + 1) for number in range(1, len(found.done) + 2)]
    done = await office.complete(f"{other}.welcome_call.1", "willing", {"route": "job"})
    assert done.visible


async def test_a_checkpoint_of_a_journey_that_there_is_not_or_that_has_ended_is_refused(office: Office) -> None:
    with pytest.raises(NoSuchJourney):
        await checkpoint(office.db, office.client, office.journeys, "jnobody")
    journey = await office.enter()
    await office.complete(f"{journey}.welcome_call.1", "not_willing")
    with pytest.raises(Refusal, match="has ended"):
        await checkpoint(office.db, office.client, office.journeys, journey)


async def test_the_form_of_a_task_says_what_may_be_answered_and_which_outcome_needs_what(office: Office) -> None:
    journey = await office.enter()
    found = await find_form(office.db, f"{journey}.welcome_call.1", "sample", now=datetime.now(UTC))
    needs = {outcome["outcome"]: outcome["needs"] for outcome in found["outcomes"]}
    assert needs == {"willing": ["route"], "maybe": [], "not_willing": [], "not_reached": []}
    fields = {field["field"]: field for field in found["fields"]}
    assert fields["route"]["choices"] == ["job", "study"]
    assert fields["note"]["label"] == {"sv": "Anteckning", "en": "Note"}
    assert await find_form(office.db, "welcome_call", "sample", now=datetime.now(UTC)) == found
    booking = await find_form(office.db, "interview", "sample", now=datetime.now(UTC))
    assert next(field["kind"] for field in booking["fields"] if field["field"] == "interview_at") == "time"
    with pytest.raises(NoForm, match="welcome_call, interview"):
        await find_form(office.db, "unheard_of", "sample", now=datetime.now(UTC))


async def test_every_problem_of_a_form_is_said_in_one_sentence(office: Office) -> None:
    journey = await office.enter()
    with pytest.raises(FormNotAccepted) as caught:
        await office.complete(f"{journey}.welcome_call.1", "willing", {"note": 7, "wake_at": "soon", "colour": "red"})
    sentence = caught.value.sentence("sv")
    assert {problem.field for problem in caught.value.problems} == {"note", "wake_at", "colour", "route"}
    assert sentence.startswith("Formuläret går inte att ta emot: ")
    assert "7" not in sentence
    assert "soon" not in sentence
