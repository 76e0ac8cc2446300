"""One step at a time: owner, due time, end, and outcomes with exactly one effect each.

What a step means for the steps around it is judged elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from journey.check_draft import Draft, effects
from journey.check_problem import around
from journey.check_references import ACTIONS
from schemas.clocks import End
from schemas.draft import Code, Problem
from schemas.programme import Kind, NoticeRule, Outcome, Step

MAX_AGAIN = 20
MAX_HOLD_DAYS = 400

_COMMON = {"kind", "title", "phase", "needs", "when", "after_exit", "counts", "keep", "help"}
_ACTIVE = {"role", "due", "due_again", "remind", "escalate", "outcomes", "opens_with", "valid"}
_FOR = {
    Kind.MILESTONE: _COMMON,
    Kind.AUTOMATIC: _COMMON | _ACTIVE | {"action"},
    Kind.TASK: _COMMON | _ACTIVE | {"end", "form", "event", "by_phone"},
    Kind.WAIT: _COMMON | _ACTIVE | {"end", "form", "event", "waiting_on"},
}
"""The keys that mean something for each kind of step."""


def check_steps(draft: Draft) -> Iterator[Problem]:
    """Every step by itself."""
    for name, step in draft.steps():
        for key in sorted(step.model_fields_set - _FOR[step.kind]):
            yield draft.say(Code.NOT_FOR_THIS_KIND, "steps", name, key, key=key, kind=step.kind.value)
        if step.kind is not Kind.MILESTONE:
            yield from _has_what_it_needs(draft, name, step)
        if step.end is not None:
            yield from _end(draft, name, step, step.end)
    for step_name, outcome, found in draft.outcomes():
        yield from _outcome(draft, step_name, outcome, found)
    for path, then in draft.thens():
        if then.go_on == (then.exit is not None):
            yield draft.say(Code.THEN_EFFECT, *path)
    yield from _events(draft)
    yield from _invitations(draft)


def _has_what_it_needs(draft: Draft, name: str, step: Step) -> Iterator[Problem]:
    at = ("steps", name)
    wanted = {"role": Code.NO_ROLE, "due": Code.NO_DUE, "outcomes": Code.NO_OUTCOMES}
    if step.kind is Kind.WAIT:
        wanted |= {"waiting_on": Code.NO_WAITING_ON, "end": Code.NO_END}
    if step.kind is Kind.AUTOMATIC:
        wanted |= {"action": Code.NO_ACTION}
    for key, code in wanted.items():
        if not getattr(step, key) and not draft.source.node((*at, key)):
            yield draft.say(code, *at, step=name, choices=", ".join(ACTIONS))
    gives = ACTIONS.get(step.action or "")
    if gives is not None and step.outcomes and gives not in step.outcomes:
        yield draft.say(Code.MISSING_KEY, *at, "outcomes", key=gives, **around("outcomes"))
    if step.outcomes and all(_comes_back(name, found) for found in step.outcomes.values()):
        yield draft.say(Code.NO_WAY_OUT, *at, "outcomes", step=name)


def _comes_back(step: str, outcome: Outcome) -> bool:
    """Whether an outcome opens its own step again."""
    if outcome.again is not None:
        return outcome.again.step == step
    return outcome.hold is not None and outcome.hold.resume in {None, step}


def _end(draft: Draft, name: str, step: Step, end: End) -> Iterator[Problem]:
    at = ("steps", name, "end")
    if (end.outcome is None) == (end.hand_to is None):
        yield draft.say(Code.END_EFFECT, *at)
    outcome = step.outcomes.get(end.outcome or "")
    if outcome is not None and (outcome.asks or outcome.asks_dates):
        names = ", ".join((*outcome.asks, *outcome.asks_dates))
        yield draft.say(Code.END_ASKS, *at, "outcome", outcome=end.outcome, names=names)


def _outcome(draft: Draft, step: str, name: str, outcome: Outcome) -> Iterator[Problem]:
    at = ("steps", step, "outcomes", name)
    given = effects(outcome)
    if not given and not _unread_effect(draft, at):
        yield draft.say(Code.EFFECT_MISSING, *at, outcome=name)
    if len(given) > 1:
        yield draft.say(Code.EFFECT_SEVERAL, *at, outcome=name, effects=", ".join(given))
    for key, rule in (("again", outcome.again), ("hold", outcome.hold)):
        if rule is not None and not 1 <= rule.at_most <= MAX_AGAIN:
            yield draft.say(Code.AT_MOST, *at, key, "at_most", value=rule.at_most, limit=MAX_AGAIN)
    if outcome.hold is not None and not 1 <= outcome.hold.days <= MAX_HOLD_DAYS:
        yield draft.say(Code.HOLD_LENGTH, *at, "hold", "days", value=outcome.hold.days, limit=MAX_HOLD_DAYS)
    if step in draft.programme.steps and draft.programme.steps[step].after_exit:
        yield from _after_exit(draft, step, name, outcome)


def _unread_effect(draft: Draft, at: tuple[str, ...]) -> bool:
    return any(draft.source.node((*at, key)) for key in ("exit", "again", "hold"))


def _after_exit(draft: Draft, step: str, name: str, outcome: Outcome) -> Iterator[Problem]:
    """After the exit there is nothing to leave and nothing to rest from."""
    at = ("steps", step, "outcomes", name)
    then = outcome.again.then.exit if outcome.again else None
    if outcome.exit is not None or then is not None:
        words = ("ett utfall avslutar en gång till", "an outcome leaves once more")
    elif outcome.hold is not None:
        words = ("ett utfall låter resan vila", "an outcome lets the journey rest")
    elif outcome.again is not None and _before_exit(draft, outcome.again.step):
        words = ("ett utfall öppnar ett steg före avslutet", "an outcome opens a step before the exit")
    else:
        return
    yield draft.say(Code.EXIT_AFTER_EXIT, *at, step=step, why_sv=words[0], why_en=words[1])


def _before_exit(draft: Draft, step: str) -> bool:
    found = draft.programme.steps.get(step)
    return found is not None and not found.after_exit


def _events(draft: Draft) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for name, step in draft.steps():
        if step.event is None:
            continue
        if step.event in seen:
            yield draft.say(Code.EVENT_TWICE, "steps", name, "event", event=step.event, other=seen[step.event])
        seen.setdefault(step.event, name)


def _invitations(draft: Draft) -> Iterator[Problem]:
    for path, rule in draft.notice_rules():
        if not _can_be_invited_to(draft, rule):
            yield draft.say(Code.INVITE, *path, "invite", name=rule.invite)


def _can_be_invited_to(draft: Draft, rule: NoticeRule) -> bool:
    found = draft.programme.dates.get(rule.invite or "")
    unread = draft.source.node(("dates", rule.invite or "", "minutes"))
    return found is None or found.minutes is not None or unread is not None
