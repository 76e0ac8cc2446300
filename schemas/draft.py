"""What a draft programme gets back: every problem at once, each with its place in the file and a hint."""

from __future__ import annotations

from enum import StrEnum

from schemas.base import Model
from schemas.programme import Programme


class Severity(StrEnum):
    """An error refuses the draft; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


class Code(StrEnum):
    """Every rule that a draft can break: a closed set."""

    # the file
    NOT_UTF8 = "not_utf8"
    TOO_LARGE = "too_large"
    TOO_DEEP = "too_deep"
    EMPTY_FILE = "empty_file"
    NOT_A_TABLE = "not_a_table"
    SEVERAL_DOCUMENTS = "several_documents"
    BAD_CHARACTER = "bad_character"
    TAB = "tab"
    UNCLOSED_QUOTE = "unclosed_quote"
    UNCLOSED_BRACKET = "unclosed_bracket"
    SYNTAX = "syntax"
    ANCHOR = "anchor"
    TAG = "tag"
    DUPLICATE_KEY = "duplicate_key"
    BAD_KEY = "bad_key"
    # the shape
    UNKNOWN_KEY = "unknown_key"
    MISSING_KEY = "missing_key"
    WRONG_TYPE = "wrong_type"
    BAD_NAME = "bad_name"
    BAD_VALUE = "bad_value"
    EMPTY_VALUE = "empty_value"
    EMPTY_TEXT = "empty_text"
    GIVEN_AT_PUBLICATION = "given_at_publication"
    # names that are used
    UNKNOWN_REFERENCE = "unknown_reference"
    RESERVED_NAME = "reserved_name"
    UNUSED = "unused"
    BAD_TEMPLATE = "bad_template"
    BAD_CALENDAR = "bad_calendar"
    VALUES_OUT_OF_ORDER = "values_out_of_order"
    # one step
    NO_ROLE = "no_role"
    NO_WAITING_ON = "no_waiting_on"
    NO_DUE = "no_due"
    NO_END = "no_end"
    NO_OUTCOMES = "no_outcomes"
    NO_ACTION = "no_action"
    NOT_FOR_THIS_KIND = "not_for_this_kind"
    EFFECT_MISSING = "effect_missing"
    EFFECT_SEVERAL = "effect_several"
    END_EFFECT = "end_effect"
    END_ASKS = "end_asks"
    THEN_EFFECT = "then_effect"
    AT_MOST = "at_most"
    HOLD_LENGTH = "hold_length"
    OFFSET = "offset"
    OFFSET_ABSURD = "offset_absurd"
    DUE_BOTH = "due_both"
    WITHOUT_DATE = "without_date"
    ANCHOR_EXITED = "anchor_exited"
    REMINDER_RULE = "reminder_rule"
    EVERY = "every"
    EXIT_AFTER_EXIT = "exit_after_exit"
    EVENT_TWICE = "event_twice"
    INVITE = "invite"
    KEPT = "kept"
    VALID = "valid"
    UNDO_MINUTES = "undo_minutes"
    OWN_PAGE = "own_page"
    # the way through
    NEEDS_CYCLE = "needs_cycle"
    UNREACHABLE = "unreachable"
    NO_WAY_OUT = "no_way_out"
    LEADS_NOWHERE = "leads_nowhere"
    NO_EXIT = "no_exit"
    FALLBACK = "fallback"
    # facts and dates
    FACT_NEVER_SET = "fact_never_set"
    FACT_NOT_IN_FORM = "fact_not_in_form"
    FACT_VALUES = "fact_values"
    DATE_NEVER_ASKED = "date_never_asked"
    # simulated runs
    RUN_REFUSED = "run_refused"
    RUN_NO_OWNER = "run_no_owner"
    RUN_NO_EXPECTED = "run_no_expected"
    RUN_WITHOUT_END = "run_without_end"
    RUN_FALLBACK = "run_fallback"
    OUTCOME_NEVER_REACHED = "outcome_never_reached"
    RULE_NEVER_FIRES = "rule_never_fires"


class Place(Model):
    """Where in the file: line and column count from 1; `path` is the way of keys, as `steps.intake.due`."""

    line: int = 1
    column: int = 1
    path: str = ""


class Problem(Model):
    """One thing that is wrong, in Swedish and English, and what to do about it."""

    code: Code
    severity: Severity = Severity.ERROR
    place: Place
    sv: str
    en: str
    hint_sv: str = ""
    hint_en: str = ""


class CheckReport(Model):
    """The judgement of a draft. `programme` is there when nothing is wrong that would stop publication."""

    programme: Programme | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that stop publication."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)

    @property
    def passed(self) -> bool:
        """Whether the draft may be published."""
        return self.programme is not None and not self.errors
