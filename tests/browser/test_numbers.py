"""Numbers in a real browser: chosen, read as pictures and tables, downloaded, and an open event entered."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from schemas.base import Language
from tests.browser.conftest import NARROW, WIDE, Browse, House, accessible, walkable

WORDS = {
    "sv": ("Visa", "Lägg in ett evenemang", "Dag", "Digitalt", "Ort eller arrangör", "Hur många ni mötte", "Lägg in"),
    "en": ("Show", "Enter an event", "Day", "On line", "Town or organiser", "How many you met", "Enter"),
}


@pytest.mark.parametrize(
    ("language", "width", "scripts"), [("sv", WIDE, True), ("en", NARROW, True), ("sv", WIDE, False)]
)
async def test_numbers_are_chosen_and_an_open_event_is_entered_apart_from_them(
    browse: Browse, house: House, language: Language, width: int, scripts: bool
) -> None:
    show, enter, day, digital, place, people, save = WORDS[language]
    page = await browse("/numbers", staff="pl-1", language=language, width=width, scripts=scripts)
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Relocate")
    await expect(page.locator("figure svg[role=img]").first).to_be_visible()
    period = page.get_by_label({"sv": "Intresset kom in", "en": "The interest came in"}[language])
    await period.select_option(index=1)
    await page.get_by_role("button", name=show, exact=True).click()
    await expect(page).to_have_url(re.compile(r"period=20\d\d(&|$)"))
    if scripts:
        await accessible(page)
        await walkable(page)
    await period.select_option("all")
    await page.get_by_role("button", name=show, exact=True).click()
    met = page.locator("section", has=page.locator("#met"))
    await met.locator("summary", has_text=enter).click()
    await page.get_by_label(day, exact=True).fill("2026-01-15")
    await page.get_by_role("radio", name=digital).check()
    await page.get_by_label(place).fill("Umeå")
    await page.get_by_label(people).fill("många")
    await page.get_by_role("button", name=save, exact=True).click()
    await expect(page.locator(".field .error")).to_have_count(1)
    await expect(page.get_by_label(place)).to_have_value("Umeå")
    if scripts:
        await accessible(page)
    await page.get_by_label(people).fill("73")
    await page.get_by_role("button", name=save, exact=True).click()
    await expect(page.get_by_role("status").first).to_be_visible()
    await expect(page.locator(".apart-from .figure")).not_to_have_text("0")


async def test_a_file_is_downloaded_and_paper_shows_numbers_and_no_buttons(browse: Browse, tmp_path: Path) -> None:
    page = await browse("/numbers?period=all", staff="own-1", language="en")
    async with page.expect_download() as started:
        await page.get_by_role("link", name="Download everything as CSV").click()
    file = tmp_path / "numbers.csv"
    await (await started.value).save_as(file)
    assert file.read_bytes().startswith(b"\xef\xbb\xbfProgramme;Relocate\r\n")
    await page.emulate_media(media="print")
    await expect(page.locator("form.narrowing")).to_be_hidden()
    await expect(page.get_by_role("link", name="Download", exact=False).first).to_be_hidden()
    await expect(page.locator(".sheet").first).to_be_visible()


async def test_a_guide_finds_no_numbers(browse: Browse) -> None:
    page = await browse("/numbers", staff="gui-1")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Sidan finns inte")
    await expect(page.locator(".menu")).not_to_contain_text("Siffror")


@pytest.mark.parametrize("width", [NARROW, WIDE])
async def test_the_numbers_are_read_in_the_dark(browse: Browse, width: int) -> None:
    page = await browse("/numbers", staff="adm-1", width=width, dark=True)
    await accessible(page)
