"""Noting what fails changes nothing about it: not its error, not its answer, and hardly its time."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput

from activities import trouble
from activities.actions import ActionCall
from activities.notices import DeliverDue
from activities.trouble import TroubleBook, kind_of
from db.pool import Database
from db.queries import sql

CALL = ActionCall(journey="j1", task="j1.assignment.1", action="assign_owners")


class Paper:
    """A database that writes down what it is asked, or fails as `how` says."""

    def __init__(self, how: str = "") -> None:
        self.how, self.asked = how, list[tuple[Any, ...]]()

    @asynccontextmanager
    async def acting_as(self, _: str) -> AsyncIterator[Paper]:
        if self.how == "away":
            raise ConnectionRefusedError
        if self.how == "hangs":
            await asyncio.sleep(60)
        yield self

    async def execute(self, query: str, *values: Any) -> None:
        self.asked.append((query, *values))


class Act(ActivityInboundInterceptor):
    """The activity itself."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002
        if self.error:
            raise self.error
        return "done"


async def attempt(book: TroubleBook, number: int, error: Exception | None, given: Any = CALL) -> Any:
    """One attempt at the activity, watched."""
    environment = ActivityEnvironment()
    environment.info = dataclasses.replace(environment.info, attempt=number, activity_type="run_action")
    watch = book.intercept_activity(Act(error))
    asked = ExecuteActivityInput(fn=lambda: None, args=[given], executor=None, headers={})
    return await environment.run(watch.execute_activity, asked)


def book_on(paper: Paper) -> TroubleBook:
    return TroubleBook(cast(Database, paper))


async def test_the_third_failure_is_noted_and_success_takes_the_note_back() -> None:
    paper = Paper()
    book = book_on(paper)
    for number in (1, 2):
        with pytest.raises(LookupError):
            await attempt(book, number, LookupError("Kim Hemlig"))
    assert paper.asked == []
    with pytest.raises(LookupError):
        await attempt(book, 3, LookupError("Kim Hemlig"))
    ((query, journey, what, cause, attempts, *_),) = paper.asked
    assert query == sql.note_trouble
    assert (journey, what, cause, attempts) == ("j1", "run_action j1.assignment.1", "LookupError", 3)
    assert "Kim" not in str(paper.asked)
    assert await attempt(book, 1, None) == "done"  # a checkpoint has begun to count anew
    assert paper.asked[1:] == [(sql.end_trouble, "j1", "run_action j1.assignment.1")]
    assert await attempt(book, 1, None) == "done"
    assert len(paper.asked) == 2
    assert await attempt(book, 4, None) == "done"  # another worker may have noted it
    assert len(paper.asked) == 3


@pytest.mark.parametrize("how", ["away", "hangs"])
async def test_without_postgres_everything_ends_as_it_would_have(how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trouble, "PATIENCE_SECONDS", 0.05)
    paper = Paper(how)
    book = book_on(paper)
    error = ApplicationError("Kim Hemlig", type="JournalGap")
    with pytest.raises(ApplicationError) as raised:
        await attempt(book, 9, error)
    assert raised.value is error
    assert await attempt(book, 9, None) == "done"
    paper.how = ""
    with pytest.raises(ApplicationError):
        await attempt(book, 10, error)
    assert paper.asked == []  # it rests for a while
    monkeypatch.setattr(trouble, "REST_SECONDS", 0)
    book._rests_until = 0
    with pytest.raises(ApplicationError):
        await attempt(book, 11, error)
    assert [values[3] for values in paper.asked] == ["JournalGap"]


async def test_what_belongs_to_no_journey_is_not_noted() -> None:
    paper = Paper()
    with pytest.raises(LookupError):
        await attempt(book_on(paper), 9, LookupError(), DeliverDue())
    assert paper.asked == []


def test_the_kind_of_an_error_is_its_own_word_or_its_class() -> None:
    assert kind_of(ApplicationError("x", type="UnknownJourney")) == "UnknownJourney"
    assert kind_of(ApplicationError("x")) == "ApplicationError"
    assert kind_of(ValueError("Kim Hemlig")) == "ValueError"
