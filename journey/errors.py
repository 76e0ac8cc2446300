"""Everything the engine refuses, one class each.

    Refusal
    ├── NoSuchLocalTime · AmbiguousLocalTime
    ├── CommandIdReused
    ├── JourneyOver · JourneyNotOver · AlreadyOnHold · NotOnHold · ReviewInThePast
    ├── OtherJourney · UnknownTask · TaskEnded · TaskReplaced
    ├── UnknownOutcome · MissingAnswers · UnknownFact · UnknownFactValue · UnknownDate · WrongKindOfDate
    ├── UnknownExit · ExitNeedsAStep · NoExitAnytime · UnknownParty · UnknownStep · NotAssignable
    ├── NothingIsUndone · NothingToUndo · NotWhatWasLast · UndoTooLate
    ├── NotReachedYet · OpenAlready · StepIsMilestone · StepDoesNotApply · PersonHasLeft
    ├── KnownAlready · UnknownField · NoSuchDate · DateIsSo · DateHasPassed
    └── UnknownReport · ReportWaits · ReportApplied · AnsweredSo · TooManyReports

A class's docstring is its English sentence and `sv` the Swedish one; both say what to do. Nothing branches on them.
"""

from __future__ import annotations

import re
from typing import ClassVar

from schemas.base import Language


class Refusal(Exception):  # noqa: N818 (a refusal is an answer, not an error)
    """This cannot be done."""

    sv: ClassVar[str] = "Det här går inte att göra."

    def __init__(self, **params: object) -> None:
        self.params = {key: str(value) for key, value in params.items()}
        super().__init__(self.sentence("en"))

    @property
    def code(self) -> str:
        return re.sub(r"(?<!^)(?=[A-Z])", "_", type(self).__name__).lower()

    def sentence(self, language: Language) -> str:
        """Say in one sentence what is wrong and what to do."""
        words = self.sv if language == "sv" else " ".join((type(self).__doc__ or "").split())
        return words.format_map(self.params)


class NoSuchLocalTime(Refusal):
    """The time {time} does not exist in {zone}: the clocks are moved forward past it; give a time outside that hour."""

    sv = "Tiden {time} finns inte i {zone}: klockan ställs fram förbi den; ange en tid utanför den timmen."


class AmbiguousLocalTime(Refusal):
    """The time {time} happens twice in {zone} when the clocks are moved back; add the offset, +02:00 or +01:00."""

    sv = "Tiden {time} inträffar två gånger i {zone} när klockan ställs tillbaka; lägg till +02:00 eller +01:00."


class CommandIdReused(Refusal):
    """The key {command} has already been used for something else in this journey; choose a new key."""

    sv = "Nyckeln {command} har redan använts till något annat i den här resan; välj en ny nyckel."


class JourneyOver(Refusal):
    """The journey has ended ({exit}); take the person in again before anything more is done."""

    sv = "Resan är avslutad ({exit}); ta in personen på nytt innan något mer görs."


class JourneyNotOver(Refusal):
    """The journey is under way already, so there is nothing to reopen; look at its open tasks instead."""

    sv = "Resan pågår redan, så det finns inget att öppna igen; se dess öppna uppgifter i stället."


class AlreadyOnHold(Refusal):
    """The journey is resting already, until {review}; release it first."""

    sv = "Resan vilar redan, till {review}; avbryt vilan först."


class NotOnHold(Refusal):
    """The journey is not resting, so there is nothing to release."""

    sv = "Resan vilar inte, så det finns ingen vila att avbryta."


class ReviewInThePast(Refusal):
    """The review date {review} has passed; choose a later one."""

    sv = "Datumet {review} har passerat; välj ett senare datum."


class OtherJourney(Refusal):
    """The task {task} belongs to another journey; look the task up again in the list of tasks."""

    sv = "Uppgiften {task} hör till en annan resa; hämta den på nytt i uppgiftslistan."


class UnknownTask(Refusal):
    """There is no task {task}; look it up in the list of tasks."""

    sv = "Det finns ingen uppgift {task}; hämta den i uppgiftslistan."


class TaskEnded(Refusal):
    """The task {task} has ended already{how}; see the list of tasks for what is open now."""

    sv = "Uppgiften {task} är redan avslutad{how}; se i uppgiftslistan vad som är öppet nu."


class TaskReplaced(Refusal):
    """The task {task} has been opened anew since; use {current} instead."""

    sv = "Uppgiften {task} har öppnats på nytt sedan dess; använd {current} i stället."


class UnknownOutcome(Refusal):
    """The task {task} cannot end with {outcome}; choose one of: {choices}."""

    sv = "Uppgiften {task} kan inte sluta med {outcome}; välj något av: {choices}."


class MissingAnswers(Refusal):
    """The outcome {outcome} also needs an answer to: {names}."""

    sv = "Utfallet {outcome} behöver också svar på: {names}."


class UnknownFact(Refusal):
    """The programme asks no question called {fact}; leave it out."""

    sv = "Programmet har ingen fråga som heter {fact}; ta bort den."


class UnknownFactValue(Refusal):
    """{fact} cannot be {value}; choose one of: {choices}."""

    sv = "{fact} kan inte vara {value}; välj något av: {choices}."


class UnknownDate(Refusal):
    """The programme has no date called {date}; leave it out."""

    sv = "Programmet har inget datum som heter {date}; ta bort det."


class WrongKindOfDate(Refusal):
    """{date} needs {wanted}; give it as {example}."""

    sv = "{date} behöver {wanted_sv}; skriv det som {example}."


class UnknownExit(Refusal):
    """The programme has no exit {exit}; choose one of: {choices}."""

    sv = "Programmet har inget avslut {exit}; välj något av: {choices}."


class ExitNeedsAStep(Refusal):
    """The exit {exit} follows only from how a task ended; choose one of: {choices}."""

    sv = "Avslutet {exit} kan bara följa av hur en uppgift slutade; välj något av: {choices}."


class NoExitAnytime(Refusal):
    """No exit of this programme may be chosen at any time; complete an open task with the outcome that leads out."""

    sv = "Inget av programmets avslut kan väljas när som helst; avsluta en öppen uppgift med det utfall som leder ut."


class UnknownParty(Refusal):
    """The programme knows no party called {party}; choose one of: {choices}."""

    sv = "Programmet har ingen part som heter {party}; välj något av: {choices}."


class UnknownStep(Refusal):
    """The programme has no step {step} that can be opened; choose one of: {choices}."""

    sv = "Programmet har inget steg {step} som kan öppnas; välj något av: {choices}."


class NotAssignable(Refusal):
    """The task {task} is the participant's own and cannot be given to anybody else."""

    sv = "Uppgiften {task} är deltagarens egen och kan inte ges till någon annan."


# ---- taking back


class NothingIsUndone(Refusal):
    """This programme gives no time in which something can be taken back; go back to the step instead."""

    sv = "I det här programmet finns ingen tid då något kan ångras; gå tillbaka till steget i stället."


class NothingToUndo(Refusal):
    """Nothing can be taken back any more: something else has been done since; go back to the step instead."""

    sv = "Inget kan ångras längre: något annat har gjorts sedan dess; gå tillbaka till steget i stället."


class NotWhatWasLast(Refusal):
    """The task {task} is not what was done last, so it cannot be taken back; go back to its step instead."""

    sv = "Uppgiften {task} är inte det som gjordes senast och kan inte ångras; gå tillbaka till dess steg i stället."


class UndoTooLate(Refusal):
    """It could be taken back until {until}; go back to the step instead."""

    sv = "Det kunde ångras till {until}; gå tillbaka till steget i stället."


class NotReachedYet(Refusal):
    """The step {step} has not been reached, so there is nothing to go back to; it opens when its turn comes."""

    sv = "Steget {step} är inte nått, så det finns inget att gå tillbaka till; det öppnas när det blir dess tur."


class OpenAlready(Refusal):
    """The step {step} is open already ({task}) and nothing follows from it yet; complete it instead."""

    sv = "Steget {step} är redan öppet ({task}) och inget har följt av det än; avsluta det i stället."


class StepIsMilestone(Refusal):
    """The step {step} is a milestone and follows by itself; go back to the step that leads to it."""

    sv = "Steget {step} är en milstolpe och följer av sig självt; gå tillbaka till det steg som leder dit."


class StepDoesNotApply(Refusal):
    """The step {step} does not concern this person, as the answers are; correct the answers first."""

    sv = "Steget {step} gäller inte den här personen, så som svaren är; rätta svaren först."


class PersonHasLeft(Refusal):
    """The person has left ({exit}); take them in again, at the step {step} if you like."""

    sv = "Personen har lämnat ({exit}); ta in personen på nytt, vid steget {step} om du vill."


# ---- correcting


class KnownAlready(Refusal):
    """There is nothing to correct: what you give is known already; give what should be different."""

    sv = "Det finns inget att rätta: det du anger är känt redan; ange det som ska vara annorlunda."


class UnknownField(Refusal):
    """Nothing called {field} is kept about a person; choose among: {choices}."""

    sv = "Inget som heter {field} finns om en person; välj bland: {choices}."


class NoSuchDate(Refusal):
    """The programme has no date called {date}; choose one of: {choices}."""

    sv = "Programmet har inget datum som heter {date}; välj något av: {choices}."


class DateIsSo(Refusal):
    """{date} is {to} already; choose another time."""

    sv = "{date} är redan {to}; välj en annan tid."


class DateHasPassed(Refusal):
    """{date} cannot be moved to {to}, which has passed; choose a later time, or correct the answer instead."""

    sv = "{date} kan inte flyttas till {to}, som har passerat; välj en senare tid, eller rätta svaret i stället."


# ---- reports


class UnknownReport(Refusal):
    """No step of this programme waits for a report of the type {type}; match it with another journey or dismiss it."""

    sv = "Inget steg i programmet väntar på en rapport av typen {type}; para den med en annan resa eller avfärda den."


class ReportWaits(Refusal):
    """The report {event} waits in this journey already and answers its step when that opens; leave it there."""

    sv = "Rapporten {event} väntar redan i den här resan och besvarar sitt steg när det öppnas; låt den ligga."


class ReportApplied(Refusal):
    """The report {event} has been applied to this journey already; dismiss it."""

    sv = "Rapporten {event} har redan använts i den här resan; avfärda den."


class AnsweredSo(Refusal):
    """The step {step} has the answer {outcome} already, so there is nothing to apply; dismiss the report."""

    sv = "Steget {step} har redan svaret {outcome}, så det finns inget att använda; avfärda rapporten."


class TooManyReports(Refusal):
    """The journey keeps {most} reports already that wait for their step; dismiss some of them first."""

    sv = "Resan har redan {most} rapporter som väntar på sitt steg; avfärda några av dem först."
