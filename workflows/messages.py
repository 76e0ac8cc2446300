"""What goes into and comes out of a journey workflow, and how its refusals travel.

`refusing` and `answering` translate at this one place: a `Refusal` becomes an `ApplicationError` whose type is its
code and whose detail is a `Refused` with the sentence in both languages. Any other exception becomes one too, for
inside an update it would make the workflow task fail for ever.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import ParamSpec, TypeVar

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from journey import engine
    from journey.errors import Refusal
    from schemas.base import Both, Identifier, Model
    from schemas.commands import ReopenJourney, StartJourney
    from schemas.journey import JourneyState, Pace

REFUSED = "refused"
"""The type of every `ApplicationError` that carries a refusal."""

P = ParamSpec("P")
R = TypeVar("R")


class JourneyInput(Model):
    """A new journey (`start`), the next run of one (`state`), or one taken up again (`state` and `reopen`).

    `visible`: the server knows the attributes by which journeys are found in Temporal's own pages.
    """

    start: StartJourney | None = None
    state: JourneyState | None = None
    reopen: ReopenJourney | None = None
    pace: Pace = Pace()
    visible: bool = False

    def begin(self, now: datetime) -> JourneyState:
        """The state that this run begins with."""
        if self.start is not None:
            return engine.start(self.start.but(programme=self.start.programme.shared()), now).state
        if self.state is None:
            raise ApplicationError("a journey needs a start or a state", non_retryable=True)
        state = self.state.but(programme=self.state.programme.shared())
        return state if self.reopen is None else engine.decide(state, self.reopen, now).state


class JourneyEnd(Model):
    """How a journey ended."""

    journey: Identifier
    seq: int
    exit: str | None


class Refused(Model):
    """A refusal on its way to whoever asked."""

    code: str
    sentence: Both


def _as_error(refusal: Refusal) -> ApplicationError:
    sentence = Both(sv=refusal.sentence("sv"), en=refusal.sentence("en"))
    return ApplicationError(
        sentence.en, Refused(code=refusal.code, sentence=sentence), type=REFUSED, non_retryable=True
    )


def refusing(validator: Callable[P, None]) -> Callable[P, None]:
    """Let a validator's refusal travel as a sentence."""

    @wraps(validator)
    def judged(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            validator(*args, **kwargs)
        except Refusal as refusal:
            raise _as_error(refusal) from None

    return judged


def answering(handler: Callable[P, R]) -> Callable[P, R]:
    """Let an update handler's refusal travel as a sentence, and keep any other mistake from wedging the journey."""

    @wraps(handler)
    def answered(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return handler(*args, **kwargs)
        except Refusal as refusal:
            raise _as_error(refusal) from None
        except Exception as mistake:  # noqa: BLE001 (whatever it is, it may not wedge the journey)
            workflow.logger.exception("an update failed")
            raise ApplicationError(type(mistake).__name__, type="mistake", non_retryable=True) from None

    return answered
