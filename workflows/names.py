"""Names that another process must spell. Ids are made here and nowhere else; none holds personal data."""

TASK_QUEUE = "resan"
JOURNEY_WORKFLOW = "ParticipantJourney"
COURIER_WORKFLOW = "Courier"
COURIER_SCHEDULE = "courier"
NAMESPACE = "default"


def journey_workflow_id(journey: str) -> str:
    """The id of the workflow that carries this journey."""
    return f"journey-{journey}"


def task_id(journey: str, step: str, generation: int) -> str:
    """The id of a task: it tells its journey, its step and its generation."""
    return f"{journey}.{step}.{generation}"


def journey_of_task(task: str) -> str | None:
    """The journey a task id belongs to, or None when it is not a task id."""
    parts = task.rsplit(".", 2)
    return parts[0] if len(parts) == 3 and parts[2].isdigit() else None  # noqa: PLR2004 (journey, step, generation)
