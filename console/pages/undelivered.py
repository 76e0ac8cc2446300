"""Letters that reached nobody, or may not have: why, what to do, and doing it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from console.errors import NotThere
from console.page import Page, Staffed
from console.reasons import UNPROCESSABLE
from console.who import Act, Subject
from schemas.stuck import Advice
from services.mending.errors import NeedsReason, ReasonTooLong
from services.people import contacts
from services.stuck.undelivered import (
    NoSuchNotice,
    NotUndelivered,
    TooLateToSend,
    dismiss_notice,
    resend,
    undelivered,
)

router = APIRouter()

MOST = 100
HERE = "/operations/letters"


@dataclass(frozen=True)
class Letter:
    """One of them on the page. `corrects`: its person's address can be corrected by whoever looks."""

    notice: str
    journey: str
    name: str
    sentence: str
    todo: str
    unsure: bool
    since: datetime
    corrects: bool
    sends: bool


@dataclass(frozen=True)
class Refused:
    """What was refused about one letter, and what had been typed."""

    notice: str
    sentence: str
    reason: str


@router.get(HERE)
async def show_letters(page: Staffed) -> Response:
    """All of them, the oldest first."""
    page.must(Act.OPERATE)
    return await _show(page)


@router.get(f"{HERE}/resend")
@router.get(f"{HERE}/dismiss")
async def back_to_letters(page: Staffed) -> Response:
    """What was sent is looked at anew, as in the other language."""
    page.must(Act.OPERATE)
    return page.go(f"{HERE}?{page.request.url.query}")


@router.post(f"{HERE}/resend")
async def send_again(page: Staffed) -> Response:
    """Let a letter be sent again."""
    page.must(Act.OPERATE)
    desk = page.desk
    try:
        await resend(desk.db, page.field("notice", 200), now=page.now, pace=desk.pace, by=page.actor)
    except NoSuchNotice:
        raise NotThere from None
    except NotUndelivered:
        return page.go(HERE, "undelivered.seen_to")
    except TooLateToSend:
        return page.go(HERE, "undelivered.too_late")
    return page.go(HERE, "undelivered.due_again")


@router.post(f"{HERE}/dismiss")
async def lay_aside(page: Staffed) -> Response:
    """Lay a letter aside: it was seen to otherwise."""
    page.must(Act.OPERATE)
    notice, reason = page.field("notice", 200), page.field("reason")
    try:
        await dismiss_notice(page.desk.db, notice, reason=reason, now=page.now, by=page.actor)
    except NoSuchNotice:
        raise NotThere from None
    except NotUndelivered:
        return page.go(HERE, "undelivered.seen_to")
    except NeedsReason:
        return await _show(page, Refused(notice, page.t("acts.needs_reason"), reason))
    except ReasonTooLong as refused:
        return await _show(page, Refused(notice, refused.sentence(page.language), reason))
    return page.go(HERE, "undelivered.laid_aside")


def _corrects(page: Page, subject: Subject) -> bool:
    """Whether somebody may say where a person can be reached."""
    return page.may(Act.CORRECT, subject) and page.may(Act.SEE_CONTACT, subject)


async def _show(page: Page, refused: Refused | None = None) -> Response:
    desk = page.desk
    found = await undelivered(desk.db, now=page.now, pace=desk.pace, most=MOST + 1, by=page.actor)
    seen = [each["journey"] for each in found if page.may(Act.SEE_CONTACT, Subject(each["journey"]))]
    people = await contacts(desk.db, page.actor, sorted(set(seen)))
    names = {journey: person.name for journey, person in people.items()}
    return page.show(
        "undelivered.html",
        UNPROCESSABLE if refused else 200,
        letters=[_letter(page, each, names) for each in found[:MOST]],
        more=len(found) > MOST,
        refused=refused,
    )


def _letter(page: Page, found: dict[str, Any], names: dict[str, str]) -> Letter:
    journey, advice = found["journey"], found["advice"]
    return Letter(
        notice=found["notice"],
        journey=journey,
        name=names.get(journey) or page.t("operations.journey", id=journey),
        sentence=found["sentence"][page.language],
        todo=page.t(f"operations.todo_{advice}"),
        unsure=found["status"] == "unsure",
        since=found["send_after"],
        corrects=advice is Advice.CORRECT_ADDRESS and _corrects(page, Subject(journey)),
        sends=advice is not Advice.CORRECT_ADDRESS,
    )
