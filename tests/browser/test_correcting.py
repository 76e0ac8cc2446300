"""Putting right what is known of a journey and of its person, in the browser: shown first, and only then done."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from schemas.base import Language
from tests.browser.conftest import NARROW, WIDE, Browse, House, accessible, walkable

CASES = pytest.mark.parametrize(
    ("language", "width", "scripts"), [("sv", WIDE, True), ("en", NARROW, True), ("sv", NARROW, False)]
)
WORDS = {
    "sv": {
        "correct": "Rätta svar och datum",
        "who": "Rätta vem personen är",
        "reason": "Skäl",
        "preview": "Visa vad som händer",
        "do": "Gör det",
        "change": "Ändra",
        "show": "Visa uppgifterna",
        "name": "Namn",
        "email": "E-post",
    },
    "en": {
        "correct": "Correct answers and dates",
        "who": "Correct who the person is",
        "reason": "Reason",
        "preview": "Show what would happen",
        "do": "Do it",
        "change": "Change it",
        "show": "Show the details",
        "name": "Name",
        "email": "E-mail",
    },
}


async def looked_at(page: Page, *, scripts: bool) -> None:
    if scripts:
        await accessible(page)
        await walkable(page)


@CASES
async def test_an_answer_is_put_right_after_it_is_shown_what_follows(
    browse: Browse, house: House, language: Language, width: int, scripts: bool
) -> None:
    words = WORDS[language]
    task = await house.enter("Alma Rättad", language)
    journey = task.split(".")[0]
    await house.complete(task, "willing")
    await house.complete(await house.opened(journey, "eligibility"), "eligible")
    page = await browse(f"/journeys/{journey}", staff="pl-1", language=language, width=width, scripts=scripts)
    await page.get_by_role("link", name=words["correct"]).click()
    await looked_at(page, scripts=scripts)
    before = (await house.state(journey)).facts
    clear, unclear = (page.locator(f'[name="fact-eligibility_clear"][value="{value}"]') for value in ("yes", "no"))
    await expect(clear).to_be_checked()
    await page.get_by_role("button", name=words["preview"]).click()
    await expect(page.locator(".notice.bad")).to_be_visible()
    await unclear.check()
    await page.get_by_label(words["reason"]).fill("Hördes fel i telefonen")
    await page.get_by_role("button", name=words["preview"]).click()
    await expect(page.locator("main")).to_contain_text("→")
    assert (await house.state(journey)).facts == before
    await looked_at(page, scripts=scripts)
    await page.get_by_role("button", name=words["change"]).click()
    await expect(unclear).to_be_checked()
    await page.get_by_role("button", name=words["preview"]).click()
    await page.get_by_role("button", name=words["do"]).click()
    await expect(page.locator(".timeline")).to_contain_text("Hördes fel i telefonen")
    assert (await house.state(journey)).facts == {**before, "eligibility_clear": "no"}


@CASES
async def test_who_somebody_is_is_shown_on_demand_judged_field_by_field_and_put_right(
    browse: Browse, house: House, language: Language, width: int, scripts: bool
) -> None:
    words = WORDS[language]
    task = await house.enter("Bo Felskriven", language)
    journey = task.split(".")[0]
    page = await browse(f"/journeys/{journey}", staff="pl-1", language=language, width=width, scripts=scripts)
    await page.get_by_role("link", name=words["who"]).click()
    assert "070-174 06 21" not in await page.content()
    await looked_at(page, scripts=scripts)
    await page.get_by_role("button", name=words["show"]).click()
    await expect(page.locator('[name="phone"]')).to_have_value("070-174 06 21")
    await looked_at(page, scripts=scripts)
    await page.get_by_label(words["name"], exact=True).fill("Bo Rättskriven <b>")
    await page.get_by_label(words["email"], exact=True).fill("inte en adress")
    await page.get_by_role("button", name=words["preview"]).click()
    await expect(page.locator("#e-email")).to_be_visible()
    await expect(page.locator("#e-reason")).to_be_visible()
    await expect(page.locator("#e-name")).to_have_count(0)
    await expect(page.get_by_label(words["name"], exact=True)).to_have_value("Bo Rättskriven <b>")
    await page.get_by_label(words["email"], exact=True).fill("bo.ny@example.org")
    await page.get_by_label(words["name"], exact=True).fill("Bo Rättskriven")
    await page.get_by_label(words["reason"]).fill("Stavat fel i anmälan")
    await page.get_by_role("button", name=words["preview"]).click()
    await expect(page.locator(".chosen")).to_contain_text("Bo Felskriven → Bo Rättskriven")
    await looked_at(page, scripts=scripts)
    await page.get_by_role("button", name=words["do"]).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Bo Rättskriven")
    await expect(page.locator(".timeline")).to_contain_text("Stavat fel i anmälan")
    async with house.db.acting_as("test") as connection:
        looks = "SELECT count(*) FROM looks WHERE journey = $1 AND who = 'pl-1' AND what = 'contact'"
        assert await connection.fetchval(looks, journey) == 1


async def test_nobody_is_left_out_of_reach_and_no_personal_number_is_kept(browse: Browse, house: House) -> None:
    task = await house.enter("Disa Nåbar")
    journey = task.split(".")[0]
    page = await browse(f"/journeys/{journey}/particulars", staff="pm-1")
    await page.get_by_role("button", name="Visa uppgifterna").click()
    await page.get_by_label("E-post", exact=True).fill("")
    await page.get_by_label("Telefon", exact=True).fill("")
    await page.get_by_label("Skäl").fill("Vill inte nås")
    await page.get_by_role("button", name="Visa vad som händer").click()
    await expect(page.get_by_role("alert")).to_contain_text("e-post")
    await page.get_by_label("Telefon", exact=True).fill("070-174 06 21")
    await page.get_by_label("Kom genom", exact=True).fill("19900101-2385")
    await page.get_by_role("button", name="Visa vad som händer").click()
    await expect(page.locator("#e-partner")).to_be_visible()
    async with house.db.acting_as("test") as connection:
        kept = "SELECT count(*) FROM submissions WHERE journey = $1 AND form = 'identity'"
        assert await connection.fetchval(kept, journey) == 0


@pytest.mark.parametrize("staff", ["gui-1", "ops-1", "own-1"])
async def test_who_may_not_put_it_right_finds_no_such_page(browse: Browse, house: House, staff: str) -> None:
    task = await house.enter("Egon Skyddad")
    for path in ("particulars", "do/correct"):
        page = await browse(f"/journeys/{task.split('.')[0]}/{path}", staff=staff)
        await expect(page.get_by_role("heading", level=1)).to_have_text("Sidan finns inte")
