"""The pages of operations without a browser: who may see them, what they show, and what is refused and kept."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
import pytest_asyncio

from activities.journal import Journal, JournalBatch
from db.pool import SYSTEM, Database
from schemas.journey import Pace
from schemas.mending import NudgeTask
from schemas.stuck import StuckCause, Trouble
from services.bulk.order import Ordered, create, each
from services.publish import publish
from services.stuck.ages import Age, age_of, spans
from services.stuck.board import Wanted, board
from services.stuck.course import Ailment
from tests.consoles import NOON, Visit, visit
from tests.sample import sample
from tests.story import DAY, MONDAY, Story, enter

PAGES = (
    "/operations", "/operations/many", "/operations/bulks", "/operations/letters", "/operations/reports",
    "/operations/health",
)  # fmt: skip
STAFF = (
    "INSERT INTO staff (staff, name, email, roles) VALUES "
    "('pl-1', 'Lena Mönster', 'lena@staff.example.org', '{project_leader}'), "
    "('op-1', 'Otto Prov', 'otto@staff.example.org', '{operator}'), "
    "('s1', 'Sara Ett', 'sara@staff.example.org', '{coordinator}') ON CONFLICT DO NOTHING"
)
REPORT = (
    "INSERT INTO outside_events (event, journey, type, outcome, by, received_at, at, status, cause) "
    "VALUES ($1, $2, 'offer.made', 'offered', 'gateway', $3, $3, 'unmatched', 'unknown_journey')"
)
LETTER = (
    "INSERT INTO notices (notice, journey, seq, template, purpose, recipient, send_after, status, cause) "
    "VALUES ($1, $2, 1, 'welcome', 'information', $3, $4, $5, $6)"
)


class Ops:
    """A database with some who are stuck, and somebody at the console."""

    def __init__(self, db: Database, console: Visit) -> None:
        self.db, self.console = db, console

    async def do(self, statement: str, *values: object) -> None:
        async with self.db.acting_as(SYSTEM) as connection:
            await connection.execute(statement, *values)

    async def value(self, query: str, *values: object) -> object:
        async with self.db.acting_as(SYSTEM) as connection:
            return await connection.fetchval(query, *values)

    async def tell(self, journey: str, length: timedelta) -> None:
        """Somebody whose first call has been waiting for so long by now."""
        story = Story(journey).sleep(length)
        await enter(self.db, journey)
        await Journal(self.db).write(JournalBatch(journey=journey, events=tuple(story.events)))


@pytest_asyncio.fixture
async def ops(database_dsn: str) -> AsyncIterator[Ops]:
    db = await Database.open(database_dsn, most=3)
    await publish(db, sample(), MONDAY)
    async with db.acting_as(SYSTEM) as connection:
        await connection.execute(STAFF)
    async with visit(database_dsn) as console:
        console.clock.now = NOON + 12 * DAY
        yield Ops(db, console)
    await db.close()


def numbers(html: str, cause: str) -> list[str]:
    """What the board says of a cause, age by age."""
    return [
        re.sub(r"<[^>]+>|\s", "", re.search(rf'id="n-{cause}-{age}"[^>]*>(.*?)</td>', html, re.DOTALL)[1])  # type: ignore[index]
        for age in Age
    ]


# ---- who


@pytest.mark.parametrize("path", [*PAGES, "/health", "/operations/reports/one?event=e1", "/operations/bulks/b1"])
async def test_only_those_who_look_after_operations_see_the_pages(ops: Ops, path: str) -> None:
    assert (await ops.console.get(path)).status_code == 303  # to sign in
    for staff in ("pm-1", "gui-1", "own-1"):
        await ops.console.sign_in(staff)
        assert (await ops.console.get(path)).status_code == 404
        assert 'href="/operations"' not in (await ops.console.get("/")).text


@pytest.mark.parametrize("staff", ["pl-1", "op-1"])
async def test_whoever_looks_after_operations_finds_them_in_the_menu(ops: Ops, staff: str) -> None:
    await ops.console.sign_in(staff)
    assert 'href="/operations"' in (await ops.console.get("/")).text
    for path in PAGES:
        answer = await ops.console.get(path)
        assert (answer.status_code, len(answer.content) < 100_000) == (200, True), path


async def test_an_operator_sees_no_names(ops: Ops) -> None:
    await ops.tell("j1", 12 * DAY)
    await ops.do(LETTER, "n1", "j1", "participant", MONDAY, "undeliverable", "no_email")
    for staff, sees in (("op-1", False), ("pl-1", True)):
        await ops.console.sign_in(staff)
        for path in ("/operations", "/operations/letters"):
            assert ("Synthetic" in (await ops.console.get(path)).text) is sees, (staff, path)


# ---- the board


async def test_the_board_counts_by_age_and_is_narrowed_by_the_address(ops: Ops) -> None:
    await ops.tell("j1", 11 * DAY)
    await ops.tell("j2", 11 * DAY)
    late = "UPDATE tasks SET stalls_at = $2 WHERE journey = $1 AND stalls_at IS NOT NULL"
    await ops.do(late, "j1", NOON + 5 * DAY)
    await ops.do(late, "j2", NOON + 10 * DAY)
    await ops.do("UPDATE people SET partner = 'Jobbtorg' WHERE person = 'p-j2'")
    await ops.console.sign_in("pl-1")
    whole = (await ops.console.get("/operations")).text
    assert [int(each) for each in numbers(whole, "overdue")] == [0, 2, 2, 0]
    narrowed = (await ops.console.get("/operations?partner=jobbTORG")).text
    assert [int(each) for each in numbers(narrowed, "overdue")] == [0, 2, 0, 0]
    assert 'href="/operations/many?partner=jobbTORG"' in narrowed
    old = (await ops.console.get("/operations?cause=overdue&age=week")).text
    assert old.count('<li class="task"') == 2
    assert 'href="/journeys/j1"' in old
    assert 'href="/journeys/j2"' not in old
    none = (await ops.console.get("/operations?step=no_such_step")).text
    assert numbers(none, "overdue") == ["0", "0", "0", "0"]


@pytest.mark.parametrize(
    "query",
    ["cause=zzz", "age=eternity", "page=0", "page=-1", "page=99999999", "page=²", "step=%00", "partner=" + "x" * 999,
     "owner=%F0%9F%90%99&owner=b", "programme='%20OR%201=1", "cause=overdue&page=40"],
)  # fmt: skip
async def test_strange_addresses_show_the_board(ops: Ops, query: str) -> None:
    await ops.console.sign_in("pl-1")
    assert (await ops.console.get(f"/operations?{query}")).status_code == 200


async def test_each_row_leads_to_what_can_be_done_about_it(ops: Ops) -> None:
    await ops.tell("j1", 12 * DAY)
    await ops.do(REPORT, "e/1", "jnobody", MONDAY)
    await ops.console.sign_in("pl-1")
    page = (await ops.console.get("/operations")).text
    assert "/journeys/j1/do/nudge?task=j1.welcome_call.1" in page
    assert "/journeys/j1/do/extend?task=j1.welcome_call.1" in page
    assert "/operations/reports/one?event=e%2F1" in page
    assert (await ops.console.get("/journeys/j1/do/nudge?task=j1.welcome_call.1")).status_code in (200, 500)


async def test_journeys_at_several_paces_are_judged_each_by_its_own_time(ops: Ops) -> None:
    await ops.tell("j1", 12 * DAY)
    await ops.tell("j2", 12 * DAY)
    slow = Pace(wall=NOON, journey=MONDAY, day=timedelta(hours=2400))
    await ops.do("UPDATE journeys SET pace = $1 WHERE journey = 'j2'", slow.model_dump(mode="json"))
    found = await board(ops.db, None, Wanted(cause=StuckCause.OVERDUE, most=20), now=NOON + 12 * DAY)
    rows = found.rows[StuckCause.OVERDUE]
    assert {row.journey for row in rows} == {"j1"}
    assert found.of(StuckCause.OVERDUE).number == len(rows) > 0


# ---- for many


async def test_an_act_for_many_asks_for_a_condition_and_says_what_it_does_not_know(ops: Ops) -> None:
    await ops.tell("j1", 12 * DAY)
    await ops.console.sign_in("pl-1")
    assert (await ops.console.get("/operations/many/nudge")).status_code == 404
    for query in ("stepp=welcome_call", "step=no_such", "partner=nobody", "step=%00", "version=²"):
        answer = await ops.console.get(f"/operations/many?{query}")
        assert (answer.status_code, 'role="alert"' in answer.text) == (422, True), query
        assert "/operations/many/nudge" not in answer.text
    found = (await ops.console.get("/operations/many?step=welcome_call&lang=en")).text
    assert "1 journey fits." in found
    assert "/operations/many/nudge?step=welcome_call" in found
    asked = await ops.console.get("/operations/many/extend?step=welcome_call")
    assert asked.status_code == 200
    missing = await ops.console.post("/operations/many/extend?step=welcome_call", {"reason": "ledig & <sjuk>"})
    assert (missing.status_code, 'id="e-to_day"' in missing.text) == (422, True)
    assert "ledig &amp; &lt;sjuk&gt;" in missing.text
    unsaid = await ops.console.post(
        "/operations/many/extend?step=welcome_call", {"to_day": "2027-01-15", "reason": " "}
    )
    assert (unsaid.status_code, 'id="e-reason"' in unsaid.text, "2027-01-15" in unsaid.text) == (422, True, True)
    for day in ("0001-01-01", "9999-12-31", "2027-13-01", "x", "2027-01-15T10:00"):
        answer = await ops.console.post(
            "/operations/many/extend?step=welcome_call", {"to_day": day, "reason": "r", "rate": "fast", "do": "1"}
        )
        assert answer.status_code in (409, 422), day
    assert await ops.value("SELECT count(*) FROM bulks") == 0


async def test_an_operator_ends_no_journeys(ops: Ops) -> None:
    await ops.tell("j1", 12 * DAY)
    await ops.console.sign_in("op-1")
    page = (await ops.console.get("/operations/many?step=welcome_call")).text
    assert "/operations/many/hold" in page
    assert "/operations/many/exit" not in page
    for path in ("/operations/many/exit?step=welcome_call", "/operations/many/no_such?step=welcome_call"):
        assert (await ops.console.get(path)).status_code == 404


async def test_an_act_that_is_ordered_is_shown_line_by_line(ops: Ops) -> None:
    for number in range(3):
        await ops.tell(f"j{number}", 12 * DAY)
    ordered = Ordered(each(NudgeTask(id="x", task="x")), "nudge", by="pl-1", words="Ring <nu>")
    bulk = await create(ops.db, ordered, {"step": ["welcome_call"]}, NOON + 12 * DAY)
    await ops.do("UPDATE bulk_items SET status = 'refused', sv = 'Nej & nej', en = 'No' WHERE journey = 'j1'")
    await ops.console.sign_in("pl-1")
    assert f"/operations/bulks/{bulk}" in (await ops.console.get("/operations/bulks")).text
    page = (await ops.console.get(f"/operations/bulks/{bulk}")).text
    assert '<progress class="far" value="1" max="3"' in page
    assert "Nej &amp; nej" in page
    assert "Ring &lt;nu&gt;" in page
    assert page.count('<li class="task short"') == 3
    refused = (await ops.console.get(f"/operations/bulks/{bulk}?status=refused")).text
    assert refused.count('<li class="task short"') == 1
    for strange in ("status=zzz", "page=0", "page=999999", "page=x", "status=failed"):
        assert (await ops.console.get(f"/operations/bulks/{bulk}?{strange}")).status_code == 200
    for act in ("stop", "resume"):
        assert (await ops.console.post(f"/operations/bulks/b-none/{act}")).status_code == 404
    for strange in ("b-none", "%00", "%ED%A0%80", "x" * 999):
        assert (await ops.console.get(f"/operations/bulks/{strange}")).status_code == 404


async def test_an_act_that_does_not_get_on_says_so(ops: Ops, monkeypatch: pytest.MonkeyPatch) -> None:
    await ops.tell("j1", 12 * DAY)
    bulk = await create(
        ops.db, Ordered(each(NudgeTask(id="x", task="x")), "nudge"), {"journey": ["j1"]}, NOON + 12 * DAY
    )
    failing = Ailment(Trouble(what="perform_bulk", cause="OSError", attempts=7))

    async def ailing(*_: object) -> dict[str, Ailment]:
        return {bulk: failing}

    monkeypatch.setattr("console.bulk_telling.ailing_bulks", ailing)
    await ops.console.sign_in("pl-1")
    for path in ("/operations/bulks?lang=en", f"/operations/bulks/{bulk}"):
        assert "The act for many fails again and again (attempt 7: OSError)." in (await ops.console.get(path)).text


# ---- letters and reports


async def test_a_letter_is_laid_aside_with_a_reason_or_sent_again(ops: Ops) -> None:
    await ops.tell("j1", DAY)
    await ops.do(LETTER, "n1", "j1", "participant", MONDAY, "undeliverable", "no_email")
    await ops.do(LETTER, "n2", "j1", "coordinator", MONDAY, "unsure", "cut_off")
    await ops.console.sign_in("pl-1")
    page = (await ops.console.get("/operations/letters?lang=en")).text
    assert "no e-mail address" in page
    assert 'href="/journeys/j1/particulars"' in page
    unsaid = await ops.console.post("/operations/letters/dismiss", {"notice": "n1", "reason": ""})
    assert (unsaid.status_code, "Write why" in unsaid.text) == (422, True)
    long = await ops.console.post("/operations/letters/dismiss", {"notice": "n1", "reason": "x" * 600})
    assert (long.status_code, "x" * 600 in long.text) == (422, True)
    for path, data in (("dismiss", {"notice": "n1", "reason": "phoned"}), ("resend", {"notice": "n2"})):
        assert (await ops.console.post(f"/operations/letters/{path}", data)).status_code == 303
    assert await ops.value("SELECT handled_by FROM notices WHERE notice = 'n1'") == "pl-1"
    assert await ops.value("SELECT status FROM notices WHERE notice = 'n2'") == "due"
    again = await ops.console.post("/operations/letters/dismiss", {"notice": "n1", "reason": "phoned"})
    assert again.status_code == 303
    assert "Somebody has already seen to that letter." in (await ops.console.get("/operations/letters")).text
    for path in ("dismiss", "resend"):
        answer = await ops.console.post(f"/operations/letters/{path}", {"notice": "none", "reason": "r"})
        assert answer.status_code == 404


async def test_a_report_is_laid_aside_with_a_reason_and_found_again(ops: Ops) -> None:
    await ops.tell("j1", DAY)
    await ops.do(REPORT, "e/1:a@b", "jnobody", MONDAY)
    await ops.console.sign_in("pl-1")
    listed = (await ops.console.get("/operations/reports?lang=en")).text
    assert "/operations/reports/one?event=e%2F1%3Aa%40b" in listed
    one = "/operations/reports/one?event=e%2F1%3Aa%40b"
    assert "No journey is called jnobody." in (await ops.console.get(one)).text
    unsaid = await ops.console.post("/operations/reports/dismiss", {"event": "e/1:a@b"})
    assert (unsaid.status_code, 'id="e-why"' in unsaid.text) == (422, True)
    said = await ops.console.post("/operations/reports/dismiss", {"event": "e/1:a@b", "reason": "twice"})
    assert said.status_code == 303
    assert "/operations/reports/one" not in (await ops.console.get("/operations/reports")).text
    assert "/operations/reports/one" in (await ops.console.get("/operations/reports?all=1")).text
    again = await ops.console.post("/operations/reports/dismiss", {"event": "e/1:a@b", "reason": "twice"})
    assert again.status_code == 409
    for event in ("none", "", "\x00", "x" * 999):
        assert (await ops.console.get("/operations/reports/one", params={"event": event})).status_code == 404
        for act in ("match", "dismiss"):
            answer = await ops.console.post(f"/operations/reports/{act}", {"event": event, "reason": "r"})
            assert answer.status_code == 404


async def test_whom_a_report_is_about_is_looked_for_by_name_where_one_may(ops: Ops) -> None:
    await ops.tell("j1", DAY)
    await ops.do(REPORT, "e1", "jnobody", MONDAY)
    match = "/operations/reports/match"
    await ops.console.sign_in("pl-1")
    await ops.console.get("/operations/reports/one?event=e1&lang=en")
    whom = await ops.console.post(match, {"event": "e1", "reason": "typed wrong"})
    assert (whom.status_code, "Write whom it is about." in whom.text, "typed wrong" in whom.text) == (422, True, True)
    nobody = await ops.console.post(match, {"event": "e1", "to": "Nobody", "reason": "r"})
    assert (nobody.status_code, 'id="e-to"' in nobody.text) == (422, True)
    found = await ops.console.post(match, {"event": "e1", "to": "synth", "reason": "r"})
    assert (found.status_code, 'name="journey" value="j1"' in found.text) == (200, True)
    unsaid = await ops.console.post(match, {"event": "e1", "to": "j1"})
    assert (unsaid.status_code, 'id="e-reason"' in unsaid.text) == (422, True)
    await ops.console.sign_in("op-1")
    await ops.console.get("/operations/reports/one?event=e1")
    hidden = await ops.console.post(match, {"event": "e1", "to": "synth", "reason": "r"})
    assert (hidden.status_code, "Synthetic" in hidden.text) == (422, False)


# ---- the parts


async def test_machines_are_told_whether_the_console_can_do_its_work_and_nothing_else(ops: Ops) -> None:
    for path in ("/healthz", "/healthz/all"):
        answer = await ops.console.client.get(path)  # there is no Temporal behind this console
        assert (answer.status_code, answer.text, len(answer.cookies)) == (503, "not ok", 0)
    await ops.console.sign_in("op-1")
    page = await ops.console.get("/operations/health?lang=en")
    assert "Something is broken." in page.text
    assert "It does not answer. Nothing can be done to the journeys meanwhile" in page.text
    assert (await ops.console.get("/health")).headers["location"] == "/operations/health"


# ---- ages


def test_ages_leave_nothing_out_and_change_at_midnight() -> None:
    now = datetime.fromisoformat("2026-03-30T08:00:00+02:00")  # the clocks went forward the day before
    found = list(spans(now).values())
    assert [later[0] == earlier[1] for later, earlier in pairwise(found)] == [True] * 3
    at = {
        "2026-03-30T00:00:00+02:00": Age.TODAY,
        "2026-03-29T23:59:59+02:00": Age.DAYS,
        "2026-03-27T00:00:00+01:00": Age.DAYS,
        "2026-03-26T23:59:59+01:00": Age.WEEK,
        "2026-03-21T00:00:00+01:00": Age.WEEK,
        "2026-03-20T23:59:59+01:00": Age.LONG,
        "2027-01-01T00:00:00+01:00": Age.TODAY,
    }
    assert {moment: age_of(datetime.fromisoformat(moment), now) for moment in at} == at
