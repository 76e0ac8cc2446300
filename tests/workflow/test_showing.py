"""Seen in Temporal's own pages: by which attributes a journey is found there, and the sentence that it shows."""

from __future__ import annotations

from typing import Any

import pytest
from temporalio.api.operatorservice.v1 import RemoveSearchAttributesRequest
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import Client
from temporalio.common import SearchAttributeKey
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment

from schemas.commands import HoldJourney, ReleaseJourney, ReopenJourney
from schemas.journey import DAY, JourneyState
from services.journeys import Journeys
from tests.workflow.harness import MONDAY, House, eventually, over
from workflows import showing
from workflows.names import PHASE_ATTRIBUTE, PROGRAMME_ATTRIBUTE, WAITING_ON_ATTRIBUTE, journey_workflow_id

NAMES = (PROGRAMME_ATTRIBUTE, PHASE_ATTRIBUTE, WAITING_ON_ATTRIBUTE)
ROUTE = {"route": "job"}


async def found_by(house: House, journey: str) -> tuple[Any, ...]:
    """Programme, phase and party, as Temporal has them."""
    attributes = (await house.journeys.handle(journey).describe()).typed_search_attributes
    return tuple(attributes.get(SearchAttributeKey.for_keyword(name)) for name in NAMES)


async def details(house: House, journey: str) -> str:
    """What the page of a journey says of it."""
    handle = house.client.get_workflow_handle(journey_workflow_id(journey))
    found: WorkflowMetadata = await handle.query("__temporal_workflow_metadata", result_type=WorkflowMetadata)
    return found.current_details


async def test_a_journey_is_found_by_programme_phase_and_party_and_says_why_it_waits(house: House) -> None:
    async with house.worker():
        journey = await house.begin()
        assert await found_by(house, journey) == ("sample", "a", "us")
        await house.settled(journey)
        assert "Welcome call" in await details(house, journey)
        await house.complete(journey, "welcome_call", "willing", facts=ROUTE)
        await house.complete(journey, "interview", "booked", dates={"interview_at": MONDAY + 9 * DAY})
        assert await found_by(house, journey) == ("sample", "a", "employer")
        said = await details(house, journey)
        assert "Offer (sv)" in said
        assert "we have been waiting since" in said

        async def listed() -> list[str]:
            query = f"{WAITING_ON_ATTRIBUTE} = 'employer' AND {PHASE_ATTRIBUTE} = 'a'"
            return [found.id async for found in house.client.list_workflows(query)]

        async def is_listed() -> bool:
            return journey_workflow_id(journey) in await listed()

        await eventually(is_listed, "Temporal lists it")


async def test_a_rest_is_on_whom_it_is_for_and_a_checkpoint_changes_nothing(house: House) -> None:
    async with house.worker():
        journey = await house.begin()
        await house.settled(journey)
        rest = HoldJourney(id="h", cause="illness", on="participant", review_at=MONDAY + 9 * DAY)
        await house.journeys.perform(journey, rest)
        assert (await found_by(house, journey))[2] == "participant"
        await house.checkpointed(journey)
        assert await found_by(house, journey) == ("sample", "a", "participant")
        await house.journeys.perform(journey, ReleaseJourney(id="r"))
        assert (await found_by(house, journey))[2] == "us"
        *_, last = await house.histories(journey)
    changes = [event for event in last.events if event.HasField("upsert_workflow_search_attributes_event_attributes")]
    assert len(changes) == 1, "the new run knows what the former has said"


async def test_who_comes_back_is_found_again(house: House) -> None:
    async with house.worker():
        journey = await house.begin()
        await house.settled(journey)
        await house.complete(journey, "welcome_call", "not_willing")
        await over(house, journey)
        closed = JourneyState.model_validate((await house.row("journeys", "journey", journey))["closed"])
        await house.journeys.reopen(journey, closed, ReopenJourney(id="back"))
        await house.settled(journey)
        assert await found_by(house, journey) == ("sample", "a", "us")


async def test_where_the_server_does_not_know_the_attributes_journeys_go_on_without(house: House) -> None:
    house.journeys = Journeys(house.client, house.pace, visible=False)
    async with house.worker():
        journey = await house.begin()
        await house.settled(journey)
        assert await found_by(house, journey) == (None, None, None)
        assert "Welcome call" in await details(house, journey)
        assert "UPSERT_WORKFLOW_SEARCH_ATTRIBUTES" not in (await house.spent(journey)).kinds


async def test_the_server_is_told_of_the_attributes_once_and_asked_once(
    client: Client, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await showing.register(client)
    assert await showing.is_registered(client)
    asked = []
    really = showing.is_registered

    async def is_registered(of: Client) -> bool:
        asked.append(of)
        return await really(of)

    monkeypatch.setattr("services.journeys.is_registered", is_registered)
    house.journeys = Journeys(client, house.pace)
    async with house.worker():
        journeys = [await house.begin() for _ in range(2)]
        assert {await found_by(house, journey) for journey in journeys} == {("sample", "a", "us")}
    assert len(asked) == 1


async def test_a_server_that_does_not_tell_what_it_knows_gets_journeys_without(skipping: WorkflowEnvironment) -> None:
    await showing.register(skipping.client)
    await showing.register(skipping.client)
    assert not await showing.is_registered(skipping.client)


async def test_a_server_that_has_forgotten_the_attributes_gets_journeys_without(client: Client, house: House) -> None:
    request = RemoveSearchAttributesRequest(namespace=client.namespace, search_attributes=list(showing.NEEDED))
    try:
        await client.operator_service.remove_search_attributes(request)
        async with house.worker():
            journeys = [await house.begin() for _ in range(2)]
            for journey in journeys:
                await house.settled(journey)
            assert {await found_by(house, journey) for journey in journeys} == {(None, None, None)}
    finally:
        await showing.register(client)


@pytest.mark.parametrize("answer", ["PERMISSION_DENIED", "UNIMPLEMENTED", "INVALID_ARGUMENT", "ALREADY_EXISTS"])
async def test_a_server_of_somebody_elses_need_not_let_us(
    client: Client, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    async def refuse(*_: object, **__: object) -> None:
        raise RPCError("no", RPCStatusCode[answer], b"")

    for method in ("add_search_attributes", "list_search_attributes"):
        monkeypatch.setattr(client.operator_service, method, refuse)
    await showing.register(client)
    assert not await showing.is_registered(client)


async def test_a_server_that_is_away_is_not_taken_for_one_that_does_not_know(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object, **__: object) -> None:
        raise RPCError("away", RPCStatusCode.UNAVAILABLE, b"")

    monkeypatch.setattr(client.operator_service, "list_search_attributes", away)
    with pytest.raises(RPCError):
        await showing.is_registered(client)
