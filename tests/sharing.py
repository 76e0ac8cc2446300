"""How `make test` shares the tests out between two processes, for two cores.

A file stays in one process, and so do all the files of a folder that share one running stack. Those are begun first,
the other tests on real servers next, the larger files before the smaller; what is pure comes last and fills the gaps.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

TESTS = Path(__file__).parent
ONE_STACK = ("e2e", "browser")
ON_REAL_SERVERS = (*ONE_STACK, "integration", "workflow")
STACKS_OF_THEIR_OWN = {"test_demo.py", "test_runbook.py"}


class Sharing(LoadScopeScheduling):  # type: ignore[misc] # xdist says nothing about its types
    """Gives each process the next unit in the order of the collection."""

    def __init__(self, config: pytest.Config, log: Producer) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        return unit(nodeid)


def unit(nodeid: str) -> str:
    """What stays together with a test."""
    file = nodeid.split("::", 1)[0]
    folder, _, name = file.rpartition("/")
    return folder if folder.endswith(ONE_STACK) and name not in STACKS_OF_THEIR_OWN else file


def put_in_order(items: list[pytest.Item]) -> None:
    """The order in which the units are begun; within a file nothing changes."""
    sizes = {file: file.stat().st_size for file in {item.path for item in items}}
    items.sort(key=lambda item: (_rank(item.path), -sizes[item.path], str(item.path)))


def _rank(file: Path) -> int:
    if file.parent.name not in ON_REAL_SERVERS:
        return len(ON_REAL_SERVERS)
    shares = file.parent.name in ONE_STACK and file.name not in STACKS_OF_THEIR_OWN
    return ON_REAL_SERVERS.index(file.parent.name) if shares else len(ONE_STACK)
