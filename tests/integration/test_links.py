"""Personal links: one use, an end, no hint for strangers; and that the way in is the participant's alone."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest_asyncio

from db.links import digest
from services.links import personal
from tests.own_pages import EMAIL, OwnHouse, own_house


@pytest_asyncio.fixture
async def house(database_dsn: str) -> AsyncIterator[OwnHouse]:
    async with own_house(database_dsn) as found:
        yield found


async def test_a_link_is_used_up_by_its_button_and_not_by_being_looked_at(house: OwnHouse) -> None:
    path = await house.link()
    for _ in range(3):
        page = await house.kim.get(path)
        assert page.status_code == 200
        assert "Öppna min sida" in page.text
    came = await house.kim.post(path)
    assert (came.status_code, came.headers["location"]) == (303, "/my")
    assert "Hej Kim!" in (await house.kim.get("/my")).text
    house.kim.client.cookies.clear()
    used = await house.kim.get(path)
    assert (used.status_code, "fungerar inte längre" in used.text) == (410, True)
    assert (await house.kim.post(path)).status_code == 410


async def test_only_a_digest_of_a_link_is_kept_and_never_its_token(house: OwnHouse) -> None:
    token = (await house.link()).rsplit("/", 1)[1]
    assert await house.one("SELECT count(*) FROM links WHERE link = $1", digest(token)) == 1
    assert await house.one("SELECT count(*) FROM links WHERE link = $1", token) == 0


async def test_a_link_ends_after_its_time(house: OwnHouse) -> None:
    path = await house.link(valid=timedelta(days=1))
    house.to(house.engine.now + timedelta(days=1))
    assert (await house.kim.get(path)).status_code == 410
    assert (await house.kim.post(path)).status_code == 410


async def test_the_page_stays_open_on_the_device_for_a_month(house: OwnHouse) -> None:
    await house.come_in()
    house.to(house.engine.now + timedelta(days=29))
    assert (await house.kim.get("/my")).status_code == 200
    house.to(house.engine.now + timedelta(days=2))
    sent = await house.kim.get("/my")
    assert (sent.status_code, sent.headers["location"]) == (303, "/my/link")


async def test_staff_take_back_every_link_and_every_open_page(house: OwnHouse) -> None:
    await house.come_in()
    path = await house.link()
    await personal.revoke(house.db, house.journey, by="pm-1", now=house.engine.now)
    assert (await house.kim.get("/my")).status_code == 303
    assert (await house.kim.get(path)).status_code == 410
    await house.kim.post(path.replace("/my/in/", "/my/new/"))
    assert await house.letters_with_a_link() == 0, "what was taken back does not send itself anew"


async def test_a_used_link_sends_a_new_one_but_not_again_and_again(house: OwnHouse) -> None:
    path = await house.link()
    await house.kim.get(path)
    await house.kim.post(path)
    house.kim.client.cookies.clear()
    await house.kim.get(path)
    answers = set()
    for _ in range(5):
        answer = await house.kim.post(path.replace("/my/in/", "/my/new/"))
        answers.add((answer.status_code, _bare(answer.text)))
    assert len(answers) == 1
    assert await house.letters_with_a_link() == personal.MOST_AN_HOUR
    house.to(house.engine.now + timedelta(hours=1, minutes=1))
    await house.kim.post(path.replace("/my/in/", "/my/new/"))
    assert await house.letters_with_a_link() == personal.MOST_AN_HOUR + 1


def _bare(text: str) -> str:
    return re.sub(r'value="[0-9a-f]{64}"', "", text)


async def test_whoever_asks_for_a_link_by_address_gets_the_same_answer(house: OwnHouse) -> None:
    await house.kim.get("/my/link")
    answers = set()
    for email in ("nobody@example.org", EMAIL, "kim@EXAMPLE.org"):
        answer = await house.kim.post("/my/link", {"email": email})
        answers.add((answer.status_code, _bare(answer.text)))
        assert email not in answer.text
    assert len(answers) == 1
    assert "Om vi känner till adressen" in answer.text
    assert await house.letters_with_a_link() == 2


async def test_what_is_no_address_is_refused_beside_the_field_and_stays_there(house: OwnHouse) -> None:
    await house.kim.get("/my/link")
    answer = await house.kim.post("/my/link", {"email": "kim at example"})
    assert answer.status_code == 422
    assert 'value="kim at example"' in answer.text
    assert "Skriv en hel e-postadress" in answer.text


async def test_a_stranger_who_guesses_gets_the_page_of_a_used_link_and_no_letter_is_sent(house: OwnHouse) -> None:
    for token in ("nothing", "x" * 43, "å" * 20, "x" * 2000):
        page = await house.kim.get(f"/my/in/{token}")
        assert page.status_code == 410, token
    assert (await house.kim.post("/my/new/" + "x" * 43)).status_code == 200
    assert await house.letters_with_a_link() == 0


async def test_too_many_guesses_are_held_back(house: OwnHouse) -> None:
    statuses = [(await house.kim.get(f"/my/in/guess{number}")).status_code for number in range(25)]
    assert statuses[0] == 410
    assert statuses[-1] == 429


async def test_another_sites_form_uses_no_link(house: OwnHouse) -> None:
    path = await house.link()
    await house.kim.get(path)
    assert (await house.kim.post(path, headers={"Sec-Fetch-Site": "cross-site"})).status_code == 403
    assert (await house.kim.post(path, {"form_token": "0" * 64})).status_code == 403
    assert (await house.kim.post(path)).status_code == 303


async def test_a_participant_sees_no_page_of_staffs_and_staff_no_page_of_a_participants(house: OwnHouse) -> None:
    await house.come_in()
    for path in ("/", "/find", f"/journeys/{house.journey}", f"/tasks/{house.task('welcome_call').id}", "/live"):
        assert (await house.kim.get(path)).status_code == 404, path
    for path in ("/my", "/my/live", "/my/answer/x.y.1"):
        assert (await house.staff.get(path)).status_code == 404, path


async def test_whoever_leaves_has_left(house: OwnHouse) -> None:
    await house.come_in()
    left = await house.kim.post("/my/out")
    assert left.headers["location"] == "/my/link"
    assert (await house.kim.get("/my")).status_code == 303
