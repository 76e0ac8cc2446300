"""What somebody should do about what is stuck. Commands (`services.stuck.words`) and pages each have their ways."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schemas.programme import PARTICIPANT, Kind
from schemas.stuck import Advice, StuckCause
from services.stuck import course
from services.stuck.process import Verdict


def about_task(record: Mapping[str, Any], cause: StuckCause) -> Advice:
    """What to do about a task that is late, or nobody's."""
    if cause is StuckCause.UNOWNED:
        return Advice.GIVE_TO_SOMEBODY
    if record["kind"] == Kind.AUTOMATIC:
        return Advice.END_BY_HAND
    return Advice.REMIND if record["fixed"] else Advice.REMIND_OR_GIVE_TIME


def about_letter(record: Mapping[str, Any]) -> Advice:
    """What to do about a letter that reached nobody, or may not have."""
    cause = record["cause"]
    if record["status"] == "unsure":
        return Advice.ASK_WHETHER_IT_CAME
    if cause == "nobody":
        return Advice.GIVE_ROLE
    if cause in {"bad_sender", "technical"}:
        return Advice.MEND
    return Advice.CORRECT_ADDRESS if record["recipient"] == PARTICIPANT else Advice.CORRECT_STAFF


FOR_ALL = {
    course.WORKER: Advice.START_AGAIN,
    course.SERVER: Advice.START_AGAIN,
    course.DATABASE: Advice.CATCH_UP_ALL,
}
OF_JOURNEYS = {
    course.MISSING: Advice.CATCH_UP,
    course.NOT_BEGUN: Advice.WILL_BEGIN,
    course.ASLEEP: Advice.WAKE,
    course.NO_ANSWER: Advice.WAKE,
}


def about_verdict(verdict: Verdict) -> Advice:
    """What to do about what a program fails at."""
    trouble = verdict.trouble
    if verdict.bulk is not None:
        return Advice.MEND_OR_STOP
    if trouble.what in FOR_ALL:
        return FOR_ALL[trouble.what]
    if verdict.cause is StuckCause.BEHIND:
        return Advice.CATCH_UP
    if trouble.what == course.WORKFLOW and trouble.cause in OF_JOURNEYS:
        return OF_JOURNEYS[trouble.cause]
    return Advice.END_BY_HAND if trouble.what == "run_action" and verdict.task is not None else Advice.MEND
