"""Simulated runs with the real engine: what a draft promises must be seen to happen.

Every step opens, every outcome is reached, every reminder, rung and end goes off in some run; somebody always owns what
comes next; every run ends. The runs are guided, bounded and always the same for the same draft.
"""

from __future__ import annotations

from collections.abc import Iterator

from journey.check_draft import Draft, effects
from journey.check_plan import Plan, choose, plans
from journey.check_walk import DAYS_AHEAD, Seen, Walk, begin, rules_of
from journey.errors import Refusal
from journey.source import Path
from schemas.draft import Code, Problem
from schemas.programme import Kind, Programme
from schemas.tasks import AlarmKind, Task

MAX_TURNS = 400
"""Turns of one run on its way to a step, and of one run from there to its end."""

MAX_STUBBORN = 6_000
MAX_ALARMS = 120
MAX_WANDERERS = 80
MAX_ALL_TURNS = 120_000
"""Turns of all runs together: a few seconds."""


def check_runs(draft: Draft, programme: Programme) -> Iterator[Problem]:
    """Everything that only shows in motion. `programme` is the draft with its days off written out."""
    runs = _Runs(programme)
    try:
        runs.all()
    except Refusal as refusal:
        yield draft.say(
            Code.RUN_REFUSED, "steps", runs.at, why_sv=refusal.sentence("sv"), why_en=refusal.sentence("en")
        )
        return
    yield from _unseen_steps(draft, runs.seen)
    yield from _unseen_rules(draft, programme, runs.seen)
    for step, outcome in runs.seen.stuck:
        after = f"{step}.{outcome}"
        at = ("steps", step, "outcomes", outcome)
        yield draft.say(Code.RUN_FALLBACK, *at, after=after, step=programme.fallback)
    for step in runs.untimed:
        yield draft.say(Code.RUN_NO_EXPECTED, "steps", step, step=step)
    for step, limit in runs.endless.items():
        yield draft.say(Code.RUN_WITHOUT_END, "steps", step, step=step, limit=limit)
    for step in runs.unowned:
        yield draft.say(Code.RUN_NO_OWNER, "steps", step, step=step)


def _unseen_steps(draft: Draft, seen: Seen) -> Iterator[Problem]:
    for name, step in draft.steps():
        if name not in seen.opened:
            sv, en = "ingen simulerad resa kom dit", "no simulated journey came there"
            yield draft.say(Code.UNREACHABLE, "steps", name, step=name, why_sv=sv, why_en=en)
            continue
        if step.kind is Kind.AUTOMATIC:
            continue
        for outcome in step.outcomes:
            if (name, outcome) not in seen.outcomes:
                at = ("steps", name, "outcomes", outcome)
                yield draft.say(Code.OUTCOME_NEVER_REACHED, *at, outcome=outcome)


def _unseen_rules(draft: Draft, programme: Programme, seen: Seen) -> Iterator[Problem]:
    sections = {AlarmKind.REMIND.value: "remind", AlarmKind.ESCALATE.value: "escalate"}
    sv = "den infaller aldrig medan ett sådant steg är öppet, eller någon annan regel kommer före"
    en = "it never falls while such a step is open, or another rule comes first"
    for rule in dict.fromkeys(rules_of(programme)):
        place, kind, number = rule
        if rule not in seen.rules and (place == "defaults" or place in seen.opened):
            at: Path = ("defaults",) if place == "defaults" else ("steps", place)
            yield draft.say(Code.RULE_NEVER_FIRES, *at, sections[kind], number, why_sv=sv, why_en=en)
    for name, step in draft.steps():
        if step.end is not None and name in seen.opened and name not in seen.ended:
            yield draft.say(Code.RULE_NEVER_FIRES, "steps", name, "end", why_sv=sv, why_en=en)


class _Runs:
    """All runs over one programme. `at` is the step that the present run is about."""

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        self._beginning = begin(programme)
        self.seen = Seen()
        self.at = programme.fallback
        self.endless: dict[str, int] = {}
        self.unowned: dict[str, None] = {}
        self.untimed: dict[str, None] = {}

    def all(self) -> None:
        """Nobody acts; each outcome in turn; each step left alone; and somebody who never takes no for an answer."""
        self._nobody_acts()
        for name in self._deepest_first():
            for end in self.programme.steps[name].outcomes:
                self._outcome(name, end)
        for name in self.programme.steps:
            self._left_alone(name)
        self._stubborn()
        for number in range(min(MAX_WANDERERS, 2 * len(self.programme.steps))):
            self._wander(number)

    def _deepest_first(self) -> list[str]:
        after = self.programme.descendants
        return sorted(self.programme.steps, key=lambda name: len(after[name]))

    # ---- the runs

    def _nobody_acts(self) -> None:
        walk = self._walk()
        for _ in range(MAX_ALARMS):
            self._owned(walk)
            if walk.over or not walk.let_time_pass():
                return

    def _outcome(self, name: str, end: str) -> None:
        self.at = name
        outcome = self.programme.steps[name].outcomes[end]
        wanted = self.seen.exhausted if outcome.again or outcome.hold else self.seen.outcomes
        for plan, ahead in zip(plans(self.programme, name), DAYS_AHEAD, strict=True):
            if (name, end) in wanted or self._spent():
                return
            walk = self._walk_to(name, plan, ahead)
            for _ in range(MAX_TURNS):
                if walk.over or (name, end) in wanted:
                    break
                self._move(walk, plan, end)
            self._finish(walk, plan)

    def _left_alone(self, name: str) -> None:
        self.at = name
        for plan, ahead in zip(plans(self.programme, name), DAYS_AHEAD, strict=True):
            if self._all_fired(name) or self._spent():
                return
            walk = self._walk_to(name, plan, ahead)
            for _ in range(MAX_TURNS):
                if walk.over or _open(walk, name):
                    break
                self._move(walk, plan, None)
            self._tidy_around(walk, plan)
            for _ in range(MAX_ALARMS):
                self._owned(walk)
                if not _open(walk, name) or self._all_fired(name) or not walk.let_time_pass():
                    break

    def _stubborn(self) -> None:
        """Every `again` and `hold` is used up before anything goes on."""
        walk, turns = self._walk(), 0
        while not walk.over and turns < MAX_STUBBORN and not self._spent():
            turns += 1
            if not walk.tasks and not walk.let_time_pass():
                break
            for task in walk.tasks[:1]:
                walk.complete(task, self._most_stubborn(walk, task), {})
        if not walk.over and not self._spent():
            self.endless[_where(walk)] = turns

    def _wander(self, number: int) -> None:
        """Somebody whose answers follow no plan; leaves only now and then, so that the far ends are seen too."""
        self.at = self.programme.fallback
        walk = self._walk(DAYS_AHEAD[number % len(DAYS_AHEAD)])
        for turn in range(MAX_TURNS):
            if walk.over or self._spent():
                return
            pick = _scatter(number, turn)
            if not walk.tasks or pick % 11 == 0:
                if not walk.let_time_pass():
                    return
                continue
            task = walk.tasks[pick % len(walk.tasks)]
            walk.complete(task, self._some_end(task, pick), self._some_facts(pick))
            self._owned(walk)

    def _some_end(self, task: Task, pick: int) -> str:
        outcomes = self.programme.steps[task.step].outcomes
        staying = [end for end, found in outcomes.items() if not found.exit]
        leading = [end for end, found in outcomes.items() if found.go_on]
        if pick % 5 and leading:
            return leading[(pick >> 8) % len(leading)]
        among = (staying if pick % 31 else None) or list(outcomes)
        return among[(pick >> 8) % len(among)]

    def _some_facts(self, pick: int) -> dict[str, str]:
        values = {fact: tuple(found.values) for fact, found in self.programme.facts.items()}
        return {fact: given[_scatter(pick, number) % len(given)] for number, (fact, given) in enumerate(values.items())}

    # ---- the parts of a run

    def _move(self, walk: Walk, plan: Plan, end: str | None) -> None:
        """One step on the way: the target when it is open, else what leads to it, else whatever is open."""
        task = self._next(walk, plan)
        if task is None:
            if not walk.let_time_pass():
                walk.leave(self.programme.steps[plan.target].after_exit)
            return
        name = end if task.step == plan.target and end else choose(self.programme, task.step, plan)
        walk.complete(task, name, plan.facts)
        self._owned(walk)

    def _next(self, walk: Walk, plan: Plan) -> Task | None:
        ranked = sorted(walk.tasks, key=lambda task: (task.step != plan.target, task.step not in plan.ends))
        return ranked[0] if ranked else None

    def _tidy_around(self, walk: Walk, plan: Plan) -> None:
        """Do everything else that is open, as long as it does not lead out of the programme."""
        for _ in range(MAX_TURNS):
            others = [
                (task, end)
                for task in walk.tasks
                if task.step not in {plan.target, self.programme.fallback}
                for end in (choose(self.programme, task.step, plan),)
                if effects(self.programme.steps[task.step].outcomes[end]) == ["go_on"]
            ]
            if not others or not _open(walk, plan.target):
                return
            walk.complete(*others[0], plan.facts)

    def _finish(self, walk: Walk, plan: Plan) -> None:
        """Go on to the end, taking what has not been seen yet where it leads on."""
        turns = 0
        while not walk.over and turns < MAX_TURNS:
            turns += 1
            if not walk.tasks:
                if not walk.let_time_pass():
                    break
                continue
            task = walk.tasks[0]
            walk.complete(task, self._least_seen(task, plan, patient=turns < MAX_TURNS // 2), plan.facts)
        if not walk.over and not self._spent():
            self.endless[_where(walk)] = turns

    def _least_seen(self, task: Task, plan: Plan, *, patient: bool) -> str:
        outcomes = self.programme.steps[task.step].outcomes
        unseen = [end for end in outcomes if (task.step, end) not in self.seen.outcomes]
        if patient and unseen:
            return unseen[0]
        leaving = [end for end, outcome in outcomes.items() if outcome.exit]
        return leaving[0] if leaving and not patient else choose(self.programme, task.step, plan)

    def _most_stubborn(self, walk: Walk, task: Task) -> str:
        outcomes = self.programme.steps[task.step].outcomes

        def rank(end: str) -> tuple[bool, bool]:
            rule = outcomes[end].again or outcomes[end].hold
            left = rule is not None and walk.state.taken.get(f"{task.step}.{end}", 0) < rule.at_most
            return (not left, not outcomes[end].go_on)

        return min(outcomes, key=rank)

    # ---- what is asked of a run

    def _walk(self, ahead: int = DAYS_AHEAD[0]) -> Walk:
        return Walk(self._beginning, self.seen, ahead)

    def _walk_to(self, name: str, plan: Plan, ahead: int) -> Walk:
        """A run towards a step. To the fallback there need be no way: somebody comes back to it from an exit."""
        walk = self._walk(ahead)
        if name == self.programme.fallback:
            self._finish(walk, plan)
            if walk.over:
                walk.come_back(name)
        return walk

    def _spent(self) -> bool:
        return self.seen.turns >= MAX_ALL_TURNS

    def _owned(self, walk: Walk) -> None:
        for task in walk.tasks:
            if task.role is None:
                self.unowned[task.step] = None
            if task.due_at is None:
                self.untimed[task.step] = None

    def _all_fired(self, name: str) -> bool:
        step = self.programme.steps[name]
        if step.due is None:
            return True
        wanted = {rule for rule in rules_of(self.programme) if rule[0] in {name, "defaults"}}
        return wanted <= self.seen.rules and (step.end is None or name in self.seen.ended)


def _open(walk: Walk, name: str) -> bool:
    return any(task.step == name for task in walk.tasks)


def _where(walk: Walk) -> str:
    return walk.tasks[0].step if walk.tasks else (walk.last or ("", ""))[0]


def _scatter(first: int, second: int) -> int:
    """A number that looks like chance and is always the same: chance itself has no place here."""
    mixed = (first * 0x9E3779B1 + second * 0x85EBCA6B + 0x27D4EB2F) & 0xFFFFFFFF
    mixed = ((mixed ^ (mixed >> 15)) * 0x2C1B3C6D) & 0xFFFFFFFF
    return mixed ^ (mixed >> 13)
