"""Reports from outside, for tests: sent, looked up and waited for, and journeys that wait for one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from services.outside.receiving import Received, receive
from services.outside.repair import GRACE
from tests.workflow.harness import MONDAY, House, eventually

OFFER = {"type": "offer.made", "outcome": "offered"}
ROUTE = {"route": "job"}
LATER = GRACE + timedelta(seconds=1)


async def sent(house: House, journey: str, event: str = "e1", /, *, patience: float = 30, **given: Any) -> Received:
    """What became of a report, an offer if nothing else is said, once its journey has said so."""
    report = {"journey": journey, **OFFER, **given}
    now = datetime.now(UTC)
    return await receive(house.db, house.journeys, event, report, by="gateway", now=now, patience=patience)


async def report(house: House, event: str = "e1") -> dict[str, Any]:
    """The row of a report."""
    return await house.row("outside_events", "event", event)


async def settled(house: House, status: str, event: str = "e1") -> dict[str, Any]:
    """The row of a report, once it has this status."""

    async def there() -> dict[str, Any] | None:
        row = await report(house, event)
        return row if row["status"] == status else None

    return await eventually(there, f"{event} is {status}") or {}


async def begun(house: House) -> str:
    """A journey at its beginning."""
    journey = await house.begin()
    await house.settled(journey)
    return journey


async def go_on(house: House, journey: str) -> None:
    """From its beginning to the wait for an offer."""
    await house.complete(journey, "welcome_call", "willing", facts=ROUTE)
    await house.complete(journey, "interview", "booked", dates={"interview_at": MONDAY})


async def waiting(house: House) -> str:
    """A journey that waits for an offer."""
    journey = await begun(house)
    await go_on(house, journey)
    return journey
