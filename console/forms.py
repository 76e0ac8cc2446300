"""The form of a task as a web page has it: made from what the form says of its fields, read back from what was sent.

A field is called as problems call it: `horizon`, `attempts[0].at`. What was sent is kept as it was typed, so that a
refused form comes back whole. Nothing is judged here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from console.language import all_words, say
from schemas.base import Both, Language
from schemas.forms.problems import FormProblem
from schemas.programme import Programme, Step

_CELL = re.compile(r"(?P<field>[A-Za-z][A-Za-z0-9_]{0,47})\[(?P<row>\d{1,2})\]\.(?P<cell>[A-Za-z][A-Za-z0-9_]{0,47})")
_ONE_OF_SEVERAL = re.compile(r"\[\d+\]\Z")
MOST_ROWS = 50
MORE = "more"
"""The button that asks for one more row; its value is the field."""

Sent = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Shown:
    """One field on the page. `kind` is text, note, number, date, time, choice, several, lines or table.

    `needed_by` are the titles of the outcomes that need it. `rows` are the cells of a table, row by row.
    """

    name: str
    label: str
    kind: str
    value: str = ""
    values: tuple[str, ...] = ()
    help: str | None = None
    error: str | None = None
    choices: tuple[tuple[str, str], ...] = ()
    needed_by: tuple[str, ...] = ()
    needed_for: tuple[str, ...] = ()
    rows: tuple[tuple[Shown, ...], ...] = ()

    @property
    def wrong(self) -> bool:
        """Whether anything in it is refused."""
        return self.error is not None or any(cell.error for row in self.rows for cell in row)

    @property
    def filled(self) -> bool:
        return bool(self.value or self.values or any(cell.filled for row in self.rows for cell in row))

    @property
    def typed(self) -> tuple[tuple[str, str], ...]:
        """What has been answered in it, in words."""
        words = dict(self.choices)
        own = ", ".join(words.get(value, value) for value in self.values or (self.value,) if value)
        cells = tuple(line for row in self.rows for cell in row for line in cell.typed)
        return (((self.label, own),) if own else ()) + cells


@dataclass(frozen=True)
class ShownForm:
    """A form on the page: how it may end, what some ends need, what else may be noted, and what is wrong."""

    outcomes: tuple[tuple[str, str], ...]
    outcome: str
    needed: tuple[Shown, ...]
    more: tuple[Shown, ...]
    problems: tuple[tuple[str, str], ...] = ()
    outcome_error: str | None = None

    @property
    def typed(self) -> tuple[tuple[str, str], ...]:
        """What has been answered so far, each with what it is called."""
        return tuple(line for field in (*self.needed, *self.more) for line in field.typed)


@dataclass(frozen=True)
class Maker:
    """Makes the form of one step in one language. `described` is what `services.completing.form_help` says of it."""

    programme: Programme
    step: Step
    described: Mapping[str, Any]
    language: Language
    sent: Sent = field(default_factory=dict)
    problems: Sequence[FormProblem] = ()

    def form(self, outcome: str = "", *, more_rows: str = "", outcome_error: str | None = None) -> ShownForm:
        """The whole form, with what was sent and what is wrong with it."""
        fields = [self._shown(each, more_rows) for each in self.described["fields"] if self._concerns(each["field"])]
        problems = [(_place(each), self._said(each)) for each in self.problems]
        if outcome_error:
            problems.insert(0, ("outcome", outcome_error))
        return ShownForm(
            outcomes=tuple((each["outcome"], each["title"][self.language]) for each in self.described["outcomes"]),
            outcome=outcome,
            needed=tuple(each for each in fields if each.needed_by),
            more=tuple(each for each in fields if not each.needed_by),
            problems=tuple(problems),
            outcome_error=outcome_error,
        )

    def _concerns(self, name: str) -> bool:
        """The day to take something up again is asked for only where an outcome lets the journey rest until then."""
        rests = [outcome.hold for outcome in self.step.outcomes.values() if outcome.hold]
        return name != "wake_at" or any(rest.until == name for rest in rests)

    def _needed_for(self, name: str) -> list[str]:
        found = [each["outcome"] for each in self.described["outcomes"] if name in each["needs"]]
        found += [key for key, each in self.step.outcomes.items() if each.hold and each.hold.until == name]
        return list(dict.fromkeys(found))

    def _shown(self, said: Mapping[str, Any], more_rows: str) -> Shown:
        name = said["field"]
        needed_for = self._needed_for(name)
        made = self._cell(name, said)
        rows = self._rows(said, one_more=more_rows == name) if said["rows"] else ()
        return Shown(
            **{
                **made.__dict__,
                "needed_for": tuple(needed_for),
                "needed_by": tuple(self.step.outcomes[each].title[self.language] for each in needed_for),
                "rows": rows,
            }
        )

    def _cell(self, name: str, said: Mapping[str, Any]) -> Shown:
        typed = tuple(self.sent.get(name, ()))
        kind = _kind(said)
        bare = said["field"]
        return Shown(
            name=name,
            label=said["label"][self.language],
            kind=kind,
            value="" if kind == "several" else next(iter(typed), ""),
            values=typed if kind == "several" else (),
            help=said["help"][self.language] if said["help"] else None,
            error=next((self._said(each) for each in self.problems if _place(each) == name), None),
            choices=tuple((each, self._choice(bare, each)) for each in said["choices"] or ()),
        )

    def _rows(self, said: Mapping[str, Any], *, one_more: bool) -> tuple[tuple[Shown, ...], ...]:
        name = said["field"]
        sent = sorted({int(m["row"]) for key in self.sent if (m := _CELL.fullmatch(key)) and m["field"] == name})
        keys = {row: [f"{name}[{row}].{cell['field']}" for cell in said["rows"]] for row in sent}
        last = max((row for row in sent if any(any(self.sent.get(key, ())) for key in keys[row])), default=-1)
        count = min(MOST_ROWS, max(1, last + 1 + int(one_more)))
        return tuple(
            tuple(self._cell(f"{name}[{row}].{cell['field']}", cell) for cell in said["rows"]) for row in range(count)
        )

    def _choice(self, name: str, value: str) -> str:
        fact = self.programme.facts.get(name)
        if fact is not None and value in fact.values:
            return fact.values[value][self.language]
        return choice_words(name, value)[self.language]

    def _said(self, problem: FormProblem) -> str:
        """A problem in the words of the page: an answer that is missing is called what the page calls it."""
        field = next((each for each in self.described["fields"] if each["field"] == problem.field), None)
        outcome = self.step.outcomes.get(next(iter(self.sent.get("outcome", ())), ""))
        if field is None or outcome is None or not self._is_missing(field):
            return problem.sv if self.language == "sv" else problem.en
        label, ended = field["label"][self.language], outcome.title[self.language]
        return say("task.missing", self.language, field=label, outcome=ended)

    def _is_missing(self, field: Mapping[str, Any]) -> bool:
        return not answers_in({"fields": [field]}, self.sent)


def choice_words(name: str, value: str) -> Both:
    """What a choice is called: in this field, else anywhere."""
    words = all_words()
    plain = value.replace("_", " ")
    return words.get(f"choices.{name}.{value}") or words.get(f"choices.{value}") or Both(sv=plain, en=plain)


def answers_in(described: Mapping[str, Any], sent: Sent) -> dict[str, Any]:
    """What was answered, as the services take it. Empty fields are left out."""
    answers = {each["field"]: _answer(each, sent) for each in described["fields"]}
    return {name: answer for name, answer in answers.items() if answer not in (None, "", [], {})}


def _answer(said: Mapping[str, Any], sent: Sent) -> Any:
    name = said["field"]
    match _kind(said):
        case "table":
            return _table(said, sent)
        case "several":
            return [value for value in sent.get(name, ()) if value]
        case "lines":
            return [line for value in sent.get(name, ()) for line in _lines(value)]
        case _:
            return next((value for value in sent.get(name, ()) if value.strip()), None)


def _table(said: Mapping[str, Any], sent: Sent) -> list[dict[str, Any]]:
    places = (match for key in sent if (match := _CELL.fullmatch(key)) and match["field"] == said["field"])
    numbers = sorted({int(match["row"]) for match in places})
    rows = (
        {cell["field"]: _in_row(cell, f"{said['field']}[{number}].", sent) for cell in said["rows"]}
        for number in numbers
    )
    filled = ({name: answer for name, answer in row.items() if answer not in (None, "", [])} for row in rows)
    return [row for row in filled if row]


def _in_row(cell: Mapping[str, Any], row: str, sent: Sent) -> Any:
    answer = _answer({**cell, "field": row + cell["field"]}, sent)
    return answer.strip() if isinstance(answer, str) else answer


def _place(problem: FormProblem) -> str:
    """Which field a problem stands at: one of several answers is told of at the field that holds them all."""
    return _ONE_OF_SEVERAL.sub("", problem.field)


def _lines(text: str) -> Iterable[str]:
    return (part.strip() for part in re.split(r"[\n,;]", text) if part.strip())


def _kind(said: Mapping[str, Any]) -> str:
    if said["rows"]:
        return "table"
    if said["kind"] == "list":
        return "several" if said["choices"] else "lines"
    return "note" if said.get("long") else str(said["kind"])
