"""Signing in at a provider: a small OpenID provider of the tests' own, over real HTTP on this machine."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import pytest_asyncio
import uvicorn
from fastapi import FastAPI, Request
from joserfc import jwt
from joserfc.jwk import RSAKey

from console.oidc import roles_in
from stack.ports import free_port
from tests.consoles import Visit, visit
from tests.servers import wait_until

KEY = RSAKey.generate_key(2048, {"kid": "k1"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "k1"})
CLAIMS = {
    "sub": "user-17",
    "name": "Petra Exempel",
    "email": "Petra@staff.example.org",
    "email_verified": True,
    "realm_access": {"roles": ["coordinator", "operator"]},
}


@dataclass
class Provider:
    """What it says of whoever comes; a test may let it lie."""

    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=lambda: dict(CLAIMS))
    lie: Callable[[dict[str, Any]], dict[str, Any]] = dict
    key: RSAKey = field(default_factory=lambda: KEY)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    says_issuer: str | None = None

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.get("/.well-known/openid-configuration")
        async def metadata() -> dict[str, Any]:
            return {
                "issuer": self.says_issuer or self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/jwks",
                "id_token_signing_alg_values_supported": ["RS256"],
            }

        @app.get("/jwks")
        async def jwks() -> dict[str, Any]:
            return {"keys": [KEY.as_dict(private=False)]}

        @app.post("/token")
        async def token(request: Request) -> Any:
            form = await request.form()
            asked = self.codes.pop(str(form["code"]))
            verifier = hashlib.sha256(str(form["code_verifier"]).encode()).digest()
            assert base64.urlsafe_b64encode(verifier).decode().rstrip("=") == asked["code_challenge"]
            assert form["redirect_uri"] == asked["redirect_uri"]
            now = int(time.time())
            claims = {"iss": self.issuer, "aud": "resan", "iat": now, "exp": now + 60, "nonce": asked["nonce"]}
            said = self.lie({**claims, **self.claims})
            header = {"alg": "RS256", "kid": "k1"}
            return {"access_token": "a", "token_type": "Bearer", "id_token": jwt.encode(header, said, self.key)}

        return app

    def signed_in(self, url: str) -> tuple[str, str]:
        """What the browser does there: somebody signs in and is sent back with a code. Code and state."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_hex(8)
        self.codes[code] = asked
        return code, asked["state"]


@asynccontextmanager
async def serving(provider: Provider) -> AsyncIterator[None]:
    port = free_port()
    provider.issuer = f"http://127.0.0.1:{port}"
    server = uvicorn.Server(uvicorn.Config(provider.app(), port=port, log_config=None, lifespan="off"))
    task = asyncio.create_task(server.serve())
    await asyncio.to_thread(wait_until, lambda: server.started, "the provider is up")
    yield
    server.should_exit = True
    await task


@pytest_asyncio.fixture
async def provider() -> AsyncIterator[Provider]:
    found = Provider()
    async with serving(found):
        yield found


@pytest_asyncio.fixture
async def visitor(database_dsn: str, provider: Provider) -> AsyncIterator[Visit]:
    settings = {
        "oidc_issuer": provider.issuer,
        "oidc_client_id": "resan",
        "oidc_client_secret": "secret",
        "oidc_roles_claim": "realm_access.roles",
    }
    async with visit(database_dsn, **settings) as found:
        yield found


async def come(visitor: Visit, provider: Provider, back: str = "/find") -> Any:
    gone = await visitor.get("/sign-in/go", params={"back": back})
    assert gone.status_code == 303
    code, state = provider.signed_in(gone.headers["location"])
    return await visitor.get("/sign-in/welcome", params={"code": code, "state": state})


async def test_somebody_signs_in_there_and_works_here(visitor: Visit, provider: Provider) -> None:
    page = await visitor.get("/sign-in")
    assert "arbetskonto" in page.text
    assert "Gun Sample" not in page.text
    came = await come(visitor, provider)
    assert (came.status_code, came.headers["location"]) == (303, "/find")
    found = await visitor.get("/find")
    assert found.status_code == 200
    assert "Petra Exempel" in found.text


async def test_roles_come_from_the_claim_each_time(visitor: Visit, provider: Provider) -> None:
    await come(visitor, provider)
    assert (await visitor.get("/find")).status_code == 200
    provider.claims["realm_access"] = {"roles": ["operator", "participant"]}
    await come(visitor, provider)
    assert (await visitor.get("/find")).status_code == 404


async def test_a_newcomer_with_a_role_is_taken_in_and_one_without_is_not(visitor: Visit, provider: Provider) -> None:
    provider.claims |= {"sub": "user-18", "email": "new@staff.example.org", "name": "Nya Nilsson"}
    await come(visitor, provider)
    assert "Nya Nilsson" in (await visitor.get("/find")).text
    provider.claims |= {"sub": "user-19", "email": "none@staff.example.org", "realm_access": {}}
    assert (await come(visitor, provider)).status_code == 409


async def test_an_address_that_is_not_verified_makes_nobody_somebody_else(visitor: Visit, provider: Provider) -> None:
    provider.claims |= {"email_verified": False, "name": "Mallory"}
    assert (await come(visitor, provider)).status_code == 409


@pytest.mark.parametrize(
    "lie",
    [
        lambda claims: {**claims, "nonce": "another"},
        lambda claims: {**claims, "aud": "another"},
        lambda claims: {**claims, "iss": "https://another.example"},
        lambda claims: {**claims, "exp": 1},
        lambda claims: {name: value for name, value in claims.items() if name != "sub"},
    ],
)
async def test_a_token_that_is_not_for_this_sign_in_is_refused(
    visitor: Visit, provider: Provider, lie: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    provider.lie = lie
    refused = await come(visitor, provider)
    assert refused.status_code == 409
    assert "Inloggningen lyckades inte" in refused.text
    assert (await visitor.get("/find")).status_code == 303


async def test_a_token_signed_by_somebody_else_is_refused(visitor: Visit, provider: Provider) -> None:
    provider.key = OTHER_KEY
    assert (await come(visitor, provider)).status_code == 409


async def test_a_provider_that_calls_itself_otherwise_is_refused(visitor: Visit, provider: Provider) -> None:
    provider.says_issuer = "https://another.example"
    assert (await visitor.get("/sign-in/go")).status_code == 409


async def test_whoever_comes_back_must_have_gone_from_here(visitor: Visit, provider: Provider) -> None:
    gone = await visitor.get("/sign-in/go")
    code, state = provider.signed_in(gone.headers["location"])
    assert (await visitor.get("/sign-in/welcome", params={"code": code, "state": "another"})).status_code == 409
    assert (await visitor.get("/sign-in/welcome", params={"error": "access_denied", "state": state})).status_code == 409
    visitor.client.cookies.clear()
    assert (await visitor.get("/sign-in/welcome", params={"code": code, "state": state})).status_code == 409
    visitor.client.cookies.set("going", "bm90IGpzb24=", path="/sign-in")
    assert (await visitor.get("/sign-in/welcome", params={"code": code, "state": state})).status_code == 409


async def test_a_provider_that_is_away_is_said_in_a_sentence(database_dsn: str) -> None:
    settings = {"oidc_issuer": f"http://127.0.0.1:{free_port()}", "oidc_client_id": "resan"}
    async with visit(database_dsn, **settings) as visitor:
        assert (await visitor.get("/sign-in/go")).status_code == 409


async def test_where_staff_sign_in_nobody_is_chosen_from_a_list(visitor: Visit) -> None:
    await visitor.get("/sign-in")
    assert (await visitor.post("/sign-in", {"staff": "pm-1"})).status_code in (403, 404)


def test_roles_are_found_where_the_settings_say() -> None:
    assert roles_in({"roles": ["a", "b", "a", "no role", 3]}, "roles") == ("a", "b")
    assert roles_in({"x": {"y": "a b"}}, "x.y") == ("a", "b")
    assert roles_in({"x": {"y": {}}}, "x.y") == ()
    assert roles_in({"x": "a"}, "x.y") is None
    assert roles_in({}, "roles") is None
