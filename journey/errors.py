"""Everything the engine refuses, one class each.

    Refusal
    ├── NoSuchLocalTime · AmbiguousLocalTime · OutOfReach
    ├── CommandIdReused
    ├── JourneyOver · JourneyNotOver · AlreadyOnHold · NotOnHold · ReviewInThePast
    ├── OtherJourney · UnknownTask · TaskEnded · TaskReplaced
    ├── UnknownOutcome · MissingAnswers · UnknownFact · UnknownFactValue · UnknownDate · WrongKindOfDate
    ├── UnknownExit · ExitNeedsAStep · NoExitAnytime · UnknownParty · UnknownStep · NotAssignable
    └── what is refused when a journey is mended: see journey.mending_errors

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


class OutOfReach(Refusal):
    """The year {year} is out of reach; give a date between {first} and {last}."""

    sv = "Året {year} ligger utom räckhåll; ange ett datum mellan {first} och {last}."


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
