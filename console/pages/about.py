"""Pages about the console itself: how accessible it is."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from console.page import Anybody

router = APIRouter()


@router.get("/accessibility")
async def accessibility(page: Anybody) -> Response:
    """The accessibility statement."""
    return page.show("accessibility.html")
