"""What people read: in their language, within 80 columns, with ids that can be copied."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console, RenderableType

from cli import tables
from cli.away import HEAR
from cli.coordinator import PENDING
from cli.journey_view import journey_view
from schemas.base import Language
from schemas.events import EventKind
from schemas.tasks import AlarmKind
from services.completing.form_help import form_of_step
from tests.programmes import programme

TASK: dict[str, Any] = {
    "id": "j23456789b.eligibility_decision.1",
    "journey": "j23456789b",
    "step": "eligibility_decision",
    "title": "Decision [bold]on[/bold] eligibility",
    "role": "project_leader",
    "owner": "pl-1",
    "due_at": "2026-11-25T16:00:00Z",
    "overdue": True,
    "overdue_seconds": 3 * 86_400 + 5,
    "alarms": [{"at": "2026-11-26T08:00:00Z", "kind": "escalate"}],
}
JOURNEY: dict[str, Any] = {
    "journey": "j23456789b",
    "programme": "relocate",
    "version": 3,
    "status": "following_up",
    "exit": "OK1",
    "explain": {"sv": "Ingen behöver göra något.", "en": "Nobody needs to do anything."},
    "tasks": [TASK],
    "events": [
        {"seq": number, "at": "2026-07-25T16:00:00Z", "kind": kind.value, "step": "arrival", "outcome": "arrived"}
        for number, kind in enumerate(EventKind, 1)
    ],
}


def shown(what: RenderableType, width: int = 80) -> str:
    out = io.StringIO()
    Console(file=out, width=width, color_system=None).print(what)
    return out.getvalue()


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_inbox_fits_in_80_columns_with_whole_ids(language: Language) -> None:
    text = shown(tables.tasks_table([TASK, {**TASK, "overdue": False, "overdue_seconds": None}], language))
    assert max(map(len, text.splitlines())) <= 80
    assert text.count(TASK["id"]) == 2
    assert ("3 dagar" if language == "sv" else "3 days") in " ".join(text.split())


def test_titles_are_never_taken_for_markup() -> None:
    assert "[bold]on[/bold]" in shown(tables.tasks_table([TASK], "en"), 200)


def test_due_times_are_on_the_clocks_of_sweden() -> None:
    text = shown(tables.tasks_table([TASK], "en"), 200)
    assert "2026-11-25 17:00" in text
    assert "2026-07-25 18:00" in shown(journey_view(JOURNEY, "en"), 200)


def test_an_inbox_in_time_has_no_column_for_delays() -> None:
    assert "Overdue" not in shown(tables.tasks_table([{**TASK, "overdue": False}], "en"), 200)


def test_an_empty_inbox_says_so() -> None:
    assert shown(tables.tasks_table([], "sv")) == "Inga öppna uppgifter.\n"


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_journey_is_explained_in_both_languages_with_its_clocks_and_its_journal(language: Language) -> None:
    text = shown(journey_view(JOURNEY, language))
    assert JOURNEY["explain"]["sv"] in text
    assert JOURNEY["explain"]["en"] in text
    assert "j23456789b · relocate v3" in text
    assert text.count("arrival") == len(EventKind)
    assert max(map(len, text.splitlines())) <= 80


def test_a_journey_that_goes_by_another_version_than_new_ones_says_so_and_how_to_change_over() -> None:
    text = " ".join(shown(journey_view({**JOURNEY, "in_force": 4}, "en")).split())
    assert "Follows version 3; new journeys begin with 4." in text
    assert "owner roll-out 4 --to all --programme relocate --where journey=j23456789b" in text
    for settled in ({"in_force": 3}, {"in_force": 4, "status": "ended"}):
        assert "roll-out" not in shown(journey_view({**JOURNEY, **settled}, "en"))


def test_every_alarm_has_words() -> None:
    assert set(tables.ALARMS) == {kind.value for kind in AlarmKind}


@pytest.mark.parametrize(
    ("seconds", "swedish", "english"),
    [
        (1, "nyss", "just now"),
        (60, "1 minut", "1 minute"),
        (7_200, "2 timmar", "2 hours"),
        (86_399, "23 timmar", "23 hours"),
        (86_400, "1 dag", "1 day"),
        (40 * 86_400, "40 dagar", "40 days"),
    ],
)
def test_a_delay_is_told_in_its_largest_unit(seconds: int, swedish: str, english: str) -> None:
    assert (tables.length(seconds, "sv"), tables.length(seconds, "en")) == (swedish, english)


@pytest.mark.parametrize("name", ["relocate", "react_eu"])
def test_the_form_of_every_step_can_be_shown(name: str) -> None:
    plan = programme(name)
    for step, found in plan.steps.items():
        if not found.outcomes:
            continue
        said = form_of_step(plan, step)
        fields = {field["field"] for field in said["fields"]}
        assert {need for outcome in said["outcomes"] for need in outcome["needs"]} <= fields
        assert max(map(len, shown(tables.form_view(said, "sv")).splitlines())) <= 80


def test_one_journey_is_not_called_many() -> None:
    assert HEAR.said(1, "en") == "1 journey would be told."
    assert PENDING.said(1, "sv") == "1 resa är sparad men inte påbörjad än; den börjar av sig själv."
    assert PENDING.said(0, "en").startswith("0 journeys are")
