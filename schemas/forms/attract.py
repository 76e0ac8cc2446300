"""Forms of the first phase: from the interest to the decision who may take part (A1 to A4 of the journey map)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from schemas.forms.answers import Age, Answers, Day, Line, Note, PastDay, PastMoment, People, Several, YesNo
from schemas.forms.base import Case, Form, Requires
from schemas.forms.problems import FormProblem, Words
from schemas.forms.vocabulary import BringsFamily, EligibilityClear, ForeignCitizen, HasChildren, Route, TripWanted

Channel = Literal["phone", "sms", "email", "video", "in_person"]
Wish = Literal["job", "study", "both"]
Barrier = Literal[
    "housing",
    "housing_expectation",
    "travel_cost",
    "moving_cost",
    "rules",
    "language",
    "legitimation",
    "family",
    "requires_local_residence",
    "course_too_far_off",
    "other_job",
    "other",
]
"""What keeps people from moving, as the programme's own reports name it."""

Gender = Annotated[
    Literal["woman", "man", "other"] | None,
    Words(
        "Kön",
        "Gender",
        "Frivilligt, bara för statistiken: fråga hur personen vill räknas, eller lämna tomt.",
        "Optional, for the statistics only: ask how the person wants to be counted, or leave it empty.",
    ),
]


class Attempt(Answers):
    """One try to reach a person."""

    at: Annotated[PastMoment, Words("När", "When")]
    channel: Annotated[Channel, Words("Hur", "How")]
    result: Annotated[
        Literal["reached", "no_answer", "message_left", "wrong_number", "call_back"] | None, Words("Resultat", "Result")
    ] = None


class Intake(Form):
    """A1 and A2: the interest is complete, and it is somebody's."""

    contact_time: Annotated[Line | None, Words("Önskad kontakttid", "Preferred time of contact")] = None
    wish: Annotated[Wish | None, Words("Vill arbeta eller studera", "Wishes to work or study")] = None
    job_wish: Annotated[Line | None, Words("Önskat yrke", "Wished occupation")] = None
    earliest_move: Annotated[Day | None, Words("Tidigaste flytt", "Earliest move")] = None
    adults: Annotated[People | None, Words("Vuxna i hushållet", "Adults in the household")] = None
    children_ages: Annotated[Several[Age], Words("Barnens åldrar", "Ages of the children")] = ()
    trip_wanted: TripWanted = None
    has_children: HasChildren = None
    in_other_esf_project: Annotated[YesNo | None, Words("Med i annat ESF-projekt", "In another ESF project")] = None
    brings_family: BringsFamily = None


class WelcomeCall(Form):
    """A3: the welcome call, within three days. Somebody not reached has at least been called."""

    requires: ClassVar[Requires] = {"not_reached": ("attempts",)}

    attempts: Annotated[
        Several[Attempt],
        Words(
            "Försök att nå personen",
            "Attempts to reach the person",
            "Tid och sätt för varje försök.",
            "Time and channel of each attempt.",
        ),
    ] = ()
    reached_at: Annotated[PastMoment | None, Words("Nådd", "Reached")] = None
    interpreter: Annotated[YesNo | None, Words("Tolk behövs", "Interpreter needed")] = None
    willingness_to_move: Annotated[Literal["yes", "maybe", "no"] | None, Words("Vill flytta", "Willing to move")] = None
    horizon: Annotated[
        Literal["within_3_months", "within_6_months", "within_12_months", "later", "unknown"] | None,
        Words("När flytten kan bli av", "When a move is possible"),
    ] = None
    unemployed_since: Annotated[PastDay | None, Words("Arbetslös sedan", "Without work since")] = None
    registered_with_af: Annotated[
        YesNo | None, Words("Inskriven hos Arbetsförmedlingen", "Registered with the employment service")
    ] = None
    in_other_esf_project: Annotated[YesNo | None, Words("Med i annat ESF-projekt", "In another ESF project")] = None
    route_hint: Annotated[Wish | None, Words("Trolig väg", "Likely route")] = None
    route: Route = None
    foreign_citizen: ForeignCitizen = None
    has_children: HasChildren = None
    trip_wanted: TripWanted = None
    adults: Annotated[People | None, Words("Vuxna som flyttar", "Adults who would move")] = None
    children_ages: Annotated[Several[Age], Words("Barnens åldrar", "Ages of the children")] = ()
    barriers: Annotated[Several[Barrier], Words("Hinder", "Barriers")] = ()
    housing_expectation_informed: Annotated[YesNo | None, Words("Informerad om bostadsläget", "Told about housing")] = (
        None
    )
    next_step: Annotated[Line | None, Words("Nästa steg", "Next step")] = None
    decision: Annotated[Note | None, Words("Beslut och skäl", "Decision and reasons")] = None
    brings_family: BringsFamily = None
    gender: Gender = None

    def rules(self, case: Case) -> Iterator[FormProblem]:
        """Nobody was both reached and not reached."""
        yield from super().rules(case)
        reached = self.reached_at is not None or any(attempt.result == "reached" for attempt in self.attempts)
        if case.outcome == "not_reached" and reached:
            yield FormProblem(
                field="reached_at" if self.reached_at is not None else "attempts",
                sv="Formuläret säger att personen nåddes; välj ett annat utfall eller rätta försöken.",
                en="The form says that the person was reached; choose another outcome or correct the attempts.",
            )


class Eligibility(Form):
    """A4: whether the person may take part in this project; the project's own rules decide."""

    unemployed_since: Annotated[PastDay | None, Words("Arbetslös sedan", "Without work since")] = None
    in_other_esf_project: Annotated[YesNo | None, Words("Med i annat ESF-projekt", "In another ESF project")] = None
    decided_on: Annotated[PastDay | None, Words("Beslutsdag", "Decided on")] = None
    decision: Annotated[Note | None, Words("Beslut och skäl", "Decision and reasons")] = None
    foreign_citizen: ForeignCitizen = None
    eligibility_clear: EligibilityClear = None
