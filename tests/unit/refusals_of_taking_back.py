"""What is refused of taking back, correcting and matching: an act, and the sentence in each language."""

from __future__ import annotations

from collections.abc import Callable

from journey import mending_errors
from journey.errors import Refusal
from journey.reports import MAX_PARKED
from schemas.mending import CorrectIdentity, UndoLast
from tests.driving import Drive, at, day, graced


def with_grace(drive: Drive) -> Drive:
    drive.state = Drive(programme=graced()).state
    return drive


def undo_twice(drive: Drive) -> None:
    with_grace(drive).willing().undo().undo()


def undo_something_else(drive: Drive) -> None:
    with_grace(drive).willing()
    drive.send(UndoLast(id="x1", task="j1.assignment.1"))


def undo_late(drive: Drive) -> None:
    with_grace(drive).willing().to("2026-03-02 10:05").undo()


def back_after_leaving(drive: Drive) -> None:
    drive.booked().report("offer.made", "offered").complete("move", "arrived").back("interview")


def back_to_the_other_route(drive: Drive) -> None:
    drive.booked("job").report("offer.made", "offered").back("csn")


def correct_nothing(drive: Drive) -> None:
    drive.willing("job").correct({"route": "job"})


def identify(drive: Drive, *fields: str) -> None:
    drive.send(CorrectIdentity(id="x1", fields=fields, submission="s1"))


def move_to_the_same_day(drive: Drive) -> None:
    drive.booked(interview="2026-03-10 13:00").move("interview_at", at("2026-03-10 13:00"))


def match_twice(drive: Drive) -> None:
    drive.booked().match("offer.made", "offered").match("offer.made", "offered")


def match_what_waits(drive: Drive) -> None:
    drive.report("offer.made", "offered", key="e1").match("offer.made", "offered", event="e1")


def match_the_same_answer(drive: Drive) -> None:
    drive.booked().complete("offer", "offered").match("offer.made", "offered")


def match_one_too_many(drive: Drive) -> None:
    for number in range(MAX_PARKED):
        drive.report("offer.made", "offered", key=f"e{number}")
    drive.match("offer.made", "offered", event="one-more")


CASES: dict[type[Refusal], tuple[Callable[[Drive], object], str, str]] = {
    mending_errors.NothingIsUndone: (
        lambda drive: drive.willing().undo(),
        "I det här programmet finns ingen tid då något kan ångras; gå tillbaka till steget i stället.",
        "This programme gives no time in which something can be taken back; go back to the step instead.",
    ),
    mending_errors.NothingToUndo: (
        undo_twice,
        "Inget kan ångras nu: det som gjordes sist går inte att ångra; gå tillbaka till steget i stället.",
        ("Nothing can be taken back now: what was done last is nothing that can be; go back to the step instead."),
    ),
    mending_errors.NotWhatWasLast: (
        undo_something_else,
        (
            "Uppgiften j1.assignment.1 är inte det som gjordes senast och kan inte ångras; "
            "gå tillbaka till dess steg i stället."
        ),
        (
            "The task j1.assignment.1 is not what was done last, so it cannot be taken back; "
            "go back to its step instead."
        ),
    ),
    mending_errors.UndoTooLate: (
        undo_late,
        "Det kunde ångras till 2026-03-02 10:05; gå tillbaka till steget i stället.",
        "It could be taken back until 2026-03-02 10:05; go back to the step instead.",
    ),
    mending_errors.NotReachedYet: (
        lambda drive: drive.willing().back("move"),
        "Steget move är inte nått, så det finns inget att gå tillbaka till; det öppnas när det blir dess tur.",
        "The step move has not been reached, so there is nothing to go back to; it opens when its turn comes.",
    ),
    mending_errors.OpenAlready: (
        lambda drive: drive.back("welcome_call"),
        "Steget welcome_call är redan öppet (j1.welcome_call.1) och inget har följt av det än; avsluta det i stället.",
        (
            "The step welcome_call is open already (j1.welcome_call.1) and nothing follows from it yet; "
            "complete it instead."
        ),
    ),
    mending_errors.StepIsMilestone: (
        lambda drive: drive.willing().back("enrolled"),
        "Steget enrolled är en milstolpe och följer av sig självt; gå tillbaka till det steg som leder dit.",
        "The step enrolled is a milestone and follows by itself; go back to the step that leads to it.",
    ),
    mending_errors.StepDoesNotApply: (
        back_to_the_other_route,
        "Steget csn gäller inte den här personen, så som svaren är; rätta svaren först.",
        "The step csn does not concern this person, as the answers are; correct the answers first.",
    ),
    mending_errors.PersonHasLeft: (
        back_after_leaving,
        "Personen har lämnat (OK1); ta in personen på nytt, vid steget interview om du vill.",
        "The person has left (OK1); take them in again, at the step interview if you like.",
    ),
    mending_errors.KnownAlready: (
        correct_nothing,
        "Det finns inget att rätta: det du anger är känt redan; ange det som ska vara annorlunda.",
        "There is nothing to correct: what you give is known already; give what should be different.",
    ),
    mending_errors.UnknownField: (
        lambda drive: identify(drive, "name", "shoe_size"),
        (
            "Inget som heter shoe_size finns om en person; välj bland: "
            "name, email, phone, language, municipality, partner, adults, children."
        ),
        (
            "Nothing called shoe_size is kept about a person; choose among: "
            "name, email, phone, language, municipality, partner, adults, children."
        ),
    ),
    mending_errors.NoSuchDate: (
        lambda drive: drive.move("birthday", day("2026-04-01")),
        "Programmet har inget datum som heter birthday; välj något av: interview_at, course_start, wake_at.",
        "The programme has no date called birthday; choose one of: interview_at, course_start, wake_at.",
    ),
    mending_errors.DateIsSo: (
        move_to_the_same_day,
        "interview_at är redan 2026-03-10 13:00; välj en annan tid.",
        "interview_at is 2026-03-10 13:00 already; choose another time.",
    ),
    mending_errors.DateHasPassed: (
        lambda drive: drive.move("course_start", day("2026-03-01")),
        (
            "course_start kan inte flyttas till 2026-03-01, som har passerat; "
            "välj en senare tid, eller rätta svaret i stället."
        ),
        (
            "course_start cannot be moved to 2026-03-01, which has passed; "
            "choose a later time, or correct the answer instead."
        ),
    ),
    mending_errors.UnknownReport: (
        lambda drive: drive.match("weather.changed", "sunny"),
        (
            "Inget steg i programmet väntar på en rapport av typen weather.changed; "
            "para den med en annan resa eller avfärda den."
        ),
        (
            "No step of this programme waits for a report of the type weather.changed; "
            "match it with another journey or dismiss it."
        ),
    ),
    mending_errors.ReportWaits: (
        match_what_waits,
        "Rapporten e1 väntar redan i den här resan och besvarar sitt steg när det öppnas; låt den ligga.",
        "The report e1 waits in this journey already and answers its step when that opens; leave it there.",
    ),
    mending_errors.ReportApplied: (
        match_twice,
        "Rapporten e1 har redan använts i den här resan; avfärda den.",
        "The report e1 has been applied to this journey already; dismiss it.",
    ),
    mending_errors.AnsweredSo: (
        match_the_same_answer,
        "Steget offer har redan svaret offered, så det finns inget att använda; avfärda rapporten.",
        "The step offer has the answer offered already, so there is nothing to apply; dismiss the report.",
    ),
    mending_errors.TooManyReports: (
        match_one_too_many,
        "Resan har redan 100 rapporter som väntar på sitt steg; avfärda några av dem först.",
        "The journey keeps 100 reports already that wait for their step; dismiss some of them first.",
    ),
}
