"""What may stand after `--where`: every slip of the pen is a sentence that says what there is to choose."""

from __future__ import annotations

import pytest

from services.bulk.where import NAMES, NotACondition, UnknownCondition, in_words, parse


def test_different_names_are_kept_apart_and_the_same_name_gathers_its_values() -> None:
    given = ["cause=overdue", "step=welcome_call", "cause=silent", "partner=AF = Malmö", "cause=overdue"]
    assert parse(given) == {
        "cause": ["overdue", "silent"],
        "step": ["welcome_call"],
        "partner": ["AF = Malmö"],
    }
    assert in_words(parse(given)) == "cause=overdue cause=silent step=welcome_call partner=AF = Malmö"


def test_blanks_around_a_name_or_a_value_mean_nothing() -> None:
    assert parse([" step = move "]) == {"step": ["move"]}


@pytest.mark.parametrize("given", ["", "step", "step=", "=move", "step= ", "partner=a\x00b", "partner=\udcff"])
def test_what_is_no_condition_is_refused_with_all_names(given: str) -> None:
    with pytest.raises(NotACondition) as refused:
        parse([given])
    for language in ("sv", "en"):
        assert refused.value.sentence(language).endswith(", ".join(NAMES) + ".")


def test_an_unknown_name_is_refused_with_what_looks_like_it_first() -> None:
    with pytest.raises(UnknownCondition, match=r"chosen by stepp; choose one of: step, cause, phase"):
        parse(["stepp=move"])
