"""What staff do about a participant's own page: links, wishes, what was told, and attendance."""

from __future__ import annotations

import secrets
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from console.errors import NotThere
from console.forms import Maker, ShownForm, answers_in
from console.page import Page, Staffed
from console.pages.sign_in import may_choose
from console.reasons import CONFLICT, UNPROCESSABLE, Wrong
from console.subjects import subject_of_journey, subject_of_task
from console.viewing import View, view
from console.who import Act
from journey.errors import Refusal
from schemas.forms.attendance import REGISTERED
from schemas.forms.problems import FormProblem
from schemas.mending import AskForTime
from services.attendance import book as attendance
from services.attendance.book import FOR_THEM, Entry, How
from services.completing.errors import FormNotAccepted
from services.completing.form_help import form_alone
from services.links.personal import invite, revoke, use_of
from services.mending.acts import mend
from services.outside.desk import dismiss, match
from services.participant.marks import Told, told_of

router = APIRouter()


# ---- links


@router.post("/journeys/{journey}/page/send")
async def send_link(page: Staffed, journey: str) -> Response:
    """Send the participant a new link to their page."""
    page.must(Act.INVITE_PARTICIPANT, await subject_of_journey(page, journey))
    sent = await invite(page.desk.db, journey, by=page.actor, now=page.now)
    return page.go(f"/journeys/{journey}#theirs", "theirs.sent" if sent else "theirs.not_sent")


@router.post("/journeys/{journey}/page/close")
async def close_page(page: Staffed, journey: str) -> Response:
    """Take every link back, and sign the participant out wherever they are."""
    page.must(Act.INVITE_PARTICIPANT, await subject_of_journey(page, journey))
    await revoke(page.desk.db, journey, by=page.actor, now=page.now)
    return page.go(f"/journeys/{journey}#theirs", "theirs.closed")


@router.post("/journeys/{journey}/page/open")
async def open_page(page: Staffed, journey: str) -> Response:
    """Look at the page as the participant: only where anybody may choose whom to be, on this machine."""
    page.must(Act.INVITE_PARTICIPANT, await subject_of_journey(page, journey))
    if not may_choose(page):
        raise NotThere
    return await page.sign_in("/my", journey=journey)


# ---- wishes and what was told


@router.post("/tasks/{task}/keep-time")
async def keep_time(page: Staffed, task: str) -> Response:
    """The time stays as it is: the wish for another one is settled."""
    subject = await subject_of_task(page, task)
    page.must(Act.FINISH, subject)
    desk, command = page.desk, AskForTime(id="to-be-named", task=task)
    key = page.field("key", 100) or None
    await mend(desk.db, desk.journeys, subject.journey, command, key=key, by=page.actor, now=page.now)
    return page.go(f"/journeys/{subject.journey}", "theirs.kept")


@router.post("/journeys/{journey}/told/{event}")
async def confirm_told(page: Staffed, journey: str, event: str) -> Response:
    """What the participant told of somebody's decision is right, or it is not."""
    page.must(Act.CONFIRM_TOLD, await subject_of_journey(page, journey))
    desk = page.desk
    if event not in {told.event for told in await told_of(desk.db, journey, page.actor)}:
        raise NotThere
    if page.field("wrong"):
        await dismiss(desk.db, event, reason=page.t("theirs.told_wrong_reason"), by=page.actor, now=page.now)
        return page.go(f"/journeys/{journey}", "theirs.told_dismissed")
    reason = page.t("theirs.told_right_reason")
    done = await match(desk.db, desk.journeys, event, reason=reason, by=page.actor, now=page.now)
    return page.go(f"/journeys/{journey}", "acts.done" if done.visible else "acts.done_shortly")


# ---- attendance


@router.get("/journeys/{journey}/attendance")
async def show_attendance(page: Staffed, journey: str) -> Response:
    """What somebody has taken part in, and the form for more."""
    found = await view(page, journey, Act.ATTENDANCE)
    return await _show(page, found, key=secrets.token_hex(16))


@router.post("/journeys/{journey}/attendance")
async def register(page: Staffed, journey: str) -> Response:
    """Register an activity, or correct an entry; the participant attests it anew."""
    found = await view(page, journey, Act.ATTENDANCE)
    key, corrects = page.field("key", 100) or secrets.token_hex(16), page.field("corrects", 100) or None
    answers = answers_in(_described(), page.fields())
    try:
        await attendance.register(
            page.desk.db, journey, answers, corrects=corrects, key=key, by=page.actor, now=page.now
        )
    except FormNotAccepted as refused:
        return await _show(page, found, key=key, problems=refused.problems, status=UNPROCESSABLE)
    except Refusal as refused:
        wrong = Wrong(refused.sentence(page.language))
        return await _show(page, found, key=secrets.token_hex(16), wrong=wrong, status=CONFLICT)
    return page.go(f"/journeys/{journey}/attendance", "theirs.corrected" if corrects else "theirs.registered")


@router.post("/journeys/{journey}/attendance/{entry}/back")
async def take_back(page: Staffed, journey: str, entry: str) -> Response:
    """Take an entry back that should not be there."""
    found = await view(page, journey, Act.ATTENDANCE)
    key = page.field("key", 100) or secrets.token_hex(16)
    try:
        await attendance.take_back(page.desk.db, journey, entry, key=f"{key}-{entry}", by=page.actor, now=page.now)
    except Refusal as refused:
        wrong = Wrong(refused.sentence(page.language), entry)
        return await _show(page, found, key=secrets.token_hex(16), wrong=wrong, status=CONFLICT)
    return page.go(f"/journeys/{journey}/attendance", "theirs.taken_back")


@router.post("/journeys/{journey}/attendance/{entry}/attest")
async def attest_for_them(page: Staffed, journey: str, entry: str) -> Response:
    """The participant has said by phone or on paper that an entry is right."""
    found = await view(page, journey, Act.ATTENDANCE)
    try:
        await attendance.attest(
            page.desk.db, journey, entry, how=_how(page), why=page.field("why", 1000), by=page.actor, now=page.now
        )
    except Refusal as refused:
        wrong = Wrong(refused.sentence(page.language), entry)
        return await _show(page, found, key=secrets.token_hex(16), wrong=wrong, status=CONFLICT)
    return page.go(f"/journeys/{journey}/attendance", "theirs.attested")


def _how(page: Page) -> How:
    return next((how for how in FOR_THEM if how == page.field("how", 20)), FOR_THEM[0])


def _described() -> dict[str, Any]:
    """The form of a counted activity as it is shown: without what every form has besides."""
    form = form_alone(attendance.FORM)
    fields = [each for each in form["fields"] if each["field"] not in {"note", "wake_at"}]
    return form | {"fields": fields}


async def _show(
    page: Page,
    found: View,
    *,
    key: str,
    problems: tuple[FormProblem, ...] = (),
    wrong: Wrong | None = None,
    status: int = 200,
) -> Response:
    kept = await attendance.book(page.desk.db, found.journey, page.actor)
    named = page.request.query_params.get("correct") or page.field("corrects", 100)
    correcting = next((entry for entry in kept.entries if entry.entry == named), None)
    return page.show(
        "attendance.html",
        status,
        view=found,
        book=kept,
        form=_form(page, found, correcting, problems),
        correcting=correcting,
        wrong=wrong,
        ways=FOR_THEM,
        how=page.field("how", 20),
        why=page.field("why", 1000),
        key=key,
    )


def _form(page: Page, found: View, correcting: Entry | None, problems: tuple[FormProblem, ...]) -> ShownForm:
    sent: dict[str, list[str]] = {} if page.request.url.path.endswith(("/back", "/attest")) else page.fields()
    if correcting is not None and not sent:
        day, hours = correcting.day.isoformat(), f"{correcting.hours.normalize():f}"
        sent = {"activity": [correcting.activity], "day": [day], "hours": [hours], "place": [correcting.place]}
    step = found.programme.steps[found.programme.fallback]
    return Maker(found.programme, step, _described(), page.language, sent, problems).form(REGISTERED)


# ---- what the journey's page shows of it


async def theirs(page: Page, found: View) -> dict[str, Any]:
    """The participant's own page and attendance, as far as whoever looks may see them."""
    db, journey, by = page.desk.db, found.journey, page.actor
    invites, attends, confirms = (
        page.may(act, found.subject) for act in (Act.INVITE_PARTICIPANT, Act.ATTENDANCE, Act.CONFIRM_TOLD)
    )
    return {
        "tries": invites and may_choose(page),
        "use": await use_of(db, journey, by=by, now=page.now) if invites else None,
        "book": await attendance.book(db, journey, by) if attends else None,
        "told": [_told(page, found, each) for each in await told_of(db, journey, by)] if confirms else [],
    }


def _told(page: Page, found: View, told: Told) -> dict[str, Any]:
    """What was told, in the words that the participant chose."""
    for name, step in found.programme.steps.items():
        own = found.programme.own_page.get(name)
        if step.event == told.type and own is not None and told.outcome in own.answers:
            said, words = step.title[page.language], own.answers[told.outcome].words[page.language]
            return {"event": told.event, "step": said, "words": words, "at": told.at}
    return {"event": told.event, "step": told.type, "words": told.outcome, "at": told.at}
