"""What differs between two versions of a programme: only shapes. `journey.comparing` finds it out and says it."""

from __future__ import annotations

from enum import StrEnum
from itertools import groupby

from schemas.base import Both, Model


class Section(StrEnum):
    """The parts of a programme, in the order in which they are told: a closed set."""

    PROGRAMME = "programme"
    STEPS = "steps"
    DEFAULTS = "defaults"
    EXITS = "exits"
    FACTS = "facts"
    DATES = "dates"
    CAUSES = "causes"
    ROLES = "roles"
    PARTIES = "parties"
    PHASES = "phases"
    CALENDARS = "calendars"
    NOTICES = "notices"
    OWN_PAGE = "own_page"
    MESSAGES = "messages"
    PARAMETERS = "parameters"
    ORGANISATIONS = "organisations"


class Aspect(StrEnum):
    """What is said of one thing in a programme: a closed set."""

    TITLE = "title"
    KIND = "kind"
    PHASE = "phase"
    ROLE = "role"
    WAITING_ON = "waiting_on"
    NEEDS = "needs"
    WHEN = "when"
    AFTER_EXIT = "after_exit"
    DUE = "due"
    DUE_AGAIN = "due_again"
    REMIND = "remind"
    ESCALATE = "escalate"
    END = "end"
    OUTCOME = "outcome"
    OUTCOMES = "outcomes"
    FORM = "form"
    EVENT = "event"
    ACTION = "action"
    OPENS_WITH = "opens_with"
    COUNTS = "counts"
    KEEP = "keep"
    VALID = "valid"
    HELP = "help"
    BY_PHONE = "by_phone"
    OWN_NAME = "own_name"
    SAYS = "says"
    OWN_ANSWERS = "own_answers"
    OWN_FIELDS = "own_fields"
    FALLBACK = "fallback"
    UNDO = "undo"
    ORDER = "order"
    PARTY = "party"
    GOOD = "good"
    ANYTIME = "anytime"
    LETTERS = "letters"
    VALUES = "values"
    FIGURES = "figures"
    MINUTES = "minutes"
    SUBJECT_SV = "subject_sv"
    SUBJECT_EN = "subject_en"
    BODY_SV = "body_sv"
    BODY_EN = "body_en"
    OPEN_HOURS = "open_hours"
    DAYS_OFF = "days_off"
    QUIET = "quiet"
    PER_DAY = "per_day"
    SENDER = "sender"


class What(StrEnum):
    """What has become of something."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Shift(Model):
    """One thing that is said otherwise: what was said before that is not said now, and what is said now instead.

    Where both are empty it is something that words do not tell apart.
    """

    aspect: Aspect
    label: Both
    before: tuple[Both, ...] = ()
    after: tuple[Both, ...] = ()


class Chapter(Model):
    """One thing in a programme that is new, gone, or otherwise than before. `name` is what the file calls it."""

    section: Section
    name: str
    title: Both
    what: What
    shifts: tuple[Shift, ...] = ()


class Comparison(Model):
    """Everything that differs. Versions are 0 for a draft."""

    programme: str
    before: int
    after: int
    chapters: tuple[Chapter, ...] = ()

    @property
    def sections(self) -> list[tuple[Section, tuple[Chapter, ...]]]:
        """The chapters, section by section."""
        return [(section, tuple(found)) for section, found in groupby(self.chapters, lambda each: each.section)]
