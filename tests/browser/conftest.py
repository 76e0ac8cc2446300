"""A real browser before a real stack, as `make run` starts it.

`house` the running stack, and what a test needs to get to where it begins · `browse` opens a page as one of the
synthetic staff (signed in already), in either language, wide or narrow, with or without scripts · `accessible` asks
axe-core · whatever the browser complains about fails the test.

All tests here are coroutines on one event loop, so that one browser serves them all. Without a Chromium they are
skipped; `RESAN_BROWSER_TESTS=required` makes that a failure.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright

from console.session import Sessions
from db.hearing import JOURNAL
from db.pool import Database
from schemas.base import Language
from schemas.commands import HoldJourney
from schemas.journey import JourneyState
from schemas.people import email_key
from services import reading
from services.completing.completing import Completed, complete
from services.intake.row import IntakeRow
from services.intake.taking_in import take_in
from services.journeys import Journeys
from services.mending.acts import mend
from stack.info import STACK_FILE, StackInfo
from tests.servers import temporary_directory, wait_until
from workflows.connection import connect

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NO_CHROMIUM = (
    "no Chromium on this machine, so the browser tests are not run; get it with `apt-get install chromium` "
    "(or your system's way), or name its path in RESAN_CHROMIUM"
)
WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
    "resultTypes": ["violations"],  # what passes is not described, which is half of the work
}
WIDE, NARROW = 1280, 360

Browse = Callable[..., Awaitable[Page]]


def chromium() -> str | None:
    """The system's Chromium."""
    named = os.environ.get("RESAN_CHROMIUM")
    return named or next((path for path in map(shutil.which, NAMES) if path), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One event loop for all tests of this folder."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


class House:
    """A running stack: its address, and its services without a browser in between."""

    def __init__(self, info: StackInfo, db: Database, journeys: Journeys) -> None:
        self.info, self.db, self.journeys = info, db, journeys
        self.url = str(info.console)
        self.sessions = Sessions(db, secure=False)

    async def enter(
        self,
        name: str = "Kim Påhittad",
        language: Language = "sv",
        *,
        ago: timedelta = timedelta(0),
        partner: str | None = None,
    ) -> str:
        """Take in an interest that came so long ago; the id of the welcome call, once it is open."""
        email, now = f"kim.{secrets.token_hex(6)}@example.org", datetime.now(UTC)
        row = IntakeRow(
            line=2,
            name=name,
            email=email,
            email_key=email_key(email),
            phone="070-174 06 21",
            language=language,
            partner=partner,
            received_at=now - ago,
        )
        report = await take_in(self.db, self.journeys, [row], "relocate", now=now)
        return await self.opened(report.accepted[0].journey, "welcome_call")

    async def opened(self, journey: str, step: str) -> str:
        """The id of the journey's open task at this step, once it is open."""
        async with self.db.hearing(JOURNAL) as heard:
            for _ in range(int(PATIENCE * 4)):
                found = await reading.journey(self.db, journey, now=datetime.now(UTC))
                for task in found["tasks"]:
                    if task["step"] == step:
                        return str(task["id"])
                await heard.next(0.25)
        raise TimeoutError(step)

    async def rest(self, journey: str) -> None:
        """Let a journey rest for years."""
        review = datetime.now(UTC) + timedelta(days=2000)
        command = HoldJourney(id="to-come", cause="illness", on="participant", review_at=review)
        await mend(self.db, self.journeys, journey, command, by="pl-1", now=datetime.now(UTC))

    async def state(self, journey: str) -> JourneyState:
        """How the journey stands."""
        return await self.journeys.state(journey)

    async def complete(self, task: str, outcome: str, answers: dict[str, Any] | None = None) -> Completed:
        """End a task."""
        return await complete(self.db, self.journeys, task, outcome, answers, by="pm-1", now=datetime.now(UTC))


def bare_environment() -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("RESAN_", "TEMPORAL_"))}
    return {**ours, "RESAN_DURABLE": "false", "TEMPORAL_CONFIG_FILE": os.devnull, "PYTHONUTF8": "1"}


@pytest.fixture(scope="package")
def browser_path() -> str:
    """Where Chromium is; skips the test when it is nowhere."""
    if found := chromium():
        return found
    if os.environ.get("RESAN_BROWSER_TESTS") == "required":
        pytest.fail(NO_CHROMIUM)
    pytest.skip(NO_CHROMIUM)


@pytest.fixture(scope="package")
def running(browser_path: str) -> Iterator[StackInfo]:
    """The stack of all browser tests, in real time, with the made-up people."""
    with temporary_directory() as directory:
        data, log = directory / "data", directory / "up.log"
        with log.open("wb") as out:
            up = subprocess.Popen(
                [sys.executable, "starter.py", "up", "--headless", "--data-dir", str(data)],
                cwd=ROOT,
                env=bare_environment(),
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        try:
            wait_until(lambda: (data / STACK_FILE).exists() or up.poll() is not None, "the stack is up", 90)
            assert up.poll() is None, log.read_text()
            yield StackInfo.model_validate_json((data / STACK_FILE).read_bytes())
        finally:
            with suppress(ProcessLookupError):
                up.send_signal(signal.SIGINT)
            up.wait(60)


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def house(running: StackInfo) -> AsyncIterator[House]:
    """The running stack and its services."""
    db = await Database.open(running.postgres_dsn, most=4)
    yield House(running, db, Journeys(await connect(running.temporal_address, running.namespace)))
    await db.close()


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def browser(browser_path: str) -> AsyncIterator[Browser]:
    """One Chromium for all tests."""
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
        yield launched
        await launched.close()


@pytest_asyncio.fixture(loop_scope="session")
async def browse(browser: Browser, house: House) -> AsyncIterator[Browse]:
    """A page as one of the staff sees it, signed in already; give the path, and what of the rest is unusual.

    Without `staff` nobody is signed in. `dark` shows it as to somebody who likes the dark.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def complain(message: ConsoleMessage) -> None:
        # A page that is refused says so to the console too; which status it has is for the test to say.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    async def open_page(
        path: str = "/",
        *,
        staff: str | None = "pm-1",
        language: Language = "sv",
        width: int = WIDE,
        scripts: bool = True,
        dark: bool = False,
    ) -> Page:
        context = await browser.new_context(
            viewport={"width": width, "height": 800},
            locale="sv-SE" if language == "sv" else "en-GB",
            timezone_id="Europe/Stockholm",
            java_script_enabled=scripts,
            color_scheme="dark" if dark else "light",
        )
        contexts.append(context)
        context.set_default_timeout(15_000)
        cookies = [{"name": "lang", "value": language, "url": house.url}]
        if staff is not None:
            token = await house.sessions.begin(datetime.now(UTC), staff=staff)
            cookies.append({"name": house.sessions.cookie, "value": token, "url": house.url})
        await context.add_cookies(cookies)  # type: ignore[arg-type]
        page = await context.new_page()
        page.on("console", complain)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(house.url + path)
        return page

    yield open_page
    for context in contexts:
        await context.close()
    assert complaints == []


REACHABLE = """
() => [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")]
  .filter(each => each.checkVisibility() && !each.disabled && !each.closest("[inert]"))
  .filter(each => !(each.type === "radio" && [...each.form.querySelectorAll(`[name="${each.name}"]`)]
    .find(one => one.checked || !each.form.querySelector(`[name="${each.name}"]:checked`)) !== each))
"""


async def walkable(page: Page) -> None:
    """Fail unless Tab reaches all that can be used, in the order in which it stands on the page."""
    await page.evaluate(f"window.reachable = ({REACHABLE})(); document.activeElement.blur()")
    wanted = list(range(await page.evaluate("reachable.length")))
    walked = []
    for _ in wanted:
        await page.keyboard.press("Tab")
        walked.append(await page.evaluate("reachable.indexOf(document.activeElement)"))
        # A field for a date or a time has several places of its own.
        while len(walked) > 1 and walked[-1] == walked[-2]:
            walked.pop()
            await page.keyboard.press("Tab")
            walked.append(await page.evaluate("reachable.indexOf(document.activeElement)"))
    assert walked == wanted


async def accessible(page: Page) -> None:
    """Fail with what axe-core finds: WCAG 2.1, levels A and AA. And nothing wider than the window."""
    found = await Axe().run(page, options=WCAG)
    problems = [
        f"{each['id']}: {each['help']} {[node['html'][:160] for node in each['nodes'][:3]]}"
        for each in found.response["violations"]
    ]
    assert problems == []
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "scrolls sideways"
    assert await page.locator("h1").count() == 1
