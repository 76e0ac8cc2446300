"""Letters to participants lead to their own page: a fresh link in each, at most once, and in nothing but the letter."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest_asyncio
from structlog.testing import capture_logs

from activities.delivery import OwnPages
from activities.notices import DeliverDue, Delivered, Notices
from db.links import digest
from services.links import personal
from tests.mail_servers import Postbox
from tests.notice_desk import Desk
from tests.notice_samples import TUESDAY

PAGES = OwnPages("https://resan.example.org", timedelta(days=14))
NIGHT = TUESDAY + timedelta(hours=13)  # 23.00 in Stockholm


@pytest_asyncio.fixture
async def desk(database_dsn: str) -> AsyncIterator[Desk]:
    async with Desk.open(database_dsn) as desk:
        yield desk


@pytest_asyncio.fixture
async def postbox() -> AsyncIterator[Postbox]:
    async with Postbox().open() as postbox:
        yield postbox


async def deliver(desk: Desk, postbox: Postbox, pages: OwnPages | None = PAGES) -> Delivered:
    courier = Notices(desk.database, postbox.mailer(), clock=lambda: desk.now, own_pages=pages)
    return await courier.deliver_due(DeliverDue())


def said(postbox: Postbox, number: int = 0) -> str:
    part = postbox.letters[number][1].get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def tokens(text: str) -> list[str]:
    return re.findall(r"https://resan\.example\.org/my/in/(\S+)", text)


async def test_each_letter_to_a_participant_has_a_link_of_its_own(desk: Desk, postbox: Postbox) -> None:
    journey = await desk.journey("j1")
    for _ in range(2):
        await desk.notice(journey)
    await deliver(desk, postbox)
    (first,), (second,) = (tokens(said(postbox, number)) for number in range(2))
    assert first != second
    rows = await desk.run("SELECT link, journey, used_at, expires_at FROM links ORDER BY made_at")
    assert {row["link"] for row in rows} == {digest(first), digest(second)}
    assert {(row["journey"], row["used_at"], row["expires_at"]) for row in rows} == {
        ("j1", None, TUESDAY + timedelta(days=14))
    }
    assert await personal.use(desk.database, first, now=desk.now) == "j1"
    assert await personal.use(desk.database, first, now=desk.now) is None


async def test_a_letter_says_nothing_of_what_it_is_about(desk: Desk, postbox: Postbox) -> None:
    await desk.notice(await desk.journey("j1"))
    await deliver(desk, postbox)
    words = said(postbox).lower()
    assert "din egen sida" in words
    assert not [word for word in ("relocate", "programme", "flytt", "jobb", "j1") if word in words.split("https", 1)[0]]


async def test_letters_to_staff_and_stacks_without_a_console_have_no_link(desk: Desk, postbox: Postbox) -> None:
    await desk.staff("s1", "coordinator")
    journey = await desk.journey("j1")
    await desk.reminder(await desk.task(journey))
    await deliver(desk, postbox)
    await desk.notice(journey)
    await deliver(desk, postbox, None)
    assert [tokens(said(postbox, number)) for number in range(2)] == [[], []]
    assert await desk.run("SELECT * FROM links") == []


async def test_a_letter_that_has_to_be_written_again_has_another_link_and_is_sent_once(
    desk: Desk, postbox: Postbox
) -> None:
    notice = await desk.notice(await desk.journey("j1"))
    postbox.content_answers.append("451 4.3.0 later")
    await deliver(desk, postbox)
    assert (await desk.became(notice))[0][0] == "due"
    desk.now += timedelta(hours=2)
    assert (await deliver(desk, postbox)).sent == 1
    (refused,), (accepted,) = (tokens(said(postbox, number)) for number in range(2))
    assert refused != accepted
    assert await personal.use(desk.database, accepted, now=desk.now) == "j1"


async def test_a_token_stands_in_no_log_and_no_table(desk: Desk, postbox: Postbox) -> None:
    await desk.notice(await desk.journey("j1"))
    with capture_logs() as logs:
        await deliver(desk, postbox)
    (token,) = tokens(said(postbox))
    assert token not in str(logs)
    assert token not in await desk.everything()
    assert token not in str([dict(row) for row in await desk.run("SELECT * FROM links")])


async def test_a_link_that_was_asked_for_comes_at_night_too_and_is_not_counted(desk: Desk, postbox: Postbox) -> None:
    await desk.journey("j1")
    desk.now = NIGHT
    await desk.notice("j1")
    assert await personal.invite(desk.database, "j1", by="s1", now=desk.now)
    delivered = await deliver(desk, postbox)
    assert (delivered.sent, delivered.waiting) == (1, 1)
    assert len(tokens(said(postbox))) == 1
    desk.now = NIGHT + timedelta(hours=10)
    assert (await deliver(desk, postbox)).sent == 1


async def test_a_link_that_was_asked_for_also_comes_when_the_journey_has_ended(desk: Desk, postbox: Postbox) -> None:
    await desk.journey("j1", status="ended")
    await desk.notice("j1")
    assert await personal.invite(desk.database, "j1", by="s1", now=desk.now)
    await deliver(desk, postbox)
    assert sorted(len(tokens(said(postbox, number))) for number in range(2)) == [0, 1]


async def test_without_a_console_a_link_that_was_asked_for_is_said_to_reach_nobody(
    desk: Desk, postbox: Postbox
) -> None:
    await desk.journey("j1")
    assert await personal.invite(desk.database, "j1", by="s1", now=desk.now)
    assert (await deliver(desk, postbox, None)).undeliverable == 1
    (row,) = await desk.run("SELECT status, cause FROM notices")
    assert tuple(row) == ("undeliverable", "no_page")


async def test_a_link_that_was_asked_for_long_ago_is_not_sent_any_more(desk: Desk, postbox: Postbox) -> None:
    await desk.journey("j1")
    assert await personal.invite(desk.database, "j1", by="s1", now=desk.now)
    desk.now += personal.WORTH + timedelta(minutes=1)
    assert (await deliver(desk, postbox)).dropped == 1
