"""Who may import whom, and what the pure folders cannot reach: read from the source, so that no test has to meet it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
LONGEST = 400
"""Lines of one file; the aim is 300."""

MAY_IMPORT: dict[str, set[str]] = {
    "schemas": set(),
    "settings": {"schemas"},
    "logs": set(),
    "db": {"schemas"},
    "journey": {"schemas"},
    "activities": {"schemas", "db", "journey.calendars", "journey.wording", "journey.letters"},
    "workflows": {"schemas", "journey", "activities"},
    "services": {"schemas", "journey", "workflows", "db"},
    "stack": {"schemas", "settings", "db", "services", "workflows"},
    "console": {"schemas", "journey", "services", "workflows", "db", "settings", "stack", "logs"},
    "cli": {"schemas", "journey", "services", "workflows", "db", "settings", "stack"},
    # The demonstration is a way in of its own: it runs workers in its own process, and leaves with the same codes.
    "demo": {
        "schemas", "journey", "services", "workflows", "db", "settings", "stack", "logs", "worker", "cli.run",
        "activities.mailer",
    },
    "benchmarks": {"schemas", "journey", "services", "workflows", "db", "settings", "stack", "console", "tests"},
    "worker": {"schemas", "journey", "workflows", "activities", "services", "db", "settings", "stack", "logs"},
    "starter": {"cli"},
}  # fmt: skip
"""The parts, each with the parts and modules that it may import. Only ways in import `worker`, `starter` or `cli`."""

WAYS_IN = {"starter", "demo", "benchmarks"}

PURE = ("schemas", "journey")
REPLAYED = (*PURE, "workflows")
"""What runs inside a workflow must do the same when it is replayed."""

HARMLESS = {
    "__future__", "abc", "bisect", "codecs", "collections", "copy", "dataclasses", "datetime", "decimal", "difflib",
    "enum", "functools", "hashlib", "heapq", "itertools", "json", "math", "operator", "re", "string", "textwrap",
    "types", "typing", "unicodedata", "xml",
    "pydantic", "pydantic_core", "yaml",
}  # fmt: skip
"""What the pure folders may import from outside: none of it reaches files, networks, clocks, chance or settings."""

REACHES_OUT = {
    "aiosmtplib", "asyncpg", "glob", "http", "io", "locale", "multiprocessing", "os", "pathlib", "psycopg", "random",
    "secrets", "shutil", "signal", "smtplib", "socket", "sqlite3", "ssl", "subprocess", "tempfile", "threading",
    "time", "urllib", "uuid", "zoneinfo", "structlog", "logging", "settings",
}  # fmt: skip
"""What a workflow must not import: every way to something that is different the next time."""

CLOCKS = {"now", "utcnow", "today", "utcfromtimestamp", "time", "monotonic", "perf_counter", "time_ns"}
OF_CLOCKS = {"datetime", "date", "time"}
BUILT_IN_DOORS = {"open", "print", "input", "eval", "exec", "compile", "__import__", "breakpoint"}


class Source(NamedTuple):
    """One file of the project."""

    path: str
    module: str
    tree: ast.Module
    lines: int

    @property
    def part(self) -> str:
        return self.module.split(".")[0]


class Import(NamedTuple):
    """`module` is imported in `path`, at `line`."""

    path: str
    line: int
    module: str

    @property
    def part(self) -> str:
        return self.module.split(".")[0]


@cache
def sources() -> tuple[Source, ...]:
    """Every file of the project but for the tests."""
    files = [path for part in MAY_IMPORT for path in (*(ROOT / part).rglob("*.py"), ROOT / f"{part}.py")]
    return tuple(_read(path) for path in sorted(files) if path.is_file())


def _read(path: Path) -> Source:
    text = path.read_text(encoding="utf-8")
    relative = path.relative_to(ROOT)
    module = ".".join(relative.with_suffix("").parts).removesuffix(".__init__")
    return Source(str(relative), module, ast.parse(text), text.count("\n"))


def imports(source: Source) -> Iterator[Import]:
    """Every import of a file, wherever it stands; `from a import b` counts as `a.b`."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from (Import(source.path, node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{source.path}:{node.lineno} imports relatively; write the module's full name"
            yield from (Import(source.path, node.lineno, f"{node.module}.{name.name}") for name in node.names)


def of(*parts: str) -> list[Source]:
    return [source for source in sources() if source.part in parts]


def _permitted(found: Import, part: str) -> bool:
    allowed = MAY_IMPORT[part]
    own = found.part == part
    return own or found.part in allowed or any(f"{found.module}.".startswith(f"{module}.") for module in allowed)


def test_every_folder_with_code_has_its_place() -> None:
    folders = {path.parent.relative_to(ROOT).parts[0] for path in ROOT.glob("[a-z]*/*.py")}
    files = {path.stem for path in ROOT.glob("*.py")}
    assert folders | files <= MAY_IMPORT.keys() | {"tests"}


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_a_part_imports_only_what_it_may(part: str) -> None:
    ours = MAY_IMPORT.keys() | {"tests"}
    found = [each for source in of(part) for each in imports(source) if each.part in ours]
    assert [f"{each.path}:{each.line} imports {each.module}" for each in found if not _permitted(each, part)] == []


def test_nobody_but_the_ways_in_imports_the_composition_root_or_the_command_line() -> None:
    for part, allowed in MAY_IMPORT.items():
        roots = {name for name in allowed if name.split(".")[0] in {"worker", "starter", "cli", "console"}}
        assert not roots or part in WAYS_IN, f"{part} may import {roots}"


def test_the_parts_build_on_each_other_in_one_direction() -> None:
    """The permissions themselves have no circle."""
    left = {part: {name.split(".")[0] for name in allowed} - {"tests"} for part, allowed in MAY_IMPORT.items()}
    while left:
        free = {part for part, allowed in left.items() if not allowed & left.keys()}
        assert free, f"a circle among {sorted(left)}"
        left = {part: allowed for part, allowed in left.items() if part not in free}


def test_no_module_imports_itself_in_a_circle() -> None:
    modules = {source.module for source in sources()}
    left = {source.module: {_module(each.module, modules) for each in imports(source)} for source in sources()}
    while left:
        free = {module for module, wanted in left.items() if not (wanted - {module}) & left.keys()}
        assert free, f"a circle among {sorted(left)}"
        left = {module: wanted for module, wanted in left.items() if module not in free}


def _module(name: str, modules: set[str]) -> str:
    """The module of ours that an import like `schemas.base.Both` reads."""
    return name if name in modules else name.rpartition(".")[0]


# ---- what the pure folders cannot reach


def test_schemas_and_the_engine_import_nothing_that_reaches_out() -> None:
    """Local time lives in one module: only `journey.calendars` may import `zoneinfo`."""
    found = [each for source in of(*PURE) for each in imports(source) if each.part not in {*HARMLESS, *PURE}]
    kept = [each for each in found if (each.path, each.part) != ("journey/calendars.py", "zoneinfo")]
    assert [f"{each.path}:{each.line} imports {each.module}" for each in kept] == []


def test_schemas_import_only_pydantic_and_the_standard_library() -> None:
    outside = {each.part for source in of("schemas") for each in imports(source)} - {"schemas"}
    assert outside - set(sys.stdlib_module_names) <= {"pydantic", "pydantic_core"}


def test_workflows_import_nothing_that_is_different_the_next_time() -> None:
    found = [each for source in of("workflows") for each in imports(source) if each.part in REACHES_OUT]
    assert [f"{each.path}:{each.line} imports {each.module}" for each in found] == []


def _calls(source: Source) -> Iterator[tuple[int, str, str]]:
    """Line, owner and name of every call: `datetime.now()` is `datetime`, `now`; `open()` is ``, `open`."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            name = owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else "?"
            yield node.lineno, name, node.func.attr
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.lineno, "", node.func.id


def test_what_is_replayed_asks_no_clock() -> None:
    found = [
        f"{source.path}:{line} calls {owner}.{name}"
        for source in of(*REPLAYED)
        for line, owner, name in _calls(source)
        if owner in OF_CLOCKS and name in CLOCKS
    ]
    assert found == []


def test_what_is_replayed_opens_no_door_to_the_outside() -> None:
    found = [
        f"{source.path}:{line} calls {name}"
        for source in of(*REPLAYED)
        for line, owner, name in _calls(source)
        if (not owner and name in BUILT_IN_DOORS) or (owner in {"os", "asyncio"} and name in {"getenv", "sleep"})
    ]
    assert found == []


def _naive(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call):
            continue
        given = {keyword.arg for keyword in node.keywords}
        match node.func:
            case ast.Name(id="datetime") if "tzinfo" not in given:
                yield f"{source.path}:{node.lineno} makes a datetime without a zone"
            case ast.Attribute(value=ast.Name(id="datetime"), attr=("combine" | "strptime") as name):
                yield f"{source.path}:{node.lineno} calls datetime.{name}"
            case ast.Attribute(attr="replace") if "tzinfo" in given:
                yield f"{source.path}:{node.lineno} replaces a zone"


def test_only_calendars_makes_datetimes_out_of_local_time() -> None:
    found = [each for source in of(*REPLAYED) if source.path != "journey/calendars.py" for each in _naive(source)]
    assert found == []


def test_the_workflow_takes_the_engine_in_once_and_unsandboxed() -> None:
    """Else the sandbox loads every module anew for each run, which costs a tenth of a second and breaks identity."""
    for source in of("workflows"):
        passed = {
            inner
            for node in ast.walk(source.tree)
            if isinstance(node, ast.With) and "imports_passed_through" in ast.unparse(node.items[0])
            for inner in ast.walk(node)
        }
        outside = [node for node in ast.walk(source.tree) if isinstance(node, ast.ImportFrom) and node not in passed]
        ours = [node for node in outside if (node.module or "").split(".")[0] in {*PURE, "activities"}]
        uses_workflow = any(each.module == "temporalio.workflow" for each in imports(source))
        assert not (uses_workflow and ours), f"{source.path}:{ours and ours[0].lineno}"


# ---- size and docstrings


def test_no_file_is_too_long_to_be_read_in_one_sitting() -> None:
    assert [f"{source.path}: {source.lines} lines" for source in sources() if source.lines > LONGEST] == []


def test_every_module_says_why_it_exists() -> None:
    assert [source.path for source in sources() if source.tree.body and not ast.get_docstring(source.tree)] == []


# ---- the tests above can fail


@pytest.mark.parametrize(
    ("code", "complaint"),
    [
        ("x = datetime(2026, 1, 1)", "makes a datetime without a zone"),
        ("x = datetime.combine(day, at)", "calls datetime.combine"),
        ("x = moment.replace(tzinfo=None)", "replaces a zone"),
    ],
)
def test_local_time_made_by_hand_is_noticed(code: str, complaint: str) -> None:
    source = Source("a.py", "journey.a", ast.parse(code), 1)
    assert [each.split(" ", 1)[1] for each in _naive(source)] == [complaint]
    assert not list(_naive(Source("a.py", "journey.a", ast.parse("x = datetime(2026, 1, 1, tzinfo=UTC)"), 1)))


def test_an_import_inside_a_function_is_noticed() -> None:
    source = Source("a.py", "journey.a", ast.parse("def f():\n    from db.pool import Pool\n    import os.path"), 3)
    assert [(each.line, each.module) for each in imports(source)] == [(2, "db.pool.Pool"), (3, "os.path")]
    assert not any(_permitted(each, "journey") for each in imports(source))
    assert _permitted(Import("a.py", 1, "journey.calendars.local"), "activities")
    assert not _permitted(Import("a.py", 1, "journey.calendars_of_mine"), "activities")


def test_a_call_of_a_clock_is_noticed() -> None:
    source = Source("a.py", "journey.a", ast.parse("datetime.datetime.now(); date.today(); open('x')"), 1)
    assert [(owner, name) for _, owner, name in _calls(source)] == [
        ("datetime", "now"),
        ("date", "today"),
        ("", "open"),
    ]
