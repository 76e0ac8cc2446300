"""How the long-running processes log: structured lines to standard error, without a word about who anybody is.

Lines of a workflow that is only being replayed are dropped: they were logged when it happened.
"""

from __future__ import annotations

import logging
import sys
from typing import Literal

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger
from temporalio import activity, workflow


def configure(level: str, form: Literal["text", "json"]) -> None:
    """Send the logs of this process, ours and the libraries', to standard error."""
    shared: list[Processor] = [
        drop_replayed,
        where,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    # Tracebacks are plain: with the values of variables they would tell who somebody is, and take seconds to draw.
    ends: list[Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
        if form == "json"
        else [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    last: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *ends]
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=last, foreign_pre_chain=shared))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)


def drop_replayed(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Say nothing twice."""
    if workflow.in_workflow() and workflow.unsafe.is_replaying_history_events():
        raise structlog.DropEvent
    return event


def where(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Which workflow or activity speaks: ids only, which hold no personal data."""
    if workflow.in_workflow():
        info = workflow.info()
        return {**event, "workflow": info.workflow_id, "run": info.run_id}
    if activity.in_activity():
        found = activity.info()
        return {**event, "workflow": found.workflow_id, "activity": found.activity_type, "attempt": found.attempt}
    return event
