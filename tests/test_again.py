"""Who gets a second try, and that nobody gets one in silence: pytest runs on a folder of made-up tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CONFTEST = """
from pathlib import Path
from tests import again

def pytest_collection_modifyitems(items):
    again.permit(items, Path(__file__).parent)

def pytest_terminal_summary(terminalreporter):
    again.report(terminalreporter)
"""
ONCE_BUSY = """
import pytest

tries = []

def busy():
    tries.append(1)
    assert len(tries) > {busy}, f"busy {{len(tries)}}"

@pytest.fixture
def server():
    {in_setup}
    yield
    {in_teardown}

def test_it(server):
    {in_test}
"""


BUSY = {
    "integration": (1, "in_setup"),
    "e2e": (1, "in_test"),
    "browser": (1, "in_teardown"),
    "workflow": (2, "in_test"),
    **dict.fromkeys(("unit", "golden", "property", "replay"), (1, "in_test")),
}
"""For each folder, how often its test fails before it passes, and where."""


@pytest.fixture(scope="module", params=[(), ("-n", "1")], ids=["in one process", "shared out"])
def out(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What pytest says."""
    directory = tmp_path_factory.mktemp("tests")
    (directory / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    for folder, (busy, where) in BUSY.items():
        places = dict.fromkeys(("in_setup", "in_test", "in_teardown"), "pass") | {where: "busy()"}
        (directory / folder).mkdir()
        (directory / folder / "test_some.py").write_text(ONCE_BUSY.format(busy=busy, **places), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(directory)]
    command += ["--color=no", "-p", "no:cacheprovider", *request.param, str(directory)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout


def failed(out: str, folder: str) -> bool:
    """Whether it is among those that failed in the end."""
    return any(line.startswith(("FAILED", "ERROR")) and f"{folder}/test_some.py" in line for line in out.splitlines())


@pytest.mark.parametrize(("folder", "when"), [("integration", "setup"), ("e2e", "call"), ("browser", "teardown")])
def test_on_real_servers_what_fails_once_is_tried_again_and_listed_with_its_reason(
    out: str, folder: str, when: str
) -> None:
    assert not failed(out, folder)
    assert f"{folder}/test_some.py::test_it ({when}): AssertionError: busy 1" in out


def test_there_is_no_third_try(out: str) -> None:
    assert failed(out, "workflow")
    assert "AssertionError: busy 2" in out


@pytest.mark.parametrize("folder", ["unit", "golden", "property", "replay"])
def test_what_is_pure_is_tried_once(out: str, folder: str) -> None:
    assert failed(out, folder)
    assert f"{folder}/test_some.py::test_it (" not in out
