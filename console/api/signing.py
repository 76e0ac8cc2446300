"""Signed messages, as Standard Webhooks has them: HMAC-SHA256 over `id.timestamp.body`, under any of the live secrets.

Pure. It says whether a message is signed right and is of now; that it comes once is for the door to see.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.api.errors import BadSignature, ClockSkew, NotSigned

SKEW = timedelta(minutes=5)
MOST_SIGNATURES = 10
_ID = re.compile(r"[!-~]{1,200}")
_TIME = re.compile(r"[0-9]{1,12}", re.ASCII)


@dataclass(frozen=True)
class Signed:
    """A message that was signed right: its id, and the id of the secret it was signed with."""

    id: str
    secret: str


def check(headers: Mapping[str, str], body: bytes, secrets: Sequence[tuple[str, bytes]], now: datetime) -> Signed:
    """The message, if it was signed with one of these secrets just now.

    Raises `NotSigned`, `BadSignature` or `ClockSkew`. Its time is looked at only once its signature is right.
    """
    name, at, given = (headers.get(f"webhook-{each}", "") for each in ("id", "timestamp", "signature"))
    if not _ID.fullmatch(name) or not _TIME.fullmatch(at) or not given:
        raise NotSigned
    marks = _marks(given)
    content = b".".join((name.encode(), at.encode(), body))
    found = next((secret for secret, key in secrets if _fits(hmac.digest(key, content, hashlib.sha256), marks)), None)
    if found is None:
        raise BadSignature
    if abs(int(at) - now.timestamp()) > SKEW.total_seconds():
        raise ClockSkew(minutes=SKEW // timedelta(minutes=1))
    return Signed(name, found)


def sign(name: str, at: datetime, body: bytes, secret: bytes) -> str:
    """The signature of a message, as it stands in its header."""
    content = b".".join((name.encode(), str(int(at.timestamp())).encode(), body))
    return "v1," + base64.b64encode(hmac.digest(secret, content, hashlib.sha256)).decode()


def _fits(mark: bytes, marks: Sequence[bytes]) -> bool:
    return any([hmac.compare_digest(mark, each) for each in marks])  # noqa: C419 (each is compared, whichever fits)


def _marks(given: str) -> list[bytes]:
    """The signatures of version 1 in the header; others are passed over."""
    found = []
    for part in given.split(" ")[:MOST_SIGNATURES]:
        version, _, mark = part.partition(",")
        if version == "v1":
            try:
                found.append(base64.b64decode(mark, validate=True))
            except (binascii.Error, ValueError):
                continue
    return found
