"""A draft of a programme: checked with every problem at its place, compared with what is in force, and published.

What was pasted or uploaded stays on the page whatever is wrong with it. Only what has been checked and looked at, word
for word, is published.
"""

from __future__ import annotations

import asyncio
import functools
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.datastructures import UploadFile
from starlette.responses import Response

from console import drafting
from console.looking import looks_of
from console.page import Page, Staffed
from console.pages.programmes import known
from console.reasons import UNPROCESSABLE, without_reason
from console.who import Act
from journey.checks import check_file, resolve, years_for
from journey.comparing import compare
from schemas.comparison import Comparison
from schemas.draft import CheckReport
from schemas.programme import Programme
from services.bulk.rollout import for_programme
from services.errors import NoSuchProgramme
from services.publish import as_next, load, publish

router = APIRouter()

BY_HAND = "draft"
FILE = "file"


@dataclass(frozen=True)
class Judged:
    """A draft that has been judged. `next` is what it would be published as; `same` that it is published already."""

    text: str
    report: CheckReport
    next: Programme | None = None
    new: bool = False
    same: bool = False
    comparison: Comparison | None = None

    @property
    def digest(self) -> str:
        return drafting.digest(self.text)


@router.get("/programmes/draft-check")
async def ask(page: Staffed, look: str = "") -> Response:
    """Paste a draft or choose its file; or go on with the one that was looked at."""
    page.must(Act.CHANGE_PROGRAMME)
    looked = looks_of(page).find(page, look) if look else None
    if looked is not None and looked.draft:
        return _show(page, await _judge(page, looked.draft.encode("utf-8", "surrogatepass")))
    return _show(page, None)


@router.post("/programmes/draft-check")
async def answer(page: Staffed) -> Response:
    """Say everything that is wrong with it; and when nothing is, publish it or look at what it would do."""
    page.must(Act.CHANGE_PROGRAMME)
    data = await _sent(page)
    if not data.strip():
        return _show(page, None, wrong_draft=page.t("programmes.no_draft"))
    judged = await _judge(page, data)
    wanted = page.field("do")
    if not judged.report.passed or wanted not in ("publish", "preview"):
        return _show(page, judged)
    if page.field("seen") != judged.digest:
        return _show(page, judged, wrong_draft=page.t("programmes.draft_changed"))
    return await (_publish if wanted == "publish" else _preview)(page, judged)


async def _sent(page: Page) -> bytes:
    """The file, when one was chosen; else what was pasted."""
    file = page.sent.get(FILE) if page.sent is not None else None
    if isinstance(file, UploadFile):
        data = await file.read()
        await file.close()
        if file.filename:
            return data
    pasted = page.sent.get(BY_HAND) if page.sent is not None else None
    return pasted.encode("utf-8", "surrogatepass") if isinstance(pasted, str) else b""


async def _judge(page: Page, data: bytes) -> Judged:
    data = data.replace(b"\r\n", b"\n")
    year = page.desk.journey_now().year
    # Simulated runs take some seconds; meanwhile others get their pages.
    report = await asyncio.to_thread(_checked, data, year)
    text = data.decode("utf-8", "replace").removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    if report.programme is None or not report.passed:
        return Judged(text, report)
    draft = resolve(report.programme, years_for(year))
    try:
        numbered = await as_next(page.desk.db, draft, page.actor)
        force = await load(page.desk.db, draft.programme, by=page.actor)
    except NoSuchProgramme:
        return Judged(text, report, draft, new=True)
    found = await known(page, draft.programme)
    same = any(each.version == numbered.version for each in found.versions)
    return Judged(text, report, numbered, same=same, comparison=None if same else compare(force, draft))


@functools.lru_cache(maxsize=16)
def _checked(data: bytes, year: int) -> CheckReport:
    """The judgement of a draft, kept: what has been checked is not checked again when it is looked at and published."""
    return check_file(data, years=years_for(year))


async def _publish(page: Page, judged: Judged) -> Response:
    assert judged.next is not None
    if wrong := without_reason(page):
        return _show(page, judged, wrong_reason=wrong.sentence)
    await publish(page.desk.db, judged.next, page.desk.journey_now(), page.actor, page.field("reason"))
    return page.go(f"/programmes/{judged.next.programme}", "programmes.published")


async def _preview(page: Page, judged: Judged) -> Response:
    assert judged.next is not None
    name = judged.next.programme
    look = await looks_of(page).begin(page, judged.next, for_programme(name, {}), None if judged.same else judged.text)
    return page.go(f"/programmes/{name}/looks/{look.look}")


def _show(page: Page, judged: Judged | None, *, wrong_draft: str = "", wrong_reason: str = "") -> Response:
    status = 200
    if wrong_draft or wrong_reason or (judged and not judged.report.passed):
        status = UNPROCESSABLE
    return page.show(
        "draft.html",
        status,
        text=judged.text if judged else "",
        judged=judged,
        found=drafting.found(judged.report, judged.text, page.language) if judged else [],
        wrong_draft=wrong_draft,
        wrong_reason=wrong_reason,
        reason=page.field("reason"),
    )
