"""The interface for other systems with nothing behind it: what it describes, signatures, and the shapes of reports."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.datastructures import State

from console.api.app import create_api
from console.api.cloudevents import read
from console.api.errors import AtTheDoor, BadSignature, ClockSkew, NotJson, NotSigned, OtherContent, WrongFields
from console.api.signing import check, sign
from console.pages.systems import OPERATIONS
from console.who import Role
from services.clients.book import ROLES, secret_bytes

NOW = datetime(2026, 11, 23, 11, tzinfo=UTC)
SECRET = b"0123456789abcdef0123456789abcdef"
BODY = b'{"outcome": "granted"}'
OWN = {"id": "1", "journey": "j-1", "type": "csn.decided", "outcome": "granted"}
EVENT = {"specversion": "1.0", "id": "1", "source": "s", "type": "t", "subject": "j-1", "data": {"outcome": "o"}}


def described() -> dict[str, Any]:
    nothing = State()
    nothing.desk = nothing.limits = None
    return create_api(nothing).openapi()


def headers(name: str = "msg_1", at: datetime = NOW, signature: str | None = None) -> dict[str, str]:
    made = signature if signature is not None else sign(name, at, BODY, SECRET)
    return {"webhook-id": name, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": made}


# ---- what it says of itself


def test_the_description_has_every_operation_and_nothing_else() -> None:
    found = described()
    assert found["openapi"] == "3.1.0"
    listed = {(method.upper(), path): said for path, item in found["paths"].items() for method, said in item.items()}
    assert {(key, said["operationId"]) for key, said in listed.items()} == {
        ((method, path), name) for method, path, name, _ in OPERATIONS
    }


def test_whatever_the_description_names_is_there() -> None:
    found = described()
    text = json.dumps(found)
    names = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert names <= found["components"]["schemas"].keys()
    assert "HTTPValidationError" not in text
    for item in found["paths"].values():
        for operation in item.values():
            assert "application/problem+json" in operation["responses"]["default"]["content"]
            names = {parameter["name"] for parameter in operation["parameters"]}
            assert "Accept-Language" in names
    assert {each["name"] for each in found["paths"]["/tasks/{task}"]["get"]["parameters"]} >= {"task"}


def test_what_a_request_may_hold_is_closed() -> None:
    schemas = described()["components"]["schemas"]
    for name in ("StartRequest", "CompleteRequest", "EventRequest", "EventData"):
        assert schemas[name]["additionalProperties"] is False


def test_clients_have_only_roles_that_there_are_and_no_participants() -> None:
    assert set(ROLES) <= set(Role) - {Role.PARTICIPANT, Role.PROGRAMME_OWNER}


@pytest.mark.parametrize("kind", AtTheDoor.__subclasses__())
def test_every_refusal_is_a_sentence_in_both_languages(kind: type[AtTheDoor]) -> None:
    for words in (kind.sv, " ".join(str(kind.__doc__).split())):
        assert words.endswith(".")
        assert words[0].isupper()
        assert len(words) < 200
    assert kind.sv != kind.__doc__
    assert 400 <= kind.status < 600


# ---- signatures


def test_a_signature_is_what_standard_webhooks_says() -> None:
    secret = "whsec_" + base64.b64encode(SECRET).decode()
    content = f"msg_1.{int(NOW.timestamp())}.{BODY.decode()}".encode()
    wanted = base64.b64encode(hmac.new(secret_bytes(secret), content, hashlib.sha256).digest()).decode()
    assert sign("msg_1", NOW, BODY, secret_bytes(secret)) == f"v1,{wanted}"


def test_a_published_example_is_signed_right() -> None:
    """The example in the specification of Standard Webhooks."""
    secret = secret_bytes("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    at = datetime.fromtimestamp(1614265330, UTC)
    made = sign("msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}', secret)
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_one_of_several_signatures_and_secrets_is_enough() -> None:
    both = f"v1a,xyz v1,AAAA {sign('msg_1', NOW, BODY, SECRET)}"
    assert check(headers(signature=both), BODY, [("new", b"x" * 32), ("old", SECRET)], NOW).secret == "old"


@pytest.mark.parametrize("change", ["body", "id", "time", "secret"])
def test_whatever_is_changed_the_signature_does_not_fit(change: str) -> None:
    given = headers()
    if change == "id":
        given["webhook-id"] = "msg_2"
    if change == "time":
        given["webhook-timestamp"] = str(int(NOW.timestamp()) + 1)
    body = BODY + b" " if change == "body" else BODY
    with pytest.raises(BadSignature):
        check(given, body, [("s", b"y" * 32 if change == "secret" else SECRET)], NOW)


@pytest.mark.parametrize(
    "wrong",
    [
        {"webhook-id": ""},
        {"webhook-id": "é"},
        {"webhook-id": "x" * 201},
        {"webhook-timestamp": "1e9"},
        {"webhook-timestamp": "-1"},
        {"webhook-timestamp": "٣"},
        {"webhook-signature": ""},
    ],
)
def test_headers_that_cannot_be_read_are_no_signature(wrong: dict[str, str]) -> None:
    with pytest.raises(NotSigned):
        check({**headers(), **wrong}, BODY, [("s", SECRET)], NOW)


@pytest.mark.parametrize(("seconds", "fine"), [(-301, False), (-300, True), (0, True), (300, True), (301, False)])
def test_five_minutes_are_the_most_that_clocks_may_differ(seconds: int, fine: bool) -> None:
    given = headers(at=NOW + timedelta(seconds=seconds))
    if fine:
        assert check(given, BODY, [("s", SECRET)], NOW).id == "msg_1"
    else:
        with pytest.raises(ClockSkew):
            check(given, BODY, [("s", SECRET)], NOW)


# ---- shapes


def test_the_same_event_in_every_form_is_the_same_report() -> None:
    structured = read({"content-type": "application/cloudevents+json"}, json.dumps(EVENT).encode())
    attributes = {f"ce-{name}": str(value) for name, value in EVENT.items() if name != "data"}
    binary = read({"content-type": "application/json", **attributes}, b'{"outcome": "o"}')
    assert structured == binary
    assert structured.report_id("csn") == binary.report_id("csn") == "csn:043a7187:1"
    own = read({}, json.dumps(OWN).encode())
    assert own.report_id("csn") == "csn:1"
    assert own.given() == {"journey": "j-1", "type": "csn.decided", "outcome": "granted", "facts": {}, "dates": {}}


def test_an_attribute_in_a_header_may_be_percent_encoded() -> None:
    attributes = {f"ce-{name}": str(value) for name, value in EVENT.items() if name != "data"}
    found = read({**attributes, "ce-source": "urn:sk%C3%A4rm", "content-type": "application/json"}, b'{"outcome": "o"}')
    assert found.source == "urn:skärm"


def test_an_id_that_is_no_identifier_is_kept_as_a_digest_of_the_clients_own() -> None:
    given = {**EVENT, "id": "{a} ".strip() + "b" * 150}
    found = read({"content-type": "application/cloudevents+json"}, json.dumps(given).encode())
    told = found.report_id("csn")
    assert told.startswith("csn:")
    assert len(told) == len("csn:") + 32
    assert told != read({"content-type": "application/cloudevents+json"}, json.dumps(EVENT).encode()).report_id("csn")


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[1]", b"null", b"[" * 100_000, b'{"a": NaN}'])
def test_what_is_no_json_object_is_refused(body: bytes) -> None:
    with pytest.raises((NotJson, WrongFields)):
        read({"content-type": "application/json"}, body)


@pytest.mark.parametrize("kind", ["text/plain", "application/cloudevents-batch+json", "application/xml", ""])
def test_other_kinds_of_content_are_refused(kind: str) -> None:
    with pytest.raises(OtherContent):
        read({"content-type": kind}, json.dumps(OWN).encode())


@pytest.mark.parametrize("name", ["specversion", "id", "source", "type", "subject", "data"])
def test_an_event_without_something_that_it_needs_is_refused_by_its_name(name: str) -> None:
    given = {key: value for key, value in EVENT.items() if key != name}
    with pytest.raises(WrongFields) as caught:
        read({"content-type": "application/cloudevents+json"}, json.dumps(given).encode())
    assert [problem.field for problem in caught.value.problems] == [name]
