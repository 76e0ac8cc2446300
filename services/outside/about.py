"""What a report is about: the step that waits for it, as people call it, and why that cannot be answered so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from journey import replies
from journey.calendars import must_be_within_reach
from journey.errors import Refusal
from schemas.base import Both
from schemas.commands import RecordEvent
from schemas.forms.problems import shown
from schemas.programme import Programme
from services.outside.words import MISFIT, About

_SAID = ("type", "outcome", "facts", "dates")


def about(report: Mapping[str, Any], programme: Programme | None) -> About:
    """`report` has `type, outcome, facts, dates, cause`; `programme` is the one that its journey follows."""
    steps = programme.steps.values() if programme else ()
    unnamed = Both(sv=shown(report["type"]), en=shown(report["type"]))
    title = next((step.title for step in steps if step.event == report["type"]), unnamed)
    return About(title, _what_is_wrong(report, programme))


def _what_is_wrong(report: Mapping[str, Any], programme: Programme | None) -> Both | None:
    """The engine's own sentence; none where the step could be answered so, as the programme is now."""
    if programme is None or report["cause"] not in MISFIT:
        return None
    judged = RecordEvent(id="judged", **{name: report[name] for name in _SAID})
    try:
        for day in judged.dates.values():
            must_be_within_reach(day)
        replies.judge_report(programme, judged)
    except Refusal as refusal:
        return Both(sv=refusal.sentence("sv"), en=refusal.sentence("en"))
    return None
