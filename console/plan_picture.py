"""The map of a programme as it stands inside a page: the same picture as `journey.picture`, in the page's own colours.

Each step leads to its page. Steps that do not concern whoever is looked for are pale, and say so. Pure.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from markupsafe import Markup

from console.language import say
from journey.picture import box, ground, laid_out, size_of
from schemas.base import Language
from schemas.programme import Programme

COLUMNS = 5
"""Steps beside each other: what fits into a page without making it small."""


def picture(programme: Programme, language: Language, href: Callable[[str], str], pale: frozenset[str]) -> Markup:
    """The map as SVG."""
    spots, bands = laid_out(programme, COLUMNS, top=8)
    width, height = size_of(spots, bands)
    title = escape(say("programmes.picture_title", language, programme=programme.title[language]))
    parts = [
        f'<svg class="plan" viewBox="0 0 {width} {height - 40}" role="group" aria-labelledby="plan-title plan-desc">',
        f'<title id="plan-title">{title}</title>',
        f'<desc id="plan-desc">{escape(say("programmes.picture_desc", language))}</desc>',
        *ground(programme, spots, bands, language),
    ]
    for name, step in programme.steps.items():
        out = f", {say('programmes.not_for', language)}" if name in pale else ""
        label = escape(step.title[language] + out)
        drawn = box(programme, name, spots[name], language)
        pale_too = ' class="pale"' if name in pale else ""
        parts.append(f'<a href="{escape(href(name))}" aria-label="{label}"{pale_too}>{drawn}</a>')
    return Markup("\n".join([*parts, "</svg>"]))  # noqa: S704 (every word in it has been made safe)
