"""Who somebody is, put right: shown on demand only, judged field by field, and done after it has been shown.

Names and numbers are sent, never written in an address. Whoever looks leaves a trace, as with a phone number.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from console.asking import REASON
from console.forms import Shown
from console.page import Page, Staffed
from console.reasons import CONFLICT, UNAVAILABLE, UNPROCESSABLE
from console.viewing import View, view
from console.who import Act
from journey.errors import Refusal
from schemas.people import IDENTITY
from services.completing.errors import NotConfirmed
from services.mending.foreseeing import dry_run
from services.mending.identity import correct_identity, identity_command, particulars, what_is_wrong

router = APIRouter()

KINDS = {"email": "email", "phone": "tel", "adults": "number", "children": "number"}
WAS = "was-"


@router.get("/journeys/{journey}/particulars")
async def ask(page: Staffed, journey: str) -> Response:
    """Before anything is shown: what this is for, and that looking is noted."""
    return page.show("particulars.html", view=await _of(page, journey), stage="before", problems=None)


@router.post("/journeys/{journey}/particulars")
async def answer(page: Staffed, journey: str) -> Response:
    """Show what is known; then what would be different; then put it right."""
    found = await _of(page, journey)
    if not page.field("key"):
        known = await particulars(page.desk.db, journey, by=page.actor, now=page.now)
        return _form(page, found, known, known)
    sent = {name: page.field(name, 400) for name in IDENTITY}
    was = {name: page.field(WAS + name, 400) for name in IDENTITY}
    if page.field("change"):
        return _form(page, found, sent, was, key=page.field("key", 100))
    changed = {name: value for name, value in sent.items() if value != was[name]}
    if problems := await _problems(page, journey, changed):
        return _form(page, found, sent, was, key=page.field("key", 100), problems=problems)
    try:
        return await (_do if page.field("do") else _preview)(page, found, changed)
    except NotConfirmed as refused:
        wrong, status = refused.sentence(page.language), UNAVAILABLE
    except Refusal as refused:
        wrong, status = refused.sentence(page.language), CONFLICT
    return _form(page, found, sent, was, problems=[("", wrong)], status=status)


async def _of(page: Page, journey: str) -> View:
    """The journey, for somebody who may put right whose it is. Raises `NotThere`."""
    found = await view(page, journey, Act.CORRECT)
    page.must(Act.SEE_CONTACT, found.subject)
    return found


async def _problems(page: Page, journey: str, changed: dict[str, str]) -> list[tuple[str, str]]:
    """What is wrong with what was sent: the field, and one sentence."""
    if not changed:
        return [("", page.t("particulars.nothing"))]
    wrong = await what_is_wrong(page.desk.db, journey, changed, page.now, page.actor)
    problems = [(name, both[page.language]) for name, both in wrong.items()]
    return problems if page.field(REASON) else [*problems, (REASON, page.t("acts.needs_reason"))]


async def _preview(page: Page, found: View, changed: dict[str, str]) -> Response:
    """What would be different. Raises a `Refusal` where it could not be done."""
    desk = page.desk
    command = await identity_command(desk.db, found.journey, changed, page.now, page.actor)
    await dry_run(desk.db, desk.journeys, found.journey, command, by=page.actor, now=page.now)
    shown = [each for each in _fields(page, {name: page.field(name, 400) for name in IDENTITY}) if each.name in changed]
    before = {each.name: each for each in _fields(page, {name: page.field(WAS + name, 400) for name in IDENTITY})}
    return page.show(
        "particulars.html",
        view=found,
        stage="preview",
        problems=None,
        lines=[(each.label, _spoken(before[each.name]), _spoken(each)) for each in shown],
        letters_again="email" in changed and bool(changed["email"]),
        sent=page.fields(),
        key=page.field("key", 100),
        reason=page.field(REASON),
    )


async def _do(page: Page, found: View, changed: dict[str, str]) -> Response:
    desk = page.desk
    done = await correct_identity(
        desk.db,
        desk.journeys,
        found.journey,
        changed,
        reason=page.field(REASON),
        key=page.field("key", 100),
        by=page.actor,
        now=page.now,
    )
    return page.go(f"/journeys/{found.journey}", "acts.done" if done.visible else "acts.done_shortly")


def _form(
    page: Page,
    found: View,
    values: dict[str, str],
    was: dict[str, str],
    *,
    key: str = "",
    problems: list[tuple[str, str]] | None = None,
    status: int = UNPROCESSABLE,
) -> Response:
    wrong: dict[str, Any] = dict(problems or ())
    return page.show(
        "particulars.html",
        status if problems else 200,
        view=found,
        stage="form",
        fields=[replace(each, error=wrong.get(each.name)) for each in _fields(page, values)],
        was={WAS + name: value for name, value in was.items()},
        problems=problems,
        reason=page.field(REASON),
        reason_error=wrong.get(REASON),
        key=key or secrets.token_hex(16),
    )


def _fields(page: Page, values: dict[str, str]) -> list[Shown]:
    languages = tuple((each, page.t(f"particulars.speaks_{each}")) for each in ("sv", "en"))
    return [
        Shown(
            name=name,
            label=page.t(f"particulars.{name}"),
            kind="choice" if name == "language" else KINDS.get(name, "text"),
            value=values[name],
            choices=languages if name == "language" else (),
        )
        for name in IDENTITY
    ]


def _spoken(shown: Shown) -> str:
    return next((words for value, words in shown.choices if value == shown.value), shown.value)
