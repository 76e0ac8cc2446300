"""Letters: from notices and their situation to the bytes that a mail server is given. Pure; it sends nothing.

Nothing a person or a programme has written can reach a header but as one line of text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256

from activities.addresses import one_line
from activities.invitations import Invitation, invitation
from activities.relevance import Send
from activities.situation import Person, Situation
from activities.wording import spoken_length, standard
from journey.calendars import local
from journey.wording import spoken
from schemas.base import Both, Language
from schemas.events import Purpose
from schemas.letters import fill

_NO_HURRY = datetime.max.replace(tzinfo=UTC)
_COMMAND = "python starter.py coordinator"

Staff = Mapping[str, Person]
"""The staff that letters mention, by id."""


@dataclass(frozen=True)
class Words:
    """What a letter says."""

    subject: str
    body: str


@dataclass(frozen=True)
class Cover:
    """What stands on a letter's envelope."""

    way: Send
    message_id: str
    language: Language
    written_at: datetime


@dataclass(frozen=True)
class Letter:
    """What the mail server is given, and the notices that it settles."""

    notices: tuple[str, ...]
    message_id: str
    content: bytes


@dataclass(frozen=True)
class Places:
    """Where letters lead: a participant to a page of their own, staff to the pages of the console, if there are any."""

    own: str | None = None
    console: str | None = None

    def page_of(self, case: Situation) -> str | None:
        """Where staff see to this: the task while it is open, else its journey."""
        if self.console is None:
            return None
        about = f"tasks/{case.task.task}" if case.task and case.task.open else f"journeys/{case.journey}"
        return f"{self.console.rstrip('/')}/{about}"


NOWHERE = Places()


def compose(
    cases: Sequence[Situation], way: Send, staff: Staff, written_at: datetime, places: Places = NOWHERE
) -> Letter:
    """One letter for these notices, which all go the same way: several become a digest."""
    first = cases[0]
    words = _words(first, staff) if len(cases) == 1 else digest(cases, staff, places)
    if len(cases) == 1 and (ending := _ending(first, places)):
        words = Words(words.subject, words.body.rstrip() + ending)
    entry = invitation(first, way.sender, way.address, _language(first), written_at) if len(cases) == 1 else None
    notices = tuple(case.notice for case in cases)
    cover = Cover(way, message_id(notices, way.sender.domain), _language(first), written_at)
    return Letter(notices, cover.message_id, _message(cover, words, entry))


def message_id(notices: Sequence[str], domain: str) -> str:
    """The Message-ID of the letter for these notices: the same notices always get the same one."""
    digest_of_ids = sha256(json.dumps(sorted(notices)).encode()).hexdigest()
    return f"<{digest_of_ids[:40]}@{domain}>"


def values(case: Situation, staff: Staff) -> dict[str, str]:
    """What the placeholders of `schemas.letters` stand for in this case. What is not known is left out."""
    language, owner, task = _language(case), staff.get(case.owner or ""), case.task
    found = {
        "name": _first_name(case.receiver.name) if case.receiver else None,
        "owner_name": owner.name if owner else None,
        "owner_phone": owner.phone if owner else None,
        "appointment": _when(case, case.appointment_at),
        "journey": case.journey,
        "programme_title": case.programme.title[language],
        "opened": _when(case, task.opened_at) if task else None,
        "due": _when(case, task.due_at) if task else None,
        "step": _step(case),
        "task": case.task_id,
        "outcomes": _outcomes(case),
        "overdue_by": _overdue_by(case),
    }
    return {name: one_line(value) for name, value in found.items() if value}


def digest(cases: Sequence[Situation], staff: Staff, places: Places = NOWHERE) -> Words:
    """One list of everything that waits for a member of staff, the most urgent first, with where each is seen to.

    Where there are no pages it says what to type.
    """
    language = _language(cases[0])
    ordered = sorted(cases, key=lambda case: ((case.task and case.task.due_at) or _NO_HURRY, case.send_after))
    items = list(dict.fromkeys(_item(case, staff, places) for case in ordered))
    name = values(cases[0], staff).get("name", "")
    numbered = "\n\n".join(f"{number}. {item}" for number, item in enumerate(items, start=1))
    return Words(
        subject=_SUBJECT[language].format(number=len(items)),
        body=f"{_GREETING[language].format(name=name)}\n\n{numbered}\n\n{_rest(cases, language, places)}\n",
    )


def _rest(cases: Sequence[Situation], language: Language, places: Places) -> str:
    """Where everything stands that waits for the receiver."""
    if places.console is not None:
        return f"{_MY_DAY[language]}\n  {places.console.rstrip('/')}/"
    roles = sorted({case.recipient for case in cases})
    return "\n".join([_ALL[language], *(f"  {_COMMAND} tasks --role {role}" for role in roles)])


def _ending(case: Situation, places: Places) -> str:
    """The last lines of a letter about one thing: where its receiver goes from here."""
    language = _language(case)
    if case.to_participant:
        return _OWN_PAGE[language].format(link=places.own) if places.own else ""
    if page := places.page_of(case):
        return _PAGE[language].format(page=page)
    return "" if case.template in case.programme.notices else _TYPE[language].format(command=_what_to_type(case))


_OWN_PAGE = Both(
    sv="\n\nDin egen sida: se läget, svara, välj tid.\n{link}\n"
    "Länken är bara din och fungerar en gång. Ge den inte till andra.\n",
    en="\n\nYour own page: see how things stand, answer, pick a time.\n{link}\n"
    "The link is yours alone and works once. Do not pass it on.\n",
)
_SUBJECT = Both(sv="Att ta hand om: {number}", en="To see to: {number}")
_PAGE = Both(sv="\n\nÖppna: {page}\n", en="\n\nOpen: {page}\n")
_TYPE = Both(sv="\n\nSkriv:\n  {command}\n", en="\n\nType:\n  {command}\n")
_GREETING = Both(
    sv="Hej {name}!\n\nDet här väntar på dig, det mest brådskande först.",
    en="Hello {name},\n\nThis is waiting for you, the most urgent first.",
)
_ALL = Both(sv="Alla öppna uppgifter:", en="All open tasks:")
_MY_DAY = Both(sv="Min dag:", en="My day:")
_LABELS: Mapping[Language, tuple[str, ...]] = {
    "sv": ("Resa", "Klart senast", "Försenat", "Hos", "Gör klart", "Öppna", "Skriv"),
    "en": ("Journey", "Due", "Overdue by", "With", "Finish", "Open", "Type"),
}


def _item(case: Situation, staff: Staff, places: Places) -> str:
    known = values(case, staff)
    heading = known["step"] if "step" in known else _words(case, staff).subject
    owner = known.get("owner_name") if case.owner != case.staff else None
    page = places.page_of(case)
    finish, look = (page, None) if case.task and case.task.open else (None, page)
    what_to_type = None if page else _what_to_type(case)
    facts = (case.journey, known.get("due"), known.get("overdue_by"), owner, finish, look, what_to_type)
    labels = _LABELS[_language(case)]
    lines = [f"   {label}: {fact}" for label, fact in zip(labels, facts, strict=True) if fact]
    return "\n".join([heading, *lines])


def _what_to_type(case: Situation) -> str:
    outcomes = _outcomes(case)
    if case.task is None or not case.task.open or outcomes is None:
        return f"python starter.py operator show {case.journey}"
    return f"{_COMMAND} complete {case.task.task} --outcome {outcomes}"


def _words(case: Situation, staff: Staff) -> Words:
    template = case.programme.notices.get(case.template) or standard(
        case.template, case.purpose, to_participant=case.to_participant
    )
    language, known = _language(case), values(case, staff)

    def filled(text: Both) -> str:
        return fill(text[language], known, language, to_participant=case.to_participant)

    return Words(subject=one_line(filled(template.subject)), body=filled(template.body))


def _language(case: Situation) -> Language:
    return case.receiver.language if case.receiver else "sv"


def _first_name(name: str) -> str:
    return (name.split() or [""])[0]


def _when(case: Situation, moment: datetime | None) -> str | None:
    return spoken(local(moment, case.office), _language(case)) if moment else None


def _step(case: Situation) -> str | None:
    step = case.programme.steps.get(case.task.step) if case.task else None
    return step.title[_language(case)] if step else None


def _outcomes(case: Situation) -> str | None:
    step = case.programme.steps.get(case.task.step) if case.task else None
    return "|".join(step.outcomes) if step and step.outcomes else None


def _overdue_by(case: Situation) -> str | None:
    due = case.task.due_at if case.task else None
    return spoken_length(case.now - due, _language(case)) if due and case.now > due else None


def _message(cover: Cover, words: Words, entry: Invitation | None) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"] = cover.way.sender
    message["To"] = Address(addr_spec=cover.way.address)
    message["Subject"] = words.subject
    message["Date"] = format_datetime(cover.written_at)
    message["Message-ID"] = cover.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(words.body, charset="utf-8", cte="quoted-printable")
    if entry is not None:
        message.add_alternative(
            entry.text, subtype="calendar", charset="utf-8", cte="base64", params={"method": entry.method}
        )
    message["Content-Language"] = cover.language  # last: setting the content takes away all Content- headers
    return message.as_bytes()


def is_gathered(case: Situation) -> bool:
    """Whether a notice may share a letter with others: what is to be done by staff does, all else stands alone."""
    return not case.to_participant and case.purpose in {Purpose.REMINDER, Purpose.ESCALATION}
