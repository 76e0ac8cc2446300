"""How the tests are shared out: whoever uses the stack of a folder stays together, and the dear ones begin."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.sharing import STACKS_OF_THEIR_OWN, TESTS, put_in_order, unit


@pytest.mark.parametrize("folder", ["e2e", "browser"])
def test_all_files_that_share_a_stack_are_one_unit(folder: str) -> None:
    files = {file.name for file in (TESTS / folder).glob("test_*.py")} - STACKS_OF_THEIR_OWN
    assert {unit(f"tests/{folder}/{name}::test_it[a::b/c]") for name in files} == {f"tests/{folder}"}


def test_the_others_are_units_of_their_own() -> None:
    for file in ("tests/unit/test_who.py", "tests/e2e/test_demo.py", "tests/test_architecture.py"):
        assert unit(f"{file}::test_it") == file


def test_whoever_is_said_to_have_a_stack_of_their_own_exists() -> None:
    assert all((TESTS / "e2e" / name).exists() for name in STACKS_OF_THEIR_OWN)


def items() -> Iterator[Any]:
    """Two tests of each file there is."""
    for file in sorted(TESTS.rglob("test_*.py")):
        yield from (SimpleNamespace(path=file, name=name) for name in ("later", "earlier"))


def test_what_shares_a_stack_begins_and_what_is_pure_comes_last() -> None:
    found = list(items())
    put_in_order(cast("list[pytest.Item]", found))
    folders = list(dict.fromkeys(item.path.parent.name for item in found if item.path.name not in STACKS_OF_THEIR_OWN))
    assert folders[:2] == ["e2e", "browser"]
    assert set(folders[2:4]) == {"integration", "workflow"}
    pure = [item.path for item in found[-2:]]
    assert pure[0].parent.name not in {"e2e", "browser", "integration", "workflow"}


def test_within_a_file_the_order_stays() -> None:
    found = list(items())
    put_in_order(cast("list[pytest.Item]", found))
    assert [item.name for item in found] == ["later", "earlier"] * (len(found) // 2)
    assert len({item.path for item in found}) == len(found) // 2
