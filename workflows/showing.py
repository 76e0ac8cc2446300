"""What Temporal's own pages show of a journey: attributes to find it by, and the sentence that says why it waits.

The attributes are the programme, the phase and the party that owns the next step. One that the server has not been told
of would wedge the journey, so that only journeys that were started as visible have them (`is_registered`). The sentence
is kept by the worker alone and costs no event.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from temporalio import workflow
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.common import SearchAttributeKey, SearchAttributePair, SearchAttributeUpdate, TypedSearchAttributes
from temporalio.service import RPCError, RPCStatusCode

with workflow.unsafe.imports_passed_through():
    from journey.explain import explain, urgency
    from schemas.journey import JourneyState
    from schemas.programme import PARTICIPANT, Kind, Programme
    from schemas.tasks import Task
    from workflows.names import PHASE_ATTRIBUTE, PROGRAMME_ATTRIBUTE, WAITING_ON_ATTRIBUTE

PROGRAMME = SearchAttributeKey.for_keyword(PROGRAMME_ATTRIBUTE)
PHASE = SearchAttributeKey.for_keyword(PHASE_ATTRIBUTE)
WAITING_ON = SearchAttributeKey.for_keyword(WAITING_ON_ATTRIBUTE)

KEYWORD = IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD
NEEDED = {key.name: KEYWORD for key in (PROGRAMME, PHASE, WAITING_ON)}
_NOT_OURS = {
    RPCStatusCode.PERMISSION_DENIED,
    RPCStatusCode.UNIMPLEMENTED,
    RPCStatusCode.ALREADY_EXISTS,
    RPCStatusCode.INVALID_ARGUMENT,
    RPCStatusCode.RESOURCE_EXHAUSTED,
}
"""Answers of a server that somebody else looks after: it may not let us, or have no room left."""


# ---- inside a journey


def show(state: JourneyState, now: datetime, *, visible: bool) -> None:
    """Bring what Temporal shows up to date. Attributes that have not changed cost nothing."""
    try:
        words = explain(state.programme, state, now)
        workflow.set_current_details(f"{words.sv}\n\n{words.en}")
    except Exception:  # noqa: BLE001 (whatever it is, a sentence may not wedge the journey)
        workflow.logger.exception("a journey could not be explained")
    if visible and (changes := list(_changes(state))):
        workflow.upsert_search_attributes(changes)


def _changes(state: JourneyState) -> Iterator[SearchAttributeUpdate[str]]:
    known = workflow.info().typed_search_attributes  # a run that goes on from another has the other's
    for key, value in wanted(state, known).items():
        if value is not None and value != known.get(key):
            yield key.value_set(value)


def attributes(state: JourneyState) -> TypedSearchAttributes:
    """What a journey that begins in this state is found by."""
    values = wanted(state, TypedSearchAttributes.empty).items()
    return TypedSearchAttributes([SearchAttributePair(key, value) for key, value in values if value is not None])


def wanted(state: JourneyState, known: TypedSearchAttributes) -> dict[SearchAttributeKey[str], str | None]:
    """The value of each attribute; None where the present one stays.

    Each change is an event in the history, and a journey with several things open would change at every step. The
    present phase and party therefore stay while anything is open for them and nothing for others is late.
    """
    values: dict[SearchAttributeKey[str], str | None] = {PROGRAMME: state.programme.programme}
    if tasks := _open(state):
        phases = [state.programme.steps[task.step].phase for task in tasks]
        parties = [_party(state.programme, task) for task in tasks]
        steady = not tasks[0].overdue
        values[PHASE] = None if steady and known.get(PHASE) in phases else phases[0]
        values[WAITING_ON] = None if steady and known.get(WAITING_ON) in parties else parties[0]
    if state.hold is not None:
        values[WAITING_ON] = state.hold.on
    return values


def _open(state: JourneyState) -> list[Task]:
    """What is open for somebody, the most urgent first; what a program does is soon over."""
    steps = state.programme.steps
    return sorted((task for task in state.tasks if steps[task.step].kind is not Kind.AUTOMATIC), key=urgency)


def _party(programme: Programme, task: Task) -> str | None:
    if task.role == PARTICIPANT:
        return PARTICIPANT
    role = programme.roles.get(task.role or "")
    return programme.steps[task.step].waiting_on or (role.party if role is not None else None)


# ---- outside


async def register(client: Client) -> None:
    """Tell the server of the attributes, where it lets us. Safe to repeat."""
    known = await _known(client)
    missing = {name: kind for name, kind in NEEDED.items() if name not in known}
    if not missing:
        return
    request = AddSearchAttributesRequest(namespace=client.namespace, search_attributes=missing)
    try:
        await client.operator_service.add_search_attributes(request)
    except RPCError as error:
        if error.status not in _NOT_OURS:
            raise


async def is_registered(client: Client) -> bool:
    """Whether journeys can be started as visible on this server."""
    return NEEDED.items() <= (await _known(client)).items()


async def _known(client: Client) -> dict[str, int]:
    """The attributes of somebody's own making, with their kinds; none where the server does not tell."""
    request = ListSearchAttributesRequest(namespace=client.namespace)
    try:
        return dict((await client.operator_service.list_search_attributes(request)).custom_attributes)
    except RPCError as error:
        if error.status not in _NOT_OURS:
            raise
        return {}
