"""Operations in the browser: what is stuck is seen as it happens, and an act for many is tried before it is begun.

Everybody here came through a partner of their own, so that other tests' people are not counted.
"""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Page, expect

from schemas.base import Language
from schemas.commands import HoldJourney
from services.bulk.acts import Bulks, begin
from services.bulk.order import Ordered, create, each
from services.outside.receiving import receive
from tests.browser.conftest import NARROW, WIDE, Browse, House, accessible, walkable
from workflows.connection import connect

LONG_AGO = timedelta(days=30)
BOTH = pytest.mark.parametrize(("language", "width"), [("sv", WIDE), ("en", NARROW)])
COUNT_SHIFTS = """
window.shifts = 0;
new PerformanceObserver(list => {
  for (const each of list.getEntries()) if (!each.hadRecentInput) window.shifts += each.value;
}).observe({type: "layout-shift", buffered: false});
"""


def somewhere() -> str:
    return f"Partner {secrets.token_hex(4)}"


async def journey_of(house: House, name: str, partner: str, ago: timedelta = timedelta(0)) -> str:
    return (await house.enter(name, ago=ago, partner=partner)).split(".")[0]


@BOTH
async def test_what_is_stuck_is_found_by_cause_and_age_and_says_what_to_do(
    browse: Browse, house: House, language: Language, width: int
) -> None:
    partner = somewhere()
    await journey_of(house, "Sten Fast", partner, LONG_AGO)
    page = await browse("/operations", staff="pl-1", language=language, width=width)
    await accessible(page)
    await page.locator("summary", has_text={"sv": "Välj ut", "en": "Filter"}[language]).click()
    await page.get_by_label({"sv": "Kom genom", "en": "Came through"}[language]).fill(partner)
    await page.get_by_role("button", name={"sv": "Visa", "en": "Show"}[language], exact=True).click()
    await page.locator("#n-overdue-long a").click()
    assert re.search(r"cause=overdue&age=long&partner=", page.url)
    row = page.locator("#told .task", has_text="Sten Fast")
    await expect(row).to_contain_text(
        {"sv": "Påminn den som har uppgiften", "en": "Remind whoever has the task"}[language]
    )
    await expect(page.locator("#told .task")).to_have_count(1)
    await accessible(page)
    await walkable(page)
    await row.get_by_role("link", name={"sv": "Ge mer tid", "en": "Give more time"}[language]).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(
        {"sv": "Ge mer tid", "en": "Give more time"}[language]
    )


async def test_numbers_change_where_they_stand_and_new_rows_wait_to_be_asked_for(browse: Browse, house: House) -> None:
    partner = somewhere()
    await journey_of(house, "Tage Först", partner, LONG_AGO)
    page = await browse(f"/operations?cause=overdue&partner={partner}", staff="pl-1")
    await expect(page.locator("#n-overdue")).to_have_text("1")
    await page.evaluate(COUNT_SHIFTS)
    place = await page.locator("#told .task").first.bounding_box()
    await journey_of(house, "Ulla Sedan", partner, LONG_AGO)
    await expect(page.locator("#n-overdue")).to_have_text("2")
    news = page.locator("#news")
    await expect(news).to_contain_text("Något har ändrats")
    await expect(page.locator("#told .task")).to_have_count(1)
    assert await page.locator("#told .task").first.bounding_box() == place
    assert await page.evaluate("window.shifts") == 0
    await accessible(page)
    await news.get_by_role("button", name="Visa").click()
    await expect(page.locator("#told .task")).to_have_count(2)


@pytest.mark.parametrize(
    ("language", "width", "scripts"), [("sv", WIDE, True), ("en", NARROW, True), ("sv", WIDE, False)]
)
async def test_an_act_for_many_is_tried_then_begun_and_followed(
    browse: Browse, house: House, language: Language, width: int, scripts: bool
) -> None:
    partner = somewhere()
    gone = await journey_of(house, "Vera Borta", partner)
    for name in ("Walter Ett", "Xerxes Två"):
        await journey_of(house, name, partner)
    await house.rest(gone)  # who rests already says no
    words = {
        "sv": ("Låt resan vila", "Sjukdom", "Deltagaren", "Se över den", "Visa vad som händer"),
        "en": (
            "Let the journey rest",
            "Illness",
            "The participant",
            "Look at it again on",
            "Show what would",
            "Relocate",
        ),
    }[language]
    page = await browse("/operations/many", staff="pl-1", language=language, width=width, scripts=scripts)
    await page.get_by_label({"sv": "Kom genom", "en": "Came through"}[language]).fill(partner)
    await page.get_by_role("button", name={"sv": "Räkna", "en": "Count"}[language]).click()
    await expect(page.get_by_role("status")).to_have_text({"sv": "3 resor passar.", "en": "3 journeys fit."}[language])
    if scripts:
        await accessible(page)
    await page.get_by_role("link", name=words[0]).click()
    await page.get_by_label({"sv": "Skäl", "en": "Reason"}[language]).fill("Feber <alla>")
    await page.get_by_role("button", name=words[4]).click()
    await expect(page.locator("#f-cause .error")).to_be_visible()
    await expect(page.get_by_label({"sv": "Skäl", "en": "Reason"}[language])).to_have_value("Feber <alla>")
    await page.get_by_role("radio", name=words[1]).check()
    await page.get_by_role("radio", name=words[2]).check()
    await page.get_by_label(words[3]).fill("2027-03-01")
    await page.get_by_role("button", name=words[4]).click()
    await expect(page.locator("main")).to_contain_text(
        {"sv": "2 resor skulle göra det.", "en": "2 journeys would do it."}[language]
    )
    await expect(page.locator(".notice.soon li")).to_have_count(1)
    if scripts:
        await accessible(page)
        await walkable(page)
    await page.get_by_role(
        "button", name={"sv": "Sätt igång för 3 resor", "en": "Begin, for 3 journeys"}[language]
    ).click()
    await _followed_to_its_end(page, scripts=scripts)
    assert "2" in await page.locator("#far .number").inner_text()
    if scripts:
        await accessible(page)
        await walkable(page)
    await page.get_by_role("link", name={"sv": "Sade nej", "en": "Said no"}[language]).click()
    await expect(page.locator(".task", has_text="Vera Borta")).to_have_count(1)
    await expect(page.locator(".task")).to_have_count(1)


async def _followed_to_its_end(page: Page, *, scripts: bool) -> None:
    """With scripts the page follows it; without, it is loaded anew."""
    done = page.locator("#far .tag.good")
    for _ in range(20):
        if scripts or await done.count():
            break
        await page.wait_for_timeout(300)
        await page.get_by_role("link", name="Se efter igen").click()
    await expect(done).to_be_visible()


async def test_an_act_for_many_is_stopped_and_goes_on_where_it_was(browse: Browse, house: House) -> None:
    partner = somewhere()
    for name in ("Yngve Ett", "Åke Två", "Östen Tre"):
        await journey_of(house, name, partner)
    hold = HoldJourney(id="x", cause="illness", on="participant", review_at=datetime(2030, 1, 15, 8, tzinfo=UTC))
    ordered = Ordered(each(hold), "hold", rate=0.1, by="pl-1")
    bulk = await create(house.db, ordered, {"partner": [partner]}, datetime.now(UTC))
    await begin(Bulks(await connect(house.info.temporal_address, house.info.namespace)), bulk)
    page = await browse(f"/operations/bulks/{bulk}", staff="pl-1", scripts=False)
    await expect(page.locator("#far .tag")).to_have_text("Pågår")
    await page.get_by_role("button", name="Stoppa").click()
    await expect(page.get_by_role("status").first).to_have_text("Den är stoppad.")
    await expect(page.locator("#far .tag")).to_have_text("Stoppad")
    async with house.db.acting_as("test") as connection:
        await connection.execute("UPDATE bulks SET rate = 20 WHERE bulk = $1", bulk)
    await page.get_by_role("button", name="Återuppta").click()
    await _followed_to_its_end(page, scripts=False)
    await expect(page.locator(".task .tag.good")).to_have_count(3)


@BOTH
async def test_a_letter_that_reached_nobody_is_laid_aside_with_a_reason(
    browse: Browse, house: House, language: Language, width: int
) -> None:
    name = f"Zara Brev {secrets.token_hex(3)}"
    journey = await journey_of(house, name, somewhere())
    async with house.db.acting_as("test") as connection:
        name = await connection.fetchval(
            "SELECT name FROM people JOIN journeys USING (person) WHERE journey = $1", journey
        )
        await connection.execute(
            "INSERT INTO notices (notice, journey, seq, template, purpose, recipient, send_after, status, cause) "
            "VALUES ($1, $2, 1, 'received', 'information', 'participant', now(), 'undeliverable', 'bad_address')",
            f"{journey}.1.test",
            journey,
        )
    page = await browse("/operations/letters", staff="pl-1", language=language, width=width)
    row = page.locator(".task", has_text=name)
    await accessible(page)
    await row.locator("summary").click()
    await row.get_by_role("button", name={"sv": "Lägg åt sidan", "en": "Lay aside"}[language]).click()
    await expect(row.locator(".error")).to_be_visible()
    await accessible(page)
    await walkable(page)
    await row.get_by_label({"sv": "Skäl", "en": "Reason"}[language]).fill("Sagt per telefon")
    await row.get_by_role("button", name={"sv": "Lägg åt sidan", "en": "Lay aside"}[language]).click()
    await expect(page.get_by_role("status").first).to_be_visible()
    await expect(row).to_have_count(0)


@BOTH
async def test_a_report_that_fitted_nowhere_is_given_to_whom_it_is_about(
    browse: Browse, house: House, language: Language, width: int
) -> None:
    surname = f"Fynd{secrets.token_hex(4)}"
    journey = await journey_of(house, f"Änga {surname}", somewhere())
    event = f"test-{secrets.token_hex(6)}"
    given = {"journey": "jvilsen", "type": "csn.decided", "outcome": "granted"}
    await receive(house.db, house.journeys, event, given, by="test", now=datetime.now(UTC))
    page = await browse("/operations/reports", staff="pl-1", language=language, width=width)
    await accessible(page)
    await page.locator(f'a[href$="event={event}"]').click()
    await accessible(page)
    await walkable(page)
    why = page.locator("#f-reason")
    await page.locator("#f-to").fill(surname)
    await why.fill("Fel nummer i brevet")
    await page.get_by_role(
        "button", name={"sv": "Visa vad som händer", "en": "Show what would happen"}[language]
    ).click()
    await page.get_by_role("radio", name=re.compile(surname)).check()
    await page.get_by_role(
        "button", name={"sv": "Visa vad som händer", "en": "Show what would happen"}[language]
    ).click()
    await expect(page.locator("#would")).to_be_visible()
    await accessible(page)
    await page.get_by_role("button", name={"sv": "För in det", "en": "Apply it"}[language]).click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text(surname)
    assert page.url.endswith(journey)


@BOTH
async def test_the_parts_are_told_in_plain_words(browse: Browse, language: Language, width: int) -> None:
    page = await browse("/operations/health", staff="ops-1", language=language, width=width)
    worker = page.locator(".task", has_text={"sv": "Arbetaren", "en": "The worker"}[language])
    await expect(worker.locator(".tag.good")).to_be_visible()
    await expect(page.locator(".tag.late")).to_have_count(0)
    await accessible(page)
    await walkable(page)
    assert (await page.request.get(page.url.replace("/operations/health", "/healthz/all"))).status == 200


async def test_a_coordinator_finds_no_operations(browse: Browse) -> None:
    page = await browse("/operations")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Sidan finns inte")
