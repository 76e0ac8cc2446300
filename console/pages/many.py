"""Ordering an act for many journeys: whom it is for, what it asks, what it would do to some, and only then begun."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace

from fastapi import APIRouter
from starlette.responses import Response

from console.acts import Unclear
from console.conditions import OFFERED, Whom, given, in_words, whom
from console.errors import NotThere
from console.forms import Shown
from console.orders import ORDERS, Asked, Order
from console.page import Page, Staffed
from console.reasons import CONFLICT, UNPROCESSABLE, Wrong
from console.trying import Tried, tried
from console.who import Act, Role
from journey.errors import Refusal
from schemas.commands import Command
from services.bulk.acts import Bulks, begin
from services.bulk.order import RATE, Ordered, bulk_id, create, each
from services.bulk.where import CAUSES as CAUSES_OF_A_FILTER
from services.bulk.where import NothingMatches
from services.bulk.where import in_words as as_typed
from services.colleagues import Colleague, colleagues
from services.mending.acts import act_of, checked_reason
from services.stuck.choices import Choices, choices
from services.stuck.words import CAUSES

router = APIRouter()

REASON = "reason"
RATES = {"usual": RATE, "slow": 1.0}
"""How many a second, by what it is called."""


@dataclass(frozen=True)
class Ordering:
    """An act for many on its page."""

    order: Order
    whom: Whom
    asked: Asked


@router.get("/operations/many")
async def choose(page: Staffed) -> Response:
    """Whom it is for, and which act."""
    page.must(Act.BULK)
    staff = await colleagues(page.desk.db, page.actor)
    known = await choices(page.desk.db, page.desk.programmes, page.actor)
    found, wrong = None, ""
    try:
        found = await whom(page, _names(staff))
    except Refusal as refused:
        wrong = refused.sentence(page.language)
    typed = dict(given(page))
    return page.show(
        "many.html",
        UNPROCESSABLE if wrong else 200,
        typed=typed,
        others={name: value for name, value in typed.items() if name not in OFFERED},
        whom=found,
        said=in_words(page, found.where, known, found.staff) if found else [],
        wrong=wrong,
        known=known,
        parties=_parties(known, typed.get("programme", "")),
        staff=staff,
        causes={cause: words for cause, words in CAUSES.items() if cause in CAUSES_OF_A_FILTER},
        orders=[order for order in ORDERS.values() if page.may(order.act)] if found and found.number else [],
    )


@router.get("/operations/many/{name}")
async def ask(page: Staffed, name: str) -> Response:
    """What the act asks."""
    return _show(page, await _ordering(page, name), secrets.token_hex(16))


@router.post("/operations/many/{name}")
async def answer(page: Staffed, name: str) -> Response:
    """Show what the act would do; with `do`, have it done."""
    ordering = await _ordering(page, name)
    key = page.field("key", 100) or secrets.token_hex(16)
    if page.field("change"):
        return _show(page, ordering, key)
    try:
        command = _command(page, ordering)
        if page.field("do"):
            return await _order(page, ordering, command, key)
        found = await tried(page, command, ordering.whom.where, ordering.whom.staff)
        return _show(page, ordering, key, would=found)
    except Unclear as unclear:
        return _show(page, ordering, key, Wrong(page.t(unclear.words), unclear.field))
    except Refusal as refused:
        wrong = Wrong(refused.sentence(page.language), status=CONFLICT)
        return _show(page, ordering, secrets.token_hex(16), wrong)


async def _ordering(page: Page, name: str) -> Ordering:
    """The act, for somebody who may do it to one and to many, for whom the address bar says. Raises a `Refusal`."""
    page.must(Act.BULK)
    order = ORDERS.get(name)
    if order is None:
        raise NotThere
    page.must(order.act)
    staff = await colleagues(page.desk.db, page.actor)
    found = await whom(page, _names(staff))
    if not found.where:
        raise NotThere
    asked = Asked(
        order.name,
        page.language,
        found.known.programmes.get(found.programme),
        [(each.staff, each.name) for each in staff],
        page.fields(),
        any_exit=bool({Role.PROJECT_LEADER, Role.OPERATOR} & page.who.roles),
    )
    return Ordering(order, found, asked)


def _command(page: Page, ordering: Ordering) -> Command:
    """What each is to be told. Raises `Unclear` or a `Refusal`."""
    command = ordering.order.command(ordering.asked)
    if ordering.order.reason and not page.field(REASON):
        raise Unclear(REASON, "acts.needs_reason")
    checked_reason(page.field(REASON) or None)
    if not ordering.whom.number:
        raise NothingMatches(conditions=as_typed(ordering.whom.where))
    return command


async def _order(page: Page, ordering: Ordering, command: Command, key: str) -> Response:
    desk = page.desk
    ordered = Ordered(
        each(command),
        act_of(command),
        RATES.get(page.field("rate"), RATE),
        page.actor,
        words=checked_reason(page.field(REASON) or None),
        bulk=bulk_id(key),
    )
    bulk = await create(desk.db, ordered, ordering.whom.where, desk.journey_now())
    await begin(Bulks(desk.client), bulk)
    return page.go(f"/operations/bulks/{bulk}", "many.begun")


def _show(
    page: Page, ordering: Ordering, key: str, wrong: Wrong | None = None, *, would: Tried | None = None
) -> Response:
    found, order = ordering.whom, ordering.order
    lacks_programme = order.of_programme and ordering.asked.programme is None
    fields = () if lacks_programme else tuple(_with(field, wrong) for field in order.fields(ordering.asked))
    return page.show(
        "many_order.html",
        wrong.status if wrong else 200,
        order=order,
        whom=found,
        said=in_words(page, found.where, found.known, found.staff),
        number=found.number,
        fields=fields,
        lacks_programme=lacks_programme,
        sent=page.fields(),
        reason=page.field(REASON),
        rate=page.field("rate") if page.field("rate") in RATES else "usual",
        rates=tuple(RATES),
        wrong=wrong,
        would=would,
        key=key,
    )


def _with(shown: Shown, wrong: Wrong | None) -> Shown:
    return replace(shown, error=wrong.sentence) if wrong and wrong.field == shown.name else shown


def _names(staff: Sequence[Colleague]) -> dict[str, str]:
    return {each.staff: each.name for each in staff}


def _parties(known: Choices, programme: str) -> dict[str, object]:
    """Whom steps may wait for."""
    wanted = [each for name, each in known.programmes.items() if not programme or name == programme]
    return {name: party.title for each in wanted for name, party in each.parties.items()}
