"""The words of the pages: both languages say the same things, and no page asks for words that are not there."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import get_args

import pytest
from jinja2 import nodes

from console.acts import DOINGS
from console.bulk_telling import SHOWN
from console.interests import _said
from console.language import all_words, chosen, counted, say
from console.mapping import Stands
from console.menu import PLACES
from console.orders import ORDERS
from console.pages.many import RATES
from console.pages.systems import OPERATIONS
from console.rendering import TEMPLATES, environment
from console.who import Role
from schemas.base import Language
from schemas.bulk import BulkStatus, ItemStatus
from schemas.events import EventKind, Purpose
from schemas.foresight import Effect, StayReason
from schemas.forms import FORMS
from schemas.journey import Status
from schemas.stuck import Advice
from schemas.tasks import AlarmKind
from services.bulk.where import NAMES
from services.completing.form_help import _fields
from services.health.looking import SILENT
from services.health.parts import Name
from services.health.parts import Standing as PartStanding
from services.intake.interest import HEARD
from services.intake.row import Wish
from services.interests import Registered
from services.my_day import Group
from services.outside.receiving import Standing
from services.stuck.ages import Age

PYTHON = TEMPLATES.parent


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_both_languages_have_the_same_placeholders() -> None:
    assert {key for key, words in all_words().items() if placeholders(words.sv) != placeholders(words.en)} == set()


def _calls() -> Iterator[tuple[str, str, str]]:
    """Template, function and key of every call of `t` and `n` with a fixed key."""
    for path in TEMPLATES.glob("*.html"):
        tree = environment("sv").parse(path.read_text(encoding="utf-8"))
        for call in tree.find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name in ("t", "n") and call.args:
                key = call.args[0]
                if isinstance(key, nodes.Const):
                    yield path.name, call.node.name, str(key.value)


def test_templates_ask_only_for_words_that_are_there() -> None:
    words = all_words()
    missing = [
        (template, key)
        for template, function, key in _calls()
        if any(name not in words for name in ((key,) if function == "t" else (f"{key}.one", f"{key}.many")))
    ]
    assert missing == []
    assert len(list(_calls())) > 100


def _keys_in_code() -> Iterator[str]:
    """Every text in the code that looks like a key: a family of words, a dot, a name."""
    families = {key.split(".", maxsplit=1)[0] for key in all_words()}
    for path in PYTHON.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                family, _, name = node.value.partition(".")
                if family in families and re.fullmatch(r"[a-z][a-z_.]*[a-z]", name) and name != "html":
                    yield node.value


def test_code_asks_only_for_words_that_are_there() -> None:
    found = set(_keys_in_code())
    assert {key for key in found if not {key, f"{key}.one"} & all_words().keys()} == set()
    assert len(found) > 20


def made_up_keys() -> Iterator[str]:
    """Keys that are put together while a page is made."""
    yield from (f"roles.{role}" for role in Role)
    yield from (place.words for place in PLACES)
    yield from (f"events.{kind}" for kind in EventKind)
    yield from (f"clocks.alarm_{kind}" for kind in AlarmKind)
    yield from (f"my_day.group_{group}" for group in Group)
    yield from (f"would.stays_{reason}" for reason in StayReason)
    yield from (f"would.letter_{purpose}" for purpose in Purpose)
    yield from (f"letters.{purpose}" for purpose in (*Purpose, "undeliverable", "unsure"))
    yield from (f"journey.stop_{stands}" for stands in Stands if stands is not Stands.NOT)
    yield from (f"journey.stretch_{stands}" for stands in Stands if stands is not Stands.WAIVED)
    yield from (f"journey.status_{status}" for status in Status)
    yield from (f"interest.heard_{each}" for each in HEARD)
    yield from (f"interest.wish_{each}" for each in get_args(Wish))
    yield from (f"interest.said_{name}" for name, _ in _said(Registered(at=datetime.now(UTC)), "sv"))
    yield from (f"api.op_{name}" for _, _, name, _ in OPERATIONS)
    yield from (f"api.event_{status}" for status in get_args(Standing))
    yield from (f"numbers.told_{name}" for name in ("funnel", "milestones"))
    yield from (f"numbers.how_{how}" for how in ("physical", "digital"))
    for name in DOINGS:
        yield from (f"acts.{name}", f"acts.{name}_lead")
    yield from (f"operations.todo_{advice}" for advice in Advice)
    yield from (f"operations.age_{age}" for age in Age)
    yield from (f"many.where_{name}" for name in NAMES)
    yield from (f"many.effect_{effect}" for effect in Effect)
    yield from (f"many.rate_{rate}" for rate in RATES)
    yield from (f"acts.{name}{lead}" for name in ORDERS if name != "assign" for lead in ("", "_lead"))
    yield from (f"bulks.status_{status}" for status in BulkStatus)
    yield from (f"bulks.item_{status}" for status in ItemStatus)
    yield from (f"bulks.what_{what}" for what in (*ORDERS, "cover", "roll_out", "roll_back"))
    yield from (f"bulks.asked_{name}" for name in SHOWN)
    yield from (f"reports.status_{status}" for status in get_args(Standing))
    yield from (f"health.name_{name}" for name in Name)
    yield from (f"health.standing_{standing}" for standing in PartStanding)
    yield from (f"health.{part.name}_{part.says}" for parts in SILENT.values() for part in parts)
    for name in ("not_there", "signed_out", "old_page", "too_many", "too_large", "refused", "broke"):
        yield from (f"said.{name}", f"said.{name}_title")


@pytest.mark.parametrize("key", list(made_up_keys()))
def test_what_is_put_together_has_words(key: str) -> None:
    assert key in all_words()


def test_every_choice_of_every_form_has_words() -> None:
    def missing(fields: list[dict[str, object]]) -> Iterator[tuple[object, object]]:
        for field in fields:
            for choice in field["choices"] or ():  # type: ignore[attr-defined]
                if not {f"choices.{choice}", f"choices.{field['field']}.{choice}"} & all_words().keys():
                    yield field["field"], choice
            yield from missing(field["rows"] or [])  # type: ignore[arg-type]

    assert [each for form in FORMS.values() for each in missing(_fields(form))] == []


@pytest.mark.parametrize(
    ("asked", "cookie", "own", "accepted", "language"),
    [
        ("en", "sv", "sv", "sv", "en"),
        (None, "en", "sv", "sv", "en"),
        (None, None, "en", "sv", "en"),
        ("de", "fr", None, "en-GB,en;q=0.9,sv;q=0.8", "en"),
        (None, None, None, "en;q=0.5, sv-SE;q=0.9", "sv"),
        (None, None, None, "de, fr;q=0.3", "sv"),
        (None, None, None, "en;q=0", "sv"),
        (None, None, None, "", "sv"),
        (None, None, None, ",;q=x,en;q=abc", "en"),
    ],
)
def test_the_language_is_what_the_visitor_said_last(
    asked: str | None, cookie: str | None, own: Language | None, accepted: str, language: Language
) -> None:
    assert chosen(asked, cookie, own, accepted) == language


def test_words_are_counted() -> None:
    assert counted("my_day.late_now", 1, "sv") == "1\N{NO-BREAK SPACE}försenad."
    assert counted("my_day.late_now", 3, "sv") == "3\N{NO-BREAK SPACE}försenade."
    with pytest.raises(KeyError):
        say("my_day.nothing_of_the_kind", "sv")
