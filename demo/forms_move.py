"""Made-up answers to the forms of studies, move, family and the time after. One function for each form."""

from __future__ import annotations

from demo.desk import AHEAD, COURSE_DAYS, Desk, Given

# ---- C: the study route


def job_promise(desk: Desk) -> Given:
    issued = {"issued_on": desk.before("course_start", days=1)} if desk.outcome == "issued" else {}
    return {"employer": desk.employer, "condition": "Utbildningen slutförd med godkänt resultat", **issued}


def vux_application(desk: Desk) -> Given:
    """The choice of a course and the application share a form. The choice tells when the course ends."""
    if desk.outcome == "chosen":
        return {"course_code": "SVESV00S", "course_end": str(desk.ahead(AHEAD["course_start"] + COURSE_DAYS))}
    attached = ["grades", "study_plan", "job_promise"]
    return {"course_code": "SVESV00S", "sent_on": str(desk.today), "attachments": attached}


def ike_decision(desk: Desk) -> Given:
    decision = {"granted": "commitment", "not_needed": "not_needed"}.get(desk.outcome, "refusal")
    return {"municipality": "Exempelkommun", "decision": decision, "decided_on": str(desk.today)}


def admission(desk: Desk) -> Given:
    places = {"admitted": "admitted", "reserve": "reserve"}
    return {"received": "yes", "admitted": places.get(desk.outcome, "not_admitted")}


def csn(desk: Desk) -> Given:
    if desk.outcome == "completion_asked":
        return {"complement_asked": "yes"}
    decided = {"decision": desk.outcome, "decided_on": str(desk.today)}
    return decided if desk.outcome in {"granted", "refused"} else {"sent_on": str(desk.today)}


def other_income(desk: Desk) -> Given:
    return {"kind": "savings", "decided_on": str(desk.today)} if desk.outcome == "arranged" else {}


def study_start(desk: Desk) -> Given:
    started = "yes" if desk.outcome == "started" else "no"
    return {"registered_at_school": started, "first_day_attended": started, "study_assurance_reminded": "yes"}


def study_progress(desk: Desk) -> Given:
    states: Given = {
        "on_track": {"status": "green", "attendance": 96},
        "at_risk": {"status": "amber", "attendance": 70},
    }
    return {**states.get(desk.outcome, {"status": "red"}), "attended": [{"day": str(desk.today), "hours": 6}]}


def study_result(desk: Desk) -> Given:
    grade = {"passed": "C", "studies_go_on": "B"}.get(desk.outcome, "F")
    passed = "no" if grade == "F" else "yes"
    return {"grades": [{"course": "SVESV00S", "grade": grade}], "passed": passed, "result_on": str(desk.today)}


def promise_fulfilled(desk: Desk) -> Given:
    signed = {"contract_signed_on": str(desk.today)} if desk.outcome == "signed" else {}
    return {"employer": desk.employer, **signed}


# ---- D to F: the move, the family, settling in, and after


def temporary_home(desk: Desk) -> Given:
    answer = {"signed": "accepted", "own_home": "declined"}.get(desk.outcome, "waiting")
    offer = {"kind": "student_room", "landlord": "Provbostäder", "rent": 4100, "viewed": "yes", "answer": answer}
    signed = {"signed_on": str(desk.today), "available_from": str(desk.ahead(7)), "available_to": str(desk.ahead(190))}
    return {"offers": [offer], **(signed if desk.outcome == "signed" else {})}


def move_decision(desk: Desk) -> Given:
    if desk.outcome in {"moves", "works_without_moving"}:
        return {"decided_on": str(desk.today), "who_moves": "alone", "family_ready": "yes"}
    return {"decided_on": str(desk.today), "reason": "housing"}


def move_planning(desk: Desk) -> Given:
    done = ["transport", "home_given_up", "mail"] if desk.outcome == "ready" else ["mail"]
    return {"done": done, "transport": "Flyttfirma"}


def arrival(desk: Desk) -> Given:
    if desk.outcome != "arrived":
        return {"reason": "family"}
    return {"arrived_at": desk.moment, "met_by": "Guiden", "keys": "yes", "first_week_plan": "Visning och handläggare"}


def registration(desk: Desk) -> Given:
    return {"notified_on": str(desk.today), "registered_there": "yes"} if desk.outcome == "done" else {}


def accompanying(_: Desk) -> Given:
    return {"adults": 1, "wishes": ["work", "sfi"], "contacts": "Får komma till kommunens kontaktcenter."}


def place(desk: Desk) -> Given:
    return {"applied_on": str(desk.today), "children_ages": [4, 7]}


def employment_start(desk: Desk) -> Given:
    if desk.outcome != "started":
        return {"employer": desk.employer}
    return {"employer": desk.employer, "employment": "provanstallning", "extent": "100", "nystartsjobb": "no"}


def guide_contacts(desk: Desk) -> Given:
    contact = {"at": desk.moment, "channel": "in_person", "about": ["work", "home", "leisure"]}
    return {"contacts": [contact], "status": "green", "attended": [{"day": str(desk.today), "hours": "1,5"}]}


def permanent_home(desk: Desk) -> Given:
    return {"tenure": "rental", "rent": "6 890 kr", "signed_on": str(desk.today)} if desk.outcome == "found" else {}


def closing(desk: Desk) -> Given:
    destination = {"works": "arbete", "studies": "studier"}.get(desk.outcome, "annat")
    code = desk.step.outcomes[desk.outcome].exit
    return {"end_date": str(desk.today), "exit_code": code, "destination": destination, "employer": desk.employer}


def follow_up(desk: Desk) -> Given:
    if desk.outcome != "answered":
        return {"situation": "unknown"}
    return {"reached_at": desk.moment, "situation": "employed", "still_living_there": "yes", "employer": desk.employer}
