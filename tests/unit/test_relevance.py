"""Which notices are still worth sending, whom they reach, and when they may go out."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from email.headerregistry import Address

import pytest

from activities.relevance import Drop, Send, Share, Undeliverable, Wait, judge
from activities.situation import Cause, Person
from schemas.events import Purpose
from schemas.programme import Messages
from tests.notice_samples import TUESDAY, about_task, case, invitation_case, participant_case, programme


class TestIsItStillWorthSending:
    def test_a_reminder_of_an_open_task_is(self) -> None:
        assert judge(case()) == Send(Address("Resan på väg", addr_spec="resan@example.org"), "karin@example.org")

    @pytest.mark.parametrize("purpose", [Purpose.REMINDER, Purpose.ESCALATION])
    def test_a_task_that_is_done_needs_no_reminder_and_no_escalation(self, purpose: Purpose) -> None:
        assert judge(case(purpose=purpose, task=about_task(open=False))) == Drop(Cause.TASK_DONE)
        assert judge(case(purpose=purpose, task=None)) == Drop(Cause.TASK_DONE)

    def test_nor_does_a_journey_that_has_ended(self) -> None:
        assert judge(case(ended=True)) == Drop(Cause.JOURNEY_ENDED)
        assert isinstance(judge(participant_case(ended=True)), Send)

    def test_a_hold_silences_reminders_of_promises_and_of_nothing_else(self) -> None:
        assert judge(case(held=True)) == Drop(Cause.ON_HOLD)
        assert isinstance(judge(case(held=True, task=about_task(fixed=True))), Send)
        assert isinstance(judge(case(held=True, purpose=Purpose.ESCALATION)), Send)
        assert isinstance(judge(case(held=True, task=None, task_id=None)), Send)

    def test_a_notice_lives_until_its_last_moment_and_not_longer(self) -> None:
        assert isinstance(judge(case(valid_until=TUESDAY)), Send)
        assert judge(case(valid_until=TUESDAY - timedelta(seconds=1))) == Drop(Cause.TOO_LATE)

    @pytest.mark.parametrize("purpose", [Purpose.INVITATION, Purpose.CANCELLATION])
    def test_nobody_is_written_to_about_a_time_that_has_passed(self, purpose: Purpose) -> None:
        assert judge(invitation_case(purpose=purpose, now=TUESDAY + timedelta(days=3))) == Drop(Cause.TOO_LATE)

    def test_an_invitation_goes_out_though_its_task_is_done(self) -> None:
        assert isinstance(judge(invitation_case(task=about_task(open=False), task_id="j1.welcome_call.1")), Send)

    def test_a_newer_notice_about_the_same_takes_its_place(self) -> None:
        assert judge(case(superseded=True)) == Drop(Cause.SUPERSEDED)

    def test_one_about_a_time_waits_until_it_is_sure_that_the_time_is_off(self) -> None:
        soon = TUESDAY + timedelta(minutes=4)
        assert judge(invitation_case(yields_at=soon)) == Wait(Cause.MAY_BE_OFF, soon)
        assert judge(invitation_case(yields_at=soon, superseded=True)) == Drop(Cause.SUPERSEDED)

    def test_what_nobody_needs_is_never_called_undeliverable(self) -> None:
        assert judge(case(receiver=None, holders=(), task=about_task(open=False))) == Drop(Cause.TASK_DONE)


class TestDoesItReachAnybody:
    def test_who_has_it_in_their_calendar_hears_that_it_is_off_whoever_has_the_task_now(self) -> None:
        off = case(purpose=Purpose.CANCELLATION, staff="s2", invited=("s1",), appointment="interview_at",
                   appointment_at=TUESDAY + timedelta(days=2))  # fmt: skip
        assert judge(off) == Share(("s1",))

    def test_a_role_is_shared_by_those_who_hold_it(self) -> None:
        assert judge(case(receiver=None, holders=("s1", "s2"))) == Share(("s1", "s2"))

    def test_a_role_without_people_is_nobody(self) -> None:
        assert judge(case(receiver=None, holders=())) == Undeliverable(Cause.NOBODY)

    def test_a_participant_with_a_phone_only_has_no_email(self) -> None:
        phone = Person("Åsa", None, "+46700000000")
        assert judge(participant_case(receiver=phone)) == Undeliverable(Cause.NO_EMAIL)

    def test_an_absurd_address_is_called_so_without_being_told(self) -> None:
        assert judge(participant_case(receiver=Person("Åsa", "asa at home"))) == Undeliverable(Cause.BAD_ADDRESS)

    def test_a_programme_without_a_usable_sender_is_told_apart(self) -> None:
        nameless = programme(messages={"sender": "nobody in particular"})
        assert judge(participant_case(programme=nameless)) == Undeliverable(Cause.BAD_SENDER)


class TestMayItBeSentNow:
    @pytest.mark.parametrize(
        ("now", "until"),
        [
            (datetime(2026, 11, 24, 18, 59, tzinfo=UTC), None),
            (datetime(2026, 11, 24, 19, 0, tzinfo=UTC), datetime(2026, 11, 25, 7, 0, tzinfo=UTC)),
            (datetime(2026, 11, 25, 3, 0, tzinfo=UTC), datetime(2026, 11, 25, 7, 0, tzinfo=UTC)),
            (datetime(2026, 11, 25, 7, 0, tzinfo=UTC), None),
            # The clocks go forward in the night to 29 March 2027 in Sweden: 08:00 is 06:00 UTC the morning after.
            (datetime(2027, 3, 27, 20, 0, tzinfo=UTC), datetime(2027, 3, 28, 6, 0, tzinfo=UTC)),
        ],
    )
    def test_a_participant_is_left_in_peace_in_quiet_hours(self, now: datetime, until: datetime | None) -> None:
        verdict = judge(participant_case(now=now))
        assert verdict == Wait(Cause.QUIET_HOURS, until) if until else isinstance(verdict, Send)

    def test_quiet_hours_may_lie_within_a_day_or_not_exist(self) -> None:
        noon = programme(messages={"quiet_from": "09:00", "quiet_to": "11:00", "sender": "resan@example.org"})
        none = programme(messages={"quiet_from": "00:00", "quiet_to": "00:00", "sender": "resan@example.org"})
        assert judge(participant_case(programme=noon)) == Wait(Cause.QUIET_HOURS, TUESDAY + timedelta(hours=1))
        assert isinstance(judge(participant_case(programme=none, now=TUESDAY + timedelta(hours=16))), Send)

    def test_after_enough_letters_a_day_the_rest_wait_for_the_next_morning(self) -> None:
        today = (TUESDAY - timedelta(minutes=1), TUESDAY - timedelta(minutes=30))
        yesterday = tuple(moment - timedelta(days=1) for moment in today)
        assert isinstance(judge(participant_case(accepted=(*today[:1], *yesterday))), Send)
        wait = Wait(Cause.ENOUGH_TODAY, datetime(2026, 11, 25, 7, 0, tzinfo=UTC))
        assert judge(participant_case(accepted=(*today, *yesterday))) == wait

    def test_a_day_is_a_local_day(self) -> None:
        just_after_local_midnight = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
        twice = (just_after_local_midnight, just_after_local_midnight)
        assert isinstance(judge(participant_case(accepted=twice)), Wait)

    @pytest.mark.parametrize("purpose", [Purpose.REMINDER, Purpose.ESCALATION, Purpose.INFORMATION])
    def test_staff_are_written_to_in_office_hours_escalations_too(self, purpose: Purpose) -> None:
        friday_evening = datetime(2026, 11, 27, 17, 0, tzinfo=UTC)
        verdict = judge(case(now=friday_evening, purpose=purpose))
        assert verdict == Wait(Cause.OFFICE_CLOSED, datetime(2026, 11, 30, 7, 0, tzinfo=UTC))

    def test_a_holiday_is_not_office_hours(self) -> None:
        christmas = datetime(2026, 12, 25, 9, 0, tzinfo=UTC)
        assert programme().calendars["office"].holidays == (date(2026, 12, 25),)
        assert judge(case(now=christmas)) == Wait(Cause.OFFICE_CLOSED, datetime(2026, 12, 28, 7, 0, tzinfo=UTC))

    def test_the_usual_quiet_hours_are_those_of_the_schema(self) -> None:
        assert (Messages().quiet_from, Messages().quiet_to) == (time(20), time(8))
