"""One journey's turn in an act for many: it is given its command, and what it says becomes a result that can be kept.

Nothing is raised: what is refused, what fails and who does not answer are all results, so that the others go on.
"""

from __future__ import annotations

from datetime import UTC, datetime

import structlog

from db.pool import SYSTEM, Database
from journey.errors import Refusal
from schemas.base import Both
from schemas.bulk import ItemStatus, Perform, Result
from schemas.commands import Command
from schemas.journey import Receipt
from services.asking import ask
from services.errors import NotSavedYet, both
from services.journeys import Journeys
from services.mending.acts import check
from services.visibility import AWAY

MISTAKE = Both(
    sv="Något gick fel som inte borde ha gjort det ({kind}); säg till den som sköter systemet.",
    en="Something went wrong that should not have ({kind}); tell whoever looks after the system.",
)


def performing(db: Database, journeys: Journeys) -> Perform:
    """How journeys are given their turn."""

    async def perform(journey: str, command: Command) -> Result:
        try:
            receipt = await _given(db, journeys, journey, command)
        except (NotSavedYet, *AWAY):
            return Result()
        except Refusal as refusal:
            return Result(status=ItemStatus.REFUSED, code=refusal.code, sentence=both(refusal))
        except Exception as error:  # noqa: BLE001 (whatever it is, it is this journey's alone)
            kind = type(error).__name__
            structlog.get_logger().warning("turn_failed", journey=journey, error=kind)
            sentence = Both(sv=MISTAKE.sv.format(kind=kind), en=MISTAKE.en.format(kind=kind))
            return Result(status=ItemStatus.FAILED, code=kind, sentence=sentence)
        return Result(status=ItemStatus.DONE, seq=receipt.seq)

    return perform


async def _given(db: Database, journeys: Journeys, journey: str, command: Command) -> Receipt:
    pace, _ = await check(db, journey, command)
    now = pace.to_journey(datetime.now(UTC))
    return await ask(db, journeys, journey, command, key=command.id, now=now, by=SYSTEM)
