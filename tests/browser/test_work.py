"""A coordinator's day in the browser: whom to call, saying how it went, putting away, taking over, noting."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from schemas.base import Language
from tests.browser.conftest import NARROW, WIDE, Browse, House, accessible

BOTH_WIDTHS = pytest.mark.parametrize("width", [WIDE, NARROW])
LANGUAGES = pytest.mark.parametrize("language", ["sv", "en"])

SAVE = {"sv": "Spara och avsluta uppgiften", "en": "Save and finish the task"}
WILLING = {"sv": "Vill flytta", "en": "Willing to move"}


COUNT_SHIFTS = """
() => { window.shifts = 0;
  const count = list => { for (const shift of list.getEntries()) window.shifts += shift.hadRecentInput ? 0 : 1 };
  new PerformanceObserver(count).observe({ type: "layout-shift", buffered: true }); }
"""


def row(page: Page, task: str) -> str:
    return f'[id="t-{task}"]'


async def owner_of(house: House, task: str) -> str:
    async with house.db.acting_as("test") as connection:
        return str(await connection.fetchval("SELECT owner FROM tasks WHERE task = $1", task))


@BOTH_WIDTHS
@LANGUAGES
async def test_a_welcome_call_is_finished_and_what_it_opened_is_shown(
    browse: Browse, house: House, language: Language, width: int
) -> None:
    task = await house.enter("Alva Exempel", language)
    page = await browse("/", staff=await owner_of(house, task), language=language, width=width)
    await accessible(page)
    await page.locator(row(page, task)).get_by_role("link", name=re.compile("Gör klart|Finish")).click()
    await accessible(page)
    await page.get_by_role("radio", name=WILLING[language], exact=True).first.check()
    await page.get_by_role("button", name=SAVE[language]).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Alva Exempel")
    await expect(page.get_by_role("status").first).to_contain_text({"sv": "Klart", "en": "Done"}[language])
    await expect(page.locator(".task h3", has_text={"sv": "Behörighet", "en": "Eligibility"}[language])).to_be_visible()
    await accessible(page)


async def test_without_scripts_a_call_is_finished_all_the_same(browse: Browse, house: House) -> None:
    task = await house.enter("Bo Utanskript")
    page = await browse("/", staff=await owner_of(house, task), scripts=False)
    line = page.locator(row(page, task))
    await line.get_by_role("button", name="Ring").click()
    await expect(page.get_by_role("link", name="070-174 06 21")).to_be_visible()
    await page.get_by_role("link", name="Tillbaka").click()
    await page.get_by_role("radio", name="Vill flytta", exact=True).first.check()
    await page.get_by_role("button", name=SAVE["sv"]).click()
    await expect(page.locator(".task h3", has_text="Behörighet")).to_be_visible()


@BOTH_WIDTHS
@LANGUAGES
async def test_a_refused_form_says_what_is_wrong_and_keeps_what_was_typed(
    browse: Browse, house: House, language: Language, width: int
) -> None:
    task = await house.enter("Cia Vägrad", language)
    page = await browse(f"/tasks/{task}", staff=await owner_of(house, task), language=language, width=width)
    note = page.get_by_label({"sv": "Anteckning", "en": "Note"}[language], exact=True)
    await note.fill("Ring efter fem & fråga <om> bostad")
    await page.get_by_role("radio", name={"sv": "Ej nådd", "en": "Not reached"}[language]).check()
    await page.get_by_role("button", name=SAVE[language]).click()
    summary = page.get_by_role("alert")
    await expect(summary).to_be_focused()
    await expect(note).to_have_value("Ring efter fem & fråga <om> bostad")
    await accessible(page)
    await summary.get_by_role("link").first.click()
    assert await page.evaluate("document.activeElement.id") == "f-attempts"
    await expect(page.locator("#f-attempts .error")).to_be_visible()
    assert "not_reached" not in await summary.inner_text()
    # Put right, it goes through: under the same key, for nothing of the refused one was kept.
    await page.locator('[name="attempts[0].at"]').fill("2026-11-20T10:00")
    await page.locator('[name="attempts[0].channel"]').select_option("phone")
    await page.get_by_role("button", name=SAVE[language]).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Cia Vägrad")


async def test_what_was_typed_about_a_task_that_a_colleague_finished_is_not_lost(browse: Browse, house: House) -> None:
    task = await house.enter("Doris Samtidigt")
    page = await browse(f"/tasks/{task}")
    await page.get_by_role("radio", name="Vill flytta", exact=True).first.check()
    await page.get_by_label("Anteckning", exact=True).fill("Två rader\nom bostad")
    await house.complete(task, "willing")
    await page.get_by_role("button", name=SAVE["sv"]).click()
    await expect(page.get_by_role("alert")).to_have_text(re.compile("”Välkomstsamtal” är redan avslutad"))
    await expect(page.locator("[aria-labelledby=typed]")).to_contain_text("Två rader")
    await accessible(page)
    await page.get_by_role("button", name="Spara anteckningen").click()
    await expect(page.locator(".noted")).to_contain_text("om bostad")


async def test_without_scripts_a_refused_form_has_one_more_row_when_asked(browse: Browse, house: House) -> None:
    task = await house.enter("Dan Rad")
    page = await browse(f"/tasks/{task}", scripts=False)
    await page.locator('[name="attempts[0].at"]').fill("2026-11-20T10:00")
    await page.get_by_role("button", name="En rad till").first.click()
    await expect(page.locator('[name="attempts[0].at"]')).to_have_value("2026-11-20T10:00")
    await expect(page.locator('[name="attempts[1].at"]')).to_be_visible()


async def test_a_form_sent_twice_acts_once(browse: Browse, house: House) -> None:
    task = await house.enter("Ebba Dubbel")
    page = await browse(f"/tasks/{task}")
    form = {name: await page.locator(f"#finish [name={name}]").first.input_value() for name in ("form_token", "key")}
    for _ in range(2):
        sent = await page.request.post(page.url, form={**form, "outcome": "willing"}, max_redirects=0)
        assert sent.status == 303
    async with house.db.acting_as("test") as connection:
        ended = "SELECT count(*) FROM journal WHERE journey = $1 AND kind = 'task_completed' AND step = 'welcome_call'"
        assert await connection.fetchval(ended, task.split(".")[0]) == 1


@BOTH_WIDTHS
@LANGUAGES
async def test_a_task_is_put_away_and_taken_out_again(
    browse: Browse, house: House, language: Language, width: int
) -> None:
    task = await house.enter("Frej Undan", language)
    owner = await owner_of(house, task)
    page = await browse(f"/tasks/{task}", staff=owner, language=language, width=width)
    await page.get_by_role("button", name={"sv": "Lägg undan", "en": "Put away"}[language]).click()
    await expect(page.locator(row(page, task))).to_have_count(0)
    await page.locator("summary", has_text=re.compile("undanlagd|put away")).click()
    await accessible(page)
    await page.get_by_role("button", name=re.compile("(Ta fram|Take out).*Frej Undan")).click()
    await expect(page.locator(row(page, task))).to_be_visible()


async def test_a_day_that_has_passed_is_no_day_to_put_away_to(browse: Browse, house: House) -> None:
    task = await house.enter("Gro Igår")
    page = await browse(f"/tasks/{task}")
    await page.locator("#f-until").evaluate("field => { field.removeAttribute('min'); field.value = '2020-01-01' }")
    await page.get_by_role("button", name="Lägg undan").click()
    await expect(page.get_by_role("alert")).to_contain_text("Välj en dag")


async def test_the_number_is_behind_a_click_and_the_look_is_noted(browse: Browse, house: House) -> None:
    task = await house.enter("Hans Nummer")
    owner = await owner_of(house, task)
    page = await browse("/", staff=owner)
    assert "070-174 06 21" not in await page.content()
    await page.locator(row(page, task)).get_by_role("button", name="Ring").click()
    await expect(page.locator(row(page, task)).get_by_role("link", name="070-174 06 21")).to_be_focused()
    async with house.db.acting_as("test") as connection:
        looks = "SELECT count(*) FROM looks WHERE journey = $1 AND who = $2 AND what = 'contact'"
        assert await connection.fetchval(looks, task.split(".")[0], owner) == 1


async def test_a_task_is_handed_over_and_claimed_and_a_note_stays(browse: Browse, house: House) -> None:
    task = await house.enter("Ida Lämnad")
    owner = await owner_of(house, task)
    other = "pm-1" if owner == "pm-2" else "pm-2"
    page = await browse(f"/tasks/{task}", staff=owner)
    await page.get_by_label("Ny anteckning").fill("Talar helst på förmiddagen.\nHar hund.")
    await page.get_by_role("button", name="Spara anteckningen").click()
    await expect(page.locator(".noted")).to_contain_text("Har hund.")
    await page.get_by_label("Lämna över till").select_option(other)
    await page.get_by_role("button", name="Lämna över").click()
    await expect(page.get_by_role("status").first).to_have_text("Uppgiften är överlämnad.")
    await page.get_by_role("button", name="Ta uppgiften", exact=True).click()
    await expect(page.get_by_role("status").first).to_have_text("Uppgiften är din.")
    assert await owner_of(house, task) == owner


async def test_the_list_follows_what_happens_without_moving(browse: Browse, house: House) -> None:
    first = await house.enter("Jon Kvar")
    owner = await owner_of(house, first)
    page = await browse("/", staff=owner)
    await page.evaluate(COUNT_SHIFTS)
    place = await page.locator(row(page, first)).bounding_box()
    for _ in range(2):  # least busy first: one of two is the same person's
        task = await house.enter("Kaj Nytillkommen")
        if await owner_of(house, task) == owner:
            break
    news = page.locator("#news")
    await expect(news).to_contain_text("nyhet")
    assert await page.locator(row(page, first)).bounding_box() == place
    await expect(page.locator(row(page, task))).to_have_count(0)
    await accessible(page)
    await news.get_by_role("button", name="Visa").click()
    await expect(page.locator(row(page, task))).to_be_visible()
    # What somebody else has done in the meantime stays where it is, and says so.
    await house.complete(first, "willing")
    await expect(page.locator(row(page, first))).to_contain_text("Redan klar")
    assert await page.evaluate("window.shifts") == 0


async def test_filters_live_in_the_address(browse: Browse, house: House) -> None:
    task = await house.enter("Lo Filter")
    page = await browse("/?show=team", staff="pl-1")
    await page.locator("summary", has_text="Välj ut").click()
    await page.get_by_label("Steg", exact=True).select_option("welcome_call")
    await page.get_by_label("Vem", exact=True).select_option(await owner_of(house, task))
    await page.get_by_role("button", name="Visa", exact=True).click()
    assert re.search(r"show=team.*step=welcome_call.*owner=", page.url)
    await expect(page.locator(row(page, task))).to_be_visible()
    await page.goto(f"{house.url}/?show=team&step=job_offer")
    await expect(page.get_by_text("Ingen uppgift passar")).to_be_visible()
    await accessible(page)


async def test_somebody_is_found_by_the_beginning_of_a_name(browse: Browse, house: House) -> None:
    task = await house.enter("Märta Åkerström")
    page = await browse("/find")
    await accessible(page)
    await page.get_by_label("Namn, telefon eller e-post").fill("åker mär")
    await page.get_by_role("button", name="Sök").click()
    await accessible(page)
    assert "?" not in page.url
    await page.get_by_role("link", name="Märta Åkerström").first.click()
    assert task.split(".")[0] in page.url


async def test_what_was_typed_survives_that_somebody_was_signed_out(browse: Browse, house: House) -> None:
    task = await house.enter("Nils Utloggad")
    page = await browse(f"/tasks/{task}")
    await page.get_by_label("Ny anteckning").fill("Detta får inte försvinna")
    cookies = {cookie["name"]: cookie["value"] for cookie in await page.context.cookies()}
    await house.sessions.end(cookies[house.sessions.cookie])
    await page.get_by_role("button", name="Spara anteckningen").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Du är utloggad")
    await expect(page.get_by_text("Detta får inte försvinna")).to_be_visible()
    await accessible(page)
    async with page.context.expect_page() as opened:
        await page.get_by_role("link", name="Logga in i en ny flik").click()
    other = await opened.value
    await other.get_by_role("button", name="Petra Exempel").click()
    await expect(other.get_by_role("heading", level=1)).to_have_text("Min dag")
    await page.get_by_role("button", name="Skicka igen").click()
    await page.get_by_role("button", name="Skicka igen").click()
    await expect(page.locator(".noted")).to_contain_text("Detta får inte försvinna")
