"""Somebody registers an interest in the browser, and a coordinator has them to call within seconds."""

from __future__ import annotations

import re
import secrets

import pytest
from playwright.async_api import Page, expect

from schemas.base import Language
from tests.browser.conftest import NARROW, WIDE, Browse, House, accessible, walkable

WORDS = {
    "sv": {
        "no": "Nej", "yes": "Ja", "name": "Namn", "phone": "Telefon", "email": "E-post", "send": "Skicka",
        "read": "Jag har läst", "thanks": "Tack, vi har din anmälan", "by": "Vi hör av oss till dig senast",
        "call": "Ring oss i stället.", "work": "Arbeta", "more": "Berätta mer", "refused": "Det här behöver rättas",
    },
    "en": {
        "no": "No", "yes": "Yes", "name": "Name", "phone": "Phone", "email": "E-mail", "send": "Send",
        "read": "I have read", "thanks": "Thank you, we have your registration", "by": "We get in touch with you by",
        "call": "Phone us instead.", "work": "Work", "more": "Tell us more", "refused": "This needs to be put right",
    },
}  # fmt: skip


async def fill_in(page: Page, name: str, words: dict[str, str]) -> None:
    await page.locator("#f-protected").get_by_label(words["no"], exact=True).check()
    await page.get_by_label(words["name"], exact=True).fill(name)
    await page.get_by_label(words["email"], exact=True).fill(f"kim.{secrets.token_hex(6)}@example.org")
    await page.get_by_label(words["work"], exact=True).check()
    await page.get_by_label(re.compile(words["read"])).check()
    await page.wait_for_timeout(3_100)  # nobody is faster


async def sent(page: Page, words: dict[str, str]) -> None:
    await page.get_by_role("button", name=words["send"], exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(words["thanks"])
    await expect(page.get_by_text(words["by"])).to_be_visible()


@pytest.mark.parametrize(("language", "width"), [("sv", WIDE), ("en", NARROW)])
async def test_an_interest_becomes_a_call_to_make(browse: Browse, house: House, language: Language, width: int) -> None:
    words, name = WORDS[language], f"Ines {secrets.token_hex(3)}"
    page = await browse("/interest", staff=None, language=language, width=width)
    await accessible(page)
    await walkable(page)
    await fill_in(page, name, words)
    await page.locator("#f-contact_time").fill("vardagar efter 16")
    await sent(page, words)
    await accessible(page)
    day = await browse("/?show=team&step=welcome_call", staff="pl-1", language=language, width=width)
    row = day.locator(".task", has_text=name)
    for _ in range(10):
        if await row.count():
            break
        await day.wait_for_timeout(1_000)
        await day.reload()
    await expect(row).to_have_count(1)
    await row.get_by_role("link", name=re.compile("Gör klart|Finish")).click()
    await expect(day.get_by_text("vardagar efter 16")).to_be_visible()
    await accessible(day)


@pytest.mark.parametrize(("language", "width"), [("sv", WIDE), ("en", NARROW)])
async def test_the_page_for_those_who_build_other_systems(browse: Browse, language: Language, width: int) -> None:
    page = await browse("/api", staff=None, language=language, width=width)
    await accessible(page)
    await expect(page.get_by_text("/api/v1/tasks/{task}/complete")).to_be_visible()
    await page.goto(page.url + "#bad_signature")
    await expect(page.locator("#bad_signature")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_refused_form_keeps_what_was_typed_and_leads_to_each_field(browse: Browse, scripts: bool) -> None:
    words = WORDS["sv"]
    page = await browse("/interest", staff=None, scripts=scripts)
    await page.locator("#f-protected").get_by_label("Nej", exact=True).check()
    await page.locator("summary", has_text=words["more"]).click()
    await page.get_by_label("Kommun där du bor").fill("Umeå <&>")
    await page.get_by_label("Telefon", exact=True).fill("tolv")
    await page.get_by_role("button", name="Skicka", exact=True).click()
    problems = page.get_by_role("alert")
    await expect(problems).to_contain_text(words["refused"])
    if scripts:
        await expect(problems).to_be_focused()
        await accessible(page)
    await expect(page.get_by_label("Kommun där du bor")).to_have_value("Umeå <&>")
    await problems.get_by_role("link").first.click()
    assert page.url.endswith("#f-name")
    await fill_in(page, "Ida Rättad", words)
    await page.get_by_label("Telefon", exact=True).fill("070-174 06 33")
    await sent(page, words)


@pytest.mark.parametrize("language", ["sv", "en"])
async def test_whoever_is_protected_finds_the_number_and_no_more_form(browse: Browse, language: Language) -> None:
    words = WORDS[language]
    page = await browse("/interest", staff=None, language=language, width=NARROW)
    await page.locator("#f-protected").get_by_label(words["yes"], exact=True).check()
    await expect(page.get_by_text(words["call"])).to_be_visible()
    await expect(page.get_by_role("link", name="0980-319 200").first).to_be_visible()
    await expect(page.get_by_label(words["name"], exact=True)).to_be_hidden()
    await expect(page.get_by_role("button", name=words["send"], exact=True)).to_be_hidden()
    await accessible(page)
    await page.locator("form.interest").evaluate("form => form.submit()")
    await expect(page.get_by_role("heading", level=1)).to_have_text(words["call"])
    await accessible(page)
