"""What a coordinator and an operator type, on a real stack: acknowledged is visible, and bad input gets a sentence."""

from __future__ import annotations

import json
import os
import secrets
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.e2e.conftest import Desk, RunningStack, Type

NO_FAMILY = {"brings_family": "no"}


def person(number: int = 0) -> str:
    """Somebody who does not exist, and never twice: `name,email` of the file's line."""
    return f"Kim Påhittad {'abcdefghij'[number % 10]},kim.{secrets.token_hex(6)}@example.org"


def interests(path: Path, *rows: str, head: str = "name,email") -> Path:
    path.write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    return path


async def test_from_interest_to_the_next_step_everything_agrees_at_once(
    type_: Type, desk: Desk, tmp_path: Path
) -> None:
    received = (datetime.now(UTC) - timedelta(days=20)).isoformat()
    file = interests(tmp_path / "late.csv", f"{person()},{received}", head="name,email,received_at")
    journey = type_("coordinator", "intake", str(file), "--json").json["accepted"][0]["journey"]
    task = await desk.opened(journey, "welcome_call")

    late = type_("coordinator", "tasks", "--overdue", "--json").json
    (mine,) = [one for one in late if one["id"] == task]
    assert mine["overdue"]
    assert set(mine) >= {
        "id", "journey", "step", "title", "role", "owner", "generation", "opened_at", "due_at", "overdue", "outcomes",
    }  # fmt: skip
    assert mine["title"] == "Welcome call"
    assert datetime.fromisoformat(mine["due_at"]).utcoffset() == timedelta(0)

    done = type_("coordinator", "complete", task, "--outcome", "willing", "--form", json.dumps(NO_FAMILY), "--json")
    assert done.code == 0, done
    assert done.err == ""
    assert [one["step"] for one in done.json["opened"]] == ["eligibility"]

    inbox = type_("coordinator", "tasks", "--journey", journey, "--json").json
    assert [one["id"] for one in inbox] == [one["id"] for one in done.json["opened"]]
    shown = type_("operator", "show", journey, "--json").json
    assert set(shown) >= {
        "journey", "programme", "version", "status", "exit", "seq", "tasks", "explain", "events",
    }  # fmt: skip
    assert shown["seq"] >= done.json["seq"]
    assert [one["id"] for one in shown["tasks"]] == [one["id"] for one in inbox]
    assert "Behörighet" in shown["explain"]["sv"]
    assert "Eligibility" in shown["explain"]["en"]
    assert [event["seq"] for event in shown["events"]] == list(range(1, shown["seq"] + 1))
    assert all({"seq", "at", "kind", "step"} <= set(event) for event in shown["events"])


def test_people_read_it_in_their_language_without_colours(type_: Type, entered: str) -> None:
    journey = entered.partition(".")[0]
    shown = type_("operator", "show", journey, language="sv")
    assert "Välkomstsamtal" in shown.out
    assert "Welcome call" in shown.out
    inbox = type_("coordinator", "tasks", "--journey", journey, language="sv")
    assert entered in inbox.out
    assert "\x1b" not in shown.out + inbox.out
    done = type_("coordinator", "complete", entered, "--outcome", "not_willing", language="sv")
    assert done.out.startswith(f"Klart: {entered} → not_willing.")
    assert "X2" in done.out


def test_a_file_from_a_spreadsheet_is_taken_in_once_and_loses_nothing(type_: Type, tmp_path: Path) -> None:
    rows = [person(number).replace(",", ";") + ";Skellefteå" for number in range(2)]
    file = tmp_path / "anmälda.csv"
    file.write_bytes("\r\n".join(["Namn;E-post;Kommun", rows[0], "Utan Adress;;Umeå", rows[1], ""]).encode("cp1252"))
    first = type_("coordinator", "intake", str(file), "--json")
    assert first.code == 2
    assert [entry["line"] for entry in first.json["accepted"]] == [2, 4]
    ((line, reason),) = [(row["line"], row["reason"]) for row in first.json["rejected"]]
    assert line == 3
    assert "e-mail" in reason
    beside = Path(first.json["rejected_file"])
    assert beside.parent == tmp_path
    assert "Utan Adress" in beside.read_text("utf-8-sig")

    again = type_("coordinator", "intake", str(file), "--json").json
    assert again["accepted"] == []
    assert {entry["journey"] for entry in again["joined"]} == {entry["journey"] for entry in first.json["accepted"]}

    people = type_("coordinator", "intake", str(file))
    assert people.code == 2
    assert people.out.startswith("New: 0. Known already: 2. Rejected: 1.\n  line 3: ")


def test_a_file_with_a_byte_order_mark_is_taken_in(type_: Type, tmp_path: Path) -> None:
    file = tmp_path / "bom.csv"
    file.write_text(f"email;name\r\n{';'.join(reversed(person().split(',')))}\r\n", encoding="utf-8-sig")
    report = type_("coordinator", "intake", str(file), "--json")
    assert report.code == 0, report
    assert len(report.json["accepted"]) == 1
    assert report.json["rejected_file"] is None


def test_a_file_of_which_nothing_can_be_used_gets_one_sentence(type_: Type, tmp_path: Path) -> None:
    (tmp_path / "empty.csv").touch()
    (tmp_path / "headless.csv").write_text("Kim,kim@example.org\n")
    assert "is empty" in type_("coordinator", "intake", str(tmp_path / "empty.csv")).refused(2)
    assert "no known column" in type_("coordinator", "intake", str(tmp_path / "headless.csv")).refused(2)
    assert "cannot be opened" in type_("coordinator", "intake", str(tmp_path / "nowhere.csv")).refused(2)
    good = interests(tmp_path / "good.csv", person())
    unknown = type_("coordinator", "intake", str(good), "--programme", "nothing", "--json")
    assert "No version of the programme nothing" in unknown.refused()
    assert unknown.json["error"]["code"] == "no_such_programme"


def test_every_bad_way_to_end_a_task_gets_one_sentence(type_: Type, entered: str, tmp_path: Path) -> None:
    form = tmp_path / "form.json"
    form.write_text('["a list"]')
    journey = entered.partition(".")[0]
    willing = ("--outcome", "willing")
    bad = {
        (entered, "--outcome", "perhaps"): "choose one of: willing, maybe",
        (entered, "--outcome", "not_reached"): "attempts",
        (entered, *willing, "--form", '{"reached_at": "2026-03-29 02:30"}'): "does not exist",
        (entered, *willing, "--form", '{"adults": 4000, "colour": "red"}'): "colour",
        (entered, *willing, "--form", '{"adults": '): "is not JSON (line 1",
        (entered, *willing, "--form", f"@{form}"): "one JSON object",
        (entered, *willing, "--form", f"@{tmp_path}/nowhere.json"): "cannot be read",
        (entered, *willing, "--key", "x" * 101): "at most 100 characters",
        (f"{journey}.welcome_call.7", *willing): "There is no task",
        (f"{journey}.arrival.1", "--outcome", "arrived"): "arrival",
        ("jnobody.welcome_call.1", *willing): "There is no task",
        ("nonsense", *willing): "There is no task",
    }
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda arguments: type_("coordinator", "complete", *arguments), bad))
    for typed, said in zip(found, bad.values(), strict=True):
        assert said in typed.refused()
    shown = type_("operator", "show", journey, "--json").json
    assert [task["id"] for task in shown["tasks"]] == [entered]


async def test_a_wrong_personal_number_is_refused_and_never_repeated(type_: Type, entered: str, desk: Desk) -> None:
    await desk.complete(entered, "willing", NO_FAMILY)
    journey = entered.partition(".")[0]
    (opened,) = (await desk.complete(f"{journey}.eligibility.1", "eligible")).opened
    wrong = type_(
        "coordinator", "complete", opened["id"], "--outcome", "enrolled", "--json",
        "--form", "@-", stdin=json.dumps({"id_number": "19121212-1213", "attest_method": "paper"}),
    )  # fmt: skip
    sentence = wrong.refused()
    assert "id_number" in sentence or "number" in sentence
    assert "1213" not in wrong.out + wrong.err
    assert set(wrong.json["error"]) == {"code", "sv", "en"}
    assert await desk.count("SELECT count(*) FROM submissions WHERE task = $1", opened["id"]) == 0


def test_the_same_key_acts_once_also_after_a_checkpoint(type_: Type, entered: str) -> None:
    journey = entered.partition(".")[0]
    ask = ("coordinator", "complete", entered, "--outcome", "willing", "--form", json.dumps(NO_FAMILY))
    first = type_(*ask, "--key", "min nyckel", "--json").json
    assert type_(*ask, "--key", "min nyckel", "--json").json == {**first, "repeated": True}
    one = type_("operator", "checkpoint", journey, "--json")
    assert (one.code, one.json["done"]) == (0, [journey])
    assert type_(*ask, "--key", "min nyckel", "--json").json == {**first, "repeated": True}
    assert (
        "key min nyckel"
        in type_(
            "coordinator", "complete", f"{journey}.eligibility.1", "--outcome", "eligible", "--key", "min nyckel"
        ).refused()
    )
    assert "has ended already (willing)" in type_(*ask).refused()
    events = type_("operator", "show", journey, "--json").json["events"]
    assert sum(event["kind"] == "task_completed" and event["step"] == "welcome_call" for event in events) == 1


def test_a_checkpoint_of_all_says_how_many_and_wants_to_know_of_what(type_: Type, entered: str) -> None:
    everybody = type_("operator", "checkpoint", "--all", "--json")
    assert everybody.code == 0, everybody
    assert entered.partition(".")[0] in everybody.json["done"]
    assert everybody.json["not_yet"] == []
    assert "--all" in type_("operator", "checkpoint").refused()
    assert "There is no journey jnobody" in type_("operator", "checkpoint", "jnobody").refused()


def test_of_two_who_end_the_same_task_one_is_told_that_it_has_ended(stack: RunningStack, entered: str) -> None:
    ask = ("coordinator", "complete", entered, "--outcome", "not_willing")
    both = [stack.begin(*ask), stack.begin(*ask)]
    errors = [process.communicate(timeout=120)[1] for process in both]
    assert sorted(process.returncode for process in both) == [0, 3]
    (sentence,) = [error for error in errors if error]
    assert "ended" in sentence
    assert len(sentence.splitlines()) == 1


def test_what_there_is_not_is_told_in_one_sentence(type_: Type) -> None:
    unknown = type_("operator", "show", "jnobody", "--json")
    assert "There is no journey jnobody" in unknown.refused()
    assert unknown.json["error"]["sv"].startswith("Det finns ingen resa jnobody")
    assert "There is no journey" in type_("coordinator", "tasks", "--journey", "jnobody").refused()
    assert "coordinator" in type_("coordinator", "tasks", "--role", "koordinator").refused()


def test_a_person_can_find_out_what_to_type(type_: Type, entered: str) -> None:
    said = type_("coordinator", "form", entered)
    assert "attempts" in said.out
    assert "Försök att nå personen / Attempts to reach the person" in " ".join(said.out.split())
    found = type_("coordinator", "form", "welcome_call", "--json").json
    assert {outcome["outcome"]: outcome["needs"] for outcome in found["outcomes"]}["not_reached"] == ["attempts"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("coordinator", "tasks"),
        ("coordinator", "intake", "nowhere.csv"),
        ("coordinator", "complete", "j.welcome_call.1", "--outcome", "willing"),
        ("operator", "show", "j", "--json"),
        ("operator", "checkpoint", "--all"),
    ],
)
def test_without_a_stack_each_command_says_so_in_one_line(
    type_: Type, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    nowhere = tmp_path / "none"
    assert "No stack is running" in type_(*arguments, "--data-dir", str(nowhere)).refused(4)
    assert not os.path.lexists(nowhere)


async def test_an_intake_cut_off_and_run_again_enters_nobody_twice(
    stack: RunningStack, type_: Type, desk: Desk, tmp_path: Path
) -> None:
    file = interests(tmp_path / "many.csv", *(person(number) for number in range(120)))
    before = await desk.count("SELECT count(*) FROM journeys")
    process = stack.begin("coordinator", "intake", str(file))
    deadline = time.monotonic() + 120
    while await desk.count("SELECT count(*) FROM journeys") == before:
        assert time.monotonic() < deadline
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert "run the same command again" in err
    again = type_("coordinator", "intake", str(file), "--json")
    assert again.code == 0, again
    assert len(again.json["accepted"]) + len(again.json["joined"]) == 120
    assert 0 < len(again.json["joined"]) < 120
    assert await desk.count("SELECT count(*) FROM journeys") == before + 120
    assert await desk.count("SELECT count(*) FROM journeys WHERE NOT begun") == 0
