"""What the database does when an act is taken back, and when who somebody is was corrected."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from activities.journal import Journal, JournalBatch
from activities.situation import Cause
from db.journal import UNDONE
from db.pool import SYSTEM, Database
from schemas.commands import ExitJourney
from schemas.events import EventKind
from schemas.mending import CorrectIdentity, UndoLast
from services.publish import publish
from tests.driving import graced
from tests.mail_servers import Postbox
from tests.notice_desk import Desk
from tests.sample import sample
from tests.story import DAY, JOURNEY, MONDAY, Story, enter

PERSON = f"p-{JOURNEY}"


@pytest_asyncio.fixture
async def db(database_dsn: str) -> AsyncIterator[Database]:
    db = await Database.open(database_dsn)
    await publish(db, sample(), MONDAY)
    await enter(db, JOURNEY)
    yield db
    await db.close()


async def rows(db: Database, query: str, *values: Any) -> list[dict[str, Any]]:
    async with db.acting_as(SYSTEM) as connection:
        return [dict(row) for row in await connection.fetch(query, *values)]


async def write(db: Database, story: Story, first: int = 0) -> None:
    await Journal(db).write(JournalBatch(journey=JOURNEY, events=tuple(story.events[first:])))


# ---- letters of an act that was taken back


def booked() -> Story:
    """Somebody books an interview in a programme in which that can be taken back."""
    story = Story()
    story.state = story.state.but(programme=graced())
    story.complete("welcome_call", "willing", facts={"route": "job"})
    return story.complete("interview", "booked", dates={"interview_at": MONDAY + 10 * DAY})


async def letters(db: Database) -> list[tuple[str, str, str | None]]:
    found = await rows(db, "SELECT template, status, cause FROM notices ORDER BY seq, notice")
    return [(row["template"], row["status"], row["cause"]) for row in found]


@pytest.mark.parametrize("together", [True, False], ids=["in one batch", "later"])
async def test_letters_that_have_not_left_are_dropped_and_say_why(db: Database, together: bool) -> None:
    story = booked()
    if not together:
        await write(db, story)
        assert await letters(db) == [("invitation", "due", None)]
    story.do(UndoLast(id="u", by="s1"))
    await write(db, story)
    await write(db, story)
    assert await letters(db) == [("invitation", "dropped", "undone")]
    (row,) = await rows(db, "SELECT settled_at, next_try_at FROM notices")
    assert (row["settled_at"], row["next_try_at"]) == (MONDAY, None)


async def test_letters_that_have_left_and_letters_of_other_acts_stay_as_they_are(db: Database) -> None:
    story = booked()
    story.now += timedelta(hours=1)
    story.do(ExitJourney(id="x", by="s1", exit="X5"))
    await write(db, story)
    async with db.acting_as(SYSTEM) as connection:
        await connection.execute("UPDATE notices SET status = 'sent' WHERE template = 'invitation'")
    await write(db, story.do(UndoLast(id="u", by="s1")))
    assert await letters(db) == [("invitation", "sent", None), ("cancellation", "dropped", "undone")]


async def test_the_read_tables_are_as_before_and_can_be_made_again(db: Database) -> None:
    def reads() -> Any:
        return rows(db, "SELECT status, exit, exited_at, ended_at, facts, dates, closed FROM journeys")

    story = booked()
    story.now += timedelta(hours=1)
    await write(db, story)
    before = await reads()
    await write(db, story.do(ExitJourney(id="x", by="s1", exit="X5")).do(UndoLast(id="u", by="s1")))
    assert await reads() == before
    (task,) = await rows(db, "SELECT status, ended_at, reason FROM tasks WHERE step = 'offer'")
    assert task == {"status": "open", "ended_at": None, "reason": None}


async def test_the_courier_knows_the_cause() -> None:
    assert Cause.UNDONE == UNDONE


@pytest_asyncio.fixture
async def desk(database_dsn: str) -> AsyncIterator[Desk]:
    async with Desk.open(database_dsn) as desk:
        yield desk


async def test_an_invitation_is_sent_although_its_cancellation_was_taken_back(desk: Desk) -> None:
    journey = await desk.journey("j1")
    invitation = await desk.appointment(journey)
    await desk.appointment(journey, "cancellation", status="dropped", cause="undone")
    async with Postbox().open() as postbox:
        await desk.deliver(postbox.mailer())
    assert await desk.became(invitation) == [("sent", None)]


# ---- who somebody is


@pytest_asyncio.fixture
async def known(db: Database) -> Database:
    async with db.acting_as(SYSTEM) as connection:
        await connection.execute(
            "UPDATE people SET name = 'Kim Prov', email = 'kim@example.org', email_key = 'kim@example.org',"
            " phone = '070-174 06 05', phone_key = '+46701740605', municipality = 'Storstad', adults = 2"
        )
    return db


async def corrected(
    db: Database, answers: dict[str, Any], *, fields: tuple[str, ...] | None = None, kept: bool = True
) -> dict[str, Any]:
    """A correction is kept and told to the journey, whose journal is written; the person's row after it."""
    story = Story()
    fields = fields or tuple(name for name in answers if name != "before")
    if kept:
        async with db.acting_as(SYSTEM) as connection:
            await connection.execute(
                "INSERT INTO submissions (submission, journey, form, answers, by, at)"
                " VALUES ('s-1', $1, 'identity', $2, 's1', $3)",
                JOURNEY, answers, MONDAY,
            )  # fmt: skip
    await write(db, story.do(CorrectIdentity(id="i", by="s1", fields=fields, submission="s-1")))
    assert story.events[-1].kind is EventKind.IDENTITY_CORRECTED
    (row,) = await rows(db, "SELECT * FROM people")
    return row


async def test_the_persons_row_follows_with_the_keys_by_which_they_are_found(known: Database) -> None:
    answers = {
        "name": "Kim Påhittad", "email": "Kim@Exempel.example.org", "phone": "070-174 06 06", "language": "en",
        "municipality": None, "partner": "exempelcoach", "adults": 1, "children": 3, "before": {"name": "Kim Prov"},
    }  # fmt: skip
    row = await corrected(known, answers)
    assert {field: row[field] for field in answers if field != "before"} == {
        field: value for field, value in answers.items() if field != "before"
    }
    assert (row["email_key"], row["phone_key"]) == ("kim@exempel.example.org", "+46701740606")


async def test_what_was_not_corrected_stays(known: Database) -> None:
    row = await corrected(known, {"name": "Kim Påhittad", "email": "other@example.org"}, fields=("name",))
    assert (row["name"], row["email"], row["municipality"], row["adults"]) == (
        "Kim Påhittad",
        "kim@example.org",
        "Storstad",
        2,
    )
    assert (row["email_key"], row["phone_key"]) == ("kim@example.org", "+46701740605")


async def test_a_way_of_reaching_somebody_may_be_taken_away_but_not_the_last_one(known: Database) -> None:
    row = await corrected(known, {"email": None})
    assert (row["email"], row["email_key"], row["phone"]) == (None, None, "070-174 06 05")


async def test_nobody_ends_up_out_of_reach(known: Database) -> None:
    row = await corrected(known, {"email": None, "phone": None, "name": "Kim Påhittad"})
    assert (row["name"], row["email"], row["phone"]) == ("Kim Påhittad", "kim@example.org", "070-174 06 05")


async def test_a_form_that_is_no_longer_there_changes_nothing_and_holds_nothing_up(known: Database) -> None:
    row = await corrected(known, {"name": "Kim Påhittad"}, kept=False)
    assert row["name"] == "Kim Prov"
    (journey,) = await rows(known, "SELECT seq FROM journeys")
    assert journey["seq"] > 1


async def test_whoever_was_unknown_is_known_again_once_they_can_be_reached(db: Database) -> None:
    async with db.acting_as(SYSTEM) as connection:
        await connection.execute("UPDATE people SET name = '-', email = NULL, unknown = true")
    row = await corrected(db, {"name": "Kim Prov", "phone": "070-174 06 05"})
    assert (row["unknown"], row["phone_key"]) == (False, "+46701740605")


async def test_a_name_alone_does_not_make_somebody_known(db: Database) -> None:
    async with db.acting_as(SYSTEM) as connection:
        await connection.execute("UPDATE people SET name = '-', email = NULL, unknown = true")
    row = await corrected(db, {"name": "Kim Prov"})
    assert (row["name"], row["unknown"]) == ("Kim Prov", True)


CAUSES = ["no_email", "bad_address", "smtp_550", "too_large", "nobody"]


async def undeliverable(db: Database) -> None:
    """Letters that did not reach the participant, one of them seen to, and one to staff."""
    async with db.acting_as(SYSTEM) as connection:
        for number, cause in enumerate([*CAUSES, "smtp_550", "smtp_550"]):
            await connection.execute(
                "INSERT INTO notices (notice, journey, seq, template, purpose, recipient, send_after, status, cause,"
                " attempts, settled_at, handled_at)"
                " VALUES ($1, $2, 99, 'information', 'information', $3, $4, 'undeliverable', $5, 3, $4, $6)",
                f"n{number}", JOURNEY, "coordinator" if number == len(CAUSES) else "participant", MONDAY, cause,
                MONDAY if number == len(CAUSES) + 1 else None,
            )  # fmt: skip


async def tried_again(db: Database) -> list[str]:
    found = await rows(db, "SELECT notice FROM notices WHERE status = 'due' AND attempts = 0 ORDER BY notice")
    return [row["notice"] for row in found]


async def test_letters_that_the_former_address_could_not_take_are_due_again(known: Database) -> None:
    await undeliverable(known)
    await corrected(known, {"email": "kim.prov@example.org"})
    assert await tried_again(known) == ["n0", "n1", "n2"]
    found = await rows(known, "SELECT cause, settled_at, next_try_at FROM notices WHERE notice = 'n2'")
    assert found == [{"cause": None, "settled_at": None, "next_try_at": None}]


@pytest.mark.parametrize("answers", [{"name": "Kim P"}, {"email": "kim@example.org"}, {"email": None}])
async def test_without_another_address_they_are_not_tried_again(known: Database, answers: dict[str, Any]) -> None:
    await undeliverable(known)
    await corrected(known, answers)
    assert await tried_again(known) == []
