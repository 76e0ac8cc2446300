"""What an operator types about many journeys at once, on a real stack: shown first, done once, told of each."""

from __future__ import annotations

import secrets
import signal
from collections.abc import Awaitable, Callable

import pytest_asyncio

from tests.e2e.conftest import Desk, RunningStack, Typed
from tests.workflow.harness import eventually

Type = Callable[..., Typed]
LATER = ("--cause", "illness", "--on", "csn", "--review", "2030-01-15")
RESTING = "SELECT count(*) FROM journeys WHERE journey = ANY ($1::text[]) AND review_at IS NOT NULL"


@pytest_asyncio.fixture
async def three(desk: Desk) -> list[str]:
    """Three journeys whose first call is open."""
    return [(await desk.enter()).split(".")[0] for _ in range(3)]


def those(journeys: list[str]) -> list[str]:
    """The conditions that only these journeys fit."""
    return [part for journey in journeys for part in ("--where", f"journey={journey}")]


async def resting(desk: Desk, journeys: list[str]) -> int:
    return await desk.count(RESTING, journeys)


async def test_without_a_yes_it_is_said_how_many_and_what_and_nothing_is_done(
    type_: Type, desk: Desk, three: list[str]
) -> None:
    shown = type_("operator", "hold", *LATER, *those(three))
    assert shown.code == 3
    first, *some, last = shown.out.splitlines()
    assert (first, last) == (
        "3 journeys fit. The most urgent:",
        "Nothing has been done; add --yes to do it.",
    )
    assert sorted(some) == sorted(f"  {journey}: rests until 2030-01-15 08:00" for journey in three)
    found = type_("operator", "hold", *LATER, *those(three), "--json").json
    assert (found["begun"], found["count"], len(found["sample"])) == (False, 3, 3)
    assert await resting(desk, three) == 0


async def test_a_dry_run_counts_what_would_happen_and_who_refuses(type_: Type, desk: Desk, three: list[str]) -> None:
    type_("operator", "exit", three[0], "X5", "--reason", "moved away")
    tried = type_("operator", "exit", "X5", *those(three), "--dry-run", "--json").json
    assert (tried["journeys"], tried["done"], tried["refused"], tried["silent"]) == (3, 2, 1, [])
    (closes,) = tried["effects"]
    assert (closes["effect"], closes["step"], closes["journeys"]) == ("closed", "welcome_call", 2)
    assert [(sent["template"], sent["journeys"]) for sent in tried["sent"]] == [("goodbye", 2)]
    assert [refusal["examples"] for refusal in tried["refusals"]] == [[three[0]]]
    said = type_("operator", "exit", "X5", *those(three), "--dry-run")
    assert said.code == 0
    assert said.out.startswith("Nothing has been done. Of 3 journeys 2 would do it and 1 refuse it.\n")
    assert await desk.count("SELECT count(*) FROM journeys WHERE journey = ANY ($1) AND exit IS NULL", three) == 2


async def test_it_is_done_to_each_and_told_of_each(type_: Type, desk: Desk, three: list[str]) -> None:
    type_("operator", "exit", three[0], "X5", "--reason", "moved away")
    done = type_("operator", "hold", *LATER, *those(three), "--yes", "--json")
    assert (done.code, done.json["status"]) == (2, "done")
    assert done.json["counts"] == {"waiting": 0, "done": 2, "refused": 1, "failed": 0}
    became = {item["journey"]: (item["status"], item["sentence"]) for item in done.json["journeys"]}
    assert became.pop(three[0]) == (
        "refused",
        "The journey has ended (X5); take the person in again before anything more is done.",
    )
    assert became == dict.fromkeys(three[1:], ("done", None))
    assert await resting(desk, three) == 2
    refusal = next(item["sentence"] for item in done.json["journeys"] if item["status"] == "refused")
    shown = type_("operator", "bulk", "show", done.json["bulk"])
    lines = [f"{three[0]}  refused  {refusal}", *(f"{journey}  done" for journey in three[1:])]
    assert sorted(shown.out.splitlines()[1:-1]) == sorted(lines)
    assert shown.out.splitlines()[-1] == "Done: 2. Refused: 1. Failed: 0. Waiting: 0."
    assert done.json["bulk"] in type_("operator", "bulk", "list").out


async def test_an_act_of_a_task_is_done_to_the_task_that_fits_and_keeps_its_reason(
    type_: Type, desk: Desk, three: list[str]
) -> None:
    refused = type_("operator", "assign", "pm-2", *those(three), "--where", "step=welcome_call", "--yes")
    assert "--reason" in refused.refused()
    why = ("--reason", "Petra is ill")
    done = type_("operator", "assign", "pm-2", *those(three), "--where", "step=welcome_call", "--yes", *why)
    assert done.code == 0
    assert sorted(done.out.splitlines()[1:-1]) == sorted(f"{journey}.welcome_call.1  done" for journey in three)
    owned = "SELECT count(*) FROM tasks WHERE journey = ANY ($1) AND owner = 'pm-2' AND step = 'welcome_call'"
    await eventually(lambda: _is(desk.count(owned, three), 3), "Per has all of them")
    told = (
        "SELECT count(*) FROM journal JOIN reasons ON reason = event ->> 'why' WHERE journey = ANY ($1) AND words = $2"
    )
    assert await desk.count(told, three, "Petra is ill") == 3


async def _is(found: Awaitable[int], number: int) -> bool:
    return await found == number


async def test_under_the_same_key_it_is_one_act(type_: Type, three: list[str]) -> None:
    key = ("--key", secrets.token_hex(8))
    first = type_("operator", "hold", *LATER, *those(three), "--yes", "--json", *key)
    again = type_("operator", "hold", *LATER, *those(three), "--yes", "--json", *key)
    assert first.json["bulk"] == again.json["bulk"]
    assert (first.json["counts"]["done"], again.json["counts"]) == (3, first.json["counts"])
    other = type_("operator", "hold", *LATER, *those(three[:2]), "--yes", *key)
    assert other.refused() == "This key has already been used for another act; choose a new key."


async def test_who_looks_on_may_go_away_and_it_is_stopped_and_resumed_from_anywhere(
    type_: Type, stack: RunningStack, desk: Desk, three: list[str]
) -> None:
    with stack.begin("operator", "hold", *LATER, *those(three), "--yes", "--rate", "0.1") as typist:
        await eventually(lambda: _is(resting(desk, three), 1), "the first rests")
        typist.send_signal(signal.SIGINT)
        out, err = typist.communicate(timeout=120)
    assert (typist.returncode, out) == (130, "")
    bulk = err.split()[0]
    assert err.strip() == (
        f"{bulk} goes on without you. See how far it is: operator bulk show {bulk}. Stop it: operator bulk stop {bulk}."
    )
    stopped = type_("operator", "bulk", "stop", bulk)
    assert stopped.code == 0
    assert stopped.out.splitlines()[-1] == f"Resume it: operator bulk resume {bulk}"
    assert await resting(desk, three) < 3
    assert type_("operator", "bulk", "stop", bulk).refused().startswith(f"The act {bulk} is not under way")
    assert type_("operator", "bulk", "resume", bulk, "--rate", "9999").refused().startswith("A rate is how many")
    resumed = type_("operator", "bulk", "resume", bulk, "--rate", "20", "--json")
    assert (resumed.code, resumed.json["counts"]["done"]) == (0, 3)
    assert type_("operator", "bulk", "resume", bulk).refused().startswith(f"The act {bulk} is done")


def test_what_no_journey_fits_or_nobody_knows_is_one_sentence(type_: Type) -> None:
    for given, said in (
        (("--where", "exit=X99"), "There is no exit called X99; choose one of:"),
        (("--where", "colour=red"), "Journeys cannot be chosen by colour; choose one of:"),
        (("--where", "overdue"), "overdue is no condition; write it as name=value"),
        (("--where", "journey=nobody"), "There is no journey nobody"),
        (("--where", "exit=X5", "--where", "cause=rest"), "No journey fits exit=X5 cause=rest, so nothing is done"),
    ):
        assert type_("operator", "release", *given, "--yes").refused().startswith(said)
    assert type_("operator", "bulk", "show", "b1").refused().startswith("There is no act for many called b1")
