"""The pure tests in two processes at a time, for two cores: `make quick`.

The files are dealt out by their length, which says about how long they take.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
HANDS = 2


def dealt() -> list[list[str]]:
    """The files of each process."""
    files = {
        file: file.stat().st_size for name in ("unit", "golden") for file in (ROOT / "tests" / name).glob("test_*.py")
    }
    hands: list[list[str]] = [[] for _ in range(HANDS)]
    weights = [0] * HANDS
    for file in sorted(files, key=lambda file: (-files[file], file)):
        lightest = weights.index(min(weights))
        hands[lightest].append(str(file.relative_to(ROOT)))
        weights[lightest] += files[file]
    return hands


def main() -> int:
    """Whether everything passed; each process has its say when it has ended."""
    command = [sys.executable, "-m", "pytest", "-q", "--color=no", *sys.argv[1:]]
    running = [
        subprocess.Popen([*command, *files], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for files in dealt()
    ]
    for process in running:
        sys.stdout.write(process.communicate()[0])
    return max(abs(int(process.returncode)) for process in running)


if __name__ == "__main__":
    sys.exit(main())
