"""What an act would change and what comes, in words: made of the engine's own foresight, in both languages."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from console.foreseeing import AheadDay, Seer, ahead, months
from journey.forecast import foresee
from schemas.base import Language
from schemas.commands import AssignTask, Command, ExitJourney, HoldJourney, ReleaseJourney, ReopenJourney
from schemas.mending import CorrectAnswers, ExtendTask, GoBack, MatchEvent, MoveDate, NudgeTask, WaiveStep
from tests.driving import Drive, at
from tests.sample import sample

STAFF = {"anna": "Anna Alm", "lena": "Lena Lind"}


def said(drive: Drive, command: Command, language: Language = "en") -> str:
    change = foresee(drive.state, command, drive.now, journal=drive.state.outbox)
    lines = Seer(drive.state.programme, STAFF, language).change(change)
    return "\n".join([part.title + ": " + " | ".join(part.lines) for part in lines])


def hold() -> HoldJourney:
    return HoldJourney(id="c", cause="illness", on="participant", review_at=at("2026-04-01 08:00"))


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_act_is_said_without_a_name_of_the_programmes(language: Language) -> None:
    drive = Drive().booked("study")
    offer = drive.task("offer").id
    rested = Drive().willing().hold("2026-04-01 08:00")
    left = Drive().willing().exit("X5")
    cases: list[tuple[Drive, Command]] = [
        (drive, hold()),
        (drive, ExtendTask(id="c", task=offer, due_at=at("2026-04-01 17:00"))),
        (drive, WaiveStep(id="c", step="offer")),
        (drive, WaiveStep(id="c", step="offer", expires_on=date(2026, 5, 1))),
        (Drive(), WaiveStep(id="c", step="welcome_call", facts={"route": "job"})),
        (drive, GoBack(id="c", step="interview")),
        (drive, MoveDate(id="c", date="interview_at", to=at("2026-03-20 13:00"))),
        (drive, AssignTask(id="c", task=offer, to="lena")),
        (drive, CorrectAnswers(id="c", facts={"route": "job"})),
        (drive, ExitJourney(id="c", exit="X5")),
        (drive, NudgeTask(id="c", task=offer)),
        (rested, ReleaseJourney(id="c", catch_up=True)),
        (left, ReopenJourney(id="c", step="interview")),
    ]
    for case, command in cases:
        words = said(case, command, language)
        assert words, command
        assert not re.search(r"[a-z]_[a-z]|\banna\b|\blena\b|\bX5\b", words), words


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_report_that_comes_before_its_step_says_that_it_waits(language: Language) -> None:
    report = MatchEvent(id="c", event="e", type="offer.made", outcome="offered", happened_at=at("2026-03-02 09:00"))
    words = said(Drive().willing(), report, language)
    assert ("väntar tills steget" if language == "sv" else "waits until the step") in words


def test_a_rest_says_until_when_and_what_no_longer_comes() -> None:
    words = said(Drive().willing(), hold())
    assert "The journey: Rests until Wednesday 1 April 2026 at 08:00." in words
    assert re.search(r"no longer happens by itself: .*“Interview” becomes overdue", words)


def test_more_time_says_from_when_to_when() -> None:
    drive = Drive().willing()
    command = ExtendTask(id="c", task=drive.task("interview").id, due_at=at("2026-04-01 17:00"))
    before, after = "Monday 16 March 2026 at 17:00", "Wednesday 1 April 2026 at 17:00"
    assert f"This gets a new time: Interview: from {before} to {after}" in said(drive, command)


def test_what_repeats_is_said_once() -> None:
    drive = Drive()
    (part,) = [
        each
        for each in Seer(sample(), STAFF, "en").change(foresee(drive.state, hold(), drive.now))
        if each.title == "This no longer happens by itself"
    ]
    texts = [re.sub(r"^.*?: ", "", line) for line in part.lines]
    assert len(texts) == len(set(texts))
    assert any(re.search(r"and \d+ more times", line) or "and once more" in line for line in part.lines)


def test_what_comes_is_told_day_by_day_in_order() -> None:
    drive = Drive()
    days = ahead(Seer(sample(), STAFF, "sv"), drive.state, drive.now)
    assert [each.day for each in days] == sorted({each.day for each in days})
    assert all(day.lines for day in days)
    first = days[0]
    assert (first.day, first.lines[0][1]) == (
        date(2026, 3, 2),
        "”Assignment (sv)” avslutas av sig självt: Assigned (sv)",
    )


def test_the_calendar_has_whole_weeks_from_today_to_the_last_day() -> None:
    days = [AheadDay(date(2026, 12, 3), ()), AheadDay(date(2027, 1, 5), ())]
    found = months(days, date(2026, 11, 26))
    assert [month.first for month in found] == [date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)]
    november = found[0]
    assert november.weeks[0] == (None, None, None, None, None, None, date(2026, 11, 1))
    assert november.weeks[-1][0] == date(2026, 11, 30)
    assert [day for week in found[1].weeks for day in week if day] == [
        date(2026, 12, 1) + timedelta(days=n) for n in range(31)
    ]
    assert [day.weekday() for day in found[2].weekdays] == list(range(7))
