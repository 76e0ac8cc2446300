"""Whatever another version says, and wherever the person is: adoption is refused, or leaves a sound journey.

The versions are made from the sample by changes that an owner could make; each is sound in itself.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from journey import engine
from journey.errors import Refusal
from journey.explain import explain
from journey.forecast import forecast
from schemas.events import EventKind
from schemas.journey import JourneyState, Status
from schemas.mending import AdoptProgramme
from schemas.programme import Programme
from schemas.tasks import Task
from tests.breadth import examples
from tests.driving import variant
from tests.lives import live, lived, lives
from tests.sample import both, outcome
from tests.unit.test_engine_properties import fuller

Plan = dict[str, Any]
Change = Callable[[Plan], None]


def graced(plan: Plan) -> None:
    """The fuller sample, with half an hour in which things may be taken back."""
    fuller(plan)
    plan["undo_minutes"] = 30


PROGRAMME = variant(graced)


# ---- what an owner may change


def drop(name: str) -> Change:
    """Take a step out, and every mention of it: whoever needed it needs what it needed."""

    def change(plan: Plan) -> None:
        if name == plan["fallback"]:
            return
        gone = plan["steps"].pop(name, None)
        if gone is None:
            return
        for step in plan["steps"].values():
            if step.get("needs", {}).pop(name, None) is not None:
                step["needs"].update(gone.get("needs", {}))
            for found in step.get("outcomes", {}).values():
                for effect in ("again", "hold"):
                    if found.get(effect, {}).get("step") == name or found.get(effect, {}).get("resume") == name:
                        del found[effect]
                        found["go_on"] = True

    return change


def insert(name: str, rest: Plan) -> Change:
    """Put a new step before a step: it needs what that needed, and that needs it too."""

    def change(plan: Plan) -> None:
        step = plan["steps"].get(name)
        if step is None or step["kind"] == "milestone" or step.get("after_exit"):
            return
        before = f"before_{name}"
        plan["steps"][before] = {
            "kind": "task", "title": both("Before"), "phase": "a", "role": "leader", "due": {"working_days": 3},
            "needs": dict(step.get("needs", {})), "outcomes": {"done": outcome("Done", go_on=True)}, **rest,
        }  # fmt: skip
        step["needs"] = {**step.get("needs", {}), before: ["done"]}

    return change


def say(name: str, **rest: Any) -> Change:
    """Say something else of a step."""

    def change(plan: Plan) -> None:
        if name in plan["steps"] and plan["steps"][name]["kind"] != "milestone":
            plan["steps"][name].update(rest)

    return change


def rename_outcomes(name: str) -> Change:
    def change(plan: Plan) -> None:
        step = plan["steps"].get(name, {})
        step["outcomes"] = {f"{old}_now": found for old, found in step.get("outcomes", {}).items()}
        for other in plan["steps"].values():
            if name in other.get("needs", {}) and step.get("kind") != "milestone":
                other["needs"][name] = [f"{old}_now" for old in other["needs"][name]]
        for end in [step.get("end", {})]:
            if "outcome" in end:
                end["outcome"] += "_now"

    return change


def to_milestone(name: str) -> Change:
    def change(plan: Plan) -> None:
        step = plan["steps"].get(name)
        if step is None or name == plan["fallback"] or step.get("after_exit"):
            return
        plan["steps"][name] = {
            "kind": "milestone",
            "title": step["title"],
            "phase": "a",
            "needs": step.get("needs", {}),
        }
        for other in plan["steps"].values():
            if name in other.get("needs", {}):
                other["needs"][name] = ["reached"]
            for found in other.get("outcomes", {}).values():
                for effect in ("again", "hold"):
                    if name in {found.get(effect, {}).get("step"), found.get(effect, {}).get("resume")}:
                        del found[effect]
                        found["go_on"] = True

    return change


def forget(section: str, asks: str, name: str, plan: Plan) -> None:
    """Ask no more for a fact or a date."""
    plan[section].pop(name, None)
    for step in plan["steps"].values():
        for found in step.get("outcomes", {}).values():
            found[asks] = [asked for asked in found.get(asks, ()) if asked != name]


DUES: list[Plan] = [
    {"days": 1}, {"working_days": 30}, {"office_hours": 2}, {"days": 3, "after": "received"},
    {"days": 7, "before": "course_start", "without_date": {"days": 4}, "fixed": True},
    {"days": 2, "after": "interview_at", "without_date": {"days": 9}}, {"days": 10, "calendar": "other"},
    {"days": 6, "at": "12:00", "day_off": "keep", "fixed": True},
]  # fmt: skip
REMINDERS: list[list[Plan]] = [
    [], [{"mornings": True}], [{"after": {"days": 1}, "every": {"days": 2}, "to": ["leader"]}],
    [{"before": {"working_days": 2}}, {"before": {"office_hours": 3}, "to": ["leader"]}],
]  # fmt: skip
LADDERS: list[list[Plan]] = [
    [],
    [{"to": ["owner"], "notice": "overdue"}],
    [{"after_due": {"days": 1}, "to": ["leader"], "reassign_to": "leader", "notice": "handed_over"}],
    [{"to": ["leader"], "every": {"working_days": 2}}, {"after_due": {"working_days": 9}, "to": ["owner", "leader"]}],
]
TO_STEPS: list[Callable[[str], Change]] = [
    drop,
    rename_outcomes,
    to_milestone,
    *(partial(insert, rest=rest) for rest in [{}, *({"due": due} for due in DUES)]),
    *(partial(say, due=due) for due in DUES),
    *(partial(say, due_again=due) for due in DUES),
    *(partial(say, remind=rules) for rules in REMINDERS),
    *(partial(say, escalate=rules) for rules in LADDERS),
    *(partial(say, end={"after_due": {"days": days}, "hand_to": "leader"}) for days in (0, 3, 30)),
    *(partial(say, role=role) for role in ("leader", "participant", "guide")),
    *(partial(say, when=when) for when in ({}, {"route": ["job"]}, {"foreign_citizen": ["yes"]})),
    *(partial(say, after_exit=codes) for codes in ([], ["OK1", "X5"])),
]
TO_THE_WHOLE: list[Change] = [
    lambda plan: plan["facts"]["route"]["values"].pop("study", None),
    partial(forget, "facts", "asks", "foreign_citizen"),
    lambda plan: plan["calendars"]["office"].update(opens="10:00", closes="12:00", also_off=["2026-04-15"]),
    partial(forget, "dates", "asks_dates", "interview_at"),
    lambda plan: plan["exits"].pop("OK1", None) if "move" not in plan["steps"] else None,
    lambda plan: plan.update(fallback="move") if "move" in plan["steps"] else None,
]
changed_steps = st.tuples(st.sampled_from(TO_STEPS), st.integers(0, 11))
changes = st.lists(
    st.one_of(changed_steps, changed_steps, changed_steps, st.sampled_from(TO_THE_WHOLE)), min_size=1, max_size=4
)
Changes = list[tuple[Callable[[str], Change], int] | Change]


def version(state: JourneyState, found: Changes, number: int = 2) -> Programme:
    """Another version. What is changed is first of all what is open, then what has ended, then what is ahead."""
    steps = list(dict.fromkeys((*(task.step for task in state.tasks), *state.results, *PROGRAMME.steps)))

    def change(plan: Plan) -> None:
        graced(plan)
        plan["calendars"]["other"] = copy.deepcopy(plan["calendars"]["office"])
        plan["roles"]["guide"] = {"title": both("Guide"), "party": "us"}
        for each in found:
            if isinstance(each, tuple):
                each[0](steps[each[1] % len(steps)])(plan)
            else:
                each(plan)

    return variant(change).but(version=number)


# ---- what always holds


def clock_of(state: JourneyState, task: Task, now: datetime) -> datetime:
    """What the time is for a task: promises of ours stand still while the journey rests."""
    return max(state.hold.since, task.opened_at) if state.hold is not None and not task.fixed else now


def sound(state: JourneyState, now: datetime) -> None:
    """What holds of every journey at every moment."""
    if state.status is Status.OPEN:
        assert state.tasks or state.hold is not None
    upcoming = engine.next_alarm(state)
    assert upcoming is None or upcoming > now
    for task in state.tasks:
        assert task.role is not None
        assert task.step in state.programme.steps
        assert list(task.alarms) == sorted(task.alarms, key=lambda alarm: alarm.at)
    assert state.results.keys() <= state.programme.steps.keys()
    assert JourneyState.model_validate_json(state.model_dump_json()) == state
    said = explain(state.programme, state, now)
    assert not any(bad in said.sv + said.en for bad in ("None", "{", "  ", "..", "?"))
    forecast(state, now, now + timedelta(days=60))


def owned(state: JourneyState) -> bool:
    return bool(state.tasks) or state.hold is not None or state.status is Status.ENDED


@given(lives, changes)
@settings(max_examples=examples(250))
def test_any_version_is_refused_or_leaves_a_sound_journey(seed: int, found: Changes) -> None:
    before, now = lived(seed, PROGRAMME)
    before, _ = engine.advance(before, now)
    adopting = AdoptProgramme(id="adopt", programme=version(before, found))
    try:
        decision = engine.decide(before, adopting, now)
    except Refusal:
        return
    after = decision.state
    sound(after, now)
    assert owned(after)
    were = {task.id: task for task in before.tasks}
    for task in after.tasks:
        past = task.due_at is not None and task.due_at <= clock_of(after, task, now)
        assert not past or (task.id in were and were[task.id].due_at == task.due_at), task
        assert task.overdue <= (task.id in were and were[task.id].overdue), task
    stands = {step: result for step, result in before.results.items() if step in after.programme.steps}
    if before.parked == after.parked:
        assert stands.items() <= after.results.items()
    moments = [event.at for event in before.outbox + decision.events]
    assert moments == sorted(moments)
    assert decision.events[0].kind is EventKind.PROGRAMME_ADOPTED
    later, then = live(after, now, random.Random(seed), "d")
    sound(engine.advance(later, then)[0], then)


@given(lives, changes)
@settings(max_examples=examples(150))
def test_adopting_the_former_version_again_gives_every_open_task_its_time_back(seed: int, found: Changes) -> None:
    before, now = lived(seed, PROGRAMME)
    before, _ = engine.advance(before, now)
    try:
        there = engine.decide(before, AdoptProgramme(id="there", programme=version(before, found)), now).state
        back = engine.decide(there, AdoptProgramme(id="back", programme=PROGRAMME), now).state
    except Refusal:
        return
    sound(back, now)
    if before.parked == back.parked and there.status is not Status.ENDED:
        assert back.results.items() >= before.results.items()
    were = {task.id: task for task in before.tasks if task.due_at and task.due_at > clock_of(before, task, now)}
    fixed = {task.id for task in there.tasks if task.fixed}  # what rests had given it is forgotten there
    for task in back.tasks:
        if task.id in were and (task.fixed or task.id not in fixed):
            assert task.due_at == were[task.id].due_at, (task, were[task.id])
