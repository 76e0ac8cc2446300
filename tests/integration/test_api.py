"""What other systems may ask and say, with real servers behind the door."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from console.limits import Limit
from db.pool import SYSTEM
from services import reading
from services.clients import book
from tests.systems import World, world

pytestmark = pytest.mark.asyncio(loop_scope="module")

WILLING = {"outcome": "willing", "answers": {"route": "job"}}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def there(postgres_dsn: str, migrated: str, temporal_address: str) -> AsyncIterator[World]:
    async with world(postgres_dsn, migrated, temporal_address) as made:
        yield made


def refused(answer: httpx.Response, status: int, code: str) -> str:
    """The sentence of a problem; everything else about it is as it should be."""
    said = answer.json()
    assert (answer.status_code, said["status"], said["code"]) == (status, status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-language"] == "en"
    assert said["type"] == f"/api#{code}"
    assert said["detail"] == said["sentence"]
    assert said["sentence"].endswith(".")
    return str(said["sentence"])


# ---- the door


async def test_without_a_good_key_nothing_is_said(there: World) -> None:
    issued = await there.key("coordinator")
    refused(await there.ask("GET", "/tasks", None), 401, "no_key")
    for key in ("resan_x", "x" * 200, str(issued.key)[:-1]):
        refused(await there.ask("GET", "/tasks", key), 401, "key_not_good")
    answer = await there.client.get("/api/v1/tasks", headers={"Authorization": "Basic a2ltOmtpbQ=="})
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert (await there.ask("GET", "/tasks", issued)).status_code == 200
    there.ahead = timedelta(days=366)
    try:
        refused(await there.ask("GET", "/tasks", issued), 401, "key_not_good")
    finally:
        there.ahead = timedelta(0)


async def test_a_session_of_the_pages_opens_nothing_here(there: World) -> None:
    answer = await there.client.get("/api/v1/tasks", headers={"Cookie": "resan=" + "x" * 43})
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers


async def test_a_revoked_client_may_nothing_at_once(there: World) -> None:
    issued = await there.key("coordinator", signs=True)
    await book.revoke(there.db, issued.client, by="ops-1", now=there.now())
    refused(await there.ask("GET", "/tasks", issued), 401, "key_not_good")
    refused(await there.send_signed(issued, {}), 401, "bad_signature")


async def test_while_keys_are_rotated_both_are_good_and_then_the_new_one_alone(there: World) -> None:
    former = await there.key("coordinator")
    fresh = await book.rotate(there.db, former.client, grace=timedelta(hours=1), by="ops-1", now=there.now())
    for key in (former, fresh):
        assert (await there.ask("GET", "/tasks", key)).status_code == 200
    there.ahead = timedelta(hours=2)
    try:
        assert (await there.ask("GET", "/tasks", fresh)).status_code == 200
        refused(await there.ask("GET", "/tasks", former), 401, "key_not_good")
    finally:
        there.ahead = timedelta(0)


async def test_what_a_key_is_not_for_it_may_not(there: World) -> None:
    reporter, registrar = await there.key("reporter"), await there.key("registrar")
    task = await there.enter()
    refused(await there.start(reporter, name="Kim"), 403, "not_for_this_key")
    refused(await there.ask("GET", "/tasks", reporter), 403, "not_for_this_key")
    refused(await there.ask("POST", "/events", registrar, json={}), 403, "not_for_this_key")
    for path in (f"/journeys/{task.split('.')[0]}", "/journeys/j-nobody", f"/tasks/{task}", "/tasks/x", "/nothing"):
        refused(await there.ask("GET", path, reporter), 404, "nothing_there")


async def test_sentences_are_in_the_language_that_was_asked_for(there: World) -> None:
    answer = await there.ask("GET", "/tasks", None, headers={"Accept-Language": "sv"})
    assert answer.json()["sentence"].startswith("Ingen nyckel angavs")
    assert answer.headers["content-language"] == "sv"


async def test_strange_addresses_and_methods_are_problems_too(there: World) -> None:
    key = await there.key("coordinator")
    other = await there.ask("DELETE", "/tasks", key)
    refused(other, 405, "other_method")
    assert other.headers["allow"] == "GET"
    above = await there.client.get("/api/v2/tasks", headers={"Accept-Language": "en"})
    refused(above, 404, "nothing_there")
    refused(await there.ask("GET", "/tasks/a%0Ab", key), 404, "nothing_there")
    for path in ("/", "/tasks/a%00b", "/journeys/%00", "/tasks/../../etc", "/journeys/" + "x" * 300):
        assert (await there.ask("GET", path, key)).status_code in (404, 422)


async def test_a_client_that_asks_too_often_waits(there: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.api.door.API", Limit("few", 3, 1))
    key, other = await there.key("coordinator"), await there.key("coordinator")
    answers = [await there.ask("GET", "/tasks", key) for _ in range(4)]
    assert [answer.status_code for answer in answers[:3]] == [200] * 3
    refused(answers[-1], 429, "too_often")
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert (await there.ask("GET", "/tasks", other)).status_code == 200


async def test_who_tries_key_after_key_waits(there: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.api.door.STRANGERS", Limit("few strangers", 3, 1))
    answers = [await there.ask("GET", "/tasks", f"resan_{number}") for number in range(4)]
    refused(answers[-1], 429, "too_often")
    assert (await there.ask("GET", "/tasks", await there.key("coordinator"))).status_code == 200


# ---- begin a journey


async def test_somebody_is_entered_once_whatever_happens_on_the_way(there: World) -> None:
    key, once = await there.key("registrar"), secrets.token_hex(8)
    given: dict[str, Any] = {"name": "Kim Påhittad", "email": f"{once}@example.org", "wish": "job", "adults": 2}
    first = await there.start(key, once=once, **given)
    assert first.status_code == 201, first.text
    assert first.json() == {"journey": first.json()["journey"], "joined": False, "pending": False, "repeated": False}
    assert first.headers["location"] == f"/api/v1/journeys/{first.json()['journey']}"
    again = await there.start(key, once=once, **given)
    assert (again.status_code, again.json()) == (200, first.json() | {"repeated": True})
    reused = await there.start(key, once=once, **{**given, "name": "Kim Annan"})
    assert once in refused(reused, 409, "request_reused")
    joined = await there.start(key, **given)
    assert (joined.status_code, joined.json()["journey"]) == (200, first.json()["journey"])
    assert joined.json()["joined"]
    async with there.db.acting_as(SYSTEM) as connection:
        by = await connection.fetchval("SELECT by FROM submissions WHERE journey = $1", first.json()["journey"])
        kept = await connection.fetch("SELECT * FROM client_requests WHERE key = $1", once)
    assert by == f"client:{key.client}"
    assert "Kim" not in str(kept)


async def test_what_a_crash_left_unanswered_is_taken_in_once_and_answered_as_it_was(there: World) -> None:
    key, once = await there.key("registrar"), secrets.token_hex(8)
    given = {"name": "Kim Avbruten", "phone": "070-174 06 77", "email": f"{once}@example.org"}
    first = await there.start(key, once=once, **given)
    async with there.db.acting_as(SYSTEM) as connection:
        await connection.execute("UPDATE client_requests SET answer = NULL WHERE key = $1", once)
    again = await there.start(key, once=once, **given)
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    async with there.db.acting_as(SYSTEM) as connection:
        count = "SELECT count(*) FROM submissions WHERE answers ->> 'email' = $1"
        assert await connection.fetchval(count, given["email"]) == 1


async def test_the_same_at_the_same_time_is_one_person(there: World) -> None:
    key, once = await there.key("registrar"), secrets.token_hex(8)
    given = {"name": "Kim Samtidig", "email": f"{once}@example.org"}
    answers = await asyncio.gather(*(there.start(key, once=once, **given) for _ in range(5)))
    assert {answer.status_code for answer in answers} <= {200, 201}
    assert len({answer.json()["journey"] for answer in answers}) == 1
    assert [answer.json()["joined"] for answer in answers] == [False] * 5
    async with there.db.acting_as(SYSTEM) as connection:
        count = "SELECT count(*) FROM submissions WHERE answers ->> 'email' = $1"
        assert await connection.fetchval(count, given["email"]) == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": "Kim", "email": None}, "phone"),
        ({"name": "Kim", "email": "kim"}, "email"),
        ({"name": "12"}, "name"),
        ({"name": "Kim 19850709-9805"}, "name"),
        ({"name": "Kim", "adults": 99}, "adults"),
        ({"name": "Kim", "adults": "two"}, "adults"),
        ({"name": "Kim", "wish": "holiday"}, "wish"),
        ({"name": "Kim", "personnummer": "198507099805"}, "personnummer"),
        ({"name": "Kim", "received_at": "2999-01-01T00:00:00Z"}, "received_at"),
        ({"name": "Kim", "received_at": "yesterday"}, "received_at"),
        ({"name": "Kim\u0000"}, "name"),
    ],
)
async def test_what_is_wrong_is_said_of_its_field_and_not_repeated(
    there: World, given: dict[str, Any], field: str
) -> None:
    answer = await there.start(await there.key("registrar"), **given)
    refused(answer, 422, "wrong_fields")
    assert [each["field"] for each in answer.json()["problems"]] == [field]
    assert "9805" not in answer.text
    assert "holiday" not in answer.text


async def test_nothing_is_kept_of_somebody_with_a_protected_identity(there: World) -> None:
    key, once = await there.key("registrar"), secrets.token_hex(8)
    for given in ({"protected": True}, {"municipality": "skyddad identitet"}):
        refused(await there.start(key, once=once, name=f"Kim {once}", **given), 422, "protected_person")
    async with there.db.acting_as(SYSTEM) as connection:
        assert await connection.fetchval("SELECT count(*) FROM client_requests WHERE key = $1", once) == 0
        assert await connection.fetchval("SELECT count(*) FROM people WHERE name LIKE $1", f"%{once}") == 0


async def test_a_body_that_cannot_be_read_is_refused(there: World) -> None:
    key = await there.key("registrar")
    for body in (b"", b"{", b"\xff\xfe", b"[" * 20_000, b'{"name": NaN}', b"null", b"[]"):
        headers = {"Content-Type": "application/json"}
        answer = await there.ask("POST", "/journeys", key, content=body, headers=headers, once="x")
        assert answer.status_code in (400, 422), body
    refused(await there.ask("POST", "/journeys", key, content=b"{}", once="x"), 415, "other_content")
    much = await there.ask("POST", "/journeys", key, json={"name": "x" * 70_000}, once="x")
    refused(much, 413, "too_much")
    refused(await there.ask("POST", "/journeys", key, json={"name": "Kim"}), 400, "no_idempotency_key")
    nowhere = await there.start(key, name="Kim", programme="nothing_of_the_kind")
    refused(nowhere, 404, "no_such_programme")


# ---- read


async def test_a_journey_is_shown_without_saying_who_it_is_about(there: World) -> None:
    task = await there.enter()
    journey = task.split(".")[0]
    coordinator, operator = await there.key("coordinator"), await there.key("operator")
    answer = await there.ask("GET", f"/journeys/{journey}", coordinator)
    said = answer.json()
    assert (said["journey"], said["status"]) == (journey, "open")
    assert task in [each["id"] for each in said["tasks"]]
    assert "Welcome call" in said["explain"]
    assert said["facts"] == {}
    assert "Påhittad" not in answer.text
    assert "example.org" not in answer.text
    assert (await there.ask("GET", f"/journeys/{journey}", operator)).json()["facts"] is None


async def test_tasks_come_page_by_page_each_once(there: World) -> None:
    entered = {await there.enter() for _ in range(5)}
    key = await there.key("coordinator")
    seen: list[str] = []
    dues: list[str] = []
    cursor = None
    for _ in range(200):
        params = {"limit": "2", **({"cursor": cursor} if cursor else {})}
        page = (await there.ask("GET", "/tasks", key, params=params)).json()
        seen += [task["id"] for task in page["tasks"]]
        dues += [task["due_at"] for task in page["tasks"] if task["due_at"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen))
    assert entered <= set(seen)
    assert dues == sorted(dues)
    assert cursor is None


async def test_tasks_are_filtered_and_bounded_by_role(there: World) -> None:
    task = await there.enter()
    journey = task.split(".")[0]
    key, guide = await there.key("coordinator"), await there.key("guide")

    async def found(who: book.Issued, **params: str) -> list[str]:
        answer = await there.ask("GET", "/tasks", who, params=params)
        assert answer.status_code == 200, answer.text
        return [each["id"] for each in answer.json()["tasks"]]

    assert task in await found(key, journey=journey)
    assert await found(key, journey=journey, step="welcome_call") == [task]
    assert await found(key, journey=journey, step="interview") == []
    assert await found(key, journey=journey, role="coordinator", owner="s1", programme="sample") == [task]
    assert await found(key, journey=journey, step="welcome_call", overdue="true") == []
    assert await found(guide, journey=journey) == []
    there.ahead = timedelta(days=30)
    try:
        assert task in await found(key, journey=journey, overdue="true")
    finally:
        there.ahead = timedelta(0)


@pytest.mark.parametrize(
    "params",
    [
        {"cursor": "x"}, {"cursor": "bnVsbA"}, {"cursor": "WyJhIiwgMV0"}, {"cursor": "é"}, {"limit": "0"},
        {"limit": "999"}, {"limit": "x"}, {"role": "\x00"}, {"owner": "a b"}, {"overdue": "perhaps"},
    ],
)  # fmt: skip
async def test_strange_questions_are_refused(there: World, params: dict[str, str]) -> None:
    answer = await there.ask("GET", "/tasks", await there.key("coordinator"), params=params)
    assert answer.status_code in (400, 422)
    assert answer.json()["sentence"]


async def test_cursors_of_other_years_are_places_too(there: World) -> None:
    key = await there.key("coordinator")
    for cursor in ("WyIwMDAxLTAxLTAxVDAwOjAwOjAwKzEyOjAwIiwgIngiXQ", "WyI5OTk5LTEyLTMxVDIzOjU5OjU5LTEyOjAwIiwgIngiXQ"):
        assert (await there.ask("GET", "/tasks", key, params={"cursor": cursor})).status_code in (200, 400)


# ---- say how a task ended


async def test_a_task_is_finished_once_and_says_what_opened(there: World) -> None:
    task = await there.enter()
    key = await there.key("coordinator")
    form = (await there.ask("GET", f"/tasks/{task}", key)).json()
    assert {each["outcome"] for each in form["form_outcomes"]} >= {"willing", "not_reached"}
    assert "route" in {each["field"] for each in form["form_fields"]}
    first = await there.ask("POST", f"/tasks/{task}/complete", key, json=WILLING, once="done")
    assert first.status_code == 200, first.text
    assert (first.json()["repeated"], first.json()["visible"], first.json()["key"]) == (False, True, "done")
    assert [each["step"] for each in first.json()["opened"]] == ["interview"]
    again = await there.ask("POST", f"/tasks/{task}/complete", key, json=WILLING, once="done")
    assert again.json() == first.json() | {"repeated": True}
    differs = {**WILLING, "answers": {"route": "study"}}
    reused = await there.ask("POST", f"/tasks/{task}/complete", key, json=differs, once="done")
    assert "The key done was used" in refused(reused, 409, "request_reused")
    over = await there.ask("POST", f"/tasks/{task}/complete", key, json=WILLING, once="anew")
    assert over.status_code == 409
    assert over.json()["code"] == "task_ended"
    other = await there.key("coordinator")
    assert (await there.ask("POST", f"/tasks/{task}/complete", other, json=WILLING, once="done")).status_code == 409
    events = await reading.events(there.db, task.split(".")[0])
    done = [event for event in events if event["kind"] == "task_completed" and event["step"] == "welcome_call"]
    assert [event["by"] for event in done] == [f"client:{key.client}"]


async def test_a_form_is_judged_as_peoples_are(there: World) -> None:
    task = await there.enter()
    key = await there.key("coordinator")
    path = f"/tasks/{task}/complete"
    missing = await there.ask("POST", path, key, json={"outcome": "willing"}, once="a")
    refused(missing, 422, "form_not_accepted")
    assert [each["field"] for each in missing.json()["problems"]] == ["route"]
    unknown = await there.ask("POST", path, key, json={"outcome": "perhaps"}, once="b")
    refused(unknown, 422, "unknown_outcome")
    strange: list[Any] = [{"a": []}, 10**400, [], "\u0000", "x" * 60_000, None]
    for number, value in enumerate(strange):
        sent = {"outcome": "willing", "answers": {"route": value, "note": value}}
        answer = await there.ask("POST", path, key, json=sent, once=f"c{number}")
        assert answer.status_code in (400, 413, 422), (number, answer.text)
    assert (await there.ask("POST", path, key, json=WILLING, once="d")).status_code == 200
