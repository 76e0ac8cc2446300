"""A journey in the browser: what it shows, and what is done to it only after it has been shown what would happen."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from schemas.base import Language
from tests.browser.conftest import NARROW, WIDE, Browse, House, accessible

CASES = pytest.mark.parametrize(
    ("language", "width", "scripts"),
    [("sv", WIDE, True), ("en", WIDE, True), ("sv", NARROW, True), ("en", NARROW, True), ("sv", WIDE, False)],
)


@pytest.mark.parametrize("dark", [False, True])
async def test_a_journey_shows_the_way_what_comes_and_what_happened(browse: Browse, house: House, dark: bool) -> None:
    task = await house.enter("Olle Karta")
    journey = task.split(".")[0]
    await house.complete(task, "willing")
    page = await browse(f"/journeys/{journey}", dark=dark)
    await expect(page.locator(".stop.now .stop-name")).to_have_text("Behörighet")
    await expect(page.locator(".stop.done .stop-name", has_text="Välkomstsamtal")).to_be_visible()
    await expect(page.locator(".coming").first).to_contain_text("Behörighet")
    await expect(page.locator(".timeline")).to_contain_text("Vill flytta")
    await page.locator("summary", has_text="Varför den tiden?").click()
    await expect(page.locator(".why ul")).to_contain_text("2 arbetsdagar räknat från att uppgiften öppnades")
    await accessible(page)


async def test_a_journey_says_when_something_new_has_happened(browse: Browse, house: House) -> None:
    task = await house.enter("Quintus Nytt")
    page = await browse(f"/journeys/{task.split('.')[0]}")
    await expect(page.locator("#news")).to_be_empty()
    await house.complete(task, "willing")
    await page.locator("#news").get_by_role("button", name="Visa").click()
    await expect(page.locator(".timeline")).to_contain_text("Vill flytta")


@CASES
async def test_a_rest_is_shown_before_it_is_ordered(
    browse: Browse, house: House, language: Language, width: int, scripts: bool
) -> None:
    words = {
        "sv": ("Låt resan vila", "Sjukdom", "Deltagaren", "Se över den", "Visa vad som händer", "Gör det"),
        "en": ("Let the journey rest", "Illness", "The participant", "Look at it again on", "Show what would", "Do it"),
    }[language]
    task = await house.enter("Pia Vila", language)
    journey = task.split(".")[0]
    page = await browse(f"/journeys/{journey}", staff="pl-1", language=language, width=width, scripts=scripts)
    await page.get_by_role("link", name=words[0]).click()
    await page.get_by_role("button", name=words[4]).click()
    await expect(page.locator(".notice.bad")).to_be_visible()
    await page.get_by_role("radio", name=words[1]).check()
    await page.get_by_role("radio", name=words[2]).check()
    await page.get_by_label(words[3]).fill("2027-03-01")
    await page.get_by_role("button", name=words[4]).click()
    await expect(page.locator("main")).to_contain_text(
        {"sv": "måndag 1 mars 2027", "en": "Monday 1 March 2027"}[language]
    )
    assert (await house.state(journey)).hold is None
    if scripts:
        await accessible(page)
    await page.get_by_role("button", name=words[5]).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Pia Vila")
    await expect(page.locator(".tag.rest").first).to_be_visible()
    hold = (await house.state(journey)).hold
    assert hold is not None
    assert (hold.cause, hold.on) == ("illness", "participant")


async def test_an_act_that_takes_a_reason_is_not_done_without_one(browse: Browse, house: House) -> None:
    task = await house.enter("Rut Mertid")
    journey = task.split(".")[0]
    page = await browse(f"/journeys/{journey}", staff="pl-1")
    await page.get_by_role("link", name="Ge mer tid").click()
    await page.get_by_label("Ny dag").fill("2027-02-01")
    await page.get_by_role("button", name="Visa vad som händer").click()
    await expect(page.get_by_role("alert")).to_contain_text("Skriv varför")
    await page.get_by_label("Skäl").fill("Är bortrest till februari")
    await page.get_by_role("button", name="Visa vad som händer").click()
    await accessible(page)
    await expect(page.locator("main")).to_contain_text("Det här får ny tid")
    await page.get_by_role("button", name="Ändra").click()
    await expect(page.get_by_label("Skäl")).to_have_value("Är bortrest till februari")
    await page.get_by_role("button", name="Visa vad som händer").click()
    await page.get_by_role("button", name="Gör det").click()
    await expect(page.locator(".timeline")).to_contain_text("Är bortrest till februari")
    await expect(page.locator(".timeline")).to_contain_text("Lena Mönster")


async def test_a_step_is_done_without_and_gone_back_to(browse: Browse, house: House) -> None:
    task = await house.enter("Siv Tillbaka")
    journey = task.split(".")[0]
    await house.complete(task, "willing")
    page = await browse(f"/journeys/{journey}/do/go_back", staff="pl-1")
    await page.get_by_role("radio", name="Välkomstsamtal").check()
    await page.get_by_label("Skäl").fill("Samtalet gällde fel person")
    await page.get_by_role("button", name="Visa vad som händer").click()
    await expect(page.locator("main")).to_contain_text("Det här stängs")
    await page.get_by_role("button", name="Gör det").click()
    await expect(page.locator(".task h3", has_text="Välkomstsamtal")).to_be_visible()
    await page.get_by_role("link", name="Gör utan ett steg").click()
    await page.get_by_role("radio", name="Välkomstsamtal").check()
    await page.get_by_label("Skäl").fill("Redan pratat med henne")
    await page.get_by_role("button", name="Visa vad som händer").click()
    await page.get_by_role("button", name="Gör det").click()
    await expect(page.locator(".stop.waived")).to_contain_text("Välkomstsamtal")


async def test_a_person_leaves_and_is_taken_back_in(browse: Browse, house: House) -> None:
    task = await house.enter("Tor Åter")
    journey = task.split(".")[0]
    page = await browse(f"/journeys/{journey}/do/exit", staff="pm-1")
    await page.get_by_role("radio", name="Återtagit eller uteblivit").check()
    await page.get_by_label("Skäl").fill("Vill inte längre")
    await page.get_by_role("button", name="Visa vad som händer").click()
    await accessible(page)
    await page.get_by_role("button", name="Gör det").click()
    await expect(page.locator(".lead").first).to_contain_text("Återtagit")
    await page.get_by_role("link", name="Ta upp resan igen").click()
    await page.get_by_role("radio", name="Välkomstsamtal").check()
    await page.get_by_label("Skäl").fill("Ringde och ville ändå")
    await page.get_by_role("button", name="Visa vad som händer").click()
    await page.get_by_role("button", name="Gör det").click()
    await expect(page.locator(".task h3", has_text="Välkomstsamtal")).to_be_visible()


async def test_what_was_done_last_is_taken_back_while_it_can_be(browse: Browse, house: House) -> None:
    task = await house.enter("Vera Ångrar")
    page = await browse(f"/tasks/{task}")
    await page.get_by_role("radio", name="Vill inte flytta").check()
    await page.get_by_role("button", name="Spara och avsluta").click()
    await expect(page.locator(".lead").first).to_contain_text("Ingen flyttvilja")
    await accessible(page)
    await page.get_by_role("button", name="Ta tillbaka").click()
    await expect(page.locator(".task h3", has_text="Välkomstsamtal")).to_be_visible()
    await expect(page.get_by_role("button", name="Ta tillbaka")).to_have_count(0)


@pytest.mark.parametrize("staff", ["vux-1", "own-1", "gui-1"])
async def test_whom_a_journey_does_not_concern_finds_no_such_page(browse: Browse, house: House, staff: str) -> None:
    task = await house.enter("Ulla Okänd")
    for path in (f"/journeys/{task.split('.')[0]}", f"/tasks/{task}", "/journeys/no-such", "/tasks/no.such.1"):
        page = await browse(path, staff=staff)
        await expect(page.get_by_role("heading", level=1)).to_have_text("Sidan finns inte")


async def test_operators_see_the_process_and_not_the_person(browse: Browse, house: House) -> None:
    task = await house.enter("Viola Hemlig")
    page = await browse(f"/journeys/{task.split('.')[0]}", staff="ops-1")
    await expect(page.get_by_role("heading", level=1)).to_have_text("En deltagare")
    assert "Viola" not in await page.content()
    await accessible(page)
