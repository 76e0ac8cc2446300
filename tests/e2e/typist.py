"""Runs commands of the command line, each in a process of its own, forked from one that has everything imported.

A user waits two seconds for the imports of each command; a suite of a hundred commands need not. Reads one request a
line from standard input, `{"arguments": [...], "place": "/dir"}`: the command's standard streams are the files `in`,
`out` and `err` there, and its exit code is written to `code` when it has ended.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import NoReturn

import starter


def main() -> None:
    """Fork for each request; nothing is waited for here."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        request = json.loads(line)
        if os.fork() == 0:
            attend(request["arguments"], Path(request["place"]))


def attend(arguments: list[str], place: Path) -> NoReturn:
    """Run the command in a child, and write down how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    child = os.fork()
    if child == 0:
        play(arguments, place)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    draft = place / "draft"
    draft.write_text(str(code))
    draft.rename(place / "code")
    os._exit(0)


def play(arguments: list[str], place: Path) -> NoReturn:
    """Be the command."""
    for number, (name, flags) in enumerate((("in", os.O_RDONLY), ("out", os.O_WRONLY), ("err", os.O_WRONLY))):
        os.dup2(os.open(place / name, flags), number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 (a descriptor, until the process ends)
    code = 1
    try:
        starter.app(starter.common_first(arguments))
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except BaseException:  # noqa: BLE001 (as the interpreter would)
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
