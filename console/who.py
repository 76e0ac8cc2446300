"""THE place for roles and rights. Pages and acts ask `may` and nothing else decides.

What somebody may not see and what is not there look the same: a page that is not found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from schemas.base import Language

VISITOR = "visitor"
"""As whom somebody acts who has not signed in."""

CLIENT = "client:"
"""How the name begins under which another system acts."""


class Role(StrEnum):
    """Every role that the console knows: first the six of the seed programmes, last the two that only systems have."""

    COORDINATOR = "coordinator"
    PROJECT_LEADER = "project_leader"
    ADMINISTRATOR = "administrator"
    GUIDE = "guide"
    HOUSING_GUIDE = "housing_guide"
    STUDY_COUNSELLOR = "study_counsellor"
    EMPLOYER_CONTACT = "employer_contact"
    PROGRAMME_OWNER = "programme_owner"
    OPERATOR = "operator"
    PARTICIPANT = "participant"
    REGISTRAR = "registrar"
    REPORTER = "reporter"


class Act(StrEnum):
    """What can be done or seen. A page needs one to be opened, a button one to be shown and obeyed."""

    WORK = "work"
    FIND_PEOPLE = "find_people"
    SEE_JOURNEY = "see_journey"
    SEE_CONTACT = "see_contact"
    SEE_ANSWERS = "see_answers"
    SEE_NOTES = "see_notes"
    FINISH = "finish"
    CLAIM = "claim"
    ASSIGN = "assign"
    SNOOZE = "snooze"
    NOTE = "note"
    NUDGE = "nudge"
    UNDO = "undo"
    HOLD = "hold"
    RELEASE = "release"
    EXTEND = "extend"
    WAIVE = "waive"
    GO_BACK = "go_back"
    MOVE_DATE = "move_date"
    EXIT = "exit"
    REOPEN = "reopen"
    CORRECT = "correct"
    OPERATE = "operate"
    BULK = "bulk"
    SEE_PROGRAMME = "see_programme"
    CHANGE_PROGRAMME = "change_programme"
    SEE_NUMBERS = "see_numbers"
    ENTER_OPEN_EVENT = "enter_open_event"
    SEE_OWN_JOURNEY = "see_own_journey"
    INVITE_PARTICIPANT = "invite_participant"
    START_JOURNEY = "start_journey"
    REPORT = "report"
    CONFIRM_TOLD = "confirm_told"
    ATTENDANCE = "attendance"


class Scope(StrEnum):
    """How far a right reaches: every journey, those that the person's role has had a task in, own and team's tasks."""

    EVERY = "every"
    CONCERNED = "concerned"
    OWN = "own"


@dataclass(frozen=True)
class Person:
    """Somebody who has signed in. `staff` is the id under which they act; of a participant, their journey's."""

    staff: str
    name: str
    roles: frozenset[str]
    language: Language = "sv"
    journey: str | None = None

    @property
    def actor(self) -> str:
        """Who acts, for the database and the journal."""
        return Role.PARTICIPANT.value if self.journey else self.staff


@dataclass(frozen=True)
class Subject:
    """What an act is about: a journey with everybody who has had a task in it; of a task, whose it is."""

    journey: str
    roles: frozenset[str] = frozenset()
    staff: frozenset[str] = frozenset()
    role: str | None = None
    owner: str | None = None


_LEADS = {Role.COORDINATOR: Scope.EVERY, Role.PROJECT_LEADER: Scope.EVERY}
_TEAMS = dict.fromkeys((Role.GUIDE, Role.HOUSING_GUIDE, Role.STUDY_COUNSELLOR), Scope.CONCERNED)
_DOERS = {
    **dict.fromkeys((Role.ADMINISTRATOR, Role.GUIDE, Role.HOUSING_GUIDE, Role.STUDY_COUNSELLOR), Scope.OWN),
    Role.EMPLOYER_CONTACT: Scope.OWN,
}
_WORKERS = {**_DOERS, **_LEADS}
_MENDERS = {**_LEADS, Role.OPERATOR: Scope.EVERY}
_WITHOUT_PROGRAMMES = (Role.PARTICIPANT, Role.EMPLOYER_CONTACT, Role.REGISTRAR, Role.REPORTER)
_OVERSEERS = {Role.PROJECT_LEADER: Scope.EVERY, Role.PROGRAMME_OWNER: Scope.EVERY}

RIGHTS: Mapping[Act, Mapping[Role, Scope]] = {
    Act.WORK: _WORKERS,
    Act.FIND_PEOPLE: {**_LEADS, Role.ADMINISTRATOR: Scope.EVERY},
    Act.SEE_JOURNEY: {
        **_LEADS,
        **_TEAMS,
        Role.ADMINISTRATOR: Scope.EVERY,
        Role.OPERATOR: Scope.EVERY,
    },
    Act.SEE_CONTACT: {**_LEADS, **_TEAMS, Role.ADMINISTRATOR: Scope.EVERY},
    Act.SEE_ANSWERS: _LEADS,
    Act.SEE_NOTES: {**_LEADS, **_TEAMS},
    Act.FINISH: _WORKERS,
    Act.CLAIM: _WORKERS,
    Act.ASSIGN: {**_WORKERS, Role.OPERATOR: Scope.EVERY},
    Act.SNOOZE: _WORKERS,
    Act.NOTE: {**_LEADS, **_TEAMS},
    Act.NUDGE: _MENDERS,
    Act.UNDO: _WORKERS,
    Act.HOLD: _MENDERS,
    Act.RELEASE: _MENDERS,
    Act.EXTEND: _MENDERS,
    Act.WAIVE: {Role.PROJECT_LEADER: Scope.EVERY, Role.OPERATOR: Scope.EVERY},
    Act.GO_BACK: _MENDERS,
    Act.MOVE_DATE: _MENDERS,
    Act.EXIT: _LEADS,
    Act.REOPEN: _LEADS,
    Act.CORRECT: _LEADS,
    Act.OPERATE: {Role.OPERATOR: Scope.EVERY, Role.PROJECT_LEADER: Scope.EVERY},
    Act.BULK: {Role.OPERATOR: Scope.EVERY, Role.PROJECT_LEADER: Scope.EVERY},
    Act.SEE_PROGRAMME: {**dict.fromkeys((role for role in Role if role not in _WITHOUT_PROGRAMMES), Scope.EVERY)},
    Act.CHANGE_PROGRAMME: {Role.PROGRAMME_OWNER: Scope.EVERY},
    Act.SEE_NUMBERS: {**_OVERSEERS, Role.COORDINATOR: Scope.EVERY, Role.ADMINISTRATOR: Scope.EVERY},
    Act.ENTER_OPEN_EVENT: {**_LEADS, Role.ADMINISTRATOR: Scope.EVERY},
    Act.SEE_OWN_JOURNEY: {Role.PARTICIPANT: Scope.OWN},
    Act.INVITE_PARTICIPANT: {**_LEADS, Role.GUIDE: Scope.CONCERNED},
    Act.START_JOURNEY: {**_LEADS, Role.REGISTRAR: Scope.EVERY},
    Act.REPORT: {**_MENDERS, Role.REPORTER: Scope.EVERY},
    Act.CONFIRM_TOLD: {**_LEADS, Role.STUDY_COUNSELLOR: Scope.CONCERNED},
    Act.ATTENDANCE: {**_LEADS, Role.ADMINISTRATOR: Scope.EVERY, Role.GUIDE: Scope.CONCERNED},
}
"""For each act, who may do it and how far. What does not stand here nobody may."""


def may(person: Person | None, act: Act, subject: Subject | None = None) -> bool:
    """Whether somebody may do this, to this subject; without one, whether they may do it to anything at all."""
    if person is None:
        return False
    rights = RIGHTS[act]
    return any(_reaches(person, role, scope, subject) for role, scope in rights.items() if role in person.roles)


def reach(person: Person, act: Act) -> Scope | None:
    """How far somebody's right to this goes at its farthest; None when they have none."""
    scopes = {scope for role, scope in RIGHTS[act].items() if role in person.roles}
    return next((scope for scope in Scope if scope in scopes), None)


def _reaches(person: Person, role: Role, scope: Scope, subject: Subject | None) -> bool:
    if subject is None:
        return True
    if person.journey is not None and person.journey != subject.journey:
        return False
    match scope:
        case Scope.EVERY:
            return True
        case Scope.CONCERNED:
            return role in subject.roles or person.staff in subject.staff
        case Scope.OWN:
            return person.journey == subject.journey or role == subject.role or person.staff == subject.owner
