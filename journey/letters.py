"""Which notices follow from an event: to whom, about what, until when. The words are the courier's business."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import NamedTuple

from schemas.clocks import OWNER
from schemas.events import Notice, Purpose
from schemas.programme import PARTICIPANT, NoticeRule
from schemas.tasks import Task

CANCELLATION = "cancellation"
RELEASED = "released"


class Addressing(NamedTuple):
    """Who is who, for the notices of event number `seq`."""

    journey: str
    seq: int
    at: datetime
    task: Task | None
    owners: Mapping[str, str]
    dates: Mapping[str, date | datetime]

    def notice(self, number: int, template: str, to: str, purpose: Purpose, **rest: object) -> Notice:
        """One notice. Its id is made of the journey, the event and its place, so that it is made once."""
        role = (self.task.role if self.task else None) if to == OWNER else to
        staff = self.task.owner if self.task and to == OWNER else self.owners.get(role or "")
        given = {
            "id": f"{self.journey}.{self.seq}.{number}",
            "template": template,
            "purpose": purpose,
            "to": role or PARTICIPANT,
            "staff": None if role == PARTICIPANT else staff,
            "task": self.task.id if self.task else None,
            "send_after": self.at,
        }
        return Notice.model_validate({**given, **rest})

    def about_task(self, template: str, to: Iterable[str], purpose: Purpose) -> tuple[Notice, ...]:
        """Reminders and escalations: each receiver once (also a person in two roles), a reminder only until due."""
        until = self.task.due_at if self.task and purpose is Purpose.REMINDER else None
        found = [self.notice(n, template, who, purpose, valid_until=until) for n, who in enumerate(to, start=1)]
        return tuple({notice.staff or notice.to: notice for notice in reversed(found)}.values())[::-1]

    def cancellations(self, invited: Mapping[str, tuple[str, ...]], after: int) -> tuple[Notice, ...]:
        """Take back the invitations to times that have not come yet."""
        found = []
        for name, receivers in invited.items():
            time = self.dates.get(name)
            if isinstance(time, datetime) and time > self.at:
                found += [(name, time, to) for to in receivers]
        return tuple(
            self.notice(
                after + n,
                CANCELLATION,
                to,
                Purpose.CANCELLATION,
                valid_until=time,
                appointment=name,
                appointment_at=time,
            )
            for n, (name, time, to) in enumerate(found, start=1)
        )


def appointment_uid(journey: str, appointment: str, domain: str) -> str:
    """The UID of an appointment in calendars: the same for its invitation, its moves and its cancellation."""
    return f"{sha256(f'{journey}/{appointment}'.encode()).hexdigest()[:32]}@{domain}"


def places_taken(notices: Iterable[Notice]) -> int:
    """The highest place among an event's notices; the next has a higher one, for an id is never given twice."""
    return max((int(notice.id.rpartition(".")[2]) for notice in notices), default=0)


def notices_for(rules: Iterable[NoticeRule], addressing: Addressing, after: int = 0) -> tuple[Notice, ...]:
    """The messages that a programme wants sent when something happens, each once also to a person in two roles."""
    wanted = [(rule, to) for rule in rules for to in rule.to]
    found = [_message(rule, to, number, addressing) for number, (rule, to) in enumerate(wanted, start=after + 1)]
    return tuple({(notice.template, notice.staff or notice.to): notice for notice in reversed(found)}.values())[::-1]


def _message(rule: NoticeRule, to: str, number: int, addressing: Addressing) -> Notice:
    time = addressing.dates.get(rule.invite) if rule.invite else None
    if rule.invite is None or not isinstance(time, datetime):
        return addressing.notice(number, rule.notice, to, Purpose.INFORMATION)
    return addressing.notice(
        number, rule.notice, to, Purpose.INVITATION, valid_until=time, appointment=rule.invite, appointment_at=time
    )
