"""The pictures of the pages in the documentation: `make pictures`. Made-up people, and a stack of its own."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from playwright.async_api import Page, async_playwright

from stack.info import STACK_FILE, StackInfo
from tests.browser.conftest import FLAGS, NO_CHROMIUM, bare_environment, chromium
from tests.servers import temporary_directory, wait_until

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "pictures"
WIDE, PHONE = {"width": 1180, "height": 760}, {"width": 390, "height": 760}


async def sign_in(page: Page, url: str, staff: str) -> None:
    await page.goto(f"{url}/sign-in?lang=sv")
    await page.locator(f'button[value="{staff}"]').click()


Look = tuple[str, str, dict[str, int], Callable[[Page, str], Awaitable[None]]]


async def my_day(page: Page, url: str) -> None:
    """The team's day."""
    await page.goto(f"{url}/?show=team")


async def task(page: Page, url: str) -> None:
    """A welcome call."""
    await my_day(page, url)
    await page.get_by_role("link", name="Elsa Sample").first.click()


async def journey(page: Page, url: str) -> None:
    """The journey of whoever is to be called."""
    await task(page, url)
    await page.locator(".lead a").click()


async def programme(page: Page, url: str) -> None:
    """The programme that people follow, as its owner sees it."""
    await page.goto(f"{url}/programmes/relocate")


async def operations(page: Page, url: str) -> None:
    """What is stuck."""
    await page.goto(f"{url}/operations")


async def numbers(page: Page, url: str) -> None:
    """How far people have come."""
    await page.goto(f"{url}/numbers")


async def interest(page: Page, url: str) -> None:
    """The form that anybody fills in."""
    await page.goto(f"{url}/interest")


async def own_page(page: Page, url: str) -> None:
    """The page of a participant."""
    await journey(page, url)
    await page.locator('form[action$="/page/open"] button').click()


LOOKS: tuple[Look, ...] = (
    ("my-day", "pl-1", WIDE, my_day),
    ("task", "pl-1", WIDE, task),
    ("journey", "pl-1", WIDE, journey),
    ("programme", "own-1", WIDE, programme),
    ("operations", "pl-1", WIDE, operations),
    ("numbers", "pl-1", WIDE, numbers),
    ("my-day-phone", "pl-1", PHONE, my_day),
    ("interest-phone", "pl-1", PHONE, interest),
    ("own-page-phone", "pl-1", PHONE, own_page),
)
"""Name of the picture, who looks, how wide, and how to get there. A page family adds its own."""


async def take(url: str, path: str) -> None:
    """Every picture."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        for name, staff, size, go in LOOKS:
            context = await browser.new_context(
                viewport=size,  # type: ignore[arg-type]
                locale="sv-SE",
                timezone_id="Europe/Stockholm",
            )
            page = await context.new_page()
            await sign_in(page, url, staff)
            await go(page, url)
            await page.screenshot(path=PICTURES / f"{name}.png")
            await context.close()
        await browser.close()


def main() -> None:
    """Start a stack, take the pictures, stop it."""
    path = chromium()
    if path is None:
        sys.exit(NO_CHROMIUM)
    PICTURES.mkdir(exist_ok=True)
    with temporary_directory() as directory:
        data = directory / "data"
        argv = [sys.executable, "starter.py", "up", "--headless", "--data-dir", str(data)]
        with subprocess.Popen(argv, cwd=ROOT, env=bare_environment(), stdout=subprocess.DEVNULL) as up:
            try:
                wait_until(lambda: (data / STACK_FILE).exists() or up.poll() is not None, "the stack is up", 90)
                info = StackInfo.model_validate_json((data / STACK_FILE).read_bytes())
                asyncio.run(take(str(info.console), path))
            finally:
                os.kill(up.pid, signal.SIGINT)


if __name__ == "__main__":
    main()
