"""The interest form over HTTP with a real database: what becomes of what is sent, and what is kept of it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from db.pool import SYSTEM, Database
from services.publish import publish
from tests.consoles import NOON, Visit, visit
from tests.sample import sample

KIM = {
    "protected": "no",
    "name": "Kim Påhittad",
    "phone": "070-174 06 05",
    "email": "",
    "wish": "job",
    "notice": "read",
}
SECRET = "Zebrafors"


@pytest_asyncio.fixture
async def visitor(database_dsn: str) -> AsyncIterator[Visit]:
    db = await Database.open(database_dsn, most=1)
    await publish(db, sample(), NOON)
    await db.close()
    async with visit(database_dsn, office_phone="0980-319 200", interest_programme="sample") as found:
        yield found


async def send(visitor: Visit, path: str = "/interest", *, after: Any = 60, **given: Any) -> httpx.Response:
    """Open the form, fill it in at leisure, and send it."""
    page = await visitor.client.get(path)
    stamp = re.search(r'name="stamp" value="([^"]+)"', page.text)
    assert stamp is not None
    visitor.clock.pass_(seconds=after)
    return await visitor.client.post(path, data={"stamp": stamp[1], **KIM, **given})


async def rows(dsn: str, query: str) -> list[dict[str, Any]]:
    db = await Database.open(dsn, most=1)
    async with db.acting_as(SYSTEM) as connection:
        found = [dict(record) for record in await connection.fetch(query)]
    await db.close()
    return found


async def everything(dsn: str) -> str:
    return str([await rows(dsn, f"SELECT * FROM {table}") for table in ("people", "submissions", "journeys", "looks")])


async def test_an_interest_is_written_down_and_said_thank_you_for(visitor: Visit, database_dsn: str) -> None:
    answer = await send(visitor, "/interest?from=jobbtorg", contact_time="efter 16", children_ages="3,7")
    assert (answer.status_code, answer.headers["location"]) == (303, "/interest/thanks?lang=sv")
    (person,) = await rows(database_dsn, "SELECT name, phone, partner, wish, children FROM people")
    assert person == {
        "name": "Kim Påhittad",
        "phone": "070-174 06 05",
        "partner": "jobbtorg",
        "wish": "job",
        "children": 2,
    }
    (interest,) = await rows(database_dsn, "SELECT answers, by FROM submissions")
    assert interest["by"] == "visitor"
    assert interest["answers"]["details"]["contact_time"] == "efter 16"
    assert interest["answers"]["details"]["notice"] == "2026-11"
    assert interest["answers"]["details"]["notice_at"] == "2026-11-23T11:00:00Z"


async def test_the_promise_is_a_date(visitor: Visit) -> None:
    thanks = await visitor.client.get("/interest/thanks?lang=sv")
    assert "torsdag 26 november" in thanks.text
    assert "Thursday 26 November" in (await visitor.client.get("/interest/thanks?lang=en")).text


async def test_nobody_needs_a_cookie(visitor: Visit, database_dsn: str) -> None:
    page = await visitor.client.get("/interest")
    assert "set-cookie" not in page.headers
    visitor.client.cookies.clear()
    answer = await send(visitor)
    assert answer.status_code == 303
    assert "set-cookie" not in answer.headers
    assert len(await rows(database_dsn, "SELECT person FROM people")) == 1


async def test_the_same_person_again_gets_the_same_answer_and_no_other_journey(
    visitor: Visit, database_dsn: str
) -> None:
    first = await send(visitor)
    again = await send(visitor, name="kim påhittad", email="kim@example.org")
    assert (again.status_code, again.headers["location"]) == (first.status_code, first.headers["location"])
    assert len(await rows(database_dsn, "SELECT journey FROM journeys")) == 1
    assert len(await rows(database_dsn, "SELECT submission FROM submissions")) == 2


async def test_the_same_form_sent_twice_is_one_interest(visitor: Visit, database_dsn: str) -> None:
    page = await visitor.client.get("/interest")
    stamp = re.search(r'name="stamp" value="([^"]+)"', page.text)
    assert stamp is not None
    for _ in range(2):
        visitor.clock.pass_(seconds=20)
        assert (await visitor.client.post("/interest", data={"stamp": stamp[1], **KIM})).status_code == 303
    assert len(await rows(database_dsn, "SELECT submission FROM submissions")) == 1


async def test_a_refused_form_comes_back_as_it_was_typed(visitor: Visit, database_dsn: str) -> None:
    answer = await send(visitor, phone="12", name=f"Kim <b>{SECRET}</b>", notice="", job_wish="svetsare & mer")
    assert answer.status_code == 422
    assert f"Kim &lt;b&gt;{SECRET}&lt;/b&gt;" in answer.text
    assert "svetsare &amp; mer" in answer.text
    assert 'href="#f-phone"' in answer.text
    assert 'href="#f-notice"' in answer.text
    assert "<details open>" in answer.text
    assert SECRET not in await everything(database_dsn)


async def test_a_personal_number_is_refused_and_neither_kept_nor_shown_again(visitor: Visit, database_dsn: str) -> None:
    for field in ("name", "job_wish", "contact_time"):
        answer = await send(visitor, **{field: "Kim 19850709-9805"})
        assert answer.status_code == 422
        assert "Skriv inget personnummer här" in answer.text
        assert "9805" not in answer.text
    assert "9805" not in await everything(database_dsn)


@pytest.mark.parametrize("given", [{"protected": "yes"}, {"job_wish": "jag har skyddade personuppgifter"}])
async def test_whoever_is_protected_is_asked_to_phone_and_nothing_is_kept(
    visitor: Visit, database_dsn: str, given: dict[str, str], capfd: pytest.CaptureFixture[str]
) -> None:
    answer = await send(visitor, name=f"Kim {SECRET}", **given)
    assert answer.status_code == 200
    assert "0980-319 200" in answer.text
    assert SECRET not in answer.text
    assert SECRET not in await everything(database_dsn)
    assert await rows(database_dsn, "SELECT person FROM people") == []
    assert SECRET not in "".join(capfd.readouterr())


async def test_the_question_about_protection_must_be_answered(visitor: Visit, database_dsn: str) -> None:
    answer = await send(visitor, protected="")
    assert answer.status_code == 422
    assert 'href="#f-protected"' in answer.text
    assert await rows(database_dsn, "SELECT person FROM people") == []


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"after": 1}, "Det gick väldigt fort"),
        ({"after": 25 * 3600}, "hade stått öppen länge"),
        ({"website": "https://example.org"}, "Inget är skickat än"),
        ({"stamp": "1.2.3"}, "hade stått öppen länge"),
    ],
)
async def test_what_looks_like_a_robots_is_asked_for_once_more(
    visitor: Visit, database_dsn: str, how: dict[str, Any], words: str
) -> None:
    answer = await send(visitor, **how)
    assert answer.status_code == 422
    assert words in answer.text
    assert "Kim Påhittad" in answer.text
    assert "example.org" not in answer.text
    assert await rows(database_dsn, "SELECT person FROM people") == []
    stamp = re.search(r'name="stamp" value="([^"]+)"', answer.text)
    assert stamp is not None
    visitor.clock.pass_(seconds=10)
    assert (await visitor.client.post("/interest", data={"stamp": stamp[1], **KIM})).status_code == 303


async def test_a_stamp_is_ours_alone(visitor: Visit, database_dsn: str) -> None:
    page = await visitor.client.get("/interest")
    stamp = re.search(r'name="stamp" value="(\d+)\.([0-9a-f]+)\.([0-9a-f]+)"', page.text)
    assert stamp is not None
    earlier = int(stamp[1]) - int(timedelta(minutes=5).total_seconds() * 1000)
    forged = f"{earlier}.{stamp[2]}.{stamp[3]}"
    assert (await visitor.client.post("/interest", data={"stamp": forged, **KIM})).status_code == 422
    async with visit(database_dsn, office_phone="0980-319 200", interest_programme="sample") as other:
        other.clock.pass_(seconds=60)
        answer = await other.client.post("/interest", data={"stamp": ".".join(stamp.groups()), **KIM})
    assert answer.status_code == 303


async def test_a_form_on_somebody_elses_page_is_refused_and_not_repeated(visitor: Visit) -> None:
    answer = await visitor.client.post("/interest", data=KIM, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert "Kim" not in answer.text


@pytest.mark.parametrize("sender", ["<script>", "19850709-9805", "x" * 200, ""])
async def test_who_sent_somebody_is_a_name_or_passed_over(visitor: Visit, database_dsn: str, sender: str) -> None:
    page = await visitor.client.get("/interest", params={"from": sender})
    stamp = re.search(r'name="stamp" value="([^"]+)"', page.text)
    assert stamp is not None
    visitor.clock.pass_(seconds=20)
    sent = {"stamp": stamp[1], **KIM}
    assert (await visitor.client.post("/interest", params={"from": sender}, data=sent)).status_code == 303
    assert await rows(database_dsn, "SELECT partner FROM people") == [{"partner": None}]


async def test_strange_input_is_refused_in_a_sentence(visitor: Visit) -> None:
    for given in (
        {"name": "\x01"},
        {"email": "a\x01@b.se"},
        {"phone": "٠٧٠١٧٤٠٦٠٥"},
        {"name": "😀"},
        {"adults": "1e9"},
    ):
        assert (await send(visitor, **given)).status_code == 422
    sent = await visitor.client.post("/interest", content=b"name=%ff%fe&protected=no", headers={"content-type": "x/y"})
    assert sent.status_code == 422


async def test_without_an_office_to_ring_there_is_no_form(database_dsn: str) -> None:
    async with visit(database_dsn) as visitor:
        for path in ("/interest", "/interest/thanks"):
            assert (await visitor.get(path)).status_code == 404
        assert (await visitor.client.post("/interest", data=KIM)).status_code == 404
        assert "/interest" not in (await visitor.get("/sign-in")).text


async def test_where_nothing_can_be_saved_what_was_typed_stands_there(
    visitor: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setattr("console.pages.interest.take_in", away)
    answer = await send(visitor)
    assert answer.status_code == 503
    assert "Kim Påhittad" in answer.text
    assert "0980-319 200" in answer.text


async def test_who_sends_far_too_often_is_asked_to_wait(visitor: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.limits.Pauses.seconds", lambda *_: 0.0)
    answers = [(await visitor.client.post("/interest", data={})).status_code for _ in range(60)]
    assert answers[0] == 422
    assert answers[-1] == 429
