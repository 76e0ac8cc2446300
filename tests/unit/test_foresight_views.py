"""What is foreseen, as people read it: in their language, within 80 columns, with words for everything."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from rich.console import Console, RenderableType

from cli import dry_run, foresight, foresight_words
from cli.fitted import Fitted
from journey.forecast import forecast, foresee
from schemas.base import Language
from schemas.commands import AssignTask, Command, ExitJourney
from schemas.events import CloseReason, EventKind
from schemas.foresight import Coming, StayReason
from schemas.mending import AdoptProgramme, CoverStaff, ExtendTask, MatchEvent, NudgeTask, UndoLast
from tests.driving import Drive, at, graced, newer, variant

Plan = dict[str, Any]
LANGUAGES: tuple[Language, ...] = ("sv", "en")
KEY = {"id": "dry", "by": "lena"}


def shown(what: RenderableType, width: int = 80) -> str:
    out = io.StringIO()
    Console(file=out, width=width, color_system=None).print(what)
    return out.getvalue()


def foretold(drive: Drive, until: str, language: Language, width: int = 80) -> str:
    end = at(until)
    found = forecast(drive.state, drive.now, end)
    return shown(foresight.forecast_view(found, drive.state.programme, drive.now, end, language), width)


def changed(drive: Drive, command: Command, language: Language = "en", width: int = 80, **rest: Any) -> str:
    change = foresee(drive.state, command, drive.now, **rest)
    return shown(dry_run.change_view(change, drive.state.programme, language), width)


# ---- words


def test_everything_that_can_come_or_change_has_words_in_both_languages() -> None:
    assert foresight_words.COMING.keys() == set(EventKind)
    assert foresight_words.REASONS.keys() == set(CloseReason)
    assert foresight_words.STAYS.keys() == set(StayReason)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_letter_on_the_calendar_stands_for_one_thing(language: Language) -> None:
    marks = {*foresight_words.MARKS.values(), foresight_words.OTHER}
    assert len({mark.letter[language] for mark in marks}) == len(marks)
    assert {len(mark.letter[language]) for mark in marks} == {1}


# ---- the calendar


def test_weeks_are_rows_from_monday_to_sunday_with_what_comes_on_its_day() -> None:
    lines = foretold(Drive("2026-03-04 10:00").booked(), "2026-03-20 12:00", "sv").splitlines()
    assert lines[0] == "Om ingen gör något, till 2026-03-20:"
    assert lines[2].split() == ["mån", "tis", "ons", "tor", "fre", "lör", "sön"]
    assert lines[3].split() == ["mars", "2026", "2", "3", "[4]", "5", "6", "(7)", "(8)"]
    assert lines[4].split() == ["9", "10", "p", "11", "sv", "12", "13", "(14)", "(15)"]
    assert lines[5].split() == ["16", "17", "18", "v", "19", "20", "(21)", "(22)"]
    assert lines[7] == "p påminnelse · s senast · v går vidare · [n] i dag · (n) ledig dag · → får brev"


def test_holidays_are_days_off_and_a_new_month_has_its_name() -> None:
    text = foretold(Drive("2026-03-30 10:00").booked(), "2026-05-01 12:00", "en")
    (easter,) = [line for line in text.splitlines() if "(3)" in line]
    assert easter.split() == ["Apr", "2026", "[30]", "31", "1", "2", "(3)", "(4)", "(5)"]
    assert "(6)" in text
    assert text.count("Apr 2026") == 1


def test_days_off_are_dimmed_and_days_on_which_something_comes_stand_out() -> None:
    drive = Drive("2026-03-04 10:00").booked()
    end = at("2026-03-20 12:00")
    out = io.StringIO()
    view = foresight.forecast_view(forecast(drive.state, drive.now, end), drive.state.programme, drive.now, end, "sv")
    Console(file=out, width=80, force_terminal=True, color_system="standard", legacy_windows=False).print(view)
    assert re.search(r"\x1b\[2m *\(7\)", out.getvalue())
    assert re.search(r"\x1b\[1m *10  p", out.getvalue())


def test_a_step_that_ends_by_itself_says_how() -> None:
    text = foretold(Drive().booked(), "2026-03-24 12:00", "en", width=200)
    assert "ends by itself (no_answer)" in text
    assert "→ coordinator anna" in text


def test_a_journey_of_which_nothing_comes_says_so() -> None:
    drive = Drive().complete("welcome_call", "not_willing")
    assert foretold(drive, "2026-04-01 12:00", "sv") == "Ingenting händer av sig självt till 2026-04-01.\n"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_forecast_fits_in_80_columns(language: Language) -> None:
    def long(plan: Plan) -> None:
        title = {"sv": "Ett [bold]mycket[/bold] långt namn på ett steg", "en": "A long name" * 9}
        plan["steps"]["offer"]["title"] = title

    text = foretold(Drive(programme=variant(long)).booked(), "2026-12-20 12:00", language)
    assert max(map(len, text.splitlines())) <= 80
    if language == "sv":
        assert "[bold]mycket[/bold]" in text


def test_every_kind_of_event_can_stand_on_the_calendar() -> None:
    drive = Drive()
    found = tuple(
        Coming.made(at=drive.now + timedelta(days=n), kind=kind, step="offer") for n, kind in enumerate(EventKind)
    )
    end = drive.now + timedelta(days=len(found))
    for language in LANGUAGES:
        text = shown(foresight.forecast_view(found, drive.state.programme, drive.now, end, language))
        assert text.count("Offer") == len(found)


def test_a_forecast_for_programs_has_times_in_utc_and_words_in_both_languages() -> None:
    drive = Drive().booked()
    end = at("2026-03-10 12:00")
    found = foresight.forecast_json(forecast(drive.state, drive.now, end), drive.state.programme, drive.now, end)
    assert (found["now"], found["until"]) == ("2026-03-02T09:00:00Z", "2026-03-10T11:00:00Z")
    first = found["coming"][0]
    assert (first["at"], first["kind"], first["step"]) == ("2026-03-06T08:00:00Z", "task_reminded", "offer")
    assert first["titles"] == {"sv": "Offer (sv)", "en": "Offer"}
    assert first["words"] == {"sv": "påminnelse", "en": "reminder"}
    assert first["letters"][0]["at"] == "2026-03-06T08:00:00Z"


# ---- what a command would do


@pytest.mark.parametrize("language", LANGUAGES)
def test_before_and_after_stand_side_by_side_within_80_columns(language: Language) -> None:
    extend = ExtendTask(**KEY, task="j1.offer.1", due_at=at("2026-03-20 17:00"))
    text = changed(Drive().booked(), extend, language)
    assert max(map(len, text.splitlines())) <= 80
    (moved,) = [line for line in text.splitlines() if line.startswith("j1.offer.1")]
    assert moved.split()[-4:] == ["2026-03-09", "17:00", "2026-03-20", "17:00"]


def test_it_says_first_that_nothing_has_been_done() -> None:
    nudge = NudgeTask(**KEY, task="j1.offer.1")
    assert changed(Drive().booked(), nudge, "sv").startswith("Om det görs nu, 2026-03-02 10:00. Inget är gjort än.\n")
    assert "Skickas" in changed(Drive().booked(), nudge, "sv")


def test_an_exit_is_said_in_words_and_closes_what_is_open() -> None:
    text = changed(Drive().booked(), ExitJourney(**KEY, exit="X5"))
    assert "The journey leaves the programme: X5 (Withdrew)." in text
    assert re.search(r"j1\.offer\.1 +Offer +the journey leaves", text)
    assert re.search(r"cancellation 2026-03-10 13:00 +participant", text)


def test_taking_back_names_the_letters_that_are_not_sent() -> None:
    drive = Drive(programme=graced()).willing()
    drive.complete("interview", "booked", dates={"interview_at": at("2026-03-10 13:00")})
    text = changed(drive, UndoLast(**KEY), journal=drive.state.outbox)
    assert re.search(r"Would not be sent\nWhen +Letter +To *\n─+\n2026-03-02 10:06 +invitation 2026-03-10 13:00", text)
    assert re.search(r"Would be open again\n.*\n─+\nj1\.interview\.1", text)
    assert re.search(r"Interview \(interview_at\) +2026-03-10 13:00 +-", text)


def test_what_may_be_taken_back_says_until_when() -> None:
    drive = Drive(programme=graced()).willing()
    assert "Det kan ångras till 2026-03-02 10:05.\n" in changed(drive, ExitJourney(**KEY, exit="X5"), "sv")
    drive.complete("interview", "booked", dates={"interview_at": at("2026-03-10 13:00")})
    text = changed(drive, ExitJourney(**KEY, exit="X5"), "sv")
    assert "Det kan ångras till 2026-03-02 10:05; breven går först därefter.\n" in text


def test_what_no_table_shows_is_said_in_a_sentence() -> None:
    drive = Drive().willing()
    cover = CoverStaff(**KEY, absent="anna", stand_in="bo", since=at("2026-03-06 08:00"), until=at("2026-03-13 17:00"))
    assert "bo stands in for anna from 2026-03-06 08:00 until 2026-03-13 17:00." in changed(drive, cover, width=200)
    told = {**KEY, "event": "e1", "type": "offer.made", "outcome": "offered", "happened_at": drive.now}
    assert "A report waits until the step that it answers opens." in changed(drive, MatchEvent(**told))
    adopt = AdoptProgramme(**KEY, programme=newer(lambda plan: None, 7))
    assert "The journey then follows version 7." in changed(drive, adopt)


def test_what_has_been_done_already_and_what_changes_nothing_say_so() -> None:
    drive = Drive().booked()
    sent = AssignTask(id="a1", task="j1.offer.1", to="bo")
    assert "is not done twice" in changed(drive.send(sent), sent)
    assert "Nothing would change." in changed(drive, AssignTask(**KEY, task="j1.offer.1", to="bo"))


def test_everything_that_comes_of_a_step_at_one_moment_is_one_line() -> None:
    extend = ExtendTask(**KEY, task="j1.offer.1", due_at=at("2026-03-20 17:00"))
    text = changed(Drive().booked(), extend, width=200)
    line = next(line for line in text.splitlines() if "is due, is escalated" in line)
    assert line.split()[:6] == ["9", "Mar", "17:00", "20", "Mar", "17:00"]


def test_a_change_for_programs_has_times_in_utc_and_titles_in_both_languages() -> None:
    drive = Drive().booked()
    extend = ExtendTask(**KEY, task="j1.offer.1", due_at=at("2026-03-20 17:00"))
    found = dry_run.change_json(foresee(drive.state, extend, drive.now))
    assert found["moved"][0]["due_after"] == "2026-03-20T16:00:00Z"
    assert found["titles"]["offer"] == {"sv": "Offer (sv)", "en": "Offer"}
    assert found["coming"]["shifted"][0]["before"]["at"] == "2026-03-06T08:00:00Z"


# ---- tables that give way


def test_columns_give_way_between_words_and_ids_never() -> None:
    rows = [
        ("j23456789b.eligibility_decision.1", "a decision on eligibility that takes many words", "2026-11-25 17:00")
    ]
    text = shown(Fitted(("Task", "Step", "When"), rows, frozenset({0, 2})), 70)
    assert max(map(len, text.splitlines())) <= 70
    assert "j23456789b.eligibility_decision.1" in text
    assert "2026-11-25 17:00" in text
    words = {word for line in text.splitlines() for word in line.split()}
    assert {"decision", "eligibility", "that", "takes", "many", "words"} <= words


def test_a_word_is_broken_only_where_there_is_no_other_way() -> None:
    text = shown(Fitted(("A", "B"), [("x" * 30, "y" * 10)]), 30)
    assert max(map(len, text.splitlines())) <= 30
    assert (text.count("x"), text.count("y")) == (30, 10)
