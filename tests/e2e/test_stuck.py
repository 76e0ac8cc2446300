"""What operations type about those who are stuck and about letters that reached nobody, on a real stack."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from db.pool import SYSTEM
from tests.e2e.conftest import Desk, Type
from tests.e2e.test_commands import interests, person

CAUSES = {"technical", "behind", "unowned", "overdue", "silent", "rest", "undeliverable", "unmatched"}


async def late(type_: Type, desk: Desk, folder: Path) -> str:
    """The welcome call of somebody who registered twenty days ago; it is late from the beginning."""
    received = (datetime.now(UTC) - timedelta(days=20)).isoformat()
    file = interests(folder / "late.csv", f"{person()},{received}", head="name,email,received_at")
    journey = type_("coordinator", "intake", str(file), "--json").json["accepted"][0]["journey"]
    return await desk.opened(journey, "welcome_call")


async def letter_of(desk: Desk, journey: str, status: str, name: str = "x") -> str:
    """A letter of this journey that has come to this."""
    async with desk.db.acting_as(SYSTEM) as connection:
        notice = await connection.fetchval(
            "INSERT INTO notices (notice, journey, seq, template, purpose, recipient, send_after, status, cause) "
            "VALUES ($1 || '.' || $3, $1, 1, 'information', 'information', 'participant', now(), $2, 'no_email') "
            "ON CONFLICT (notice) DO UPDATE SET status = excluded.status RETURNING notice",
            journey, status, name,
        )  # fmt: skip
    return str(notice)


async def test_a_late_call_is_shown_as_stuck_with_what_to_type_until_it_is_made(
    type_: Type, desk: Desk, tmp_path: Path
) -> None:
    task = await late(type_, desk, tmp_path)
    found = type_("operator", "stuck", "--json", "--limit", "1000").json
    assert set(found["counts"]) == CAUSES
    (row,) = [row for row in found["stuck"] if row["task"] == task]
    assert (row["cause"], row["journey"], row["step"]) == ("overdue", task.partition(".")[0], "welcome_call")
    assert row["waiting_on"]["role"] == "coordinator"
    assert datetime.fromisoformat(row["since"]).utcoffset() == timedelta(0)
    assert found["counts"]["overdue"] >= 1
    only = type_("operator", "stuck", "--cause", "overdue", "--json", "--limit", "1000").json
    assert set(only["counts"]) == {"overdue"}
    assert task in [row["task"] for row in only["stuck"]]
    said = type_("operator", "stuck", "--cause", "overdue", "--limit", "1000", language="sv")
    assert said.code == 0
    assert "Försenad uppgift (" in said.out
    assert f"operator nudge {task}" in " ".join(said.out.split())
    await desk.complete(task, "not_willing")
    after = type_("operator", "stuck", "--cause", "overdue", "--json", "--limit", "1000").json
    assert task not in [row["task"] for row in after["stuck"]]


def test_a_cause_that_there_is_not_gets_the_choices(type_: Type) -> None:
    refused = type_("operator", "stuck", "--cause", "slow", "--json")
    assert "called slow; choose one of: technical, behind" in refused.refused()
    assert refused.json["error"]["code"] == "unknown_cause"


async def test_a_letter_that_reached_nobody_can_be_sent_again_or_laid_aside(
    type_: Type, desk: Desk, entered: str
) -> None:
    journey = entered.partition(".")[0]
    notice = await letter_of(desk, journey, "undeliverable")
    (letter,) = [each for each in type_("operator", "notices", "--json").json if each["notice"] == notice]
    assert (letter["journey"], letter["recipient"], letter["cause"]) == (journey, "participant", "no_email")
    assert "no e-mail address" in letter["sentence"]["en"]
    assert f"operator correct {journey} --email" in " ".join(type_("operator", "notices").out.split())
    assert type_("operator", "resend", notice, "--json").json == {"notice": notice, "status": "due"}
    assert notice not in type_("operator", "notices").out

    notice = await letter_of(desk, journey, "unsure", "y")  # another, for the courier may be on its way with the first
    done = type_("operator", "dismiss-notice", notice, "--reason", "Kim said so on the phone", language="sv")
    assert done.out.strip() == f"Brevet {notice} är lagt åt sidan."
    async with desk.db.acting_as(SYSTEM) as connection:
        kept = await connection.fetchrow(
            "SELECT n.handled_by, r.words FROM notices n JOIN reasons r ON r.reason = n.handled_why WHERE notice = $1",
            notice,
        )
    assert kept is not None
    assert tuple(kept) == ("operator", "Kim said so on the phone")
    assert notice not in type_("operator", "notices").out
    assert "seen to already" in type_("operator", "dismiss-notice", notice, "--reason", "again").refused()
    assert type_("operator", "resend", notice).code == 0


async def test_letters_that_need_nobody_are_left_alone(type_: Type, desk: Desk, entered: str) -> None:
    journey = entered.partition(".")[0]
    notice = await letter_of(desk, journey, "sent")
    assert "it is sent" in type_("operator", "resend", notice).refused()
    assert "it is sent" in type_("operator", "dismiss-notice", notice, "--reason", "x").refused()
    assert "There is no letter nothing" in type_("operator", "resend", "nothing").refused()
    await letter_of(desk, journey, "undeliverable")
    async with desk.db.acting_as(SYSTEM) as connection:
        await connection.execute("UPDATE notices SET valid_until = now() - interval '1 s' WHERE notice = $1", notice)
    assert "says what is no longer so" in type_("operator", "resend", notice).refused()


async def test_the_inbox_is_cut_off_and_says_so(type_: Type, desk: Desk, entered: str) -> None:
    await desk.enter()
    short = type_("coordinator", "tasks", "--limit", "1", "--json")
    assert (short.code, len(short.json)) == (0, 1)
    assert short.err.strip() == "Only the first 1 are shown; give --limit or --all for more."
    everything = type_("coordinator", "tasks", "--all", "--json")
    assert everything.err == ""
    (mine,) = [task for task in everything.json if task["id"] == entered]
    owned = type_("coordinator", "tasks", "--owner", mine["owner"], "--json").json
    assert entered in [task["id"] for task in owned]
    assert {task["owner"] for task in owned} == {mine["owner"]}
    both = type_("coordinator", "tasks", "--owner", mine["owner"], "--role", "coordinator", "--json").json
    assert {(task["owner"], task["role"]) for task in both} == {(mine["owner"], "coordinator")}
    late_ones = type_("coordinator", "tasks", "--journey", mine["journey"], "--overdue", "--json").json
    assert late_ones == []
    assert "Nobody of the staff is called kimm" in type_("coordinator", "tasks", "--owner", "kimm").refused()
