"""Names that another process must spell. Ids are made here and nowhere else; none holds personal data."""

TASK_QUEUE = "resan"
JOURNEY_WORKFLOW = "ParticipantJourney"
COURIER_WORKFLOW = "Courier"
COURIER_SCHEDULE = "courier"
BULK_WORKFLOW = "Bulk"
NAMESPACE = "default"
_JOURNEY = "journey-"

PROGRAMME_ATTRIBUTE = "ResanProgramme"
PHASE_ATTRIBUTE = "ResanPhase"
WAITING_ON_ATTRIBUTE = "ResanWaitingOn"


def journey_workflow_id(journey: str) -> str:
    """The id of the workflow that carries this journey."""
    return f"{_JOURNEY}{journey}"


def journey_of_workflow(workflow: str) -> str | None:
    """The journey that a workflow with this id carries, if any."""
    head, journey = workflow[: len(_JOURNEY)], workflow[len(_JOURNEY) :]
    return journey if head == _JOURNEY else None


def bulk_workflow_id(bulk: str) -> str:
    """The id of the workflow that carries an act for many journeys."""
    return f"bulk-{bulk}"
