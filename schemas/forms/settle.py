"""Forms of the last phase: work, the guide's contacts, a permanent home, leaving, and the follow-up (E1 to E5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from schemas.forms.answers import Answers, Kronor, Line, Note, PastDay, PastMoment, Percent, Points, Several, YesNo
from schemas.forms.attract import Channel
from schemas.forms.base import Case, CountedForm, Form, in_order
from schemas.forms.problems import FormProblem, Words
from schemas.forms.vocabulary import EmploymentEnd, EmploymentStart


class EmploymentBegun(Form):
    """E1: work has begun, or not."""

    employer: Annotated[Line | None, Words("Arbetsgivare", "Employer")] = None
    employment: Annotated[
        Literal["tillsvidare", "provanstallning", "visstid", "timvikariat"] | None,
        Words("Anställningsform", "Form of employment"),
    ] = None
    extent: Annotated[Percent | None, Words("Omfattning, procent", "Extent, per cent")] = None
    nystartsjobb: Annotated[YesNo | None, Words("Nystartsjobb", "New start job")] = None
    nystartsjobb_decided_on: Annotated[PastDay | None, Words("Nystartsjobb beviljat", "New start job decided on")] = (
        None
    )
    employment_start: EmploymentStart = None
    employment_end: EmploymentEnd = None
    reason: Annotated[Note | None, Words("Skäl", "Reason")] = None

    def rules(self, case: Case) -> Iterator[FormProblem]:
        """A new start job is decided before the employment begins: the person may not be employed already."""
        yield from super().rules(case)
        yield from in_order(self, "nystartsjobb_decided_on", "employment_start", case)
        yield from in_order(self, "employment_start", "employment_end", case)


class GuideContact(Answers):
    """One contact between guide and newcomer."""

    at: Annotated[PastMoment, Words("När", "When")]
    channel: Annotated[Channel, Words("Hur", "How")]
    about: Annotated[
        Several[Literal["work", "study", "home", "leisure", "network", "family", "authorities"]], Words("Om", "About")
    ] = ()


class GuideContacts(CountedForm):
    """E2: support with work, home, leisure and people to know."""

    contacts: Annotated[Several[GuideContact], Words("Kontakter", "Contacts")] = ()
    status: Annotated[Literal["green", "amber", "red"] | None, Words("Läge", "Status")] = None
    still_employed: Annotated[YesNo | None, Words("Arbetar kvar", "Still employed")] = None


class PermanentHome(Form):
    """E3: a home to stay in, three to six months after the move."""

    queue_points: Annotated[Points | None, Words("Köpoäng", "Queue points")] = None
    viewed: Annotated[Points | None, Words("Visade bostäder", "Homes viewed")] = None
    tenure: Annotated[Literal["rental", "cooperative", "owned", "sublet"] | None, Words("Upplåtelseform", "Tenure")] = (
        None
    )
    rent: Annotated[Kronor | None, Words("Hyra eller avgift, kr i månaden", "Rent or fee, kr a month")] = None
    signed_on: Annotated[PastDay | None, Words("Avtal undertecknat", "Contract signed on")] = None
    moved_in_on: Annotated[PastDay | None, Words("Inflyttad", "Moved in on")] = None


class Closing(Form):
    """E4: the person leaves the project. The end date belongs to the month in which it happens."""

    end_date: Annotated[PastDay | None, Words("Slutdag", "End date")] = None
    exit_code: Annotated[Line | None, Words("Avslutskod", "Exit code")] = None
    destination: Annotated[Literal["arbete", "studier", "annat"] | None, Words("Går vidare till", "Goes on to")] = None
    employer: Annotated[Line | None, Words("Arbetsgivare eller skola", "Employer or school")] = None
    reason: Annotated[Note | None, Words("Skäl", "Reason")] = None
    decided_by: Annotated[Line | None, Words("Beslutat av", "Decided by")] = None
    handed_over_to: Annotated[Line | None, Words("Överlämnad till", "Handed over to")] = None
    satisfaction: Annotated[Literal["1", "2", "3", "4", "5"] | None, Words("Nöjd, 1 till 5", "Satisfied, 1 to 5")] = (
        None
    )
    story_consent: Annotated[YesNo | None, Words("Samtycke till berättelse", "Consent to a story")] = None
    employment_end: EmploymentEnd = None


class FollowUp(Form):
    """E5: four weeks and six months after leaving."""

    reached_at: Annotated[PastMoment | None, Words("Nådd", "Reached")] = None
    situation: Annotated[
        Literal["employed", "studying", "unemployed", "other", "unknown"] | None, Words("Sysselsättning", "Situation")
    ] = None
    still_living_there: Annotated[YesNo | None, Words("Bor kvar", "Still living there")] = None
    employer: Annotated[Line | None, Words("Arbetsgivare eller skola", "Employer or school")] = None


class Generic(Form):
    """A step that needs no more than a note."""
