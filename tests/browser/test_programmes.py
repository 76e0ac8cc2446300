"""Programmes in the browser: the map and its steps, a draft put right and published, a roll-out to all and back."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from schemas.base import Language
from schemas.people import email_key
from services.intake.row import IntakeRow
from services.intake.taking_in import take_in
from tests.browser.conftest import NARROW, WIDE, Browse, House, accessible, walkable

SMALL = Path(__file__).parents[1] / "unit" / "drafts" / "small.yaml"
LONGER = ("due: {days: 5, after: received}", "due: {days: 9, after: received}")
BROKEN = ("fallback: review", "fallback: revue")
WORDS: dict[Language, dict[str, str]] = {
    "sv": {
        "paste": "Utkastets text", "check": "Kontrollera", "errors": "Ett fel att rätta", "line": "Rad 5",
        "sentence": "Steget ”revue” finns inte.", "reason": "Skäl", "publish": "Publicera",
        "longer": "9 dagar efter att intresset kom in", "look": "Se vad den skulle göra", "later": "får längre tid",
        "follow": "Låt resor följa den Version 2", "show": "Visa vad som händer", "do": "Gör det", "done": "Klar",
        "from_to": "från version 1 till 2", "back": "Ta tillbaka utrullningen", "take": "Ta tillbaka den",
        "two": "2 resor går tillbaka", "needs_reason": "Skriv varför", "published": "Versionen är publicerad",
    },
    "en": {
        "paste": "The text of the draft", "check": "Check", "errors": "One error to put right", "line": "Line 5",
        "sentence": 'There is no step "revue".', "reason": "Reason", "publish": "Publish",
        "longer": "9 days after the interest came in", "look": "See what it would do", "later": "is due later",
        "follow": "Let journeys follow it Version 2", "show": "Show what would happen", "do": "Do it", "done": "Done",
        "from_to": "from version 1 to 2", "back": "Take the roll-out back", "take": "Take it back",
        "two": "2 journeys go back", "needs_reason": "Write why", "published": "The version is published",
    },
}  # fmt: skip


@pytest.fixture
def plan() -> tuple[str, str]:
    """A programme that no other test has: its name and its draft."""
    name = f"small_{secrets.token_hex(4)}"
    return name, SMALL.read_text("utf-8").replace("programme: small", f"programme: {name}")


async def enter_two(house: House, programme: str) -> list[str]:
    """Two people whose first talk is open."""
    now, rows = datetime.now(UTC), []
    for number in (1, 2):
        email = f"kim{number}.{secrets.token_hex(4)}@example.org"
        rows.append(
            IntakeRow(line=number + 1, name="Kim Påhittad", email=email, email_key=email_key(email), phone=None)
        )
    taken = await take_in(house.db, house.journeys, rows, programme, now=now)
    journeys = [each.journey for each in taken.accepted]
    for journey in journeys:
        await house.opened(journey, "talk")
    return journeys


async def look_around(page: Page) -> None:
    await accessible(page)
    # An alert has the focus: a walk would begin there. One width will do.
    if not await page.locator("[role=alert]").count() and await page.evaluate("innerWidth") == WIDE:
        await walkable(page)


async def publish(page: Page, house: House, text: str, words: dict[str, str], *, scripts: bool) -> None:
    """Check a draft that has nothing wrong with it, and publish it."""
    await page.goto(f"{house.url}/programmes/draft-check")
    await page.get_by_label(words["paste"]).fill(text)
    await page.get_by_role("button", name=words["check"], exact=True).click()
    if scripts:
        await look_around(page)
    await page.get_by_role("button", name=words["publish"], exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text(words["needs_reason"])
    await page.get_by_label(words["reason"]).fill("Nya tider från årsskiftet")
    await page.get_by_role("button", name=words["publish"], exact=True).click()
    await expect(page.get_by_role("status").first).to_contain_text(words["published"])


@pytest.mark.parametrize(
    ("language", "width", "scripts"), [("sv", WIDE, True), ("en", NARROW, True), ("sv", WIDE, False)]
)
async def test_a_draft_is_put_right_published_rolled_out_and_taken_back(
    browse: Browse, house: House, plan: tuple[str, str], *, language: Language, width: int, scripts: bool
) -> None:
    words, (name, text) = WORDS[language], plan
    page = await browse("/programmes", staff="own-1", language=language, width=width, scripts=scripts)
    if scripts:
        await look_around(page)

    await refused(page, house, text.replace(*BROKEN), words, scripts=scripts)
    # Put right, it is published, and the next one says in words what differs.
    await publish(page, house, text, words, scripts=scripts)
    journeys = await enter_two(house, name)
    await page.goto(f"{house.url}/programmes/draft-check")
    await page.get_by_label(words["paste"]).fill(text.replace(*LONGER))
    await page.get_by_role("button", name=words["check"], exact=True).click()
    await expect(page.locator(".differs ins")).to_contain_text(words["longer"])
    await page.get_by_role("button", name=words["look"]).click()
    await expect(page.locator("table")).to_contain_text(words["later"])
    assert [(await house.state(journey)).programme.version for journey in journeys] == [1, 1]
    await publish(page, house, text.replace(*LONGER), words, scripts=scripts)

    await rolled_out(page, words, scripts=scripts)
    assert [(await house.state(journey)).programme.version for journey in journeys] == [2, 2]
    await taken_back(page, words, scripts=scripts)
    assert [(await house.state(journey)).programme.version for journey in journeys] == [1, 1]


async def refused(page: Page, house: House, text: str, words: dict[str, str], *, scripts: bool) -> None:
    """What is wrong is said at its place, and nothing is lost."""
    await page.goto(f"{house.url}/programmes/draft-check")
    if scripts:
        await look_around(page)
    await page.get_by_label(words["paste"]).fill(text)
    await page.get_by_role("button", name=words["check"], exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text(words["errors"])
    problem = page.locator(".problem")
    await expect(problem).to_contain_text(words["sentence"])
    await expect(problem).to_contain_text(words["line"])
    await expect(problem.locator(".marked mark")).to_have_text("fallback")
    await expect(page.get_by_label(words["paste"])).to_have_value(text)
    if scripts:
        await look_around(page)


async def rolled_out(page: Page, words: dict[str, str], *, scripts: bool) -> None:
    """Seen beforehand, then rolled out to everybody."""
    if scripts:
        await look_around(page)
    await page.get_by_role("link", name=words["follow"]).click()
    if scripts:
        await look_around(page)
    await page.get_by_role("button", name=words["show"]).click()
    await expect(page.locator("table")).to_contain_text(words["later"])
    await page.get_by_role("button", name=words["do"]).click()
    await expect(page.get_by_role("alert")).to_contain_text(words["needs_reason"])
    if scripts:
        await look_around(page)
    await page.get_by_label(words["reason"]).fill("Tiden räcker inte")
    await page.get_by_role("button", name=words["do"]).click()
    await finished(page, words["done"], scripts=scripts)
    await expect(page.locator("#journeys")).to_contain_text(words["from_to"])
    if scripts:
        await look_around(page)


async def taken_back(page: Page, words: dict[str, str], *, scripts: bool) -> None:
    """Taken back, which asks first."""
    await page.get_by_role("link", name=words["back"]).click()
    await expect(page.locator("main")).to_contain_text(words["two"])
    if scripts:
        await look_around(page)
    await page.get_by_label(words["reason"]).fill("Det blev för lång tid")
    await page.get_by_role("button", name=words["take"]).click()
    await finished(page, words["done"], scripts=scripts)


async def finished(page: Page, done: str, *, scripts: bool) -> None:
    """The page of a roll-out says by itself when it is done; without scripts when it is read anew."""
    tag = page.locator("#progress .tag").first
    for _ in range(60):
        if scripts or await tag.inner_text() == done:
            break
        await page.wait_for_timeout(250)
        await page.reload()
    await expect(tag).to_have_text(done)


async def test_the_map_leads_to_each_step_and_shows_somebodys_way(browse: Browse, house: House) -> None:
    page = await browse("/programmes/relocate", staff="pm-1")
    await expect(page.get_by_role("link", name="Kontrollera ett utkast")).to_have_count(0)
    await page.get_by_role("navigation", name="Visa vägen för").get_by_role("link", name="Direkt till jobb").click()
    await expect(page.locator(".plan a.pale").first).to_be_visible()
    await accessible(page)
    await page.locator(".plan").get_by_role("link", name="Välkomstsamtal").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Välkomstsamtal")
    await expect(page.locator(".told-rules").first).to_contain_text("3 dagar efter att intresset kom in")
    await page.locator("summary", has_text="call_us").click()
    await expect(page.get_by_text("We have tried to reach you")).to_be_visible()
    await accessible(page)
    await page.reload()
    await walkable(page)


@pytest.mark.parametrize("dark", [False, True])
async def test_on_a_phone_the_map_is_a_list(browse: Browse, dark: bool) -> None:
    page = await browse("/programmes/relocate", staff="own-1", language="en", width=NARROW, dark=dark)
    await expect(page.locator(".plan")).to_be_hidden()
    await accessible(page)
    await walkable(page)
    await page.get_by_role("link", name="Decision on study support").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Decision on study support")
    await accessible(page)
