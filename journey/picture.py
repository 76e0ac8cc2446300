"""The picture of a programme: its steps by phase, from the programme file itself, as SVG text.

Each phase is a band. Inside it a step stands to the right of the steps it needs; steps that may run side by side
stand below each other. Small tags name the exits a step can lead to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

from journey.rule_words import UNITS
from schemas.base import Both, Language
from schemas.programme import Kind, Outcome, Programme, Step

WIDE, HIGH, GAP_X, GAP_Y = 176, 68, 30, 34
MARGIN, HEADING = 24, 40
COLUMNS = 7
"""Steps beside each other before a phase goes on below."""

LINE = 25
"""Characters of a title on one line of a box."""

STYLE = """
text { font-family: 'DejaVu Sans', 'Segoe UI', Helvetica, Arial, sans-serif; fill: #1b2733; }
.title { font-size: 20px; font-weight: 600; } .phase { font-size: 14px; font-weight: 600; }
.name { font-size: 12px; } .small { font-size: 10.5px; fill: #48586a; } .tag { font-size: 10px; fill: #8a2433; }
.good { fill: #1d6b3a; } .after { font-size: 10px; fill: #6a7887; }
.band { fill: #f3f6f9; } .need { fill: none; stroke: #7d8fa1; stroke-width: 1.4; }
.box { fill: #ffffff; stroke: #2f5d8a; stroke-width: 1.5; }
.wait { stroke: #a86a12; stroke-dasharray: 6 3; } .automatic { stroke: #6b4fa0; }
.milestone { fill: #e3f1e7; stroke: #1d6b3a; }
"""

WORDS = {
    "after": Both(sv="efter:", en="after:"),
    "before": Both(sv="före", en="before"),
    "legend": Both(
        sv="Heldragen ruta: någon gör det · streckad: en utomstående svarar · lila: sker av sig självt · grön: "
        "milstolpe · röda och gröna koder: vägar ut · efter: villkor i en annan fas",
        en="Solid box: somebody does it · dashed: an outside party answers · purple: happens by itself · green: "
        "milestone · red and green codes: ways out · after: a condition in another phase",
    ),
}


class Spot(NamedTuple):
    """Where a step stands, in pixels."""

    x: int
    y: int


class Band(NamedTuple):
    """A phase, from top to bottom."""

    phase: str
    top: int
    bottom: int


def draw(programme: Programme, language: Language = "sv") -> str:
    """Draw a programme. Returns a whole SVG document."""
    spots, bands = laid_out(programme)
    width, height = size_of(spots, bands)
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    title = escape(programme.title[language])
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{title}">',
        f"<style>{STYLE}</style>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        f'<text class="title" x="{MARGIN}" y="{MARGIN + 8}">{title}</text>',
    ]
    parts += ground(programme, spots, bands, language)
    parts += [
        f"<g><title>{escape(name)}</title>{box(programme, name, spots[name], language)}</g>" for name in programme.steps
    ]
    parts.append(f'<text class="small" x="{MARGIN}" y="{height - 12}">{escape(WORDS["legend"][language])}</text>')
    return "\n".join([*parts, "</svg>\n"])


def size_of(spots: Mapping[str, Spot], bands: Sequence[Band]) -> tuple[int, int]:
    """Width and height of the whole."""
    return max(spot.x for spot in spots.values()) + WIDE + MARGIN, bands[-1].bottom + MARGIN + LINE


def ground(programme: Programme, spots: Mapping[str, Spot], bands: Sequence[Band], language: Language) -> Iterator[str]:
    """What lies under the boxes: the bands of the phases, and the lines between steps."""
    width, _ = size_of(spots, bands)
    for phase, top, bottom in bands:
        yield f'<rect class="band" x="8" y="{top}" width="{width - 16}" height="{bottom - top}" rx="8"/>'
        words = escape(programme.phases[phase].title[language])
        yield f'<text class="phase" x="{MARGIN}" y="{top + 20}">{words}</text>'
    yield from (_line(spots[needed], spots[name]) for needed, name in _needs(programme))


def _needs(programme: Programme) -> list[tuple[str, str]]:
    """The conditions between steps of the same phase, as pairs."""
    steps = programme.steps
    pairs = [(needed, name) for name, step in steps.items() for needed in step.needs if needed in steps]
    return [(needed, name) for needed, name in pairs if steps[needed].phase == steps[name].phase]


def laid_out(
    programme: Programme, columns: int = COLUMNS, top: int = MARGIN + HEADING
) -> tuple[dict[str, Spot], list[Band]]:
    """A spot for each step, and for each phase its band."""
    spots: dict[str, Spot] = {}
    bands: list[Band] = []
    for phase in programme.phases:
        names = [name for name, step in programme.steps.items() if step.phase == phase]
        if not names:
            continue
        cells, rows = _cells({name: _depth(programme, name) for name in names}, columns)
        for name, (column, row) in cells.items():
            spots[name] = Spot(MARGIN + column * (WIDE + GAP_X), top + HEADING + row * (HIGH + GAP_Y))
        bottom = top + HEADING + rows * (HIGH + GAP_Y)
        bands.append(Band(phase, top, bottom))
        top = bottom + 10
    return spots, bands


def _cells(depths: dict[str, int], columns: int) -> tuple[dict[str, tuple[int, int]], int]:
    """Column and row of each step, and the number of rows. What is too deep for one row goes on below."""
    cells: dict[str, tuple[int, int]] = {}
    first_row = 0
    for block in range(max(depths.values()) // columns + 1):
        filled = [0] * columns
        for name in [name for name, depth in depths.items() if depth // columns == block]:
            column = depths[name] % columns
            cells[name] = (column, first_row + filled[column])
            filled[column] += 1
        first_row += max(filled)
    return cells, first_row


def _depth(programme: Programme, name: str) -> int:
    """How many steps of the same phase come before, on the longest way; a cycle counts once."""
    phase = programme.steps[name].phase

    def depth(step: str, seen: frozenset[str]) -> int:
        before = [n for n in programme.steps[step].needs if n in programme.steps and n not in seen]
        same = [n for n in before if programme.steps[n].phase == phase]
        return max((1 + depth(n, seen | {n}) for n in same), default=0)

    return depth(name, frozenset({name}))


def _line(start: Spot, end: Spot) -> str:
    x1, y1, x2, y2 = start.x + WIDE, start.y + HIGH // 2, end.x, end.y + HIGH // 2
    if x2 > x1:
        path = f"M {x1} {y1} C {x1 + 18} {y1}, {x2 - 18} {y2}, {x2} {y2}"
    else:  # goes on below: round the right end, along the gap, into the next row from the left
        gap = start.y + HIGH + GAP_Y - 6
        path = f"M {x1} {y1} h 10 V {gap} H {x2 - 10} V {y2} h 10"
    return f'<path class="need" d="{path}"/>'


def box(programme: Programme, name: str, spot: Spot, language: Language) -> str:
    """A step, at its spot."""
    step = programme.steps[name]
    radius = 28 if step.kind is Kind.MILESTONE else 6
    lines = _wrapped(step.title[language])
    rows = [
        f'<rect class="box {step.kind.value}" x="{spot.x}" y="{spot.y}" width="{WIDE}" height="{HIGH}" rx="{radius}"/>',
        *(_text("name", spot.x + 10, spot.y + 17 + 14 * n, line) for n, line in enumerate(lines)),
        _text("small", spot.x + 10, spot.y + HIGH - 21, _who(programme, step, language)),
        _text("small", spot.x + 10, spot.y + HIGH - 8, _due(step, programme, language)),
        _foot(programme, step, spot, language),
    ]
    return "".join(rows)


def _text(kind: str, x: int, y: int, words: str) -> str:
    return f'<text class="{kind}" x="{x}" y="{y}">{escape(words)}</text>'


def _wrapped(title: str) -> list[str]:
    """At most two lines; the second is cut where it is too long."""
    lines = [""]
    for word in title.split():
        if lines[-1] and len(lines[-1]) + len(word) >= LINE:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    if len(lines) > 2:  # noqa: PLR2004 (two lines fit)
        return [lines[0], lines[1][: LINE - 1] + "…"]
    return lines


def _who(programme: Programme, step: Step, language: Language) -> str:
    """Who is waited for, or else who does it."""
    if step.kind is Kind.WAIT and step.waiting_on in programme.parties:
        return _cut(programme.parties[step.waiting_on].title[language])
    return _cut(programme.roles[step.role].title[language]) if step.role in programme.roles else ""


def _due(step: Step, programme: Programme, language: Language) -> str:
    due = step.due
    if due is None:
        return ""
    unit = next((unit for unit in UNITS if getattr(due, unit) is not None), "days")
    count = getattr(due, unit) or 0
    one, many = UNITS[unit]
    said = (one if count == 1 else many)[language].format(n=count)
    if due.before is not None and due.before in programme.dates:
        said += f" {WORDS['before'][language]} {programme.dates[due.before].title[language].lower()}"
    return _cut(said)


def _cut(words: str, most: int = LINE + 4) -> str:
    return words if len(words) <= most else f"{words[: most - 1]}…"


def _foot(programme: Programme, step: Step, spot: Spot, language: Language) -> str:
    """Under a box: the exits it can lead to, and what it needs of other phases."""
    codes = sorted({code for outcome in step.outcomes.values() for code in _exits(outcome)}, key=_natural)
    good = {code for code, found in programme.exits.items() if found.good}
    tags = "".join(
        f'<tspan class="tag{" good" if code in good else ""}" dx="5">{escape(code)}</tspan>' for code in codes
    )
    others = [programme.steps[name] for name in step.needs if name in programme.steps]
    titles = ", ".join(other.title[language] for other in others if other.phase != step.phase)
    after = _cut(f"{WORDS['after'][language]} {titles}", LINE + 8) if titles else ""
    exits = f'<text x="{spot.x + 4}" y="{spot.y + HIGH + 12}">{tags}</text>' if tags else ""
    return exits + (_text("after", spot.x + 2, spot.y - 4, after) if after else "")


def _exits(outcome: Outcome) -> Iterable[str]:
    thens = (found.then.exit for found in (outcome.again, outcome.hold) if found is not None)
    return (code for code in (outcome.exit, *thens) if code is not None)


def _natural(code: str) -> tuple[str, int]:
    letters = code.rstrip("0123456789")
    return letters, int(code[len(letters) :] or 0)
