"""What an operator types about reports from outside, and about lists that are lost, on a real stack."""

from __future__ import annotations

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.e2e.conftest import Desk, Type

WHY = ("--reason", "CSN ringde och berättade")
CSN = ("csn.decided", "granted")


def new() -> str:
    return f"csn:{secrets.token_hex(6)}"


def on_desk(type_: Type, event: str, *options: str) -> dict[str, Any] | None:
    found = type_("operator", "desk", *options, "--json").json
    return next((report for report in found if report["event"] == event), None)


def test_a_report_is_entered_once_waits_and_shows_on_the_desk(type_: Type, entered: str) -> None:
    journey, event = entered.partition(".")[0], new()
    first = type_("operator", "event", journey, *CSN, "--id", event, "--json")
    assert (first.code, first.json["status"], first.json["repeated"]) == (0, "early", False), first
    again = type_("operator", "event", journey, *CSN, "--id", event)
    assert again.out.startswith(f"The report {event} had come before.")
    other = type_("operator", "event", journey, "csn.decided", "refused", "--id", event)
    assert "said something else" in other.refused()
    report = on_desk(type_, event)
    assert report is not None
    assert (report["repeats"], report["status"], report["cause"]) == (1, "early", None)
    assert "”Beslut om studiemedel”" in report["sentence"]["sv"]
    shown = type_("operator", "desk", language="sv").out
    assert event in shown
    assert f"så snart det steget öppnas i resan {journey}" in " ".join(shown.split())
    assert "answers it by itself" in type_("operator", "dismiss", event, *WHY).refused()
    assert "answers it by itself" in type_("operator", "match", event, *WHY, "--dry-run").refused()


def test_what_fits_nowhere_is_matched_or_dismissed_with_a_reason(type_: Type, entered: str) -> None:
    journey, event, other = entered.partition(".")[0], new(), new()
    unknown = type_("operator", "event", "j-at-csn", *CSN, "--id", event)
    assert (unknown.code, "operator desk" in unknown.out) == (0, True)
    tried = type_("operator", "match", event, "--to", journey, "--dry-run", "--json")
    assert (tried.code, tried.json["begun"]) == (0, False), tried
    assert "Nothing has been done" in type_("operator", "match", event, "--to", journey, "--dry-run").out
    assert (on_desk(type_, event) or {})["status"] == "unmatched"
    assert "--reason" in type_("operator", "match", event, "--to", journey).refused()
    assert "There is no journey" in type_("operator", "match", event, *WHY).refused()
    match = ("operator", "match", event, "--to", journey, *WHY)
    assert "Nobody here is called" in type_(*match, "--by", "nobody").refused()
    done = type_(*match, "--by", "pl-1", "--json")
    assert done.code == 0, done
    assert [found["kind"] for found in done.json["events"]] == ["event_parked"]
    assert (on_desk(type_, event) or {})["matched"] == journey
    assert "answers it by itself" in type_("operator", "match", event, "--to", journey, *WHY).refused()

    type_("operator", "event", "j-at-csn", *CSN, "--id", other)
    assert "--reason" in type_("operator", "dismiss", other).refused()
    assert type_("operator", "dismiss", other, *WHY).code == 0
    assert "dismissed already, by operator" in type_("operator", "dismiss", other, *WHY).refused()
    assert on_desk(type_, other) is None
    assert (on_desk(type_, other, "--all") or {})["status"] == "dismissed"
    assert "There is no report" in type_("operator", "dismiss", "nothing", *WHY).refused()


def test_of_two_who_match_the_same_report_at_once_one_is_told_so(type_: Type, entered: str) -> None:
    journey, event = entered.partition(".")[0], new()
    type_("operator", "event", "j-at-csn", *CSN, "--id", event)
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda _: type_("operator", "match", event, "--to", journey, *WHY), range(3)))
    assert sorted(one.code for one in found) == [0, 3, 3]
    assert all("Traceback" not in one.err for one in found)


def test_what_is_typed_wrong_about_a_report_gets_a_sentence_and_is_kept_nowhere(type_: Type, entered: str) -> None:
    journey, event = entered.partition(".")[0], new()
    say = ("operator", "event", journey, *CSN, "--id", event)
    tomorrow = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    assert "name=value" in type_(*say, "--fact", "csn").refused()
    assert "twice" in type_(*say, "--fact", "a=b", "--fact", "a=c").refused()
    assert "--date" in type_(*say, "--date", "course_start=soon").refused()
    assert "future" in type_(*say, "--at", tomorrow).refused()
    assert "id" in type_("operator", "event", journey, *CSN, "--id", "Kim Prov").refused()
    assert on_desk(type_, event, "--all") is None
    odd = type_("operator", "event", journey, "csn.decided", "yes, she says", "--id", event, "--json").json
    assert (odd["status"], odd["cause"]) == ("unmatched", "unreadable")
    assert "operator event" in type_("operator", "match", event, *WHY).refused()
    dated = type_(
        "operator", "event", journey, "admission.decided", "admitted", "--date", "course_start=2027-01-18", "--at",
        "2026-11-20T09:30", "--id", new(), "--json",
    )  # fmt: skip
    assert dated.json["status"] == "early"


async def test_lists_that_were_lost_come_back_by_one_command(type_: Type, desk: Desk, entered: str) -> None:
    journey = entered.partition(".")[0]
    before = type_("operator", "show", journey, "--json").json
    await _spoil(desk, "DELETE FROM tasks WHERE journey = $1", journey)
    await _spoil(desk, "DELETE FROM journal WHERE journey = $1 AND seq > 2", journey)
    checked = await asyncio.to_thread(type_, "operator", "reconcile", journey, "--check", "--json")
    assert (checked.code, checked.json["counts"]["behind"]) == (1, 1), checked
    assert not checked.json["findings"][0]["mended"]
    gap = await asyncio.to_thread(type_, "operator", "rebuild", journey)
    assert (gap.code, journey in gap.out) == (1, True)

    mended = await asyncio.to_thread(type_, "operator", "reconcile")
    assert mended.code == 0, mended
    assert f"{journey}  Events 3 to" in mended.out
    assert type_("operator", "show", journey, "--json").json == before
    assert type_("operator", "reconcile", "--json").json["findings"] == []

    await _spoil(desk, "UPDATE tasks SET owner = 'x' WHERE journey = $1", journey)
    assert type_("operator", "rebuild", journey, "--json").json == {"done": 1, "gaps": []}
    assert type_("operator", "show", journey, "--json").json == before
    everything = type_("operator", "rebuild", "--all", "--json")
    assert (everything.code, everything.json["gaps"]) == (0, [])
    assert type_("operator", "rebuild").refused()
    assert type_("operator", "rebuild", journey, "--all").refused()
    assert "There is no journey" in type_("operator", "reconcile", "jnobody").refused()


async def _spoil(desk: Desk, damage: str, journey: str) -> None:
    await desk.count(f"WITH damage AS ({damage} RETURNING 1) SELECT count(*) FROM damage", journey)
