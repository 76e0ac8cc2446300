"""Asking many: some at a time, each once, and nobody is waited for long where nobody answers."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from services import whom
from services.completing.errors import NotCarriedOn
from services.mending.errors import NoAnswer
from services.whom import AT_ONCE, Standings, ask_each


async def test_each_is_asked_once_and_not_all_at_the_same_time() -> None:
    at_once, most, told, asked = 0, 0, list[int](), list[int]()

    async def ask(each: int) -> None:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0)
        at_once -= 1
        asked.append(each)

    await ask_each(range(100), ask, told.append)
    assert sorted(asked) == list(range(100))
    assert told == list(range(1, 101))
    assert most == AT_ONCE


@pytest.mark.parametrize(("error", "tried"), [(NoAnswer(), AT_ONCE), (NotCarriedOn(journey="j"), 3 * AT_ONCE)])
async def test_when_nobody_answers_nobody_else_is_asked(
    error: Exception, tried: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = list[str]()

    async def state_of(_db: Any, _journeys: Any, journey: str, _by: str) -> None:
        asked.append(journey)
        raise error

    monkeypatch.setattr(whom, "state_of", state_of)
    nothing: Any = None
    standings = Standings(nothing, nothing)
    assert [await standings.of(f"j{number}") for number in range(3 * AT_ONCE)] == [None] * 3 * AT_ONCE
    assert len(asked) == tried


async def test_an_answer_is_hope_for_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    answer: Any = object()

    async def state_of(_db: Any, _journeys: Any, journey: str, _by: str) -> Any:
        if journey == "speaks":
            return answer
        raise NoAnswer

    monkeypatch.setattr(whom, "state_of", state_of)
    nothing: Any = None
    standings = Standings(nothing, nothing)
    for _ in range(3):
        assert [await standings.of("silent") for _ in range(AT_ONCE - 1)] == [None] * (AT_ONCE - 1)
        assert await standings.of("speaks") is answer
