"""What is refused when somebody says how a task ended, besides what the journey itself refuses.

Refusal (journey.errors)
├── FormNotAccepted · NoForm
├── BadKey
├── NotCarriedOn
└── NotSavedYet (services.errors) ── NotConfirmed
"""

from __future__ import annotations

from collections.abc import Sequence

from journey.errors import Refusal
from schemas.base import Language
from schemas.forms.problems import FormProblem
from services.errors import NotSavedYet


class FormNotAccepted(Refusal):
    """The form cannot be taken in: {problems}."""

    sv = "Formuläret går inte att ta emot: {problems}."

    def __init__(self, problems: Sequence[FormProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__()

    def sentence(self, language: Language) -> str:
        words = self.sv if language == "sv" else str(type(self).__doc__)
        problems = "; ".join(_said(problem, language) for problem in self.problems)
        return words.removesuffix(".").format(problems=problems) + ("" if problems.endswith("?") else ".")


def _said(problem: FormProblem, language: Language) -> str:
    sentence = (problem.sv if language == "sv" else problem.en).strip().removesuffix(".")
    return sentence if problem.field in sentence else f"{problem.field}: {sentence}"


class NoForm(Refusal):
    """There is no form or step called {name}; choose one of: {choices}."""

    sv = "Det finns inget formulär eller steg som heter {name}; välj något av: {choices}."


class BadKey(Refusal):
    """A key is one line of at most {most} characters; choose another one."""

    sv = "En nyckel är en rad med högst {most} tecken; välj en annan."


class NotCarriedOn(Refusal):
    """The journey {journey} is written down but not under way; tell whoever looks after the system."""

    sv = "Resan {journey} är nedskriven men pågår inte; säg till den som sköter systemet."


class NotConfirmed(NotSavedYet):
    """Queued but not confirmed: nobody has taken it in yet; send the same again in a while, with the key {key}."""

    sv = "Köat men inte bekräftat: ingen har tagit emot det än; skicka samma igen om en stund, med nyckeln {key}."
