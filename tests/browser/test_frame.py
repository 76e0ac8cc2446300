"""What every page has: a way in, a frame that anybody can use, in both languages and at every width."""

from __future__ import annotations

import pytest

from schemas.base import Language
from tests.browser.conftest import NARROW, WIDE, Browse, House, accessible


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
