"""The participant's own page: how things stand, what they may answer, another time, what they have taken part in."""

from __future__ import annotations

import secrets
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import Response

from console import live
from console.errors import NotThere
from console.forms import Maker, ShownForm, answers_in
from console.own_page import Speaker, by_day
from console.page import Page, Participating
from console.reasons import CONFLICT, UNAVAILABLE, UNPROCESSABLE, Wrong
from console.who import Act, Subject
from journey import wishing
from journey.errors import Refusal
from schemas.forms.problems import FormProblem
from schemas.mending import UndoLast
from schemas.programme import PARTICIPANT
from schemas.tasks import Task
from services.attendance.book import attest, book
from services.completing.errors import FormNotAccepted, NotConfirmed
from services.mending.acts import mend
from services.participant.answering import answer, ask_for_time, described, question_of
from services.participant.calendar import calendar_file
from services.participant.own_journey import OwnJourney, own_journey

router = APIRouter()


@router.get("/my")
async def show_own_page(page: Participating) -> Response:
    """Seen? Who acts now, what is next and when, whom to call, and what can be answered."""
    own = await _own(page)
    speaker = Speaker(own, page.language)
    lines, appointments = speaker.lines(), speaker.appointments()
    shown = {each.line.task for each in appointments if each.line}
    return page.show(
        "mine.html",
        own=own,
        speaker=speaker,
        yours=[line for line in lines if line.theirs],
        others=[line for line in lines if not line.theirs and line.task not in shown],
        appointments=appointments,
        stages=speaker.stages(),
        book=await book(page.desk.db, own.journey, page.actor),
        key=secrets.token_hex(16),
    )


@router.get("/my/live")
async def news(page: Participating) -> Response:
    """Word of anything new in one's own journey."""
    own = _journey(page)

    async def concerns(journeys: set[str]) -> bool:
        return own in journeys

    return live.stream(page, concerns)


# ---- answers


@router.get("/my/answer/{task}")
async def question(page: Participating, task: str) -> Response:
    """What can be answered about one open step."""
    own = await _own(page)
    found = _asked(own, task)
    if found is None:
        return page.show("mine_gone.html")
    return _show_question(page, own, found, secrets.token_hex(16))


@router.post("/my/answer/{task}")
async def reply(page: Participating, task: str) -> Response:
    """Take the answer in. What is refused comes back as it was given, with what is wrong beside it."""
    own = await _own(page)
    found = _asked(own, task)
    if found is None:
        return page.show("mine_gone.html", CONFLICT)
    key, outcome = page.field("key", 100) or secrets.token_hex(16), page.field("outcome")
    form = described(own.programme, found.step)
    if outcome not in {each["outcome"] for each in form["outcomes"]}:
        return _show_question(page, own, found, key, outcome_error=page.t("mine.choose"))
    try:
        done = await answer(
            page.desk.db,
            page.desk.journeys,
            task,
            outcome,
            answers_in(form, page.fields()),
            journey=own.journey,
            key=key,
            now=page.now,
            language=page.language,
        )
    except Refusal as refused:
        return await _refused(page, found, key, refused)
    return page.go("/my", "mine.answered_waits" if done.waits else _said("mine.answered", visible=done.visible))


async def _refused(page: Page, task: Task, key: str, refused: Refusal) -> Response:
    """The form once more, with what is wrong; of a step that is not open any more, that it is settled."""
    own = await _own(page)
    if own.task(task.id) is None:
        return page.show("mine_gone.html", CONFLICT)
    if isinstance(refused, FormNotAccepted):
        return _show_question(page, own, task, key, refused.problems)
    if isinstance(refused, NotConfirmed):
        return _show_question(page, own, task, key, wrong=Wrong(refused.sentence(page.language), status=UNAVAILABLE))
    # Another key: the former may have been used up.
    return _show_question(
        page, own, task, secrets.token_hex(16), wrong=Wrong(refused.sentence(page.language), status=CONFLICT)
    )


@router.post("/my/undo")
async def undo(page: Participating) -> Response:
    """Take one's latest answer back, while it can be."""
    own = await _own(page)
    if own.undo is None:
        return page.go("/my")
    desk, command = page.desk, UndoLast(id="to-be-named", task=own.undo.task)
    await mend(
        desk.db, desk.journeys, own.journey, command, key=page.field("key", 100) or None, by=PARTICIPANT, now=page.now
    )
    return page.go("/my", "mine.undone")


def _asked(own: OwnJourney, task: str) -> Task | None:
    """The open task, if it is one that the participant may answer."""
    found = own.task(task)
    return found if found is not None and question_of(own.programme, found.step) is not None else None


def _show_question(
    page: Page,
    own: OwnJourney,
    task: Task,
    key: str,
    problems: tuple[FormProblem, ...] = (),
    *,
    outcome_error: str | None = None,
    wrong: Wrong | None = None,
) -> Response:
    form = _form(page, own, task, problems, outcome_error)
    status = UNPROCESSABLE if form.problems else wrong.status if wrong else 200
    speaker = Speaker(own, page.language)
    line = next(line for line in speaker.lines() if line.task == task.id)
    return page.show("mine_answer.html", status, own=own, line=line, form=form, key=key, wrong=wrong)


def _form(
    page: Page, own: OwnJourney, task: Task, problems: tuple[FormProblem, ...], outcome_error: str | None
) -> ShownForm:
    """The step's form with the participant's own words for its outcomes; a date that is known already is filled in."""
    said, step = described(own.programme, task.step), own.programme.steps[task.step]
    answers = own.programme.own_page[task.step].answers
    words = {name: found.but(title=answers[name].words) for name, found in step.outcomes.items() if name in answers}
    asked = [each["field"] for each in said["fields"]]
    sent = page.fields() or {name: [_typed(own.dates[name])] for name in asked if name in own.dates}
    maker = Maker(own.programme, step.but(outcomes=words), said, page.language, sent, problems)
    return maker.form(page.field("outcome"), outcome_error=outcome_error)


def _typed(value: object) -> str:
    """A date as a field has it; a time is asked for anew."""
    return "" if isinstance(value, datetime) else str(value)


# ---- another time


@router.get("/my/time/{task}")
async def other_times(page: Participating, task: str) -> Response:
    """Which times can be asked for."""
    own = await _own(page)
    if own.task(task) is None:
        return page.show("mine_gone.html")
    return _show_times(page, own, task)


@router.post("/my/time/{task}")
async def ask_time(page: Participating, task: str) -> Response:
    """Ask for another time, or take the wish back."""
    own = await _own(page)
    if own.task(task) is None:
        return page.show("mine_gone.html", CONFLICT)
    taking_back = bool(page.field("none"))
    at = None if taking_back else _moment(page.field("at", 40))
    if at is None and not taking_back:
        return _show_times(page, own, task, Wrong(page.t("mine.time_unclear")))
    key = page.field("key", 100) or secrets.token_hex(16)
    try:
        visible = await ask_for_time(
            page.desk.db, page.desk.journeys, task, at, journey=own.journey, key=key, now=page.now
        )
    except Refusal as refused:
        status = UNAVAILABLE if isinstance(refused, NotConfirmed) else CONFLICT
        return _show_times(page, await _own(page), task, Wrong(refused.sentence(page.language), status=status))
    return page.go("/my", "mine.time_taken_back" if taking_back else _said("mine.time_asked", visible=visible))


def _show_times(page: Page, own: OwnJourney, task: str, wrong: Wrong | None = None) -> Response:
    found, speaker = own.task(task), Speaker(own, page.language)
    if found is None:
        return page.show("mine_gone.html", CONFLICT)
    window, why = None, ""
    try:
        window = wishing.window(own.programme, found, own.dates, own.now, own.hold)
    except Refusal as refused:
        why = refused.sentence(page.language)
    times = wishing.offered(window, own.now) if window else ()
    return page.show(
        "mine_time.html",
        wrong.status if wrong else 200,
        own=own,
        task=found,
        line=next(line for line in speaker.lines() if line.task == task),
        by_phone=own.programme.steps[found.step].by_phone,
        days=by_day(times, speaker.office),
        why=why,
        chosen=page.field("at", 40),
        wrong=wrong,
        key=secrets.token_hex(16),
    )


def _moment(typed: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(typed)
    except ValueError:
        return None
    return at if at.utcoffset() is not None else None


@router.get("/my/calendar/{name}.ics")
async def calendar(page: Participating, name: str) -> Response:
    """An appointment, to be put into a calendar."""
    content = calendar_file(await _own(page), name, page.language, written_at=page.now)
    if content is None:
        raise NotThere
    headers = {"Content-Disposition": 'attachment; filename="resan.ics"'}
    return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)


# ---- attendance


@router.post("/my/attest/{entry}")
async def attest_entry(page: Participating, entry: str) -> Response:
    """Say that an entry of attendance is right."""
    journey = _journey(page)
    await attest(page.desk.db, journey, entry, by=page.actor, now=page.now)
    return page.go("/my#attendance", "mine.attested")


# ---- whose


def _journey(page: Page) -> str:
    journey = page.who.journey or ""
    page.must(Act.SEE_OWN_JOURNEY, Subject(journey))
    return journey


async def _own(page: Page) -> OwnJourney:
    desk = page.desk
    return await own_journey(desk.db, desk.programmes, _journey(page), by=page.actor, now=page.now)


def _said(key: str, *, visible: bool) -> str:
    return key if visible else "mine.answered_shortly"
