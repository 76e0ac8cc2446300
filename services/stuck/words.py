"""What is said of what is stuck: what somebody should type, and why it waits where the journey itself cannot say it.

No sentence holds a name of a person or the text of an error. Reports from outside have `services.outside.words`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schemas.base import Both, Language
from schemas.letters import fill
from schemas.programme import PARTICIPANT, Kind, Programme
from schemas.stuck import StuckCause, Trouble
from schemas.tasks import step_of_task
from services.stuck import course
from services.stuck.process import Verdict

CAUSES: Mapping[StuckCause, Both] = {
    StuckCause.TECHNICAL: Both(sv="Tekniskt fel", en="Technical failure"),
    StuckCause.BEHIND: Both(sv="Listorna ligger efter", en="Lists lag behind"),
    StuckCause.UNOWNED: Both(sv="Ingen äger uppgiften", en="Nobody owns it"),
    StuckCause.OVERDUE: Both(sv="Försenad uppgift", en="Overdue task"),
    StuckCause.SILENT: Both(sv="Utomstående svarar inte", en="Outside party silent"),
    StuckCause.REST: Both(sv="Vilan ska ses över", en="Rest past its review"),
    StuckCause.UNDELIVERABLE: Both(sv="Brev kom inte fram", en="Letter not delivered"),
    StuckCause.UNMATCHED: Both(sv="Besked som inte passar", en="Report that fits nowhere"),
}

NOT_SENT: Mapping[str, Both] = {
    "no_email": Both(sv="ingen e-postadress", en="no e-mail address"),
    "no_page": Both(sv="deltagarnas egna sidor saknar adress", en="the participants' own pages have no address"),
    "bad_address": Both(sv="adressen är felaktig", en="the address is wrong"),
    "bad_sender": Both(sv="avsändaren godtas inte", en="the sender is not accepted"),
    "nobody": Both(sv="ingen har den rollen", en="nobody has that role"),
    "cut_off": Both(sv="avbröts mitt i överlämningen", en="cut off while being handed over"),
    "restored": Both(sv="databasen återställdes från en säkerhetskopia", en="the database was restored from a backup"),
    "technical": Both(sv="tekniskt fel", en="a technical failure"),
}
"""Why a letter was not sent; a mail server's answer is its number."""

ACTS: Mapping[str, Both] = {
    "write_journal": Both(sv="Att skriva journalen", en="Writing the journal"),
    "run_action": Both(sv="Ett automatiskt steg", en="An automatic step"),
    course.WORKFLOW: Both(sv="Resans program", en="The journey's program"),
}
"""What programs do for a journey."""

KNOWN_TROUBLE: Mapping[tuple[str, str], Both] = {
    (course.WORKER, course.AWAY): Both(
        sv="Arbetaren är borta: ingen bär resorna framåt.", en="The worker is away: nobody carries the journeys."
    ),
    (course.DATABASE, course.RESTORED): Both(
        sv="En äldre säkerhetskopia av databasen är tillbakalagd: listorna vet mindre än resorna.",
        en="An older backup of the database was restored: the lists know less than the journeys.",
    ),
    (course.SERVER, course.NO_ANSWER): Both(sv="Temporal svarar inte i tid.", en="Temporal does not answer in time."),
    (course.WORKFLOW, course.MISSING): Both(
        sv="Resan pågår enligt listorna men inte i Temporal.",
        en="The journey is under way in the lists but not in Temporal.",
    ),
    (course.WORKFLOW, course.NOT_BEGUN): Both(
        sv="Resan är sparad men har inte börjat.", en="The journey is saved but has not begun."
    ),
    (course.WORKFLOW, course.ASLEEP): Both(
        sv="Resan borde ha vaknat men sover.", en="The journey should have woken but sleeps."
    ),
    (course.WORKFLOW, course.NO_ANSWER): Both(sv="Resan svarar inte i tid.", en="The journey does not answer in time."),
}
"""What is wrong where nothing fails."""


# ---- what to do

WHY = ' --reason "…"'
"""What is refused without a reason is not told to be typed without one."""


def for_task(record: Mapping[str, Any], programme: Programme | None) -> Both:
    """What to do about a task that is late; nobody extends a date of somebody else's."""
    task = record["task"]
    if record["kind"] == Kind.AUTOMATIC:
        return _by_hand(task, programme)
    nudge = Both(sv=f"Påminn: operator nudge {task}", en=f"Remind them: operator nudge {task}")
    if record["fixed"]:
        return _said(nudge)
    return _said(
        nudge,
        sv=f"; eller ge mer tid: operator extend {task} --to DATUM{WHY}",
        en=f"; or give it more time: operator extend {task} --to DATE{WHY}",
    )


def for_nobodys_task(record: Mapping[str, Any]) -> Both:
    task = record["task"]
    return Both(
        sv=f"Ge den till någon: operator assign {task} PERSON{WHY}.",
        en=f"Give it to somebody: operator assign {task} STAFF{WHY}.",
    )


def for_rest(journey: str) -> Both:
    return Both(
        sv=f"Låt resan gå vidare: operator release {journey}; eller avsluta den: operator exit {journey} KOD{WHY}.",
        en=f"Let it go on: operator release {journey}; or end it: operator exit {journey} CODE{WHY}.",
    )


def for_letter(record: Mapping[str, Any]) -> Both:
    notice, journey, cause = record["notice"], record["journey"], record["cause"]
    again = Both(sv=f"operator resend {notice}", en=f"operator resend {notice}")
    if record["status"] == "unsure":
        return Both(
            sv=f"Fråga om det kom fram: operator dismiss-notice {notice}{WHY}; annars {again.sv}.",
            en=f"Ask whether it came: operator dismiss-notice {notice}{WHY}; if not, {again.en}.",
        )
    if cause == "nobody":
        return Both(
            sv=f"Ge rollen till någon och skicka sedan: {again.sv}.",
            en=f"Give the role to somebody, then send it: {again.en}.",
        )
    if cause in {"bad_sender", "technical"}:
        return Both(
            sv=f"Rätta felet (se worker.log) och skicka sedan: {again.sv}.",
            en=f"Mend the mistake (see worker.log), then send it: {again.en}.",
        )
    if record["recipient"] == PARTICIPANT:
        return Both(
            sv=f"Rätta adressen, så skickas det av sig självt: operator correct {journey} --email ADRESS{WHY}.",
            en=f"Correct the address and it is sent by itself: operator correct {journey} --email ADDRESS{WHY}.",
        )
    return Both(
        sv=f"Rätta adressen och skicka sedan: {again.sv}.", en=f"Correct the address, then send it: {again.en}."
    )


def for_lag(journey: str) -> Both:
    return Both(sv=f"Hämta ikapp: operator reconcile {journey}.", en=f"Catch up: operator reconcile {journey}.")


_AGAIN = Both(sv="Starta den igen: make run.", en="Start it again: make run.")
FOR_ALL: Mapping[str, Both] = {
    course.WORKER: _AGAIN,
    course.SERVER: _AGAIN,
    course.DATABASE: Both(sv="Hämta ikapp alla: operator reconcile.", en="Catch all of them up: operator reconcile."),
}
"""What to do about what concerns every journey."""


def for_bulk(bulk: str) -> Both:
    return Both(
        sv=f"Se worker.log; den går vidare av sig själv när felet är rättat. Stoppa den: operator bulk stop {bulk}.",
        en=f"See worker.log; it goes on by itself once the mistake is mended. Stop it: operator bulk stop {bulk}.",
    )


def for_trouble(verdict: Verdict, programme: Programme | None = None) -> Both:
    """What to do about what a program fails at."""
    journey, trouble = verdict.journey, verdict.trouble
    match trouble.what, trouble.cause:
        case course.WORKER | course.SERVER | course.DATABASE, _:
            return FOR_ALL[trouble.what]
        case course.WORKFLOW, course.MISSING:
            return Both(sv=f"Jämför: operator reconcile {journey}.", en=f"Compare: operator reconcile {journey}.")
        case course.WORKFLOW, course.NOT_BEGUN:
            return Both(
                sv=f"Den börjar av sig själv när det är dess tur; nu genast: operator reconcile {journey}.",
                en=f"It begins by itself when its turn comes; at once: operator reconcile {journey}.",
            )
        case course.WORKFLOW, course.ASLEEP | course.NO_ANSWER:
            return Both(sv=f"Väck den: operator checkpoint {journey}.", en=f"Wake it: operator checkpoint {journey}.")
        case "run_action", _ if verdict.task is not None:
            return _by_hand(verdict.task, programme)
    return Both(
        sv="Se worker.log; det går vidare av sig självt när felet är rättat.",
        en="See worker.log; it goes on by itself once the mistake is mended.",
    )


# ---- why


def of_verdict(verdict: Verdict, programme: Programme | None) -> tuple[Both, Both]:
    """What to do about what is wrong with how journeys are carried on, and what that is."""
    if verdict.cause is StuckCause.BEHIND and verdict.journey:
        return for_lag(verdict.journey), of_lag()
    if verdict.bulk is not None:
        return for_bulk(verdict.bulk), of_bulk(verdict.trouble)
    return for_trouble(verdict, programme), of_trouble(verdict.trouble)


def of_letter(record: Mapping[str, Any], programme: Programme | None) -> Both:
    """Which letter it is, to whom, and why it was not sent."""
    cause = record["cause"] or ""
    number = cause.removeprefix("smtp_")
    why = NOT_SENT.get(cause) or Both(
        sv=f"e-postservern svarade {number}" if number != cause else cause,
        en=f"the mail server answered {number}" if number != cause else cause,
    )
    to, letter = receiver(record["recipient"], programme), subject_of(record, programme)
    if record["status"] == "unsure":
        return Both(
            sv=f"Ingen vet om brevet ”{letter.sv}” till {to.sv} kom fram ({why.sv}).",
            en=f"Nobody knows whether the letter “{letter.en}” reached {to.en} ({why.en}).",
        )
    return Both(
        sv=f"Brevet ”{letter.sv}” till {to.sv} kom inte fram ({why.sv}).",
        en=f"The letter “{letter.en}” did not reach {to.en} ({why.en}).",
    )


def subject_of(record: Mapping[str, Any], programme: Programme | None) -> Both:
    """What a letter is about, as its reader sees it; its name in the programme where that says nothing of it."""
    known = programme.notices.get(record["template"]) if programme else None
    if known is None or programme is None:
        return Both(sv=record["template"], en=record["template"])
    step = programme.steps.get(step_of_task(record["task"])) if record["task"] else None
    to_participant = record["recipient"] == PARTICIPANT

    def filled(language: Language) -> str:
        values = {"step": step.title[language]} if step else {}
        return fill(known.subject[language], values, language, to_participant=to_participant)

    return Both(sv=filled("sv"), en=filled("en"))


def receiver(role: str, programme: Programme | None) -> Both:
    """Whoever a letter is for, inside a sentence."""
    if role == PARTICIPANT:
        return Both(sv="deltagaren", en="the participant")
    known = programme.roles.get(role) if programme else None
    return known.title if known else Both(sv=role, en=role)


def of_lag() -> Both:
    return Both(
        sv="Det som hänt i resan syns inte i listorna än.",
        en="What has happened in the journey is not in the lists yet.",
    )


def of_trouble(trouble: Trouble) -> Both:
    """What a program fails at, and with what kind of error."""
    if known := KNOWN_TROUBLE.get((trouble.what, trouble.cause)):
        return known
    what = ACTS.get(trouble.what) or Both(sv=trouble.what, en=trouble.what)
    return Both(
        sv=f"{what.sv} misslyckas gång på gång (försök {trouble.attempts}: {trouble.cause}).",
        en=f"{what.en} fails again and again (attempt {trouble.attempts}: {trouble.cause}).",
    )


def of_bulk(trouble: Trouble) -> Both:
    if trouble.cause == course.NOT_BEGUN:
        return Both(
            sv="Massåtgärden är beställd men har inte börjat.", en="The act for many is ordered but has not begun."
        )
    return Both(
        sv=f"Massåtgärden misslyckas gång på gång (försök {trouble.attempts}: {trouble.cause}).",
        en=f"The act for many fails again and again (attempt {trouble.attempts}: {trouble.cause}).",
    )


def _by_hand(task: str, programme: Programme | None) -> Both:
    """End what a program should have ended, with the outcome by which it goes on."""
    step = programme.steps.get(step_of_task(task)) if programme else None
    going = [name for name, outcome in step.outcomes.items() if outcome.go_on] if step else []
    command = f"coordinator complete {task} --outcome {going[0] if going else '…'}"
    return Both(sv=f"Avsluta steget för hand: {command}", en=f"End the step by hand: {command}")


def _said(words: Both, sv: str = "", en: str = "") -> Both:
    return Both(sv=f"{words.sv}{sv}.", en=f"{words.en}{en}.")
