"""Refusals as answers to other systems: RFC 9457, with a sentence in the language that was asked for.

No answer repeats what was sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from console.api.errors import AtTheDoor, TooOften, WrongFields
from console.language import chosen
from journey.errors import Refusal
from schemas.base import Language
from schemas.forms.problems import FormProblem
from schemas.http import FieldProblem, Problem
from services.completing.errors import NotConfirmed
from services.errors import NotSavedYet

MEDIA = "application/problem+json"
AGAIN_AFTER = 5
"""Seconds after which it is worth while to send the same again."""

STATUS = {
    **dict.fromkeys(("unknown_task", "no_such_journey", "no_such_programme"), 404),
    **dict.fromkeys(("unknown_outcome", "missing_answers", "unknown_fact", "unknown_fact_value"), 422),
    **dict.fromkeys(("unknown_date", "wrong_kind_of_date", "protected_person", "form_not_accepted"), 422),
    **dict.fromkeys(("bad_report_id", "report_in_future", "out_of_reach"), 422),
}
"""With which status a refusal is answered, by its code; all others are a conflict with how things stand."""


def language_of(request: Request) -> Language:
    """The language that was asked for."""
    return chosen(None, None, None, request.headers.get("accept-language", ""))


def refused(request: Request, refusal: Refusal, headers: Mapping[str, str] | None = None) -> Response:
    """A refusal as an answer."""
    language = language_of(request)
    status = status_of(refusal)
    refusal = _for_others(refusal)
    said = refusal.sentence(language)
    problem = Problem(
        type=f"/api#{refusal.code}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=said,
        code=refusal.code,
        sentence=said,
        problems=_fields(getattr(refusal, "problems", ()), language),
    )
    return JSONResponse(problem.model_dump(), status, {**_headers(refusal, status, language), **(headers or {})}, MEDIA)


def status_of(refusal: Refusal) -> int:
    """The status that a refusal is answered with."""
    if isinstance(refusal, AtTheDoor):
        return refusal.status
    return 503 if isinstance(refusal, NotSavedYet) else STATUS.get(refusal.code, 409)


def _for_others(refusal: Refusal) -> Refusal:
    """What is not confirmed is asked for again under the key that was sent, not under the one that we made of it."""
    return NotSavedYet() if isinstance(refusal, NotConfirmed) else refusal


def _headers(refusal: Refusal, status: int, language: Language) -> dict[str, str]:
    found = {"Content-Language": language, "Vary": "Accept-Language"}
    if status == 401:  # noqa: PLR2004 (unauthorized)
        found["WWW-Authenticate"] = "Bearer"
    if isinstance(refusal, TooOften):
        found["Retry-After"] = refusal.params["seconds"]
    elif status in (500, 503):
        found["Retry-After"] = str(AGAIN_AFTER)
    return found


def _fields(problems: Iterable[FormProblem], language: Language) -> list[FieldProblem]:
    return [FieldProblem(field=each.field, sentence=each.sv if language == "sv" else each.en) for each in problems]


# ---- what is wrong with the shape of a body


def wrong_fields(error: ValidationError | Iterable[ErrorDetails]) -> WrongFields:
    """What pydantic says of a body, in sentences of ours, each field once."""
    details = error.errors(include_input=False, include_url=False) if isinstance(error, ValidationError) else error
    found: dict[str, FormProblem] = {}
    for each in details:
        field = _place(each["loc"])
        found.setdefault(field, _said(field, each["type"]))
    return WrongFields(list(found.values())[:50])


def _place(where: tuple[int | str, ...]) -> str:
    """A field as it is called in problems: `attempts[0].at`. A name that is none of ours may hold anything."""
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in where if part not in ("query", "header")]
    place = "".join(parts).removeprefix(".")[:60]
    return place if place.isascii() and place.isprintable() else "?"


def _said(field: str, kind: str) -> FormProblem:
    match kind:
        case "missing":
            return FormProblem(field=field, sv="Det saknas; ange det.", en="It is missing; give it.")
        case "extra_forbidden":
            return FormProblem(
                field=field, sv="Det är inget som tas emot här; ta bort det.", en="It is nothing taken here; remove it."
            )
        case _:
            return FormProblem(
                field=field,
                sv="Det har fel form; se beskrivningen och rätta det.",
                en="It has the wrong form; see the description and correct it.",
            )
