"""What may be answered when a task ends: the fields of a form, what they are called, and which outcome needs which.

Worked out from the form itself and the programme, so that it cannot differ from what is then accepted.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from db.pool import SYSTEM, Database
from journey.errors import UnknownTask
from schemas.forms import FORMS, Form
from schemas.forms.problems import shown
from schemas.programme import Programme, Step
from services.completing.errors import NoForm
from services.completing.filling_in import GENERIC, find_place
from services.publish import load

_FORMATS = {"date": "date", "date-time": "time"}


async def find_form(db: Database, name: str, programme: str, *, now: datetime, by: str = SYSTEM) -> dict[str, Any]:
    """The form of a task (by its id), of a step of the programme's latest version, or the form of this name.

    It has `step` (or None), `form`, `outcomes [{outcome, title, needs}]` and
    `fields [{field, label, help, kind, choices, rows}]`, labels in both languages. Raises `UnknownTask` or `NoForm`.
    """
    if "." in name:
        place = await find_place(db, name, now, by)
        return form_of_step(place.programme, place.step_name)
    version = await load(db, programme, by=by)
    if name in version.steps and version.steps[name].outcomes:
        return form_of_step(version, name)
    if name not in FORMS:
        steps = [step for step, found in version.steps.items() if found.outcomes]
        raise NoForm(name=shown(name), choices=", ".join(steps))
    return form_alone(name)


def form_alone(name: str) -> dict[str, Any]:
    """What may be answered in a form that belongs to no step."""
    return {"step": None, "form": name, "outcomes": [], "fields": _fields(FORMS[name])}


def form_of_step(programme: Programme, name: str) -> dict[str, Any]:
    """What may be answered when this step ends. Raises `UnknownTask` when nobody ends it."""
    step = programme.steps[name]
    if not step.outcomes:
        raise UnknownTask(task=name)
    form = FORMS.get(step.form or GENERIC, FORMS[GENERIC])
    outcomes = [
        {"outcome": outcome, "title": found.title.model_dump(), "needs": _needs(form, step, outcome)}
        for outcome, found in step.outcomes.items()
    ]
    fields = _fields(form) + _asked_besides(programme, step, form)
    return {"step": name, "form": step.form or GENERIC, "outcomes": outcomes, "fields": fields}


def _needs(form: type[Form], step: Step, outcome: str) -> list[str]:
    asked = step.outcomes[outcome]
    return list(dict.fromkeys((*form.requires.get(outcome, ()), *asked.asks, *asked.asks_dates)))


def _asked_besides(programme: Programme, step: Step, form: type[Form]) -> list[dict[str, Any]]:
    """Facts and dates that outcomes ask for and that are no fields of the form."""
    facts = dict.fromkeys(fact for outcome in step.outcomes.values() for fact in outcome.asks)
    dates = dict.fromkeys(name for outcome in step.outcomes.values() for name in outcome.asks_dates)
    fields = []
    for fact in (name for name in facts if name not in form.fields()):
        known = programme.facts[fact]
        fields.append(_field(fact, known.title.model_dump(), kind="choice", choices=list(known.values)))
    for name in (each for each in dates if each not in form.fields()):
        date = programme.dates[name]
        fields.append(_field(name, date.title.model_dump(), kind="date" if date.minutes is None else "time"))
    return fields


def _fields(form: type[Form]) -> list[dict[str, Any]]:
    schema = _schema(form)
    return [_described(name, schema["properties"][name], schema) for name in form.fields()]


@cache
def _schema(form: type[Form]) -> dict[str, Any]:
    return form.model_json_schema()  # the same each time, and slow to make


def _described(name: str, said: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    label = said.get("label", {"sv": name, "en": name})
    return _field(name, label, said.get("help"), **_kind(said, schema))


def _field(name: str, label: Any, explained: Any = None, **kind: Any) -> dict[str, Any]:
    return {"field": name, "label": label, "help": explained, "choices": None, "rows": None, **kind}


def _kind(said: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """`kind` is text, number, date, time, choice or list; a list of tables has its fields as `rows`."""
    found = next((each for each in said.get("anyOf", [said]) if each.get("type") != "null"), said)
    if "enum" in found:
        return {"kind": "choice", "choices": found["enum"]}
    if found.get("type") == "array":
        return {"kind": "list", **_items(found.get("items", {}), schema)}
    if found.get("type") in {"number", "integer"}:
        return {"kind": "number"}
    if found.get("long"):
        return {"kind": "text", "long": True}
    return {"kind": _FORMATS.get(found.get("format", ""), "text")}


def _items(items: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    if "enum" in items:
        return {"choices": items["enum"]}
    if "$ref" not in items:
        return {}
    table = schema["$defs"][items["$ref"].rsplit("/", 1)[1]]
    return {"rows": [_described(name, said, schema) for name, said in table["properties"].items()]}
