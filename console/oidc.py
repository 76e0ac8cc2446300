"""Signing in at somebody else's place, by OpenID Connect: authorization code, PKCE, state and nonce, all by Authlib.

What must be remembered between going there and coming back rides in one cookie of the visitor's own browser.
"""

from __future__ import annotations

import hashlib
import json
import warnings
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import structlog

from journey.errors import Refusal
from schemas.base import Language
from settings import Settings

COOKIE = "going"
MINUTES_AWAY = 10
MOST_ROLES = 50


class NotVouchedFor(Refusal):
    """The sign-in did not succeed; try again, and tell whoever looks after the system if it happens again."""

    sv = "Inloggningen lyckades inte; försök igen, och säg till den som sköter systemet om det händer igen."


@dataclass(frozen=True)
class Vouched:
    """What the provider says of somebody. `subject` is a digest; `email` only where the provider has verified it."""

    subject: str
    name: str
    email: str | None
    roles: tuple[str, ...] | None
    language: Language


class Provider:
    """The provider that the settings name."""

    def __init__(self, issuer: str, client_id: str, secret: str | None, roles_claim: str) -> None:
        with warnings.catch_warnings():
            # Authlib prefers a package that it may also do without, and insists on saying so.
            import authlib.deprecate  # noqa: F401, PLC0415

            warnings.simplefilter("ignore")
            from authlib.integrations.starlette_client import OAuth  # noqa: PLC0415
        self._issuer = issuer.rstrip("/")
        self._roles_claim = roles_claim
        self._app: Any = OAuth().register(
            "provider",
            client_id=client_id,
            client_secret=secret,
            server_metadata_url=f"{self._issuer}/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid profile email",
                "code_challenge_method": "S256",
                "timeout": 10,
                **({} if secret else {"token_endpoint_auth_method": "none"}),
            },
        )

    @classmethod
    def of(cls, settings: Settings) -> Provider | None:
        """The provider, when the settings name one."""
        if settings.oidc_issuer is None or settings.oidc_client_id is None:
            return None
        secret = settings.oidc_client_secret
        return cls(
            settings.oidc_issuer,
            settings.oidc_client_id,
            secret.get_secret_value() if secret else None,
            settings.oidc_roles_claim,
        )

    async def go(self, come_back: str, back: str) -> tuple[str, str]:
        """Where to send the visitor, and what their browser keeps meanwhile. Raises `NotVouchedFor`."""
        try:
            await self._check_issuer()
            found = await self._app.create_authorization_url(come_back)
        except (httpx.HTTPError, ValueError, KeyError, RuntimeError) as error:
            raise _failed(error) from None
        kept = {name: found[name] for name in ("state", "nonce", "code_verifier") if found.get(name)}
        return found["url"], _packed({**kept, "come_back": come_back, "back": back})

    async def welcome(self, given: Mapping[str, str], kept: str) -> tuple[Vouched, str]:
        """Who has come back, and where they wanted to go. Raises `NotVouchedFor`."""
        known = _unpacked(kept)
        if not known.get("state") or given.get("state") != known["state"] or not given.get("code"):
            raise NotVouchedFor
        try:
            await self._check_issuer()
            token = await self._app.fetch_access_token(
                code=given["code"], redirect_uri=known["come_back"], code_verifier=known["code_verifier"]
            )
            claims = await self._app.parse_id_token(token, nonce=known["nonce"])
        except Exception as error:  # noqa: BLE001 (whatever the provider sent: it vouches for nobody)
            raise _failed(error) from None
        if not claims or not claims.get("sub"):
            raise NotVouchedFor
        return self._vouched(claims), known.get("back", "/")

    async def _check_issuer(self) -> None:
        metadata = await self._app.load_server_metadata()
        if str(metadata.get("issuer", "")).rstrip("/") != self._issuer:
            raise ValueError("another issuer")

    def _vouched(self, claims: Mapping[str, Any]) -> Vouched:
        email = claims.get("email") if claims.get("email_verified") is True else None
        return Vouched(
            subject=hashlib.sha256(f"{self._issuer}\0{claims['sub']}".encode()).hexdigest()[:32],
            name=_line(claims.get("name")) or _line(claims.get("preferred_username")) or "?",
            email=_line(email) or None,
            roles=roles_in(claims, self._roles_claim),
            language="en" if str(claims.get("locale", "sv")).lower().startswith("en") else "sv",
        )


def roles_in(claims: Mapping[str, Any], path: str) -> tuple[str, ...] | None:
    """The roles of a claim, which may lie inside others (`realm_access.roles`); None when there is no such claim."""
    found: Any = claims
    for part in path.split("."):
        if not isinstance(found, Mapping) or part not in found:
            return None
        found = found[part]
    listed = found.split() if isinstance(found, str) else found if isinstance(found, list) else []
    return tuple(dict.fromkeys(role for role in listed if isinstance(role, str) and role.isidentifier()))[:MOST_ROLES]


def _line(value: object) -> str:
    return " ".join(value.split())[:200] if isinstance(value, str) and value.isprintable() else ""


def _failed(error: Exception) -> NotVouchedFor:
    # Never the text of the error: it may quote what the provider said of somebody.
    structlog.get_logger().warning("sign_in_failed", kind=type(error).__name__)
    return NotVouchedFor()


def _packed(values: Mapping[str, str]) -> str:
    return urlsafe_b64encode(json.dumps(values).encode()).decode()


def _unpacked(text: str) -> dict[str, str]:
    try:
        found = json.loads(urlsafe_b64decode(text.encode()))
    except ValueError:
        return {}
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}
