"""Every command ends the same way: one answer or one sentence, and a number that says which."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli import run
from cli.run import Answer, ExitCode
from journey.errors import Refusal
from settings import BadSettings
from stack.errors import AlreadyRunning
from stack.info import NoStack

ROOT = Path(__file__).parents[2]


class TooLate(Refusal):
    """It is too late since {when}; choose another day."""

    sv = "Det är för sent sedan {when}; välj en annan dag."


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(run, "chosen", run.Choices(language="en", data_dir=tmp_path))


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NoStack("/data"), ExitCode.NO_STACK),
        (ConnectionRefusedError(), ExitCode.NO_STACK),
        (TimeoutError(), ExitCode.NO_STACK),
        (BadSettings(["RESAN_DAY: no"]), ExitCode.REJECTED),
        (TooLate(when="noon"), ExitCode.REFUSED),
        (AlreadyRunning("/data"), ExitCode.REFUSED),
        (KeyError("x"), ExitCode.UNEXPECTED),
        (KeyboardInterrupt(), ExitCode.INTERRUPTED),
        (BrokenPipeError(), ExitCode.BROKEN_PIPE),
    ],
)
def test_each_kind_of_error_has_its_exit_code(error: BaseException, code: ExitCode) -> None:
    assert run.explain(error, as_json=False) == code


def test_a_refusal_is_one_sentence_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    run.explain(TooLate(when="noon"), as_json=False)
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "It is too late since noon; choose another day.\n")


def test_a_refusal_is_said_in_the_language_chosen(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run.chosen, "language", "sv")
    run.explain(TooLate(when="noon"), as_json=False)
    assert capsys.readouterr().err.startswith("Det är för sent")


def test_with_json_a_refusal_is_one_document_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    run.explain(TooLate(when="noon"), as_json=True)
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["code"] == "too_late"
    assert error["sv"].startswith("Det är")
    assert error["en"].startswith("It is")


def test_what_should_not_happen_is_told_without_its_words_and_its_place_is_kept(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    somebody = "Kim Svensson"
    try:
        raise ValueError(somebody)  # noqa: TRY301 (it is about this frame)
    except ValueError as error:
        run.explain(error, as_json=False)
    note = (tmp_path / "logs" / "starter.log").read_text()
    said = capsys.readouterr().err
    assert "ValueError" in said
    assert "test_run.py" in note
    assert "Traceback" not in said
    assert "Kim" not in said + note


def test_an_answer_for_programs_has_utc_times_and_keeps_its_letters(capsys: pytest.CaptureFixture[str]) -> None:
    answer = Answer({"at": datetime(2026, 3, 2, 8, tzinfo=UTC), "name": "Åsa"}, text="")
    assert run.show(answer, as_json=True) == ExitCode.OK
    out = capsys.readouterr().out
    assert json.loads(out) == {"at": "2026-03-02T08:00:00Z", "name": "Åsa"}
    assert "Åsa" in out


def test_an_answer_for_people_is_shown_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.show(Answer(None, text="[3] open: task.a.1"), as_json=False) == ExitCode.OK
    assert capsys.readouterr().out == "[3] open: task.a.1\n"


def test_an_answer_says_its_own_exit_code() -> None:
    assert run.show(Answer([], text="", code=ExitCode.CHECK_FAILED), as_json=False) == ExitCode.CHECK_FAILED
