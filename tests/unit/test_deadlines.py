"""When tasks are due: the welcome-call rule with dates worked out by hand, and every other way to count."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journey import calendars, deadlines
from schemas.clocks import Offset, Reminder, Rung
from schemas.programme import Step
from schemas.tasks import Alarm, AlarmKind, Task
from tests.driving import OFFICE, Drive, at, day, variant, wall
from tests.sample import sample


def reminders(task: Task) -> list[str]:
    return [wall(alarm.at) for alarm in task.alarms if alarm.kind is AlarmKind.REMIND]


# ---- the welcome call: three calendar days from the day after, until 17:00, moved off days off (Lag 1930:173)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-03-02 10:00", "Thu 2026-03-05 17:00"),  # Monday
        ("2026-03-03 10:00", "Fri 2026-03-06 17:00"),
        ("2026-03-04 10:00", "Mon 2026-03-09 17:00"),  # Wednesday: Saturday moves to Monday
        ("2026-03-05 10:00", "Mon 2026-03-09 17:00"),
        ("2026-03-06 10:00", "Mon 2026-03-09 17:00"),  # Friday
        ("2026-03-07 10:00", "Tue 2026-03-10 17:00"),
        ("2026-03-08 10:00", "Wed 2026-03-11 17:00"),  # Sunday
        ("2023-04-06 10:00", "Tue 2023-04-11 17:00"),  # Maundy Thursday: Easter Sunday and Monday are off
        ("2023-04-05 10:00", "Tue 2023-04-11 17:00"),
        ("2022-04-14 10:00", "Tue 2022-04-19 17:00"),
        ("2026-06-16 10:00", "Mon 2026-06-22 17:00"),  # midsommarafton is a day off
        ("2026-06-18 10:00", "Mon 2026-06-22 17:00"),
        ("2026-06-19 10:00", "Mon 2026-06-22 17:00"),
        ("2026-12-21 10:00", "Mon 2026-12-28 17:00"),  # julafton, juldagen, annandag jul, Sunday
        ("2026-12-23 10:00", "Mon 2026-12-28 17:00"),
        ("2026-12-28 10:00", "Mon 2027-01-04 17:00"),  # nyårsafton, nyårsdagen, weekend
        ("2026-12-31 10:00", "Mon 2027-01-04 17:00"),
        ("2027-01-03 10:00", "Thu 2027-01-07 17:00"),  # trettondedag jul
        ("2026-01-02 10:00", "Mon 2026-01-05 17:00"),  # trettondagsafton is a working day
        ("2026-05-11 10:00", "Fri 2026-05-15 17:00"),  # Ascension Day, and the day after it is a working day
        ("2026-03-02 00:00", "Thu 2026-03-05 17:00"),
        ("2026-03-02 00:01", "Thu 2026-03-05 17:00"),
        ("2026-03-02 23:59", "Thu 2026-03-05 17:00"),
        ("2026-03-03 00:00", "Fri 2026-03-06 17:00"),
        ("2026-03-01 23:59", "Wed 2026-03-04 17:00"),
        ("2026-07-01 00:01", "Mon 2026-07-06 17:00"),  # still 30 June in UTC
    ],
)
def test_the_welcome_call_is_due_within_three_days_until_the_office_closes(received: str, due: str) -> None:
    assert wall(Drive(received).task("welcome_call").due_at) == due


@pytest.mark.parametrize(
    ("received", "due_utc"),
    [
        ("2026-03-26T18:00+01:00", "2026-03-30T15:00+00:00"),  # before the change in spring, due after it
        ("2026-03-29T00:30+01:00", "2026-04-01T15:00+00:00"),  # the Sunday itself, before the skipped hour
        ("2026-03-29T03:30+02:00", "2026-04-01T15:00+00:00"),
        ("2026-10-22T18:00+02:00", "2026-10-26T16:00+00:00"),  # before the change in autumn, due after it
        ("2026-10-25T02:30+02:00", "2026-10-28T16:00+00:00"),  # both of the doubled hours
        ("2026-10-25T02:30+01:00", "2026-10-28T16:00+00:00"),
        ("2026-10-25T23:59+01:00", "2026-10-28T16:00+00:00"),
    ],
)
def test_due_stays_at_five_in_the_afternoon_over_clock_changes(received: str, due_utc: str) -> None:
    moment = datetime.fromisoformat(received)
    anchors = deadlines.Anchors(moment, moment, None, {})
    timing = deadlines.clock(sample(), sample().steps["welcome_call"], 1, anchors)
    assert timing.due_at == datetime.fromisoformat(due_utc)


@given(st.datetimes(datetime(2021, 1, 1), datetime(2033, 12, 1)))
def test_the_welcome_call_is_always_due_when_a_working_day_closes_never_before_three_days(naive: datetime) -> None:
    received = calendars.instant(naive.date(), naive.time(), OFFICE)
    timing = deadlines.clock(
        sample(), sample().steps["welcome_call"], 1, deadlines.Anchors(received, received, None, {})
    )
    assert timing.due_at is not None
    due = calendars.local(timing.due_at, OFFICE)
    third = calendars.local_day(received, OFFICE) + timedelta(days=3)
    assert (due.hour, due.minute, due.second) == (17, 0, 0)
    assert due.date() >= third
    assert calendars.is_working_day(due.date(), OFFICE)
    between = (third + timedelta(days=n) for n in range((due.date() - third).days))
    assert not any(calendars.is_working_day(off, OFFICE) for off in between)


@pytest.mark.parametrize(
    ("received", "mornings"),
    [
        ("2026-03-02 10:00", ["Tue 2026-03-03 09:00", "Wed 2026-03-04 09:00"]),
        ("2026-03-02 07:00", ["Tue 2026-03-03 09:00", "Wed 2026-03-04 09:00"]),
        ("2026-03-05 10:00", ["Fri 2026-03-06 09:00", "Mon 2026-03-09 09:00"]),  # the weekend's moves to Monday, once
        ("2026-03-06 10:00", ["Mon 2026-03-09 09:00"]),
        ("2026-03-08 10:00", ["Mon 2026-03-09 09:00", "Tue 2026-03-10 09:00"]),
        ("2023-04-06 10:00", ["Tue 2023-04-11 09:00"]),  # Easter: nobody is reminded on a day off
        ("2026-06-18 10:00", ["Mon 2026-06-22 09:00"]),
        ("2026-03-26 10:00", ["Fri 2026-03-27 09:00", "Mon 2026-03-30 09:00"]),  # nine o'clock in both kinds of time
    ],
)
def test_the_owner_is_reminded_on_the_mornings_of_the_days_between(received: str, mornings: list[str]) -> None:
    assert reminders(Drive(received).task("welcome_call")) == mornings


def test_an_overdue_welcome_call_goes_to_its_owner_and_to_the_leader() -> None:
    drive = Drive("2026-03-02 10:00").to("2026-03-05 16:59")
    assert not drive.task("welcome_call").overdue
    drive.to("2026-03-05 17:00")
    assert drive.happened == ["task_overdue welcome_call", "task_escalated welcome_call"]
    assert [(n.to, n.staff, n.template) for n in drive.last[-1].notices] == [
        ("coordinator", "anna", "overdue"),
        ("leader", "lena", "overdue"),
    ]


def test_an_interest_that_is_registered_late_keeps_its_own_clock_and_escalates_at_once() -> None:
    drive = Drive("2026-03-02 10:00", now="2026-03-12 10:00")
    task = drive.task("welcome_call")
    assert wall(task.due_at) == "Thu 2026-03-05 17:00"
    assert wall(task.opened_at) == "Thu 2026-03-12 10:00"
    assert reminders(task) == []
    drive.to("2026-03-12 10:00")
    assert drive.happened == ["task_overdue welcome_call", "task_escalated welcome_call"]
    assert {wall(event.at) for event in drive.last} == {"Thu 2026-03-12 10:00"}


def test_an_interest_registered_a_day_late_is_reminded_only_of_what_is_left() -> None:
    late = Drive("2026-03-02 10:00", now="2026-03-03 14:00").task("welcome_call")
    assert reminders(late) == ["Wed 2026-03-04 09:00"]
    assert wall(late.due_at) == "Thu 2026-03-05 17:00"


def test_both_figures_count_from_the_day_the_interest_was_received() -> None:
    drive = Drive("2026-04-01 10:00").to("2026-04-07 09:30").complete("welcome_call", "willing", facts={"route": "job"})
    [done] = [event for event in drive.last if event.step == "welcome_call" and event.outcome]
    assert (done.calendar_days, done.working_days) == (6, 2)  # Easter lies between


def test_both_figures_count_from_the_opening_where_a_clock_counts_back_from_a_later_day() -> None:
    drive = with_course().to("2026-03-05 10:00").complete("papers", "dated", dates={"course_start": day("2026-08-24")})
    drive.to("2026-08-19 10:00").complete("csn", "granted")
    [done] = [event for event in drive.last if event.step == "csn" and event.outcome]
    assert wall(done.task.opened_at if done.task else None) == "Mon 2026-03-02 10:00"
    assert (done.calendar_days, done.working_days) == (170, 117)


def test_a_second_try_is_given_three_working_days_of_its_own() -> None:
    drive = Drive("2026-03-02 10:00").to("2026-03-05 11:00").complete("welcome_call", "not_reached")
    assert wall(drive.task("welcome_call").due_at) == "Tue 2026-03-10 17:00"


# ---- every other way to count


def timing(due: dict[str, Any], opened: str = "2026-03-02 10:00", generation: int = 1, **dates: Any) -> str:
    """When a step with this clock would be due."""
    step = Step.model_validate({"kind": "task", "title": {"sv": "s", "en": "s"}, "phase": "a", "due": due})
    anchors = deadlines.Anchors(at(opened), at("2026-02-20 10:00"), None, dates)
    return wall(deadlines.clock(sample(), step, generation, anchors).due_at)


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        ({"days": 5}, "Mon 2026-03-09 17:00"),  # Saturday moves
        ({"days": 5, "day_off": "previous"}, "Fri 2026-03-06 17:00"),
        ({"days": 5, "day_off": "keep"}, "Sat 2026-03-07 17:00"),
        ({"days": 1, "at": "12:00"}, "Tue 2026-03-03 12:00"),
        ({"working_days": 5}, "Mon 2026-03-09 17:00"),
        ({"working_days": 25}, "Wed 2026-04-08 17:00"),  # Easter
        ({"office_hours": 4}, "Mon 2026-03-02 14:00"),
        ({"office_hours": 9}, "Tue 2026-03-03 10:00"),
        ({"days": 3, "after": "received"}, "Mon 2026-02-23 17:00"),
        ({"days": 3, "after": "exited"}, "Thu 2026-03-05 17:00"),  # not left yet: from the opening
        ({"days": 7, "after": "course_start"}, "Mon 2026-03-09 17:00"),  # not known yet: from the opening
    ],
)
def test_a_clock_counts_days_working_days_or_office_hours(due: dict[str, Any], expected: str) -> None:
    assert timing(due) == expected


START = date(2026, 8, 24)


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        ({"days": 7, "after": "course_start"}, "Mon 2026-08-31 17:00"),
        ({"days": 5, "before": "course_start"}, "Wed 2026-08-19 17:00"),
        ({"days": 2, "before": "course_start", "day_off": "previous"}, "Fri 2026-08-21 17:00"),
        ({"working_days": 3, "before": "course_start"}, "Wed 2026-08-19 17:00"),
        ({"days": 0, "before": "course_start"}, "Mon 2026-08-24 17:00"),
        ({"days": 5, "before": "course_start", "without_date": {"days": 20}}, "Wed 2026-08-19 17:00"),
        ({"office_hours": 4, "after": "course_start"}, "Mon 2026-08-24 12:00"),
        ({"office_hours": 4, "before": "course_start"}, "Fri 2026-08-21 13:00"),
    ],
)
def test_a_clock_counts_from_or_back_from_a_named_date(due: dict[str, Any], expected: str) -> None:
    assert timing(due, course_start=START) == expected


def test_a_clock_that_counts_back_from_an_appointment_uses_its_time() -> None:
    interview = at("2026-03-16 10:00")
    assert timing({"office_hours": 4, "before": "interview_at"}, interview_at=interview) == "Fri 2026-03-13 15:00"
    assert timing({"working_days": 1, "before": "interview_at"}, interview_at=interview) == "Fri 2026-03-13 17:00"


def test_a_date_that_is_not_known_yet_is_replaced_by_a_wait_from_the_opening() -> None:
    due = {"days": 5, "before": "course_start", "without_date": {"days": 21}}
    assert timing(due) == "Mon 2026-03-23 17:00"


@pytest.mark.parametrize(
    ("course_start", "opened_before", "due"),
    [
        ("2026-03-20", True, "Mon 2026-03-16 17:00"),  # still to come: five days before it
        ("2026-03-07", True, "Mon 2026-03-23 17:00"),  # was due an hour ago: from the opening
        ("2026-01-12", True, "Mon 2026-03-23 17:00"),  # the course of the last time
        ("2026-01-12", False, "Wed 2026-01-07 17:00"),  # opened late for the first time: overdue at once
    ],
)
def test_a_date_of_the_last_time_says_nothing_about_a_step_that_opens_again(
    course_start: str, opened_before: bool, due: str
) -> None:
    rule = {"days": 5, "before": "course_start", "without_date": {"days": 21}}
    step = Step.model_validate({"kind": "task", "title": {"sv": "s", "en": "s"}, "phase": "a", "due": rule})
    opened = at("2026-03-02 18:00")
    anchors = deadlines.Anchors(opened, opened, None, {"course_start": day(course_start)}, opened_before)
    assert wall(deadlines.clock(sample(), step, 1, anchors).due_at) == due


def test_a_second_opening_follows_its_own_clock_only_where_there_is_one() -> None:
    step = Step.model_validate(
        {"kind": "task", "title": {"sv": "s", "en": "s"}, "phase": "a", "due": {"days": 1}, "due_again": {"days": 2}}
    )
    anchors = deadlines.Anchors(at("2026-03-02 10:00"), at("2026-03-02 10:00"), None, {})
    due = [wall(deadlines.clock(sample(), step, generation, anchors).due_at) for generation in (1, 2, 3)]
    assert due == ["Tue 2026-03-03 17:00", "Wed 2026-03-04 17:00", "Wed 2026-03-04 17:00"]


def test_a_step_without_a_clock_is_never_due_and_has_no_alarms() -> None:
    step = Step.model_validate({"kind": "task", "title": {"sv": "s", "en": "s"}, "phase": "a"})
    opened = at("2026-03-02 10:00")
    found = deadlines.clock(sample(), step, 1, deadlines.Anchors(opened, opened, None, {}))
    assert found.due_at is None
    assert deadlines.alarms(sample(), step, found, opened, opened) == ()


# ---- alarms


def ladder(due: dict[str, Any], opened: str = "2026-03-02 10:00", **rest: Any) -> list[str]:
    step = Step.model_validate({"kind": "task", "title": {"sv": "s", "en": "s"}, "phase": "a", "due": due, **rest})
    moment = at(opened)
    found = deadlines.clock(sample(), step, 1, deadlines.Anchors(moment, moment, None, {}))
    alarms = deadlines.alarms(sample(), step, found, moment, moment)
    return [f"{alarm.kind.value}{alarm.rule} {wall(alarm.at)}" for alarm in alarms]


def test_a_step_without_its_own_rules_follows_the_programmes() -> None:
    assert ladder({"working_days": 5}) == [
        "remind0 Fri 2026-03-06 09:00",
        "overdue0 Mon 2026-03-09 17:00",
        "escalate0 Mon 2026-03-09 17:00",
        "escalate1 Mon 2026-03-16 09:00",
    ]


def test_a_step_may_want_no_reminder_and_no_escalation() -> None:
    assert ladder({"working_days": 5}, remind=[], escalate=[]) == ["overdue0 Mon 2026-03-09 17:00"]


def test_reminders_repeat_until_the_due_time_and_not_after() -> None:
    rule = {"after": {"working_days": 2}, "every": {"working_days": 2}}
    assert ladder({"working_days": 6}, remind=[rule], escalate=[]) == [
        "remind0 Wed 2026-03-04 09:00",
        "remind0 Fri 2026-03-06 09:00",
        "remind0 Tue 2026-03-10 09:00",
        "overdue0 Tue 2026-03-10 17:00",
    ]


def test_reminders_that_would_come_before_the_task_opens_are_left_out() -> None:
    assert ladder({"days": 1}, remind=[{"before": {"working_days": 3}}], escalate=[]) == [
        "overdue0 Tue 2026-03-03 17:00"
    ]


def test_a_reminder_some_office_hours_before_counts_office_hours() -> None:
    due = {"days": 7}  # Monday 17:00
    [reminder, _] = ladder(due, remind=[{"before": {"office_hours": 12}}], escalate=[])
    assert reminder == "remind0 Fri 2026-03-06 14:00"


def test_a_wait_ends_when_the_last_day_closes_never_on_a_day_off() -> None:
    assert ladder({"days": 2}, remind=[], escalate=[], end={"after_due": {"days": 3}, "outcome": "silent"}) == [
        "overdue0 Wed 2026-03-04 17:00",
        "end0 Mon 2026-03-09 17:00",
    ]
    assert ladder({"days": 2}, remind=[], escalate=[], end={"after_due": {"office_hours": 3}, "outcome": "x"}) == [
        "overdue0 Wed 2026-03-04 17:00",
        "end0 Thu 2026-03-05 11:00",
    ]


def test_an_end_on_the_due_day_comes_after_the_overdue_and_its_escalations() -> None:
    rung = {"after_due": {"days": 0}}
    kinds = ladder({"days": 2}, remind=[], escalate=[rung], end={"after_due": {"days": 0}, "outcome": "silent"})
    assert [kind.split()[0] for kind in kinds] == ["overdue0", "escalate0", "end0"]


def test_alarms_that_lie_in_the_past_go_off_now_except_reminders() -> None:
    step = sample().steps["welcome_call"]
    opened = at("2026-03-12 10:00")
    found = deadlines.clock(sample(), step, 1, deadlines.Anchors(opened, at("2026-03-02 10:00"), None, {}))
    alarms = deadlines.alarms(sample(), step, found, opened, opened)
    assert [(a.kind.value, a.at) for a in alarms] == [("overdue", opened), ("escalate", opened)]


def test_a_repeated_rung_comes_on_working_mornings() -> None:
    rung = Rung(every=Offset(working_days=5))
    first = Alarm(at=at("2026-03-26 17:00"), kind=AlarmKind.ESCALATE)
    second = deadlines.repeat(first, rung, OFFICE)
    assert second is not None
    assert wall(second.at) == "Thu 2026-04-02 09:00"
    third = deadlines.repeat(second, rung, OFFICE)
    assert third is not None
    assert wall(third.at) == "Mon 2026-04-13 09:00"
    assert deadlines.repeat(first, Rung(), OFFICE) is None


@pytest.mark.parametrize(
    "every", [Offset(days=0), Offset(working_days=0), Offset(office_hours=0), Offset(), Offset(days=-1)]
)
def test_a_rung_that_would_repeat_at_the_same_moment_does_not_repeat(every: Offset) -> None:
    """Else one pass over the alarms would never end."""
    first = Alarm(at=at("2026-03-26 09:00"), kind=AlarmKind.ESCALATE)
    assert deadlines.repeat(first, Rung(every=every), OFFICE) is None


def test_a_reminder_that_would_repeat_at_the_same_moment_is_made_once() -> None:
    rules = [{"after": {"days": 1}, "every": {"days": 0}}]
    assert ladder({"days": 3}, remind=rules, escalate=[])[:-1] == ["remind0 Tue 2026-03-03 09:00"]


def test_a_programme_that_repeats_absurdly_often_stays_bounded() -> None:
    rules = [Reminder(after=Offset(office_hours=1), every=Offset(office_hours=1)).model_dump()]
    assert len(ladder({"days": 400}, remind=rules, escalate=[])) <= 202


SHIFTS = st.one_of(
    st.integers(0, 40).map(lambda n: Offset(days=n)),
    st.integers(0, 40).map(lambda n: Offset(working_days=n)),
    st.integers(0, 80).map(lambda n: Offset(office_hours=n)),
)


@given(st.datetimes(datetime(2022, 1, 1), datetime(2032, 12, 1)), SHIFTS, st.sampled_from([1, -1]))
def test_a_shift_never_goes_the_wrong_way_and_lands_on_working_days(naive: datetime, offset: Offset, sign: int) -> None:
    begin = calendars.next_opening(calendars.instant(naive.date(), naive.time(), OFFICE), OFFICE)
    landed = deadlines.shift(begin, offset, OFFICE, sign)
    assert (landed - begin).total_seconds() * sign >= 0
    assert calendars.is_working_day(calendars.local_day(landed, OFFICE), OFFICE)


# ---- clocks on named dates are worked out again when the date is told


def with_course() -> Drive:
    """A study journey that waits for study support before the course starts."""

    def change(plan: dict[str, Any]) -> None:
        plan["steps"]["offer"]["outcomes"]["offered"]["asks_dates"] = []
        plan["steps"]["papers"] = {
            "kind": "task", "title": {"sv": "p", "en": "p"}, "phase": "b", "role": "coordinator",
            "needs": {"offer": ["offered"]}, "due": {"days": 60},
            "outcomes": {"dated": {"title": {"sv": "d", "en": "d"}, "go_on": True, "asks_dates": ["course_start"]}},
        }  # fmt: skip

    drive = Drive(programme=variant(change), facts={"foreign_citizen": "no"})
    return drive.booked("study").report("offer.made", "offered")


def test_a_clock_moves_to_its_date_as_soon_as_that_is_known() -> None:
    drive = with_course()
    assert wall(drive.task("csn").due_at) == "Fri 2026-03-20 17:00"  # the 22nd is a Sunday, and previous counts
    drive.to("2026-03-05 10:00").complete("papers", "dated", dates={"course_start": day("2026-08-24")})
    csn = drive.task("csn")
    assert (wall(csn.due_at), csn.fixed) == ("Wed 2026-08-19 17:00", True)
    assert wall(csn.alarms[0].at) == "Tue 2026-08-18 09:00"
    assert "task_retimed csn" in drive.happened


def test_a_date_that_has_passed_makes_the_task_overdue_now_and_never_in_the_past() -> None:
    drive = with_course().to("2026-03-05 10:00")
    drive.complete("papers", "dated", dates={"course_start": day("2026-03-05")})
    assert wall(drive.task("csn").due_at) == "Fri 2026-02-27 17:00"
    drive.to("2026-03-05 10:00")
    assert drive.task("csn").overdue
    assert {wall(event.at) for event in drive.last} == {"Thu 2026-03-05 10:00"}


def test_a_task_that_is_overdue_already_is_not_announced_again_when_its_date_is_corrected() -> None:
    drive = with_course().to("2026-04-01 10:00")
    assert drive.task("csn").overdue
    drive.complete("papers", "dated", dates={"course_start": day("2026-03-30")})  # due 2026-03-25: still overdue
    assert drive.task("csn").overdue
    drive.to("2026-04-01 12:00")
    assert [event.kind.value for event in drive.log if event.step == "csn"].count("task_overdue") == 1
    assert drive.last == ()


def test_a_task_that_gets_more_time_is_no_longer_overdue_and_becomes_so_again() -> None:
    drive = with_course().to("2026-04-01 10:00")
    drive.complete("papers", "dated", dates={"course_start": day("2026-08-24")})
    assert not drive.task("csn").overdue
    drive.to("2026-08-19 17:00")
    assert drive.task("csn").overdue
