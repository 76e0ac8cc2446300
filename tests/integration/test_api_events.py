"""Reports from other systems: in every shape, by key and signed; what is forged or of another day is refused."""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from db.pool import SYSTEM
from services.clients import book
from tests.integration.test_api import refused
from tests.systems import World, world

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def there(postgres_dsn: str, migrated: str, temporal_address: str) -> AsyncIterator[World]:
    async with world(postgres_dsn, migrated, temporal_address) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def journey(there: World) -> str:
    """A journey that waits for an employer's offer."""
    journey = (await there.enter()).split(".")[0]
    key = await there.key("coordinator")
    at = (there.now() + timedelta(days=9)).isoformat()
    for step, outcome, answers in (
        ("welcome_call", "willing", {"route": "job"}),
        ("interview", "booked", {"interview_at": at}),
    ):
        path = f"/tasks/{journey}.{step}.1/complete"
        done = await there.ask("POST", path, key, json={"outcome": outcome, "answers": answers}, once=step)
        assert done.status_code == 200, done.text
    await there.opened(journey, "offer")
    return journey


def report(about: str, **more: Any) -> dict[str, Any]:
    return {"journey": about, "type": "offer.made", "outcome": "offered", **more}


def cloud(journey: str, **more: Any) -> dict[str, Any]:
    named = {"specversion": "1.0", "id": "A-1", "source": "urn:example:employer", "type": "offer.made"}
    return {**named, "subject": journey, "data": {"outcome": "offered"}, **more}


async def test_our_own_json_by_key_is_applied_once(there: World, journey: str) -> None:
    key = await there.key("reporter")
    first = await there.ask("POST", "/events", key, json=report(journey, id="decision-1"))
    assert (first.status_code, first.json()["status"]) == (200, "applied"), first.text
    assert first.json()["id"] == f"{key.client}:decision-1"
    assert first.json()["sentence"] == "The report has been applied."
    again = await there.ask("POST", "/events", key, json=report(journey, id="decision-1"))
    assert again.json() == first.json() | {"repeated": True}
    other = await there.ask("POST", "/events", key, json=report(journey, id="decision-1", outcome="no_answer"))
    refused(other, 409, "report_id_taken")
    refused(await there.ask("POST", "/events", key, json=report(journey)), 422, "no_event_id")


async def test_no_client_can_use_up_anothers_ids(there: World, journey: str) -> None:
    one, other = await there.key("reporter"), await there.key("reporter")
    await there.ask("POST", "/events", one, json=report("j-nobody", id="1"))
    answer = await there.ask("POST", "/events", other, json=report(journey, id="1"))
    assert answer.json()["status"] == "applied"


async def test_a_cloudevent_in_structured_form_is_applied(there: World, journey: str) -> None:
    key = await there.key("reporter")
    headers = {"content-type": "application/cloudevents+json; charset=utf-8"}
    sent = json.dumps(cloud(journey, datacontenttype="application/json", comexampleextension="x"))
    answer = await there.ask("POST", "/events", key, content=sent, headers=headers)
    assert (answer.status_code, answer.json()["status"]) == (200, "applied"), answer.text


async def test_a_cloudevent_in_binary_form_is_applied_and_is_the_same_event(there: World, journey: str) -> None:
    key = await there.key("reporter")
    attributes = {f"ce-{name}": value for name, value in cloud(journey).items() if name != "data"}
    headers = {"content-type": "application/json", **attributes}
    answer = await there.ask("POST", "/events", key, content=b'{"outcome": "offered"}', headers=headers)
    assert (answer.status_code, answer.json()["status"]) == (200, "applied"), answer.text
    structured = {"content-type": "application/cloudevents+json"}
    again = await there.ask("POST", "/events", key, content=json.dumps(cloud(journey)), headers=structured)
    assert again.json() == answer.json() | {"repeated": True}


async def test_what_fits_nowhere_is_kept_and_said(there: World, journey: str) -> None:
    key = await there.key("reporter")
    answer = await there.ask("POST", "/events", key, json=report("j-nobody", id="1"))
    assert (answer.status_code, answer.json()["status"], answer.json()["cause"]) == (
        200,
        "unmatched",
        "unknown_journey",
    )
    early = await there.ask("POST", "/events", key, json=report((await there.enter()).split(".")[0], id="2"))
    assert (early.status_code, early.json()["status"]) == (202, "early")


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"outcome": ""}, "outcome"),
        ({"type": None}, "type"),
        ({"journey": "a b"}, "journey"),
        ({"facts": {"a b": "c"}}, "facts.a b"),
        ({"dates": {"a": "never"}}, "dates.a"),
        ({"time": "yesterday"}, "time"),
        ({"time": "0001-01-01T00:00:00+14:00"}, "time"),  # a day that there is not in UTC
        ({"name": "Kim"}, "name"),
        ({"id": "\u00e9"}, "id"),
    ],
)
async def test_a_report_of_the_wrong_shape_is_refused(there: World, sent: dict[str, Any], field: str) -> None:
    answer = await there.ask("POST", "/events", await there.key("reporter"), json=report("j-x", **{"id": "1", **sent}))
    refused(answer, 422, "wrong_fields")
    assert answer.json()["problems"][0]["field"].startswith(field)


async def test_of_the_future_nothing_can_have_been_decided(there: World, journey: str) -> None:
    key = await there.key("reporter")
    later = (there.now() + timedelta(days=2)).isoformat()
    refused(await there.ask("POST", "/events", key, json=report(journey, id="1", time=later)), 422, "report_in_future")
    yesterday = (there.now() - timedelta(days=1)).isoformat()
    answer = await there.ask("POST", "/events", key, json=report("j-nobody", id=secrets.token_hex(4), time=yesterday))
    assert answer.status_code == 200, answer.text


async def test_a_time_before_anybody_kept_time_is_refused_and_not_kept(there: World) -> None:
    key, name = await there.key("reporter"), secrets.token_hex(4)
    for time in ("0001-01-01T00:00:00Z", "1066-10-14T12:00:00Z"):
        answer = await there.ask("POST", "/events", key, json=report("j-nobody", id=name, time=time))
        assert "between 1900 and 2199" in refused(answer, 422, "out_of_reach")
    assert (await there.ask("POST", "/events", key, json=report("j-nobody", id=name))).json()["repeated"] is False


# ---- signed


async def test_a_signed_message_is_applied_and_its_replay_changes_nothing(there: World, journey: str) -> None:
    signs = await there.key("reporter", signs=True)
    first = await there.send_signed(signs, report(journey), message="msg_1")
    assert (first.status_code, first.json()["status"]) == (200, "applied"), first.text
    replay = await there.send_signed(signs, report(journey), message="msg_1")
    assert replay.json() == first.json() | {"repeated": True}
    forged = await there.send_signed(signs, report(journey, id="another"), message="msg_1")
    assert "msg_1" in refused(forged, 409, "request_reused")


async def test_a_signed_cloudevent_is_taken_in_both_forms(there: World, journey: str) -> None:
    signs = await there.key("reporter", signs=True)
    kind = {"content-type": "application/cloudevents+json"}
    structured = await there.send_signed(signs, cloud(journey), headers=kind)
    assert structured.json()["status"] == "applied", structured.text
    attributes = {f"ce-{name}": value for name, value in cloud("j-nobody").items() if name != "data"}
    binary = await there.send_signed(signs, {"outcome": "offered"}, headers=attributes)
    assert binary.status_code == 409  # the same id from the same source, about somebody else
    assert binary.json()["code"] == "report_id_taken"


async def test_a_bad_signature_is_refused_whatever_is_wrong_with_it(there: World) -> None:
    signs, other = [await there.key("reporter", signs=True) for _ in range(2)]
    said = report("j-nobody")
    refused(await there.send_signed(signs, said, secret=other.secret), 401, "bad_signature")
    for signature in ("v1,AAAA", "v2,AAAA", "v1,###", "nonsense", "v1," + "A" * 44, " ", "v1"):
        answer = await there.send_signed(signs, said, headers={"webhook-signature": signature})
        assert answer.status_code == 401
        assert answer.json()["code"] in ("bad_signature", "not_signed")
    refused(await there.send_signed(signs, said, headers={"webhook-id": "another"}), 401, "bad_signature")
    refused(await there.send_signed(signs, said, headers={"webhook-timestamp": "soon"}), 401, "not_signed")
    unknown = book.Issued("nobody-here", None, signs.secret, signs.expires_at)
    refused(await there.send_signed(unknown, said), 401, "bad_signature")
    assert (await there.client.post(f"/api/v1/hooks/{signs.client}", json=said)).status_code == 401
    async with there.db.acting_as(SYSTEM) as connection:
        kept = "SELECT count(*) FROM outside_events WHERE by = $1"
        assert await connection.fetchval(kept, f"client:{signs.client}") == 0


@pytest.mark.parametrize("minutes", [-6, 6, -60 * 24 * 365, 60 * 24 * 365 * 7000])
async def test_a_message_of_another_time_is_refused(there: World, minutes: int) -> None:
    signs = await there.key("reporter", signs=True)
    at = there.now() + timedelta(minutes=minutes)
    said = refused(await there.send_signed(signs, report("j-nobody"), at=at), 401, "clock_skew")
    assert "5 minutes" in said


@pytest.mark.parametrize("minutes", [-4, 4])
async def test_clocks_may_differ_a_little(there: World, minutes: int) -> None:
    signs = await there.key("reporter", signs=True)
    at = there.now() + timedelta(minutes=minutes)
    assert (await there.send_signed(signs, report("j-nobody"), at=at)).status_code == 200


async def test_while_a_secret_is_rotated_both_are_good(there: World) -> None:
    former = await there.key("reporter", signs=True)
    fresh = await book.rotate(there.db, former.client, grace=timedelta(hours=1), by="ops-1", now=there.now())
    assert fresh.secret != former.secret
    for secret in (former.secret, fresh.secret):
        answer = await there.send_signed(former, report("j-nobody"), secret=secret)
        assert answer.status_code == 200, answer.text
    there.ahead = timedelta(hours=2)
    try:
        refused(await there.send_signed(former, report("j-nobody")), 401, "bad_signature")
        assert (await there.send_signed(former, report("j-nobody"), secret=fresh.secret)).status_code == 200
    finally:
        there.ahead = timedelta(0)


async def test_who_signs_without_the_right_to_report_is_refused(there: World) -> None:
    signs = await there.key("registrar", signs=True)
    refused(await there.send_signed(signs, report("j-nobody")), 403, "not_for_this_key")
