"""My day: whom to call first and why."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from console.page import Staffed
from console.who import Act

router = APIRouter()


@router.get("/")
async def my_day(page: Staffed) -> Response:
    """The day of whoever has signed in."""
    if not page.may(Act.WORK):
        return page.show("no_day.html")
    return page.show("my_day.html")
