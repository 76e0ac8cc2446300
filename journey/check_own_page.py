"""What a draft lets participants say on their own page: only what is theirs to say, and can be asked there."""

from __future__ import annotations

from collections.abc import Iterator

from journey.check_draft import Draft
from schemas.draft import Code, Problem
from schemas.forms import FORMS
from schemas.programme import PARTICIPANT, Step

GENERIC = "generic"
_NOT_THEIRS = ("steget är varken deltagarens eller ett som väntar på besked", "it neither is theirs nor waits for word")
_ASKS = ("utfallet frågar efter mer än ett besked säger", "the outcome asks for more than a report says")
_UNCONFIRMED = ("bara besked (`event`) kan bekräftas av personalen", "only reports (`event`) are confirmed by staff")
_NO_FIELD = ("formuläret har inget sådant fält", "the form has no such field")


def check_own_page(draft: Draft) -> Iterator[Problem]:
    """Every step that the page says something of."""
    for name, own in draft.programme.own_page.items():
        step = draft.programme.steps.get(name)
        if step is None:
            continue
        for answer, said in own.answers.items():
            why = _why_not(step, answer, confirm=said.confirm)
            if why is not None:
                at = ("own_page", name, "answers", answer)
                yield draft.say(Code.OWN_PAGE, *at, step=name, why_sv=why[0], why_en=why[1])
        form = FORMS.get(step.form or GENERIC)
        for index, field in enumerate(own.fields):
            if form is not None and field not in form.fields():
                words = {"step": name, "why_sv": _NO_FIELD[0], "why_en": _NO_FIELD[1]}
                yield draft.say(Code.OWN_PAGE, "own_page", name, "fields", index, **words)


def is_theirs(step: Step) -> bool:
    """Whether the participant ends this step by their answer."""
    return step.role == PARTICIPANT or (step.waiting_on == PARTICIPANT and step.event is None)


def _why_not(step: Step, answer: str, *, confirm: bool) -> tuple[str, str] | None:
    if is_theirs(step):
        return _UNCONFIRMED if confirm else None
    if step.event is None:
        return _NOT_THEIRS
    outcome = step.outcomes.get(answer)
    return _ASKS if outcome is not None and (outcome.asks or outcome.asks_dates) else None
