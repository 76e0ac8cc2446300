"""The pages about programmes without a browser: who sees what, odd input, and what is refused in a sentence."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest_asyncio

from db.pool import SYSTEM, Database
from services.bulk.rollout import Wanted, roll_out
from services.publish import load, publish
from services.versions import versions
from tests.consoles import Visit, visit
from tests.sample import sample
from tests.story import MONDAY, enter

SMALL = (Path(__file__).parents[1] / "unit" / "drafts" / "small.yaml").read_text("utf-8")
LONGER = SMALL.replace("due: {days: 5, after: received}", "due: {days: 9, after: received}")


@pytest_asyncio.fixture
async def db(database_dsn: str) -> AsyncIterator[Database]:
    """Two versions of the sample; three journeys that follow the first."""
    db = await Database.open(database_dsn, most=3)
    for minutes in (0, 5):
        await publish(db, sample().model_copy(update={"undo_minutes": minutes}), MONDAY)
    for number in range(1, 4):
        await enter(db, f"j{number}")
    yield db
    await db.close()


@pytest_asyncio.fixture
async def owner(database_dsn: str, db: Database) -> AsyncIterator[Visit]:
    async with visit(database_dsn) as visitor:
        await visitor.sign_in("own-1")
        yield visitor


async def check(owner: Visit, text: str, **fields: Any) -> Any:
    await owner.get("/programmes/draft-check")
    return await owner.post("/programmes/draft-check", {"draft": text, "do": "check", **fields})


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]+)"', page)
    assert found
    return found[1]


async def run(db: Database, query: str, *values: object) -> Any:
    async with db.acting_as(SYSTEM) as connection:
        return await connection.fetchval(query, *values)


# ---- who sees what


SEEN = ("/programmes", "/programmes/sample", "/programmes/sample/versions/1", "/programmes/sample/compare")
CHANGED = ("/programmes/draft-check", "/programmes/sample/versions/2/preview", "/programmes/sample/versions/1/new")


async def test_who_works_here_sees_programmes_and_only_their_owner_changes_them(
    owner: Visit, database_dsn: str
) -> None:
    for path in (*SEEN, *CHANGED, "/programmes/sample/versions/1/steps/welcome_call"):
        assert (await owner.get(path)).status_code == 200, path
    async with visit(database_dsn) as coordinator:
        await coordinator.sign_in("pm-1")
        for path in SEEN:
            answer = await coordinator.get(path)
            assert answer.status_code == 200, path
            assert "draft-check" not in answer.text
            assert "/preview" not in answer.text
        for path in CHANGED:
            assert (await coordinator.get(path)).status_code == 404, path
            assert (await coordinator.post(path, {"draft": SMALL, "reason": "x"})).status_code == 404, path


async def test_an_employers_contact_sees_no_programme(owner: Visit, db: Database) -> None:
    await run(db, "UPDATE staff SET roles = '{employer_contact}' WHERE staff = 'own-1'")
    for path in SEEN:
        assert (await owner.get(path)).status_code == 404


NOT_THERE = (
    "/programmes/nothing",
    "/programmes/sample/versions/9",
    "/programmes/sample/versions/0",
    "/programmes/sample/versions/x",
    "/programmes/sample/versions/99999999999999999999",
    "/programmes/sample/versions/%C2%B2",
    "/programmes/sample/versions/1/steps/nowhere",
    "/programmes/sample/compare?before=x",
    "/programmes/sample/compare?after=77",
    "/programmes/sample/roll-outs/r1",
    "/programmes/nothing/looks/x/y",
    "/programmes/%00",
)


async def test_what_is_not_there_is_not_found(owner: Visit) -> None:
    for path in NOT_THERE:
        assert (await owner.get(path)).status_code == 404, path


async def test_a_look_that_is_kept_no_longer_says_so(owner: Visit) -> None:
    answer = await owner.get("/programmes/sample/looks/abc")
    assert answer.status_code == 200
    assert "sparas bara en stund" in answer.text


# ---- what they show


async def test_versions_say_when_by_whom_and_how_many_follow_them(owner: Visit, db: Database) -> None:
    await publish(db, sample().model_copy(update={"undo_minutes": 9}), MONDAY, "own-1", "Längre ångerfrist")
    page = (await owner.get("/programmes/sample")).text
    assert "Publicerad måndag 23 november 2026 kl. 09.00 av Olga Mönster." in page
    assert "Skäl: Längre ångerfrist" in page
    assert "3 resor följer den." in page
    first, _, third = await versions(db, "sample")
    assert (first.by, first.why, third.by_name, third.why) == ("system", None, "Olga Mönster", "Längre ångerfrist")
    assert 'href="/programmes/sample/compare?before=2&amp;after=3"' in page


async def test_a_way_is_shown_for_somebody_and_odd_answers_are_left_out(owner: Visit) -> None:
    everybody = (await owner.get("/programmes/sample")).text
    job = (await owner.get("/programmes/sample?route=job")).text
    odd = (await owner.get("/programmes/sample?route=%3Cb%3E&foreign_citizen=perhaps&x=y")).text
    assert 'class="pale"' not in everybody
    assert job.count('class="pale"') == 2  # what concerns those who study
    assert 'class="pale"' not in odd
    assert "<b>" not in odd


async def test_words_of_a_programme_are_never_markup(owner: Visit, db: Database) -> None:
    evil = '<script>alert(1)</script>"&'
    plan = sample().model_dump(mode="json")
    plan["title"]["sv"] = plan["steps"]["offer"]["title"]["sv"] = plan["roles"]["leader"]["title"]["sv"] = evil
    plan["phases"]["a"]["title"]["sv"] = evil
    plan["steps"]["offer"]["outcomes"]["offered"]["title"]["sv"] = evil
    await publish(db, type(sample()).model_validate(plan), MONDAY)
    for path in (
        "/programmes",
        "/programmes/sample",
        "/programmes/sample/versions/3/steps/offer",
        "/programmes/sample/compare",
    ):
        page = (await owner.get(path)).text
        assert "<script>alert" not in page, path
        assert "&lt;script&gt;" in page, path


async def test_what_differs_is_told_both_ways(owner: Visit) -> None:
    forth = (await owner.get("/programmes/sample/compare?before=1&after=2")).text
    assert "<del>Inte alls</del>" in forth
    assert "<ins>I 5 minuter</ins>" in forth
    back = (await owner.get("/programmes/sample/compare?before=2&after=1")).text
    assert "<del>I 5 minuter</del>" in back
    assert "Inget skiljer." in (await owner.get("/programmes/sample/compare?before=1&after=1")).text


async def test_pages_are_small(owner: Visit, db: Database) -> None:
    from tests.programmes import programme  # noqa: PLC0415 (only here)

    for name in ("relocate", "react_eu"):
        await publish(db, programme(name), MONDAY)
        assert len((await owner.get(f"/programmes/{name}")).content) < 100_000


# ---- drafts


async def test_nothing_is_no_draft(owner: Visit) -> None:
    for text in ("", "   \n", "\r\n"):
        answer = await check(owner, text)
        assert answer.status_code == 422
        assert "Klistra in utkastet eller välj en fil." in answer.text


PASTED = (
    "hej",
    "a: b: c",
    "{{{{[[[[",
    "\0",
    "\x1b[31m",
    "- 1\n- 2",
    "programme: *x",
    "a: &x 1\nb: *x",
    "!!python/object:os.system x",
    "---\na: 1\n---\nb: 2",
    "programme: small\nprogramme: small",
    "\t\tsteps:",
    "x" * 5000,
    "é: ü\U0001f600",
    "<script>alert(1)</script>: </textarea><b>",
)


async def test_whatever_is_pasted_is_judged_and_comes_back_whole(owner: Visit) -> None:
    for text in PASTED:
        answer = await check(owner, text)
        assert answer.status_code == 422, text
        assert 'class="card stack tight problem"' in answer.text
        assert "<b>" not in answer.text
        typed = re.search(r'class="code"[^>]*>\n(.*?)</textarea>', answer.text, re.DOTALL)
        assert typed
        assert html.unescape(typed[1]) == text


async def test_a_file_goes_before_what_is_pasted_and_stands_on_the_page(owner: Visit) -> None:
    await owner.get("/programmes/draft-check")
    file = {"file": ("small.yaml", b"\xef\xbb\xbf" + SMALL.replace("fallback: review", "fallback: revue").encode())}
    answer = await owner.post("/programmes/draft-check", {"draft": "pasted: 1", "do": "check"}, files=file)
    assert answer.status_code == 422
    assert "Steget ”revue” finns inte." in answer.text
    assert "fallback: revue" in answer.text
    assert "pasted: 1" not in answer.text


async def test_a_file_that_is_no_text_is_refused_in_a_sentence(owner: Visit) -> None:
    await owner.get("/programmes/draft-check")
    answer = await owner.post(
        "/programmes/draft-check", {"do": "check"}, files={"file": ("x.yaml", b"a: \xff\xfe\x00")}
    )
    assert answer.status_code == 422
    assert "Filen är inte skriven i UTF-8." in answer.text


async def test_many_errors_are_not_all_shown(owner: Visit) -> None:
    answer = await check(owner, "".join(f"k{number}: 1\n" for number in range(500)))
    assert answer.text.count('class="card stack tight problem"') == 60
    assert re.search(r"Och \d+ till\. Rätta de här först\.", answer.text)
    assert len(answer.content) < 100_000


async def test_a_draft_is_published_only_as_it_was_seen_and_with_a_reason(owner: Visit, db: Database) -> None:
    checked = await check(owner, SMALL)
    assert checked.status_code == 200
    assert "som är ett nytt program" in checked.text
    wanted = {"do": "publish", "reason": "Första versionen"}
    unseen = await check(owner, SMALL, **wanted)
    assert "Texten är ändrad sedan den kontrollerades." in unseen.text
    other = await check(owner, LONGER, **wanted, seen=seen(checked.text))
    assert other.status_code == 422
    without = await check(owner, SMALL, do="publish", seen=seen(checked.text), reason=" ")
    assert (without.status_code, "Skriv varför" in without.text) == (422, True)
    long = await check(owner, SMALL, do="publish", seen=seen(checked.text), reason="å" * 501)
    assert long.status_code == 422
    assert await run(db, "SELECT count(*) FROM programmes WHERE programme = 'small'") == 0
    published = await check(owner, SMALL.replace("\n", "\r\n"), **wanted, seen=seen(checked.text))
    assert (published.status_code, published.headers["location"]) == (303, "/programmes/small")
    (version,) = await versions(db, "small")
    assert (version.by, version.why) == ("own-1", "Första versionen")


async def test_the_same_draft_again_is_published_already(owner: Visit, db: Database) -> None:
    checked = await check(owner, SMALL)
    await check(owner, SMALL, do="publish", reason="Ny", seen=seen(checked.text))
    again = await check(owner, SMALL)
    assert "Det här är redan publicerat, som version 1" in again.text
    assert 'value="publish"' not in again.text
    await check(owner, SMALL, do="publish", reason="Ny", seen=seen(again.text))
    assert len(await versions(db, "small")) == 1
    longer = await check(owner, LONGER)
    assert "<ins>9 dagar efter att intresset kom in</ins>" in longer.text
    assert "Det blir version 2 av Litet." in longer.text


# ---- rolling out


async def test_new_journeys_alone_are_confirmed_with_a_reason(owner: Visit, db: Database) -> None:
    path = "/programmes/sample/versions/1/new"
    asked = await owner.get(path)
    assert "Nya resor börjar med version 1 i stället för version 2." in asked.text
    refused = await owner.post(path, {"reason": ""})
    assert (refused.status_code, "Skriv varför" in refused.text) == (422, True)
    assert (await load(db, "sample")).version == 2
    done = await owner.post(path, {"reason": "Version 2 var fel"})
    assert done.status_code == 303
    assert (await load(db, "sample")).version == 1
    again = await owner.post(path, {"reason": "En gång till"})
    assert (again.status_code, "Nya resor börjar redan med version 1." in again.text) == (409, True)
    page = (await owner.get("/programmes/sample")).text
    found = re.search(r"/programmes/sample/roll-outs/(\w+)", page)
    assert found
    told = (await owner.get(found[0])).text
    assert "Version 2 var fel" in told
    assert "Ingen som är på väg har flyttats." in told


async def test_whom_to_look_at_is_chosen_and_what_does_not_exist_is_said_at_its_field(owner: Visit) -> None:
    path = "/programmes/sample/versions/2/preview"
    for field, value in (
        ("municipality", "Ingenstans"),
        ("partner", "x" * 300),
        ("step", "nowhere"),
        ("version", "7"),
        ("phase", "a\x00b"),
    ):
        await owner.get(path)
        answer = await owner.post(path, {field: value})
        assert answer.status_code == 422, field
        assert f'id="e-{field}"' in answer.text, field


async def test_nobody_under_way_is_said_without_talk_of_conditions(owner: Visit, db: Database) -> None:
    checked = await check(owner, SMALL)
    await check(owner, SMALL, do="publish", reason="Ny", seen=seen(checked.text))
    begun = await owner.post("/programmes/small/versions/1/preview", {})
    page = (await owner.get(begun.headers["location"])).text
    assert "Ingen är på väg i programmet än" in page
    await run(db, "UPDATE journeys SET programme = 'small' WHERE journey = 'j1'")
    begun = await owner.post("/programmes/small/versions/1/preview", {"step": "talk"})
    assert "Ingen resa passar det du valde." in (await owner.get(begun.headers["location"])).text


async def test_somebody_elses_look_is_not_there(owner: Visit, db: Database, database_dsn: str) -> None:
    await owner.get("/programmes")
    begun = await owner.post("/programmes/sample/versions/2/preview", {"step": "offer"})
    await run(db, "UPDATE staff SET roles = '{programme_owner}' WHERE staff = 'pm-1'")
    path = begun.headers["location"]
    assert (await owner.get(path)).status_code == 200
    assert (await owner.get(path.replace("sample", "other"))).status_code == 404
    await owner.get("/programmes")
    await owner.post("/sign-out")
    await owner.sign_in("pm-1")
    assert (await owner.get(path)).status_code == 404
    assert database_dsn


async def test_a_roll_out_shows_what_became_of_each_and_is_taken_back_only_when_asked(
    owner: Visit, db: Database
) -> None:
    begun = await roll_out(db, Wanted("sample", 2, "all", by="own-1", words="Nya tider"), datetime.now(UTC))
    await run(db, "UPDATE bulk_items SET status = 'done', was = 1 WHERE bulk = $1 AND journey = 'j1'", begun.bulk)
    sentence = "SET status = 'refused', code = 'x', sv = 'Går inte.', en = 'No.' WHERE bulk = $1 AND journey = 'j2'"
    await run(db, f"UPDATE bulk_items {sentence}", begun.bulk)
    path = f"/programmes/sample/roll-outs/{begun.bulk}"
    page = (await owner.get(path)).text
    assert "2 av 3 tillfrågade." in page
    assert "Skäl: Nya tider" in page
    assert "Går inte." in page
    assert page.index("j2") < page.index("Klart: från version 1 till 2")  # what is not done comes first
    assert f'data-follow="{path}/live?seen=' in page
    refused = await owner.get(f"{path}/back")
    assert "Utrullningen pågår. Stoppa den först." in refused.text
    await run(db, "UPDATE bulks SET status = 'done' WHERE bulk = $1", begun.bulk)
    await run(db, "UPDATE journeys SET version = 2 WHERE journey = 'j1'")
    asked = (await owner.get(f"{path}/back")).text
    assert "En resa går tillbaka till version 1." in " ".join(asked.split())
    assert "Nya resor börjar med version 1 igen." in asked
    assert await run(db, "SELECT count(*) FROM bulks") == 1
    without = await owner.post(f"{path}/back", {"reason": ""})
    assert (without.status_code, "Skriv varför" in without.text) == (422, True)
    assert await run(db, "SELECT count(*) FROM bulks") == 1
    stop = await owner.post(f"{path}/stop")
    assert (stop.status_code, "det finns inget att stoppa" in stop.text) == (409, True)
    assert (await owner.get(f"/programmes/small/roll-outs/{begun.bulk}")).status_code == 404
