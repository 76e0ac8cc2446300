"""What an operator types to mend a journey, on a real stack: done once, said clearly, and seen at once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from journey import calendars
from schemas.clocks import Calendar
from tests.e2e.conftest import ROOT, Desk, Type
from tests.servers import wait_until

WHY = ("--reason", "ringde och berättade")
NO_FAMILY = {"brings_family": "no"}


def day(ahead: int) -> str:
    """A local date so many days from now."""
    return str(calendars.local_day(datetime.now(UTC), Calendar()) + timedelta(days=ahead))


def shown(type_: Type, journey: str) -> dict[str, Any]:
    return dict(type_("operator", "show", journey, "--json").json)


def told(found: dict[str, Any]) -> list[str]:
    """What a command has left in the journal, `kind step`."""
    return [f"{event['kind']} {event.get('step') or ''}".strip() for event in found["events"]]


async def willing(desk: Desk, entered: str) -> str:
    """A journey that is at its second step."""
    await desk.complete(entered, "willing", NO_FAMILY)
    journey = entered.partition(".")[0]
    await desk.opened(journey, "eligibility")
    return journey


def test_a_task_is_nudged_given_more_time_and_given_to_somebody(type_: Type, entered: str) -> None:
    nudged = type_("operator", "nudge", entered, "--json")
    assert nudged.code == 0, nudged
    assert told(nudged.json) == ["task_nudged welcome_call"]
    assert "today" in type_("operator", "nudge", entered).refused()

    more = type_("operator", "extend", entered, "--to", day(30), *WHY, "--by", "pl-1", "--json").json
    (extended,) = more["events"]
    assert extended["by"] == "pl-1"
    due = datetime.fromisoformat(extended["task"]["due_at"])
    assert str(calendars.local_day(due, Calendar())) == day(30)
    assert "--reason" in type_("operator", "extend", entered, "--to", day(31)).refused()
    assert type_("operator", "extend", entered, "--to", day(1), *WHY).refused()
    assert "--to" in type_("operator", "extend", entered, "--to", "on Tuesday", *WHY).refused()

    given = type_("operator", "assign", entered, "pl-1", *WHY)
    assert given.code == 0, given
    assert "The task has been given a new owner." in given.out
    assert "does not have the role coordinator" in given.out
    assert "Nobody here is called nobody" in type_("operator", "assign", entered, "nobody", *WHY).refused()
    assert "nobody" in type_("operator", "nudge", entered, "--by", "nobody").refused()
    (task,) = shown(type_, entered.partition(".")[0])["tasks"]
    assert (task["owner"], task["extended"]) == ("pl-1", True)


def test_a_journey_rests_until_it_is_released(type_: Type, entered: str) -> None:
    journey = entered.partition(".")[0]
    rest = ("operator", "hold", journey, "--cause", "illness", "--on", "participant")
    assert "has passed" in type_(*rest, "--review", day(-1)).refused()
    assert "choose one of: thinking_it_over" in type_(*rest[:4], "boredom", *rest[5:], "--review", day(9)).refused()
    assert "choose one of: participant" in type_(*rest[:6], "nobody", "--review", day(9)).refused()
    held = type_(*rest, "--review", day(9), *WHY, language="sv")
    assert held.out.startswith("Resan vilar.")
    assert "illness, participant" in held.out
    assert "resting already" in type_(*rest, "--review", day(9)).refused()
    released = type_("operator", "release", journey, "--json")
    assert released.code == 0, released
    assert told(released.json)[0] == "journey_released"
    assert "not resting" in type_("operator", "release", journey).refused()
    reasons = [event.get("reason_words") for event in shown(type_, journey)["events"]]
    assert reasons.count("ringde och berättade") == 1


async def test_steps_are_done_without_and_gone_back_to(type_: Type, entered: str, desk: Desk) -> None:
    journey = await willing(desk, entered)
    several = type_("operator", "waive", journey, "eligibility", *WHY).refused()
    assert "eligible, unclear" in several
    waived = type_("operator", "waive", journey, "eligibility", "--as", "eligible", "--until", day(40), *WHY, "--json")
    assert waived.code == 0, waived
    assert told(waived.json)[:2] == ["task_closed eligibility", "step_waived eligibility"]
    found = shown(type_, journey)
    assert [(one["step"], one["until"], one["reason_words"]) for one in found["waived"]] == [
        ("eligibility", day(40), WHY[1])
    ]
    back = type_("operator", "back", journey, "welcome_call", *WHY)
    assert back.code == 0, back
    assert "opened anew" in " ".join(back.out.split())
    assert shown(type_, journey)["waived"] == []
    assert "arrival" in type_("operator", "back", journey, "arrival", *WHY).refused()
    assert "choose one of" in type_("operator", "back", journey, "nowhere", *WHY).refused()
    assert "välkomst samtal" in type_("operator", "back", journey, "välkomst samtal", *WHY).refused()


async def test_answers_and_who_somebody_is_are_corrected(type_: Type, entered: str, desk: Desk) -> None:
    journey = await willing(desk, entered)
    right = type_("operator", "correct", journey, "--fact", "brings_family=yes", *WHY, "--json")
    assert told(right.json)[0] == "answers_corrected"
    assert shown(type_, journey)["facts"]["brings_family"] == "yes"
    correct = ("operator", "correct", journey)
    assert "choose one of: yes, no" in type_(*correct, "--fact", "brings_family=maybe", *WHY).refused()
    assert "known already" in type_(*correct, "--fact", "brings_family=yes", *WHY).refused()
    assert "two commands" in type_(*correct, "--fact", "brings_family=no", "--name", "Kim", *WHY).refused()
    assert "--fact name=value" in type_(*correct, *WHY).refused()
    renamed = type_(*correct, "--name", "Kim Påhittad-Ek", "--phone", "070-174 06 05", *WHY)
    assert renamed.code == 0, renamed
    assert "The particulars are corrected." in renamed.out
    assert "Påhittad-Ek" not in renamed.out
    assert "name@example.org" in type_(*correct, "--email", "kim at home", *WHY).refused()


def test_a_journey_leaves_and_comes_back(type_: Type, entered: str) -> None:
    journey = entered.partition(".")[0]
    assert "choose one of" in type_("operator", "exit", journey, "X99", *WHY).refused()
    left = type_("operator", "exit", journey, "X4", *WHY, "--key", "adjö", "--json")
    assert (left.code, left.json["exit"]) == (0, "X4")
    wait_until(lambda: shown(type_, journey)["status"] == "ended", "the end")
    assert "The journey has ended (X4)" in type_("operator", "nudge", entered).refused()
    assert type_("operator", "exit", journey, "X4", *WHY, "--key", "adjö", "--json").json["repeated"]
    back = type_("operator", "reopen", journey, *WHY)
    assert back.code == 0, back
    assert back.out.startswith("The journey is open again.")
    found = shown(type_, journey)
    assert (found["status"], [task["id"] for task in found["tasks"]]) == ("open", [f"{journey}.welcome_call.2"])
    assert "under way already" in type_("operator", "reopen", journey, *WHY).refused()
    assert "There is no journey" in type_("operator", "reopen", "jnobody", *WHY).refused()


def test_two_operators_at_once_both_get_a_clear_answer(type_: Type, entered: str) -> None:
    journey = entered.partition(".")[0]
    acts = [("hold", journey, "--cause", "illness", "--on", "participant", "--review", day(9)), ("nudge", entered)]
    with ThreadPoolExecutor(3) as pool:
        typed = list(pool.map(lambda act: type_("operator", *act), (*acts, acts[0])))
    assert sorted((typed[0].code, typed[2].code)) == [0, 3]
    for one in typed:
        assert one.err == "" if one.code == 0 else one.refused()
    kinds = [event["kind"] for event in shown(type_, journey)["events"]]
    assert kinds.count("journey_held") == 1
    assert kinds.count("task_nudged") == (1 if typed[1].code == 0 else 0)


async def test_what_was_done_last_is_taken_back_while_its_letters_wait(type_: Type, desk: Desk, tmp_path: Path) -> None:
    words = (ROOT / "programmes" / "relocate.yaml").read_text(encoding="utf-8")
    words = words.replace("programme: relocate\n", "programme: relocate_undo\n")
    words = words.replace("undo_minutes: 5 ", "undo_minutes: 30 ")
    (tmp_path / "relocate_undo.yaml").write_text(words, encoding="utf-8")
    assert type_("owner", "publish", str(tmp_path / "relocate_undo.yaml")).code == 0
    task = await desk.enter("relocate_undo")
    journey = task.partition(".")[0]
    assert "nothing" in type_("operator", "undo", journey).refused().lower()
    attempts = [{"at": datetime.now(UTC).isoformat(), "channel": "phone", "result": "no_answer"}]
    form = json.dumps({"attempts": attempts})
    done = type_("coordinator", "complete", task, "--outcome", "not_reached", "--form", form)
    assert done.code == 0, done
    assert f"operator undo {task}" in done.out
    undo = shown(type_, journey)["undo"]
    assert undo["task"] == task
    assert await desk.count(
        "SELECT count(*) FROM notices WHERE journey = $1 AND template = 'call_us' AND send_after > $2",
        journey, datetime.fromisoformat(undo["until"]),
    ) == 1  # fmt: skip
    back = type_("operator", "undo", task, "--json")
    assert back.code == 0, back
    assert told(back.json)[0] == "act_undone welcome_call"
    found = shown(type_, journey)
    assert [one["id"] for one in found["tasks"]] == [task]
    assert found["undo"] is None
    assert type_("operator", "undo", journey).refused()


def as_told(found: dict[str, Any]) -> dict[str, Any]:
    """How a journey stands, without what passes by itself."""
    return {name: value for name, value in found.items() if name != "tasks"} | {
        "tasks": [{name: value for name, value in task.items() if name != "overdue_seconds"} for task in found["tasks"]]
    }


def test_a_dry_run_says_what_would_happen_and_changes_nothing(type_: Type, entered: str) -> None:
    journey = entered.partition(".")[0]
    before = as_told(shown(type_, journey))
    acts: list[tuple[str, ...]] = [
        ("nudge", entered),
        ("extend", entered, "--to", day(30)),
        ("assign", entered, "pl-1"),
        ("hold", journey, "--cause", "illness", "--on", "participant", "--review", day(9)),
        ("waive", journey, "welcome_call"),
        ("back", journey, "assignment"),
        ("correct", journey, "--fact", "brings_family=yes"),
        ("correct", journey, "--name", "Kim Annan"),
        ("move-date", journey, "moving_day", day(60)),
        ("exit", journey, "X5"),
        ("away", "gui-1", "--stand-in", "pl-1", "--from", day(1), "--until", day(5)),
        ("nudge", "--where", f"journey={journey}"),
    ]
    with ThreadPoolExecutor(3) as pool:
        typed = list(pool.map(lambda act: type_("operator", *act, "--dry-run", "--json"), acts))
    found = {act[0]: one.json for act, one in zip(acts, typed, strict=True) if one.code == 0}
    assert [act for act, one in zip(acts, typed, strict=True) if one.code] == []
    assert found["extend"]["moved"][0]["task"]["id"] == entered
    assert [closed["reason"] for closed in found["waive"]["closed"]] == ["waived"]
    assert (found["exit"]["status_after"], found["exit"]["exit_after"]) == ("ended", "X5")
    assert [one.json["sent"][0]["template"] for one in (typed[0], typed[-1])] == ["reminder", "reminder"]
    assert as_told(shown(type_, journey)) == before
    wrong = type_("operator", "extend", entered, "--to", day(-30), "--dry-run", "--json")
    assert wrong.json["error"]["en"] == wrong.refused()


def test_a_date_is_moved_after_a_look_and_a_forecast_says_what_comes(type_: Type, entered: str) -> None:
    journey = entered.partition(".")[0]
    assert type_("operator", "correct", journey, "--date", f"moving_day={day(90)}", *WHY).code == 0
    move = ("operator", "move-date", journey, "moving_day", day(120), *WHY)
    looked = type_(*move)
    assert looked.code == 3, looked
    assert day(90) in looked.out
    assert day(120) in looked.out
    assert "add --yes" in looked.out
    assert shown(type_, journey)["dates"]["moving_day"] == day(90)
    moved = type_(*move, "--yes", "--json")
    assert told(moved.json)[0] == "date_moved"
    assert shown(type_, journey)["dates"]["moving_day"] == day(120)
    assert type_(*move, "--yes").refused()
    assert "moving_day" in type_("operator", "move-date", journey, "wedding", day(9), *WHY).refused()

    ahead = type_("operator", "forecast", journey, "--until", day(40), "--json").json
    assert [one["at"] for one in ahead["coming"]] == sorted(one["at"] for one in ahead["coming"])
    assert "task_overdue" in {one["kind"] for one in ahead["coming"]}
    assert "Om ingen gör något" in type_("operator", "forecast", journey, language="sv").out
    assert "looks ahead" in type_("operator", "forecast", journey, "--until", day(-1)).refused()
    assert "There is no journey" in type_("operator", "forecast", "jnobody").refused()


async def test_what_is_somebodys_who_is_away_is_with_who_stands_in(type_: Type, desk: Desk) -> None:
    task = await desk.enter()
    journey = task.partition(".")[0]
    owner = shown(type_, journey)["tasks"][0]["owner"]
    stand_in = "gui-1"
    away = ("operator", "away", owner, "--stand-in", stand_in, *WHY)
    assert "comes back after" in type_(*away, "--from", day(5), "--until", day(4)).refused()
    assert "themselves" in type_(*away[:4], owner, *WHY, "--from", day(0), "--until", day(4)).refused()
    assert (
        "leave --where out" in type_(*away, "--from", day(0), "--until", day(4), "--where", "cause=overdue").refused()
    )
    agreed = type_(*away, "--from", f"{day(-1)} 08:00", "--until", day(4), "--json")
    assert agreed.code == 0, agreed
    assert journey in [one["journey"] for one in agreed.json["journeys"]]
    wait_until(lambda: shown(type_, journey)["tasks"][0]["owner"] == stand_in, "the stand-in has it")
    assert f"{stand_in} for {owner}" in type_("operator", "show", journey).out
    again = type_(*away, "--from", f"{day(-1)} 08:00", "--until", day(4), "--json").json
    assert again["bulk"] == agreed.json["bulk"]
