"""Who gets what and when, against a real Postgres: digests, roles, daily letters, appointments, journey time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from icalendar import Calendar

from activities.notices import DeliverDue
from db.pool import Database
from schemas.journey import Pace
from tests.mail_servers import Postbox
from tests.notice_desk import Desk
from tests.notice_samples import DUE, TUESDAY, both

DAY = timedelta(days=1)
MORNING_AFTER = datetime(2026, 11, 25, 7, 0, tzinfo=UTC)


@pytest_asyncio.fixture
async def desk(database_dsn: str) -> AsyncIterator[Desk]:
    async with Desk.open(database_dsn) as desk:
        yield desk


@pytest_asyncio.fixture
async def postbox() -> AsyncIterator[Postbox]:
    async with Postbox().open() as postbox:
        yield postbox


def text(postbox: Postbox, number: int = 0) -> str:
    part = postbox.letters[number][1].get_body(("plain",))
    assert part is not None
    return str(part.get_content())


@pytest.mark.parametrize("most", [200, 1])
async def test_all_that_waits_for_one_person_comes_in_one_letter_the_most_urgent_first(
    desk: Desk, postbox: Postbox, most: int
) -> None:
    await desk.staff("s1", "coordinator")
    for number in range(3):
        task = await desk.task(await desk.journey(f"j{number}"), due_at=DUE - number * DAY)
        await desk.reminder(task)
    delivered = await desk.deliver(postbox.mailer(), most=most)
    said = text(postbox)
    assert (delivered.sent, len(postbox.letters)) == (3, 1)
    assert said.index("j2.welcome_call.1") < said.index("j1.welcome_call.1") < said.index("j0.welcome_call.1")
    assert "Åsa" not in said


async def test_a_role_with_two_people_is_two_letters_each_with_a_fate_of_its_own(desk: Desk) -> None:
    await desk.staff("s1", "coordinator", language="en")
    await desk.staff("s2", "coordinator", "leader")
    await desk.staff("s3", "coordinator", active=False)
    notice = await desk.reminder(await desk.task(await desk.journey("j1")), staff=None)
    async with Postbox(answers={"s1@staff.example.org": "550 gone"}).open() as postbox:
        await desk.deliver(postbox.mailer())
        await desk.deliver(postbox.mailer())
    assert postbox.receivers == ["s2@staff.example.org"]
    assert await desk.became(notice, f"{notice}.s2") == [("undeliverable", "smtp_550"), ("sent", None)]


async def test_who_has_left_is_followed_by_those_who_hold_the_role_now(desk: Desk, postbox: Postbox) -> None:
    await desk.staff("s1", "coordinator", active=False)
    await desk.staff("s2", "coordinator")
    notice = await desk.reminder(await desk.task(await desk.journey("j1")))
    await desk.deliver(postbox.mailer())
    assert postbox.receivers == ["s2@staff.example.org"]
    assert await desk.became(notice) == [("sent", None)]


async def test_a_role_that_nobody_holds_is_visible(desk: Desk, postbox: Postbox) -> None:
    notice = await desk.reminder(await desk.task(await desk.journey("j1")), staff=None)
    assert (await desk.deliver(postbox.mailer())).undeliverable == 1
    assert await desk.became(notice) == [("undeliverable", "nobody")]


async def test_a_participant_without_an_email_address_is_visible(desk: Desk, postbox: Postbox) -> None:
    notice = await desk.notice(await desk.journey("j1", email=None))
    await desk.deliver(postbox.mailer())
    assert await desk.became(notice) == [("undeliverable", "no_email")]


async def test_only_the_newest_of_several_reminders_of_a_task_goes_out(desk: Desk, postbox: Postbox) -> None:
    await desk.staff("s1", "coordinator")
    await desk.staff("s2", "leader")
    task = await desk.task(await desk.journey("j1"))
    old, new = [await desk.reminder(task, send_after=TUESDAY - n * DAY) for n in (2, 1)]
    coming = await desk.reminder(task, send_after=TUESDAY + DAY)
    other = await desk.reminder(task, recipient="leader", staff="s2", send_after=TUESDAY - 3 * DAY)
    await desk.deliver(postbox.mailer())
    assert await desk.became(old, new, coming, other) == [
        ("dropped", "superseded"),
        ("sent", None),
        ("due", None),
        ("sent", None),
    ]


async def test_a_hold_silences_reminders_of_our_own_promises_only(desk: Desk, postbox: Postbox) -> None:
    await desk.staff("s1", "coordinator")
    journey = await desk.journey("j1", hold={"cause": "thinking"})
    promise = await desk.reminder(await desk.task(journey))
    fixed = await desk.reminder(await desk.task(journey, "trip_booking", detail={"fixed": True}))
    await desk.deliver(postbox.mailer())
    assert await desk.became(promise, fixed) == [("dropped", "on_hold"), ("sent", None)]


async def test_an_ended_journey_is_not_reminded_of_but_said_goodbye_to(desk: Desk, postbox: Postbox) -> None:
    await desk.staff("s1", "coordinator")
    journey = await desk.journey("j1", status="ended", hold=None)
    reminder = await desk.reminder(await desk.task(journey))
    goodbye = await desk.notice(journey, template="goodbye")
    await desk.deliver(postbox.mailer())
    assert await desk.became(reminder, goodbye) == [("dropped", "journey_ended"), ("sent", None)]


async def test_a_participant_gets_two_letters_a_day_invitations_first_and_the_rest_next_morning(
    desk: Desk, postbox: Postbox
) -> None:
    journey = await desk.journey("j1")
    same_person = await desk.journey("j2", person="person-j1")
    first, second = [await desk.notice(journey, send_after=TUESDAY - n * timedelta(hours=1)) for n in (3, 2)]
    invited = await desk.appointment(same_person)
    delivered = await desk.deliver(postbox.mailer())
    assert (delivered.sent, delivered.waiting) == (2, 1)
    assert await desk.became(invited, first, second) == [("sent", None), ("sent", None), ("due", "enough_today")]
    for desk.now, sent in ((MORNING_AFTER - timedelta(seconds=1), 0), (MORNING_AFTER + timedelta(seconds=1), 1)):
        assert (await desk.deliver(postbox.mailer())).sent == sent


async def test_couriers_at_once_keep_to_the_letters_of_a_day_together(desk: Desk, postbox: Postbox) -> None:
    for number in range(8):
        await desk.notice(await desk.journey(f"j{number}", person="person-j0" if number else None))
    pools = [await Database.open(desk.dsn, most=2) for _ in range(4)]
    couriers = [desk.courier(postbox.mailer(), database=pool) for pool in pools]
    await asyncio.gather(*(courier.deliver_due(DeliverDue(most=2)) for courier in couriers))
    for pool in pools:
        await pool.close()
    assert len(postbox.letters) == 2


async def test_what_waits_for_the_morning_is_dropped_when_it_is_no_longer_needed_by_then(
    desk: Desk, postbox: Postbox
) -> None:
    await desk.staff("s1", "coordinator")
    notice = await desk.reminder(await desk.task(await desk.journey("j1")))
    desk.now = TUESDAY + timedelta(hours=9)
    assert (await desk.deliver(postbox.mailer())).waiting == 1
    assert await desk.became(notice) == [("due", "office_closed")]
    await desk.run("UPDATE tasks SET status = 'completed'")
    desk.now = MORNING_AFTER + timedelta(seconds=1)
    assert (await desk.deliver(postbox.mailer())).dropped == 1
    assert await desk.became(notice) == [("dropped", "task_done")]


async def test_an_invitation_taken_back_before_it_was_sent_reaches_nobody(desk: Desk, postbox: Postbox) -> None:
    journey = await desk.journey("j1")
    invited, cancelled = await desk.appointment(journey), await desk.appointment(journey, "cancellation")
    await desk.deliver(postbox.mailer())
    assert await desk.became(invited, cancelled) == [("dropped", "superseded"), ("dropped", "never_invited")]
    assert postbox.letters == []


async def test_an_invitation_waits_for_its_cancellation_and_goes_out_if_that_is_taken_back(
    desk: Desk, postbox: Postbox
) -> None:
    first, second = await desk.journey("j1"), await desk.journey("j2")
    sure = desk.now + timedelta(minutes=6)
    invited = [await desk.appointment(journey) for journey in (first, second)]
    off = [await desk.appointment(journey, "cancellation", send_after=sure) for journey in (first, second)]
    await desk.deliver(postbox.mailer())
    assert await desk.became(*invited) == [("due", "may_be_off")] * 2
    await desk.run("UPDATE notices SET status = 'dropped', cause = 'undone' WHERE notice = $1", off[0])
    desk.now = sure + timedelta(seconds=1)
    await desk.deliver(postbox.mailer())
    assert await desk.became(*invited) == [("sent", None), ("dropped", "superseded")]
    assert await desk.became(*off) == [("dropped", "undone"), ("dropped", "never_invited")]


async def test_an_invitation_that_was_sent_is_taken_back_with_the_same_uid(desk: Desk, postbox: Postbox) -> None:
    journey = await desk.journey("j1")
    await desk.appointment(journey)
    await desk.deliver(postbox.mailer())
    await desk.appointment(journey, "cancellation")
    await desk.deliver(postbox.mailer())
    entries = []
    for _, letter in postbox.letters:
        part = next(part for part in letter.walk() if part.get_content_type() == "text/calendar")
        entries.append(Calendar.from_ical(part.get_content()))
    assert [str(entry["method"]) for entry in entries] == ["REQUEST", "CANCEL"]
    first, second = [entry.walk("VEVENT")[0] for entry in entries]
    assert first["uid"] == second["uid"]
    assert int(str(first["sequence"])) < int(str(second["sequence"]))
    assert first.decoded("dtend") - first.decoded("dtstart") == timedelta(minutes=45)


async def test_staff_who_were_invited_hear_that_it_is_off_though_somebody_else_has_the_task_now(
    desk: Desk, postbox: Postbox
) -> None:
    journey = await desk.journey("j1")
    for staff in ("s8", "s9"):
        await desk.staff(staff, "coordinator")
    await desk.appointment(journey, recipient="coordinator", staff="s8")
    await desk.deliver(postbox.mailer())
    off = await desk.appointment(journey, "cancellation", recipient="coordinator", staff="s9")
    for _ in range(2):  # found out whom it is for, and then sent
        await desk.deliver(postbox.mailer())
    assert [receiver for receiver, _ in postbox.letters] == ["s8@staff.example.org"] * 2
    assert await desk.became(off) == [("sent", None)]


async def test_a_cancellation_of_a_time_that_was_agreed_by_other_means_is_sent(desk: Desk, postbox: Postbox) -> None:
    notice = await desk.appointment(await desk.journey("j1"), "cancellation")
    await desk.deliver(postbox.mailer())
    assert await desk.became(notice) == [("sent", None)]


async def test_a_time_that_is_moved_in_one_go_ends_with_the_new_invitation(desk: Desk, postbox: Postbox) -> None:
    journey = await desk.journey("j1")
    moved = await desk.appointment(journey, notice="j1.90.1", seq=90)
    old = await desk.appointment(journey, "cancellation", notice="j1.90.2", seq=90)
    await desk.deliver(postbox.mailer())
    assert await desk.became(moved, old) == [("sent", None), ("dropped", "superseded")]


async def test_the_words_come_from_the_programme_version_of_the_journey(desk: Desk, postbox: Postbox) -> None:
    words = {"goodbye": {"subject": both("Bye {name}"), "body": both("So long")}}
    await desk.run("UPDATE programmes SET content = (content::jsonb || $1)::json", {"notices": words})
    await desk.notice(await desk.journey("j1"), template="goodbye")
    await desk.deliver(postbox.mailer())
    assert postbox.letters[0][1]["Subject"] == "Bye Åsa (sv)"


async def test_where_a_day_lasts_two_seconds_notices_go_out_by_journey_time(desk: Desk, postbox: Postbox) -> None:
    pace = Pace(wall=TUESDAY, journey=TUESDAY, day=timedelta(seconds=2))
    in_a_day = TUESDAY + DAY
    evening = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)
    own = await desk.notice(await desk.journey("j1", pace=pace), send_after=in_a_day)
    shared = await desk.notice(await desk.journey("j2"), send_after=in_a_day)
    real = await desk.notice(await desk.journey("j3", pace=Pace()), send_after=in_a_day)
    late = await desk.notice(await desk.journey("j4"), send_after=evening)
    desk.now = TUESDAY + timedelta(seconds=1.9)
    assert (await desk.deliver(postbox.mailer(), pace=pace)).sent == 0
    desk.now = TUESDAY + timedelta(seconds=2.1)
    assert (await desk.deliver(postbox.mailer(), pace=pace)).sent == 2
    desk.now = pace.to_wall(evening)
    assert (await desk.deliver(postbox.mailer(), pace=pace)).waiting == 1
    desk.now = pace.to_wall(evening + timedelta(hours=12))
    assert (await desk.deliver(postbox.mailer(), pace=pace)).sent == 1
    assert await desk.became(own, shared, real, late) == [("sent", None), ("sent", None), ("due", None), ("sent", None)]
    assert (await desk.row(own))["settled_at"] == pace.to_journey(TUESDAY + timedelta(seconds=2.1))
