"""Reports in the shapes that other systems send: our own JSON, CloudEvents 1.0 in structured and in binary form.

Pure: from headers and bytes to one report. A report's id is the client's own with the client's name before it, so that
no client can use up another's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from pydantic import ValidationError

from console.api.errors import NoEventId, NotJson, OtherContent
from console.api.problems import wrong_fields
from schemas.http import CloudEvent, EventData, EventRequest
from services.keys import digest

JSON, STRUCTURED = "application/json", "application/cloudevents+json"
ATTRIBUTES = ("specversion", "id", "source", "type", "subject", "time")
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@/-]{0,127}")
_UNREADABLE = {"json_invalid", "json_type"}


@dataclass(frozen=True)
class Reported:
    """A report as it was sent. `source` is who says so, where the sender says it."""

    id: str | None
    source: str
    journey: str
    type: str
    time: datetime | None
    data: EventData

    def report_id(self, client: str, message: str | None = None) -> str:
        """Under which id it is kept; `message` is the id of the signed message, for want of one of its own.

        Raises `NoEventId`.
        """
        own = self.id or message
        if own is None:
            raise NoEventId
        told = f"{client}:{own}" if not self.source else f"{client}:{digest(self.source)[:8]}:{own}"
        return told if _IDENTIFIER.fullmatch(told) else f"{client}:{digest(self.source, own)}"

    def given(self) -> dict[str, Any]:
        """What it says, as the services take it."""
        said = {"journey": self.journey, "type": self.type}
        return {**said, **self.data.model_dump(include={"outcome", "facts", "dates"})}


def read(headers: Mapping[str, str], body: bytes) -> Reported:
    """The report. Raises `NotJson`, `OtherContent` or `WrongFields`."""
    kind = headers.get("content-type", JSON).partition(";")[0].strip().lower()
    try:
        if kind == STRUCTURED:
            return _from_event(CloudEvent.model_validate_json(body))
        if kind != JSON:
            raise OtherContent(choices=f"{JSON}, {STRUCTURED}")
        if "ce-specversion" in headers or "ce-id" in headers:
            return _from_event(CloudEvent.model_validate(_attributes(headers) | {"data": _data(body)}))
        own = EventRequest.model_validate_json(body)
    except ValidationError as error:
        raise _wrong(error) from None
    return Reported(own.id, "", own.journey, own.type, own.time, own)


def _from_event(event: CloudEvent) -> Reported:
    return Reported(event.id, event.source, event.subject, event.type, event.time, event.data)


def _attributes(headers: Mapping[str, str]) -> dict[str, str]:
    """The attributes of an event in binary form: headers, in which anything beyond ASCII is percent-encoded."""
    return {name: unquote(headers[f"ce-{name}"]) for name in ATTRIBUTES if f"ce-{name}" in headers}


def _data(body: bytes) -> EventData:
    return EventData.model_validate_json(body)


def _wrong(error: ValidationError) -> Exception:
    details = error.errors(include_input=False, include_url=False)
    if any(each["type"] in _UNREADABLE for each in details):
        return NotJson()
    return wrong_fields(details)
