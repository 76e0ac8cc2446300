"""What the engine refuses when a journey is mended, one class each.

    Refusal (journey.errors)
    ├── NothingIsUndone · NothingToUndo · NotWhatWasLast · UndoTooLate
    ├── NotReachedYet · OpenAlready · StepIsMilestone · StepDoesNotApply · PersonHasLeft
    ├── KnownAlready · UnknownField · NoSuchDate · DateIsSo · DateHasPassed
    ├── UnknownReport · ReportWaits · ReportApplied · AnsweredSo · TooManyReports
    ├── ClockStopped · RemindedToday · NotOursToExtend · DueInThePast · DueNotLater
    ├── NotWaivable · StepEnded · NothingLeadsOn · WaivedAsWhat · WaiverExpiresTooSoon
    ├── NoTimeToChoose · TimeHasPassed · TimeOutsideHours · TimeTooLate · TimeIsSo · RestsNow · NothingWished
    ├── NobodyStandsIn · StandInAway · CoverEndsTooSoon
    └── those of adoption: see journey.adoption_errors

A class's docstring is its English sentence and `sv` the Swedish one; both say what to do. Nothing branches on them.
"""

from __future__ import annotations

from journey.errors import Refusal

# ---- taking back


class NothingIsUndone(Refusal):
    """This programme gives no time in which something can be taken back; go back to the step instead."""

    sv = "I det här programmet finns ingen tid då något kan ångras; gå tillbaka till steget i stället."


class NothingToUndo(Refusal):
    """Nothing can be taken back now: what was done last is nothing that can be; go back to the step instead."""

    sv = "Inget kan ångras nu: det som gjordes sist går inte att ångra; gå tillbaka till steget i stället."


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


class ClockStopped(Refusal):
    """The journey rests until {review}, and the clock of {task} with it; release the journey first."""

    sv = "Resan vilar till {review}, och klockan för {task} med den; avbryt vilan först."


class RemindedToday(Refusal):
    """Whoever has the task {task} has been reminded today already; remind them again on {again} at the earliest."""

    sv = "Den som har uppgiften {task} har redan påmints i dag; påminn igen tidigast {again}."


class NotOursToExtend(Refusal):
    """The date of {task} is somebody else's and cannot be extended; correct the date that it hangs on instead."""

    sv = "Datumet för {task} är någon annans och kan inte förlängas; rätta i stället datumet som det hänger på."


class DueInThePast(Refusal):
    """The time {due} has passed; give a later one."""

    sv = "Tiden {due} har passerat; ange en senare."


class DueNotLater(Refusal):
    """The task {task} has until {due} already; give a later time than that."""

    sv = "Uppgiften {task} har redan tid till {due}; ange en senare tid än så."


class NotWaivable(Refusal):
    """The step {step} is none that can be done without now; choose one of: {choices}."""

    sv = "Steget {step} är inget som kan undantas nu; välj något av: {choices}."


class StepEnded(Refusal):
    """The step {step} has ended already ({outcome}); if that was wrong, go back to it instead."""

    sv = "Steget {step} är redan avslutat ({outcome}); gå i stället tillbaka till det om det blev fel."


class NothingLeadsOn(Refusal):
    """No outcome of the step {step} leads on, so it cannot be done without; complete it or end the journey."""

    sv = "Inget utfall av steget {step} leder vidare, så det kan inte undantas; avsluta steget eller resan."


class WaivedAsWhat(Refusal):
    """Say which outcome the step {step} is to count as; choose one of: {choices}."""

    sv = "Ange vilket utfall steget {step} ska räknas som; välj något av: {choices}."


class WaiverExpiresTooSoon(Refusal):
    """The waiver would end on {expires}, which is not after today; give a later day."""

    sv = "Undantaget skulle gå ut {expires}, som inte är efter i dag; ange en senare dag."


# ---- another time


class NoTimeToChoose(Refusal):
    """There is no time to choose here; call us instead."""

    sv = "Här finns ingen tid att välja; ring oss i stället."


class TimeHasPassed(Refusal):
    """That time has passed already; choose a later one, or call us."""

    sv = "Den tiden har redan varit; välj en senare, eller ring oss."


class TimeOutsideHours(Refusal):
    """We are here on working days from {opens} to {closes}; choose a time within that."""

    sv = "Vi finns här på vardagar klockan {opens} till {closes}; välj en tid inom det."


class TimeTooLate(Refusal):
    """That is later than we can wait; choose a time no later than {until}, or call us."""

    sv = "Det är senare än vi kan vänta; välj en tid senast {until}, eller ring oss."


class TimeIsSo(Refusal):
    """The time is {at} already; choose another one."""

    sv = "Tiden är redan {at}; välj en annan."


class RestsNow(Refusal):
    """Everything rests until {review}, so no time can be chosen now; call us if you want to talk before that."""

    sv = "Allt vilar till {review}, så ingen tid kan väljas nu; ring oss om du vill prata före det."


class NothingWished(Refusal):
    """No other time has been asked for, so there is nothing to take back."""

    sv = "Ingen har bett om en annan tid, så det finns inget att ta tillbaka."


# ---- absences


class NobodyStandsIn(Refusal):
    """{absent} cannot stand in for themselves; choose somebody else."""

    sv = "{absent} kan inte ersätta sig själv; välj någon annan."


class StandInAway(Refusal):
    """{stand_in} is away too, from {since} until {until}, and nobody would be left; choose somebody else."""

    sv = "{stand_in} är också borta, från {since} till {until}, och ingen skulle vara kvar; välj någon annan."


class CoverEndsTooSoon(Refusal):
    """The absence must end after it begins and after now, which {until} does not; give a later end."""

    sv = "Frånvaron måste sluta efter att den börjar och efter nu, vilket {until} inte gör; ange ett senare slut."
