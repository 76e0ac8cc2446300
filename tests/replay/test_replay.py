"""Journeys that have been lived replay with today's code, command for command and value for value."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload
from temporalio.client import WorkflowHistory

from journey import engine
from schemas.commands import Command
from schemas.journey import JourneyState, Pace
from tests.replay.record import FOLDER, LIVES
from tests.replay.strict import recorded, replay, replayer

FILES = sorted(FOLDER.glob("*.json"))
every_history = pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])


def history_in(file: Path) -> WorkflowHistory:
    return WorkflowHistory.from_json(f"journey-{file.stem}", file.read_text("utf-8"))


def test_there_is_a_history_of_every_representative_life() -> None:
    assert {file.stem.split("_")[0] for file in FILES} == set(LIVES)


@every_history
async def test_a_lived_journey_replays_to_the_same_commands_and_values(file: Path) -> None:
    history = history_in(file)
    assert [kind for kind, _, _ in recorded(history)].count("end") == 1
    await replay(history)


def job() -> WorkflowHistory:
    return history_in(FOLDER / "job_1.json")


def another_answer(patch: pytest.MonkeyPatch) -> None:
    really = engine.decide

    def decide(state: JourneyState, command: Command, now: datetime) -> engine.Decision:
        decision = really(state, command, now)
        return decision._replace(receipt=decision.receipt.but(seq=decision.receipt.seq + 1))

    patch.setattr(engine, "decide", decide)


def another_event(patch: pytest.MonkeyPatch) -> None:
    really = engine.decide

    def decide(state: JourneyState, command: Command, now: datetime) -> engine.Decision:
        decision = really(state, command, now)
        *before, last = decision.state.outbox
        return decision._replace(state=decision.state.but(outbox=(*before, last.but(by="somebody"))))

    patch.setattr(engine, "decide", decide)


def another_time(patch: pytest.MonkeyPatch) -> None:
    really = Pace.to_wall
    patch.setattr(Pace, "to_wall", lambda pace, moment: really(pace, moment) + timedelta(hours=1))


@pytest.mark.parametrize(
    ("mistake", "found"), [(another_answer, "answer"), (another_event, "activity"), (another_time, "timer")]
)
async def test_a_changed_value_passes_temporals_replay_and_is_found_by_ours(
    monkeypatch: pytest.MonkeyPatch, mistake: Callable[[pytest.MonkeyPatch], None], found: str
) -> None:
    mistake(monkeypatch)
    await replayer().replay_workflow(job())
    with pytest.raises(AssertionError, match=rf"^{found} "):
        await replay(job())


async def test_another_order_of_commands_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "next_alarm", lambda state: None)
    with pytest.raises(Exception, match=r"(?i)nondeterminism|non-determin"):
        await replayer().replay_workflow(job())


@every_history
def test_no_history_tells_who_anybody_is(file: Path) -> None:
    texts = [payload.data.decode() for event in history_in(file).events for payload in payloads(event)]
    assert any("journey_started" in text or "seq" in text for text in texts)
    plain = json.dumps([MessageToDict(event) for event in history_in(file).events])
    for text in [plain, *texts]:
        # What the recorder calls its participants and staff, and where they get their mail.
        assert "Synthetic" not in text
        assert "nobody-there" not in text
        assert "staff.example.org" not in text


def payloads(message: Message) -> Iterator[Payload]:
    """Every payload inside a message, however deep."""
    if isinstance(message, Payload):
        yield message
        return
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        for one in _messages(value):
            yield from payloads(one)


def _messages(value: Any) -> Iterator[Message]:
    if isinstance(value, Message):
        yield value
    elif hasattr(value, "values"):
        yield from (one for one in value.values() if isinstance(one, Message))
    else:
        yield from value
