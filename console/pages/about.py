"""Pages about the console itself: whether it answers, and how accessible it is."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import PlainTextResponse, Response

from console.page import Anybody

router = APIRouter()


@router.get("/health")
async def health() -> Response:
    """That the process answers; says nothing else."""
    return PlainTextResponse("ok")


@router.get("/accessibility")
async def accessibility(page: Anybody) -> Response:
    """The accessibility statement."""
    return page.show("accessibility.html")
