"""Whatever is sent to the interface, within its description or against it: it answers as it says, and never breaks.

Made-up requests by schemathesis, used as a library, against a running stack with real servers behind it.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import CHECKS

from console.api.signing import sign
from console.pages.systems import OPERATIONS
from services.clients.book import secret_bytes
from tests.e2e.conftest import RunningStack

EXAMPLES = 25
ROLES = ("coordinator", "registrar", "reporter")
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
CHECKED = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance")
BOUNDED = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class System:
    """A client of its own, so that no test uses up another's share."""

    def __init__(self, stack: RunningStack) -> None:
        name = f"fuzz-{secrets.token_hex(4)}"
        roles = [word for role in ROLES for word in ("--role", role)]
        issued = stack.type("operator", "clients", "add", name, *roles, "--signs", "--json").json
        self.name, self.key, self._secret = name, str(issued["key"]), secret_bytes(issued["secret"])
        self.url = f"{stack.info.console}/api/v1"

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}

    def enter(self) -> str:
        """A journey whose welcome call is open."""
        said = {"name": "Kim Påhittad", "email": f"{secrets.token_hex(6)}@example.org"}
        headers = {**self.headers, "Idempotency-Key": secrets.token_hex(8)}
        journey = str(httpx.post(f"{self.url}/journeys", json=said, headers=headers).json()["journey"])
        for _ in range(100):
            if httpx.get(f"{self.url}/tasks/{journey}.welcome_call.1", headers=self.headers).status_code == 200:
                return journey
            time.sleep(0.2)
        raise TimeoutError

    def signed(self, request: Any) -> Any:
        """Signs what `requests` is about to send, whatever it is."""
        body = request.body.encode() if isinstance(request.body, str) else request.body or b""
        name, now = f"msg_{secrets.token_hex(8)}", datetime.now(UTC)
        headers = {"webhook-id": name, "webhook-timestamp": str(int(now.timestamp()))}
        request.headers.update({**headers, "webhook-signature": sign(name, now, body, self._secret)})
        return request


@pytest.fixture
def system(stack: RunningStack) -> System:
    return System(stack)


def try_out(system: System, method: str, path: str, mode: GenerationMode, **how: Any) -> list[int]:
    """Send what is made up, check every answer against the description, and give the statuses."""
    schema = schemathesis.openapi.from_url(f"{system.url}/openapi.json")
    checks: list[Any] = [CHECKS.get_one(name) for name in CHECKED]
    fixed = how.pop("path_parameters", None)
    statuses: list[int] = []

    @BOUNDED
    @given(case=schema[path][method].as_strategy(generation_mode=mode, path_parameters=fixed))
    def send(case: Case[Any]) -> None:
        answer = case.call_and_validate(base_url=system.url, checks=checks, **how)
        statuses.append(answer.status_code)

    run: Callable[[], None] = send
    run()
    return statuses


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("method", "path"), [(method, path) for method, path, _, _ in OPERATIONS])
def test_nothing_that_is_made_up_breaks_it(system: System, method: str, path: str, mode: GenerationMode) -> None:
    statuses = try_out(system, method, path, mode, headers=system.headers)
    assert len(statuses) > 5
    assert 429 not in statuses or "/hooks/" in path


@pytest.mark.parametrize("mode", MODES)
def test_nothing_that_is_said_of_a_real_journey_breaks_it(system: System, mode: GenerationMode) -> None:
    journey = system.enter()
    ids = {"journey": journey, "task": f"{journey}.welcome_call.1", "client": system.name}
    for method, path in (("GET", "/tasks/{task}"), ("GET", "/journeys/{journey}"), ("POST", "/tasks/{task}/complete")):
        name = path.split("{")[1].split("}")[0]
        statuses = try_out(system, method, path, mode, headers=system.headers, path_parameters={name: ids[name]})
        assert 404 not in statuses
        assert set(statuses) != {401}
    signed = try_out(
        system, "POST", "/hooks/{client}", mode, auth=system.signed, path_parameters={"client": system.name}
    )
    assert 401 not in signed
