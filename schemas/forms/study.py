"""Forms of the study route (C1 to C10): job promise, applications, decisions, the course and its result.

The decisions are other bodies'; what is kept here is what the participant or a letter says about them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from schemas.forms.answers import Answers, Day, Kronor, Line, Note, PastDay, Percent, Several, Weeks, YesNo
from schemas.forms.base import Case, CountedForm, Form, Requires, in_order
from schemas.forms.problems import FormProblem, Words
from schemas.forms.vocabulary import (
    ApplicationCloses,
    CourseEnd,
    CourseStart,
    CsnLastDay,
    EmploymentEnd,
    EmploymentStart,
    ForeignCitizen,
    Income,
    NeedsIke,
    NeedsTemporaryHome,
)


class JobPromise(Form):
    """C1: a promise of work that holds only when the training is completed with a pass; issued before it begins."""

    requires: ClassVar[Requires] = {"issued": ("issued_on",)}

    employer: Annotated[Line | None, Words("Arbetsgivare", "Employer")] = None
    issued_on: Annotated[PastDay | None, Words("Jobblöftet utfärdat", "Job promise issued on")] = None
    condition: Annotated[
        Note | None,
        Words(
            "Villkor",
            "Condition",
            "Vanligen: utbildningen slutförd med godkänt resultat.",
            "Usually: the training completed with a pass.",
        ),
    ] = None
    expires_on: Annotated[Day | None, Words("Gäller till", "Expires on")] = None
    document: Annotated[Line | None, Words("Handling", "Document")] = None
    status: Annotated[Literal["open", "fulfilled", "lapsed", "withdrawn"] | None, Words("Läge", "Status")] = None
    course_start: CourseStart = None
    course_end: CourseEnd = None

    def rules(self, case: Case) -> Iterator[FormProblem]:
        yield from super().rules(case)
        yield from in_order(self, "issued_on", "course_start", case, strictly=True)
        yield from in_order(self, "course_end", "expires_on", case)
        yield from in_order(self, "course_start", "course_end", case, strictly=True)


class VuxApplication(Form):
    """C2: the application for a place, by way of the home municipality."""

    course_code: Annotated[Line | None, Words("Kurskod", "Course code")] = None
    sent_on: Annotated[PastDay | None, Words("Skickad", "Sent on")] = None
    sent_to: Annotated[Line | None, Words("Skickad till", "Sent to")] = None
    complete: Annotated[YesNo | None, Words("Komplett", "Complete")] = None
    attachments: Annotated[
        Several[Literal["grades", "study_plan", "personal_letter", "job_promise", "other"]],
        Words("Bilagor", "Attachments"),
    ] = ()
    application_closes: ApplicationCloses = None
    course_start: CourseStart = None
    course_end: CourseEnd = None
    csn_last_day: CsnLastDay = None
    needs_ike: NeedsIke = None
    foreign_citizen: ForeignCitizen = None
    income: Income = None

    def rules(self, case: Case) -> Iterator[FormProblem]:
        yield from super().rules(case)
        yield from in_order(self, "application_closes", "course_start", case)
        yield from in_order(self, "course_start", "course_end", case, strictly=True)


class IkeApplication(Form):
    """C3: the home municipality is asked to commit itself to the cost."""

    municipality: Annotated[Line | None, Words("Hemkommun", "Home municipality")] = None
    sent_on: Annotated[PastDay | None, Words("Skickad", "Sent on")] = None
    special_reasons: Annotated[Note | None, Words("Särskilda skäl", "Special reasons")] = None
    job_promise_attached: Annotated[YesNo | None, Words("Jobblöfte bifogat", "Job promise attached")] = None
    needs_ike: NeedsIke = None


class IkeDecision(Form):
    """C3: what the home municipality decided; a refusal may be appealed within three weeks of being served."""

    municipality: Annotated[Line | None, Words("Hemkommun", "Home municipality")] = None
    decision: Annotated[Literal["commitment", "refusal", "not_needed"] | None, Words("Beslut", "Decision")] = None
    decided_on: Annotated[PastDay | None, Words("Beslutsdag", "Decided on")] = None
    served_on: Annotated[PastDay | None, Words("Personen fick del av beslutet", "Decision received on")] = None
    appeal: Annotated[YesNo | None, Words("Överklagas", "Appealed")] = None
    needs_ike: NeedsIke = None

    def rules(self, case: Case) -> Iterator[FormProblem]:
        yield from super().rules(case)
        yield from in_order(self, "decided_on", "served_on", case)


class Admission(Form):
    """C4: received and admitted, reserve or not; two decisions of the organiser."""

    received: Annotated[YesNo | None, Words("Mottagen", "Received as eligible")] = None
    admitted: Annotated[Literal["admitted", "reserve", "not_admitted"] | None, Words("Antagning", "Admission")] = None
    reserve_place: Annotated[Weeks | None, Words("Reservplats", "Place on the reserve list")] = None
    selection_group: Annotated[Literal["1", "2", "3", "4", "5"] | None, Words("Urvalsgrupp", "Selection group")] = None
    answered_on: Annotated[PastDay | None, Words("Svarade", "Answered on")] = None
    seat_kept_until: Annotated[Day | None, Words("Platsen hålls till", "Seat kept until")] = None
    course_start: CourseStart = None
    course_end: CourseEnd = None
    csn_last_day: CsnLastDay = None
    needs_temporary_home: NeedsTemporaryHome = None

    def rules(self, case: Case) -> Iterator[FormProblem]:
        yield from super().rules(case)
        yield from in_order(self, "course_start", "course_end", case, strictly=True)


class CsnRight(Form):
    """C5a: the right of a foreign citizen to Swedish study support; valid for at most 53 weeks."""

    sent_on: Annotated[PastDay | None, Words("Skickad", "Sent on")] = None
    complement_asked: Annotated[YesNo | None, Words("Komplettering begärd", "Completion asked for")] = None
    decision: Annotated[Literal["granted", "refused"] | None, Words("Beslut", "Decision")] = None
    decided_on: Annotated[PastDay | None, Words("Beslutsdag", "Decided on")] = None
    valid_to: Annotated[Day | None, Words("Gäller till", "Valid to")] = None
    income: Income = None

    def rules(self, case: Case) -> Iterator[FormProblem]:
        yield from super().rules(case)
        yield from in_order(self, "sent_on", "decided_on", case)
        yield from in_order(self, "decided_on", "valid_to", case)


class CsnApplication(Form):
    """C5b: the study support. Money goes at most four weeks back, so the last day to apply is a fixed date."""

    sent_on: Annotated[PastDay | None, Words("Skickad", "Sent on")] = None
    support: Annotated[Literal["studiemedel", "studiestartsstod", "none"] | None, Words("Stöd", "Support")] = None
    weeks: Annotated[Weeks | None, Words("Veckor", "Weeks")] = None
    pace: Annotated[Percent | None, Words("Studietakt, procent", "Pace, per cent")] = None
    complement_asked: Annotated[YesNo | None, Words("Komplettering begärd", "Completion asked for")] = None
    decision: Annotated[Literal["granted", "refused"] | None, Words("Beslut", "Decision")] = None
    decided_on: Annotated[PastDay | None, Words("Beslutsdag", "Decided on")] = None
    amount: Annotated[Kronor | None, Words("Belopp, kr", "Amount, kr")] = None
    first_payment_ready: Annotated[
        Several[Literal["bank_account", "school_registration", "study_assurance"]],
        Words("Klart för första utbetalningen", "Ready for the first payment"),
    ] = ()
    csn_last_day: CsnLastDay = None
    income: Income = None

    def rules(self, case: Case) -> Iterator[FormProblem]:
        yield from super().rules(case)
        yield from in_order(self, "sent_on", "decided_on", case)


class OtherIncome(Form):
    """C6: another way to live during the studies. The employment service decides before the start."""

    kind: Annotated[
        Literal["aktivitetsstod", "utvecklingsersattning", "forsorjningsstod", "salary", "savings"] | None,
        Words("Försörjning", "Income"),
    ] = None
    sent_on: Annotated[PastDay | None, Words("Sökt", "Applied for on")] = None
    decision: Annotated[Literal["granted", "refused"] | None, Words("Beslut", "Decision")] = None
    decided_on: Annotated[PastDay | None, Words("Beslutsdag", "Decided on")] = None
    valid_to: Annotated[Day | None, Words("Gäller till", "Valid to")] = None
    income: Income = None

    def rules(self, case: Case) -> Iterator[FormProblem]:
        yield from super().rules(case)
        yield from in_order(self, "sent_on", "decided_on", case)
        yield from in_order(self, "decided_on", "valid_to", case)


class StudyStart(CountedForm):
    """C7: the gate and the first day."""

    registered_at_school: Annotated[YesNo | None, Words("Registrerad på skolan", "Registered at the school")] = None
    study_assurance_reminded: Annotated[
        YesNo | None, Words("Påmind om studieförsäkran", "Reminded of the study assurance")
    ] = None
    first_day_attended: Annotated[YesNo | None, Words("Kom första dagen", "Attended the first day")] = None
    course_start: CourseStart = None
    course_end: CourseEnd = None
    csn_last_day: CsnLastDay = None
    reason: Annotated[Note | None, Words("Skäl", "Reason")] = None

    def rules(self, case: Case) -> Iterator[FormProblem]:
        yield from super().rules(case)
        yield from in_order(self, "course_start", "course_end", case, strictly=True)


class StudyProgress(CountedForm):
    """C8: how it goes, a few times during the course."""

    attendance: Annotated[Percent | None, Words("Närvaro, procent", "Attendance, per cent")] = None
    status: Annotated[Literal["green", "amber", "red"] | None, Words("Läge", "Status")] = None
    risks: Annotated[Note | None, Words("Risker", "Risks")] = None
    language_support: Annotated[YesNo | None, Words("Språkstöd", "Language support")] = None
    interrupted_on: Annotated[PastDay | None, Words("Avbrott", "Interrupted on")] = None
    reason: Annotated[Note | None, Words("Skäl", "Reason")] = None
    course_end: CourseEnd = None


class Grade(Answers):
    """The grade of one course."""

    course: Annotated[Line, Words("Kurs", "Course")]
    grade: Annotated[Literal["A", "B", "C", "D", "E", "F", "G", "IG", "-"], Words("Betyg", "Grade")]


class StudyResult(Form):
    """C9: the result of the training."""

    grades: Annotated[Several[Grade], Words("Betyg", "Grades")] = ()
    passed: Annotated[YesNo | None, Words("Godkänd", "Passed")] = None
    result_on: Annotated[PastDay | None, Words("Datum för resultatet", "Date of the result")] = None
    certificate: Annotated[YesNo | None, Words("Utbildningsbevis", "Certificate")] = None
    course_start: CourseStart = None
    course_end: CourseEnd = None


class PromiseFulfilled(Form):
    """C10: the promise becomes employment, or the employer withdraws it."""

    employer: Annotated[Line | None, Words("Arbetsgivare", "Employer")] = None
    contract_signed_on: Annotated[PastDay | None, Words("Avtal undertecknat", "Contract signed on")] = None
    employment_start: EmploymentStart = None
    employment_end: EmploymentEnd = None
    reason: Annotated[Note | None, Words("Skäl", "Reason")] = None

    def rules(self, case: Case) -> Iterator[FormProblem]:
        yield from super().rules(case)
        yield from in_order(self, "employment_start", "employment_end", case)
