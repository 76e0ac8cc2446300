"""What the demonstration's staff type is what a careful person would: every form of every outcome is accepted."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demo.answers import FORMS, answers
from demo.desk import Desk
from schemas.forms import FORMS as ALL_FORMS
from schemas.forms import FormRefused, check_form
from schemas.programme import Programme
from services.completing.filling_in import Filled, Place, fill_in
from tests.programmes import programme

SEEDS = ("relocate", "react_eu")
FRIDAY = datetime(2026, 3, 6, 9, 30, tzinfo=UTC)
patiently = settings(deadline=None)  # the machine is shared: a slow example is no failure

OUTCOMES = [
    (name, step, outcome)
    for name in SEEDS
    for step, found in programme(name).steps.items()
    if found.role is not None and found.action is None
    for outcome in found.outcomes
]
moments = st.datetimes(datetime(2024, 2, 1), datetime(2031, 1, 1), timezones=st.just(UTC))


def filled(desk: Desk) -> Filled:
    """What the door makes of it, seen from the journey with what it knows."""
    task = f"j1.{desk.step_name}.1"
    place = Place(task, "j1", desk.step_name, desk.programme, desk.known, desk.now, ended=False)
    return fill_in(place, desk.outcome, answers(desk))


@st.composite
def dates_known(draw: st.DrawFn, found: Programme, now: datetime) -> dict[str, date | datetime]:
    """Some of the programme's named dates, as a journey can have them: a course begins before it ends."""
    ahead = {name: draw(st.integers(-200, 200)) for name in found.dates}
    ahead["course_start"] = ahead["application_closes"] + draw(st.integers(0, 90))
    ahead["course_end"] = ahead["course_start"] + draw(st.integers(1, 300))
    known = draw(st.sets(st.sampled_from(sorted(found.dates))))
    moments = {name: now + timedelta(days=ahead[name]) for name in known}
    return {name: at if found.dates[name].minutes else at.date() for name, at in moments.items()}


@pytest.mark.parametrize("name", SEEDS)
def test_the_form_of_every_outcome_is_accepted_when_nothing_is_known_yet(name: str) -> None:
    for each, step, outcome in OUTCOMES:
        if each == name:
            desk = Desk(programme(name), step, outcome, FRIDAY)
            chosen = desk.step.outcomes[outcome]
            found = filled(desk)
            assert found.answers, (step, outcome)
            assert set(chosen.asks) <= set(found.facts), (step, outcome)
            assert set(chosen.asks_dates) <= set(found.dates), (step, outcome)


@patiently
@given(case=st.sampled_from(OUTCOMES), now=moments, number=st.integers(0, 50), data=st.data())
def test_the_form_of_every_outcome_is_accepted_whatever_the_day_and_the_dates_the_journey_has(
    case: tuple[str, str, str], now: datetime, number: int, data: st.DataObject
) -> None:
    name, step, outcome = case
    found = programme(name)
    filled(Desk(found, step, outcome, now, data.draw(dates_known(found, now)), number=number))


@pytest.mark.parametrize("name", SEEDS)
def test_what_is_true_of_a_participant_is_what_is_answered(name: str) -> None:
    wishes = {fact: next(reversed(found.values)) for fact, found in programme(name).facts.items()}
    for each, step, outcome in OUTCOMES:
        if each == name:
            desk = Desk(programme(name), step, outcome, FRIDAY, wishes=wishes)
            told = filled(desk).facts
            assert {fact: told[fact] for fact in desk.step.outcomes[outcome].asks} == {
                fact: wishes[fact] for fact in desk.step.outcomes[outcome].asks
            }


def test_a_careful_person_leaves_no_form_of_the_programmes_to_a_mere_note() -> None:
    used = {found.form for name in SEEDS for found in programme(name).steps.values() if found.form}
    assert used - {"generic"} <= set(FORMS)
    assert set(FORMS) <= set(ALL_FORMS)


def test_the_door_would_have_refused_an_empty_form() -> None:
    """Otherwise the tests above could not fail."""
    refused: list[tuple[Any, ...]] = []
    for name, step, outcome in OUTCOMES:
        found = programme(name).steps[step]
        chosen = found.outcomes[outcome]
        asks = (*chosen.asks, *chosen.asks_dates)
        try:
            check_form(found.form or "generic", outcome, {}, today=date(2026, 3, 6), to_utc=lambda at: at, asks=asks)
        except FormRefused:
            refused.append((name, step, outcome))
    assert len(refused) > len(SEEDS) * 10
