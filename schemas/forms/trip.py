"""Forms of the participant trip (B8): offer, funding, booking, and the trip itself.

A trip is funded before it is booked, and never for more than there is money for.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from schemas.forms.answers import Answers, Day, Kronor, Line, Note, PastDay, People, Several, YesNo
from schemas.forms.base import Case, CountedForm, Form, Requires, in_order
from schemas.forms.problems import FormProblem, Words
from schemas.forms.vocabulary import InterviewAt, JobInterviewAt, NextMeeting, OfferValidUntil, TripDate

CAP = "travel_grant_cap"
"""The parameter with the travel grant's highest amount in kr: 2 500, and 3 600 since 2024 (förordning 2015:500)."""


class TripOffer(Form):
    """The invitation and the answer. An employer has said before that it wants to meet the person."""

    employer: Annotated[Line | None, Words("Arbetsgivare som vill träffas", "Employer who wants to meet")] = None
    invited_on: Annotated[PastDay | None, Words("Inbjuden", "Invited on")] = None
    answered_on: Annotated[PastDay | None, Words("Svarade", "Answered on")] = None
    trip_date: TripDate = None
    offer_valid_until: OfferValidUntil = None
    accompanying: Annotated[People | None, Words("Medföljande", "Accompanying people")] = None
    needs: Annotated[Note | None, Words("Behov under resan", "Needs during the trip")] = None
    reason: Annotated[Note | None, Words("Skäl", "Reason")] = None
    next_meeting: NextMeeting = None

    def rules(self, case: Case) -> Iterator[FormProblem]:
        yield from super().rules(case)
        yield from in_order(self, "invited_on", "answered_on", case)


class TripFunding(Form):
    """Who pays. Travel and lodging together may not cost more than the grant and the approved project money.

    An outcome may say itself how the trip is paid (`granted`, `project_money`, `own_money`); `funded` leaves it to
    `source`.
    """

    requires: ClassVar[Requires] = {
        "funded": ("source", "cost_travel", "cost_lodging"),
        "granted": ("cost_travel", "cost_lodging"),
        "project_money": ("cost_travel", "cost_lodging", "approved_project_money"),
    }

    source: Annotated[
        Literal["resebidrag", "projektmedel", "egen"] | None,
        Words(
            "Hur resan betalas",
            "How the trip is paid",
            "Resebidrag söks hos Arbetsförmedlingen före resan.",
            "A travel grant is applied for at the employment service before the trip.",
        ),
    ] = None
    cost_travel: Annotated[Kronor | None, Words("Resa, kr", "Travel, kr")] = None
    cost_lodging: Annotated[Kronor | None, Words("Logi, kr", "Lodging, kr")] = None
    approved_project_money: Annotated[
        Kronor | None, Words("Beviljade projektmedel, kr", "Approved project money, kr")
    ] = None
    approved_by: Annotated[Line | None, Words("Projektmedel beviljade av", "Project money approved by")] = None
    applied_on: Annotated[PastDay | None, Words("Resebidrag sökt", "Grant applied for on")] = None
    af_decision: Annotated[
        Literal["granted", "refused", "waiting"] | None,
        Words("Arbetsförmedlingens beslut", "The employment service's decision"),
    ] = None
    trip_date: TripDate = None

    def rules(self, case: Case) -> Iterator[FormProblem]:
        yield from super().rules(case)
        yield from in_order(self, "applied_on", "trip_date", case, strictly=True)
        implied = _PAID_BY.get(case.outcome)
        if implied is not None and self.source not in {None, implied}:
            yield _other_source()
        elif implied is not None or case.outcome == "funded":
            yield from self._paid(implied or self.source, case)

    def _paid(self, source: str | None, case: Case) -> Iterator[FormProblem]:
        if source == "resebidrag" and self.af_decision == "refused":
            yield FormProblem(
                field="af_decision",
                sv="Resebidraget är avslaget; välj ett annat sätt att betala resan eller ett annat utfall.",
                en="The travel grant is refused; choose another way to pay for the trip or another outcome.",
            )
        if source in {"resebidrag", "projektmedel"}:
            yield from self._affordable(case.parameters.get(CAP) if source == "resebidrag" else Decimal(0))

    def _affordable(self, grant: Decimal | None) -> Iterator[FormProblem]:
        """Cost ≤ the grant's cap (nothing without a grant) + approved project money. A person's own has no ceiling."""
        if self.cost_travel is None or self.cost_lodging is None:
            return
        if grant is None:
            yield _no_cap()
            return
        cost, project = self.cost_travel + self.cost_lodging, self.approved_project_money or Decimal(0)
        if cost > grant + project:
            yield _too_dear(cost, grant, project)


_PAID_BY = {"granted": "resebidrag", "project_money": "projektmedel", "own_money": "egen"}


def _other_source() -> FormProblem:
    return FormProblem(
        field="source",
        sv="Utfallet säger att resan betalas på ett annat sätt; ändra det ena.",
        en="The outcome says that the trip is paid in another way; change one of the two.",
    )


def _no_cap() -> FormProblem:
    return FormProblem(
        field="source",
        sv="Programmet saknar resebidragets högsta belopp; be programmets ägare att ange det.",
        en="The programme does not say how high the travel grant is; ask the programme's owner to add it.",
    )


def _too_dear(cost: Decimal, grant: Decimal, project: Decimal) -> FormProblem:
    """Three sums in kr and what to do about them."""
    return FormProblem(
        field="approved_project_money",
        sv=f"Resan kostar {_kr(cost, 'sv')}, men resebidraget täcker högst {_kr(grant, 'sv')} och "
        f"beviljade projektmedel är {_kr(project, 'sv')}; få mer projektmedel beviljade eller sänk kostnaden.",
        en=f"The trip costs {_kr(cost, 'en')}, but the travel grant covers at most {_kr(grant, 'en')} and "
        f"the approved project money is {_kr(project, 'en')}; have more project money approved or lower the cost.",
    )


def _kr(amount: Decimal, language: Literal["sv", "en"]) -> str:
    text = f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"
    if language == "sv":
        text = text.replace(",", " ").replace(".", ",")
    return f"{text} kr"


class TripBooking(Form):
    """What was booked, after the funding."""

    trip_date: TripDate = None
    home_date: Annotated[Day | None, Words("Resans sista dag", "Last day of the trip")] = None
    travel_reference: Annotated[Line | None, Words("Bokning av resa", "Travel booking")] = None
    lodging_reference: Annotated[Line | None, Words("Bokning av logi", "Lodging booking")] = None
    cost_travel: Annotated[Kronor | None, Words("Resa, kr", "Travel, kr")] = None
    cost_lodging: Annotated[Kronor | None, Words("Logi, kr", "Lodging, kr")] = None
    interview_at: InterviewAt = None
    job_interview_at: JobInterviewAt = None

    def rules(self, case: Case) -> Iterator[FormProblem]:
        yield from super().rules(case)
        yield from in_order(self, "trip_date", "home_date", case)


class Meeting(Answers):
    """A meeting with a company during the trip."""

    employer: Annotated[Line, Words("Arbetsgivare", "Employer")]
    result: Annotated[Literal["offer", "further_interview", "no", "waiting"] | None, Words("Resultat", "Result")] = None


class Trip(CountedForm):
    """The trip as it was, and what came of it."""

    trip_date: TripDate = None
    travelled: Annotated[YesNo | None, Words("Reste", "Travelled")] = None
    meetings: Annotated[Several[Meeting], Words("Möten med arbetsgivare", "Meetings with employers")] = ()
    followed_up_on: Annotated[PastDay | None, Words("Uppföljande samtal", "Follow-up call")] = None
    interview_at: InterviewAt = None
    offer_valid_until: OfferValidUntil = None
    reason: Annotated[Note | None, Words("Skäl", "Reason")] = None
    next_meeting: NextMeeting = None
    job_interview_at: JobInterviewAt = None
