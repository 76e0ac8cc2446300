"""Finding a person by name, number or address. What is searched for is sent, never written in an address."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from console.page import Staffed
from console.who import Act
from services.looks import find_people

router = APIRouter()


@router.get("/find")
async def find(page: Staffed) -> Response:
    """Where to write what is searched for."""
    page.must(Act.FIND_PEOPLE)
    return page.show("find.html", words="", found=None, more=False)


@router.post("/find")
async def found(page: Staffed) -> Response:
    """Who was found."""
    page.must(Act.FIND_PEOPLE)
    words = page.field("words", 200)
    people, more = await find_people(page.desk.db, words, by=page.actor, now=page.now) if words else ([], False)
    return page.show("find.html", words=words, found=people, more=more)
