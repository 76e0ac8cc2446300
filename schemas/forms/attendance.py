"""The form by which staff register that somebody took part in a counted activity, apart from any step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from schemas.forms.answers import HoursADay, Line, PastDay
from schemas.forms.base import Case, Form, Requires
from schemas.forms.problems import FormProblem, Words

REGISTERED = "registered"
"""The only way in which this form ends."""

Activity = Literal[
    "job_interview", "selection_test", "info_meeting", "fair", "trip", "moving_support", "newcomer_activity"
]
"""The activities that make somebody a participant, as the programme's own report lists them."""


COUNTED_AS: dict[str, str] = {
    "speed_interview": "job_interview",
    "job_interview": "job_interview",
    "simulated_recruitment": "selection_test",
    "selection_test": "selection_test",
    "info_meeting": "info_meeting",
    "trip": "trip",
    "moving_support": "moving_support",
    "newcomer_activity": "newcomer_activity",
}
"""Which activity a step counts as, by what the programmes call it."""


class CountedActivity(Form):
    """One day of a counted activity. The funder is told the hours; the participant attests them."""

    requires: ClassVar[Requires] = {REGISTERED: ("activity", "day", "hours", "place")}

    activity: Annotated[Activity | None, Words("Aktivitet", "Activity")] = None
    day: Annotated[PastDay | None, Words("Dag", "Day")] = None
    hours: Annotated[HoursADay | None, Words("Timmar", "Hours")] = None
    place: Annotated[Line | None, Words("Plats", "Place")] = None

    def rules(self, case: Case) -> Iterator[FormProblem]:
        """Who was not there is not registered."""
        yield from super().rules(case)
        if self.hours is not None and self.hours <= 0:
            yield FormProblem(
                field="hours",
                sv="Ange mer än noll timmar; ta bort raden om personen inte var med.",
                en="Give more than no hours; take the entry back if the person was not there.",
            )
