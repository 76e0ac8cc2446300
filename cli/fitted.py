"""Tables whose columns give way between words, whatever width the terminal has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich import box
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

GAP = 2
"""Characters between two columns."""


@dataclass(frozen=True)
class Fitted:
    """A table without frames. The columns in `whole` are never broken; the widest of the others give way first."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    whole: frozenset[int] = frozenset()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        made = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)
        room = options.max_width - GAP * (len(self.heads) - 1)
        for place, (head, width) in enumerate(zip(self.heads, self._widths(room), strict=True)):
            made.add_column(Text(head), overflow="fold", no_wrap=place in self.whole, width=width)
        for row in self.rows:
            made.add_row(*map(Text, row))
        yield made

    def _widths(self, room: int) -> list[int]:
        """How wide each column is: as wide as its longest line, and narrower down to its longest word."""
        columns = list(zip(self.heads, *self.rows, strict=True))
        widths = [max(len(line) for cell in column for line in (cell.splitlines() or [""])) for column in columns]
        least = [
            width if place in self.whole else max(len(word) for cell in column for word in (cell.split() or [""]))
            for place, (column, width) in enumerate(zip(columns, widths, strict=True))
        ]
        while sum(widths) > room:
            giving = [place for place, width in enumerate(widths) if width > least[place]]
            if not giving:
                break
            widths[max(giving, key=widths.__getitem__)] -= 1
        return _cut(widths, room)


def _cut(widths: list[int], room: int) -> list[int]:
    """Words are broken only where there is no other way."""
    while sum(widths) > room and max(widths) > 1:
        widths[widths.index(max(widths))] -= 1
    return widths
