"""The book of clients: other systems, in which roles they may act, and their keys. All times are wall time.

A bearer key is shown once and kept as a digest. A signing secret is kept, for a signature is checked with it. Keys are
rotated with a while in which the former and the new one are both good.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from db.pool import SYSTEM, Connection, Database
from db.queries import sql
from schemas.base import one_line
from schemas.forms.problems import shown
from services.clients.errors import (
    BadClientId,
    ClientTaken,
    NoRole,
    NoSuchClient,
    NotNamed,
    RoleNotForClients,
    TimeNotPossible,
)
from services.reading import iso

ROLES = (
    "registrar",
    "reporter",
    "coordinator",
    "project_leader",
    "administrator",
    "guide",
    "housing_guide",
    "study_counsellor",
    "employer_contact",
    "operator",
)
"""In which roles another system may act: the first two are for systems alone. `console.who` says what each may."""

KEY, SECRET = "resan_", "whsec_"
BEARER, SIGNING = "bearer", "signing"
LONGEST_ID, LONGEST_NAME = 32, 100
USUAL, LONGEST = timedelta(days=365), timedelta(days=730)
USUAL_GRACE, LONGEST_GRACE = timedelta(days=1), timedelta(days=30)
_ID = re.compile(rf"[a-z][a-z0-9-]{{1,{LONGEST_ID - 1}}}")
_TOUCH = timedelta(minutes=1)


@dataclass(frozen=True)
class Client:
    """Another system."""

    id: str
    name: str
    roles: frozenset[str]


@dataclass(frozen=True)
class Signer:
    """A client and the secrets that it may have signed with, the newest first, each with its id."""

    client: Client
    secrets: tuple[tuple[str, bytes], ...]


@dataclass(frozen=True)
class Issued:
    """Keys as they are told, once. `former_until` is how long those before are good, where there were any."""

    client: str
    key: str | None
    secret: str | None
    expires_at: datetime
    former_until: datetime | None = None

    def as_json(self) -> dict[str, Any]:
        """`client, key, secret, expires_at, former_until`."""
        times = {"expires_at": iso(self.expires_at), "former_until": iso(self.former_until)}
        return {"client": self.client, "key": self.key, "secret": self.secret, **times}


async def add(
    db: Database,
    client: str,
    name: str,
    roles: Sequence[str],
    *,
    signs: bool = False,
    good_for: timedelta = USUAL,
    by: str,
    now: datetime,
) -> Issued:
    """Let another system act here; with `signs` it gets a secret to sign messages with besides. Raises a `Refusal`."""
    _check(client, name, roles)
    _check_times(good_for, timedelta(0))
    async with db.acting_as(by) as connection:
        if await connection.fetchval(sql.add_client, client, name.strip(), list(dict.fromkeys(roles)), by, now) is None:
            raise ClientTaken(client=client)
        return await _issue(connection, client, {BEARER, SIGNING} if signs else {BEARER}, now, now + good_for)


async def rotate(
    db: Database,
    client: str,
    *,
    grace: timedelta = USUAL_GRACE,
    good_for: timedelta = USUAL,
    signs: bool = False,
    by: str,
    now: datetime,
) -> Issued:
    """New keys of every kind that a client has; the former are good for `grace` more. Raises a `Refusal`."""
    _check_times(good_for, grace)
    async with db.acting_as(by) as connection:
        await _must_act(connection, client)
        kinds = {record["kind"] for record in await connection.fetch(sql.kinds_of_keys, client)}
        for kind in kinds:
            await connection.execute(sql.let_keys_run_out, client, kind, now + grace)
        issued = await _issue(connection, client, kinds | ({SIGNING} if signs else set()), now, now + good_for)
    return Issued(client, issued.key, issued.secret, issued.expires_at, now + grace)


async def revoke(db: Database, client: str, *, by: str, now: datetime) -> None:
    """From this moment on the client may nothing. Raises `NoSuchClient`."""
    async with db.acting_as(by) as connection:
        await _must_act(connection, client)
        await connection.execute(sql.revoke_client, client, now, by)


async def all_clients(db: Database, *, now: datetime, by: str = SYSTEM) -> list[dict[str, Any]]:
    """Every client: `client, name, roles, by, at, revoked_at, keys, secrets, expires_at, used_at`."""
    async with db.acting_as(by) as connection:
        records = await connection.fetch(sql.all_clients, now)
    times = ("at", "revoked_at", "expires_at", "used_at")
    return [{name: iso(value) if name in times else value for name, value in record.items()} for record in records]


# ---- who is it


async def client_of_key(db: Database, key: str, now: datetime) -> Client | None:
    """Whose bearer key this is, while it is good."""
    digest = digest_of(key)
    async with db.acting_as(SYSTEM) as connection:
        found = await connection.fetchrow(sql.client_by_key, digest, now)
        if found is None:
            return None
        if found["used_at"] is None or now - found["used_at"] > _TOUCH:
            await connection.execute(sql.key_is_used, digest, now)
    return Client(found["client"], found["name"], frozenset(found["roles"]))


async def signer(db: Database, client: str, now: datetime) -> Signer | None:
    """A client that signs, with its secrets that are good; None when there is no such."""
    if not _ID.fullmatch(client):
        return None
    async with db.acting_as(SYSTEM) as connection:
        records = await connection.fetch(sql.secrets_of_client, client, now)
    if not records:
        return None
    known = Client(client, records[0]["name"], frozenset(records[0]["roles"]))
    return Signer(known, tuple((record["key"], secret_bytes(record["secret"])) for record in records))


async def signed_with(db: Database, key: str, now: datetime) -> None:
    """Take note that a secret was used."""
    async with db.acting_as(SYSTEM) as connection:
        await connection.execute(sql.key_is_used, key, now)


def digest_of(key: str) -> str:
    """What is kept of a bearer key."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def secret_bytes(secret: str) -> bytes:
    """The bytes that a secret stands for, as Standard Webhooks writes it."""
    return base64.b64decode(secret.removeprefix(SECRET))


# ---- keys


async def _issue(connection: Connection, client: str, kinds: set[str], now: datetime, until: datetime) -> Issued:
    key = secret = None
    if BEARER in kinds:
        key = KEY + secrets.token_urlsafe(32)
        await connection.execute(sql.add_client_key, digest_of(key), client, BEARER, None, now, until)
    if SIGNING in kinds:
        secret = SECRET + base64.b64encode(secrets.token_bytes(32)).decode()
        name = f"secret-{secrets.token_hex(8)}"
        await connection.execute(sql.add_client_key, name, client, SIGNING, secret, now, until)
    return Issued(client, key, secret, until)


async def _must_act(connection: Connection, client: str) -> None:
    found = await connection.fetchrow(sql.client, client) if _ID.fullmatch(client) else None
    if found is None or found["revoked_at"] is not None:
        raise NoSuchClient(client=shown(client))


def _check(client: str, name: str, roles: Sequence[str]) -> None:
    if not _ID.fullmatch(client):
        raise BadClientId(most=LONGEST_ID)
    if not name.strip() or len(name) > LONGEST_NAME or not one_line(name):
        raise NotNamed(most=LONGEST_NAME)
    choices = ", ".join(ROLES)
    if not roles:
        raise NoRole(choices=choices)
    for role in roles:
        if role not in ROLES:
            raise RoleNotForClients(role=shown(role), choices=choices)


def _check_times(good_for: timedelta, grace: timedelta) -> None:
    if not timedelta(days=1) <= good_for <= LONGEST or not timedelta(0) <= grace <= LONGEST_GRACE:
        raise TimeNotPossible(most=LONGEST.days, grace=LONGEST_GRACE.days)
