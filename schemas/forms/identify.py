"""Forms of the second phase: enrolment, mapping, matching, selection, interview and offer (B1 to B9 but the trip)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from schemas.forms.answers import (
    Answers,
    Day,
    IdNumberAnswer,
    Kronor,
    Line,
    Moment,
    Note,
    PastDay,
    PastMoment,
    Percent,
    Several,
    YesNo,
)
from schemas.forms.attract import Barrier, Gender
from schemas.forms.base import Case, CountedForm, Form, Requires, in_order
from schemas.forms.problems import FormProblem, Words
from schemas.forms.vocabulary import (
    BringsFamily,
    EmploymentEnd,
    EmploymentStart,
    ForeignCitizen,
    HasChildren,
    Income,
    InterviewAt,
    JobInterviewAt,
    NeedsIke,
    NeedsTemporaryHome,
    NeedsValidation,
    NextMeeting,
    OfferValidUntil,
    Route,
    Simulation,
    TripWanted,
)
from schemas.people import IdNumber, Verified

Level = Literal["none", "basic", "good", "fluent"]


class Enrolment(CountedForm):
    """B1: enrolment. Reporting needs an identity number; protected people are enrolled outside this flow."""

    requires: ClassVar[Requires] = {"enrolled": ("id_number", "start_date")}

    id_number: Annotated[
        IdNumberAnswer | None,
        Words("Person- eller samordningsnummer", "Personal or coordination number", "Tolv siffror.", "Twelve digits."),
    ] = None
    id_verified: Annotated[
        Verified,
        Words("Hur numret är kontrollerat", "How the number was checked"),
    ] = "none"
    start_date: Annotated[PastDay | None, Words("Startdag", "Start date")] = None
    channel: Annotated[
        Literal["phone", "email", "secure_form", "in_person"] | None, Words("Inskriven genom", "Enrolled by")
    ] = None
    esf_information_given: Annotated[
        YesNo | None, Words("Information om ESF given", "Information on the ESF given")
    ] = None
    attest_method: Annotated[Literal["digital", "paper"] | None, Words("Intygar sin tid", "Attests hours")] = None
    project: Annotated[Line | None, Words("Projekt", "Project")] = None
    route: Route = None
    foreign_citizen: ForeignCitizen = None
    gender: Gender = None

    @property
    def identity(self) -> IdNumber | None:
        """The number together with how it was checked."""
        return self.id_number.verified_by(self.id_verified) if self.id_number else None


class Mapping(CountedForm):
    """B2: mapping of job, education, family, housing, economy and language, and the route."""

    skills: Annotated[Note | None, Words("Kunskaper", "Skills")] = None
    experience: Annotated[Note | None, Words("Erfarenhet", "Experience")] = None
    education_level: Annotated[
        Literal["none", "compulsory", "upper_secondary", "post_secondary", "higher"] | None,
        Words("Utbildningsnivå", "Level of education"),
    ] = None
    certificates: Annotated[Several[Line], Words("Bevis och intyg", "Certificates")] = ()
    swedish_spoken: Annotated[Level | None, Words("Talad svenska", "Spoken Swedish")] = None
    swedish_written: Annotated[Level | None, Words("Skriven svenska", "Written Swedish")] = None
    needs_legitimation: Annotated[
        YesNo | None, Words("Yrket kräver svensk legitimation", "The occupation needs Swedish legitimation")
    ] = None
    driving_licence: Annotated[YesNo | None, Words("Körkort", "Driving licence")] = None
    support_wanted: Annotated[
        Note | None,
        Words(
            "Stöd som personen önskar",
            "Support the person wants",
            "Hälsa bara om personen själv vill.",
            "Health only if the person wants to.",
        ),
    ] = None
    income_source: Annotated[
        Several[Literal["a_kassa", "aktivitetsstod", "forsorjningsstod", "salary", "savings", "none"]],
        Words("Försörjning nu", "Income now"),
    ] = ()
    csn_debt: Annotated[Literal["yes", "no", "unknown"] | None, Words("Skuld hos CSN", "Debt to CSN")] = None
    household: Annotated[Line | None, Words("Hushåll", "Household")] = None
    pets: Annotated[YesNo | None, Words("Husdjur", "Pets")] = None
    rent_ceiling: Annotated[Kronor | None, Words("Högsta hyra, kr i månaden", "Highest rent, kr a month")] = None
    earliest_move: Annotated[Day | None, Words("Tidigaste flytt", "Earliest move")] = None
    latest_move: Annotated[Day | None, Words("Senaste flytt", "Latest move")] = None
    route: Route = None
    needs_validation: NeedsValidation = None
    needs_ike: NeedsIke = None
    foreign_citizen: ForeignCitizen = None
    has_children: HasChildren = None
    trip_wanted: TripWanted = None
    needs_temporary_home: NeedsTemporaryHome = None
    income: Income = None
    brings_family: BringsFamily = None

    def rules(self, case: Case) -> Iterator[FormProblem]:
        yield from super().rules(case)
        yield from in_order(self, "earliest_move", "latest_move", case)


class InsightCourse(Form):
    """B3: the web course about the town, meant to be taken before the move."""

    sent_on: Annotated[PastDay | None, Words("Länken skickad", "Link sent")] = None
    completed_on: Annotated[PastDay | None, Words("Genomförd", "Completed")] = None

    def rules(self, case: Case) -> Iterator[FormProblem]:
        yield from super().rules(case)
        yield from in_order(self, "sent_on", "completed_on", case)


class Module(Answers):
    """One part of a validation."""

    name: Annotated[Line, Words("Del", "Module")]
    result: Annotated[Literal["confirmed", "partly", "not"], Words("Resultat", "Result")]


class Validation(Form):
    """B4: validation of what the person can do already."""

    occupation: Annotated[Line | None, Words("Yrke", "Occupation")] = None
    method: Annotated[Line | None, Words("Metod", "Method")] = None
    slot_at: Annotated[Moment | None, Words("Tid för validering", "Time of the validation")] = None
    modules: Annotated[Several[Module], Words("Resultat, del för del", "Results by module")] = ()
    certificate: Annotated[YesNo | None, Words("Intyg utfärdat", "Certificate issued")] = None
    validated_on: Annotated[PastDay | None, Words("Validerad", "Validated on")] = None
    needs_validation: NeedsValidation = None
    route: Route = None


class Matching(Form):
    """B5: the profile the person released, to one employer, and what the employer answered."""

    employer: Annotated[Line | None, Words("Arbetsgivare", "Employer")] = None
    vacancy: Annotated[
        Line | None,
        Words(
            "Annons",
            "Vacancy",
            "Platsbankens annonsnummer behövs om resebidrag ska sökas.",
            "The job board's number is needed if a travel grant is to be applied for.",
        ),
    ] = None
    released_fields: Annotated[
        Several[Line], Words("Uppgifter som personen släppt", "Details the person released")
    ] = ()
    released_at: Annotated[PastMoment | None, Words("Släppta", "Released at")] = None
    released_how: Annotated[
        Literal["in_person", "phone", "signed", "e_id", "email"] | None,
        Words("Hur personen godkände", "How the person approved"),
    ] = None
    employer_answer: Annotated[
        Literal["interview", "trip", "wait", "no"] | None, Words("Arbetsgivarens svar", "The employer's answer")
    ] = None
    reason: Annotated[Barrier | None, Words("Skäl", "Reason")] = None
    interview_at: InterviewAt = None
    trip_wanted: TripWanted = None
    simulation: Simulation = None
    job_interview_at: JobInterviewAt = None


class Selection(CountedForm):
    """B6: a speed interview, a test, or simulated recruitment. Exercise scores stay with the employer."""

    employer: Annotated[Line | None, Words("Arbetsgivare", "Employer")] = None
    method: Annotated[
        Literal["speed_interview", "test_and_interview", "simulated_recruitment"] | None, Words("Metod", "Method")
    ] = None
    interview_at: InterviewAt = None
    held_at: Annotated[PastMoment | None, Words("Genomförd", "Held at")] = None
    result: Annotated[Literal["pass", "fail", "no_show", "withdrawn"] | None, Words("Resultat", "Result")] = None
    feedback: Annotated[Note | None, Words("Återkoppling till personen", "Feedback to the person")] = None
    trip_wanted: TripWanted = None
    route: Route = None
    next_meeting: NextMeeting = None
    job_interview_at: JobInterviewAt = None


class JobInterview(CountedForm):
    """B7: the longer interview."""

    employer: Annotated[Line | None, Words("Arbetsgivare", "Employer")] = None
    interview_at: InterviewAt = None
    held_at: Annotated[PastMoment | None, Words("Genomförd", "Held at")] = None
    place: Annotated[Line | None, Words("Plats", "Place")] = None
    participants: Annotated[Several[Line], Words("Deltog från arbetsgivaren", "Took part for the employer")] = ()
    next_step: Annotated[Line | None, Words("Nästa steg", "Next step")] = None
    reason: Annotated[Barrier | None, Words("Skäl", "Reason")] = None
    offer_valid_until: OfferValidUntil = None
    trip_wanted: TripWanted = None
    job_interview_at: JobInterviewAt = None
    next_meeting: NextMeeting = None


class JobOffer(Form):
    """B9: an offer of work and the person's answer."""

    employer: Annotated[Line | None, Words("Arbetsgivare", "Employer")] = None
    occupation: Annotated[Line | None, Words("Yrke", "Occupation")] = None
    employment: Annotated[
        Literal["tillsvidare", "provanstallning", "visstid", "timvikariat"] | None,
        Words("Anställningsform", "Form of employment"),
    ] = None
    extent: Annotated[Percent | None, Words("Omfattning, procent", "Extent, per cent")] = None
    conditions: Annotated[
        Several[Literal["training", "register_extract", "nystartsjobb", "driving_licence", "other"]],
        Words("Villkor", "Conditions"),
    ] = ()
    employment_start: EmploymentStart = None
    employment_end: EmploymentEnd = None
    offer_valid_until: OfferValidUntil = None
    answered_on: Annotated[PastDay | None, Words("Svarade", "Answered on")] = None
    reason: Annotated[Barrier | None, Words("Skäl", "Reason")] = None
    route: Route = None

    def rules(self, case: Case) -> Iterator[FormProblem]:
        yield from super().rules(case)
        yield from in_order(self, "employment_start", "employment_end", case)
        yield from in_order(self, "answered_on", "offer_valid_until", case)
