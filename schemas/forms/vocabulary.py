"""The facts and dates that later steps and clocks depend on: one name, one meaning, the same in every form.

A form's field with one of these names *is* that fact or date. A programme may ask for facts and dates of its own
besides; their values are judged by the programme.
"""

from __future__ import annotations

from typing import Annotated, Literal

from schemas.forms.answers import Day, Moment, YesNo
from schemas.forms.problems import Words

Route = Annotated[Literal["job", "study"] | None, Words("Väg: jobb eller studier", "Route: job or study")]
ForeignCitizen = Annotated[
    YesNo | None,
    Words(
        "Utländsk medborgare",
        "Foreign citizen",
        "CSN fattar då två beslut: först om rätten till svenskt studiestöd.",
        "CSN then makes two decisions: first on the right to Swedish study support.",
    ),
]
NeedsIke = Annotated[
    YesNo | None,
    Words(
        "Behöver hemkommunens åtagande (IKE)",
        "Needs the home municipality's commitment (IKE)",
        "Nej för den som är folkbokförd där utbildningen ges, eller i samma samverkansområde.",
        "No for a person registered where the course is given, or in the same area of cooperation.",
    ),
]
HasChildren = Annotated[
    YesNo | None, Words("Barn som behöver förskola eller skola", "Children who need preschool or school")
]
NeedsValidation = Annotated[YesNo | None, Words("Kunskaper behöver valideras", "Skills need to be validated")]
TripWanted = Annotated[YesNo | None, Words("Vill resa på besök", "Wants to travel for a visit")]
NeedsTemporaryHome = Annotated[YesNo | None, Words("Behöver tillfällig bostad", "Needs a temporary home")]
Income = Annotated[
    Literal["csn", "other", "own"] | None, Words("Försörjning under studierna", "Income during the studies")
]
FamilyReady = Annotated[YesNo | None, Words("Familjen är redo att flytta", "The family is ready to move")]
BringsFamily = Annotated[YesNo | None, Words("Familjen flyttar med", "The family moves along")]
NeedsPreschool = Annotated[YesNo | None, Words("Förskola behövs", "Preschool is needed")]
NeedsSchool = Annotated[YesNo | None, Words("Skola behövs", "School is needed")]
PartnerPlan = Annotated[YesNo | None, Words("Partnern behöver en egen plan", "The partner needs a plan of their own")]
Simulation = Annotated[YesNo | None, Words("Simulerad rekrytering (SRM)", "Simulated recruitment (SRM)")]
NextMeeting = Annotated[
    Literal["interview", "trip", "none"] | None,
    Words("Nästa möte med arbetsgivaren", "Next meeting with the employer"),
]
EligibilityClear = Annotated[YesNo | None, Words("Behörigheten är klar", "Eligibility is clear")]

InterviewAt = Annotated[Moment | None, Words("Tid för snabbintervju", "Time of the speed interview")]
JobInterviewAt = Annotated[Moment | None, Words("Tid för jobbintervju", "Time of the job interview")]
TripDate = Annotated[Day | None, Words("Resans första dag", "First day of the trip")]
CourseStart = Annotated[Day | None, Words("Utbildningen börjar", "The course begins")]
CourseEnd = Annotated[Day | None, Words("Utbildningen slutar", "The course ends")]
CsnLastDay = Annotated[
    Day | None,
    Words(
        "Sista dag att söka hos CSN utan att förlora pengar",
        "Last day to apply to CSN without losing money",
        "CSN betalar högst fyra veckor bakåt från veckan före den då ansökan kom in.",
        "CSN pays at most four weeks back from the week before the application arrived.",
    ),
]
ApplicationCloses = Annotated[Day | None, Words("Sista ansökningsdag", "Last day to apply")]
OfferValidUntil = Annotated[Day | None, Words("Erbjudandet gäller till och med", "The offer is valid until")]
MovingDay = Annotated[Day | None, Words("Flyttdag", "Moving day")]
EmploymentStart = Annotated[Day | None, Words("Första arbetsdag", "First day at work")]
EmploymentEnd = Annotated[Day | None, Words("Sista arbetsdag", "Last day at work")]
WakeAt = Annotated[Day | None, Words("Ta upp igen den", "Take up again on")]

FACTS: dict[str, object] = {
    "route": Route,
    "foreign_citizen": ForeignCitizen,
    "needs_ike": NeedsIke,
    "has_children": HasChildren,
    "needs_validation": NeedsValidation,
    "trip_wanted": TripWanted,
    "needs_temporary_home": NeedsTemporaryHome,
    "income": Income,
    "family_ready": FamilyReady,
    "brings_family": BringsFamily,
    "needs_preschool": NeedsPreschool,
    "needs_school": NeedsSchool,
    "partner_plan": PartnerPlan,
    "simulation": Simulation,
    "next_meeting": NextMeeting,
    "eligibility_clear": EligibilityClear,
}
DATES: dict[str, object] = {
    "interview_at": InterviewAt,
    "job_interview_at": JobInterviewAt,
    "trip_date": TripDate,
    "course_start": CourseStart,
    "course_end": CourseEnd,
    "csn_last_day": CsnLastDay,
    "application_closes": ApplicationCloses,
    "offer_valid_until": OfferValidUntil,
    "moving_day": MovingDay,
    "employment_start": EmploymentStart,
    "employment_end": EmploymentEnd,
    "wake_at": WakeAt,
}
