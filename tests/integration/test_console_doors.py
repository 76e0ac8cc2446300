"""Who gets in, how long they stay, and what strangers cannot send: with a real database and real HTTP."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from fastapi.routing import APIRoute

from console.page import passing, visiting
from console.pages import ROUTERS
from console.session import IDLE, LONGEST, Sessions, form_token
from db.pool import Database
from tests.consoles import Visit, visit


@pytest_asyncio.fixture
async def visitor(database_dsn: str) -> AsyncIterator[Visit]:
    async with visit(database_dsn) as found:
        yield found


async def sessions(dsn: str) -> list[str]:
    db = await Database.open(dsn, most=1)
    async with db.acting_as("test") as connection:
        found = [record["session"] for record in await connection.fetch("SELECT session FROM sessions")]
    await db.close()
    return found


async def test_whoever_has_not_signed_in_is_sent_to_sign_in_and_back(visitor: Visit) -> None:
    sent = await visitor.get("/find?x=1")
    assert (sent.status_code, sent.headers["location"]) == (303, "/sign-in?back=/find%3Fx%3D1")
    page = await visitor.get("/sign-in?back=/find%3Fx%3D1")
    assert "Petra Exempel" in page.text
    came = await visitor.post("/sign-in", {"staff": "pm-1", "back": "/find?x=1"})
    assert (came.status_code, came.headers["location"]) == (303, "/find?x=1")
    assert (await visitor.get("/find")).status_code == 200


async def test_the_token_is_new_after_signing_in_and_out_and_is_not_in_the_database(
    visitor: Visit, database_dsn: str
) -> None:
    await visitor.get("/sign-in")
    before = visitor.cookie
    await visitor.sign_in()
    signed_in = visitor.cookie
    assert before != signed_in
    (kept,) = await sessions(database_dsn)
    assert signed_in is not None
    assert signed_in not in kept
    await visitor.get("/find")
    await visitor.post("/sign-out")
    assert await sessions(database_dsn) == []
    visitor.client.cookies.set("resan", signed_in)
    assert (await visitor.get("/find")).status_code == 303


@pytest.mark.parametrize("length", [IDLE, LONGEST])
async def test_a_session_ends_by_stillness_and_after_a_working_day(visitor: Visit, length: object) -> None:
    await visitor.sign_in()
    hours = 0.0
    while hours < LONGEST.total_seconds() / 3600 - 1:
        visitor.clock.pass_(hours=1)
        hours += 1
        assert (await visitor.get("/find")).status_code == 200
    visitor.clock.pass_(hours=1.01 if length is LONGEST else 2.01)
    assert (await visitor.get("/find")).status_code == 303


async def test_a_page_that_follows_what_happens_keeps_nobody_signed_in(visitor: Visit) -> None:
    await visitor.sign_in()
    for _ in range(2):
        visitor.clock.pass_(hours=0.9)
        assert (await visitor.get("/find", headers={"X-Part": "list"})).status_code == 200
    visitor.clock.pass_(hours=0.3)
    assert (await visitor.get("/find")).status_code == 303


async def test_somebody_who_no_longer_works_here_is_out_at_once(visitor: Visit, database_dsn: str) -> None:
    await visitor.sign_in()
    db = await Database.open(database_dsn, most=1)
    async with db.acting_as("test") as connection:
        await connection.execute("UPDATE staff SET active = false WHERE staff = 'pm-1'")
    await db.close()
    assert (await visitor.get("/find")).status_code == 303


# ---- what is sent


@pytest.mark.parametrize("token", [None, "", "0" * 64, "å", form_token("another")])
async def test_nothing_is_taken_in_without_the_token_of_a_page(visitor: Visit, token: str | None) -> None:
    await visitor.sign_in()
    refused = await visitor.post("/find", {"form_token": token, "words": "kim"})
    assert refused.status_code == 403
    assert "Skicka igen" in refused.text
    assert 'value="kim"' in refused.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
async def test_a_form_on_somebody_elses_page_is_refused_and_not_repeated(
    visitor: Visit, headers: dict[str, str]
) -> None:
    await visitor.sign_in()
    await visitor.get("/find")
    refused = await visitor.post("/find", {"words": "kim"}, headers=headers)
    assert refused.status_code == 403
    assert "kim" not in refused.text


async def test_what_was_sent_after_signing_out_stands_on_the_page(visitor: Visit) -> None:
    await visitor.sign_in()
    await visitor.get("/find")
    visitor.clock.pass_(hours=3)
    answer = await visitor.post("/find", {"words": "två ord"})
    assert answer.status_code == 401
    assert 'value="två ord"' in answer.text


def test_no_route_that_takes_something_in_can_forget_the_token(database_dsn: str) -> None:
    def passes(route: APIRoute) -> bool:
        calls = [route.dependant]
        while calls:
            one = calls.pop()
            if one.call in (visiting, passing):
                return True
            calls += one.dependencies
        return False

    routes = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    taking_in = [
        route for route in routes if (route.methods or set()) - {"GET", "HEAD"} and not route.path.startswith("/api/")
    ]
    assert len(taking_in) > 8
    assert [route.path for route in taking_in if not passes(route)] == []


async def test_more_than_anybody_types_is_refused(visitor: Visit) -> None:
    await visitor.sign_in()
    await visitor.get("/find")
    assert (await visitor.post("/find", {"words": "x" * 600_000})).status_code == 413


async def test_who_asks_too_often_waits(visitor: Visit) -> None:
    answers = [await visitor.get("/sign-in") for _ in range(30)]
    assert answers[0].status_code == 200
    last = answers[-1]
    assert last.status_code == 429
    assert int(last.headers["retry-after"]) > 0
    assert "Vänta" in last.text


# ---- around every page


@pytest.mark.parametrize("path", ["/", "/sign-in", "/no-such-page", "/static/resan.css", "/health", "/static/no-such"])
async def test_every_answer_keeps_strangers_out(visitor: Visit, path: str) -> None:
    headers = (await visitor.get(path)).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "server" not in headers


async def test_pages_are_kept_by_nobody_and_files_for_long(visitor: Visit) -> None:
    page = await visitor.get("/sign-in")
    assert page.headers["cache-control"] == "no-store"
    style = next(part for part in page.text.split('"') if part.startswith("/static/resan.css"))
    assert "immutable" in (await visitor.get(style)).headers["cache-control"]


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "resan.example.org"])
async def test_only_names_of_this_machine_are_answered(visitor: Visit, host: str) -> None:
    assert (await visitor.get("/sign-in", headers={"Host": host})).status_code == 400


@pytest.mark.parametrize(
    "back", ["//evil.example", "https://evil.example/", "/\\evil.example", "evil", "/a\r\nb", "javascript:alert(1)", ""]
)
async def test_signing_in_leads_nowhere_else(visitor: Visit, back: str) -> None:
    await visitor.get("/sign-in")
    came = await visitor.post("/sign-in", {"staff": "pm-1", "back": back})
    assert came.headers["location"] == "/"


async def test_what_may_not_be_seen_looks_as_if_it_were_not_there(visitor: Visit) -> None:
    await visitor.sign_in("gui-1")
    hidden, missing = await visitor.get("/find"), await visitor.get("/no-such-page")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.text.replace("/find", "") == missing.text.replace("/no-such-page", "")


async def test_where_something_breaks_a_page_says_so_and_nothing_more(
    visitor: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks(*_: object, **__: object) -> None:
        raise ValueError("personal data")

    monkeypatch.setattr("console.pages.find.find_people", breaks)
    await visitor.sign_in()
    await visitor.get("/find")
    answer = await visitor.post("/find", {"words": "kim"})
    assert answer.status_code == 500
    assert "Något gick sönder" in answer.text
    assert "personal data" not in answer.text
    assert "content-security-policy" in answer.headers


async def test_what_was_sent_while_the_database_was_away_stands_on_the_page(
    visitor: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object, **__: object) -> None:
        raise ConnectionRefusedError

    await visitor.sign_in()
    await visitor.get("/find")
    with monkeypatch.context() as patched:
        patched.setattr(Sessions, "_person", away)
        answer = await visitor.post("/find", {"words": "två ord"})
        assert "Något gick sönder" in (await visitor.client.get("/find")).text
    assert answer.status_code == 500
    assert "Det du skrev finns kvar" in answer.text
    assert "/sign-in" not in answer.text
    kept = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', answer.text))
    assert kept["words"] == "två ord"
    assert (await visitor.client.post("/find", data=kept)).status_code == 200


async def test_the_language_chosen_is_kept_in_the_session_and_the_browser(visitor: Visit) -> None:
    await visitor.sign_in("gui-1")
    assert 'lang="en"' in (await visitor.get("/")).text
    assert 'lang="sv"' in (await visitor.get("/?lang=sv")).text
    visitor.client.cookies.delete("lang")
    assert 'lang="sv"' in (await visitor.get("/")).text


# ---- behind another address


async def test_staff_are_not_chosen_where_others_can_reach_the_console(database_dsn: str) -> None:
    async with visit(
        database_dsn, base="https://resan.example.org", console_url="https://resan.example.org"
    ) as visitor:
        page = await visitor.get("/sign-in")
        assert page.status_code == 200
        assert "Petra" not in page.text
        visitor.token = form_token(str(visitor.cookie))
        assert (await visitor.post("/sign-in", {"staff": "pm-1"})).status_code == 404


async def test_over_https_the_cookie_is_for_this_host_alone(database_dsn: str) -> None:
    async with visit(
        database_dsn, base="https://resan.example.org", console_url="https://resan.example.org"
    ) as visitor:
        answer = await visitor.get("/sign-in")
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-resan=")
        assert "Secure" in cookie
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert answer.headers["strict-transport-security"]
