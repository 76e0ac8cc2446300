"""What staff see and do of a participant's page: wishes, word of decisions, links, and attendance that is attested."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from db.pool import SYSTEM
from services.attendance import book as attendance
from services.attendance.errors import AttestedAlready, CorrectedAlready, NotAttestable
from tests.consoles import visit
from tests.integration.test_own_page import INTERVIEW, text, to_csn, to_interview
from tests.own_pages import OwnHouse, own_house

HTTPS = "https://resan.example.org"
ELSEWHERE = {
    "console_url": HTTPS,
    "oidc_issuer": "https://id.example.org",
    "oidc_client_id": "resan",
}
ATTENDED = {"activity": "job_interview", "day": "2026-11-20", "hours": "1,5", "place": "Provverkstaden"}


@pytest_asyncio.fixture
async def house(database_dsn: str) -> AsyncIterator[OwnHouse]:
    async with own_house(database_dsn) as found:
        yield found


async def wished(house: OwnHouse, step: str, at: str) -> None:
    """Kim asks for another time."""
    await house.come_in()
    path = f"/my/time/{house.task(step).id}"
    await house.kim.get(path)
    assert (await house.kim.post(path, {"at": at})).status_code == 303


# ---- wishes


async def test_a_wish_shows_on_my_day_and_on_the_journeys_page(house: OwnHouse) -> None:
    await wished(house, "welcome_call", "2026-11-24T09:00:00+00:00")
    assert "Önskar tis 24 nov 10.00" in text((await house.staff.get("/")).text)
    page = await house.staff.get(f"/journeys/{house.journey}")
    said = text(page.text)
    assert "Deltagaren önskar hellre tisdag 24 november 2026 kl. 10.00." in said
    assert "Önskar en annan tid för ”Välkomstsamtal”" in said
    await house.staff.post(f"/tasks/{house.task('welcome_call').id}/keep-time")
    assert house.task("welcome_call").wished_at is None
    assert "Önskar tis" not in text((await house.staff.get("/")).text)


async def test_a_wish_for_an_interview_is_granted_with_one_click_that_shows_first_what_it_does(
    house: OwnHouse,
) -> None:
    await to_interview(house)
    await wished(house, "speed_interview", "2026-12-03T09:00:00+00:00")
    page = await house.staff.get(f"/journeys/{house.journey}")
    form = page.text.split(f'action="/journeys/{house.journey}/do/move_date"', 1)[1].split("</form>", 1)[0]
    sent = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form))
    shown = await house.staff.post(f"/journeys/{house.journey}/do/move_date", sent)
    assert "torsdag 3 december 2026 kl. 10.00" in text(shown.text)
    assert house.state.dates["interview_at"] == INTERVIEW, "nothing is done before it has been shown"
    key = re.findall(r'name="key" value="([^"]+)"', shown.text)[0]
    done = await house.staff.post(f"/journeys/{house.journey}/do/move_date", {**sent, "key": key, "do": "1"})
    assert done.status_code == 303
    assert house.state.dates["interview_at"] == datetime(2026, 12, 3, 9, tzinfo=UTC)
    assert house.task("speed_interview").wished_at is None
    assert "Torsdag 3 december kl. 10.00" in text((await house.kim.get("/my")).text)


# ---- word of decisions


async def test_word_that_waits_is_confirmed_or_put_aside_by_staff(house: OwnHouse) -> None:
    await to_csn(house)
    await house.come_in()
    path = f"/my/answer/{house.task('ike_decision').id}"
    await house.kim.get(path)
    await house.kim.post(path, {"outcome": "granted"})
    house.to(house.engine.now + timedelta(minutes=1))
    await house.kim.get(path)
    await house.kim.post(path, {"outcome": "refused"})
    assert "Har berättat om beslut" in text((await house.staff.get("/?show=team")).text)
    page = await house.staff.get(f"/journeys/{house.journey}")
    said = text(page.text)
    assert "Deltagaren har berättat om ”Hemkommunens åtagande (IKE)”: Kommunen säger ja." in said
    granted, refused = re.findall(r'action="(/journeys/[^"]+/told/[^"]+)"', page.text)
    assert (await house.staff.post(refused, {"wrong": "1"})).status_code == 303
    assert "ike_decision" not in house.state.results
    assert (await house.staff.post(granted)).status_code == 303
    assert house.state.results["ike_decision"].outcome == "granted"
    assert (await house.staff.post(granted)).status_code == 404, "once"
    assert "har berättat" not in text((await house.staff.get(f"/journeys/{house.journey}")).text)


async def test_whom_it_does_not_concern_can_do_none_of_it(house: OwnHouse) -> None:
    await house.staff.post("/sign-out")
    await house.staff.sign_in("gui-1")
    await house.staff.get("/")
    task = house.task("welcome_call").id
    for path in ("page/send", "page/close", "told/x", "attendance", "attendance/x/back", "attendance/x/attest"):
        assert (await house.staff.post(f"/journeys/{house.journey}/{path}")).status_code == 404, path
    assert (await house.staff.post(f"/tasks/{task}/keep-time")).status_code == 404
    assert (await house.staff.get(f"/journeys/{house.journey}/attendance")).status_code == 404


# ---- links


async def test_staff_send_a_link_and_close_the_page(house: OwnHouse) -> None:
    page = await house.staff.get(f"/journeys/{house.journey}")
    assert "Ingen länk har skickats än" in page.text
    await house.staff.post(f"/journeys/{house.journey}/page/send")
    assert await house.letters_with_a_link() == 1
    await house.come_in()
    page = await house.staff.get(f"/journeys/{house.journey}")
    assert "Öppen hos deltagaren" in page.text
    assert "/my/in/" not in page.text, "staff never see a link"
    await house.staff.post(f"/journeys/{house.journey}/page/close")
    assert (await house.kim.get("/my")).status_code == 303


async def test_on_this_machine_staff_look_at_the_page_as_the_participant_and_nowhere_else(
    house: OwnHouse, database_dsn: str
) -> None:
    await house.staff.get(f"/journeys/{house.journey}")
    seen = await house.staff.post(f"/journeys/{house.journey}/page/open")
    assert (seen.status_code, seen.headers["location"]) == (303, "/my")
    assert "Hej Kim!" in (await house.staff.get("/my")).text
    assert (await house.staff.get("/")).status_code == 404
    async with visit(database_dsn, base=HTTPS, journeys=house.engine, **ELSEWHERE) as away:
        token = await away.app.state.sessions.begin(away.clock.now, staff="pm-1")
        away.client.cookies.set("__Host-resan", token)
        page = await away.get(f"/journeys/{house.journey}/attendance")
        assert page.status_code == 200
        assert (await away.post(f"/journeys/{house.journey}/page/open")).status_code == 404


async def test_without_an_address_no_link_is_sent_and_that_is_said(house: OwnHouse) -> None:
    async with house.db.acting_as(SYSTEM) as connection:
        await connection.execute("UPDATE people SET email = NULL, email_key = NULL")
    await house.staff.get(f"/journeys/{house.journey}")
    sent = await house.staff.post(f"/journeys/{house.journey}/page/send")
    assert "theirs.not_sent" in sent.headers["set-cookie"]
    assert await house.letters_with_a_link() == 0


# ---- attendance


async def registered(house: OwnHouse, **changes: str) -> str:
    """An entry, by its id."""
    path = f"/journeys/{house.journey}/attendance"
    await house.staff.get(path)
    done = await house.staff.post(path, {**ATTENDED, "key": f"k{len(changes)}{sorted(changes.items())}", **changes})
    assert done.status_code == 303, text(done.text)
    kept = await attendance.book(house.db, house.journey, "pm-1")
    return max(kept.entries, key=lambda each: (each.at, each.entry)).entry


async def test_what_somebody_took_part_in_is_attested_by_them_and_summed_up(house: OwnHouse) -> None:
    entry = await registered(house)
    house.to(house.engine.now + timedelta(minutes=1))
    await registered(house, activity="fair", hours="3")
    page = await house.staff.get(f"/journeys/{house.journey}")
    assert "Timmar sammanlagt: 4,5, varav 0 intygade." in text(page.text)
    await house.come_in()
    assert "Jobbintervju" in text((await house.kim.get("/my")).text)
    assert (await house.kim.post(f"/my/attest/{entry}")).status_code == 303
    said = text((await house.kim.get("/my")).text)
    assert "Du har intygat det" in said
    assert "Timmar sammanlagt: 4,5, varav 1,5 intygade." in said
    kept = await attendance.book(house.db, house.journey, "pm-1")
    (attested,) = [each for each in kept.entries if each.attested]
    assert (attested.attested_by, attested.how, attested.attested_at) == ("participant", "own_page", house.engine.now)
    assert (attested.by, attested.by_name) == ("pm-1", "Petra Exempel")
    again = await house.kim.post(f"/my/attest/{entry}")
    assert (again.status_code, "redan intygad" in again.text) == (409, True)


async def test_a_correction_takes_its_place_and_is_attested_anew(house: OwnHouse) -> None:
    entry = await registered(house)
    await house.come_in()
    await house.kim.post(f"/my/attest/{entry}")
    path = f"/journeys/{house.journey}/attendance"
    page = await house.staff.get(f"{path}?correct={entry}")
    assert 'value="Provverkstaden"' in page.text
    assert 'value="1.5"' in page.text
    house.to(house.engine.now + timedelta(minutes=1))
    done = await house.staff.post(path, {**ATTENDED, "hours": "2", "corrects": entry, "key": "c1"})
    assert done.status_code == 303
    (now,) = (await attendance.book(house.db, house.journey, "pm-1")).entries
    assert (now.supersedes, now.attested, str(now.hours)) == (entry, False, "2")
    assert await house.one("SELECT count(*) FROM attendance") == 2
    assert await house.one("SELECT count(*) FROM attestations") == 1
    stale = await house.kim.post(f"/my/attest/{entry}")
    assert "Någon har rättat den här posten under tiden" in stale.text
    twice = await house.staff.post(path, {**ATTENDED, "hours": "3", "corrects": entry, "key": "c2"})
    assert twice.status_code == 409


async def test_staff_attest_for_somebody_only_when_they_say_how_they_know(house: OwnHouse) -> None:
    entry = await registered(house)
    path = f"/journeys/{house.journey}/attendance"
    refused = await house.staff.post(f"{path}/{entry}/attest", {"how": "paper", "why": " "})
    assert refused.status_code == 409
    assert "Skriv hur deltagaren har bekräftat det" in refused.text
    done = await house.staff.post(f"{path}/{entry}/attest", {"how": "paper", "why": "Undertecknad lista"})
    assert done.status_code == 303
    said = text((await house.staff.get(path)).text)
    assert "Intygad på papper" in said
    assert "Intygat åt deltagaren av Petra Exempel" in said
    assert "Undertecknad lista" in said
    await house.come_in()
    assert "Intygat åt dig" in text((await house.kim.get("/my")).text)


async def test_an_entry_is_taken_back_and_does_not_count_but_stays_in_the_book(house: OwnHouse) -> None:
    entry = await registered(house)
    path = f"/journeys/{house.journey}/attendance/{entry}/back"
    assert (await house.staff.post(path, {"key": "b1"})).status_code == 303
    assert (await house.staff.post(path, {"key": "b1"})).status_code == 303, "twice is once"
    assert (await attendance.book(house.db, house.journey, "pm-1")).entries == ()
    assert await house.one("SELECT count(*) FROM attendance") == 2


REFUSED: list[tuple[dict[str, str], str]] = [
    ({"activity": ""}, "Fyll i ”Aktivitet”"),
    ({"activity": "party"}, "Aktivitet: Välj något av"),
    ({"day": "2026-11-24"}, "det kan inte ligga i framtiden"),
    ({"day": "20/11"}, "Skriv ett datum som 2026-11-23."),
    ({"hours": "0"}, "Ange mer än noll timmar"),
    ({"hours": "25"}, "Ange ett tal från 0 till 24."),
    ({"hours": "-1"}, "Ange ett tal från 0 till 24."),
    ({"place": ""}, "Fyll i ”Plats”"),
]


async def test_what_cannot_be_registered_is_refused_and_nothing_typed_is_lost(house: OwnHouse) -> None:
    path = f"/journeys/{house.journey}/attendance"
    await house.staff.get(path)
    for changes, sentence in REFUSED:
        page = await house.staff.post(path, {**ATTENDED, **changes})
        assert page.status_code == 422, changes
        assert sentence in text(page.text), changes
        assert ("Provverkstaden" if "place" not in changes else "2026-11-20") in page.text, changes
    assert await house.one("SELECT count(*) FROM attendance") == 0


async def test_a_day_has_no_more_than_24_hours_and_the_same_form_sent_twice_is_one(house: OwnHouse) -> None:
    path = f"/journeys/{house.journey}/attendance"
    await house.staff.get(path)
    for _ in range(2):
        await house.staff.post(path, {**ATTENDED, "hours": "20", "key": "same"})
    assert await house.one("SELECT count(*) FROM attendance") == 1
    page = await house.staff.post(path, {**ATTENDED, "hours": "5", "key": "other"})
    assert page.status_code == 409
    assert "Med det här blir 2026-11-20 25 timmar" in page.text


async def test_days_noted_in_the_form_of_a_step_stand_in_the_book_once_and_go_when_the_step_is_undone(
    house: OwnHouse,
) -> None:
    await to_interview(house)
    house.to(INTERVIEW + timedelta(hours=1))
    await house.staff.sign_in()
    await house.staff.get("/")
    task = house.task("speed_interview").id
    rows = {"attended[0].day": "2026-12-01", "attended[0].hours": "0,75", "attended[0].place": "Skärm"}
    done = await house.staff.post(f"/tasks/{task}", {"outcome": "to_job_interview", "key": "i1", **rows})
    assert done.status_code == 303
    for _ in range(2):
        (entry,) = (await attendance.book(house.db, house.journey, "pm-1")).entries
    assert (entry.activity, str(entry.hours), entry.place, entry.by) == ("job_interview", "0.75", "Skärm", "pm-1")
    await house.staff.get(f"/journeys/{house.journey}")
    await house.staff.post(f"/journeys/{house.journey}/undo", {"task": task, "key": "u1"})
    assert house.task("speed_interview").id == task
    assert (await attendance.book(house.db, house.journey, "pm-1")).entries == ()
    await house.staff.post(f"/tasks/{task}", {"outcome": "to_job_interview", "key": "i2", **rows})
    (entry,) = (await attendance.book(house.db, house.journey, "pm-1")).entries
    await house.come_in()
    await house.kim.post(f"/my/attest/{entry.entry}")
    (attested,) = (await attendance.book(house.db, house.journey, "pm-1")).entries
    assert attested.attested


async def test_nobody_attests_what_is_not_theirs(house: OwnHouse) -> None:
    entry = await registered(house)
    given: dict[str, Any] = {"now": house.engine.now}
    with pytest.raises(NotAttestable):
        await attendance.attest(house.db, "another", entry, by="participant", **given)
    with pytest.raises(NotAttestable):
        await attendance.attest(house.db, house.journey, entry, by="pm-1", **given)
    with pytest.raises(NotAttestable):
        await attendance.attest(house.db, house.journey, entry, how="phone", why="x", by="participant", **given)
    await attendance.attest(house.db, house.journey, entry, by="participant", **given)
    with pytest.raises(AttestedAlready):
        await attendance.attest(house.db, house.journey, entry, by="participant", **given)
    await attendance.take_back(house.db, house.journey, entry, key="b", by="pm-1", now=house.engine.now)
    with pytest.raises(CorrectedAlready):
        await attendance.take_back(house.db, house.journey, entry, key="b2", by="pm-1", now=house.engine.now)
