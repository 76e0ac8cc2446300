"""What the OpenAPI document says besides what is read from the code: bodies, headers, and how refusals look."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from schemas.http import LONGEST_KEY, CloudEvent, CompleteRequest, EventData, EventRequest, Problem, Sent, StartRequest

TITLE, VERSION = "Resan", "1"
REF = "#/components/schemas/{model}"
BODIES: tuple[type[BaseModel], ...] = (StartRequest, CompleteRequest, EventRequest, EventData, CloudEvent, Problem)


def _header(name: str, description: str, *, required: bool = False, **schema: Any) -> dict[str, Any]:
    shape = {"type": "string", **schema}
    return {"in": "header", "name": name, "required": required, "description": description, "schema": shape}


KEY_HEADER = _header(
    "Idempotency-Key",
    "What you call this wish. The same again is answered the same and acts once.",
    required=True,
    pattern=f"^[!-~]{{1,{LONGEST_KEY}}}$",
)
LANGUAGE_HEADER = _header("Accept-Language", "The language of sentences: sv or en.", example="en")
_BINARY = [
    _header(f"ce-{name}", "A CloudEvent in binary form; its data is then the body.")
    for name in ("specversion", "id", "source", "type", "subject", "time")
]
KEY_OF_EVENT = _BINARY
SIGNATURE_HEADERS = (
    _header(
        "webhook-id", "The message's own id, the same each time it is sent.", required=True, pattern="^[!-~]{1,200}$"
    ),
    _header("webhook-timestamp", "When it was signed: seconds since 1970.", required=True, pattern="^[0-9]{1,12}$"),
    _header("webhook-signature", "v1, and the HMAC-SHA256 of id.timestamp.body in base64.", required=True, minLength=1),
    _BINARY,
)


def takes(shape: type[Sent] | None, *headers: dict[str, Any]) -> dict[str, Any]:
    """The headers of an operation, and the JSON that it takes, if any."""
    said: dict[str, Any] = {"parameters": list(headers)}
    if shape is not None:
        said["requestBody"] = {"required": True, "content": {"application/json": {"schema": _ref(shape)}}}
    return said


def reports(*headers: dict[str, Any] | list[dict[str, Any]]) -> dict[str, Any]:
    """The headers and bodies of an operation that takes a report."""
    flat = [one for each in headers for one in (each if isinstance(each, list) else [each])]
    own = {"anyOf": [_ref(EventRequest), _ref(EventData)]}
    content = {"application/json": {"schema": own}, "application/cloudevents+json": {"schema": _ref(CloudEvent)}}
    taken = {"description": "It is on its way, or waits for its step.", "content": _json("EventTaken")}
    return {
        "parameters": flat,
        "requestBody": {"required": True, "content": content},
        "responses": {"202": taken},
    }


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document."""
    if app.openapi_schema is not None:
        return app.openapi_schema
    found = get_openapi(
        title=TITLE, version=VERSION, openapi_version="3.1.0", routes=app.routes, servers=[{"url": "/api/v1"}]
    )
    schemas = found["components"]["schemas"]
    _, own = models_json_schema([(model, "validation") for model in BODIES], ref_template=REF)
    schemas |= own["$defs"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    found["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    for path, item in found["paths"].items():
        for operation in item.values():
            _finish(operation, signed=path.startswith("/hooks/"))
    app.openapi_schema = found
    return found


def _finish(operation: dict[str, Any], *, signed: bool) -> None:
    operation["security"] = [] if signed else [{"key": []}]
    operation["responses"].pop("422", None)
    operation["responses"]["default"] = {
        "description": "Refused, with a sentence that says what to do.",
        "content": {"application/problem+json": {"schema": _ref(Problem)}},
    }


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": REF.format(model=model.__name__)}


def _json(name: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": REF.format(model=name)}}}
