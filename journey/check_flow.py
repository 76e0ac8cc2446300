"""The way through a programme: rings, steps that can never open, outcomes that lead nowhere, facts nobody asks for.

These are the rules that can be seen by reading; what only shows in motion is left to simulated runs.
"""

from __future__ import annotations

from collections.abc import Iterator

from journey.check_draft import Draft, exit_of, goes_back_to
from schemas.clocks import Anchor
from schemas.draft import Code, Problem
from schemas.forms import FORMS
from schemas.programme import Kind, Outcome, Step


def check_flow(draft: Draft) -> Iterator[Problem]:
    """Everything about the order of steps."""
    rings = list(_rings(draft))
    for ring in rings:
        yield draft.say(Code.NEEDS_CYCLE, "steps", ring[0], "needs", cycle=" → ".join((*ring, ring[0])))
    in_ring = {name for ring in rings for name in ring}
    for name, step in draft.steps():
        if name not in in_ring:
            yield from _can_open(draft, name, step)
        if step.valid is not None and (why := _never_stays(step)) is not None:
            yield draft.say(Code.VALID, "steps", name, "valid", why_sv=why[0], why_en=why[1])
    for step_name, outcome, found in draft.outcomes():
        yield from _leads_on(draft, step_name, outcome, found)
        yield from _kept(draft, step_name, outcome, found)
    if not any(exit_of(found) for _, _, found in draft.outcomes()):
        yield draft.say(Code.NO_EXIT, "exits")
    yield from _fallback(draft)


def _never_stays(step: Step) -> tuple[str, str] | None:
    """Why the result of a step is asked for anew whenever somebody comes back, however old it is."""
    if step.after_exit:
        return (
            "uppföljningar görs om varje gång någon kommer tillbaka",
            "follow-ups are done anew whenever somebody comes back",
        )
    if step.outcomes and not any(_stands(outcome) for outcome in step.outcomes.values()):
        return "inget utfall leder vidare", "no outcome leads on"
    return None


def _stands(outcome: Outcome) -> bool:
    """Whether a result like this is kept when somebody comes back (`journey.effects`)."""
    rule = outcome.again or outcome.hold
    return outcome.go_on or (rule is not None and rule.then.go_on)


def _rings(draft: Draft) -> Iterator[tuple[str, ...]]:
    """Each ring of needs once, beginning with its first step in the file."""
    after = draft.programme.descendants
    seen: set[str] = set()
    for name in draft.programme.steps:
        if name in seen or name not in after[name]:
            continue
        ring = _shortest_ring(draft, name)
        seen.update(other for other in after[name] if name in after.get(other, frozenset()))
        yield ring


def _shortest_ring(draft: Draft, start: str) -> tuple[str, ...]:
    ways: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    while ways:
        way = ways.pop(0)
        for following in draft.programme.dependents[way[-1]]:
            if following == start:
                return way
            if following not in seen:
                seen.add(following)
                ways.append((*way, following))
    return (start,)  # pragma: no cover (a step that depends on itself has a way back)


def _can_open(draft: Draft, name: str, step: Step) -> Iterator[Problem]:
    steps = draft.programme.steps
    for needed, accepted in step.needs.items():
        if needed not in steps:
            continue
        endings = draft.endings(needed)
        written = [outcome for outcome in accepted if outcome in endings]
        if not accepted or (written and not any(endings[outcome] for outcome in written)):
            sv = f"inget av de utfall den behöver från ”{needed}” leder vidare"
            en = f'none of the outcomes it needs from "{needed}" leads on'
            yield draft.say(Code.UNREACHABLE, "steps", name, "needs", needed, step=name, why_sv=sv, why_en=en)
        elif steps[needed].after_exit and not step.after_exit:
            sv, en = f"”{needed}” kommer först efter avslutet", f'"{needed}" comes only after the exit'
            yield draft.say(Code.UNREACHABLE, "steps", name, "needs", needed, step=name, why_sv=sv, why_en=en)
    for fact, values in step.when.items():
        if not values:
            sv, en = f"”{fact}” har inget värde att välja på", f'"{fact}" is given no value'
            yield draft.say(Code.UNREACHABLE, "steps", name, "when", fact, step=name, why_sv=sv, why_en=en)


def _leads_on(draft: Draft, step: str, name: str, outcome: Outcome) -> Iterator[Problem]:
    """A result that no step builds on, although other results of the same step are built on."""
    programme = draft.programme
    goes_on = outcome.go_on or any(rule is not None and rule.then.go_on for rule in (outcome.again, outcome.hold))
    endings = draft.endings(step)
    after = [
        later
        for later in programme.dependents.get(step, ())
        if any(endings.get(end) for end in programme.steps[later].needs[step])
    ]
    if not goes_on or not after or step == programme.fallback:
        return
    if any(name in programme.steps[later].needs[step] for later in after):
        return
    conditions = {fact for found in programme.steps.values() for fact in found.when}
    if conditions & {*outcome.sets, *outcome.asks}:
        return
    sv = f"inget av stegen efter ({', '.join(after)}) tar emot det"
    en = f"none of the steps after it ({', '.join(after)}) accepts it"
    yield draft.say(Code.LEADS_NOWHERE, "steps", step, "outcomes", name, outcome=name, why_sv=sv, why_en=en)


def _kept(draft: Draft, step: str, name: str, outcome: Outcome) -> Iterator[Problem]:
    """A step that keeps its result is not opened again by the steps before it."""
    target = goes_back_to(outcome, step)
    if target in draft.ancestors.get(step, frozenset()) and draft.programme.steps[step].keep:
        at = ("steps", step, "outcomes", name, "again" if outcome.again else "hold")
        yield draft.say(Code.KEPT, *at, step=step, target=target)


def _fallback(draft: Draft) -> Iterator[Problem]:
    name = draft.programme.fallback
    step = draft.programme.steps.get(name)
    if step is None:
        return
    for sv, en in _wrong_with_fallback(draft, step):
        yield draft.say(Code.FALLBACK, "steps", name, step=name, why_sv=sv, why_en=en)


def _wrong_with_fallback(draft: Draft, step: Step) -> Iterator[tuple[str, str]]:
    if step.kind is not Kind.TASK:
        yield "det är ingen uppgift", "it is no task"
    if step.needs or step.when or step.after_exit:
        yield "det har villkor för att öppnas", "it has conditions for opening"
    if any(found.go_on for found in step.outcomes.values()):
        yield "ett utfall går vidare, men efter det kommer inget", "an outcome goes on, but nothing comes after it"
    if step.outcomes and not any(exit_of(found) for found in step.outcomes.values()):
        yield "inget utfall avslutar", "no outcome leaves"
    if draft.programme.dependents.get(draft.programme.fallback):
        yield "andra steg behöver det", "other steps need it"


# ---- facts and dates


def check_facts(draft: Draft) -> Iterator[Problem]:
    """Facts that conditions hang on, and dates that clocks hang on, must have been asked for."""
    for name, step in draft.steps():
        for fact, values in step.when.items():
            if fact in draft.programme.facts:
                yield from _set_before(draft, name, fact, values)
    asked = {date for _, _, found in draft.outcomes() for date in found.asks_dates}
    asked |= {field for _, step in draft.steps() if step.form in FORMS for field in FORMS[step.form].fields()}
    for path, date in _dates_in_use(draft):
        if date in draft.programme.dates and date not in asked:
            yield draft.say(Code.DATE_NEVER_ASKED, *path, name=date)


def _set_before(draft: Draft, name: str, fact: str, values: tuple[str, ...]) -> Iterator[Problem]:
    before = draft.ancestors.get(name, frozenset())
    found = [outcome for step, _, outcome in draft.outcomes() if step in before]
    shown = ", ".join(values)
    if not any(fact in outcome.asks or fact in outcome.sets for outcome in found):
        sv, en = "inget steg före frågar efter det", "no step before it asks for that"
    elif not any(fact in outcome.asks or outcome.sets.get(fact) in values for outcome in found):
        sv, en = "inget steg före ger det värdet", "no step before it gives that value"
    else:
        return
    yield draft.say(Code.FACT_NEVER_SET, "steps", name, "when", fact, fact=fact, value=shown, why_sv=sv, why_en=en)


def _dates_in_use(draft: Draft) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for path, _, due in draft.dues():
        if due.before is not None:
            yield (*path, "before"), due.before
        elif due.after not in set(Anchor):
            yield (*path, "after"), due.after
    for step, name, outcome in draft.outcomes():
        if outcome.hold is not None and outcome.hold.until is not None:
            yield ("steps", step, "outcomes", name, "hold", "until"), outcome.hold.until
    for path, rule in draft.notice_rules():
        if rule.invite is not None:
            yield (*path, "invite"), rule.invite
