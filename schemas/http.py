"""What other systems send and get over HTTP. Strict at the door: what nobody knows is refused, not passed over.

No answer says who somebody is. Field descriptions stand in the OpenAPI document.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from schemas.base import DateOrTime, Identifier, Instant, Language, Line, Model, Name, Text

LONGEST_KEY = 64
MOST_TASKS = 200

Key = Annotated[str, StringConstraints(pattern=rf"^[!-~]{{1,{LONGEST_KEY}}}$")]
"""What a client calls a wish: the same again acts once."""

EventId = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,200}$")]
Heads = Annotated[int, Field(ge=0, le=20, strict=True)]


class Sent(BaseModel):
    """What another system sends. Its validation errors never repeat the value they are about."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class StartRequest(Sent):
    """An interest that somebody has registered elsewhere. At least one of e-mail and phone; no personal number."""

    name: Line
    email: Annotated[Text, Field(max_length=254)] | None = None
    phone: Annotated[Text, Field(max_length=40)] | None = None
    programme: Name = "relocate"
    language: Language = "sv"
    municipality: Line | None = None
    partner: Annotated[Line | None, Field(description="Who sent the person.")] = None
    wish: Literal["job", "study", "both"] | None = None
    adults: Heads | None = None
    children: Heads | None = None
    received_at: Annotated[AwareDatetime | None, Field(description="When it came in, if not now.")] = None
    protected: Annotated[
        bool, Field(strict=True, description="A protected identity: refused, and nothing is kept.")
    ] = False


class CompleteRequest(Sent):
    """How a task ended, with the answers of its form as `GET /tasks/{task}` describes it."""

    outcome: Name
    answers: Annotated[dict[Annotated[str, Field(max_length=48)], Any], Field(max_length=100)] = Field(
        default_factory=dict
    )


class EventData(Sent):
    """What a CloudEvent holds besides its attributes."""

    outcome: Name
    facts: dict[Name, Name] = Field(default_factory=dict)
    dates: dict[Name, DateOrTime] = Field(default_factory=dict)


class EventRequest(EventData):
    """Something that has happened elsewhere: it answers the step of the journey that waits for this type."""

    id: Annotated[EventId | None, Field(description="Its own id; may be left out where webhook-id gives it.")] = None
    journey: Identifier
    type: Annotated[Line, Field(description="As the programme calls it: csn.decided.")]
    time: Annotated[Instant | None, Field(description="When it happened, if not now.")] = None


class CloudEvent(BaseModel):
    """A CloudEvent 1.0 in structured form. `subject` is the journey. Extension attributes are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    specversion: Literal["1.0"]
    id: EventId
    source: Annotated[Line, Field(description="Who says so; with the id it names the event.")]
    type: Line
    subject: Identifier
    time: Instant | None = None
    datacontenttype: Literal["application/json"] | None = None
    data: EventData


# ---- answers


class Started(Model):
    """The journey of whoever registered. `joined`: there was one already. `pending`: it begins in a moment."""

    journey: Identifier
    joined: bool
    pending: bool
    repeated: bool = False


class TaskRow(Model):
    """An open task."""

    id: str
    journey: str
    step: str
    title: str
    phase: str | None
    role: str | None
    owner: str | None
    stands_in_for: str | None
    generation: int
    opened_at: str
    due_at: str | None
    overdue: bool
    held: bool
    outcomes: list[str]
    form: str | None


class TaskPage(Model):
    """Open tasks, what is due first on top. `next` is the cursor of the page after, or null."""

    tasks: list[TaskRow]
    next: str | None


class OneTask(TaskRow):
    """An open task and what may be answered when it ends."""

    form_fields: list[dict[str, Any]]
    form_outcomes: list[dict[str, Any]]


class JourneyShown(Model):
    """How a journey stands. `facts` and `dates` are null for whom they are none of their business."""

    journey: str
    programme: str
    version: int
    status: str
    exit: str | None
    received_at: str
    started_at: str | None
    exited_at: str | None
    ended_at: str | None
    hold: dict[str, Any] | None
    facts: dict[str, str] | None
    dates: dict[str, Any] | None
    explain: str
    tasks: list[TaskRow]


class Opened(Model):
    """A task that opened."""

    id: str
    step: str
    title: str
    role: str | None


class CompletedShown(Model):
    """What came of it. `visible`: the lists agree already. `repeated`: it had been done before, and was left."""

    task: str
    journey: str
    outcome: str
    key: str
    repeated: bool
    status: str
    exit: str | None
    opened: list[Opened]
    closed: list[str]
    visible: bool
    undo_until: str | None


class EventTaken(Model):
    """What has become of a report so far. `early`: it waits for its step. `unmatched`: a person looks at it."""

    id: str
    journey: str
    type: str
    outcome: str
    status: Literal["applied", "passed_on", "early", "unmatched", "dismissed"]
    cause: str | None
    sentence: str
    repeated: bool


class FieldProblem(Model):
    """What is wrong with one field."""

    field: str
    sentence: str


class Problem(Model):
    """What is refused, as RFC 9457 has it; `sentence` says what to do, in the language that was asked for."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    sentence: str
    problems: list[FieldProblem] = Field(default_factory=list)
