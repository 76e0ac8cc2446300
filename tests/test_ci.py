"""What runs before a change is taken in: it sees to a browser first, and then leaves no browser test out."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

CI = Path(__file__).parent.parent / ".ci"
MAKE = 'echo "made $1, browser tests $RESAN_BROWSER_TESTS"'
BASH = str(shutil.which("bash"))


class Machine:
    """A machine on which there is only what is put there."""

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        for name in ("bash", "dirname", "env", "chmod"):
            (programs / name).symlink_to(str(shutil.which(name)))
        self.put("make", MAKE)

    def put(self, name: str, script: str) -> None:
        program = self.programs / name
        program.write_text(f"#!{BASH}\n{script}\n", encoding="utf-8")
        program.chmod(0o755)

    def user(self, number: int) -> None:
        self.put("id", f"echo {number}")

    def shop(self, *, sells: str = "chromium") -> None:
        """An apt-get that writes down what it is asked for, and puts a program there."""
        log, program = self.programs / "asked", self.programs / sells
        self.put("apt-get", f'echo "$*" >>{log}\n[[ "$*" != *install* ]] || {{ echo >{program}; chmod +x {program}; }}')

    @property
    def asked(self) -> str:
        log = self.programs / "asked"
        return log.read_text(encoding="utf-8") if log.exists() else ""

    def run(self, **settings: str) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": str(self.programs), **settings}
        return subprocess.run([BASH, str(CI / "run")], env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_the_script_may_be_run() -> None:
    assert os.access(CI / "run", os.X_OK)


def test_with_a_chromium_nothing_is_installed_and_no_browser_test_is_left_out(machine: Machine) -> None:
    machine.put("chromium", "")
    machine.shop()
    done = machine.run()
    assert (done.returncode, done.stdout) == (0, "made test, browser tests required\n")
    assert machine.asked == ""


def test_a_chromium_elsewhere_can_be_named(machine: Machine) -> None:
    machine.put("my-browser", "")
    assert machine.run(RESAN_CHROMIUM=str(machine.programs / "my-browser")).returncode == 0


def test_root_gets_one_installed(machine: Machine) -> None:
    machine.user(0)
    machine.shop()
    done = machine.run()
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("made test, browser tests required\n")
    assert "install -y --no-install-recommends chromium" in machine.asked


def test_whoever_may_act_as_root_gets_one_installed(machine: Machine) -> None:
    machine.user(1000)
    machine.shop()
    machine.put("sudo", 'shift; [ "$1" = true ] || exec "$@"')
    done = machine.run()
    assert done.returncode == 0, done.stderr
    assert "install -y --no-install-recommends chromium" in machine.asked


@pytest.mark.parametrize(
    ("why", "sentence"),
    [
        ("no apt-get", "nor an apt-get to install it with."),
        ("no rights", "installing one takes root's rights, or sudo without a password."),
        ("no luck", "apt-get could not install one."),
        ("another name", "what apt-get installed has another name."),
        ("named wrongly", "there is none at /nowhere/chromium."),
    ],
)
def test_without_a_chromium_it_says_what_to_do_and_runs_nothing(machine: Machine, why: str, sentence: str) -> None:
    machine.user(1000 if why == "no rights" else 0)
    if why != "no apt-get":
        machine.shop(sells="sailor" if why == "another name" else "chromium")
    if why == "no luck":
        machine.put("apt-get", "exit 100")
    done = machine.run(**({"RESAN_CHROMIUM": "/nowhere/chromium"} if why == "named wrongly" else {}))
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "apt-get install chromium" in done.stderr
    assert "made" not in done.stdout
