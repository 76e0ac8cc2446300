"""Keys that people choose so that the same wish, sent again, acts once.

What was typed as a key stays here and in sentences to whoever typed it: a command's id is a digest of it, because ids
travel with the process and a key may hold anything.
"""

from __future__ import annotations

import hashlib
import uuid

from services.completing.errors import BadKey

LONGEST_KEY = 100


def checked_key(key: str | None) -> str:
    """A key as somebody chose it, or one of our own. Raises `BadKey`."""
    if key is None:
        return uuid.uuid4().hex
    if not key.strip() or len(key) > LONGEST_KEY or not key.isprintable():
        raise BadKey(most=LONGEST_KEY)
    return key.strip()


def command_id(key: str) -> str:
    """The id of the command that is sent under this key."""
    return f"key:{digest(key)}"


def digest(*parts: str) -> str:
    """Thirty-two characters that tell nothing of the parts, the same each time."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
