"""From what is typed to the command: dates on the clocks of Sweden, and a sentence for what cannot be read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from cli import orders
from journey.errors import AmbiguousLocalTime, NoSuchLocalTime, Refusal
from schemas.commands import Command
from schemas.mending import Mend


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_date_alone_is_the_morning_of_a_review_and_the_end_of_a_last_day() -> None:
    assert orders.hold("illness", "participant", "2026-12-01").review_at == utc("2026-12-01 07:00")
    assert orders.extend("2026-12-01").due_at == utc("2026-12-01 16:00")
    assert orders.extend("2026-07-01").due_at == utc("2026-07-01 15:00")


def test_a_time_is_on_the_clocks_of_sweden_unless_it_says_otherwise() -> None:
    assert orders.extend("2026-12-01 10:30").due_at == utc("2026-12-01 09:30")
    assert orders.extend("2026-12-01T10:30+05:00").due_at == utc("2026-12-01 05:30")
    assert orders.move("interview_at", "2026-07-01 10:00", None).to == utc("2026-07-01 08:00")
    assert orders.move("arrival", "2026-07-01", ["j.step.1"]).to == date(2026, 7, 1)


def test_a_time_that_the_clocks_skip_or_meet_twice_is_refused() -> None:
    with pytest.raises(NoSuchLocalTime):
        orders.extend("2026-03-29 02:30")
    with pytest.raises(AmbiguousLocalTime):
        orders.hold("illness", "participant", "2026-10-25 02:30")


@pytest.mark.parametrize(
    ("order", "said"),
    [
        (lambda: orders.extend("tomorrow"), "--to"),
        (lambda: orders.extend("2026-02-30"), "--to"),
        (lambda: orders.extend("0001-01-01T00:00+14:00"), "year 0001 is out of reach"),
        (lambda: orders.hold("illness", "participant", "9999-12-31"), "year 9999 is out of reach"),
        (lambda: orders.correct(None, ["arrival=9999-12-31"]), "year 9999 is out of reach"),
        (lambda: orders.waive("call", None, None, "2026-12-01 10:00"), "--until"),
        (lambda: orders.waive("call", None, ["route"], None), "--fact"),
        (lambda: orders.waive("call", None, ["route=job", "route=study"], None), "route twice"),
        (lambda: orders.waive("välkomst", None, None, None), "välkomst"),
        (lambda: orders.waive("call", "ja då", None, None), "ja då"),
        (lambda: orders.correct(["route=jo bb"], None), "jo bb"),
        (lambda: orders.correct(None, ["arrival=soon"]), "--date"),
        (lambda: orders.correct(None, None), "--fact"),
        (lambda: orders.move("arrival", "2026-12-01", ["å.1"]), "å.1"),
        (lambda: orders.hold("a cause", "participant", "2026-12-01"), "a cause"),
        (lambda: orders.nudge(" "), "cannot be the name"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(order: Callable[[], Command], said: str) -> None:
    with pytest.raises(Refusal) as refused:
        order()
    for language in ("sv", "en"):
        sentence = refused.value.sentence(language)
        assert sentence.endswith(".")
        assert len(sentence.splitlines()) == 1
    assert said in refused.value.sentence("en")


def test_every_order_is_a_mending_command_whose_id_is_to_come() -> None:
    made = [
        orders.nudge(),
        orders.extend("2026-12-01"),
        orders.assign("anna"),
        orders.hold("illness", "participant", "2026-12-01"),
        orders.release(),
        orders.leave("X5"),
        orders.reopen(None),
        orders.waive("call", "willing", ["route=job"], "2026-12-01"),
        orders.back("call"),
        orders.undo(),
        orders.correct(["route=job"], ["arrival=2026-12-01", "interview_at=2026-12-01 10:00"]),
        orders.move("arrival", "2026-12-01", None),
    ]
    for order in made:
        assert order.id == orders.TO_COME
        assert Mend.model_validate_json(Mend.model_validate({"command": order}).model_dump_json()).command == order
