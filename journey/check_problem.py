"""A problem of a draft: which rule, where, and the words that go with it."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from journey.check_words import FILE_WORDS
from journey.check_words_steps import STEP_WORDS
from schemas.draft import Code, Place, Problem, Severity

WORDS = FILE_WORDS | STEP_WORDS
_WARNINGS = {Code.UNUSED, Code.RUN_FALLBACK}


def problem(code: Code, place: Place, **words: object) -> Problem:
    """One problem, with the words of its rule filled in."""
    rule = WORDS[code]
    return Problem(
        code=code,
        severity=Severity.WARNING if code in _WARNINGS else Severity.ERROR,
        place=place,
        sv=rule.sv.format(**words),
        en=rule.en.format(**words),
        hint_sv=rule.hint_sv.format(**words),
        hint_en=rule.hint_en.format(**words),
    )


def around(*within: str | int) -> dict[str, str]:
    """Words for a hint: where something that is missing belongs, inside a key or an item of a list, or in none."""
    match within:
        case (int(number),):
            return {"around_sv": f"i listans punkt {number + 1}", "around_en": f"to item {number + 1} of the list"}
        case (name,):
            return {"around_sv": f"under ”{name}”", "around_en": f'under "{name}"'}
        case _:
            return {"around_sv": "längst ut till vänster, som ”steps”", "around_en": 'at the left margin, like "steps"'}


def nearest(name: str, known: Iterable[str]) -> dict[str, str]:
    """Words for a hint: what was probably meant, or what there is to choose from."""
    choices = sorted(known)
    close = get_close_matches(name, choices, n=1, cutoff=0.6)
    if close:
        return {"meant_sv": f"Menade du ”{close[0]}”?", "meant_en": f'Did you mean "{close[0]}"?'}
    listed = ", ".join(choices[:12]) + (" …" if len(choices) > 12 else "")  # noqa: PLR2004 (as many as fit a line)
    if not listed:
        return {"meant_sv": "Det finns ingen sådan ännu.", "meant_en": "There is none yet."}
    return {"meant_sv": f"Det finns: {listed}.", "meant_en": f"There is: {listed}."}
