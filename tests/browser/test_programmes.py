"""Programmes in the browser: the map and its steps, a draft put right and published, a roll-out to all and back."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from journey.checks import judged_before, years_for
from schemas.base import Language
from schemas.people import email_key
from services.bulk.acts import Bulks, begin
from services.bulk.rollout import Wanted, roll_out
from services.intake.row import IntakeRow
from services.intake.taking_in import take_in
from services.publish import publish as publish_version
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
        "two": "2 resor går tillbaka", "needs_reason": "Skriv varför",
        "to_draft": "Tillbaka till utkastet", "published": "Versionen är publicerad",
    },
    "en": {
        "paste": "The text of the draft", "check": "Check", "errors": "One error to put right", "line": "Line 5",
        "sentence": 'There is no step "revue".', "reason": "Reason", "publish": "Publish",
        "longer": "9 days after the interest came in", "look": "See what it would do", "later": "is due later",
        "follow": "Let journeys follow it Version 2", "show": "Show what would happen", "do": "Do it", "done": "Done",
        "from_to": "from version 1 to 2", "back": "Take the roll-out back", "take": "Take it back",
        "two": "2 journeys go back", "needs_reason": "Write why",
        "to_draft": "Back to the draft", "published": "The version is published",
    },
}  # fmt: skip


@pytest.fixture
def plan() -> tuple[str, str]:
    """A programme that no other test has: its name and its draft."""
    name = f"small_{secrets.token_hex(4)}"
    return name, SMALL.read_text("utf-8").replace("programme: small", f"programme: {name}")


async def enter(house: House, programme: str, count: int) -> list[str]:
    """People whose first talk is open."""
    now, rows = datetime.now(UTC), []
    for number in range(count):
        email = f"kim{number}.{secrets.token_hex(4)}@example.org"
        rows.append(
            IntakeRow(line=number + 2, name="Kim Påhittad", email=email, email_key=email_key(email), phone=None)
        )
    taken = await take_in(house.db, house.journeys, rows, programme, now=now)
    journeys = [each.journey for each in taken.accepted]
    for journey in journeys:
        await house.opened(journey, "talk")
    return journeys


@dataclass(frozen=True)
class Owner:
    """The owner of a programme at the browser. Without scripts nobody can ask a page how accessible it is."""

    page: Page
    house: House
    words: dict[str, str]
    scripts: bool

    async def look_around(self) -> None:
        if not self.scripts:
            return
        await accessible(self.page)
        # An alert has the focus: a walk would begin there. One width will do.
        wide = await self.page.evaluate("innerWidth") == WIDE
        if wide and not await self.page.locator("[role=alert]").count():
            await walkable(self.page)

    async def press(self, name: str) -> None:
        await self.page.get_by_role("button", name=self.words[name], exact=True).click()

    async def check(self, text: str) -> None:
        await self.page.goto(f"{self.house.url}/programmes/draft-check")
        await self.page.get_by_label(self.words["paste"]).fill(text)
        await self.press("check")

    async def is_refused(self, text: str) -> None:
        """What is wrong is said at its place, and nothing is lost."""
        await self.check(text)
        await expect(self.page.get_by_role("alert")).to_contain_text(self.words["errors"])
        problem = self.page.locator(".problem")
        await expect(problem).to_contain_text(self.words["sentence"])
        await expect(problem).to_contain_text(self.words["line"])
        await expect(problem.locator(".marked mark")).to_have_text("fallback")
        await expect(self.page.get_by_label(self.words["paste"])).to_have_value(text)
        await self.look_around()

    async def publish(self, text: str) -> None:
        """A draft that has nothing wrong with it; not without a reason."""
        await self.check(text)
        await self.press("publish")
        await expect(self.page.get_by_role("alert")).to_contain_text(self.words["needs_reason"])
        await self.page.get_by_label(self.words["reason"]).fill("Nya tider från årsskiftet")
        await self.press("publish")
        await expect(self.page.get_by_role("status").first).to_contain_text(self.words["published"])

    async def preview(self, text: str) -> None:
        """What differs, in words, and what it would do; nothing is lost by looking."""
        await self.check(text)
        await expect(self.page.locator(".differs ins")).to_contain_text(self.words["longer"])
        await self.look_around()
        await self.press("look")
        await self.sees_later()
        await self.page.get_by_role("link", name=self.words["to_draft"]).click()
        await expect(self.page.get_by_label(self.words["paste"])).to_have_value(text)

    async def roll_out(self) -> None:
        """Seen beforehand, then rolled out to everybody."""
        await self.look_around()
        await self.page.get_by_role("link", name=self.words["follow"]).click()
        await self.look_around()
        await self.press("show")
        await self.sees_later()
        await self.press("do")
        await expect(self.page.get_by_role("alert")).to_contain_text(self.words["needs_reason"])
        await self.look_around()
        await self.page.get_by_label(self.words["reason"]).fill("Tiden räcker inte")
        await self.press("do")
        await self.sees_done()
        await expect(self.page.locator("#journeys")).to_contain_text(self.words["from_to"])
        await self.look_around()

    async def take_back(self) -> None:
        """Taken back, which asks first."""
        await self.page.get_by_role("link", name=self.words["back"]).click()
        await expect(self.page.locator("main")).to_contain_text(self.words["two"])
        await self.look_around()
        await self.page.get_by_label(self.words["reason"]).fill("Det blev för lång tid")
        await self.press("take")
        await self.sees_done()

    async def sees_later(self) -> None:
        await self._sees(self.page.locator("tbody td").first, self.words["later"])

    async def sees_done(self) -> None:
        await self._sees(self.page.locator("#far .tag"), self.words["done"])

    async def _sees(self, place: Locator, words: str) -> None:
        """The page says it by itself; without scripts once it is read anew."""
        for _ in range(60):
            if self.scripts or (await place.count() and await place.inner_text() == words):
                break
            await self.page.wait_for_timeout(250)
            await self.page.reload()
        await expect(place).to_have_text(words)


@pytest.mark.parametrize(
    ("language", "width", "scripts"), [("sv", WIDE, True), ("en", NARROW, True), ("sv", WIDE, False)]
)
async def test_a_draft_is_put_right_published_rolled_out_and_taken_back(
    browse: Browse, house: House, plan: tuple[str, str], *, language: Language, width: int, scripts: bool
) -> None:
    name, text = plan
    page = await browse("/programmes", staff="own-1", language=language, width=width, scripts=scripts)
    owner = Owner(page, house, WORDS[language], scripts)
    await owner.look_around()
    await owner.is_refused(text.replace(*BROKEN))
    await owner.publish(text)
    journeys = await enter(house, name, 2)
    await owner.preview(text.replace(*LONGER))
    await owner.publish(text.replace(*LONGER))
    assert [(await house.state(journey)).programme.version for journey in journeys] == [1, 1]
    await owner.roll_out()
    assert [(await house.state(journey)).programme.version for journey in journeys] == [2, 2]
    await owner.take_back()
    assert [(await house.state(journey)).programme.version for journey in journeys] == [1, 1]


async def test_a_roll_out_is_stopped_and_goes_on(browse: Browse, house: House, plan: tuple[str, str]) -> None:
    name, text = plan
    for draft in (text, text.replace(*LONGER)):
        await publish_version(house.db, judged_before(draft, years=years_for(2026)), datetime.now(UTC))
    await roll_out(house.db, Wanted(name, 1, "new"), datetime.now(UTC))
    await enter(house, name, 6)
    slowly = Wanted(name, 2, "all", rate=0.5)  # a journey in two seconds: time enough to stop it
    begun = await roll_out(house.db, slowly, datetime.now(UTC))
    await begin(Bulks(house.journeys._client), begun.bulk)
    page = await browse(f"/programmes/{name}/roll-outs/{begun.bulk}", staff="own-1")
    await page.get_by_role("button", name="Stoppa").click()
    await expect(page.locator("#far .tag")).to_have_text("Stoppad")
    await expect(page.get_by_role("status").first).to_contain_text("Stoppad")
    await accessible(page)
    async with house.db.acting_as("test") as connection:
        await connection.execute("UPDATE bulks SET rate = 50 WHERE bulk = $1", begun.bulk)
    await page.get_by_role("button", name="Fortsätt").click()
    await expect(page.locator("#far .tag")).to_have_text("Klar")
    await expect(page.locator("#far")).to_contain_text("6 av 6 tillfrågade.")


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
    if not dark:  # the way of the Tab key has no colour
        await walkable(page)
    await page.get_by_role("link", name="Decision on study support").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Decision on study support")
    await accessible(page)
