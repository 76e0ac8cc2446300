"""The forms of the steps' outcomes: which there are, and the one door through which answers come in."""

from __future__ import annotations

from schemas.forms import attract, identify, moving, settle, study, trip
from schemas.forms.answers import Answers, Door, ToUtc
from schemas.forms.base import Case, Form
from schemas.forms.checking import check_form
from schemas.forms.problems import FormProblem, FormRefused, Words
from schemas.forms.registry import FORMS
from schemas.forms.vocabulary import DATES, FACTS

__all__ = [
    "DATES",
    "FACTS",
    "FORMS",
    "Answers",
    "Case",
    "Door",
    "Form",
    "FormProblem",
    "FormRefused",
    "ToUtc",
    "Words",
    "attract",
    "check_form",
    "identify",
    "moving",
    "settle",
    "study",
    "trip",
]
