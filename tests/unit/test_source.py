"""Reading YAML: what values mean, where everything stands, and that no text whatever does more than give problems."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journey.checks import check, check_file
from journey.source import Listing, Scalar, Source, Table, decode, read
from schemas.draft import Code
from tests.breadth import examples

YEARS = range(2026, 2027)


def value_of(text: str) -> object:
    node = read(f"key: {text}").node(("key",))
    assert isinstance(node, Scalar)
    return node.value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("17:00", "17:00"),
        ("2026-11-23", "2026-11-23"),
        ("0x1F", "0x1F"),
        ("1e3", "1e3"),
        ("1_000", "1_000"),
        ("True", "True"),
        ("true", True),
        ("false", False),
        ("17", 17),
        ("-3", -3),
        ("'17'", "17"),
        ('"true"', "true"),
        ("~", None),
        ("", None),
        ("''", ""),
    ],
)
def test_only_true_false_and_whole_numbers_are_more_than_text(text: str, value: object) -> None:
    found = value_of(text)
    assert found == value
    assert type(found) is type(value)


def test_every_value_knows_its_line_and_column() -> None:
    source = read("a:\n  - one\n  - {b: two}\n")
    place = source.place(("a", 1, "b"))
    assert (place.line, place.column, place.path) == (3, 6, "a[1].b")
    assert source.place(("a", 0)).line == 2


def test_what_is_not_written_is_placed_at_what_is_around_it() -> None:
    source = read("a:\n  b: 1\n")
    place = source.place(("a", "missing", "deeper"))
    assert (place.line, place.column, place.path) == (1, 1, "a.missing.deeper")
    assert Source(None, ()).place(("a",)).line == 1


def test_a_tree_is_made_of_tables_lists_and_values() -> None:
    top = read("a: [1, {b: c}]").top
    assert isinstance(top, Table)
    listing = top.entries["a"]
    assert isinstance(listing, Listing)
    assert [type(item) for item in listing.items] == [Scalar, Table]


def test_a_duplicate_key_names_both_places() -> None:
    source = read("a: 1\nb: 2\na: 3\n")
    found = source.problems[0]
    assert (found.code, found.place.line) == (Code.DUPLICATE_KEY, 3)
    assert "line 1, column 1" in found.en
    assert "rad 1, kolumn 1" in found.sv


@pytest.mark.parametrize("text", ["a: &x [1]\nb: *x", "a: !!python/object/apply:os.system [ls]", "<<: {a: 1}\nb: *c"])
def test_nothing_in_a_file_is_ever_carried_out_or_multiplied(text: str) -> None:
    assert {found.code for found in read(text).problems} & {Code.ANCHOR, Code.TAG}


def test_a_very_deep_nest_is_refused_without_exhausting_anything() -> None:
    for text in ("[" * 200_000, "{a: " * 100_000, "- " * 100_000):
        assert [found.code for found in read(text).problems] == [Code.TOO_DEEP]


def test_text_that_is_no_utf_8_says_where() -> None:
    text, problems = decode(b"a: b\nc: \xe5\n")
    assert text == ""
    assert (problems[0].place.line, problems[0].place.column) == (2, 4)


@given(st.text(max_size=300))
@settings(max_examples=examples(100))
def test_any_text_gives_a_report_and_never_an_error(text: str) -> None:
    report = check(text, years=YEARS)
    assert report.problems
    assert report.programme is None
    for found in report.problems:
        assert found.place.line >= 1
        assert found.place.column >= 1
        assert found.sv
        assert found.en


@given(st.binary(max_size=200))
@settings(max_examples=examples(60))
def test_any_bytes_give_a_report_and_never_an_error(data: bytes) -> None:
    assert check_file(data, years=YEARS).problems


SIGNS = [
    "a",
    "steps",
    "kind:",
    "task",
    "-",
    ":",
    "{",
    "}",
    "[",
    "]",
    ",",
    "'",
    '"',
    "|",
    "#",
    "?",
    "&x",
    "*x",
    "!!",
    "---",
    "~",
    "5",
]
PIECES = st.sampled_from([*SIGNS, ": ", "- ", "|\n", "---\n", "\n", "  ", "\t"])


@given(st.lists(PIECES, max_size=40).map("".join))
@settings(max_examples=examples(120))
def test_any_heap_of_yaml_signs_gives_a_report_and_never_an_error(text: str) -> None:
    assert check(text, years=YEARS).problems
