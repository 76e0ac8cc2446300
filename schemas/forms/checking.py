"""The door: answers come in, and either a form goes out or every problem at once, each in one sentence.

Any JSON value at all may be given. No sentence repeats an answer; names that were typed wrongly are shown made safe.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from schemas.base import Both
from schemas.forms.answers import Door, ToUtc, filled
from schemas.forms.base import Case, DateOrTimeAnswer, Form
from schemas.forms.problems import FormProblem, FormRefused, Words, shown
from schemas.forms.registry import FORMS
from schemas.people import Refused

_MOST_ANSWERS = 200
_FACT_VALUE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,47}")
_DATE_OR_TIME: TypeAdapter[date | datetime] = TypeAdapter(DateOrTimeAnswer)
_NONE: Mapping[str, Any] = {}


def check_form(
    name: str,
    outcome: str,
    answers: Mapping[str, Any],
    *,
    today: date,
    to_utc: ToUtc,
    asks: Collection[str] = (),
    parameters: Mapping[str, Decimal] = _NONE,
    known: Mapping[str, str | date | datetime] = _NONE,
) -> Form:
    """Judge the answers given with an outcome. Raises `FormRefused` with every problem.

    `today` is the local date and `to_utc` reads local times (`journey.calendars.local_to_utc`). `asks` are the facts
    and dates the programme asks for with this outcome. `parameters` are the programme's, as of today; `known` are
    the journey's facts and dates so far, against which the form's dates are held.
    """
    form = FORMS.get(name)
    if form is None:
        raise FormRefused((_no_such_form(name),))
    if not isinstance(answers, Mapping) or len(answers) > _MOST_ANSWERS:
        raise FormRefused((_not_a_form(),))
    given = {str(field): answer for field, answer in filled(dict(answers)).items()}
    checked = _Checked(form, given, frozenset(asks), Door(today, to_utc))
    checked.require(outcome)
    checked.apply_rules(Case(outcome, today, parameters, known))
    if checked.problems:
        raise FormRefused(tuple(checked.problems))
    return checked.form


class _Checked:
    """Answers on the way through the door. `form` holds those that are well formed; the others are `problems`."""

    def __init__(self, form: type[Form], given: dict[str, Any], asks: frozenset[str], door: Door) -> None:
        own = form.fields()
        self.problems: list[FormProblem] = []
        self._kind, self._given, self._asks = form, given, asks
        self._judge({field: answer for field, answer in given.items() if field in own}, door)
        self._take_more({field: answer for field, answer in given.items() if field not in own}, door)

    def _judge(self, answers: dict[str, Any], door: Door) -> None:
        try:
            self.form = self._kind.model_validate(answers, context=door, extra="forbid")
        except ValidationError as error:
            details = error.errors(include_url=False, include_input=False)
            self.problems += [_problem(self._kind, detail) for detail in details]
            wrong = {detail["loc"][0] for detail in details}
            good = {field: answer for field, answer in answers.items() if field not in wrong}
            self.form = self._kind.model_validate(good, context=door, extra="forbid")

    def _take_more(self, answers: dict[str, Any], door: Door) -> None:
        """What is no field of the form is a fact or date that the programme asks for, or a mistake."""
        facts: dict[str, str] = {}
        dates: dict[str, date | datetime] = {}
        for field, answer in answers.items():
            if field not in self._asks:
                self.problems.append(_unknown_field(field, [*self._kind.fields(), *self._asks]))
            elif isinstance(answer, bool):
                facts[field] = "yes" if answer else "no"
            elif isinstance(answer, str) and _FACT_VALUE.fullmatch(answer.strip()):
                facts[field] = answer.strip()
            else:
                self._take_date(field, answer, door, dates)
        more = {"more_facts": facts, "more_dates": dates}
        self.form = self.form.model_copy(update={name: values for name, values in more.items() if values})

    def _take_date(self, field: str, answer: object, door: Door, dates: dict[str, date | datetime]) -> None:
        try:
            dates[field] = _DATE_OR_TIME.validate_python(answer, context=door)
        except ValidationError as error:
            said = _said(error.errors(include_url=False, include_input=False)[0])
            label = shown(field)
            self.problems.append(FormProblem(field=label, sv=f"{label}: {said.sv}", en=f"{label}: {said.en}"))

    def require(self, outcome: str) -> None:
        """Say what is missing. What was given but is wrong has been spoken of already."""
        needed = (*self._kind.requires.get(outcome, ()), *sorted(self._asks))
        for field in dict.fromkeys(needed):
            if field not in self._given:
                self.problems.append(_missing(self._kind, field, outcome))

    def apply_rules(self, case: Case) -> None:
        """Say what does not fit together."""
        self.problems += self.form.rules(case)


def _no_such_form(name: str) -> FormProblem:
    near = get_close_matches(shown(name), FORMS, 1)
    return FormProblem(
        field="",
        sv=f"Det finns inget formulär {shown(name)}; "
        + (f"menades {near[0]}?" if near else "be programmets ägare rätta steget."),
        en=f"There is no form {shown(name)}; "
        + (f"did you mean {near[0]}?" if near else "ask the programme's owner to correct the step."),
    )


def _not_a_form() -> FormProblem:
    return FormProblem(
        field="",
        sv=f"Ge svaren som ett JSON-objekt med fältens namn och högst {_MOST_ANSWERS} svar.",
        en=f"Give the answers as one JSON object of field names with at most {_MOST_ANSWERS} answers.",
    )


def _unknown_field(field: str, names: list[str]) -> FormProblem:
    near = get_close_matches(shown(field), names, 1)
    label = shown(field)
    return FormProblem(
        field=label,
        sv=f"Formuläret har inget fält {label}; " + (f"menade du {near[0]}?" if near else "ta bort det."),
        en=f"The form has no field {label}; " + (f"did you mean {near[0]}?" if near else "leave it out."),
    )


def _missing(form: type[Form], field: str, outcome: str) -> FormProblem:
    label = form.words(field).label if field in form.fields() else Both(sv=shown(field), en=shown(field))
    return FormProblem(
        field=shown(field),
        sv=f"Fyll i ”{label.sv}” ({shown(field)}): utfallet {shown(outcome)} behöver det.",
        en=f"Fill in “{label.en}” ({shown(field)}): the outcome {shown(outcome)} needs it.",
    )


# --- what pydantic found, said in words


def _problem(form: type[Form], detail: ErrorDetails) -> FormProblem:
    field, labels, names = _place(form, detail["loc"])
    if detail["type"] == "extra_forbidden":
        unknown = _unknown_field(str(detail["loc"][-1]), names)
        return unknown.model_copy(update={"field": field})
    said = _said(detail)
    return FormProblem(field=field, sv=f"{labels.sv}: {said.sv}", en=f"{labels.en}: {said.en}")


def _place(form: type[BaseModel], loc: tuple[int | str, ...]) -> tuple[str, Both, list[str]]:
    """Where in the form: `attempts[0].at`, its labels, and the names that may stand there."""
    path, sv, en = "", [], []
    model: type[BaseModel] | None = form
    for part in loc:
        if isinstance(part, int):
            path += f"[{part}]"
            sv.append(str(part + 1))
            en.append(str(part + 1))
        else:
            words, inner = _step_into(model, part)
            path += "." * bool(path) + shown(part)
            sv.append(words.sv)
            en.append(words.en)
            model = inner or model
    names = list(model.model_fields) if model is not None else []
    return path, Both(sv=", ".join(sv), en=", ".join(en)), names


def _step_into(model: type[BaseModel] | None, name: str) -> tuple[Words, type[BaseModel] | None]:
    field = model.model_fields.get(name) if model is not None else None
    if field is None:
        return Words(shown(name), shown(name)), None
    words = next((mark for mark in field.metadata if isinstance(mark, Words)), Words(name, name))
    return words, next(_models_in(field.annotation), None)


def _models_in(annotation: object) -> Iterator[type[BaseModel]]:
    """The model that a field's rows are made of, if any."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in getattr(annotation, "__args__", ()):
        yield from _models_in(inner)


_SENTENCES = {
    "missing": Both(sv="Fyll i det.", en="Fill it in."),
    "too_long": Both(sv="Ange färre rader.", en="Give fewer rows."),
    "tuple_type": Both(sv="Ge svaret som en lista.", en="Give the answer as a list."),
    "model_type": Both(
        sv="Ge svaret som ett objekt med fältens namn.", en="Give the answer as an object of field names."
    ),
}
_OTHERWISE = Both(sv="Svaret går inte att läsa; skriv det på nytt.", en="The answer cannot be read; write it anew.")


def _said(detail: ErrorDetails) -> Both:
    context = detail.get("ctx", {})
    reason = context.get("error")
    if isinstance(reason, Refused):
        return Both(sv=reason.sv, en=reason.en)
    if detail["type"] == "literal_error":
        choices = str(context["expected"]).replace("'", "")
        return Both(sv=f"Välj något av: {choices.replace(' or ', ' eller ')}.", en=f"Choose one of: {choices}.")
    return _SENTENCES.get(detail["type"], _OTHERWISE)
