"""Reading a draft: YAML text in, a tree of values that know their place out.

The tree is built from the parser's events, so that a duplicate key, an anchor or a deep nest is seen where it
stands, and nothing is ever constructed that the file only asks for. Only `true`, `false` and whole numbers are
more than text: `no` and `17:00` stay what they look like. This module knows YAML and nothing about programmes.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from journey.check_problem import problem
from schemas.draft import Code, Place, Problem

MAX_BYTES = 1_000_000
MAX_DEPTH = 24

_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_INTEGER = re.compile(r"[-+]?[0-9]{1,15}")
_TAB_BEFORE = re.compile(r"^[ ]*\t")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml where the wheel has it: twenty times faster

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value. `value` is text, a whole number, true or false, or None when nothing is written."""

    value: str | int | bool | None
    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of values."""

    place: Place
    items: list[Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Table:
    """Keys and values; each key knows its own place."""

    place: Place
    entries: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Place] = field(default_factory=dict)


Node = Scalar | Listing | Table


@dataclass(frozen=True, slots=True)
class Source:
    """What was read: the top table, or None when the file cannot be judged further."""

    top: Table | None
    problems: tuple[Problem, ...]

    def node(self, path: Path) -> Node | None:
        """The value at this path, or None."""
        at: Node | None = self.top
        for part in path:
            at = _child(at, part)
        return at

    def place(self, path: Path) -> Place:
        """Where this path stands: its key, else its value, else the nearest thing around it that is written."""
        for length in range(len(path), 0, -1):
            around = self.node(path[: length - 1])
            if isinstance(around, Table) and path[length - 1] in around.keys:
                return _named(around.keys[str(path[length - 1])], path)
            found = self.node(path[:length])
            if found is not None:
                return _named(found.place, path)
        return Place(path=dotted(path))


def dotted(path: Path) -> str:
    """A path as people write it: `steps.intake.remind[0]`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


def decode(data: bytes) -> tuple[str, tuple[Problem, ...]]:
    """The text of a file, which must be UTF-8 (with or without a byte-order mark)."""
    if len(data) > MAX_BYTES + len(codecs.BOM_UTF8):
        return "", (problem(Code.TOO_LARGE, Place(), limit=MAX_BYTES // 1000),)
    try:
        return data.decode("utf-8-sig"), ()
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig", "replace").rpartition("\n")
        place = Place(line=before[0].count("\n") + bool(before[1]) + 1, column=len(before[2]) + 1)
        return "", (problem(Code.NOT_UTF8, place),)


def read(text: str) -> Source:
    """The tree of a draft, with everything that is wrong with the file itself."""
    refused = _refused(text.removeprefix("\ufeff"))
    if refused is not None:
        return Source(None, (refused,))
    builder = _Builder()
    try:
        for event in yaml.parse(text.removeprefix("\ufeff"), Loader=_LOADER):
            if not builder.take(event):
                break
    except yaml.YAMLError as error:
        builder.problems.append(_syntax(error, text.splitlines()))
    return builder.source()


def _refused(text: str) -> Problem | None:
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        return problem(Code.TOO_LARGE, Place(), limit=MAX_BYTES // 1000)
    found = _FORBIDDEN.search(text)
    if found is None:
        return None
    before = text[: found.start()].rpartition("\n")
    place = Place(line=before[0].count("\n") + bool(before[1]) + 1, column=len(before[2]) + 1)
    return problem(Code.BAD_CHARACTER, place, char=f"U+{ord(found[0]):04X}")


def _syntax(error: yaml.YAMLError, lines: list[str]) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    begun = getattr(error, "context_mark", None)
    opener = _char(begun, lines)
    if begun is not None and opener in {'"', "'"}:
        return problem(Code.UNCLOSED_QUOTE, _place(begun))
    if begun is not None and opener in {"[", "{"}:
        return problem(Code.UNCLOSED_BRACKET, _place(begun), bracket=opener)
    if mark is None:
        return problem(Code.SYNTAX, Place())
    if mark.line < len(lines) and _TAB_BEFORE.match(lines[mark.line]):
        return problem(Code.TAB, _place(mark))
    return problem(Code.SYNTAX, _place(mark))


def _char(mark: Any, lines: list[str]) -> str:
    if mark is None or mark.line >= len(lines):
        return ""
    return str(lines[mark.line][mark.column : mark.column + 1])


class _Builder:
    """Takes the parser's events one by one. `open` is the way from the top to the value being read."""

    def __init__(self) -> None:
        self.top: Node | None = None
        self.problems: list[Problem] = []
        self.open: list[tuple[Listing | Table, Path]] = []
        self.key: list[tuple[str, Place] | None] = []
        self.documents = 0
        self.broken = False

    def take(self, event: Any) -> bool:
        """Take one event; False when reading on would be of no use."""
        match event:
            case yaml.DocumentStartEvent():
                return self._document(event)
            case yaml.AliasEvent():
                self._say(Code.ANCHOR, event, text="*" + str(event.anchor))
                self._put(Scalar(None, "", self._at(event)))
            case yaml.ScalarEvent():
                self._put(self._scalar(event))
            case yaml.MappingStartEvent():
                return self._enter(event, Table(self._at(event)))
            case yaml.SequenceStartEvent():
                return self._enter(event, Listing(self._at(event)))
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self.open.pop()
                self.key.pop()
        return True

    def source(self) -> Source:
        """What has been read so far; half a file is not judged further."""
        if not self.problems and self.top is None:
            self.problems.append(problem(Code.EMPTY_FILE, Place()))
        if isinstance(self.top, Scalar) and self.top.value is None and not self.problems:
            self.problems.append(problem(Code.EMPTY_FILE, self.top.place))
        elif self.top is not None and not isinstance(self.top, Table) and not self.problems:
            self.problems.append(problem(Code.NOT_A_TABLE, self.top.place))
        whole = isinstance(self.top, Table) and not self.broken and not any(map(_stops, self.problems))
        return Source(self.top if whole and isinstance(self.top, Table) else None, tuple(self.problems))

    def _document(self, event: Any) -> bool:
        self.documents += 1
        if self.documents > 1:
            self._say(Code.SEVERAL_DOCUMENTS, event)
        return self.documents == 1

    def _enter(self, event: Any, node: Listing | Table) -> bool:
        self._decorated(event)
        path = self._path()
        if self._expects_key():
            self._say(Code.BAD_KEY, event)
            self.broken = True
            return False
        self._put(node)
        self.open.append((node, path))
        self.key.append(None)
        if len(self.open) > MAX_DEPTH:
            self._say(Code.TOO_DEEP, event, limit=MAX_DEPTH)
            self.broken = True
        return not self.broken

    def _scalar(self, event: Any) -> Scalar:
        self._decorated(event)
        plain = not event.style and not self._expects_key()
        return Scalar(_plain(event.value) if plain else event.value, event.value, self._at(event))

    def _decorated(self, event: Any) -> None:
        if event.anchor is not None:
            self._say(Code.ANCHOR, event, text="&" + str(event.anchor))
        if event.tag is not None:
            self._say(Code.TAG, event, text=str(event.tag))

    def _expects_key(self) -> bool:
        return bool(self.open) and isinstance(self.open[-1][0], Table) and self.key[-1] is None

    def _put(self, node: Node) -> None:
        if not self.open:
            self.top = node
            return
        around, _ = self.open[-1]
        if isinstance(around, Listing):
            around.items.append(node)
        elif self.key[-1] is None:
            self._name(around, node)
        else:
            name, place = self.key[-1]
            self.key[-1] = None
            if name and name not in around.entries:
                around.entries[name] = node
                around.keys[name] = place

    def _name(self, around: Table, node: Node) -> None:
        name = node.text if isinstance(node, Scalar) else ""
        if not name:
            self.problems.append(problem(Code.BAD_KEY, node.place))
        elif name in around.entries:
            first = around.keys[name]
            self.problems.append(
                problem(Code.DUPLICATE_KEY, node.place, key=name, line=first.line, column=first.column)
            )
        self.key[-1] = (name, node.place)

    def _path(self) -> Path:
        if not self.open:
            return ()
        around, path = self.open[-1]
        if isinstance(around, Listing):
            return (*path, len(around.items))
        pending = self.key[-1]
        return (*path, pending[0]) if pending else path

    def _at(self, event: Any) -> Place:
        return _named(_place(event.start_mark), self._path())

    def _say(self, code: Code, event: Any, **words: object) -> None:
        self.problems.append(problem(code, self._at(event), **words))


def _stops(found: Problem) -> bool:
    return found.code not in {Code.DUPLICATE_KEY, Code.BAD_KEY, Code.ANCHOR, Code.TAG, Code.SEVERAL_DOCUMENTS}


def _plain(text: str) -> str | int | bool | None:
    if text in {"", "~", "null"}:
        return None
    if text in {"true", "false"}:
        return text == "true"
    return int(text) if _INTEGER.fullmatch(text) else text


def _place(mark: Any) -> Place:
    return Place(line=mark.line + 1, column=mark.column + 1)


def _named(place: Place, path: Path) -> Place:
    return place.but(path=dotted(path))


def _child(node: Node | None, part: str | int) -> Node | None:
    if isinstance(node, Table) and isinstance(part, str):
        return node.entries.get(part)
    if isinstance(node, Listing) and isinstance(part, int) and part < len(node.items):
        return node.items[part]
    return None
