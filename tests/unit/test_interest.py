"""An interest that somebody typed: what is wrong stands at its field, and what nobody may keep is not kept."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from console.interests import lines
from console.limits import FORGIVEN_EVERY, LONGEST_PAUSE, UNHINDERED, Pauses
from services.intake.errors import ProtectedPerson
from services.intake.interest import Judged, judge
from services.intake.row import Details
from services.interests import Registered

NOW = datetime(2026, 11, 23, 11, tzinfo=UTC)
KIM = {"name": "Kim Påhittad", "email": "kim@example.org"}


def wrong(**given: str) -> list[str]:
    return [problem.field for problem in judge({**KIM, **given}, NOW).problems]


def test_what_is_typed_becomes_a_row() -> None:
    given = {**KIM, "phone": "070-174 06 05", "wish": "both", "language": "en", "children_ages": "3, 7 och 11"}
    given |= {
        "earliest_move": "2027-01-31",
        "trip_wanted": "yes",
        "heard_of": "friend",
        "contact_time": "  efter \t 16 ",
    }
    found = judge(given, NOW, notice="2026-11", shown_at=NOW)
    assert found.problems == ()
    assert found.row is not None
    assert (found.row.wish, found.row.language, found.row.children, found.row.phone_key) == (
        "both",
        "en",
        3,
        "+46701740605",
    )
    assert found.row.details == Details(
        contact_time="efter 16",
        earliest_move=date(2027, 1, 31),
        children_ages=(3, 7, 11),
        trip_wanted="yes",
        heard_of="friend",
        notice="2026-11",
        notice_at=NOW,
    )


def test_a_name_turns_nothing_that_stands_beside_it() -> None:
    found = judge({**KIM, "name": "\u202eשמש \u2067Kim\u2069", "contact_time": "\u200eefter 16"}, NOW)
    assert found.row is not None
    assert found.row.name == "שמש Kim"
    assert found.row.details == Details(contact_time="efter 16")


def test_without_anything_besides_it_is_as_a_row_of_a_file() -> None:
    found = judge(KIM, NOW)
    assert found.row is not None
    assert found.row.details is None


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "12345"}, "name"),
        ({"email": "kim"}, "email"),
        ({"email": ""}, "phone"),
        ({"phone": "12"}, "phone"),
        ({"language": "de"}, "language"),
        ({"wish": "holiday"}, "wish"),
        ({"adults": "-1"}, "adults"),
        ({"adults": "many"}, "adults"),
        ({"children_ages": "three"}, "children_ages"),
        ({"children_ages": "44"}, "children_ages"),
        ({"children_ages": ",".join("1" * 30)}, "children_ages"),
        ({"earliest_move": "2026-13-01"}, "earliest_move"),
        ({"earliest_move": "2026-11-22"}, "earliest_move"),
        ({"earliest_move": "9999-12-31"}, "earliest_move"),
        ({"trip_wanted": "perhaps"}, "trip_wanted"),
        ({"heard_of": "nowhere"}, "heard_of"),
        ({"contact_time": "x" * 300}, "contact_time"),
        ({"municipality": "x" * 300}, "municipality"),
        ({"job_wish": "sn\x00ickare"}, "job_wish"),
        ({"name": "Kim \ud800"}, "name"),
    ],
)
def test_what_is_wrong_stands_at_its_field(given: dict[str, str], field: str) -> None:
    assert wrong(**given) == [field]


def test_problems_come_in_the_order_of_the_form() -> None:
    assert wrong(name="", wish="x", heard_of="x") == ["name", "wish", "heard_of"]


@pytest.mark.parametrize(
    "field", ["name", "email", "municipality", "contact_time", "job_wish", "children_ages", "phone"]
)
@pytest.mark.parametrize("number", ["19850709-9805", "8507099805", "850709-9805", "701063-2391"])
def test_a_personal_number_is_refused_and_not_kept_wherever_it_is_typed(field: str, number: str) -> None:
    found = judge({**KIM, field: f"Kim {number}"}, NOW)
    assert found.problems[0].field == field
    assert "personnummer" in found.problems[0].sv
    assert number not in str(found)
    assert "9805" not in found.kept[field]


@pytest.mark.parametrize("number", ["1985 07 09 98 05", "1985.07.09-9805", "８５０７０９９８０５"])  # noqa: RUF001 (wide digits)
def test_a_personal_number_with_blanks_in_it_is_noticed_too(number: str) -> None:
    found = judge({**KIM, "job_wish": number}, NOW)
    assert [problem.field for problem in found.problems] == ["job_wish"]
    assert found.kept["job_wish"] == ""


def test_a_phone_number_is_not_taken_for_a_personal_number() -> None:
    assert judge({"name": "Kim", "phone": "0701740605"}, NOW).problems == ()


@pytest.mark.parametrize(
    "given", [{"protected": "yes"}, {"contact_time": "har skyddad identitet"}, {"job_wish": "Protected identity!"}]
)
def test_nothing_is_made_of_somebody_with_a_protected_identity(given: dict[str, str]) -> None:
    with pytest.raises(ProtectedPerson):
        judge({**KIM, **given}, NOW)


def test_nothing_typed_stands_in_what_is_refused() -> None:
    found: Judged = judge({**KIM, "wish": "hemligt", "adults": "hemligt"}, NOW)
    assert "hemligt" not in str(found.problems)


def test_who_sends_again_and_again_waits_longer_and_is_forgiven() -> None:
    now = [0.0]
    pauses = Pauses(lambda: now[0])
    waits = [pauses.seconds("a") for _ in range(20)]
    assert waits[:UNHINDERED] == [0.0] * UNHINDERED
    assert waits[UNHINDERED : UNHINDERED + 3] == [0.5, 1.0, 2.0]
    assert max(waits) == LONGEST_PAUSE
    assert pauses.seconds("b") == 0.0
    now[0] = FORGIVEN_EVERY * 21
    assert pauses.seconds("a") == 0.0


def test_what_somebody_wrote_is_told_to_whoever_calls_the_time_to_call_first() -> None:
    details = Details(contact_time="efter 16", children_ages=(3, 7), earliest_move=date(2027, 1, 31), trip_wanted="no")
    found = Registered(at=NOW, wish="both", municipality="Umeå", adults=0, details=details)
    assert lines(found, "sv") == [
        ("Passar att ringa", "efter 16"),
        ("Vill", "Båda"),
        ("Kan flytta tidigast", "söndag 31 januari 2027"),
        ("Vuxna", "0"),
        ("Barn", "3, 7"),
        ("Bor i", "Umeå"),
        ("Vill följa med på resa", "Nej"),
    ]
    assert lines(Registered(at=NOW, children=2), "en") == [("Children", "2")]
    assert lines(Registered(at=NOW), "en") == []
