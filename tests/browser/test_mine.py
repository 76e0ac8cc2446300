"""The participant's own page in a real browser: answers, another time, attendance, and the way in by a link."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from activities.delivery import OwnPages
from db.pool import SYSTEM
from schemas.base import Language
from services.attendance import book as attendance
from tests.browser.conftest import NARROW, WIDE, Browse, House, accessible, walkable


class Seen(NamedTuple):
    """How a page is looked at."""

    language: Language
    width: int
    scripts: bool = True

    @property
    def how(self) -> dict[str, Any]:
        return self._asdict()


CASES = pytest.mark.parametrize("seen", [Seen("sv", NARROW), Seen("en", WIDE), Seen("sv", NARROW, scripts=False)])
ENROLLED = {
    "id_number": "850709-9805",
    "id_verified": "id_shown",
    "start_date": "2026-11-23",
    "channel": "in_person",
    "esf_information_given": "yes",
    "attest_method": "digital",
}
OpenMine = Callable[..., Awaitable[Page]]


class Way:
    """How far a participant has come, without clicking there."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def say(self, journey: str, step: str, outcome: str, answers: dict[str, Any] | None = None) -> None:
        await self._house.complete(await self._house.opened(journey, step), outcome, answers)

    async def mapped(self, name: str) -> str:
        task = await self._house.enter(name)
        journey = task.split(".", maxsplit=1)[0]
        await self._house.complete(task, "willing")
        await self.say(journey, "eligibility", "eligible")
        start = f"{datetime.now(UTC):%Y-%m-%d}"
        await self.say(journey, "enrolment", "enrolled", ENROLLED | {"start_date": start})
        await self.say(journey, "mapping", "to_job", {"needs_validation": "no", "brings_family": "no"})
        return journey

    async def booked(self, name: str) -> tuple[str, datetime]:
        """Somebody with an interview on a Tuesday in two weeks at least, at ten in the morning."""
        journey = await self.mapped(name)
        await self.say(journey, "matching", "employer_interested", {"simulation": "no"})
        soon = datetime.now(UTC) + timedelta(days=14)
        at = (soon + timedelta(days=(1 - soon.weekday()) % 7)).replace(hour=9, minute=0, second=0, microsecond=0)
        await self.say(journey, "speed_interview_booking", "booked", {"interview_at": at.isoformat()})
        await self._house.opened(journey, "speed_interview")
        return journey, at

    async def offered(self, name: str) -> str:
        """Somebody who is offered a trip."""
        journey, _ = await self.booked(name)
        await self.say(journey, "speed_interview", "to_trip", {"result": "pass"})
        await self._house.opened(journey, "trip_offer")
        return journey


@pytest_asyncio.fixture(loop_scope="session")
async def way(house: House) -> Way:
    return Way(house)


@pytest_asyncio.fixture(loop_scope="session")
async def mine(browse: Browse, house: House) -> OpenMine:
    """The page of a participant, who is in already."""

    async def open_page(journey: str, path: str = "/my", **rest: Any) -> Page:
        page = await browse("/my/link", staff=None, **rest)
        token = await house.sessions.begin(datetime.now(UTC), journey=journey)
        await page.context.add_cookies([{"name": house.sessions.cookie, "value": token, "url": house.url}])
        await page.goto(house.url + path)
        return page

    return open_page


@CASES
async def test_a_letters_link_opens_the_page_and_the_call_is_moved(browse: Browse, house: House, seen: Seen) -> None:
    words = {
        "sv": (
            "Öppna min sida",
            "Hej Alva!",
            "Välj när vi ringer",
            "Be om den tiden",
            "Du har bett om",
            "Skicka en ny länk",
        ),
        "en": (
            "Open my page",
            "Hello Alva!",
            "Choose when we call",
            "Ask for this time",
            "You have asked for",
            "Send a new link",
        ),
    }[seen.language]
    journey = (await house.enter("Alva Länk", seen.language)).split(".", maxsplit=1)[0]
    async with house.db.acting_as(SYSTEM) as connection:
        url = await OwnPages(house.url, timedelta(days=1)).link(connection, journey, datetime.now(UTC))
    page = await browse(url.removeprefix(house.url), staff=None, **seen.how)
    if seen.scripts:
        await accessible(page)
    await page.get_by_role("button", name=words[0]).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(words[1])
    if seen.scripts:
        await accessible(page)
        await walkable(page)
    await page.get_by_role("link", name=words[2]).click()
    if seen.scripts:
        await accessible(page)
    field = page.locator("#f-at")
    wished = await field.locator("option").last.get_attribute("value")
    await field.select_option(wished)
    await page.get_by_role("button", name=words[3]).click()
    await expect(page.locator("main")).to_contain_text(words[4])
    task = next(task for task in (await house.state(journey)).tasks if task.step == "welcome_call")
    assert task.wished_at == datetime.fromisoformat(wished or "")
    staff = await browse("/?show=team", staff="pl-1", language=seen.language)
    await expect(staff.locator(f"[id='t-{task.id}'] .tag.soon").first).to_be_visible()
    again = await browse(url.removeprefix(house.url), staff=None, language=seen.language)
    await expect(again.get_by_role("button", name=words[5])).to_be_visible()
    await accessible(again)


@CASES
async def test_a_participant_picks_another_time_for_the_interview_and_staff_set_it(
    mine: OpenMine, browse: Browse, house: House, way: Way, seen: Seen
) -> None:
    words = {
        "sv": ("Välj en annan tid", "Be om den tiden", "Byt till den tiden", "Gör det"),
        "en": ("Choose another time", "Ask for this time", "Change to that time", "Do it"),
    }[seen.language]
    journey, at = await way.booked("Bea Bokad")
    page = await mine(journey, **seen.how)
    if seen.scripts:
        await accessible(page)
        await walkable(page)
    await page.get_by_role("link", name=words[0]).click()
    await page.get_by_role("button", name=words[1]).click()
    await expect(page.locator("#e-at")).to_be_visible()
    field = page.locator("#f-at")
    wished = await field.locator("option").nth(4).get_attribute("value")
    await field.select_option(wished)
    if seen.scripts:
        await accessible(page)
    await page.get_by_role("button", name=words[1]).click()
    await expect(page.get_by_role("status").first).to_be_visible()
    assert (await house.state(journey)).dates["interview_at"] == at
    staff = await browse(f"/journeys/{journey}", staff="pl-1", **seen.how)
    if seen.scripts:
        await accessible(staff)
    await staff.get_by_role("button", name=words[2]).click()
    await expect(staff.locator("#would")).to_be_visible()
    assert (await house.state(journey)).dates["interview_at"] == at
    await staff.get_by_role("button", name=words[3]).click()
    await expect(staff.get_by_role("heading", level=1)).to_have_text("Bea Bokad")
    state = await house.state(journey)
    assert state.dates["interview_at"] == datetime.fromisoformat(wished or "")
    assert [task.wished_at for task in state.tasks if task.step == "speed_interview"] == [None]


@CASES
async def test_an_offer_is_answered_refused_first_and_taken_back(
    mine: OpenMine, house: House, way: Way, seen: Seen
) -> None:
    words = {
        "sv": ("Ja, jag följer med", "Skicka svaret", "Resans första dag", "Ångra svaret"),
        "en": (
            "Yes, I am coming",
            "Send the answer",
            "First day of the trip",
            "Take the answer back",
        ),
    }[seen.language]
    journey = await way.offered("Cia Erbjuden")
    page = await mine(journey, **seen.how)
    question = page.locator("a[href*='trip_offer']")
    await question.click()
    await expect(page.get_by_role("radio", name=words[0])).to_be_visible()
    if seen.scripts:
        await walkable(page)
    await page.get_by_role("radio", name=words[0]).check()
    needs = page.locator("#f-needs")
    await needs.fill("Rum på bottenvåningen")
    await page.get_by_role("button", name=words[1]).click()
    await expect(page.locator(".notice.bad")).to_be_visible()
    await expect(needs).to_have_value("Rum på bottenvåningen")
    if seen.scripts:
        await accessible(page)
    await page.get_by_label(words[2]).fill(f"{datetime.now(UTC) + timedelta(days=21):%Y-%m-%d}")
    await page.get_by_role("button", name=words[1]).click()
    await expect(page.get_by_role("button", name=words[3])).to_be_visible()
    assert (await house.state(journey)).results["trip_offer"].outcome == "accepts"
    await page.get_by_role("button", name=words[3]).click()
    await expect(question).to_be_visible()
    assert "trip_offer" not in (await house.state(journey)).results


async def test_attendance_is_registered_by_staff_and_attested_by_the_participant(
    mine: OpenMine, browse: Browse, house: House
) -> None:
    journey = (await house.enter("Eva Närvaro")).split(".", maxsplit=1)[0]
    staff = await browse(f"/journeys/{journey}/attendance", staff="pl-1", width=NARROW)
    await staff.get_by_role("radio", name="Jobbintervju").check()
    await staff.get_by_role("button", name="Spara", exact=True).click()
    await expect(staff.locator("#problems")).to_be_focused()
    await accessible(staff)
    await staff.get_by_label("Dag", exact=True).fill(f"{datetime.now(UTC) - timedelta(days=1):%Y-%m-%d}")
    await staff.get_by_label("Timmar").fill("1,5")
    await staff.get_by_label("Plats").fill("Provverkstaden")
    await staff.get_by_role("button", name="Spara", exact=True).click()
    await expect(staff.locator(".tasks")).to_contain_text("Inte intygad")
    await accessible(staff)
    await walkable(staff)
    page = await mine(journey, language="en", width=NARROW, dark=True)
    await expect(page.locator("main")).to_contain_text("Hours in all: 1.5, of which 0 are confirmed.")
    await accessible(page)
    await page.get_by_role("button", name="This is right").click()
    await expect(page.locator("main")).to_contain_text("You have confirmed it")
    (entry,) = (await attendance.book(house.db, journey, "pl-1")).entries
    assert (entry.how, entry.attested_by) == ("own_page", "participant")


async def test_the_page_says_when_something_new_has_happened(mine: OpenMine, house: House) -> None:
    task = await house.enter("Fia Nytt")
    page = await mine(task.split(".", maxsplit=1)[0], width=NARROW)
    await expect(page.locator("#news")).to_be_empty()
    await house.complete(task, "willing")
    await page.locator("#news").get_by_role("button", name="Visa").click()
    await expect(page.locator("main")).to_contain_text("Vi ser efter om programmet passar dig.")


@pytest.mark.parametrize("language", ["sv", "en"])
async def test_whoever_asks_for_a_link_gets_an_answer_that_says_nothing(browse: Browse, language: Language) -> None:
    page = await browse("/my", staff=None, language=language, width=NARROW)
    await expect(page).to_have_url(re.compile(r"/my/link$"))
    await accessible(page)
    await walkable(page)
    await page.locator("#f-email").fill("kim at example")
    await page.locator("main button.main").click()
    await expect(page.locator("#e-email")).to_be_visible()
    await expect(page.locator("#f-email")).to_have_value("kim at example")
    await accessible(page)
    await page.locator("#f-email").fill("nobody@example.org")
    await page.locator("main button.main").click()
    await expect(page.locator("main")).to_contain_text(
        {"sv": "Om vi känner till adressen", "en": "If we know the address"}[language]
    )
    await accessible(page)
