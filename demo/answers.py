"""Plausible made-up answers to every form, for every outcome of every step: what a careful person would type.

Everybody in it is invented; identity numbers are the tax agency's published test numbers. It knows the forms and no
programme: what a programme asks for besides is answered from what it says of its facts and dates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from journey import calendars
from schemas.programme import Calendar, Programme, Step

Given = dict[str, Any]

NUMBERS = ("198507099805", "197010632391", "191212121212")
"""Of Skatteverket's published test numbers: two personal numbers and a coordination number."""

EMPLOYERS = ("Provverkstaden AB", "Exempelköket")
COURSE_DAYS = 18 * 7
AHEAD = {
    "interview_at": 4,
    "job_interview_at": 4,
    "trip_date": 13,
    "application_closes": 10,
    "course_start": 35,
    "moving_day": 11,
    "employment_start": 30,
    "offer_valid_until": 10,
}
"""How many days ahead people set a date; any other is set two weeks ahead."""

USUAL_DAYS_AHEAD = 14
TEN, A_MEETING = 10, 14
PREFERRED = ("no", "csn", "job")
"""What is answered when nobody has said otherwise: what makes the journey short."""


@dataclass(frozen=True)
class Desk:
    """What somebody sees who fills in a form. `now` is journey time, `wishes` facts that are true of the participant.

    `known` are the facts and dates the journey has already; `number` tells participants apart.
    """

    programme: Programme
    step_name: str
    outcome: str
    now: datetime
    known: Mapping[str, str | date | datetime] = field(default_factory=dict)
    wishes: Mapping[str, str] = field(default_factory=dict)
    number: int = 0

    @property
    def step(self) -> Step:
        return self.programme.steps[self.step_name]

    @property
    def calendar(self) -> Calendar:
        return next(iter(self.programme.calendars.values()))

    @property
    def today(self) -> date:
        return calendars.local_day(self.now, self.calendar)

    @property
    def moment(self) -> str:
        """This moment on the clock on the wall, with its offset, for the hour that comes twice in autumn."""
        return calendars.local(self.now, self.calendar).isoformat(timespec="minutes")

    @property
    def employer(self) -> str:
        return EMPLOYERS[self.number % len(EMPLOYERS)]

    def known_day(self, name: str) -> date | None:
        """A named date that the journey has, as a local date."""
        value = self.known.get(name)
        if isinstance(value, datetime):
            return calendars.local_day(value, self.calendar)
        return value if isinstance(value, date) else None

    def before(self, name: str, days: int = 0) -> str:
        """Today, or so many days before a named date when that has passed."""
        limit = self.known_day(name)
        return str(self.today if limit is None else min(self.today, limit - timedelta(days=days)))

    def ahead(self, days: int) -> date:
        """A working day so many days ahead."""
        return calendars.working_day_from(self.today + timedelta(days=days), self.calendar)


def answers(desk: Desk) -> Given:
    """The answers to the form of this step with this outcome, as somebody would type them."""
    fill = FORMS.get(desk.step.form or "generic", _note)
    return {**(fill(desk) or _note(desk)), **asked(desk)}


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


# ---- A to B: from the interest to the offer


def _note(_: Desk) -> Given:
    return {"note": "Påhittad anteckning från demonstrationen."}


def _welcome_call(desk: Desk) -> Given:
    if desk.outcome == "not_reached":
        tries = ({"at": desk.moment, "channel": "phone", "result": "no_answer"}, {"at": desk.moment, "channel": "sms"})
        return {"attempts": list(tries), "next_step": "Ringa igen"}
    willing = {"willing": "yes", "maybe": "maybe", "not_willing": "no"}.get(desk.outcome)
    return {
        "attempts": [{"at": desk.moment, "channel": "phone", "result": "reached"}],
        "reached_at": desk.moment,
        "willingness_to_move": willing,
        "horizon": "within_6_months" if willing == "yes" else "unknown",
        "housing_expectation_informed": "yes",
        "barriers": [] if willing == "yes" else ["family", "housing"],
    }


def _eligibility(desk: Desk) -> Given:
    return {
        "unemployed_since": str(desk.today - timedelta(days=200)),
        "in_other_esf_project": "no",
        "decided_on": str(desk.today),
        "decision": "Enligt projektets villkor.",
    }


def _enrolment(desk: Desk) -> Given:
    if desk.outcome != "enrolled":
        return {"channel": "phone", "esf_information_given": "yes"}
    return {
        "id_number": NUMBERS[desk.number % len(NUMBERS)],
        "id_verified": "id_shown",
        "start_date": str(desk.today),
        "channel": "secure_form",
        "esf_information_given": "yes",
        "attest_method": "digital",
    }


def _mapping(desk: Desk) -> Given:
    return {
        "skills": "Svetsning och truck",
        "education_level": "upper_secondary",
        "swedish_spoken": "good",
        "driving_licence": "yes",
        "income_source": ["a_kassa"],
        "household": "Ensam",
        "rent_ceiling": "7 500 kr",
        "earliest_move": str(desk.ahead(30)),
        "latest_move": str(desk.ahead(120)),
    }


def _insight_course(desk: Desk) -> Given:
    return {"completed_on": str(desk.today)} if desk.outcome == "completed" else {}


def _validation(desk: Desk) -> Given:
    result = {"confirmed": "confirmed", "partly": "partly"}.get(desk.outcome, "not")
    return {"occupation": "Svetsare", "modules": [{"name": "Del 1", "result": result}], "validated_on": str(desk.today)}


def _matching(desk: Desk) -> Given:
    interested = desk.outcome == "employer_interested"
    return {
        "employer": desk.employer,
        "vacancy": f"3141{desk.number:04}",
        "released_fields": ["name", "skills"],
        "released_at": desk.moment,
        "released_how": "phone",
        "employer_answer": "interview" if interested else "no",
    }


def _selection(desk: Desk) -> Given:
    if desk.outcome in {"booked", "employer_declines"}:
        return {"employer": desk.employer, "method": "speed_interview"}
    results = {"no_show": "no_show", "not_selected": "fail", "not_passed": "fail"}
    return {
        "employer": desk.employer,
        "held_at": desk.moment,
        "result": results.get(desk.outcome, "pass"),
        "attended": [] if desk.outcome == "no_show" else [{"day": str(desk.today), "hours": "0,75"}],
    }


def _job_interview(desk: Desk) -> Given:
    if desk.outcome in {"booked", "employer_declines"}:
        return {"employer": desk.employer, "place": "Digitalt"}
    return {"employer": desk.employer, "held_at": desk.moment, "attended": [{"day": str(desk.today), "hours": 1}]}


def _job_offer(desk: Desk) -> Given:
    return {
        "employer": desk.employer,
        "occupation": "Svetsare",
        "employment": "provanstallning",
        "extent": 100,
        "conditions": ["training"] if desk.outcome == "accepted_if_trained" else [],
        "answered_on": desk.before("offer_valid_until"),
    }


# ---- The trip


def _trip_offer(desk: Desk) -> Given:
    return {"employer": desk.employer, "answered_on": str(desk.today), "accompanying": 0}


def _trip_funding(desk: Desk) -> Given:
    """Dearer than any cap so far, or cheaper than the lowest of them."""
    travel, lodging = ("3 950 kr", 1800) if desk.outcome == "over_the_cap" else ("1 450 kr", 900)
    paid = {"project_money": "projektmedel", "own_money": "egen"}.get(desk.outcome, "resebidrag")
    project = {"approved_project_money": 2400, "approved_by": "Projektledaren"} if paid == "projektmedel" else {}
    applied = {"applied_on": desk.before("trip_date", days=1)} if paid == "resebidrag" else {}
    return {"source": paid, "cost_travel": travel, "cost_lodging": lodging, **project, **applied}


def _trip_booking(desk: Desk) -> Given:
    if desk.outcome != "booked":
        return _note(desk)
    return {"travel_reference": f"TÅG-{desk.number:03}", "lodging_reference": "Vandrarhem", "cost_travel": 1450}


def _trip(desk: Desk) -> Given:
    if desk.outcome != "travelled":
        return {"followed_up_on": str(desk.today)}
    met = [{"employer": desk.employer, "result": "waiting"}]
    return {"travelled": "yes", "meetings": met, "attended": [{"day": str(desk.today), "hours": 7.5}]}


# ---- C: the study route


def _job_promise(desk: Desk) -> Given:
    issued = {"issued_on": desk.before("course_start", days=1)} if desk.outcome == "issued" else {}
    return {"employer": desk.employer, "condition": "Utbildningen slutförd med godkänt resultat", **issued}


def _vux_application(desk: Desk) -> Given:
    """The choice of a course and the application share a form. The choice tells when the course ends."""
    if desk.outcome == "chosen":
        return {"course_code": "SVESV00S", "course_end": str(desk.ahead(AHEAD["course_start"] + COURSE_DAYS))}
    attached = ["grades", "study_plan", "job_promise"]
    return {"course_code": "SVESV00S", "sent_on": str(desk.today), "attachments": attached}


def _ike_decision(desk: Desk) -> Given:
    decision = {"granted": "commitment", "not_needed": "not_needed"}.get(desk.outcome, "refusal")
    return {"municipality": "Exempelkommun", "decision": decision, "decided_on": str(desk.today)}


def _admission(desk: Desk) -> Given:
    places = {"admitted": "admitted", "reserve": "reserve"}
    return {"received": "yes", "admitted": places.get(desk.outcome, "not_admitted")}


def _csn(desk: Desk) -> Given:
    if desk.outcome == "completion_asked":
        return {"complement_asked": "yes"}
    decided = {"decision": desk.outcome, "decided_on": str(desk.today)}
    return decided if desk.outcome in {"granted", "refused"} else {"sent_on": str(desk.today)}


def _other_income(desk: Desk) -> Given:
    return {"kind": "savings", "decided_on": str(desk.today)} if desk.outcome == "arranged" else {}


def _study_start(desk: Desk) -> Given:
    started = "yes" if desk.outcome == "started" else "no"
    return {"registered_at_school": started, "first_day_attended": started, "study_assurance_reminded": "yes"}


def _study_progress(desk: Desk) -> Given:
    states: Given = {
        "on_track": {"status": "green", "attendance": 96},
        "at_risk": {"status": "amber", "attendance": 70},
    }
    return {**states.get(desk.outcome, {"status": "red"}), "attended": [{"day": str(desk.today), "hours": 6}]}


def _study_result(desk: Desk) -> Given:
    grade = {"passed": "C", "studies_go_on": "B"}.get(desk.outcome, "F")
    passed = "no" if grade == "F" else "yes"
    return {"grades": [{"course": "SVESV00S", "grade": grade}], "passed": passed, "result_on": str(desk.today)}


def _promise_fulfilled(desk: Desk) -> Given:
    signed = {"contract_signed_on": str(desk.today)} if desk.outcome == "signed" else {}
    return {"employer": desk.employer, **signed}


# ---- D to F: the move, the family, settling in, and after


def _temporary_home(desk: Desk) -> Given:
    answer = {"signed": "accepted", "own_home": "declined"}.get(desk.outcome, "waiting")
    offer = {"kind": "student_room", "landlord": "Provbostäder", "rent": 4100, "viewed": "yes", "answer": answer}
    signed = {"signed_on": str(desk.today), "available_from": str(desk.ahead(7)), "available_to": str(desk.ahead(190))}
    return {"offers": [offer], **(signed if desk.outcome == "signed" else {})}


def _move_decision(desk: Desk) -> Given:
    if desk.outcome in {"moves", "works_without_moving"}:
        return {"decided_on": str(desk.today), "who_moves": "alone", "family_ready": "yes"}
    return {"decided_on": str(desk.today), "reason": "housing"}


def _move_planning(desk: Desk) -> Given:
    done = ["transport", "home_given_up", "mail"] if desk.outcome == "ready" else ["mail"]
    return {"done": done, "transport": "Flyttfirma"}


def _arrival(desk: Desk) -> Given:
    if desk.outcome != "arrived":
        return {"reason": "family"}
    return {"arrived_at": desk.moment, "met_by": "Guiden", "keys": "yes", "first_week_plan": "Visning och handläggare"}


def _registration(desk: Desk) -> Given:
    return {"notified_on": str(desk.today), "registered_there": "yes"} if desk.outcome == "done" else {}


def _accompanying(_: Desk) -> Given:
    return {"adults": 1, "wishes": ["work", "sfi"], "contacts": "Får komma till kommunens kontaktcenter."}


def _place(desk: Desk) -> Given:
    return {"applied_on": str(desk.today), "children_ages": [4, 7]}


def _employment_start(desk: Desk) -> Given:
    if desk.outcome != "started":
        return {"employer": desk.employer}
    return {"employer": desk.employer, "employment": "provanstallning", "extent": "100", "nystartsjobb": "no"}


def _guide_contacts(desk: Desk) -> Given:
    contact = {"at": desk.moment, "channel": "in_person", "about": ["work", "home", "leisure"]}
    return {"contacts": [contact], "status": "green", "attended": [{"day": str(desk.today), "hours": "1,5"}]}


def _permanent_home(desk: Desk) -> Given:
    return {"tenure": "rental", "rent": "6 890 kr", "signed_on": str(desk.today)} if desk.outcome == "found" else {}


def _closing(desk: Desk) -> Given:
    destination = {"works": "arbete", "studies": "studier"}.get(desk.outcome, "annat")
    code = desk.step.outcomes[desk.outcome].exit
    return {"end_date": str(desk.today), "exit_code": code, "destination": destination, "employer": desk.employer}


def _follow_up(desk: Desk) -> Given:
    if desk.outcome != "answered":
        return {"situation": "unknown"}
    return {"reached_at": desk.moment, "situation": "employed", "still_living_there": "yes", "employer": desk.employer}


FORMS: dict[str, Callable[[Desk], Given]] = {
    "welcome_call": _welcome_call,
    "eligibility": _eligibility,
    "enrolment": _enrolment,
    "mapping": _mapping,
    "insight_course": _insight_course,
    "validation": _validation,
    "matching": _matching,
    "selection": _selection,
    "speed_interview": _selection,
    "job_interview": _job_interview,
    "job_offer": _job_offer,
    "trip_offer": _trip_offer,
    "trip_funding": _trip_funding,
    "trip_booking": _trip_booking,
    "trip": _trip,
    "job_promise": _job_promise,
    "vux_application": _vux_application,
    "ike_decision": _ike_decision,
    "admission": _admission,
    "csn_right": _csn,
    "csn_application": _csn,
    "csn_decision": _csn,
    "other_income": _other_income,
    "study_start": _study_start,
    "study_progress": _study_progress,
    "study_result": _study_result,
    "promise_fulfilled": _promise_fulfilled,
    "temporary_home": _temporary_home,
    "move_decision": _move_decision,
    "move_planning": _move_planning,
    "arrival": _arrival,
    "registration": _registration,
    "family": _accompanying,
    "partner": _accompanying,
    "preschool": _place,
    "school": _place,
    "employment_start": _employment_start,
    "guide_contacts": _guide_contacts,
    "permanent_home": _permanent_home,
    "closing": _closing,
    "follow_up": _follow_up,
}
"""How each form is filled in. One that is not listed gets a note."""
