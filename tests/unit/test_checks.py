"""Each rule finds what it is for, at its place, and nothing else."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from journey.check_problem import WORDS
from journey.checks import check, check_file, judged_before
from schemas.draft import CheckReport, Code, Severity
from tests.unit.draft_cases import CASES, WHOLE, Case

DRAFTS = Path(__file__).parent / "drafts"
YEARS = range(2026, 2029)
MARK = "«"


@cache
def small() -> str:
    return (DRAFTS / "small.yaml").read_text(encoding="utf-8")


def judge(text: str) -> CheckReport:
    return check(text, years=YEARS)


def broken(case: Case) -> str:
    if case.old is WHOLE:
        return case.new
    assert small().count(case.old) == 1, f"{case.old!r} must stand exactly once in small.yaml"
    return small().replace(case.old, case.new)


def place_of_mark(text: str) -> tuple[int, int] | None:
    before, mark, _ = text.partition(MARK)
    return (before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1) if mark else None


def test_the_small_programme_passes_without_a_word() -> None:
    report = judge(small())
    assert report.passed
    assert report.problems == ()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.code}-{case.new[:24]!r}")
def test_a_broken_rule_is_found_at_its_place_and_nothing_else_is(case: Case) -> None:
    text = broken(case)
    report = judge(text.replace(MARK, ""))
    assert [found.code for found in report.problems] == [case.code], [found.en for found in report.problems]
    found = report.problems[0]
    expected = place_of_mark(text)
    assert expected or case.path
    if expected:
        assert (found.place.line, found.place.column) == expected
    if case.path:
        assert found.place.path == case.path
    assert report.passed is (found.severity is Severity.WARNING)


def test_every_rule_about_the_file_and_the_text_has_words_in_both_languages() -> None:
    assert set(WORDS) == set(Code)
    assert all(words.sv and words.en and words.hint_sv and words.hint_en for words in WORDS.values())


def test_all_problems_come_at_once_and_in_file_order() -> None:
    text = small().replace("fallback: review", "fallback: revue").replace("kind: employer", "kind: boss")
    text = text.replace("    role: worker\n    needs: {answer", "    needs: {answer")
    text = text.replace("needs: {sort: [assigned]}", "needs: {sort: [assigned], close: [done]}")
    found = judge(text).problems
    assert {Code.UNKNOWN_REFERENCE, Code.NO_ROLE, Code.BAD_VALUE} <= {one.code for one in found}
    places = [(one.place.line, one.place.column) for one in found]
    assert places == sorted(places)


def test_what_is_missing_is_said_to_belong_where_it_does() -> None:
    def hint(before: str, after: str) -> str:
        return judge(small().replace(before, after)).problems[0].hint_en

    assert hint("programme: small\n", "") == 'Add it at the left margin, like "steps".'
    assert hint("  us: {title: {sv: Vi, en: We}}", "  us: {title: {sv: Vi}}") == 'Add it under "title".'
    assert hint("{since: 2020-01-01, value", "{value") == "Add it to item 1 of the list."


def test_a_typing_error_gets_the_word_that_was_meant() -> None:
    found = judge(small().replace("fallback: review", "fallback: revue")).problems[0]
    assert found.hint_en == 'Did you mean "review"?'
    assert found.hint_sv == "Menade du ”review”?"


def test_a_ring_of_needs_is_named_step_by_step() -> None:
    text = small().replace("needs: {sort: [assigned]}", "needs: {sort: [assigned], close: [done]}")
    found = next(one for one in judge(text).problems if one.code is Code.NEEDS_CYCLE)
    assert "talk → answer → close → talk" in found.en


def test_a_programme_that_nobody_can_leave_is_refused() -> None:
    text = small().replace("exit: WELL}", "go_on: true}").replace("exit: OUT}", "go_on: true}")
    assert Code.NO_EXIT in {one.code for one in judge(text).problems}


def test_a_ring_that_opens_again_without_an_end_is_refused() -> None:
    text = small().replace("at_most: 2, then: {exit: OUT}}", "then: {exit: OUT}}")
    assert [(one.code, one.place.path) for one in judge(text).problems] == [
        (Code.MISSING_KEY, "steps.talk.outcomes.silent.again")
    ]


def test_windows_text_is_told_to_be_saved_as_utf_8_with_the_place_of_the_first_wrong_letter() -> None:
    report = check_file("format: 1\ntitle: {sv: Nämnden}\n".encode("cp1252"), years=YEARS)
    assert [(one.code, one.place.line, one.place.column) for one in report.problems] == [(Code.NOT_UTF8, 2, 14)]


def test_a_byte_order_mark_does_no_harm() -> None:
    assert check_file(b"\xef\xbb\xbf" + small().encode(), years=YEARS).passed


def test_a_file_that_is_too_large_is_refused_unread() -> None:
    report = check_file(b"a: 1\n" * 300_000, years=YEARS)
    assert [one.code for one in report.problems] == [Code.TOO_LARGE]


def test_days_off_are_written_out_for_the_years_that_were_asked_for_and_only_on_days_of_the_week() -> None:
    programme = judge(small()).programme
    assert programme is not None
    holidays = programme.calendars["office"].holidays
    assert {day.year for day in holidays} == set(YEARS)
    assert all(day.weekday() < 5 for day in holidays)
    assert len([day for day in holidays if day.year == 2026]) == 261 - 251  # 261 weekdays, 251 working days


def test_a_file_that_was_judged_before_is_read_without_judging_it_again() -> None:
    assert judged_before(small(), years=YEARS) == judge(small()).programme
    with pytest.raises(ValueError, match="empty"):
        judged_before("", years=YEARS)
    with pytest.raises(ValueError, match="fallbakc"):
        judged_before(small().replace("fallback", "fallbakc"), years=YEARS)
