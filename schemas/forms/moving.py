"""Forms of the move (D1 to D5) and of the family beside it (F1 to F4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from schemas.forms.answers import Age, Answers, Day, Kronor, Line, Note, PastDay, PastMoment, People, Several, YesNo
from schemas.forms.attract import Barrier
from schemas.forms.base import Case, CountedForm, Form, in_order
from schemas.forms.problems import FormProblem, Words
from schemas.forms.vocabulary import (
    BringsFamily,
    FamilyReady,
    HasChildren,
    MovingDay,
    NeedsPreschool,
    NeedsSchool,
    NeedsTemporaryHome,
    PartnerPlan,
)


class MoveDecision(Form):
    """D1: to move or not. The family is asked too: a yes from the worker alone is a known failure."""

    decided_on: Annotated[PastDay | None, Words("Beslutsdag", "Decided on")] = None
    who_moves: Annotated[
        Literal["alone", "household_together", "household_later"] | None, Words("Vilka som flyttar", "Who moves")
    ] = None
    moving_day: MovingDay = None
    cost_estimate: Annotated[Kronor | None, Words("Beräknad kostnad, kr", "Estimated cost, kr")] = None
    economy_plan: Annotated[Note | None, Words("Hur ekonomin ordnas", "Plan for the economy")] = None
    notice_ends: Annotated[Day | None, Words("Nuvarande bostad uppsagd till", "Present home given up from")] = None
    reason: Annotated[Barrier | None, Words("Skäl", "Reason")] = None
    family_ready: FamilyReady = None
    has_children: HasChildren = None
    needs_temporary_home: NeedsTemporaryHome = None
    brings_family: BringsFamily = None


class HomeNeed(Answers):
    """What kind of home is needed."""

    rooms: Annotated[People | None, Words("Rum", "Rooms")] = None
    accessible: Annotated[YesNo | None, Words("Tillgänglig", "Accessible")] = None
    pets: Annotated[YesNo | None, Words("Husdjur", "Pets")] = None
    smoke_free: Annotated[YesNo | None, Words("Rökfri", "Smoke-free")] = None
    rent_max: Annotated[Kronor | None, Words("Högsta hyra, kr i månaden", "Highest rent, kr a month")] = None


class HomeOffer(Answers):
    """One home that was offered."""

    kind: Annotated[
        Literal["student_room", "folk_high_school", "host", "rental", "hotel", "other"], Words("Slag", "Kind")
    ]
    landlord: Annotated[Line | None, Words("Hyresvärd", "Landlord")] = None
    rent: Annotated[Kronor | None, Words("Hyra, kr i månaden", "Rent, kr a month")] = None
    viewed: Annotated[YesNo | None, Words("Visad", "Viewed")] = None
    answer: Annotated[Literal["accepted", "declined", "waiting"] | None, Words("Svar", "Answer")] = None


class TemporaryHome(Form):
    """D2: a first home, found before the move."""

    need: Annotated[HomeNeed | None, Words("Behov", "Need")] = None
    offers: Annotated[Several[HomeOffer], Words("Erbjudna bostäder", "Homes offered")] = ()
    signed_on: Annotated[PastDay | None, Words("Avtal undertecknat", "Contract signed on")] = None
    available_from: Annotated[Day | None, Words("Från", "From")] = None
    available_to: Annotated[Day | None, Words("Till", "To")] = None
    moving_day: MovingDay = None
    needs_temporary_home: NeedsTemporaryHome = None

    def rules(self, case: Case) -> Iterator[FormProblem]:
        yield from super().rules(case)
        yield from in_order(self, "available_from", "available_to", case, strictly=True)


class MovePlanning(CountedForm):
    """D3: everything to arrange before the move."""

    moving_day: MovingDay = None
    done: Annotated[
        Several[
            Literal[
                "transport", "home_given_up", "e_id", "bank", "insurance", "school", "preschool", "mail", "electricity"
            ]
        ],
        Words("Ordnat", "Arranged"),
    ] = ()
    transport: Annotated[Line | None, Words("Transport", "Transport")] = None


class Arrival(CountedForm):
    """D4: the person has come and been met."""

    arrived_at: Annotated[PastMoment | None, Words("Kom fram", "Arrived")] = None
    met_by: Annotated[Line | None, Words("Möttes av", "Met by")] = None
    keys: Annotated[YesNo | None, Words("Nycklar lämnade", "Keys handed over")] = None
    first_week_plan: Annotated[Note | None, Words("Plan för första veckan", "Plan for the first week")] = None
    moving_day: MovingDay = None
    reason: Annotated[Barrier | None, Words("Skäl", "Reason")] = None


class Registration(Form):
    """D5: the move notified to the tax agency, within a week."""

    notified_on: Annotated[PastDay | None, Words("Flyttanmäld", "Move notified on")] = None
    registered_there: Annotated[YesNo | None, Words("Folkbokförd på den nya orten", "Registered at the new place")] = (
        None
    )
    moving_day: MovingDay = None


class Accompanying(Form):
    """F1 and F4: what an accompanying adult wants and needs."""

    adults: Annotated[People | None, Words("Medföljande vuxna", "Accompanying adults")] = None
    wishes: Annotated[
        Several[Literal["work", "study", "sfi", "own_journey", "nothing_now"]], Words("Önskemål", "Wishes")
    ] = ()
    contacts: Annotated[Note | None, Words("Kontakter med myndigheter", "Contacts with authorities")] = None
    has_children: HasChildren = None
    family_ready: FamilyReady = None
    brings_family: BringsFamily = None
    needs_preschool: NeedsPreschool = None
    needs_school: NeedsSchool = None
    partner_plan: PartnerPlan = None


class Preschool(Form):
    """F2: applied for at least four months before the wanted start."""

    children_ages: Annotated[Several[Age], Words("Barnens åldrar", "Ages of the children")] = ()
    applied_on: Annotated[PastDay | None, Words("Sökt", "Applied for on")] = None
    wanted_from: Annotated[Day | None, Words("Önskad start", "Wanted from")] = None
    place_from: Annotated[Day | None, Words("Plats från", "Place from")] = None
    introduction_from: Annotated[Day | None, Words("Inskolning från", "Introduction from")] = None
    family_ready: FamilyReady = None


class School(Form):
    """F3: a school for the children."""

    children_ages: Annotated[Several[Age], Words("Barnens åldrar", "Ages of the children")] = ()
    applied_on: Annotated[PastDay | None, Words("Sökt", "Applied for on")] = None
    school: Annotated[Line | None, Words("Skola", "School")] = None
    place_from: Annotated[Day | None, Words("Plats från", "Place from")] = None
    family_ready: FamilyReady = None
