"""What the page of a journey is made of: the way, why a time is what it is, and what has happened."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from console.clocks import clock
from console.mapping import Stands, Stretch, journey_map
from console.telling import Teller, Told, by_day
from schemas.base import Language
from schemas.events import EventKind
from schemas.tasks import Task
from services.letters import Letter
from tests.driving import Drive, at, graced

STAFF = {"anna": "Anna Alm", "lena": "Lena Lind"}


def way(drive: Drive) -> tuple[Stretch, ...]:
    state = drive.state
    return journey_map(state.programme, state.results, state.tasks, state.facts, state.exit)


def stands(drive: Drive) -> dict[str, str]:
    return {stop.step: stop.stands.value for stretch in way(drive) for stop in (*stretch.stops, *stretch.others)}


def test_every_step_stands_somewhere_and_only_once() -> None:
    drive = Drive().willing("study")
    found = [stop.step for stretch in way(drive) for stop in (*stretch.stops, *stretch.others)]
    assert sorted(found) == sorted(drive.state.programme.steps)


def test_the_way_of_somebody_who_has_begun() -> None:
    found = stands(Drive().willing("job"))
    assert found == {
        "intake": "done",
        "assignment": "done",
        "welcome_call": "done",
        "interview": "now",
        "offer": "ahead",
        "enrolled": "done",
        "csn_right": "not",
        "csn": "not",
        "move": "ahead",
        "plan_review": "not",
        "follow_up": "not",
    }


def test_a_step_that_is_done_without_says_so_and_what_is_open_again_is_now() -> None:
    assert stands(Drive().willing().waive("interview"))["interview"] == "waived"
    back = Drive().booked().back("interview")
    assert stands(back)["interview"] == "now"
    assert stands(back)["offer"] == "ahead"


def test_a_phase_stands_as_its_steps_do() -> None:
    identify, study, settle = way(Drive().willing("job"))
    assert (identify.stands, identify.done, len(identify.stops)) == (Stands.NOW, 4, 6)
    assert study.stands is Stands.NOT
    assert settle.stands is Stands.AHEAD
    done = next(stop for stop in identify.stops if stop.step == "welcome_call")
    assert done.outcome is not None
    assert (done.outcome.en, done.at) == ("Willing", at("2026-03-02 10:00"))


def why(drive: Drive, step: str, language: Language = "en") -> tuple[str, ...]:
    held = drive.state.hold is not None
    return clock(drive.state.programme, drive.task(step), drive.now, language, held=held).why


def test_why_a_time_is_what_it_is() -> None:
    assert why(Drive(), "welcome_call") == (
        "3 days, counted from when the interest came in, Monday 2 March 2026.",
        "If the last day is a day off, the next working day counts.",
        "The time is our promise. It stops if the journey rests.",
    )
    assert why(Drive().willing(), "interview", "sv")[0] == (
        "10 arbetsdagar räknat från att uppgiften öppnades, måndag 2 mars 2026."
    )
    extended = Drive().willing().extend("interview", "2026-04-01 17:00")
    assert why(extended, "interview")[0] == "Somebody has given the task this time."
    assert why(Drive().willing().hold("2026-04-01 08:00"), "interview")[-1].startswith("The clock stands still")
    again = Drive().complete("welcome_call", "not_reached")
    assert why(again, "welcome_call")[0].startswith("3 working days, counted from when the task was opened")


def test_a_date_of_somebody_elses_says_so() -> None:
    drive = Drive(facts={"foreign_citizen": "no"}).booked("study")
    drive.report("offer.made", "offered", dates={"course_start": at("2026-05-04 08:00").date()})
    assert why(drive, "csn") == (
        "5 days before: Course start.",
        "If the last day is a day off, the working day before counts.",
        "The date is somebody else\N{RIGHT SINGLE QUOTATION MARK}s and does not move while the journey rests.",
    )


def test_what_goes_off_is_told_in_order_and_not_what_has_gone_off() -> None:
    drive = Drive()
    found = clock(drive.state.programme, drive.task("welcome_call"), drive.now, "en", held=False).ahead
    assert [words for _, words in found][:3] == ["reminder", "reminder", "counts as overdue"]
    assert [moment for moment, _ in found] == sorted(moment for moment, _ in found)


# ---- what has happened


def story(language: Language = "en") -> list[Told]:
    drive = Drive(programme=graced())
    events = list(drive.last)
    acts: tuple[Callable[[], Drive], ...] = (
        lambda: drive.complete("assignment", "assigned"),
        lambda: drive.complete("welcome_call", "not_reached"),
        drive.undo,
        lambda: drive.complete("welcome_call", "willing", facts={"route": "study"}),
        lambda: drive.assign("interview", "lena"),
        lambda: drive.nudge("interview"),
        lambda: drive.extend("interview", "2026-03-20 17:00"),
        lambda: drive.hold("2026-03-10 08:00"),
        lambda: drive.to("2026-03-11 08:00"),
        drive.release,
        lambda: drive.complete("interview", "booked", dates={"interview_at": at("2026-03-18 13:00")}),
        lambda: drive.move("interview_at", at("2026-03-19 13:00")),
        lambda: drive.correct({"route": "job"}),
        lambda: drive.cover("anna", "lena", "2026-03-12 08:00", "2026-03-14 08:00"),
        lambda: drive.to("2026-03-15 08:00"),
        lambda: drive.back("interview"),
        lambda: drive.waive("interview", until="2026-03-30", dates={"interview_at": at("2026-03-18 13:00")}),
        lambda: drive.to("2026-04-02 08:00"),
        drive.exit,
        lambda: drive.reopen("interview"),
    )
    for act in acts:
        act()
        events += drive.last
    teller = Teller(drive.state.programme, STAFF, language)
    return [teller.tell(event, "why so" if event.why else "") for event in events]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_everything_that_happens_is_told_in_whole_sentences(language: Language) -> None:
    lines = story(language)
    assert len(lines) > 40
    for line in lines:
        assert line.sentence[0].isupper() or line.sentence[0] in "”“"
        assert line.sentence.endswith((".", "?"))
        assert not any(name in line.sentence for name in ("{", "welcome_call", "anna", "X5", "_"))


def test_a_name_stands_where_somebody_did_something_and_nowhere_else() -> None:
    lines = story()
    by = {line.sentence: line.by for line in lines}
    assert by["“Interview” was given to Lena Lind."] == "Lena Lind"
    assert by["“Welcome call”: Willing."] == "Anna Alm"
    assert all(not line.by for line in lines if "was opened" in line.sentence)


def test_letters_are_told_with_what_became_of_them() -> None:
    teller = Teller(Drive().state.programme, STAFF, "en")
    when = at("2026-03-02 10:00")
    told = [
        teller.letter(Letter(purpose, to, staff, status, when))
        for purpose, to, staff, status in (
            ("reminder", "coordinator", "anna", "sent"),
            ("escalation", "leader", None, "sent"),
            ("invitation", "participant", None, "undeliverable"),
        )
    ]
    assert [(each.sentence, each.late) for each in told] == [
        ("Reminder sent to Anna Alm.", False),
        ("Word of a delay sent to Leader.", False),
        ("A letter to the participant could not be delivered.", True),
    ]


def test_the_latest_comes_first_day_by_day() -> None:
    drive = Drive()
    lines = story()
    days = by_day(lines, drive.state.programme)
    assert [day.day for day in days] == sorted({day.day for day in days}, reverse=True)
    assert sum(len(day.lines) for day in days) == len(lines)
    assert days[-1].lines[-1].sentence == "The journey began."
    assert [line.at for line in days[-1].lines] == sorted((line.at for line in days[-1].lines), reverse=True)


def test_kinds_that_nobody_has_met_yet_have_words_too() -> None:
    drive = Drive()
    (opened,) = [event for event in drive.decision.events if event.kind is EventKind.TASK_OPENED][:1]
    teller = Teller(drive.state.programme, {}, "sv")
    for kind in EventKind:
        assert teller.tell(opened.but(kind=kind)).sentence
    assert isinstance(opened.task, Task)
    assert teller.who("participant") == "Deltagaren"
    assert teller.who("system") == teller.who(None) == ""
    assert teller.who("unknown-1") == "unknown-1"


@pytest.mark.parametrize(
    ("by", "sv", "en"),
    [
        ("anna", "Anna Alm", "Anna Alm"),
        ("visitor", "anmälan på webben", "the form on the web"),
        ("client:csn", "systemet csn", "the system csn"),
        ("system", "", ""),
    ],
)
def test_whoever_acts_has_a_name(by: str, sv: str, en: str) -> None:
    programme = Drive().state.programme
    assert Teller(programme, STAFF, "sv").who(by) == sv
    assert Teller(programme, STAFF, "en").who(by) == en
