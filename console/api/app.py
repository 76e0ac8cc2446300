"""The interface as an application of its own, mounted under /api/v1: its routes, and what is said when it refuses."""

from __future__ import annotations

from functools import partial

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import State
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from console.api import events, journeys, tasks
from console.api.describing import describe
from console.api.errors import AtTheDoor, Away, Broken, NothingThere, NotJson, OtherMethod, TooMuch
from console.api.problems import refused, wrong_fields
from console.errors import NotThere
from console.guard import LARGEST, TooLarge
from journey.errors import Refusal
from services.visibility import AWAY

ABOVE, PREFIX = "/api", "/api/v1"


def create_api(state: State) -> FastAPI:
    """The interface; it works with the desk and the limits of the console's own application."""
    app = FastAPI(title="Resan", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.state.desk, app.state.limits = state.desk, state.limits
    for router in (journeys.router, tasks.router, events.router):
        app.include_router(router)
    app.openapi = partial(describe, app)  # type: ignore[method-assign]
    app.add_api_route("/openapi.json", description, include_in_schema=False)
    for error in (Refusal, NotThere, RequestValidationError, HTTPException, TooLarge, *AWAY):
        app.add_exception_handler(error, _refused)
    app.add_exception_handler(Exception, _refused)
    return app


async def description(request: Request) -> JSONResponse:
    """The OpenAPI document of this interface."""
    app: FastAPI = request.app
    return JSONResponse(app.openapi())


async def _refused(request: Request, error: Exception) -> Response:
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    return refused(request, _as_refusal(error), {"Allow": headers["Allow"]} if "Allow" in headers else None)


def _as_refusal(error: Exception) -> Refusal:
    if isinstance(error, Refusal):
        return error
    if isinstance(error, RequestValidationError):
        return wrong_fields(error.errors())
    if isinstance(error, AWAY):
        structlog.get_logger().warning("database_away", kind=type(error).__name__)
        return Away()
    return _at_the_door(error)


def _at_the_door(error: Exception) -> AtTheDoor:
    match error:
        case HTTPException(status_code=405):
            return OtherMethod()
        case HTTPException(status_code=400):
            return NotJson()
        case HTTPException() | NotThere():
            return NothingThere()
        case TooLarge():
            return TooMuch(most=LARGEST)
        case _:
            return Broken()


def sorry(request: Request, status: int) -> Response:
    """What is said by the guard around everything, in place of a page."""
    refusal: AtTheDoor = TooMuch(most=LARGEST) if status == 413 else Broken()  # noqa: PLR2004 (content too large)
    return refused(request, refusal)
