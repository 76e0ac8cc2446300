"""What an act asks and what it becomes: from what was sent to the command that a journey is given."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from console.acts import DOINGS, TO_COME, Asked, Unclear
from console.viewing import View
from console.who import Subject
from schemas.commands import Command, ExitJourney, HoldJourney, ReleaseJourney, ReopenJourney
from schemas.mending import CorrectAnswers, ExtendTask, GoBack, MoveDate, NudgeTask, WaiveStep
from schemas.programme import Cause
from tests.driving import Drive, at


def view(drive: Drive) -> View:
    state = drive.state
    shown: dict[str, Any] = {"status": state.status, "exit": state.exit, "dates": {}, "facts": {}}
    return View(
        journey="j1",
        subject=Subject("j1"),
        name="Kim",
        has_phone=True,
        shown=shown,
        programme=state.programme,
        events=(),
        tasks=state.tasks,
        hold=state.hold,
        state=state,
        now=drive.now,
        staff={},
    )


def asked(drive: Drive, name: str, *, any_exit: bool = False, **sent: str | list[str]) -> Asked:
    listed = {key.replace("__", "-"): [value] if isinstance(value, str) else value for key, value in sent.items()}
    return Asked(view(drive), "sv", name, listed, any_exit=any_exit)


def test_each_act_becomes_its_command() -> None:
    drive = Drive().booked("study")
    offer = drive.task("offer").id
    rested = Drive().willing().hold("2026-04-01 08:00")
    cases: list[tuple[Asked, Command]] = [
        (
            asked(drive, "move_date", date="interview_at", to_time="2026-03-20T13:00", keep=[offer]),
            MoveDate(id=TO_COME, date="interview_at", to=at("2026-03-20 13:00"), keep=(offer,)),
        ),
        (
            asked(drive, "extend", task=offer, to_day="2026-04-01"),
            ExtendTask(id=TO_COME, task=offer, due_at=at("2026-04-01 17:00")),
        ),
        (
            asked(drive, "correct", fact__route="job", date__interview_at="2026-03-11T13:00"),
            CorrectAnswers(id=TO_COME, facts={"route": "job"}, dates={"interview_at": at("2026-03-11 13:00")}),
        ),
        (asked(drive, "correct", fact__route="job"), CorrectAnswers(id=TO_COME, facts={"route": "job"})),
        (asked(drive, "nudge", task=offer), NudgeTask(id=TO_COME, task=offer)),
        (asked(drive, "go_back", step="interview"), GoBack(id=TO_COME, step="interview")),
        (asked(drive, "waive", step="offer"), WaiveStep(id=TO_COME, step="offer")),
        (
            asked(Drive(), "waive", step="welcome_call", fact__route="job", until="2026-05-01"),
            WaiveStep(id=TO_COME, step="welcome_call", facts={"route": "job"}, expires_on=date(2026, 5, 1)),
        ),
        (asked(drive, "exit", exit_code="X5"), ExitJourney(id=TO_COME, exit="X5")),
        (asked(drive, "exit", any_exit=True, exit_code="X8"), ExitJourney(id=TO_COME, exit="X8", any_exit=True)),
        (asked(rested, "release"), ReleaseJourney(id=TO_COME, catch_up=True)),
        (asked(Drive().willing().exit(), "reopen", step="interview"), ReopenJourney(id=TO_COME, step="interview")),
    ]
    for each, command in cases:
        assert DOINGS[each.doing].command(each) == command


def test_a_rest_begins_to_be_looked_at_when_the_office_opens() -> None:
    drive = Drive()
    drive.state = drive.state.but(programme=with_cause(drive))
    made = DOINGS["hold"].command(asked(drive, "hold", cause="illness", on="participant", review="2026-04-01"))
    assert made == HoldJourney(id=TO_COME, cause="illness", on="participant", review_at=at("2026-04-01 08:00"))


def with_cause(drive: Drive) -> Any:
    return drive.state.programme.but(
        causes={"illness": Cause.model_validate({"title": {"sv": "Sjukdom", "en": "Ill"}})}
    )


@pytest.mark.parametrize(
    ("name", "sent", "field"),
    [
        ("hold", {"cause": "no_such", "on": "participant", "review": "2026-04-01"}, "cause"),
        ("extend", {"task": "j1.interview.9", "to_day": "2026-04-01"}, "task"),
        ("extend", {"task": "j1.interview.1", "to_day": "tomorrow"}, "to_day"),
        ("move_date", {"date": "interview_at", "to_time": ""}, "date"),
        ("waive", {"step": "intake"}, "step"),
        ("waive", {"step": "welcome_call"}, "step"),
        ("waive", {"step": "no_such_step"}, "step"),
        ("exit", {"exit_code": "X8"}, "exit_code"),
        ("go_back", {"step": "offer"}, "step"),
        ("reopen", {"step": "intake"}, "step"),
    ],
)
def test_what_is_not_on_offer_is_asked_for_again(name: str, sent: dict[str, str], field: str) -> None:
    with pytest.raises(Unclear) as unclear:
        DOINGS[name].command(Asked(view(Drive().willing()), "sv", name, {key: [value] for key, value in sent.items()}))
    assert unclear.value.field == field


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, ""),
        ({"fact__route": "study", "date__interview_at": "2026-03-10T13:00"}, ""),
        ({"fact__route": "by_sea"}, "fact-route"),
        ({"date__interview_at": ""}, "date-interview_at"),
        ({"date__interview_at": "soon"}, "date-interview_at"),
    ],
)
def test_a_correction_says_what_is_to_be_different(sent: dict[str, str], field: str) -> None:
    with pytest.raises(Unclear) as unclear:
        DOINGS["correct"].command(asked(Drive().booked("study"), "correct", any_exit=False, **sent))
    assert unclear.value.field == field


def test_what_is_known_is_filled_in_to_be_corrected_and_kept_as_it_was_typed() -> None:
    drive = Drive().booked("study")
    fields = {each.name: each.value for each in DOINGS["correct"].fields(asked(drive, "correct"))}
    assert fields == {"fact-route": "study", "date-interview_at": "2026-03-10T13:00"}
    typed = asked(drive, "correct", fact__route="job", date__interview_at="2026-03-")
    assert {each.name: each.value for each in DOINGS["correct"].fields(typed)} == {
        "fact-route": "job",
        "date-interview_at": "2026-03-",
    }


def test_a_step_whose_outcome_asks_for_something_asks_for_it() -> None:
    fields = {each.name: each for each in DOINGS["waive"].fields(asked(Drive(), "waive", step="welcome_call"))}
    assert fields["fact-route"].choices == (("job", "Job (sv)"), ("study", "Study (sv)"))
    with pytest.raises(Unclear) as unclear:
        DOINGS["waive"].command(asked(Drive(), "waive", step="welcome_call"))
    assert unclear.value.field == "fact-route"


def test_acts_are_on_offer_only_while_they_can_be_done() -> None:
    def possible(drive: Drive) -> set[str]:
        return {name for name, doing in DOINGS.items() if doing.possible(view(drive))}

    assert "release" not in possible(Drive())
    assert {"release", "exit"} <= possible(Drive().willing().hold("2026-04-01 08:00"))
    assert "hold" not in possible(Drive().willing().hold("2026-04-01 08:00"))
    assert {"move_date", "correct"} <= possible(Drive().booked())
    assert not {"move_date", "correct"} & possible(Drive())
    assert possible(Drive().willing().exit("X5")) == {"reopen"}
