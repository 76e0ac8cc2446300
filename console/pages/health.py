"""How the parts of the system are: a page for people, and an answer of one word for machines."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from console.page import Staffed
from console.who import Act
from services.health.looking import Watch
from services.health.parts import Part, Standing, all_well, can_serve

router = APIRouter()

WELL, UNWELL = 200, 503


@router.get("/operations/health")
async def show_health(page: Staffed) -> Response:
    """Each part with a sentence."""
    page.must(Act.OPERATE)
    parts = await _watch(page.request).look(page.actor)
    worst = next((each for each in (Standing.BAD, Standing.LOOK) if any(part.standing is each for part in parts)), None)
    return page.show("health.html", parts=parts, worst=worst)


@router.get("/health")
async def health(page: Staffed) -> Response:
    """The same by a shorter address."""
    page.must(Act.OPERATE)
    return RedirectResponse("/operations/health", 303)


@router.get("/healthz")
async def can_this_serve(request: Request) -> Response:
    """Whether this console can do its work: 200 or 503, and nothing else."""
    return _answer(well=can_serve(await _parts(request)))


@router.get("/healthz/all")
async def is_all_well(request: Request) -> Response:
    """Whether nothing is broken anywhere: 200 or 503, and nothing else."""
    return _answer(well=all_well(await _parts(request)))


def _answer(*, well: bool) -> Response:
    return PlainTextResponse("ok" if well else "not ok", WELL if well else UNWELL)


async def _parts(request: Request) -> tuple[Part, ...]:
    return await _watch(request).look()


def _watch(request: Request) -> Watch:
    watch: Watch = request.app.state.watch
    return watch
