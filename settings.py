"""All settings in one place, from environment variables that begin with RESAN_. Read by entry points only.

Temporal has a standard configuration of its own (TEMPORAL_ADDRESS and its sisters, `temporal.toml`), which is used as
it is; see `outside_temporal`. What is not set is provided by the stack that `make run` starts.
"""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from temporalio.envconfig import ClientConfig, ClientConnectConfig

from schemas.base import Identifier, Language, Line, Name
from schemas.journey import DAY, Pace

PREFIX = "RESAN_"
REAL = "real"
SHORTEST_DAY = timedelta(milliseconds=10)
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
UNITS = {"ms": "milliseconds", "s": "seconds", "m": "minutes", "h": "hours"}


class BadSettings(Exception):  # noqa: N818 (named after what is wrong)
    """The settings are wrong: each problem is a sentence that names its variable and never its value."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))

    def sentence(self, language: Language) -> str:
        """All problems at once, one a line, for a person."""
        start = "Inställningarna är fel" if language == "sv" else "The settings are wrong"
        return "\n".join([f"{start}:", *(f"  {problem}" for problem in self.problems)])


def parse_length(text: Any) -> Any:
    """A length of time as people type it: `2s`, `500ms`, `10m`, `1.5h`. `real` is a day as long as a day."""
    if not isinstance(text, str):
        return text
    if text.strip().lower() == REAL:
        return DAY
    if match := re.fullmatch(r"\s*(\d{1,9}(?:\.\d{1,6})?)\s*(ms|s|m|h)\s*", text):
        return timedelta(**{UNITS[match[2]]: float(match[1])})
    raise ValueError("write a length of time as 2s, 500ms, 10m or 1h")


def _possible_day(day: timedelta) -> timedelta:
    if not SHORTEST_DAY <= day <= DAY:
        raise ValueError("a journey day lasts at least 10ms and at most 24h; `real` is real time")
    return day


def _postgres_dsn(dsn: SecretStr) -> SecretStr:
    if not re.match(r"postgres(ql)?://", dsn.get_secret_value()):
        raise ValueError("write the address of Postgres as postgresql://user:password@host:port/database")
    return dsn


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path.expanduser()))  # noqa: PTH100 (resolve() would follow links, which may move)


def _address(url: str) -> str:
    if not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?(/[A-Za-z0-9._~/-]*)?", url):
        raise ValueError("write an address as https://resan.example.org")
    return url.rstrip("/")


Url = Annotated[Line, AfterValidator(_address)]
Length = Annotated[timedelta, BeforeValidator(parse_length), Field(gt=timedelta(0))]
Day = Annotated[timedelta, BeforeValidator(parse_length), AfterValidator(_possible_day)]


class Settings(BaseSettings):
    """Every setting. Frozen; judged once; its errors never repeat a value."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="ignore", hide_input_in_errors=True, env_ignore_empty=True
    )

    data_dir: Annotated[Path, AfterValidator(_absolute)] = Field(Path(".resan"), validate_default=True)
    postgres_dsn: Annotated[SecretStr, AfterValidator(_postgres_dsn)] | None = None
    namespace: Identifier = "default"
    smtp_host: Line | None = None
    smtp_port: int = Field(25, ge=1, le=65535)
    smtp_user: Line | None = None
    smtp_password: SecretStr | None = None
    smtp_starttls: bool = False
    sender: Annotated[str, Field(pattern=r"^[^@\s<>]+@[^@\s<>]+$", max_length=200)] | None = None
    day: Day | None = None
    pace: Pace = Pace()
    courier_interval: Length = timedelta(seconds=10)
    sandbox: bool = True
    durable: bool = True
    samples: bool = True
    console_host: Line = "127.0.0.1"
    console_port: int | None = Field(None, ge=1, le=65535)
    console_url: Url | None = None
    office_name: Line | None = None
    office_phone: Line | None = None
    office_email: Annotated[str, Field(pattern=r"^[^@\s<>]+@[^@\s<>]+$", max_length=200)] | None = None
    interest_programme: Name = "relocate"
    link_days: int = Field(14, ge=1, le=90)
    oidc_issuer: Url | None = None
    oidc_client_id: Line | None = None
    oidc_client_secret: SecretStr | None = None
    oidc_roles_claim: Line = "roles"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["text", "json"] = "text"
    language: Language | None = None

    @model_validator(mode="after")
    def _a_user_has_a_password(self) -> Self:
        if (self.smtp_user is None) != (self.smtp_password is None):
            raise ValueError("RESAN_SMTP_USER and RESAN_SMTP_PASSWORD belong together: set both or neither")
        return self

    @model_validator(mode="after")
    def _staff_can_sign_in(self) -> Self:
        if (self.oidc_issuer is None) != (self.oidc_client_id is None):
            raise ValueError("RESAN_OIDC_ISSUER and RESAN_OIDC_CLIENT_ID belong together: set both or neither")
        if self.console_host not in LOOPBACK_HOSTS and self.oidc_issuer is None:
            raise ValueError("RESAN_CONSOLE_HOST lets other machines in: set RESAN_OIDC_ISSUER, where staff sign in")
        return self


def load_settings(**given: Any) -> Settings:
    """The settings from the environment; what is `given` and not None goes before. Raises BadSettings."""
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False, include_context=False)
        raise BadSettings([_problem(one["loc"], one["msg"]) for one in found]) from None


def _problem(place: tuple[int | str, ...], message: str) -> str:
    name = f"{PREFIX}{str(place[0]).upper()}: " if place else ""
    return name + message.removeprefix("Value error, ")


def outside_temporal() -> ClientConnectConfig | None:
    """How to connect to a Temporal of somebody else's, TLS and API key included; None when none is named.

    Raises BadSettings when Temporal's own configuration cannot be read.
    """
    try:
        connect = ClientConfig.load_client_connect_config()
    except (RuntimeError, ValueError, OSError) as error:
        raise BadSettings([f"Temporal's configuration cannot be read: {error}"]) from error
    return connect if connect.get("target_host") else None


def language_of(choice: str | None, environment: dict[str, str] | None = None) -> Language:
    """The language to speak: the one chosen, else Swedish where the system does, else English."""
    environment = dict(os.environ) if environment is None else environment
    if choice in ("sv", "en"):
        return "sv" if choice == "sv" else "en"
    locale = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    return "sv" if locale.lower().startswith("sv") else "en"
