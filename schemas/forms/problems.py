"""What is wrong with a filled-in form, said in one clear sentence in each language. No sentence repeats an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import GetJsonSchemaHandler
from pydantic_core import CoreSchema

from schemas.base import Both, Model, Text

_LONGEST_SHOWN = 40


class FormProblem(Model):
    """One problem and what to do about it. `field` is the answer it is about: `attempts[0].at`."""

    field: Text
    sv: Text
    en: Text


class FormRefused(ValueError):  # noqa: N818 (a refusal is an answer, not a fault)
    """A form is not accepted; `problems` says everything that is wrong with it, at once."""

    def __init__(self, problems: tuple[FormProblem, ...]) -> None:
        super().__init__(" ".join(problem.en for problem in problems))
        self.problems = problems


@dataclass(frozen=True)
class Words:
    """What a field is called, and what may be said to help; rides in the field's annotation.

    The JSON schema of a form carries them as `label` and `help`, so that a screen can be made from it.
    """

    sv: str
    en: str
    help_sv: str = ""
    help_en: str = ""

    @property
    def label(self) -> Both:
        return Both(sv=self.sv, en=self.en)

    @property
    def help(self) -> Both | None:
        return Both(sv=self.help_sv, en=self.help_en) if self.help_sv else None

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Pydantic's hook."""
        said = {"label": self.label.model_dump()}
        if self.help is not None:
            said["help"] = self.help.model_dump()
        return {**handler(schema), **said}


def shown(text: object) -> str:
    """Something that was typed where a name should be, safe to print and not too long."""
    printable = "".join(c for c in str(text)[: _LONGEST_SHOWN + 1] if c.isprintable())
    return printable if len(printable) <= _LONGEST_SHOWN else printable[:_LONGEST_SHOWN] + "…"
