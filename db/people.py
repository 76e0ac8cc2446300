"""Who a person is, brought up to date by a correction that is in the journal of one of their journeys.

The form has been judged and kept before; the journal names it and the fields. It decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from db.pool import Connection
from db.queries import sql
from schemas.events import Event
from schemas.people import IDENTITY, Refused, email_key, phone_key

FORM = "identity"


async def correct(connection: Connection, journey: str, event: Event) -> None:
    """Let the person's row follow a corrected identity, and try letters again that could not reach the former address.

    A form that is no longer there (an older backup was restored) changes nothing.
    """
    known = await connection.fetchrow(sql.identity_as_corrected, journey, event.submission, FORM)
    if known is None:
        return
    answers = known["answers"]
    right = {field: known[field] for field in IDENTITY}
    right |= {field: answers[field] for field in event.fields if field in IDENTITY and field in answers}
    if not (right["email"] or right["phone"] or known["unknown"]):
        right |= {"email": known["email"], "phone": known["phone"]}  # somebody must stay within reach
    if right["email"] and right["email"] != known["email"]:
        await connection.execute(sql.try_the_address_again, known["person"])
    keys = _key(email_key, right["email"]), _key(phone_key, right["phone"])
    await connection.execute(sql.correct_person, known["person"], *right.values(), *keys)


def _key(key_of: Callable[[str], str], written: Any) -> str | None:
    try:
        return key_of(written) if written else None
    except Refused:
        return None
