"""How acts for many read at the command line, and how they are typed."""

from __future__ import annotations

import io
import re
import sys
from types import SimpleNamespace
from typing import Annotated, Any

import pytest
from rich.console import Console
from rich.text import Text
from typer import BadParameter, Option
from typer.main import get_command

from cli import foreseen, many, previewing, repair, run
from cli.acts import Act, Acts, Journey, OnlyOne, Typed
from cli.bulk import checked_rate
from cli.counting import Counted
from cli.foreseen import some
from cli.ordering import FIT, THOSE
from cli.repair import REBUILT
from cli.run import Answer, ExitCode
from cli.versions import TO_SOME, VERSION
from schemas.base import Language
from schemas.commands import AssignTask, HoldJourney
from services.bulk.errors import BadRate
from services.bulk.order import each
from tests.driving import at

ITEM = {"journey": "j1", "task": "j1.move.1", "status": "done", "sentence": None}
ACT: dict[str, Any] = {
    "bulk": "b1",
    "what": "extend",
    "order": {"due_at": "2026-11-26T16:00:00Z"},
    "conditions": {"cause": ["overdue"], "step": ["move", "call"]},
    "status": "done",
    "counts": {"waiting": 0, "done": 1, "refused": 1, "failed": 0},
    "journeys": [ITEM, {**ITEM, "journey": "j2", "task": "j2.call.1", "status": "refused", "sentence": "It rests."}],
}


def printed(found: dict[str, Any]) -> list[str]:
    console = Console(width=200)
    with console.capture() as said:
        console.print(many.text(found, "en"))
    return said.get().splitlines()


def test_an_act_is_told_with_a_line_for_each_journey() -> None:
    assert printed(ACT) == [
        "b1 · extend due_at=2026-11-26T16:00:00Z · cause=overdue step=move step=call · done",
        "j1.move.1  done",
        "j2.call.1  refused  It rests.",
        "Done: 1. Refused: 1. Failed: 0. Waiting: 0.",
    ]


def test_what_is_not_about_tasks_names_the_journeys_alone() -> None:
    assert printed({**ACT, "what": "hold"})[1:3] == ["j1  done", "j2  refused  It rests."]


@pytest.mark.parametrize(
    ("what", "order", "said"),
    [
        ("roll_out", {"programme": "p", "version": 3, "to": "all", "before": None}, "roll-out 3 --to all"),
        ("roll_back", {"programme": "p", "rollout": "r1"}, "roll-back r1 · programme=p"),
        ("release", {"catch_up": False}, "release"),
    ],
)
def test_what_was_ordered_reads_as_it_is_typed(what: str, order: dict[str, Any], said: str) -> None:
    assert many.head({**ACT, "what": what, "order": order, "conditions": {}}, "sv") == f"b1 · {said} · klar"


@pytest.mark.parametrize(
    ("status", "failed", "last"),
    [
        ("under_way", 0, "Stop it: operator bulk stop b1"),
        ("stopped", 0, "Resume it: operator bulk resume b1"),
        ("done", 1, "Ask the failed ones again: operator bulk resume b1"),
    ],
)
def test_what_may_be_typed_next_comes_last(status: str, failed: int, last: str) -> None:
    found = {**ACT, "status": status, "counts": {**ACT["counts"], "failed": failed}}
    assert printed(found)[-1] == last


def test_an_order_is_the_command_without_what_each_journey_has_of_its_own() -> None:
    assign = each(AssignTask(id="to-come", task="to-come", to="anna"))
    assert (assign.act, assign.fields) == ("assign", {"to": "anna"})
    hold = each(HoldJourney(id="to-come", cause="ill", on="us", review_at=at("2026-11-26 08:00")))
    assert hold.fields == {"cause": "ill", "on": "us", "review_at": "2026-11-26T07:00:00Z"}


@pytest.mark.parametrize("rate", [0, 0.01, 5000, float("nan"), float("inf"), -1])
def test_a_rate_is_neither_nothing_nor_everything(rate: float) -> None:
    with pytest.raises(BadRate, match=r"from 0\.1 to 1000"):
        checked_rate(rate)
    assert checked_rate(None) is None
    assert checked_rate(0.1) == 0.1


@pytest.fixture
def leaving() -> Any:
    """A command about one journey with an argument more, as the command line knows it."""
    act = get_command(typer_app()).commands["exit"]  # type: ignore[attr-defined]
    assert isinstance(act, Act)
    return act


def typer_app() -> Acts:
    app = Acts()

    @app.command("exit")
    def exit_(journey: Journey, code: str, where: Annotated[list[str] | None, Option("--where")] = None) -> None: ...

    @app.command()
    def other() -> None: ...

    return app


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        (["X5", "--where", "step=move"], (THOSE, "X5", ["step=move"])),
        (["--where=step=move", "X5"], (THOSE, "X5", ["step=move"])),
        (["j1", "X5"], ("j1", "X5", [])),
    ],
)
def test_conditions_stand_for_the_journey(leaving: Any, typed: list[str], understood: tuple[Any, ...]) -> None:
    context = leaving.make_context("exit", typed)
    journey, code, where = (context.params[name] for name in ("journey", "code", "where"))
    assert (journey, code, list(where or [])) == understood


@pytest.mark.parametrize("typed", [["j1", "X5", "--where", "step=move"], ["--where=step=move", "j1", "X5"]])
def test_who_names_one_and_gives_conditions_too_is_told_to_leave_one_of_them_out(
    leaving: Any, typed: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "leave", sys.exit)
    with pytest.raises(SystemExit) as left:
        leaving.make_context("exit", typed)
    assert left.value.code == ExitCode.REFUSED
    assert capsys.readouterr().err == (
        "Name one (j1), or choose with --where whom it is for, not both; leave one of them out.\n"
    )


def test_what_is_typed_wrong_besides_is_said_as_ever(leaving: Any) -> None:
    for typed in (["X5", "--where", "step=move", "--no-such"], ["--where"], ["j1", "X5", "--no-such"]):
        with pytest.raises(USAGE):
            leaving.make_context("exit", typed)


USAGE = BadParameter.__mro__[1]
"""What is raised for anything that is typed wrong."""

COUNTS = {"done": 1, "refused": 0, "changed": 1, "unchanged": 0, "programme": "p", "version": 2, "published": "-"}


@pytest.mark.parametrize("said", [FIT, VERSION, TO_SOME, REBUILT, previewing.HEAD, foreseen.HEAD, repair.INTERRUPTED])
@pytest.mark.parametrize(("language", "one", "many_"), [("sv", "resa", "resor"), ("en", "journey", "journeys")])
def test_one_journey_is_one_journey(said: Counted, language: Language, one: str, many_: str) -> None:
    for count, word in ((1, one), (2, many_), (0, many_)):
        text = said.said(count, language, **COUNTS, look="")
        assert re.search(rf"\b{count} {word}\b", text)


def test_what_is_done_to_one_at_a_time_takes_no_conditions() -> None:
    Typed().must_be_about_one()
    with pytest.raises(OnlyOne):
        Typed(where=["step=move"]).must_be_about_one()


def test_of_many_journeys_a_few_are_named() -> None:
    assert some(["a", "b"], 2) == "a, b"
    assert some(["a", "b"], 9) == "a, b …"
    assert some([str(number) for number in range(20)], 20) == "0, 1, 2 …"


class Terminal:
    """Stands in for somebody at a terminal, or for nobody."""

    def __init__(self, *, there: bool) -> None:
        self._there = there

    def isatty(self) -> bool:
        return self._there


@pytest.mark.parametrize(
    ("there", "answer", "code", "said"),
    [
        (False, True, ExitCode.REFUSED, "Two journeys fit.\nNothing has been done; add --yes to do it."),
        (True, False, ExitCode.OK, "Nothing has been done."),
    ],
)
async def test_without_a_yes_nothing_is_done(
    there: bool, answer: bool, code: ExitCode, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = await asked(monkeypatch, there=there, answer=answer)
    assert found is not None
    assert (found.code, found.data) == (code, {"count": 2, "begun": False})
    console = Console(width=200)
    with console.capture() as shown:
        console.print(found.text)
    assert shown.get().strip() == said


async def test_with_a_yes_at_the_terminal_it_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await asked(monkeypatch, there=True, answer=True) is None


async def asked(monkeypatch: pytest.MonkeyPatch, *, there: bool, answer: bool) -> Answer | None:
    for stream in ("stdin", "stderr"):
        monkeypatch.setattr(f"cli.many.sys.{stream}", Terminal(there=there))
    monkeypatch.setattr("cli.many.typer.confirm", lambda _question, err: answer)
    monkeypatch.setattr("cli.many.run.progress_console", lambda: Console(file=io.StringIO()))
    desk: Any = SimpleNamespace(language="en")
    return await many.declined(desk, {"count": 2}, Text("Two journeys fit."))
