"""What outcomes ask for, held against the forms that are filled in.

A fact or date of the shared vocabulary must be a field of its step's form, with the same values. A programme's own
facts and dates may be asked for with any form; their values are the programme's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

from journey.check_draft import Draft
from schemas.draft import Code, Problem
from schemas.forms import FORMS
from schemas.forms.vocabulary import DATES, FACTS


def check_forms(draft: Draft) -> Iterator[Problem]:
    """Every question of every outcome, and the values of the facts that forms know."""
    for step, name, outcome in draft.outcomes():
        form = draft.programme.steps[step].form
        if form not in FORMS:
            continue
        fields = FORMS[form].fields()
        for key, asked, vocabulary in (("asks", outcome.asks, FACTS), ("asks_dates", outcome.asks_dates, DATES)):
            for index, wanted in enumerate(asked):
                if wanted in vocabulary and wanted not in fields:
                    at = ("steps", step, "outcomes", name, key, index)
                    yield draft.say(Code.FACT_NOT_IN_FORM, *at, name=wanted, form=form)
    for fact, found in draft.programme.facts.items():
        values = values_of(FACTS.get(fact))
        unknown = [value for value in found.values if values and value not in values]
        if unknown:
            words = {"fact": fact, "form": _form_with(fact), "values": ", ".join(unknown), "choices": ", ".join(values)}
            yield draft.say(Code.FACT_VALUES, "facts", fact, "values", **words)


def values_of(annotation: Any) -> tuple[str, ...]:
    """The values that a field with this annotation may have; none when it is no choice."""
    if get_origin(annotation) is Literal:
        return tuple(str(value) for value in get_args(annotation))
    return next((found for part in get_args(annotation) if (found := values_of(part))), ())


def _form_with(fact: str) -> str:
    return next((name for name, form in FORMS.items() if fact in form.fields()), fact)
