"""Plausible made-up answers to every form, for every outcome of every step: what a careful person would type.

It knows the forms and no programme: what a programme asks for besides is answered from what it says of its facts and
dates.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from demo import forms_move as move
from demo import forms_work as work
from demo.desk import AHEAD, COURSE_DAYS, TEN, USUAL_DAYS_AHEAD, Desk, Given

PREFERRED = ("no", "csn", "job")
"""What is answered when nobody has said otherwise: what makes the journey short."""


def answers(desk: Desk) -> Given:
    """The answers to the form of this step with this outcome, as somebody would type them."""
    fill = FORMS.get(desk.step.form or "generic", work.note)
    return {**(fill(desk) or work.note(desk)), **asked(desk)}


def asked(desk: Desk) -> Given:
    """The facts and dates that the programme asks for with this outcome."""
    outcome = desk.step.outcomes[desk.outcome]
    facts = {fact: _fact(desk, fact) for fact in outcome.asks}
    return {**facts, **{name: _date(desk, name) for name in outcome.asks_dates}}


def _fact(desk: Desk, fact: str) -> str:
    if fact in desk.wishes:
        return desk.wishes[fact]
    values = desk.programme.facts[fact].values
    return next((value for value in PREFERRED if value in values), next(iter(values)))


def _date(desk: Desk, name: str) -> str:
    """A date ahead of today; an appointment at ten in the morning. What is known and still ahead stays."""
    known = desk.known_day(name)
    appointment = desk.programme.dates[name].minutes is not None
    if name == "course_end":
        return str(_course_end(desk))
    if known is not None and known > desk.today and not appointment:
        return str(known)
    day = desk.ahead(AHEAD.get(name, USUAL_DAYS_AHEAD))
    return f"{day} {TEN}:00" if appointment else str(day)


def _course_end(desk: Desk) -> date:
    start = desk.known_day("course_start") or desk.ahead(AHEAD["course_start"])
    return max(start, desk.today) + timedelta(days=COURSE_DAYS)


FORMS: dict[str, Callable[[Desk], Given]] = {
    "welcome_call": work.welcome_call,
    "eligibility": work.eligibility,
    "enrolment": work.enrolment,
    "mapping": work.mapping,
    "insight_course": work.insight_course,
    "validation": work.validation,
    "matching": work.matching,
    "selection": work.selection,
    "speed_interview": work.selection,
    "job_interview": work.job_interview,
    "job_offer": work.job_offer,
    "trip_offer": work.trip_offer,
    "trip_funding": work.trip_funding,
    "trip_booking": work.trip_booking,
    "trip": work.trip,
    "job_promise": move.job_promise,
    "vux_application": move.vux_application,
    "ike_decision": move.ike_decision,
    "admission": move.admission,
    "csn_right": move.csn,
    "csn_application": move.csn,
    "csn_decision": move.csn,
    "other_income": move.other_income,
    "study_start": move.study_start,
    "study_progress": move.study_progress,
    "study_result": move.study_result,
    "promise_fulfilled": move.promise_fulfilled,
    "temporary_home": move.temporary_home,
    "move_decision": move.move_decision,
    "move_planning": move.move_planning,
    "arrival": move.arrival,
    "registration": move.registration,
    "family": move.accompanying,
    "partner": move.accompanying,
    "preschool": move.place,
    "school": move.place,
    "employment_start": move.employment_start,
    "guide_contacts": move.guide_contacts,
    "permanent_home": move.permanent_home,
    "closing": move.closing,
    "follow_up": move.follow_up,
}
"""How each form is filled in. One that is not listed gets a note."""
