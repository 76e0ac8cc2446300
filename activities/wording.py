"""The words that are always there: lengths of time said aloud, and a letter for every standard template.

A programme's own templates come first; these are what is said when it has none. Letters to participants reveal
nothing: not the programme, not what it is about, not that anything is late.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from schemas.base import Both, Language
from schemas.events import Purpose
from schemas.programme import Template

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


def spoken_length(length: timedelta, language: Language) -> str:
    """`2 dagar` or `2 days`; below a day in hours, below an hour in words."""
    if length < _HOUR:
        return "mindre än en timme" if language == "sv" else "less than an hour"
    days, hours = length // _DAY, length // _HOUR
    if language == "sv":
        return _counted(days, "dag", "dagar") if days else _counted(hours, "timme", "timmar")
    return _counted(days, "day", "days") if days else _counted(hours, "hour", "hours")


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def standard(template: str, purpose: Purpose, *, to_participant: bool) -> Template:
    """The built-in letter of this name; for an unknown name the one that fits its purpose."""
    letters = _TO_PARTICIPANTS if to_participant else _TO_STAFF
    return letters.get(template) or letters[purpose.value]


def _template(subject_sv: str, subject_en: str, body_sv: str, body_en: str) -> Template:
    return Template(subject=Both(sv=subject_sv, en=subject_en), body=Both(sv=body_sv, en=body_en))


def _to_participant(body_sv: str, body_en: str) -> Template:
    return _template(
        "Meddelande till dig",
        "A message for you",
        f"Hej {{name}}!\n\n{body_sv}\n\nUndrar du något? Ring {{owner_name}}, {{owner_phone}}.\n",
        f"Hello {{name}},\n\n{body_en}\n\nAny questions? Call {{owner_name}}, {{owner_phone}}.\n",
    )


def _about_task(subject_sv: str, subject_en: str, body_sv: str, body_en: str) -> Template:
    return _template(
        f"{subject_sv}: {{step}}, {{journey}}",
        f"{subject_en}: {{step}}, {{journey}}",
        f"Hej {{name}}!\n\n{body_sv}\n\nSteg: {{step}}\nResa: {{journey}}\nKlart senast: {{due}}\n",
        f"Hello {{name}},\n\n{body_en}\n\nStep: {{step}}\nJourney: {{journey}}\nDue: {{due}}\n",
    )


def _about_journey(subject_sv: str, subject_en: str, body_sv: str, body_en: str) -> Template:
    return _template(
        f"{subject_sv}: {{journey}}",
        f"{subject_en}: {{journey}}",
        f"Hej {{name}}!\n\n{body_sv}\n\nResa: {{journey}} ({{programme_title}})\n",
        f"Hello {{name}},\n\n{body_en}\n\nJourney: {{journey}} ({{programme_title}})\n",
    )


_TO_PARTICIPANTS: Mapping[str, Template] = {
    "reminder": _to_participant(
        "En påminnelse: vi väntar på svar från dig. Senast: {due}.",
        "A reminder: we are waiting for your answer. By: {due}.",
    ),
    "overdue": _to_participant(
        "Vi har inte hört av dig än. Hör gärna av dig.", "We have not heard from you yet. Do get in touch."
    ),
    "escalation": _to_participant(
        "Vi har inte hört av dig än. Hör gärna av dig.", "We have not heard from you yet. Do get in touch."
    ),
    "handed_over": _to_participant(
        "Du har fått en ny kontaktperson: {owner_name}.", "You have a new contact person: {owner_name}."
    ),
    "hold_review": _to_participant(
        "Det är dags att höras igen. Vi kontaktar dig inom kort.",
        "It is time to talk again. We will contact you shortly.",
    ),
    "released": _to_participant(
        "Nu går vi vidare där vi slutade. Nästa steg är ditt, senast: {due}.",
        "We now go on where we left off. The next step is yours, by: {due}.",
    ),
    "interest_again": _to_participant(
        "Tack, vi har fått ditt meddelande. Du behöver inte göra något mer nu.",
        "Thank you, we have received your message. You need not do anything more now.",
    ),
    "goodbye": _to_participant(
        "Tack för kontakten. Det är klart från vår sida, och du är välkommen att höra av dig igen.",
        "Thank you for being in touch. Everything is done on our side, and you are welcome to contact us again.",
    ),
    "information": _to_participant(
        "Det finns något nytt att berätta. Vi hör av oss, och du kan också ringa.",
        "There is news for you. We will be in touch, and you may also call us.",
    ),
    "invitation": _to_participant(
        "Du har en bokad tid: {appointment}. Tiden finns bifogad till din kalender.",
        "You have an appointment: {appointment}. It is attached for your calendar.",
    ),
    "cancellation": _to_participant(
        "Den här tiden är avbokad: {appointment}. Du behöver inte göra något.",
        "This appointment is cancelled: {appointment}. You need not do anything.",
    ),
    "link": _to_participant(
        "Här är den länk som du har bett om. Har du inte bett om någon behöver du inte göra något.",
        "Here is the link that you have asked for. If you have not asked for one, you need not do anything.",
    ),
    "time_wished": _to_participant(
        "Vi har fått ditt önskemål om en annan tid.", "We have received your wish for another time."
    ),
}

_TO_STAFF: Mapping[str, Template] = {
    "reminder": _about_task("Påminnelse", "Reminder", "Det här väntar på dig.", "This is waiting for you."),
    "overdue": _about_task(
        "Försenat",
        "Overdue",
        "Det här skulle ha varit klart. Försening: {overdue_by}.",
        "This should be done by now. Late by: {overdue_by}.",
    ),
    "escalation": _about_task(
        "Behöver hjälp",
        "Needs help",
        "Det här är försenat ({overdue_by}) och har hos sig: {owner_name}. Se till att det blir gjort.",
        "This is late ({overdue_by}) and is with: {owner_name}. See that it gets done.",
    ),
    "handed_over": _about_task(
        "Överlämnat till dig",
        "Handed over to you",
        "Ingen svarade i tid. Nu är det du som tar nästa steg.",
        "Nobody answered in time. The next step is now yours.",
    ),
    "hold_review": _about_journey(
        "Dags att se över en vila",
        "A hold to review",
        "Resan har vilat till sitt datum. Bestäm hur den går vidare.",
        "The journey has rested until its date. Decide how it goes on.",
    ),
    "released": _about_journey(
        "Resan går vidare",
        "The journey goes on",
        "Vilan är slut och klockorna går igen. Först: {step}. Senast: {due}.",
        "The rest is over and the clocks run again. First: {step}. By: {due}.",
    ),
    "interest_again": _about_journey(
        "Ny intresseanmälan",
        "Interest again",
        "Personen har anmält intresse igen. Resan pågår redan.",
        "The person registered an interest again. The journey is already under way.",
    ),
    "goodbye": _about_journey(
        "Resan är avslutad", "The journey has ended", "Resan är avslutad.", "The journey has ended."
    ),
    "information": _about_journey(
        "Något har hänt", "Something has happened", "Det finns något nytt i resan.", "There is news in the journey."
    ),
    "invitation": _about_journey(
        "Bokad tid",
        "Appointment",
        "Tid: {appointment}. Den finns bifogad till din kalender.",
        "Time: {appointment}. It is attached for your calendar.",
    ),
    "cancellation": _about_journey(
        "Avbokad tid", "Appointment cancelled", "Avbokad: {appointment}.", "Cancelled: {appointment}."
    ),
    "link": _about_journey("En länk", "A link", "En länk till deltagarens sida.", "A link to the participant's page."),
    "time_wished": _about_journey(
        "Önskar en annan tid",
        "Wishes for another time",
        "Deltagaren ber om en annan tid för {step}: {appointment}. Svara på resans sida.",
        "The participant asks for another time for {step}: {appointment}. Answer on the journey's page.",
    ),
}
