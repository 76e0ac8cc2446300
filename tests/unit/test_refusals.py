"""Everything the engine refuses: each with a whole sentence in both languages, and without a trace."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from journey import adoption_errors, calendars, engine, errors, mending_errors
from journey.errors import Refusal
from schemas.commands import AssignTask, CompleteTask, ExitJourney, HoldJourney, ReopenJourney
from schemas.programme import Programme
from tests.driving import Drive, at, day, newer, variant
from tests.sample import both, outcome
from tests.unit import refusals_of_clocks, refusals_of_taking_back, refusals_of_wishes


def complete(drive: Drive, task: str = "j1.welcome_call.1", name: str = "willing", **given: Any) -> None:
    drive.send(CompleteTask(id="x1", task=task, outcome=name, **{"facts": {"route": "job"}, **given}))


def hold(drive: Drive, on: str = "participant", review: str = "2026-04-01 00:00") -> None:
    drive.send(HoldJourney(id="x1", cause="illness", on=on, review_at=at(review)))


def tried_again(drive: Drive) -> None:
    drive.complete("welcome_call", "not_reached")
    complete(drive)


def ended(drive: Drive) -> None:
    drive.willing()
    complete(drive)


def closed(drive: Drive) -> None:
    """Ended by the exit, without an outcome of its own; the follow-up keeps the journey alive."""
    complete(moved(drive), "j1.welcome_call.1")


def reused(drive: Drive) -> None:
    drive.complete("assignment", "assigned", key="x1")
    complete(drive)


def held_twice(drive: Drive) -> None:
    hold(drive)
    drive.hold("2026-05-01 09:00")


def participants_own(drive: Drive) -> None:
    def change(plan: dict[str, Any]) -> None:
        plan["steps"]["welcome_call"]["role"] = "participant"

    drive.state = Drive(programme=variant(change)).state
    drive.send(AssignTask(id="x1", task="j1.welcome_call.1", to="bo"))


def no_exit(drive: Drive) -> None:
    def change(plan: dict[str, Any]) -> None:
        plan["exits"]["X5"]["anytime"] = False

    drive.state = Drive(programme=variant(change)).state
    drive.exit("X5")


def booking(drive: Drive, **dates: object) -> None:
    drive.willing()
    complete(drive, "j1.interview.1", "booked", facts={}, dates=dates)


def without_step(step: str) -> Programme:
    return newer(lambda plan: plan["steps"].pop(step))


def offered(drive: Drive) -> Drive:
    """On the study route; nobody has said yet whether CSN decides on the right to support first."""
    return drive.booked("study").report("offer.made", "offered")


def moved(drive: Drive) -> Drive:
    """Left, and followed up."""
    return drive.booked().report("offer.made", "offered").complete("move", "arrived")


CASES: dict[type[Refusal], tuple[Callable[[Drive], object], str, str]] = {
    errors.NoSuchLocalTime: (
        lambda _: calendars.local_to_utc(datetime(2026, 3, 29, 2, 30)),
        (
            "Tiden 2026-03-29 02:30 finns inte i Europe/Stockholm: klockan ställs fram förbi den; "
            "ange en tid utanför den timmen."
        ),
        (
            "The time 2026-03-29 02:30 does not exist in Europe/Stockholm: the clocks are moved forward past it; "
            "give a time outside that hour."
        ),
    ),
    errors.AmbiguousLocalTime: (
        lambda _: calendars.local_to_utc(datetime(2026, 10, 25, 2, 30)),
        (
            "Tiden 2026-10-25 02:30 inträffar två gånger i Europe/Stockholm när klockan ställs tillbaka; "
            "lägg till +02:00 eller +01:00."
        ),
        (
            "The time 2026-10-25 02:30 happens twice in Europe/Stockholm when the clocks are moved back; "
            "add the offset, +02:00 or +01:00."
        ),
    ),
    errors.CommandIdReused: (
        reused,
        "Nyckeln x1 har redan använts till något annat i den här resan; välj en ny nyckel.",
        "The key x1 has already been used for something else in this journey; choose a new key.",
    ),
    errors.JourneyOver: (
        lambda drive: complete(drive.exit()),
        "Resan är avslutad (X5); ta in personen på nytt innan något mer görs.",
        "The journey has ended (X5); take the person in again before anything more is done.",
    ),
    errors.JourneyNotOver: (
        lambda drive: drive.reopen(),
        "Resan pågår redan, så det finns inget att öppna igen; se dess öppna uppgifter i stället.",
        "The journey is under way already, so there is nothing to reopen; look at its open tasks instead.",
    ),
    errors.AlreadyOnHold: (
        held_twice,
        "Resan vilar redan, till 2026-04-01; avbryt vilan först.",
        "The journey is resting already, until 2026-04-01; release it first.",
    ),
    errors.NotOnHold: (
        lambda drive: drive.release(),
        "Resan vilar inte, så det finns ingen vila att avbryta.",
        "The journey is not resting, so there is nothing to release.",
    ),
    errors.ReviewInThePast: (
        lambda drive: hold(drive, review="2026-03-02 00:00"),
        "Datumet 2026-03-02 har passerat; välj ett senare datum.",
        "The review date 2026-03-02 has passed; choose a later one.",
    ),
    errors.OtherJourney: (
        lambda drive: complete(drive, "j2.welcome_call.1"),
        "Uppgiften j2.welcome_call.1 hör till en annan resa; hämta den på nytt i uppgiftslistan.",
        "The task j2.welcome_call.1 belongs to another journey; look the task up again in the list of tasks.",
    ),
    errors.UnknownTask: (
        lambda drive: complete(drive, "j1.welcome_call.7"),
        "Det finns ingen uppgift j1.welcome_call.7; hämta den i uppgiftslistan.",
        "There is no task j1.welcome_call.7; look it up in the list of tasks.",
    ),
    errors.TaskEnded: (
        ended,
        "Uppgiften j1.welcome_call.1 är redan avslutad (willing); se i uppgiftslistan vad som är öppet nu.",
        "The task j1.welcome_call.1 has ended already (willing); see the list of tasks for what is open now.",
    ),
    errors.TaskReplaced: (
        tried_again,
        "Uppgiften j1.welcome_call.1 har öppnats på nytt sedan dess; använd j1.welcome_call.2 i stället.",
        "The task j1.welcome_call.1 has been opened anew since; use j1.welcome_call.2 instead.",
    ),
    errors.UnknownOutcome: (
        lambda drive: complete(drive, name="happy"),
        (
            "Uppgiften j1.welcome_call.1 kan inte sluta med happy; välj något av: "
            "willing, maybe, not_willing, not_reached."
        ),
        "The task j1.welcome_call.1 cannot end with happy; choose one of: willing, maybe, not_willing, not_reached.",
    ),
    errors.MissingAnswers: (
        lambda drive: complete(drive, facts={}),
        "Utfallet willing behöver också svar på: route.",
        "The outcome willing also needs an answer to: route.",
    ),
    errors.UnknownFact: (
        lambda drive: complete(drive, facts={"route": "job", "shoe_size": "yes"}),
        "Programmet har ingen fråga som heter shoe_size; ta bort den.",
        "The programme asks no question called shoe_size; leave it out.",
    ),
    errors.UnknownFactValue: (
        lambda drive: complete(drive, facts={"route": "walk"}),
        "route kan inte vara walk; välj något av: job, study.",
        "route cannot be walk; choose one of: job, study.",
    ),
    errors.UnknownDate: (
        lambda drive: complete(drive, dates={"birthday": date(2026, 4, 1)}),
        "Programmet har inget datum som heter birthday; ta bort det.",
        "The programme has no date called birthday; leave it out.",
    ),
    errors.WrongKindOfDate: (
        lambda drive: booking(drive, interview_at=day("2026-03-10")),
        "interview_at behöver ett klockslag; skriv det som 2026-11-24T10:00+01:00.",
        "interview_at needs a time; give it as 2026-11-24T10:00+01:00.",
    ),
    errors.OutOfReach: (
        lambda drive: complete(drive, dates={"wake_at": date(9999, 12, 31)}),
        "Året 9999 ligger utom räckhåll; ange ett datum mellan 1900 och 2199.",
        "The year 9999 is out of reach; give a date between 1900 and 2199.",
    ),
    errors.UnknownExit: (
        lambda drive: drive.exit("X99"),
        "Programmet har inget avslut X99; välj något av: X5.",
        "The programme has no exit X99; choose one of: X5.",
    ),
    errors.ExitNeedsAStep: (
        lambda drive: drive.exit("OK1"),
        "Avslutet OK1 kan bara följa av hur en uppgift slutade; välj något av: X5.",
        "The exit OK1 follows only from how a task ended; choose one of: X5.",
    ),
    errors.NoExitAnytime: (
        no_exit,
        "Inget av programmets avslut kan väljas när som helst; avsluta en öppen uppgift med det utfall som leder ut.",
        "No exit of this programme may be chosen at any time; complete an open task with the outcome that leads out.",
    ),
    errors.UnknownParty: (
        lambda drive: hold(drive, on="moon"),
        "Programmet har ingen part som heter moon; välj något av: us, participant, csn, employer.",
        "The programme knows no party called moon; choose one of: us, participant, csn, employer.",
    ),
    errors.UnknownStep: (
        lambda drive: drive.exit().reopen("moon"),
        (
            "Programmet har inget steg moon som kan öppnas; välj något av: assignment, welcome_call, interview, offer, "
            "csn_right, csn, move, plan_review."
        ),
        (
            "The programme has no step moon that can be opened; choose one of: assignment, welcome_call, interview, "
            "offer, csn_right, csn, move, plan_review."
        ),
    ),
    adoption_errors.AdoptedAlready: (
        lambda drive: drive.adopt(drive.state.programme),
        "Resan följer redan version 0; det finns inget att byta till.",
        "The journey follows version 0 already; there is nothing to adopt.",
    ),
    adoption_errors.AdoptionOfAnother: (
        lambda drive: drive.adopt(newer(lambda plan: plan.update(programme="other"))),
        "Resan följer sample och kan inte gå vidare enligt other; välj en version av sample.",
        "The journey follows sample and cannot go on by other; choose a version of sample.",
    ),
    adoption_errors.AdoptionWithoutExit: (
        lambda drive: moved(drive).adopt(newer(lambda plan: plan["exits"].pop("OK1"))),
        "Resan har lämnats med OK1, som inte finns i version 2; behåll det avslutet där.",
        "The journey has left by OK1, which version 2 does not have; keep that exit there.",
    ),
    adoption_errors.AdoptionWithoutAnswer: (
        lambda drive: drive.willing().adopt(newer(lambda plan: plan["facts"]["route"]["values"].pop("job"))),
        "route är job här, vilket inte finns i version 2; behåll det där eller rätta svaret först.",
        "route is job here, which version 2 does not have; keep it there or correct the answer first.",
    ),
    adoption_errors.AdoptionWithoutRest: (
        lambda drive: drive.complete("welcome_call", "maybe").adopt(without_step("welcome_call")),
        "Resan vilar tills welcome_call öppnas, vilket version 2 inte kan; avbryt vilan eller behåll det där.",
        "The journey rests until welcome_call opens, which version 2 cannot open; end the rest or keep it there.",
    ),
    adoption_errors.AdoptionWithoutOutcome: (
        lambda drive: offered(drive).adopt(newer(lambda plan: plan["steps"]["offer"]["outcomes"].pop("offered"))),
        "offer slutade med offered; senare steg bygger på det och version 2 saknar det: behåll det där.",
        "offer ended with offered; later steps build on it and version 2 does not have it: keep it there.",
    ),
    errors.NotAssignable: (
        participants_own,
        "Uppgiften j1.welcome_call.1 är deltagarens egen och kan inte ges till någon annan.",
        "The task j1.welcome_call.1 is the participant's own and cannot be given to anybody else.",
    ),
    **refusals_of_clocks.CASES,
    **refusals_of_taking_back.CASES,
    **refusals_of_wishes.CASES,
}


def all_refusals() -> set[type[Refusal]]:
    named = (*vars(errors).values(), *vars(mending_errors).values(), *vars(adoption_errors).values())
    return {found for found in named if isinstance(found, type) and issubclass(found, Refusal)}


def test_every_refusal_has_a_case_here() -> None:
    assert CASES.keys() == all_refusals() - {Refusal}


@pytest.mark.parametrize("refusal", CASES, ids=lambda found: found.__name__)
def test_a_refusal_says_in_both_languages_what_to_do(refusal: type[Refusal]) -> None:
    act, swedish, english = CASES[refusal]
    with pytest.raises(Refusal) as caught:
        act(Drive())
    assert type(caught.value) is refusal
    assert caught.value.sentence("sv") == swedish
    assert caught.value.sentence("en") == str(caught.value) == english


@pytest.mark.parametrize("refusal", CASES, ids=lambda found: found.__name__)
def test_a_refusal_leaves_no_trace(refusal: type[Refusal]) -> None:
    act, _, _ = CASES[refusal]
    drive = Drive()
    states = [drive.state.model_dump_json()]
    send = drive.send

    def watched(command: Any) -> Drive:
        states.append(drive.state.model_dump_json())
        return send(command)

    drive.send = watched  # type: ignore[method-assign]
    with pytest.raises(Refusal):
        act(drive)
    assert drive.state.model_dump_json() == states[-1]


def test_a_refusal_does_not_let_alarms_go_off_either() -> None:
    drive = Drive()
    before = drive.state
    drive.now = at("2026-03-20 10:00")
    with pytest.raises(errors.UnknownOutcome):
        drive.complete("welcome_call", "happy")
    assert drive.state is before
    assert "task_overdue welcome_call" in drive.to("2026-03-20 10:00").happened


def test_every_refusal_has_a_code_of_its_own_that_machines_can_read() -> None:
    codes = {refusal(**_any_params(refusal)).code for refusal in all_refusals()}
    assert len(codes) == len(all_refusals())
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", code) for code in codes)


def _any_params(refusal: type[Refusal]) -> dict[str, str]:
    return dict.fromkeys(re.findall(r"{(\w+)}", f"{refusal.sv} {refusal.__doc__}"), "?")


@pytest.mark.parametrize("refusal", sorted(all_refusals(), key=str), ids=str)
def test_a_refusal_is_a_whole_sentence_and_says_the_same_in_both_languages(refusal: type[Refusal]) -> None:
    said = refusal(**_any_params(refusal))
    for language in ("sv", "en"):
        sentence = said.sentence(language)
        assert sentence.endswith(".")
        assert not re.search(r"[{}\n]|  ", sentence)
    holes = [set(re.findall(r"{(\w+)}", words)) for words in (refusal.sv, refusal.__doc__ or "")]
    assert {hole.removesuffix("_sv") for hole in holes[0]} == holes[1]


def test_braces_in_what_somebody_sent_are_not_filled_in_again() -> None:
    refusal = errors.UnknownFactValue(fact="{value}", value="{0}{secret}", choices="a")
    assert refusal.sentence("en") == "{value} cannot be {0}{secret}; choose one of: a."


# ---- which of several refusals


def test_a_task_of_a_step_that_the_programme_does_not_have_is_unknown() -> None:
    for task in ("j1.moon.1", "j1.welcome_call.0", "nonsense", "j1.welcome_call.x", "a.b"):
        with pytest.raises(errors.UnknownTask):
            complete(Drive(), task)


def test_a_task_that_was_closed_without_an_outcome_has_ended_too() -> None:
    with pytest.raises(errors.TaskEnded, match=r"j1\.welcome_call\.1 has ended already \(willing\)"):
        closed(Drive())

    def change(plan: dict[str, Any]) -> None:
        plan["steps"]["beside"] = {
            "kind": "task", "title": both("Beside"), "phase": "a", "role": "coordinator",
            "needs": {"interview": ["booked"]}, "due": {"days": 30}, "outcomes": {"done": outcome("Done", go_on=True)},
        }  # fmt: skip

    drive = Drive(programme=variant(change)).booked().complete("offer", "no_answer")
    with pytest.raises(errors.TaskEnded, match=r"j1\.beside\.1 has ended already; see"):
        complete(drive, "j1.beside.1", "done")


def test_a_date_only_is_asked_for_where_a_time_was_given() -> None:
    with pytest.raises(errors.WrongKindOfDate, match="wake_at needs a date only; give it as 2026-11-24"):
        complete(Drive(), name="maybe", dates={"wake_at": at("2026-04-01 10:00")})


def test_every_missing_answer_is_named_at_once() -> None:
    def change(plan: dict[str, Any]) -> None:
        plan["steps"]["welcome_call"]["outcomes"]["willing"].update(
            asks=["route", "foreign_citizen"], asks_dates=["course_start"]
        )

    with pytest.raises(errors.MissingAnswers, match="answer to: route, foreign_citizen, course_start"):
        complete(Drive(programme=variant(change)), facts={})


def test_a_follow_up_can_be_left_no_second_time() -> None:
    drive = Drive().booked().report("offer.made", "offered").complete("move", "arrived")
    with pytest.raises(errors.JourneyOver, match="OK1"):
        drive.send(ExitJourney(id="x1", exit="X5"))


@pytest.mark.parametrize("step", ["intake", "enrolled", "follow_up", "moon"])
def test_nobody_comes_back_at_a_milestone_or_a_follow_up(step: str) -> None:
    with pytest.raises(errors.UnknownStep):
        Drive().exit().send(ReopenJourney(id="x1", step=step))


def test_dates_in_refusals_are_local_ones() -> None:
    """Midnight in Stockholm is the evening before in UTC."""
    with pytest.raises(errors.ReviewInThePast, match="2026-03-02"):
        hold(Drive(), review="2026-03-02 00:00")
    drive = Drive().hold("2026-07-01 00:00")
    with pytest.raises(errors.AlreadyOnHold, match="2026-07-01"):
        drive.hold("2026-08-01 09:00")


def test_nobody_is_offered_an_exit_by_the_engine_that_it_would_refuse() -> None:
    with pytest.raises(errors.UnknownExit) as caught:
        Drive().exit("X99")
    for code in caught.value.params["choices"].split(", "):
        assert engine.decide(Drive().state, ExitJourney(id="x1", exit=code), at("2026-03-02 11:00"))
