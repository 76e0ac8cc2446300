"""Doing something to a journey: asked for, shown with what it would change, and only then done."""

from __future__ import annotations

import secrets
from dataclasses import replace

from fastapi import APIRouter
from starlette.responses import Response

from console.acts import DOINGS
from console.asking import REASON, TO_COME, Asked, Doing, Unclear
from console.errors import NotThere
from console.foreseeing import Lines, Seer
from console.forms import Shown
from console.page import Page, Staffed
from console.reasons import CONFLICT, UNAVAILABLE, Wrong, plainly
from console.viewing import View, view
from console.who import Role, Subject
from journey.errors import Refusal
from journey.forecast import foresee
from schemas.commands import Command
from services.completing.errors import NotConfirmed
from services.mending.acts import check, mend

router = APIRouter()

ANY_EXIT = {Role.PROJECT_LEADER, Role.OPERATOR}


@router.get("/journeys/{journey}/do/{name}")
async def ask(page: Staffed, journey: str, name: str) -> Response:
    """What the act asks."""
    doing, found = await _doing(page, journey, name)
    sent = {key: [value] for key, value in page.request.query_params.items() if key in ("task", "step")}
    return _show(page, doing, _asked(page, found, doing, sent), secrets.token_hex(16))


@router.post("/journeys/{journey}/do/{name}")
async def answer(page: Staffed, journey: str, name: str) -> Response:
    """Show what the act would change; with `do`, do it."""
    doing, found = await _doing(page, journey, name)
    asked = _asked(page, found, doing, page.fields())
    key = page.field("key", 100) or secrets.token_hex(16)
    if page.field("change"):
        return _show(page, doing, asked, key)
    try:
        command = _command(page, doing, asked)
        if page.field("do"):
            return await _do(page, asked, command, key)
        return _show(page, doing, asked, key, would=await _would(page, asked, command))
    except Unclear as unclear:
        return _show(page, doing, asked, key, Wrong(page.t(unclear.words), unclear.field))
    except NotConfirmed as refused:
        return _show(page, doing, asked, key, Wrong(refused.sentence(page.language), status=UNAVAILABLE))
    except Refusal as refused:
        # Another key: the former may have been used up.
        wrong = Wrong(plainly(refused, found.programme, page.language), status=CONFLICT)
        return _show(page, doing, asked, secrets.token_hex(16), wrong)


async def _doing(page: Page, journey: str, name: str) -> tuple[Doing, View]:
    """The act, for somebody who may do it to this journey or task. Raises `NotThere`."""
    doing = DOINGS.get(name)
    if doing is None:
        raise NotThere
    found = await view(page, journey)
    subject = found.subject
    if doing.about_task:
        named = page.request.query_params.get("task") or page.field("task", 200)
        task = next((task for task in found.tasks if task.id == named), None)
        if task is None:
            raise NotThere
        subject = Subject(found.journey, subject.roles, subject.staff, task.role, task.owner)
    page.must(doing.act, subject)
    return doing, found


def _asked(page: Page, found: View, doing: Doing, sent: dict[str, list[str]]) -> Asked:
    return Asked(found, page.language, doing.name, sent, any_exit=bool(ANY_EXIT & page.who.roles))


def _command(page: Page, doing: Doing, asked: Asked) -> Command:
    """What is to be sent. Raises `Unclear`."""
    command = doing.command(asked)
    if doing.reason and not page.field(REASON):
        raise Unclear(REASON, "acts.needs_reason")
    return command


async def _would(page: Page, asked: Asked, command: Command) -> list[Lines] | None:
    """What it would change; None where nobody can say just now. Raises a `Refusal`."""
    found = asked.view
    await check(page.desk.db, found.journey, command, page.actor)
    if found.state is None:
        return None
    change = foresee(found.state, command.but(by=page.actor), found.now, journal=found.events)
    return Seer(found.programme, found.staff, page.language).change(change)


async def _do(page: Page, asked: Asked, command: Command, key: str) -> Response:
    desk = page.desk
    done = await mend(
        desk.db,
        desk.journeys,
        asked.view.journey,
        command.but(id=TO_COME),
        reason=page.field(REASON) or None,
        key=key,
        by=page.actor,
        now=page.now,
    )
    return page.go(f"/journeys/{asked.view.journey}", "acts.done" if done.visible else "acts.done_shortly")


def _show(
    page: Page,
    doing: Doing,
    asked: Asked,
    key: str,
    wrong: Wrong | None = None,
    *,
    would: list[Lines] | None = None,
) -> Response:
    fields = [_with(each, wrong) for each in doing.fields(asked)]
    task = asked.task()
    previewing = page.request.method == "POST" and wrong is None and not page.field("change")
    return page.show(
        "doing.html",
        wrong.status if wrong else 200,
        doing=doing,
        view=asked.view,
        fields=fields,
        task=task,
        step=asked.programme.steps[task.step] if task and doing.about_task else None,
        sent=asked.sent,
        reason=page.field(REASON),
        wrong=wrong,
        would=would,
        previewing=previewing,
        key=key,
    )


def _with(shown: Shown, wrong: Wrong | None) -> Shown:
    return replace(shown, error=wrong.sentence) if wrong and wrong.field == shown.name else shown
