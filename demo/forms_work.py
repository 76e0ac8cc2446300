"""Made-up answers to the forms from the first call to the offer of work, the trip included. One function for each form.

Everybody is invented; identity numbers are the tax agency's published test numbers.
"""

from __future__ import annotations

from datetime import timedelta

from demo.desk import Desk, Given

NUMBERS = ("198507099805", "197010632391", "191212121212")
"""Of Skatteverket's published test numbers: two personal numbers and a coordination number."""


# ---- A to B: from the interest to the offer


def note(_: Desk) -> Given:
    return {"note": "Påhittad anteckning från demonstrationen."}


def welcome_call(desk: Desk) -> Given:
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


def eligibility(desk: Desk) -> Given:
    return {
        "unemployed_since": str(desk.today - timedelta(days=200)),
        "in_other_esf_project": "no",
        "decided_on": str(desk.today),
        "decision": "Enligt projektets villkor.",
    }


def enrolment(desk: Desk) -> Given:
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


def mapping(desk: Desk) -> Given:
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


def insight_course(desk: Desk) -> Given:
    return {"completed_on": str(desk.today)} if desk.outcome == "completed" else {}


def validation(desk: Desk) -> Given:
    result = {"confirmed": "confirmed", "partly": "partly"}.get(desk.outcome, "not")
    return {"occupation": "Svetsare", "modules": [{"name": "Del 1", "result": result}], "validated_on": str(desk.today)}


def matching(desk: Desk) -> Given:
    interested = desk.outcome == "employer_interested"
    return {
        "employer": desk.employer,
        "vacancy": f"3141{desk.number:04}",
        "released_fields": ["name", "skills"],
        "released_at": desk.moment,
        "released_how": "phone",
        "employer_answer": "interview" if interested else "no",
    }


def selection(desk: Desk) -> Given:
    if desk.outcome in {"booked", "employer_declines"}:
        return {"employer": desk.employer, "method": "speed_interview"}
    results = {"no_show": "no_show", "not_selected": "fail", "not_passed": "fail"}
    return {
        "employer": desk.employer,
        "held_at": desk.moment,
        "result": results.get(desk.outcome, "pass"),
        "attended": [] if desk.outcome == "no_show" else [{"day": str(desk.today), "hours": "0,75"}],
    }


def job_interview(desk: Desk) -> Given:
    if desk.outcome in {"booked", "employer_declines"}:
        return {"employer": desk.employer, "place": "Digitalt"}
    return {"employer": desk.employer, "held_at": desk.moment, "attended": [{"day": str(desk.today), "hours": 1}]}


def job_offer(desk: Desk) -> Given:
    return {
        "employer": desk.employer,
        "occupation": "Svetsare",
        "employment": "provanstallning",
        "extent": 100,
        "conditions": ["training"] if desk.outcome == "accepted_if_trained" else [],
        "answered_on": desk.before("offer_valid_until"),
    }


# ---- The trip


def trip_offer(desk: Desk) -> Given:
    return {"employer": desk.employer, "answered_on": str(desk.today), "accompanying": 0}


def trip_funding(desk: Desk) -> Given:
    """Dearer than any cap so far, or cheaper than the lowest of them."""
    travel, lodging = ("3 950 kr", 1800) if desk.outcome == "over_the_cap" else ("1 450 kr", 900)
    paid = {"project_money": "projektmedel", "own_money": "egen"}.get(desk.outcome, "resebidrag")
    project = {"approved_project_money": 2400, "approved_by": "Projektledaren"} if paid == "projektmedel" else {}
    applied = {"applied_on": desk.before("trip_date", days=1)} if paid == "resebidrag" else {}
    return {"source": paid, "cost_travel": travel, "cost_lodging": lodging, **project, **applied}


def trip_booking(desk: Desk) -> Given:
    if desk.outcome != "booked":
        return note(desk)
    return {"travel_reference": f"TÅG-{desk.number:03}", "lodging_reference": "Vandrarhem", "cost_travel": 1450}


def trip(desk: Desk) -> Given:
    if desk.outcome != "travelled":
        return {"followed_up_on": str(desk.today)}
    met = [{"employer": desk.employer, "result": "waiting"}]
    return {"travelled": "yes", "meetings": met, "attended": [{"day": str(desk.today), "hours": 7.5}]}
