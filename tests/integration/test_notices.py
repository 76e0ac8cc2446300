"""The courier against a real Postgres and real mail servers: at most once, nothing lost, whatever the server does."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from activities.letters import Letter, compose, message_id
from activities.situation import Situation
from tests.mail_servers import Postbox, silent_server
from tests.notice_desk import Desk
from tests.notice_samples import TUESDAY

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest_asyncio.fixture
async def desk(database_dsn: str) -> AsyncIterator[Desk]:
    async with Desk.open(database_dsn) as desk:
        yield desk


async def test_a_due_notice_is_sent_once_and_marked_with_its_message_id(desk: Desk) -> None:
    notice = await desk.notice(await desk.journey("j1"))
    async with Postbox().open() as postbox:
        delivered = await desk.deliver(postbox.mailer())
        again = await desk.deliver(postbox.mailer())
    row = await desk.row(notice)
    assert (delivered.sent, again.sent) == (1, 0)
    assert postbox.receivers == ["j1@example.org"]
    assert (row["status"], row["message"]) == ("sent", message_id([notice], "example.org"))
    assert postbox.letters[0][1]["Message-ID"] == row["message"]
    assert (row["settled_at"], row["cause"], row["next_try_at"]) == (TUESDAY, None, None)


async def test_without_due_notices_nobody_knocks_at_the_mail_server(desk: Desk) -> None:
    await desk.notice(await desk.journey("j1"), send_after=desk.now + HOUR)
    async with Postbox().open() as postbox:
        await desk.deliver(postbox.mailer())
    assert postbox.connections == 0


async def test_one_connection_carries_all_letters_of_a_round(desk: Desk) -> None:
    for number in range(5):
        await desk.notice(await desk.journey(f"j{number}"))
    async with Postbox().open() as postbox:
        delivered = await desk.deliver(postbox.mailer())
    assert (delivered.sent, postbox.connections) == (5, 1)


async def test_while_the_mail_server_is_down_notices_stay_due_with_the_cause_and_go_out_once_later(desk: Desk) -> None:
    notices = [await desk.notice(await desk.journey(f"j{number}")) for number in range(3)]
    postbox = Postbox()
    failed = await desk.deliver(postbox.mailer())
    assert (failed.later, failed.more) == (3, False)
    assert await desk.became(*notices) == [("due", "mail_away")] * 3
    assert (await desk.row(notices[0]))["attempts"] == 1
    async with postbox.open():
        assert (await desk.deliver(postbox.mailer())).sent == 0, "it rests for a while"
        desk.now += timedelta(minutes=1)
        assert (await desk.deliver(postbox.mailer())).sent == 3
    assert Counter(postbox.receivers) == Counter({f"j{number}@example.org": 1 for number in range(3)})


async def test_after_ten_days_without_mail_what_is_still_valid_is_sent_once_and_the_rest_says_why_not(
    desk: Desk,
) -> None:
    await desk.staff("s1", "coordinator")
    task = await desk.task(await desk.journey("j1"), due_at=TUESDAY + DAY)
    done = await desk.task(await desk.journey("j2"))
    early = await desk.reminder(task, valid_until=TUESDAY + DAY)
    overdue = [
        await desk.reminder(task, purpose="escalation", template="overdue", send_after=TUESDAY + n * DAY)
        for n in (1, 3, 6)
    ]
    escalated = await desk.reminder(done, purpose="escalation", template="overdue")
    invited = await desk.appointment("j1")
    told = await desk.notice("j1")
    down = Postbox()
    for _ in range(10):
        await desk.deliver(down.mailer())
        desk.now += DAY
    await desk.run("UPDATE tasks SET status = 'completed' WHERE task = $1", done)
    async with down.open():
        await desk.deliver(down.mailer())
        await desk.deliver(down.mailer())
    assert await desk.became(early, *overdue, escalated, invited, told) == [
        ("dropped", "superseded"),
        ("dropped", "superseded"),
        ("dropped", "superseded"),
        ("sent", None),
        ("dropped", "task_done"),
        ("dropped", "too_late"),
        ("sent", None),
    ]
    assert sorted(down.receivers) == ["j1@example.org", "s1@staff.example.org"]


async def test_a_temporary_no_is_tried_again_less_and_less_often(desk: Desk) -> None:
    notice = await desk.notice(await desk.journey("j1"))
    async with Postbox(answers={"j1@example.org": "451 later"}).open() as postbox:
        for minutes in (1, 2, 4):
            assert (await desk.deliver(postbox.mailer())).later == 1
            desk.now += timedelta(minutes=minutes, seconds=-1)
            assert (await desk.deliver(postbox.mailer())).later == 0
            desk.now += timedelta(seconds=1)
        assert (await desk.row(notice))["attempts"] == 3
        assert await desk.became(notice) == [("due", "smtp_451")]
        postbox.answers.clear()
        assert (await desk.deliver(postbox.mailer())).sent == 1


async def test_one_receiver_refused_for_good_does_not_hold_up_the_others(desk: Desk) -> None:
    notices = [await desk.notice(await desk.journey(f"j{number}")) for number in range(3)]
    async with Postbox(answers={"j1@example.org": "550 no such user j1@example.org"}).open() as postbox:
        delivered = await desk.deliver(postbox.mailer())
    assert (delivered.sent, delivered.undeliverable) == (2, 1)
    assert await desk.became(*notices) == [("sent", None), ("undeliverable", "smtp_550"), ("sent", None)]
    assert "@example.org" not in (await desk.everything()).replace(message_id([notices[0]], "example.org"), "").replace(
        message_id([notices[2]], "example.org"), ""
    )


@pytest.mark.parametrize(
    ("answer", "becomes"),
    [
        ("452 full", ("due", "smtp_452")),
        ("554 not wanted", ("undeliverable", "smtp_554")),
        ("421 closing", ("due", "smtp_421")),
    ],
)
async def test_a_definite_no_to_the_content_is_believed(desk: Desk, answer: str, becomes: tuple[str, str]) -> None:
    notice = await desk.notice(await desk.journey("j1"))
    async with Postbox(content_answers=[answer]).open() as postbox:
        await desk.deliver(postbox.mailer())
        assert await desk.became(notice) == [becomes]
        desk.now += HOUR
        await desk.deliver(postbox.mailer())
    assert await desk.became(notice) == [("sent", None) if becomes[0] == "due" else becomes]


@pytest.mark.parametrize(("answer", "cause"), [(None, "mail_disconnected"), ("", "mail_timeout")])
async def test_a_line_cut_after_the_content_leaves_the_notice_unsure_for_ever(
    desk: Desk, answer: str | None, cause: str
) -> None:
    notice, other = [await desk.notice(await desk.journey(journey)) for journey in ("j1", "j2")]
    async with Postbox(content_answers=[answer]).open() as postbox:
        delivered = await desk.deliver(postbox.mailer(content_seconds=0.3))
        assert (delivered.unsure, delivered.sent) == (1, 1)
        desk.now += 30 * DAY
        await desk.deliver(postbox.mailer())
    assert await desk.became(notice, other) == [("unsure", cause), ("sent", None)]
    assert postbox.receivers == ["j1@example.org", "j2@example.org"]


async def test_a_server_that_hangs_before_the_content_costs_time_and_nothing_else(desk: Desk) -> None:
    notice = await desk.notice(await desk.journey("j1"))
    postbox = Postbox(answers={"j1@example.org": ""})
    async with silent_server(postbox.port):
        assert (await desk.deliver(postbox.mailer(seconds=0.2))).later == 1
    desk.now += HOUR
    async with postbox.open():
        assert (await desk.deliver(postbox.mailer(seconds=0.2))).later == 1
        assert await desk.became(notice) == [("due", "mail_timeout")]
        postbox.answers.clear()
        desk.now += HOUR
        assert (await desk.deliver(postbox.mailer())).sent == 1


async def test_a_server_that_closes_the_connection_now_and_then_gets_each_letter_once(desk: Desk) -> None:
    for number in range(4):
        await desk.notice(await desk.journey(f"j{number}"))
    # As servers do that take only so many letters over one connection.
    async with Postbox(sender_answers=["250 OK", "250 OK", "421 enough"]).open() as postbox:
        assert (await desk.deliver(postbox.mailer())).sent == 4
    assert postbox.connections == 2
    assert postbox.receivers == [f"j{number}@example.org" for number in range(4)]


async def test_an_unwanted_sender_is_our_mistake_and_loses_nothing(desk: Desk) -> None:
    notice = await desk.notice(await desk.journey("j1"))
    async with Postbox(sender_answers=["550 who are you"]).open() as postbox:
        assert (await desk.deliver(postbox.mailer())).later == 1
        assert await desk.became(notice) == [("due", "sender_refused_550")]
        desk.now += HOUR
        assert (await desk.deliver(postbox.mailer())).sent == 1


async def test_logs_hold_ids_and_codes_and_nothing_about_people(desk: Desk) -> None:
    notices = [await desk.notice(await desk.journey(f"j{number}")) for number in range(3)]
    async with Postbox(answers={"j1@example.org": "550 j1@example.org"}, content_answers=[None]).open() as postbox:
        with capture_logs() as logs:
            await desk.deliver(postbox.mailer())
    said = str(logs)
    assert all(notice in said for notice in notices)
    assert {entry["became"] for entry in logs} == {"sent", "undeliverable", "unsure"}
    assert not [word for word in ("example.org", "Åsa", "Öberg") if word in said]


async def test_a_letter_that_cannot_be_written_does_not_hold_up_the_others(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = [await desk.notice(await desk.journey(journey)) for journey in ("j1", "j2")]

    def clumsy(cases: Sequence[Situation], *rest: Any) -> Letter:
        if cases[0].notice == bad:
            raise ZeroDivisionError
        return compose(cases, *rest)

    monkeypatch.setattr("activities.delivery.compose", clumsy)
    async with Postbox().open() as postbox:
        await desk.deliver(postbox.mailer())
    assert await desk.became(bad, good) == [("due", "technical"), ("sent", None)]
