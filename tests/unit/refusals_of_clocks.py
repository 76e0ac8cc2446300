"""Refusals of the commands that mend clocks and owners: how each comes about, and its sentences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from journey import mending_errors
from journey.errors import Refusal
from tests.driving import Drive, variant
from tests.sample import outcome


def theirs(drive: Drive) -> None:
    def change(plan: dict[str, Any]) -> None:
        plan["steps"]["welcome_call"]["due"]["fixed"] = True

    drive.state = Drive(programme=variant(change)).state
    drive.extend("welcome_call", "2026-03-09 17:00")


def no_outcome_leads_on(drive: Drive) -> None:
    drive.booked().report("offer.made", "offered").waive("move")


def several_lead_on(drive: Drive) -> None:
    def change(plan: dict[str, Any]) -> None:
        plan["steps"]["interview"]["outcomes"]["lost"] = outcome("Lost", go_on=True)

    drive.state = Drive(programme=variant(change)).state
    drive.willing().waive("interview")


CASES: dict[type[Refusal], tuple[Callable[[Drive], object], str, str]] = {
    mending_errors.ClockStopped: (
        lambda drive: drive.hold("2026-04-01 00:00").nudge("welcome_call"),
        "Resan vilar till 2026-04-01, och klockan för j1.welcome_call.1 med den; avbryt vilan först.",
        "The journey rests until 2026-04-01, and the clock of j1.welcome_call.1 with it; release the journey first.",
    ),
    mending_errors.RemindedToday: (
        lambda drive: drive.nudge("welcome_call").nudge("welcome_call"),
        "Den som har uppgiften j1.welcome_call.1 har redan påmints i dag; påminn igen tidigast 2026-03-03.",
        (
            "Whoever has the task j1.welcome_call.1 has been reminded today already; remind them again on 2026-03-03 "
            "at the earliest."
        ),
    ),
    mending_errors.NotOursToExtend: (
        theirs,
        (
            "Datumet för j1.welcome_call.1 är någon annans och kan inte förlängas; rätta i stället datumet som det "
            "hänger på."
        ),
        (
            "The date of j1.welcome_call.1 is somebody else's and cannot be extended; correct the date that it hangs "
            "on instead."
        ),
    ),
    mending_errors.DueInThePast: (
        lambda drive: drive.extend("welcome_call", "2026-03-02 10:00"),
        "Tiden 2026-03-02 10:00 har passerat; ange en senare.",
        "The time 2026-03-02 10:00 has passed; give a later one.",
    ),
    mending_errors.DueNotLater: (
        lambda drive: drive.extend("welcome_call", "2026-03-05 17:00"),
        "Uppgiften j1.welcome_call.1 har redan tid till 2026-03-05 17:00; ange en senare tid än så.",
        "The task j1.welcome_call.1 has until 2026-03-05 17:00 already; give a later time than that.",
    ),
    mending_errors.NotWaivable: (
        lambda drive: drive.waive("intake"),
        (
            "Steget intake är inget som kan undantas nu; välj något av: assignment, welcome_call, interview, offer, "
            "csn_right, csn."
        ),
        (
            "The step intake is none that can be done without now; choose one of: assignment, welcome_call, "
            "interview, offer, csn_right, csn."
        ),
    ),
    mending_errors.StepEnded: (
        lambda drive: drive.complete("assignment", "assigned").waive("assignment"),
        "Steget assignment är redan avslutat (assigned); gå i stället tillbaka till det om det blev fel.",
        "The step assignment has ended already (assigned); if that was wrong, go back to it instead.",
    ),
    mending_errors.StepDoesNotApply: (
        lambda drive: drive.willing("job").waive("csn"),
        "Steget csn berör inte den här deltagaren enligt svaren; rätta dem först.",
        "The step csn does not concern this participant by the answers given; correct those first.",
    ),
    mending_errors.NothingLeadsOn: (
        no_outcome_leads_on,
        "Inget utfall av steget move leder vidare, så det kan inte undantas; avsluta steget eller resan.",
        "No outcome of the step move leads on, so it cannot be done without; complete it or end the journey.",
    ),
    mending_errors.WaivedAsWhat: (
        several_lead_on,
        "Ange vilket utfall steget interview ska räknas som; välj något av: booked, lost.",
        "Say which outcome the step interview is to count as; choose one of: booked, lost.",
    ),
    mending_errors.WaiverExpiresTooSoon: (
        lambda drive: drive.waive("interview", until="2026-03-02"),
        "Undantaget skulle gå ut 2026-03-02, som inte är efter i dag; ange en senare dag.",
        "The waiver would end on 2026-03-02, which is not after today; give a later day.",
    ),
    mending_errors.NobodyStandsIn: (
        lambda drive: drive.cover("anna", "anna", "2026-03-02 08:00", "2026-03-09 08:00"),
        "anna kan inte ersätta sig själv; välj någon annan.",
        "anna cannot stand in for themselves; choose somebody else.",
    ),
    mending_errors.StandInAway: (
        lambda drive: drive.cover("bo", "anna", "2026-03-04 08:00", "2026-03-11 08:00").cover(
            "anna", "bo", "2026-03-02 08:00", "2026-03-09 08:00"
        ),
        (
            "bo är också borta, från 2026-03-04 08:00 till 2026-03-11 08:00, och ingen skulle vara kvar; välj någon "
            "annan."
        ),
        (
            "bo is away too, from 2026-03-04 08:00 until 2026-03-11 08:00, and nobody would be left; choose somebody "
            "else."
        ),
    ),
    mending_errors.CoverEndsTooSoon: (
        lambda drive: drive.cover("anna", "bo", "2026-03-01 08:00", "2026-03-02 10:00"),
        (
            "Frånvaron måste sluta efter att den börjar och efter nu, vilket 2026-03-02 10:00 inte gör; ange ett "
            "senare slut."
        ),
        ("The absence must end after it begins and after now, which 2026-03-02 10:00 does not; give a later end."),
    ),
}
