"""What must not be stored, and the file of rejected rows.

Every person is made up. Personal numbers are from the tax agency's published test series.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from services.intake import errors
from services.intake.file import IntakeFile
from services.intake.rejected import write_rejected
from services.intake.row import IntakeRow, Rejection
from tests.intake_files import FULL, NOW, Write, good, refused, writer

TEST_NUMBER = "19121212-1212"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    return writer(tmp_path)


# ---- what must not be stored


@pytest.mark.parametrize(
    "number",
    ["19121212-1212", "191212121212", "121212-1212", "121212+1212", "19121212 1212", "701063-2391", "1212121212"],
)
@pytest.mark.parametrize("column", ["name", "email", "phone", "municipality", "note"])
def test_a_personal_number_in_any_column_is_rejected_and_never_repeated(
    write: Write, tmp_path: Path, number: str, column: str
) -> None:
    cells = {"name": "Anna Alm", "email": "a@example.org", "phone": "", "municipality": "", "note": ""}
    cells[column] += number if column in {"phone", "note"} else f" {number}"
    file = IntakeFile.open(write(f"{','.join(cells)}\n{','.join(cells.values())}\nBo Ek,b@example.org\n"))
    bad, fine = file.rows(NOW)
    assert isinstance(bad, Rejection)
    assert bad.reason.en == errors.PersonalNumberGiven().sentence("en")
    assert isinstance(fine, IntakeRow)
    path = write_rejected(file, [bad])
    assert path is not None
    assert number not in path.read_text("utf-8-sig")
    assert number not in str(bad)


def test_a_column_for_personal_numbers_is_never_read_nor_written(write: Write) -> None:
    file = IntakeFile.open(write(f"name,email,Personnummer\nAnna Alm,a@example.org,{TEST_NUMBER}\nBo,,{TEST_NUMBER}\n"))
    assert len(file.notes) == 1
    assert "Remove it from the file" in file.notes[0].en
    fine, bad = file.rows(NOW)
    assert isinstance(fine, IntakeRow)
    assert TEST_NUMBER not in str(fine)
    assert isinstance(bad, Rejection)
    path = write_rejected(file, [bad])
    assert path is not None
    assert path.read_text("utf-8-sig").splitlines()[0] == "name,email,line,reason"
    assert TEST_NUMBER not in path.read_text("utf-8-sig")


@pytest.mark.parametrize("number", ["0701740607", "070-174 06 15", "070 174 06 23"])
def test_a_phone_number_that_could_be_a_personal_number_is_a_phone_number(write: Write, number: str) -> None:
    # From the post and telecom agency's series for fiction; a coordination number would look the same.
    assert good(write(f"name,phone\nAnna Alm,{number}\n"))[0].phone == number


def test_a_phone_number_stays_readable_in_the_rejected_file(write: Write) -> None:
    (row,) = refused(write("name,phone,wish\nAnna Alm,0701740607,holiday\n"))
    assert row.cells == ("Anna Alm", "0701740607", "holiday")


@pytest.mark.parametrize("answer", ["yes", "JA", "x", "1", "kanske", "true"])
def test_nothing_is_kept_of_a_person_with_a_protected_identity(write: Write, answer: str) -> None:
    file = IntakeFile.open(write(f"name,email,skyddad\nAnna Alm,a@example.org,{answer}\nBo Ek,b@example.org,nej\n"))
    hidden, fine = file.rows(NOW)
    assert isinstance(hidden, Rejection)
    assert hidden.cells == ()
    assert "by phone" in hidden.reason.en
    assert isinstance(fine, IntakeRow)
    path = write_rejected(file, [hidden])
    assert path is not None
    assert "Anna" not in path.read_text("utf-8-sig")


def test_words_about_protection_in_another_column_count_too(write: Write) -> None:
    (row,) = refused(write("name,email,partner\nAnna Alm,a@example.org,har skyddad identitet\n"))
    assert (row.cells, row.reason.en) == ((), errors.ProtectedPerson().sentence("en"))


@pytest.mark.parametrize("broken", ['"Anna Alm,a@example.org,yes', "Anna\x00Alm,a@example.org,no"])
def test_an_unreadable_row_is_not_kept_where_protection_is_asked_for(write: Write, broken: str) -> None:
    (row,) = refused(write(f"name,email,protected\n{broken}\n"))
    assert row.cells == ()


# ---- the file of rejected rows


def test_rejected_rows_can_be_corrected_in_their_file_and_read_again(write: Write) -> None:
    source = write(
        "Namn;Språk;E-post;Önskemål\nÅsa Öst;de;asa@example.org;jobb\nBo Ek;;b@example.org;x\nC D;;c@d.se;\n"
    )
    file = IntakeFile.open(source)
    rows = list(file.rows(NOW))
    path = write_rejected(file, [row for row in rows if isinstance(row, Rejection)])
    assert path == source.with_name("interests.rejected.csv")
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as opened:
        table = list(csv.reader(opened, delimiter=";"))
    assert table[0] == ["Namn", "Språk", "E-post", "Önskemål", "line", "reason"]
    assert table[1][:5] == ["Åsa Öst", "de", "asa@example.org", "jobb", "2"]
    assert table[1][5] == f"{errors.LanguageUnknown().sentence('sv')} / {errors.LanguageUnknown().sentence('en')}"
    assert table[2][4] == "3"

    path.write_bytes(raw.replace(b"de;", b"sv;").replace(b";x;", b";job;"))
    corrected = IntakeFile.open(path)
    assert corrected.notes == ()
    assert [row.name for row in corrected.rows(NOW) if isinstance(row, IntakeRow)] == ["Åsa Öst", "Bo Ek"]


def test_no_file_is_written_when_nothing_was_rejected(write: Write, tmp_path: Path) -> None:
    file = IntakeFile.open(write(FULL + "Anna Alm,a@example.org\n"))
    assert write_rejected(file, []) is None
    assert [path.name for path in tmp_path.iterdir()] == ["interests.csv"]


@pytest.mark.parametrize(
    ("cell", "stands"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+cmd|calc", "'+cmd|calc"),
        ("-2+3+cmd", "'-2+3+cmd"),
        ("+46 (0)70-174 06 05", "+46 (0)70-174 06 05"),
        ("-1", "-1"),
        ("Anna", "Anna"),
        ("'t Hooft", "'t Hooft"),
    ],
)
def test_a_spreadsheet_runs_nothing_from_the_rejected_file_and_it_reads_back_the_same(
    write: Write, cell: str, stands: str
) -> None:
    file = IntakeFile.open(write(f"partner;name;email\n{cell};Anna;nowhere\n"))
    (row,) = file.rows(NOW)
    assert isinstance(row, Rejection)
    path = write_rejected(file, [row])
    assert path is not None
    assert path.read_text("utf-8-sig").splitlines()[1].split(";")[0] == stands
    (again,) = IntakeFile.open(path).rows(NOW)
    assert isinstance(again, Rejection)
    assert again.cells[0] == cell
