"""Whatever anybody sends to whatever form: a form, or sentences; never anything else, and never an answer repeated."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from journey.calendars import local_to_utc
from schemas.forms import FORMS, Form, FormRefused, check_form

patiently = settings(deadline=None)  # the machine is shared: a slow example is no failure


def check(name: str, outcome: str, answers: Any, **more: Any) -> Form:
    return check_form(name, outcome, answers, **{"today": date(2026, 11, 23), "to_utc": local_to_utc, **more})


@pytest.mark.parametrize("name", FORMS)
def test_no_sentence_repeats_an_answer(name: str) -> None:
    secret = "hemlig-4711"
    rows = [{"at": secret, "day": secret, "kind": secret, secret[:3]: secret}]
    for answer in (secret, rows, rows[0]):
        with pytest.raises(FormRefused) as refused:
            check(name, "any", dict.fromkeys((*FORMS[name].fields(), "zzz"), answer))
        assert refused.value.problems
        assert secret not in str(refused.value)
        assert not any(secret in problem.sv + problem.en for problem in refused.value.problems)


texts = st.text(st.characters(exclude_categories=()), max_size=30)
plausible = st.sampled_from(
    ["yes", "2026-11-20", "2026-12-01 10:00", "2026-03-29 02:30", "7", "850709-9805", "job", "-1"]
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts | plausible,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts | st.sampled_from(["at", "day", "hours"]), inner),
    max_leaves=12,
)
names = st.sampled_from(sorted(FORMS))
outcomes = st.sampled_from(["any", "funded", "granted", "not_reached", "enrolled", "issued"]) | texts


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, str, dict[str, Any]]:
    name = draw(names)
    fields = st.sampled_from(FORMS[name].fields()) | texts
    return name, draw(outcomes), draw(st.dictionaries(fields, anything, max_size=8))


@patiently
@given(case=cases(), asks=st.lists(texts | st.sampled_from(["route", "interview_at"]), max_size=3))
@example(case=("generic", "any", {"\ud800": "\ud800"}), asks=["\ud800"])
@example(case=("mapping", "any", {"route": "\ud800", "certificates": {"\ud800": 1}}), asks=[])
@example(case=("temporary_home", "any", {"need": {"\ud800": 1}, "offers": [{"kind": "\x00"}]}), asks=["\x00"])
@example(case=("welcome_call", "\ud800", {"attempts": {"at": {}, "channel": []}}), asks=[])
@example(case=("mapping", "any", {"rent_ceiling": float("-inf"), "children_ages": [10**5000]}), asks=[])
def test_any_json_object_is_a_form_or_is_refused_in_sentences(
    case: tuple[str, str, dict[str, Any]], asks: list[str]
) -> None:
    try:
        form = check(*case, asks=asks, parameters={"travel_grant_cap": Decimal(3600)})
    except FormRefused as refused:
        said = refused.problems
    else:
        said = ()
        stored = json.loads(json.dumps(form.answers()))
        assert FORMS[case[0]].model_validate(stored) == form
        assert "\\u0000" not in json.dumps(stored)
        json.dumps(stored, ensure_ascii=False).encode()
    for problem in said:
        assert problem.sv != problem.en or not problem.sv
        assert problem.en.rstrip()[-1] in ".?"
        (problem.field + problem.sv + problem.en).encode()


@patiently
@given(answers=anything.filter(lambda answers: not isinstance(answers, dict)))
def test_anything_but_an_object_is_refused(answers: Any) -> None:
    with pytest.raises(FormRefused, match="one JSON object"):
        check("welcome_call", "willing", answers)
