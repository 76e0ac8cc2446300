"""One broken place for each rule: what is replaced in `drafts/small.yaml`, by what, and (`«`) the expected place."""

from __future__ import annotations

from typing import NamedTuple

from schemas.draft import Code


class Case(NamedTuple):
    """The rule, the text that is replaced, the new text, and the path of the place where no text can be marked."""

    code: Code
    old: str
    new: str
    path: str = ""


WHOLE = ""
"""In place of the text to be replaced: the whole file."""

TALK = "    needs: {sort: [assigned]}\n    due: {days: 5, after: received}\n"
ANSWER_END = "    end: {after_due: {working_days: 5}, outcome: nothing}\n"
ASKED = "asked: {title: {sv: Frågat, en: Asked}, go_on: true}"
OWN = "format: 1\nown_page: {{{step}: {{says: {{sv: Vad, en: What}}, {inside}}}}}"
"""The participant's own page says something of a step."""
DONE = "done: {title: {sv: Klart, en: Done}, exit: WELL}"
COURSE_DUE = "    due: {working_days: 5, before: begins_on, without_date: {working_days: 5}}\n"
COURSE = "  course:\n    kind: task\n"
COURSE_END = "    end: {after_due: {days: 9}, outcome: failed}\n"
NOTHING = "      nothing: {title: {sv: Inget, en: Nothing}, exit: OUT}\n"
BACK = "again: {step: talk, at_most: 1, then: {exit: OUT}}"
SAME = "again: {step: close, at_most: 1, then: {exit: WELL}}"
SORTED = """      assigned: {title: {sv: Fördelad, en: Assigned}, go_on: true}
  talk:
    kind: task
    phase: all
    title: {sv: Samtal, en: Talk}
    role: worker
    needs: {sort: [assigned]}
"""
NEVER = "{kind: milestone, phase: all, title: {sv: Aldrig, en: Never}, needs: {course: [passed]}, when: {route: [job]}}"
SILENT = "        again: {step: talk, at_most: 2, then: {exit: OUT}}\n"
LATER = "        hold: {cause: thinking, on: us, days: 10, resume: talk, at_most: 1, then: {exit: OUT}}\n"
GRANTED = "      granted: {title: {sv: Ja, en: Granted}, go_on: true}\n"

CASES: list[Case] = [
    # the file
    Case(Code.EMPTY_FILE, WHOLE, "«"),
    Case(Code.EMPTY_FILE, WHOLE, "« # only a remark\n"),
    Case(Code.NOT_A_TABLE, WHOLE, "«- programme: small\n"),
    Case(Code.NOT_A_TABLE, WHOLE, "«small\n"),
    Case(Code.BAD_CHARACTER, "Vi, en: We", "Vi«\x07, en: We"),
    Case(Code.TAB, "  us: {title", "«\tus: {title"),
    Case(Code.UNCLOSED_QUOTE, "{title: A shop, kind: employer}", '{title: «"A shop, kind: employer}'),
    Case(Code.UNCLOSED_BRACKET, "remind: [{mornings: true}]", "remind: «[{mornings: true}"),
    Case(Code.SYNTAX, "fallback: review", "fallback: review«: talk"),
    Case(Code.SEVERAL_DOCUMENTS, "parameters:\n", "«---\nparameters:\n"),
    Case(Code.ANCHOR, "{sv: Vi, en: We}", "«&we {sv: Vi, en: We}"),
    Case(Code.TAG, "programme: small", "programme: «!!str small"),
    Case(Code.DUPLICATE_KEY, "parties:\n  us:", "parties:\n  us: {title: {sv: Vi, en: We}}\n  «us:"),
    Case(Code.BAD_KEY, "  us: {title", "  ? «[us]\n  : {title"),
    Case(Code.TOO_DEEP, "us: {title: {sv: Vi, en: We}}", "us: " + "[" * 22 + "«[" + "]" * 23),
    # the shape
    Case(Code.UNKNOWN_KEY, "    remind: [{mornings: true}]", "    «remnid: [{mornings: true}]"),
    Case(Code.MISSING_KEY, "  us: {title: {sv: Vi, en: We}}", "  us: {«title: {sv: Vi}}"),
    Case(Code.WRONG_TYPE, "    role: worker\n    needs: {sort", "    «role: [worker]\n    needs: {sort"),
    Case(Code.WRONG_TYPE, "needs: {begin: [reached]}", "needs: {«begin: reached}"),
    Case(Code.WRONG_TYPE, "  us: {title: {sv: Vi, en: We}}", "  us: {«title: Vi}"),
    Case(Code.BAD_NAME, "programme: small", "«programme: 5 apples"),
    Case(Code.BAD_VALUE, "opens: 08:00", "«opens: 25:00"),
    Case(Code.BAD_VALUE, "since: 2020-01-01", "«since: 2020-02-30"),
    Case(Code.BAD_VALUE, "value: 2500", "«value: much"),
    Case(Code.BAD_VALUE, "minutes: 30", "«minutes: half"),
    Case(Code.BAD_VALUE, "anytime: true", "«anytime: yes"),
    Case(Code.BAD_VALUE, "kind: wait", "«kind: waiting"),
    Case(Code.EMPTY_VALUE, "counts: begun", "«counts: "),
    Case(Code.EMPTY_TEXT, "Vi, en: We", "Vi, «en: ''"),
    Case(Code.GIVEN_AT_PUBLICATION, "programme: small", "programme: small\n«version: 3"),
    Case(Code.GIVEN_AT_PUBLICATION, "morning: 09:00}", "morning: 09:00, «holidays: [2026-12-24]}"),
    # names
    Case(Code.UNKNOWN_REFERENCE, "fallback: review", "«fallback: revue"),
    Case(Code.UNKNOWN_REFERENCE, "needs: {begin: [reached]}", "needs: {begin: [«done]}"),
    Case(Code.UNKNOWN_REFERENCE, "needs: {sort: [assigned]}", "needs: {sort: [assigned], «sorted: [assigned]}"),
    Case(Code.UNKNOWN_REFERENCE, "needs: {sort: [assigned]}", "needs: {sort: [assigned, «refused]}"),
    Case(Code.UNKNOWN_REFERENCE, "when: {route: [study]}", "when: {route: [study, «round]}"),
    Case(Code.UNKNOWN_REFERENCE, "asks: [route]", "asks: [route, «sort]"),
    Case(Code.UNKNOWN_REFERENCE, "after_exit: [WELL]", "after_exit: [WELL, «GOOD]"),
    Case(Code.UNKNOWN_REFERENCE, "waiting_on: board", "«waiting_on: bored"),
    Case(Code.UNKNOWN_REFERENCE, "{days: 28, after: exited}", "{days: 28, after: exited, «calendar: home}"),
    Case(Code.UNKNOWN_REFERENCE, "to: [owner, boss]", "to: [owner, boss, «chef]"),
    Case(Code.UNKNOWN_REFERENCE, "{notice: thanks}", "{«notice: thank}"),
    Case(Code.UNKNOWN_REFERENCE, "action: assign_owners", "«action: assign"),
    Case(Code.UNKNOWN_REFERENCE, "    after_exit: [WELL]\n", "    after_exit: [WELL]\n    «form: follow_upp\n"),
    Case(Code.UNKNOWN_REFERENCE, ", en: Worker}, party: us}", ", en: Worker}, «party: them}"),
    Case(Code.UNKNOWN_REFERENCE, "outcome: nothing}", "«outcome: none}"),
    Case(Code.UNKNOWN_REFERENCE, "hold: {cause: thinking, on: us", "hold: {cause: thinking, «on: me"),
    Case(Code.UNKNOWN_REFERENCE, "morning: 09:00}", "morning: 09:00, off: [public, «klamdagar]}"),
    Case(Code.RESERVED_NAME, "  boss: {title", "  «owner: {title: {sv: Ägare, en: Owner}, party: us}\n  boss: {title"),
    Case(Code.UNUSED, "  OUT: {title", "  «SIDE: {title: {sv: Sidan, en: Side}}\n  OUT: {title"),
    Case(Code.UNUSED, "  board: {title", "  «other: {title: {sv: Annan, en: Other}}\n  board: {title"),
    Case(Code.UNUSED, "  begins_on: {title", "  «ends_on: {title: {sv: Slutar, en: Ends}}\n  begins_on: {title"),
    Case(Code.BAD_TEMPLATE, 'en: "Thanks, {name}."', '«en: "Thanks, {nmae}."'),
    Case(Code.BAD_TEMPLATE, 'en: "Thanks, {name}."', '«en: "Thanks for {step}."'),
    Case(Code.BAD_CALENDAR, "opens: 08:00, closes: 17:00", "opens: 08:00, closes: 07:00", "calendars.office"),
    Case(Code.BAD_CALENDAR, "morning: 09:00}", "morning: 09:00, timezone: Europe/Skelleftea}", "calendars.office"),
    Case(
        Code.VALUES_OUT_OF_ORDER,
        "{since: 2020-01-01, value: 2500}",
        "{since: 2025-01-01, value: 2500}",
        "parameters.cap",
    ),
    # one step
    Case(Code.NO_ROLE, "    role: worker\n    needs: {answer", "    needs: {answer", "steps.close"),
    Case(Code.NO_WAITING_ON, COURSE, COURSE.replace("task", "wait") + COURSE_END, "steps.course"),
    Case(Code.NO_DUE, "    due: {days: 28, after: exited}\n", "", "steps.ask_later"),
    Case(Code.NO_END, ANSWER_END, "", "steps.answer"),
    Case(Code.NO_OUTCOMES, f"    outcomes:\n      {ASKED}\n", "", "steps.ask_later"),
    Case(Code.NO_ACTION, "    action: assign_owners\n", "", "steps.sort"),
    Case(Code.MISSING_KEY, SORTED, SORTED.replace("assigned", "allotted"), "steps.sort.outcomes"),
    Case(Code.NOT_FOR_THIS_KIND, "counts: begun}", "counts: begun, «role: boss}"),
    Case(Code.NOT_FOR_THIS_KIND, "counts: begun}", "counts: begun, «outcomes: {}}"),
    Case(Code.NOT_FOR_THIS_KIND, "    after_exit: [WELL]\n", "    after_exit: [WELL]\n    «waiting_on: board\n"),
    Case(Code.EFFECT_MISSING, ASKED, "«asked: {title: {sv: Frågat, en: Asked}}"),
    Case(Code.EFFECT_SEVERAL, DONE, "«done: {title: {sv: Klart, en: Done}, exit: WELL, go_on: true}"),
    Case(Code.END_EFFECT, "outcome: nothing}", "outcome: nothing, hand_to: boss, notice: overdue}", "steps.answer.end"),
    Case(Code.END_EFFECT, "{working_days: 5}, outcome: nothing}", "{working_days: 5}}", "steps.answer.end"),
    Case(
        Code.END_ASKS,
        "nothing: {title: {sv: Inget, en: Nothing}",
        "nothing: {asks: [route], title: {sv: Inget, en: Nothing}",
        "steps.answer.end.outcome",
    ),
    Case(Code.THEN_EFFECT, SILENT, SILENT.replace("then: {exit: OUT}", "«then: {}")),
    Case(Code.AT_MOST, SILENT, SILENT.replace("at_most: 2", "«at_most: 0")),
    Case(Code.AT_MOST, LATER, LATER.replace("at_most: 1", "«at_most: 999")),
    Case(Code.HOLD_LENGTH, LATER, LATER.replace("days: 10", "«days: 4000")),
    Case(Code.OFFSET, "due: {days: 5, after: received}", "«due: {days: 5, working_days: 3, after: received}"),
    Case(Code.OFFSET, "due: {days: 5, after: received}", "«due: {after: received}"),
    Case(Code.OFFSET, COURSE, "  course:\n    «valid: {days: 5, working_days: 5}\n    kind: task\n"),
    Case(Code.OFFSET, COURSE, "  course:\n    «valid: {}\n    kind: task\n"),
    Case(Code.OFFSET_ABSURD, COURSE, "  course:\n    «valid: {days: 0}\n    kind: task\n"),
    Case(Code.NOT_FOR_THIS_KIND, "counts: begun}", "counts: begun, «valid: {days: 5}}"),
    Case(Code.VALID, "    after_exit: [WELL]\n", "    after_exit: [WELL]\n    «valid: {days: 5}\n"),
    Case(Code.VALID, "  close:\n", "  close:\n    «valid: {days: 5}\n"),
    Case(Code.OWN_PAGE, "format: 1", OWN.format(step="talk", inside="answers: {«agreed: {words: {sv: Ja, en: Yes}}}")),
    Case(Code.OWN_PAGE, "format: 1", OWN.format(step="answer", inside="answers: {}, fields: [«hours]")),
    Case(
        Code.UNKNOWN_REFERENCE,
        "format: 1",
        OWN.format(step="answer", inside="answers: {«no: {words: {sv: Nej, en: No}}}"),
    ),
    Case(Code.UNKNOWN_REFERENCE, "format: 1", "format: 1\nown_page: {«walk: {says: {sv: Gå, en: Walk}}}"),
    Case(Code.UNDO_MINUTES, "format: 1", "format: 1\n«undo_minutes: 1441"),
    Case(Code.UNDO_MINUTES, "format: 1", "format: 1\n«undo_minutes: -1"),
    Case(Code.BAD_VALUE, "format: 1", "format: 1\nundo_minutes: soon", "undo_minutes"),
    Case(Code.OFFSET_ABSURD, "{days: 28, after: exited}", "{days: 99999, after: exited}", "steps.ask_later.due"),
    Case(Code.OFFSET_ABSURD, "remind: [{before: {working_days: 1}}]", "remind: [{«before: {working_days: 0}}]"),
    Case(Code.DUE_BOTH, "before: begins_on,", "before: begins_on, after: opened,", "steps.course.due"),
    Case(Code.WITHOUT_DATE, ", without_date: {working_days: 5}}", "}", "steps.course.due"),
    Case(Code.ANCHOR_EXITED, "due: {days: 5, after: received}", "due: {days: 5, «after: exited}"),
    Case(Code.REMINDER_RULE, "remind: [{mornings: true}]", "remind: [«{mornings: true, after: {days: 1}}]"),
    Case(Code.EVERY, "remind: [{mornings: true}]", "remind: [{mornings: true, «every: {days: 1}}]"),
    Case(Code.EXIT_AFTER_EXIT, ASKED, "«asked: {title: {sv: Frågat, en: Asked}, exit: OUT}"),
    Case(Code.EVENT_TWICE, "    when: {route: [study]}\n", "    when: {route: [study]}\n    «event: board.answered\n"),
    Case(Code.INVITE, "invite: meets_at", "«invite: begins_on"),
    Case(
        Code.KEPT,
        NOTHING,
        "      nothing:\n        title: {sv: Inget, en: Nothing}\n        «" + BACK + "\n    keep: true\n",
    ),
    Case(Code.NO_WAY_OUT, DONE, "done:\n        title: {sv: Klart, en: Done}\n        " + SAME, "steps.close.outcomes"),
    # the way through
    Case(Code.NEEDS_CYCLE, "    needs: {sort: [assigned]}\n", "    «needs: {sort: [assigned], close: [done]}\n"),
    Case(Code.UNREACHABLE, "needs: {answer: [granted], course", "needs: {«answer: [nothing], course"),
    Case(Code.UNREACHABLE, "when: {route: [study]}", "when: {«route: []}"),
    Case(
        Code.UNREACHABLE, "needs: {answer: [granted], course", "needs: {«ask_later: [asked], answer: [granted], course"
    ),
    Case(Code.LEADS_NOWHERE, GRANTED, GRANTED + "      «later: {title: {sv: Senare, en: Later}, go_on: true}\n"),
    Case(
        Code.FALLBACK,
        "leave: {title: {sv: Avsluta, en: Leave}, exit: OUT}",
        "leave: {title: {sv: Avsluta, en: Leave}, go_on: true}",
        "steps.review",
    ),
    # facts and dates
    Case(Code.FACT_NOT_IN_FORM, SORTED, SORTED + "    form: arrival\n", "steps.talk.outcomes.agreed.asks[0]"),
    Case(Code.FACT_VALUES, "    values: {job:", "    «values: {sea: {sv: Hav, en: Sea}, job:"),
    Case(Code.FACT_NEVER_SET, "        asks: [route]\n", "", "steps.course.when.route"),
    Case(Code.FACT_NEVER_SET, "        asks: [route]\n", "        sets: {route: job}\n", "steps.course.when.route"),
    Case(
        Code.DATE_NEVER_ASKED, "asks_dates: [begins_on, meets_at]", "asks_dates: [meets_at]", "steps.course.due.before"
    ),
    # simulated runs
    Case(Code.RULE_NEVER_FIRES, "    remind: []\n", "    remind: [«{after: {days: 9}}]\n"),
    Case(Code.RULE_NEVER_FIRES, ANSWER_END, ANSWER_END + "    escalate: [«{after_due: {working_days: 9}}]\n"),
    Case(Code.RULE_NEVER_FIRES, ANSWER_END, ANSWER_END + "    remind: [«{after: {working_days: 7}}]\n"),
    Case(Code.UNREACHABLE, "  close:\n", f"  «never: {NEVER}\n  close:\n"),
    Case(
        Code.RUN_FALLBACK,
        "needs: {answer: [granted], course: [passed]}",
        "needs: {course: [passed]}",
        "steps.answer.outcomes.granted",
    ),
]
