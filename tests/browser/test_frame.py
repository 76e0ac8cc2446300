"""What every page has: a way in, a frame that anybody can use, in both languages and at every width."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from schemas.base import Language
from tests.browser.conftest import NARROW, WIDE, Browse, House, accessible, walkable


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("path", ["/sign-in", "/accessibility", "/no-such-page"])
async def test_pages_for_anybody_are_accessible(browse: Browse, path: str, language: Language, width: int) -> None:
    page = await browse(path, staff=None, language=language, width=width)
    assert await page.locator("html").get_attribute("lang") == language
    await accessible(page)


@pytest.mark.parametrize("scripts", [True, False])
async def test_one_chooses_whom_to_be_and_signs_out_again(browse: Browse, scripts: bool) -> None:
    page = await browse("/", staff=None, scripts=scripts)
    assert page.url.endswith("/sign-in?back=/")
    await page.get_by_role("button", name="Petra Exempel").click()
    assert await page.get_by_role("heading", level=1).inner_text() == "Min dag"
    await page.get_by_role("button", name="Logga ut").click()
    assert await page.get_by_text("Du är utloggad.").is_visible()
    await page.goto(page.url.split("/sign-in")[0])
    assert "/sign-in" in page.url


async def test_the_keyboard_finds_the_content_first(browse: Browse) -> None:
    page = await browse("/")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.textContent") == "Hoppa till innehållet"
    await page.keyboard.press("Enter")
    assert await page.evaluate("document.activeElement.id") == "main"


async def test_the_language_is_kept(browse: Browse, house: House) -> None:
    page = await browse("/accessibility")
    await page.get_by_role("link", name="In English").click()
    assert await page.get_by_role("heading", level=1).inner_text() == "Accessibility statement"
    await page.goto(house.url + "/accessibility")
    assert await page.locator("html").get_attribute("lang") == "en"


@pytest.mark.parametrize("width", [WIDE, NARROW])
async def test_everything_is_reached_by_the_keyboard_in_the_order_in_which_it_is_read(
    browse: Browse, house: House, width: int
) -> None:
    task = await house.enter("Ylva Tangent")
    journey = task.split(".")[0]
    for path in ("/", f"/tasks/{task}", f"/journeys/{journey}", f"/journeys/{journey}/do/hold", "/find", "/sign-in"):
        await walkable(await browse(path, staff="pl-1" if "do" in path else "pm-1", width=width))


async def test_a_form_is_filled_in_and_sent_with_the_keyboard_alone(browse: Browse, house: House) -> None:
    task = await house.enter("Zeta Tangent")
    page = await browse(f"/tasks/{task}")
    await page.get_by_role("radio", name="Vill flytta", exact=True).first.focus()
    await page.keyboard.press("Space")
    await page.get_by_role("button", name="Spara och avsluta").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Zeta Tangent")


@pytest.mark.parametrize("width", [640, 320])
async def test_pages_can_be_enlarged_two_and_four_times(browse: Browse, house: House, width: int) -> None:
    task = await house.enter("Öivind Stor")
    journey = task.split(".")[0]
    for path in ("/", f"/tasks/{task}", f"/journeys/{journey}", f"/journeys/{journey}/do/hold", "/find", "/sign-in"):
        await accessible(await browse(path, staff="pl-1", width=width))


async def test_the_logs_do_not_know_who_anybody_is(browse: Browse, house: House) -> None:
    task = await house.enter("Xerxes Hemligsson")
    page = await browse("/find")
    await page.get_by_label("Namn, telefon eller e-post").fill("xerxes hemlig")
    await page.get_by_role("button", name="Sök").click()
    await page.get_by_role("link", name="Xerxes Hemligsson").click()
    await page.get_by_role("button", name="Visa telefon").click()
    await page.get_by_label("Ny anteckning").fill("Hemligsson har hund")
    await page.get_by_role("button", name="Spara anteckningen").click()
    await browse(f"/tasks/{task}x")
    logs = Path(str(house.info.mail)).with_name("logs")
    texts = {log.name: log.read_text("utf-8", "replace") for log in logs.iterdir()}
    assert "console.log" in texts
    for name, text in texts.items():
        assert "emligsson" not in text, name
        assert "070-174 06 21" not in text, name
