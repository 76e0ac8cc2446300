"""The participant's own page: what it says, what is answered there, and that nothing else passes."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest_asyncio
from icalendar import Calendar

from db.pool import SYSTEM
from journey.letters import appointment_uid
from schemas.commands import ExitJourney, HoldJourney
from schemas.mending import WaiveStep
from tests.own_pages import PHONE, OwnHouse, own_house

INTERVIEW = datetime(2026, 12, 1, 12, tzinfo=UTC)
ANSWERS = {"needs_validation": "no", "brings_family": "no"}


@pytest_asyncio.fixture
async def house(database_dsn: str) -> AsyncIterator[OwnHouse]:
    async with own_house(database_dsn) as found:
        yield found


def text(page: str) -> str:
    """What a person reads."""
    return " ".join(re.sub(r"<[^>]*>", " ", page.split("<main", 1)[1]).split())


async def to_matching(house: OwnHouse, route: str = "job") -> None:
    await house.say("assignment", "assigned")
    await house.say("welcome_call", "willing")
    await house.say("eligibility", "eligible")
    await house.say("enrolment", "enrolled")
    await house.say("mapping", f"to_{route}", facts=ANSWERS)


async def to_interview(house: OwnHouse) -> None:
    await to_matching(house)
    await house.say("matching", "employer_interested", facts={"simulation": "no"})
    await house.say("speed_interview_booking", "booked", dates={"interview_at": INTERVIEW})


async def to_trip_offer(house: OwnHouse) -> None:
    await to_interview(house)
    house.to(INTERVIEW + timedelta(hours=1))
    await house.engine.sleep(timedelta(0))
    await house.say("speed_interview", "to_trip")


async def to_csn(house: OwnHouse) -> None:
    await to_matching(house, "study")
    closes = {"application_closes": date(2027, 1, 15), "course_start": date(2027, 2, 1)}
    await house.say("study_plan", "chosen", dates=closes)
    facts = {"needs_ike": "yes", "foreign_citizen": "no", "income": "csn"}
    await house.say("vux_application", "sent", facts=facts)
    await house.say("csn_application", "sent")


async def reports(house: OwnHouse) -> list[tuple[str, str, str, str | None]]:
    async with house.db.acting_as(SYSTEM) as connection:
        rows = await connection.fetch("SELECT outcome, by, status, cause FROM outside_events ORDER BY at")
    return [tuple(row) for row in rows]


# ---- what it says


async def test_it_says_whether_it_was_seen_who_acts_by_when_and_whom_to_call(house: OwnHouse) -> None:
    await house.come_in()
    said = text((await house.kim.get("/my")).text)
    assert "Hej Kim!" in said
    assert "Vi har din anmälan sedan i dag." in said
    assert "Ingen har hunnit läsa den än." in said
    assert "Petra Exempel ringer dig senast torsdag 26 november." in said
    assert "Ring Petra Exempel" in said
    await house.staff.get("/find")
    await house.staff.post(f"/journeys/{house.journey}/contact")
    assert "Den blev läst i dag." in text((await house.kim.get("/my")).text)


async def test_it_speaks_english_too(house: OwnHouse) -> None:
    await house.come_in()
    said = text((await house.kim.get("/my?lang=en")).text)
    assert "Petra Exempel will call you no later than Thursday 26 November." in said
    assert "We have had your registration since today." in said


async def test_nothing_of_staffs_own_is_on_it(house: OwnHouse) -> None:
    await house.come_in()
    page = (await house.kim.get("/my")).text
    for hidden in (PHONE, "kim@example.org", "assignment", "Fördelning", "escalat", "Eskaler", "pm-1"):
        assert hidden not in page, hidden


async def test_what_is_late_with_us_is_not_glossed_over(house: OwnHouse) -> None:
    await house.come_in()
    await house.engine.sleep(timedelta(days=4))
    house.to(house.engine.now)
    said = text((await house.kim.get("/my")).text)
    assert "Petra Exempel skulle ha ringt dig torsdag 26 november. Ring gärna själv." in said


async def test_a_rest_and_an_end_are_said_in_plain_words(house: OwnHouse) -> None:
    await house.come_in()
    review = house.engine.now + timedelta(days=10)
    await house.engine.answered(house.journey, HoldJourney(id="h", cause="illness", on="participant", review_at=review))
    assert "Just nu vilar allt, till torsdag 3 december." in text((await house.kim.get("/my")).text)
    await house.engine.answered(house.journey, ExitJourney(id="x", exit="X5"))
    said = text((await house.kim.get("/my")).text)
    assert "Det här är klart från vår sida sedan i dag." in said
    assert "Återtagit" not in said


# ---- answers


async def test_an_offer_of_a_trip_is_answered_and_undone(house: OwnHouse) -> None:
    await to_trip_offer(house)
    await house.come_in()
    task = house.task("trip_offer").id
    assert f"/my/answer/{task}" in (await house.kim.get("/my")).text
    page = await house.kim.get(f"/my/answer/{task}")
    said = text(page.text)
    assert "Ja, jag följer med" in said
    assert "Svarar inte" not in said, "an outcome that is staff's to say"
    assert "Arbetsgivare som vill träffas" not in said, "a field that is staff's to fill in"
    done = await house.kim.post(
        f"/my/answer/{task}",
        {"outcome": "accepts", "trip_date": "2026-12-14", "needs": "Vegetarisk mat", "key": "k1"},
    )
    assert (done.status_code, done.headers["location"]) == (303, "/my")
    assert house.state.results["trip_offer"].outcome == "accepts"
    assert house.state.dates["trip_date"] == date(2026, 12, 14)
    form = "SELECT answers ->> 'needs' FROM submissions WHERE task = $1 AND by = 'participant'"
    assert await house.one(form, task) == "Vegetarisk mat"
    event = "SELECT event ->> 'by' FROM journal WHERE kind = 'task_completed' AND step = 'trip_offer'"
    assert await house.one(event) == "participant"
    page = await house.kim.get("/my")
    assert "Ångra svaret" in page.text
    await house.kim.post("/my/undo", {"key": "u1"})
    assert house.task("trip_offer").id == task
    assert "trip_offer" not in house.state.results


async def test_a_refused_answer_comes_back_as_it_was_given(house: OwnHouse) -> None:
    await to_trip_offer(house)
    await house.come_in()
    path = f"/my/answer/{house.task('trip_offer').id}"
    await house.kim.get(path)
    page = await house.kim.post(path, {"outcome": "accepts", "needs": "Rullstol"})
    assert page.status_code == 422
    assert "Rullstol" in page.text
    assert "Fyll i ”Resans första dag”: det behövs när svaret är ”Ja, jag följer med”." in page.text
    page = await house.kim.post(path, {"needs": "Rullstol"})
    assert (page.status_code, "Välj ett svar." in page.text, "Rullstol" in page.text) == (422, True, True)


async def test_outcomes_that_are_not_theirs_are_refused(house: OwnHouse) -> None:
    await to_trip_offer(house)
    await house.come_in()
    path = f"/my/answer/{house.task('trip_offer').id}"
    await house.kim.get(path)
    for outcome in ("no_answer", "nonsense", ""):
        assert (await house.kim.post(path, {"outcome": outcome})).status_code == 422, outcome
    assert "trip_offer" not in house.state.results


async def test_fields_that_are_not_theirs_are_left_out(house: OwnHouse) -> None:
    await to_trip_offer(house)
    await house.come_in()
    task = house.task("trip_offer").id
    await house.kim.get(f"/my/answer/{task}")
    await house.kim.post(
        f"/my/answer/{task}", {"outcome": "declines", "employer": "Fusk AB", "next_meeting": "none", "reason": "Sjuk"}
    )
    kept: Any = await house.one("SELECT answers FROM submissions WHERE task = $1", task)
    assert kept == {"reason": "Sjuk"}
    assert house.state.facts.get("next_meeting") == "trip"


async def test_a_step_of_staffs_cannot_be_answered(house: OwnHouse) -> None:
    await house.come_in()
    for task in (house.task("welcome_call").id, "j.welcome_call.1", f"{house.journey}.trip_offer.1", "x"):
        page = await house.kim.get(f"/my/answer/{task}")
        assert "Det här är redan klart" in page.text, task
        assert (await house.kim.post(f"/my/answer/{task}", {"outcome": "willing"})).status_code == 409
    assert "welcome_call" not in house.state.results


async def test_an_answer_given_meanwhile_by_staff_is_not_overwritten(house: OwnHouse) -> None:
    await to_trip_offer(house)
    await house.come_in()
    path = f"/my/answer/{house.task('trip_offer').id}"
    await house.kim.get(path)
    await house.say("trip_offer", "interview_instead")
    page = await house.kim.post(path, {"outcome": "declines"})
    assert (page.status_code, "redan klart" in page.text) == (409, True)
    assert house.state.results["trip_offer"].outcome == "interview_instead"


async def test_what_was_typed_after_the_page_was_closed_is_not_lost(house: OwnHouse) -> None:
    await to_trip_offer(house)
    await house.come_in()
    path = f"/my/answer/{house.task('trip_offer').id}"
    await house.kim.get(path)
    async with house.db.acting_as(SYSTEM) as connection:
        await connection.execute("DELETE FROM sessions WHERE kind = 'participant'")
    page = await house.kim.post(path, {"outcome": "declines", "reason": "Måste vara hemma då"})
    assert page.status_code == 401
    assert "Måste vara hemma då" in page.text
    assert 'href="/my/link"' in page.text


# ---- what others decided


async def test_word_of_a_decision_counts_at_once_where_the_programme_says_so(house: OwnHouse) -> None:
    await to_csn(house)
    await house.come_in()
    path = f"/my/answer/{house.task('csn_decision').id}"
    assert "Berätta vad de har bestämt" in (await house.kim.get("/my")).text
    assert "CSN säger ja" in (await house.kim.get(path)).text
    done = await house.kim.post(path, {"outcome": "granted"})
    assert done.status_code == 303
    assert house.state.results["csn_decision"].outcome == "granted"
    assert await reports(house) == [("granted", "participant", "applied", None)]


async def test_word_that_staff_look_at_first_waits_and_says_so(house: OwnHouse) -> None:
    await to_csn(house)
    await house.come_in()
    path = f"/my/answer/{house.task('ike_decision').id}"
    await house.kim.get(path)
    for _ in range(2):  # twice is once
        assert (await house.kim.post(path, {"outcome": "refused"})).status_code == 303
    assert "ike_decision" not in house.state.results
    assert await reports(house) == [("refused", "participant", "unmatched", "to_confirm")]
    assert "Du har berättat: Kommunen säger nej. Vi ser efter att det stämmer." in text(
        (await house.kim.get("/my")).text
    )


# ---- another time


async def test_a_call_at_another_time_is_asked_for_and_shown(house: OwnHouse) -> None:
    await house.come_in()
    task = house.task("welcome_call").id
    path = f"/my/time/{task}"
    page = await house.kim.get(path)
    offered = re.findall(r'<option value="([^"]+)"', page.text)
    assert offered[0] == "2026-11-23T13:00:00+00:00"  # 14.00 in Stockholm, two hours ahead
    done = await house.kim.post(path, {"at": offered[-1], "key": "k1"})
    assert done.status_code == 303
    assert house.task("welcome_call").wished_at == datetime.fromisoformat(offered[-1])
    assert "Du har bett om torsdag 26 november kl. 16.00." in text((await house.kim.get("/my")).text)
    await house.kim.get(path)
    await house.kim.post(path, {"none": "1"})
    assert house.task("welcome_call").wished_at is None


NO_TIMES = [
    ("", "Välj en av tiderna."),
    ("soon", "Välj en av tiderna."),
    ("2026-11-24T10:00", "Välj en av tiderna."),
    ("2026-11-28T10:00:00+00:00", "Vi finns här på vardagar klockan 08:00 till 17:00; välj en tid inom det."),
    (
        "2026-11-30T10:00:00+00:00",
        "Det är senare än vi kan vänta; välj en tid senast 2026-11-26 17:00",
    ),
    ("9999-12-31T23:59:59+00:00", "Året 9999 ligger utom räckhåll"),
]


async def test_a_time_that_cannot_be_is_refused_beside_the_field(house: OwnHouse) -> None:
    await house.come_in()
    path = f"/my/time/{house.task('welcome_call').id}"
    await house.kim.get(path)
    for at, sentence in NO_TIMES:
        page = await house.kim.post(path, {"at": at})
        assert page.status_code in {409, 422}, at
        assert sentence in page.text, at
        assert 'id="e-at"' in page.text, at
    assert house.task("welcome_call").wished_at is None


async def test_an_interview_may_be_wished_for_at_another_time_and_taken_home_in_a_calendar(house: OwnHouse) -> None:
    await to_interview(house)
    await house.come_in()
    page = await house.kim.get("/my")
    assert "Tisdag 1 december kl. 13.00" in text(page.text)
    file = await house.kim.get("/my/calendar/interview_at.ics")
    assert file.headers["content-type"] == "text/calendar; charset=utf-8"
    (entry,) = Calendar.from_ical(file.content).walk("VEVENT")
    assert entry.decoded("dtstart") == INTERVIEW
    assert str(entry["uid"]) == appointment_uid(house.journey, "interview_at", "resan.example")
    assert (await house.kim.get("/my/calendar/moving_day.ics")).status_code == 404
    path = f"/my/time/{house.task('speed_interview').id}"
    await house.kim.get(path)
    assert (await house.kim.post(path, {"at": "2026-12-03T09:00:00+00:00"})).status_code == 303
    assert house.state.dates["interview_at"] == INTERVIEW
    house.to(INTERVIEW + timedelta(minutes=5))
    assert (await house.kim.get("/my/calendar/interview_at.ics")).status_code == 404


async def test_a_step_that_was_done_without_leaves_the_page_whole(house: OwnHouse) -> None:
    await to_trip_offer(house)
    await house.engine.answered(house.journey, WaiveStep(id="w", step="trip_offer", outcome="accepts",
                                                         dates={"trip_date": date(2026, 12, 14)}))  # fmt: skip
    await house.come_in()
    assert (await house.kim.get("/my")).status_code == 200


async def test_every_step_of_the_programme_has_words_for_whom_it_concerns(house: OwnHouse) -> None:
    """The page never shows a name of a step that is staff's own: each open one has words for the participant."""
    found = house.state.programme.steps
    own = (await house.kim.app.state.desk.programmes.version("relocate", 1)).own_page
    shown = {name for name, step in found.items() if step.kind in {"task", "wait"}}
    assert set(own) <= shown
    assert {name for name in shown - set(own) if found[name].waiting_on == "participant"} == set()
