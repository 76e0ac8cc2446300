"""What other systems can do here, for those who build them: made from the interface itself, so that the two agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus

from fastapi import APIRouter
from starlette.responses import Response

from console.api.app import PREFIX
from console.api.door import LARGEST
from console.api.errors import AtTheDoor
from console.limits import API
from console.page import Anybody, Page
from console.who import RIGHTS, Act
from services.clients.book import ROLES

router = APIRouter()

OPERATIONS = (
    ("POST", "/journeys", "start_journey", Act.START_JOURNEY),
    ("GET", "/journeys/{journey}", "show_journey", Act.SEE_JOURNEY),
    ("GET", "/tasks", "list_tasks", Act.WORK),
    ("GET", "/tasks/{task}", "show_task", Act.FINISH),
    ("POST", "/tasks/{task}/complete", "complete_task", Act.FINISH),
    ("POST", "/events", "record_event", Act.REPORT),
    ("POST", "/hooks/{client}", "record_signed_event", Act.REPORT),
)
"""Everything that can be asked, with what it takes."""


@dataclass(frozen=True)
class Code:
    """One way to be refused: its code, its status, and the sentence."""

    name: str
    status: str
    sentence: str


@router.get("/api")
async def systems(page: Anybody) -> Response:
    """The interface, described for people."""
    return page.show(
        "api.html",
        prefix=PREFIX,
        operations=[(method, path, name, _roles(page, act)) for method, path, name, act in OPERATIONS],
        codes=sorted(_codes(page), key=lambda each: (each.status, each.name)),
        limits={"at_once": API.at_once, "a_minute": round(API.a_minute), "kilobytes": LARGEST // 1024},
    )


def _roles(page: Page, act: Act) -> str:
    return ", ".join(page.role(role) for role in ROLES if role in RIGHTS[act])


def _codes(page: Page) -> Iterator[Code]:
    """Every refusal at the door; placeholders are shown as what they stand for."""
    for kind in AtTheDoor.__subclasses__():
        words = kind.sv if page.language == "sv" else " ".join(str(kind.__doc__).split())
        code = kind.__new__(kind).code
        yield Code(code, f"{kind.status} {HTTPStatus(kind.status).phrase}", words.replace("{", "<").replace("}", ">"))
