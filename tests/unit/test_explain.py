"""Why does it wait: one text for each situation, in both languages. Read them aloud when they change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from journey import calendars
from journey.explain import explain
from journey.wording import spoken, spoken_day
from schemas.programme import Programme
from tests.driving import OFFICE, Drive, at, variant


def words(plan: dict[str, Any]) -> None:
    """Titles as a programme has them."""
    plan["roles"]["coordinator"]["title"] = {"sv": "Projektmedarbetare", "en": "Coordinator"}
    plan["roles"]["leader"]["title"] = {"sv": "Projektledare", "en": "Project leader"}
    plan["roles"]["participant"]["title"] = {"sv": "Deltagaren", "en": "The participant"}
    plan["parties"]["participant"]["title"] = {"sv": "Deltagaren", "en": "The participant"}
    plan["parties"]["employer"]["title"] = {"sv": "Arbetsgivaren", "en": "The employer"}
    plan["parties"]["csn"]["title"] = {"sv": "CSN", "en": "CSN"}
    plan["steps"]["assignment"]["title"] = {"sv": "Fördelning", "en": "Assignment"}
    plan["steps"]["welcome_call"]["title"] = {"sv": "Välkomstsamtal", "en": "Welcome call"}
    plan["steps"]["interview"]["title"] = {"sv": "Intervju", "en": "Interview"}
    plan["steps"]["offer"]["title"] = {"sv": "Erbjudande", "en": "Offer"}
    plan["steps"]["offer"]["outcomes"]["no_answer"]["title"] = {"sv": "Inget svar", "en": "No answer"}
    plan["steps"]["csn"]["title"] = {"sv": "Studiemedel", "en": "Study support"}
    plan["steps"]["move"]["title"] = {"sv": "Flytt", "en": "Move"}
    plan["steps"]["follow_up"]["title"] = {"sv": "Uppföljning", "en": "Follow-up"}
    plan["exits"]["OK1"]["title"] = {"sv": "Arbete efter flytt", "en": "Working after the move"}
    plan["exits"]["X5"]["title"] = {"sv": "Återtagit", "en": "Withdrew"}


PLAIN = variant(words)


def also(change: Any) -> Programme:
    def both(plan: dict[str, Any]) -> None:
        words(plan)
        change(plan)

    return variant(both)


def begun(programme: Programme = PLAIN, **given: Any) -> Drive:
    return Drive("2026-03-02 10:00", programme=programme, **given)


def called(programme: Programme = PLAIN) -> Drive:
    return begun(programme).complete("assignment", "assigned")


def waiting(programme: Programme = PLAIN) -> Drive:
    return begun(programme).booked()


def studying() -> Drive:
    return begun(facts={"foreign_citizen": "no"}).booked("study").report("offer.made", "offered")


def arrived() -> Drive:
    return waiting().report("offer.made", "offered").to("2026-03-16 11:00").complete("move", "arrived")


def participants(plan: dict[str, Any]) -> None:
    plan["steps"]["welcome_call"]["role"] = "participant"


def undated(plan: dict[str, Any]) -> None:
    del plan["steps"]["welcome_call"]["due"]


def no_ladder(plan: dict[str, Any]) -> None:
    plan["steps"]["offer"]["escalate"] = []


def vux(plan: dict[str, Any]) -> None:
    plan["roles"]["leader"]["title"] = {"sv": "VUX-vägledare", "en": "VUX counsellor"}
    plan["steps"]["offer"].update(escalate=[], end={"after_due": {"days": 1}, "hand_to": "leader"})


SITUATIONS: dict[str, tuple[Callable[[], Drive], str, str]] = {
    "a task that is open": (
        called,
        (
            "Projektmedarbetare ska göra ”Välkomstsamtal” senast torsdag 5 mars 2026 kl. 17.00; öppet sedan "
            "måndag 2 mars 2026. Händer inget går en påminnelse tisdag 3 mars 2026 kl. 09.00."
        ),
        (
            "The coordinator is to do “Welcome call” by Thursday 5 March 2026 at 17:00; it has been open since Monday"
            " 2 March 2026. If nothing happens, a reminder is sent on Tuesday 3 March 2026 at 09:00."
        ),
    ),
    "a task after its last reminder": (
        lambda: called().to("2026-03-04 09:00"),
        (
            "Projektmedarbetare ska göra ”Välkomstsamtal” senast torsdag 5 mars 2026 kl. 17.00; öppet sedan "
            "måndag 2 mars 2026. Händer inget går det vidare till fler torsdag 5 mars 2026 kl. 17.00."
        ),
        (
            "The coordinator is to do “Welcome call” by Thursday 5 March 2026 at 17:00; it has been open since Monday"
            " 2 March 2026. If nothing happens, it is escalated on Thursday 5 March 2026 at 17:00."
        ),
    ),
    "a task that is late, and everybody has been told": (
        lambda: called().to("2026-03-06 10:00"),
        (
            "Projektmedarbetare skulle ha gjort ”Välkomstsamtal” senast torsdag 5 mars 2026 kl. 17.00 och behöver"
            " göra det nu; öppet sedan måndag 2 mars 2026. Inget mer händer av sig självt."
        ),
        (
            "The coordinator should have done “Welcome call” by Thursday 5 March 2026 at 17:00 and needs to do it "
            "now; it has been open since Monday 2 March 2026. Nothing more happens by itself."
        ),
    ),
    "two tasks, the more urgent one first": (
        lambda: begun().to("2026-03-02 15:00"),
        (
            "Projektledare skulle ha gjort ”Fördelning” senast måndag 2 mars 2026 kl. 14.00 och behöver göra det "
            "nu; öppet sedan måndag 2 mars 2026. Händer inget lämnas uppgiften till projektledare tisdag 3 mars "
            "2026 kl. 17.00. Också öppet: Välkomstsamtal."
        ),
        (
            "The project leader should have done “Assignment” by Monday 2 March 2026 at 14:00 and needs to do it now;"
            " it has been open since Monday 2 March 2026. If nothing happens, the task is handed to the project "
            "leader on Tuesday 3 March 2026 at 17:00. Also open: Welcome call."
        ),
    ),
    "a task of the participant's own": (
        lambda: called(also(participants)),
        (
            "Deltagaren ska göra ”Välkomstsamtal” senast torsdag 5 mars 2026 kl. 17.00; öppet sedan måndag 2 mars"
            " 2026. Händer inget går en påminnelse tisdag 3 mars 2026 kl. 09.00."
        ),
        (
            "The participant is to do “Welcome call” by Thursday 5 March 2026 at 17:00; it has been open since "
            "Monday 2 March 2026. If nothing happens, a reminder is sent on Tuesday 3 March 2026 at 09:00."
        ),
    ),
    "a task without a clock": (
        lambda: called(also(undated)),
        "Projektmedarbetare har ”Välkomstsamtal” att göra sedan måndag 2 mars 2026.",
        "The coordinator has had “Welcome call” to do since Monday 2 March 2026.",
    ),
    "a wait that is expected to be answered": (
        waiting,
        (
            "Arbetsgivaren ska svara om ”Erbjudande” senast måndag 9 mars 2026 kl. 17.00; vi väntar sedan måndag "
            "2 mars 2026. Projektmedarbetare följer upp. Händer inget går en påminnelse fredag 6 mars 2026 kl. "
            "09.00."
        ),
        (
            "The employer is to answer about “Offer” by Monday 9 March 2026 at 17:00; we have been waiting since "
            "Monday 2 March 2026. The coordinator follows it up. If nothing happens, a reminder is sent on Friday 6 "
            "March 2026 at 09:00."
        ),
    ),
    "a wait that is late and about to end by itself": (
        lambda: waiting(also(no_ladder)).to("2026-03-10 10:00"),
        (
            "Arbetsgivaren skulle ha svarat om ”Erbjudande” senast måndag 9 mars 2026 kl. 17.00; vi väntar sedan "
            "måndag 2 mars 2026. Projektmedarbetare följer upp. Händer inget avslutas steget som ”Inget svar” "
            "måndag 23 mars 2026 kl. 17.00."
        ),
        (
            "The employer should have answered about “Offer” by Monday 9 March 2026 at 17:00; we have been "
            "waiting since Monday 2 March 2026. The coordinator follows it up. If nothing happens, the step ends as "
            "“No answer” on Monday 23 March 2026 at 17:00."
        ),
    ),
    "a wait that is late and about to be handed over": (
        lambda: waiting(also(vux)).to("2026-03-10 10:00"),
        (
            "Arbetsgivaren skulle ha svarat om ”Erbjudande” senast måndag 9 mars 2026 kl. 17.00; vi väntar sedan "
            "måndag 2 mars 2026. Projektmedarbetare följer upp. Händer inget lämnas uppgiften till VUX-vägledare "
            "tisdag 10 mars 2026 kl. 17.00."
        ),
        (
            "The employer should have answered about “Offer” by Monday 9 March 2026 at 17:00; we have been "
            "waiting since Monday 2 March 2026. The coordinator follows it up. If nothing happens, the task is handed"
            " to the VUX counsellor on Tuesday 10 March 2026 at 17:00."
        ),
    ),
    "a wait that has been handed over": (
        lambda: studying().to("2026-05-10 10:00"),
        (
            "CSN skulle ha svarat om ”Studiemedel” senast fredag 20 mars 2026 kl. 17.00; vi väntar sedan måndag 2"
            " mars 2026. Projektledare följer upp. Händer inget går det vidare till fler onsdag 13 maj 2026 kl. "
            "09.00."
        ),
        (
            "CSN should have answered about “Study support” by Friday 20 March 2026 at 17:00; we have been "
            "waiting since Monday 2 March 2026. The project leader follows it up. If nothing happens, it is escalated"
            " on Wednesday 13 May 2026 at 09:00."
        ),
    ),
    "a rest that ends by itself": (
        lambda: called().complete("welcome_call", "maybe"),
        (
            "Resan vilar sedan måndag 2 mars 2026 (i väntan på: Deltagaren; orsak: thinking). ”Välkomstsamtal” "
            "öppnas igen onsdag 1 april 2026 kl. 09.00."
        ),
        (
            "The journey has been resting since Monday 2 March 2026 (waiting for: The participant; cause: "
            "thinking). “Welcome call” opens again on Wednesday 1 April 2026 at 09:00."
        ),
    ),
    "a rest that staff look at again": (
        lambda: called().hold("2026-03-20 09:00", on="csn"),
        (
            "Resan vilar sedan måndag 2 mars 2026 (i väntan på: CSN; orsak: illness). Projektmedarbetare ser över"
            " vilan fredag 20 mars 2026 kl. 09.00."
        ),
        (
            "The journey has been resting since Monday 2 March 2026 (waiting for: CSN; cause: illness). "
            "The coordinator reviews this on Friday 20 March 2026 at 09:00."
        ),
    ),
    "a rest past its review": (
        lambda: called().hold("2026-03-20 09:00", on="csn").to("2026-03-25 10:00"),
        (
            "Resan vilar sedan måndag 2 mars 2026 (i väntan på: CSN; orsak: illness). Projektmedarbetare skulle "
            "ha sett över vilan fredag 20 mars 2026 kl. 09.00: avbryt den eller avsluta resan."
        ),
        (
            "The journey has been resting since Monday 2 March 2026 (waiting for: CSN; cause: illness). "
            "The coordinator was to review this on Friday 20 March 2026 at 09:00: release the journey or end it."
        ),
    ),
    "a rest beside a date of somebody else's": (
        lambda: studying().hold("2026-12-01 09:00"),
        (
            "Resan vilar sedan måndag 2 mars 2026 (i väntan på: Deltagaren; orsak: illness). Projektmedarbetare "
            "ser över vilan tisdag 1 december 2026 kl. 09.00. Också öppet: Studiemedel."
        ),
        (
            "The journey has been resting since Monday 2 March 2026 (waiting for: The participant; cause: "
            "illness). The coordinator reviews this on Tuesday 1 December 2026 at 09:00. Also open: Study support."
        ),
    ),
    "a follow-up after the exit": (
        arrived,
        (
            "Resan avslutades måndag 16 mars 2026: Arbete efter flytt (OK1). Projektmedarbetare ska göra "
            "”Uppföljning” senast måndag 13 april 2026 kl. 17.00; öppet sedan måndag 16 mars 2026. Händer inget "
            "går en påminnelse fredag 10 april 2026 kl. 09.00."
        ),
        (
            "The journey ended on Monday 16 March 2026: Working after the move (OK1). The coordinator is to do "
            "“Follow-up” by Monday 13 April 2026 at 17:00; it has been open since Monday 16 March 2026. If "
            "nothing happens, a reminder is sent on Friday 10 April 2026 at 09:00."
        ),
    ),
    "the end": (
        lambda: begun().exit(),
        "Resan avslutades måndag 2 mars 2026: Återtagit (X5). Ingen behöver göra något.",
        "The journey ended on Monday 2 March 2026: Withdrew (X5). Nobody needs to do anything.",
    ),
}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_journey_explains(situation: str) -> None:
    make, swedish, english = SITUATIONS[situation]
    drive = make()
    said = explain(drive.state.programme, drive.state, drive.now)
    assert said.sv == swedish
    assert said.en == english


def test_an_explanation_names_no_person() -> None:
    for make, _, _ in SITUATIONS.values():
        drive = make()
        said = explain(drive.state.programme, drive.state, drive.now)
        assert not any(name in said.sv + said.en for name in ("anna", "lena", "j1"))


def test_the_days_that_are_told_are_local_ones() -> None:
    """Half an hour past midnight in Stockholm is the evening before in UTC."""
    drive = Drive("2026-07-01 00:30", programme=PLAIN)
    said = explain(drive.state.programme, drive.state, drive.now)
    assert "onsdag 1 juli 2026" in said.sv
    assert "Wednesday 1 July 2026" in said.en


def test_every_day_and_month_has_its_name_in_both_languages() -> None:
    assert spoken(calendars.local(at("2026-11-24 17:05"), OFFICE), "sv") == "tisdag 24 november 2026 kl. 17.05"
    assert spoken(calendars.local(at("2026-11-24 17:05"), OFFICE), "en") == "Tuesday 24 November 2026 at 17:05"
    months = [spoken_day(at(f"2026-{month:02}-01 12:00"), "sv").split()[2] for month in range(1, 13)]
    weekdays = [spoken_day(at(f"2026-03-{number:02} 12:00"), "en").split()[0] for number in range(2, 9)]
    assert (len(set(months)), months[0], months[11]) == (12, "januari", "december")
    assert (len(set(weekdays)), weekdays[0], weekdays[6]) == (7, "Monday", "Sunday")
