"""What letters say, to whom, and when they may go out: all of it without a server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar as ICalendar

from activities.addresses import email_address, one_line, sender_address
from activities.letters import Places, compose, message_id
from activities.relevance import Send
from activities.situation import Person, Situation
from activities.wording import spoken_length, standard
from journey.calendars import local
from journey.wording import spoken
from schemas.clocks import Calendar
from schemas.events import Purpose
from schemas.letters import PLACEHOLDERS, check_template, fill
from schemas.programme import Template
from tests.notice_samples import (
    DUE,
    STAFF,
    TUESDAY,
    about_task,
    both,
    case,
    invitation_case,
    participant_case,
    programme,
)

WAY = Send(Address("Resan på väg", addr_spec="resan@example.org"), "asa@example.org")
STANDARD = (
    *("reminder", "overdue", "escalation", "handed_over", "hold_review", "released"),
    *("interest_again", "goodbye", "invitation", "cancellation", "information"),
)
REVEALING = (
    "relocate",
    "program",
    "resa",
    "journey",
    "arbetslös",
    "unemploy",
    "flytt",
    "jobb",
    "csn",
    "skellefteå",
    "sen ",
    "overdue",
)
NOWHERE, PAGES = Places(), Places(console="https://resan.example.org/")
STORABLE = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=60)


def template(subject: str, body: str) -> Template:
    return Template.model_validate({"subject": {"sv": subject, "en": subject}, "body": {"sv": body, "en": body}})


def written(*cases: Situation, way: Send = WAY, places: Places = NOWHERE) -> EmailMessage:
    message = message_from_bytes(compose(cases, way, STAFF, TUESDAY, places).content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def entry_of(message: EmailMessage) -> tuple[str, Any]:
    part = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
    calendar = ICalendar.from_ical(part.get_content())
    assert calendar["method"] == part.get_param("method")
    return str(calendar["method"]), calendar.walk("VEVENT")[0]


class TestDatesAreSaidAloud:
    def test_in_swedish_and_english_without_the_systems_locale(self) -> None:
        here = local(DUE, Calendar())
        assert spoken(here, "sv") == "tisdag 24 november 2026 kl. 17.00"
        assert spoken(here, "en") == "Tuesday 24 November 2026 at 17:00"

    def test_in_summer_time_too(self) -> None:
        assert spoken(local(datetime(2026, 7, 5, 6, 5, tzinfo=UTC), Calendar()), "sv") == "söndag 5 juli 2026 kl. 08.05"

    @pytest.mark.parametrize(
        ("length", "sv", "en"),
        [
            (timedelta(minutes=59), "mindre än en timme", "less than an hour"),
            (timedelta(hours=1), "1 timme", "1 hour"),
            (timedelta(hours=23, minutes=59), "23 timmar", "23 hours"),
            (timedelta(days=1), "1 dag", "1 day"),
            (timedelta(days=12, hours=5), "12 dagar", "12 days"),
        ],
    )
    def test_lengths_in_the_largest_unit_that_fits(self, length: timedelta, sv: str, en: str) -> None:
        assert (spoken_length(length, "sv"), spoken_length(length, "en")) == (sv, en)


class TestTemplates:
    def test_a_sound_template_has_no_problems(self) -> None:
        assert (
            check_template(
                template("Hej {name}", "Senast {due}. Ring {owner_name}, {owner_phone}."), to_participant=True
            )
            == []
        )

    def test_an_unknown_placeholder_is_named_with_its_place_and_the_choices(self) -> None:
        problems = check_template(template("Hej", "{surname}"), to_participant=True)
        assert [problem.split(":")[0] for problem in problems] == ["body.sv", "body.en"]
        assert "{surname}" in problems[0]
        assert "{name}" in problems[0]
        assert "{journey}" not in problems[0]

    def test_what_only_staff_may_read_is_refused_in_a_letter_to_a_participant_only(self) -> None:
        words = template("{programme_title}", "{step} {journey} {overdue_by}")
        assert len(check_template(words, to_participant=True)) == 8
        assert check_template(words) == []

    @pytest.mark.parametrize("text", ["{name", "name}", "{na me}", "{{}}x{", "{name!r}", "{name.__class__}"])
    def test_stray_braces_are_noticed(self, text: str) -> None:
        assert check_template(template("Hej", text))

    def test_an_empty_text_and_a_subject_of_two_lines_are_noticed(self) -> None:
        assert len(check_template(template("a\nb", " "))) == 4

    def test_nothing_inside_a_value_is_filled_in_again(self) -> None:
        assert fill("{name}", {"name": "{journey}", "journey": "j1"}, "sv", to_participant=False) == "{journey}"

    def test_a_value_for_staff_never_reaches_a_participant(self) -> None:
        known = {name: "SECRET" for name, entry in PLACEHOLDERS.items() if entry.staff_only}
        text = " ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        assert "SECRET" not in fill(text, known, "sv", to_participant=True)
        assert "SECRET" in fill(text, known, "sv", to_participant=False)

    @pytest.mark.parametrize("to_participant", [True, False])
    @pytest.mark.parametrize("name", STANDARD)
    def test_every_built_in_letter_passes_the_check(self, name: str, *, to_participant: bool) -> None:
        letter = standard(name, Purpose.INFORMATION, to_participant=to_participant)
        assert check_template(letter, to_participant=to_participant) == []
        assert letter.body.sv != letter.body.en

    @pytest.mark.parametrize("name", STANDARD)
    def test_no_built_in_letter_to_a_participant_reveals_what_it_is_about(self, name: str) -> None:
        letter = standard(name, Purpose.INFORMATION, to_participant=True)
        said = f"{letter.subject.sv} {letter.subject.en} {letter.body.sv} {letter.body.en}".lower()
        assert [word for word in REVEALING if word in said] == []

    @pytest.mark.parametrize("purpose", list(Purpose))
    def test_an_unknown_name_gets_the_letter_of_its_purpose(self, purpose: Purpose) -> None:
        assert standard("of_our_own", purpose, to_participant=True) == standard(
            purpose.value, purpose, to_participant=True
        )


class TestOneLetter:
    def test_says_what_the_programmes_own_template_says_in_the_receivers_language(self) -> None:
        words = {"goodbye": {"subject": both("Bye {name}"), "body": both("Call {owner_name} on {owner_phone}")}}
        message = written(participant_case(programme=programme(notices=words)))
        assert message["Subject"] == "Bye Åsa (sv)"
        assert text_of(message).strip() == "Call Karin Lund on 0910-00 00 00 (sv)"
        assert message["Content-Language"] == "sv"

    def test_to_a_participant_is_neutral_and_comes_from_the_configured_sender(self) -> None:
        message = written(participant_case())
        assert message["Subject"] == "Meddelande till dig"
        assert message["From"] == "Resan på väg <resan@example.org>"
        assert message["To"] == "asa@example.org"
        assert "elocate" not in compose((participant_case(),), WAY, STAFF, TUESDAY).content.decode()

    def test_to_staff_says_the_step_the_journey_the_time_and_what_to_type(self) -> None:
        message = written(case())
        assert message["Subject"] == "Påminnelse: Welcome call (sv), j1"
        assert "Klart senast: tisdag 24 november 2026 kl. 17.00" in text_of(message)
        assert "coordinator complete j1.welcome_call.1 --outcome reached|not_reached" in text_of(message)

    def test_says_how_late_an_overdue_task_is(self) -> None:
        late = case(now=DUE + timedelta(days=2), template="overdue", purpose=Purpose.ESCALATION)
        assert "Försening: 2 dagar" in text_of(written(late))

    def test_has_the_headers_of_a_machines_letter_and_no_list(self) -> None:
        message = written(case())
        assert message["Auto-Submitted"] == "auto-generated"
        assert message["Date"].datetime == TUESDAY
        assert message["List-Id"] is None
        assert message["Message-ID"] == message_id(["j1.4.1"], "example.org")

    def test_has_a_message_id_that_depends_on_its_notices_only(self) -> None:
        assert message_id(["a", "b"], "example.org") == message_id(["b", "a"], "example.org")
        assert message_id(["a", "b"], "example.org") != message_id(["ab"], "example.org")
        assert "j1" not in message_id(["j1.4.1"], "example.org")

    def test_reads_well_when_nobody_has_the_matter_in_hand(self) -> None:
        alone = participant_case(owners={})
        assert "Ring din kontaktperson, det nummer du har." in text_of(written(alone))

    @given(STORABLE, STORABLE)
    def test_nothing_that_a_person_or_a_programme_wrote_adds_a_header(self, name: str, subject: str) -> None:
        words = {"goodbye": {"subject": both("{name} " + subject), "body": both("{name} " + subject)}}
        hostile = participant_case(
            programme=programme(notices=words), receiver=Person(f"{name}\r\nBcc:a@example.org", "a@example.org")
        )
        raw = compose((hostile,), WAY, STAFF, TUESDAY).content
        head = raw.split(b"\r\n\r\n", 1)[0]
        names = {line.split(b":")[0] for line in head.split(b"\r\n") if not line.startswith((b" ", b"\t"))}
        assert names == {
            *(b"From", b"To", b"Subject", b"Date", b"Message-ID", b"Auto-Submitted", b"Content-Language"),
            *(b"MIME-Version", b"Content-Type", b"Content-Transfer-Encoding"),
        }
        assert max(map(len, raw.split(b"\r\n"))) <= 998

    @pytest.mark.parametrize(
        "typed", ["a@example.org\r\nBcc: b@example.org", "no address", "a@b@c", "", "@", "a@-x.org"]
    )
    def test_what_is_no_address_is_not_written_to(self, typed: str) -> None:
        assert email_address(typed) is None

    def test_addresses_are_put_as_mail_servers_take_them(self) -> None:
        assert email_address(" Asa@Exämple.org ") == "Asa@xn--exmple-cua.org"
        assert sender_address("Någon <resan@example.org>") == Address("Någon", addr_spec="resan@example.org")
        assert sender_address("Någon") is None

    @given(st.text())
    def test_one_line_is_one_line(self, text: str) -> None:
        assert len(one_line(text).splitlines()) <= 1


class TestTheDigest:
    def test_lists_the_most_urgent_first_and_says_what_to_type_for_each(self) -> None:
        late = case(
            notice="j2.9.1",
            journey="j2",
            task=about_task(task="j2.trip_booking.1", step="trip_booking", due_at=DUE - timedelta(days=3), owner="s2"),
            task_id="j2.trip_booking.1",
            purpose=Purpose.ESCALATION,
        )
        message = written(case(), late)
        body = text_of(message)
        assert message["Subject"] == "Att ta hand om: 2"
        assert body.index("1. Trip booking (sv)") < body.index("2. Welcome call (sv)")
        assert "Försenat: 2 dagar" in body
        assert "Hos: Erik Berg" in body
        assert "coordinator complete j2.trip_booking.1 --outcome reached|not_reached" in body
        assert "tasks --role coordinator" in body

    def test_names_a_journey_and_never_a_participant(self) -> None:
        assert "j1" in text_of(written(case(), case(notice="j1.5.1", journey="j3")))

    def test_lists_the_same_task_once(self) -> None:
        assert written(case(), case(notice="j1.4.1.s2"))["Subject"] == "Att ta hand om: 1"


class TestPagesForStaff:
    def test_a_digest_leads_to_the_page_of_each_task_and_asks_nobody_to_type(self) -> None:
        body = text_of(written(case(), case(notice="j2.9.1", journey="j2"), places=PAGES))
        assert "Gör klart: https://resan.example.org/tasks/j1.welcome_call.1" in body
        assert body.splitlines()[-2:] == ["Min dag:", "  https://resan.example.org/"]
        assert "starter.py" not in body

    def test_what_is_not_open_any_more_leads_to_the_journey(self) -> None:
        ended = case(notice="j2.9.1", journey="j2", task=about_task(open=False))
        body = text_of(written(case(), ended, places=PAGES))
        assert "Öppna: https://resan.example.org/journeys/j2" in body

    def test_a_letter_about_one_thing_leads_to_its_page(self) -> None:
        task, journey = case(), case(task=None, task_id=None, template="hold_review")
        ends = [text_of(written(each, places=PAGES)).splitlines()[-1] for each in (task, journey)]
        assert ends == [
            "Öppna: https://resan.example.org/tasks/j1.welcome_call.1",
            "Öppna: https://resan.example.org/journeys/j1",
        ]
        assert "starter.py" not in text_of(written(task, places=PAGES))

    def test_where_there_are_no_pages_it_says_what_to_type(self) -> None:
        assert "coordinator complete j1.welcome_call.1 --outcome reached|not_reached" in text_of(written(case()))
        assert "operator show j1" in text_of(written(case(task=None, task_id=None, template="hold_review")))

    def test_a_participant_is_led_to_no_page_of_the_staff(self) -> None:
        assert "resan.example.org/" not in text_of(written(participant_case(), places=PAGES))


class TestCalendarEntries:
    def test_an_invitation_is_a_request_that_reads_back_as_it_was_meant(self) -> None:
        method, event = entry_of(written(invitation_case()))
        assert method == "REQUEST"
        assert event.decoded("dtstart") == datetime(2026, 11, 26, 13, 0, tzinfo=UTC)
        assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(minutes=45)
        assert event["summary"] == "Bokad tid"
        assert event["organizer"] == "mailto:resan@example.org"
        assert event["attendee"] == "mailto:asa@example.org"

    def test_its_text_says_the_time_in_stockholm(self) -> None:
        assert "torsdag 26 november 2026 kl. 14.00" in text_of(written(invitation_case()))

    def test_a_cancellation_takes_back_the_same_entry(self) -> None:
        cancelled = invitation_case(purpose=Purpose.CANCELLATION, template="cancellation", seq=9)
        (_, first), (method, second) = entry_of(written(invitation_case())), entry_of(written(cancelled))
        assert method == "CANCEL"
        assert second["uid"] == first["uid"]
        assert second["sequence"] > first["sequence"]
        assert second["status"] == "CANCELLED"

    def test_entries_of_other_journeys_and_other_times_have_other_uids(self) -> None:
        cases = (invitation_case(), invitation_case(journey="j2"), invitation_case(appointment="other_at"))
        assert len({str(entry_of(written(one))[1]["uid"]) for one in cases}) == 3

    def test_a_letter_without_a_time_carries_no_entry(self) -> None:
        assert not written(invitation_case(appointment_at=None)).is_multipart()
