"""Intake files as people really save them, and what is said about each row that cannot be used.

Every person is made up. Personal numbers are from the tax agency's published test series.
"""

from __future__ import annotations

import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.intake import errors
from services.intake.file import IntakeFile
from services.intake.row import IntakeRow, Rejection
from tests.intake_files import FULL, NOW, Write, good, read, refused, writer

TEST_NUMBER = "19121212-1212"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    return writer(tmp_path)


def test_a_full_row_is_understood(write: Write) -> None:
    path = write(FULL + "Åsa Öst,asa@example.org,070-174 06 05,en,Umeå,AF,both,2,1,2026-11-20T10:15\n")
    assert good(path) == [
        IntakeRow(
            line=2,
            name="Åsa Öst",
            email="asa@example.org",
            email_key="asa@example.org",
            phone="070-174 06 05",
            phone_key="+46701740605",
            language="en",
            municipality="Umeå",
            partner="AF",
            wish="both",
            adults=2,
            children=1,
            received_at=datetime(2026, 11, 20, 9, 15, tzinfo=UTC),
        )
    ]


def test_swedish_column_names_in_any_order_are_understood(write: Write) -> None:
    path = write(
        "Inkom;Barn;Vuxna;Önskemål;Samverkanspart;Hemkommun;Språk;Telefon;E-post;Namn\n"
        "2026-11-20 10:15;0;1;Studier;;Luleå;Engelska;;asa@example.org;Åsa Öst\n"
    )
    (row,) = good(path)
    assert (row.name, row.wish, row.language, row.municipality, row.adults, row.children) == (
        "Åsa Öst", "study", "en", "Luleå", 1, 0,
    )  # fmt: skip
    assert (row.partner, row.phone, row.received_at) == (None, None, datetime(2026, 11, 20, 9, 15, tzinfo=UTC))


@pytest.mark.parametrize("column", ["email", "E-MAIL", "e-post", "epost", "mejl", " E-post ", '"email"'])
def test_the_column_for_email_has_many_names(write: Write, column: str) -> None:
    assert good(write(f"name,{column}\nAnna Alm,a@example.org\n"))[0].email == "a@example.org"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_usual_way_of_saving_reads_the_same(write: Write, encoding: str, delimiter: str, ending: str) -> None:
    lines = [
        ["namn", "e-post", "kommun"],
        ["Åsa Öst", "asa@example.org", "Skellefteå"],
        ["Bo Ek", "bo@example.org", ""],
    ]
    text = "".join(delimiter.join(line) + ending for line in lines)
    assert [(row.line, row.name, row.municipality) for row in good(write(text, encoding))] == [
        (2, "Åsa Öst", "Skellefteå"),
        (3, "Bo Ek", None),
    ]


def test_one_line_in_another_encoding_does_not_spoil_the_others(write: Write) -> None:
    path = write("name,email\nÅsa Öst,asa@example.org\n".encode() + "Örjan Ås,o@example.org\n".encode("cp1252"))
    assert [row.name for row in good(path)] == ["Åsa Öst", "Örjan Ås"]


def test_a_separator_line_and_a_value_with_the_separator_are_understood(write: Write) -> None:
    path = write('sep=;\r\nname;email\r\n"Alm; Anna";a@example.org\r\n')
    assert [(row.line, row.name) for row in good(path)] == [(3, "Alm; Anna")]


def test_empty_lines_are_passed_over_and_line_numbers_stay_those_of_the_file(write: Write) -> None:
    path = write("\n\nname;email\n\n;;\nAnna Alm;a@example.org\n   \n\x00\x00\nBo Ek;b@example.org;\n\n")
    assert [row.line for row in good(path)] == [6, 9]


def test_a_name_turns_nothing_that_stands_beside_it(write: Write) -> None:
    (row,) = good(write(FULL + "\u202eAnna\u202c Alm,a@example.org\n"))
    assert row.name == "Anna Alm"


def test_a_missing_language_is_swedish_and_a_missing_time_is_left_open(write: Write) -> None:
    (row,) = good(write(FULL + "Anna Alm,a@example.org\n"))
    assert (row.language, row.wish, row.adults, row.received_at) == ("sv", None, None, None)


@pytest.mark.parametrize(
    ("content", "error", "sentence"),
    [
        ("", errors.EmptyFile, "is empty"),
        ("\n\r\n  \n", errors.EmptyFile, "is empty"),
        ("\ufeff", errors.EmptyFile, "is empty"),
        ("Anna Alm,a@example.org,0701740605\n", errors.NoColumnNames, "names no known column"),
        ("name,municipality\nAnna,Umeå\n", errors.ColumnsMissing, "lacks a column for email or phone"),
        ("email,phone\na@example.org,\n", errors.ColumnsMissing, "lacks a column for name"),
        ("name,email,e-post\nAnna,a@example.org,\n", errors.ColumnTwice, "two columns for email"),
        (b"PK\x03\x04 zipped", errors.NotText, "save it as CSV"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_one_sentence(
    write: Write, content: str, error: type[errors.IntakeFileRefused], sentence: str
) -> None:
    with pytest.raises(error, match=sentence) as caught:
        IntakeFile.open(write(content))
    assert caught.value.sentence("sv") != caught.value.sentence("en")
    assert "a@example.org" not in str(caught.value)


def test_a_file_that_is_not_there_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(errors.UnreadableFile, match=r"none\.csv cannot be opened"):
        IntakeFile.open(tmp_path / "none.csv")


def test_a_file_with_a_header_alone_has_no_rows(write: Write) -> None:
    assert read(write(FULL)) == []


def test_unknown_columns_are_named_and_left_unread(write: Write) -> None:
    file = IntakeFile.open(write("name,email,shoe size\nAnna Alm,a@example.org,38\n"))
    assert [note.en for note in file.notes] == ["Unknown columns are not read: shoe size."]
    assert len(list(file.rows(NOW))) == 1


@pytest.mark.parametrize(
    ("row", "error"),
    [
        (",a@example.org,,,,,,,,", errors.NameMissing()),
        ("   ,a@example.org,,,,,,,,", errors.NameMissing()),
        ("1234,a@example.org,,,,,,,,", errors.NameStrange()),
        ("A" * 201 + ",a@example.org", errors.NameStrange()),
        ("Anna Alm,,,,,,,,,", errors.NoContact()),
        ("Anna Alm,a@example.org,,de,,,,,,", errors.LanguageUnknown()),
        ("Anna Alm,a@example.org,,,,,holiday,,,", errors.WishUnknown()),
        ("Anna Alm,a@example.org,,," + "x" * 201, errors.TextTooLong(column="municipality", column_sv="kommun")),
        ("Anna Alm,a@example.org,,,,,,-1,,", errors.HeadsAbsurd(column="adults", column_sv="vuxna", most=20)),
        ("Anna Alm,a@example.org,,,,,,,21,", errors.HeadsAbsurd(column="children", column_sv="barn", most=20)),
        ("Anna Alm,a@example.org,,,,,,,two,", errors.HeadsAbsurd(column="children", column_sv="barn", most=20)),
        ("Anna Alm,a@example.org,,,,,,,1.5,", errors.HeadsAbsurd(column="children", column_sv="barn", most=20)),
        ("Anna Alm,a@example.org,,,,,,,,yesterday", errors.ReceivedUnreadable()),
        ("Anna Alm,a@example.org,,,,,,,,20/11/2026", errors.ReceivedUnreadable()),
        ("Anna Alm,a@example.org,,,,,,,,2026-02-30", errors.ReceivedNever()),
        ("Anna Alm,a@example.org,,,,,,,,2026-11-20T25:00", errors.ReceivedNever()),
        ("Anna Alm,a@example.org,,,,,,,,2026-11-25T09:01Z", errors.ReceivedInFuture()),
        ("Anna Alm,a@example.org,,,,,,,,9999-12-31T23:59-14:00", errors.ReceivedInFuture()),
        ("Anna Alm,a@example.org,,,,,,,,1999-12-31", errors.ReceivedTooOld(year=2000)),
        ("Anna Alm,a@example.org,,,,,,,,0001-01-01T00:00+14:00", errors.ReceivedTooOld(year=2000)),
        ("Anna Alm,a@example.org,,,,,,,,2026-11-20,extra", errors.TooManyValues()),
        ('"Anna Alm,a@example.org', errors.QuoteNotClosed()),
        ("Anna\x00Alm,a@example.org", errors.UnreadableCharacters()),
        ("Anna \x1b[31mAlm,a@example.org", errors.UnreadableCharacters()),
        ("A" * 30_000 + ",a@example.org", errors.LineTooLong()),
    ],
)
def test_a_bad_row_is_rejected_with_its_reason_and_the_next_is_read(
    write: Write, row: str, error: errors.RowRefused
) -> None:
    bad, fine = read(write(f"{FULL}{row}\nBo Ek,b@example.org\n"))
    assert isinstance(bad, Rejection)
    assert (bad.line, bad.reason.sv, bad.reason.en) == (2, error.sentence("sv"), error.sentence("en"))
    assert isinstance(fine, IntakeRow)
    assert fine.line == 3


@pytest.mark.parametrize("address", ["a@", "@example.org", "a b@example.org", "a@example", "a@b@example.org", "a"])
def test_a_malformed_email_address_is_rejected_without_being_repeated(write: Write, address: str) -> None:
    (row,) = refused(write(f"name,email\nAnna Alm,{address}\n"))
    assert row.reason.en.startswith("Write an e-mail address")


@pytest.mark.parametrize("number", ["12", "0", "+46", "070-abc", "+4607", "1" * 40])
def test_a_malformed_phone_number_is_rejected(write: Write, number: str) -> None:
    (row,) = refused(write(f"name,phone\nAnna Alm,{number}\n"))
    assert row.reason.sv.startswith("Skriv telefonnumret")


def test_everything_wrong_with_a_row_is_said_at_once(write: Write) -> None:
    (row,) = refused(write(FULL + ",,,de,,,,,,\n"))
    assert row.reason.en == " ".join(
        error.sentence("en") for error in (errors.NoContact(), errors.NameMissing(), errors.LanguageUnknown())
    )


def test_a_local_time_that_the_spring_change_skips_is_rejected(write: Write) -> None:
    (row,) = refused(write(FULL + "Anna Alm,a@example.org,,,,,,,,2026-03-29T02:30\n"))
    assert "does not exist" in row.reason.en
    assert "finns inte" in row.reason.sv


def test_a_local_time_that_comes_twice_in_autumn_needs_its_offset(write: Write) -> None:
    twice, first, second = read(
        write(
            FULL
            + "Anna Alm,a@example.org,,,,,,,,2026-10-25T02:30\n"
            + "Bo Ek,b@example.org,,,,,,,,2026-10-25T02:30+02:00\n"
            + "Cia Dal,c@example.org,,,,,,,,2026-10-25T02:30+01:00\n"
        )
    )
    assert isinstance(twice, Rejection)
    assert "+02:00" in twice.reason.en
    assert isinstance(first, IntakeRow)
    assert isinstance(second, IntakeRow)
    assert (first.received_at, second.received_at) == (
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-11-20", datetime(2026, 11, 19, 23, tzinfo=UTC)),
        ("2026-11-20 10.15", datetime(2026, 11, 20, 9, 15, tzinfo=UTC)),
        ("2026-11-20T10:15:30.250Z", datetime(2026, 11, 20, 10, 15, 30, tzinfo=UTC)),
        ("2026-07-01T10:15", datetime(2026, 7, 1, 8, 15, tzinfo=UTC)),
        ("2026-11-20T10:15+05:30", datetime(2026, 11, 20, 4, 45, tzinfo=UTC)),
        ("2000-01-01", datetime(1999, 12, 31, 23, tzinfo=UTC)),
    ],
)
def test_times_are_read_as_local_unless_they_say_otherwise(write: Write, text: str, utc: datetime) -> None:
    assert good(write(f"name,email,received_at\nAnna Alm,a@example.org,{text}\n"))[0].received_at == utc


def test_another_way_of_reading_local_time_may_be_given(write: Write) -> None:
    file = IntakeFile.open(write("name,email,received_at\nAnna Alm,a@example.org,2026-11-20T10:15\n"))
    (row,) = file.rows(NOW, to_utc=lambda naive: naive.replace(tzinfo=UTC))
    assert isinstance(row, IntakeRow)
    assert row.received_at == datetime(2026, 11, 20, 10, 15, tzinfo=UTC)


# ---- size


def test_an_endless_line_is_rejected_in_constant_memory(tmp_path: Path) -> None:
    path = tmp_path / "endless.csv"
    with path.open("wb") as out:
        out.write(b"name,email\n")
        for _ in range(200):
            out.write(b"x" * 100_000)
        out.write(b"\nBo Ek,b@example.org\n")
    tracemalloc.start(1)
    long, fine = read(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (long.line, fine.line, isinstance(fine, IntakeRow)) == (2, 3, True)
    assert peak < 2_000_000
