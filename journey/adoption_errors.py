"""What stands in the way of another version. The tree of all refusals is drawn in `journey.errors`.

Refusal
└── AdoptedAlready · AdoptionOfAnother · AdoptionWithoutExit · AdoptionWithoutAnswer · AdoptionWithoutRest ·
AdoptionWithoutOutcome
"""

from __future__ import annotations

from journey.errors import Refusal


class AdoptedAlready(Refusal):
    """The journey follows version {version} already; there is nothing to adopt."""

    sv = "Resan följer redan version {version}; det finns inget att byta till."


class AdoptionOfAnother(Refusal):
    """The journey follows {current} and cannot go on by {programme}; choose a version of {current}."""

    sv = "Resan följer {current} och kan inte gå vidare enligt {programme}; välj en version av {current}."


class AdoptionWithoutExit(Refusal):
    """The journey has left by {exit}, which version {version} does not have; keep that exit there."""

    sv = "Resan har lämnats med {exit}, som inte finns i version {version}; behåll det avslutet där."


class AdoptionWithoutAnswer(Refusal):
    """{fact} is {value} here, which version {version} does not have; keep it there or correct the answer first."""

    sv = "{fact} är {value} här, vilket inte finns i version {version}; behåll det där eller rätta svaret först."


class AdoptionWithoutRest(Refusal):
    """The journey rests until {step} opens, which version {version} cannot open; end the rest or keep it there."""

    sv = "Resan vilar tills {step} öppnas, vilket version {version} inte kan; avbryt vilan eller behåll det där."


class AdoptionWithoutOutcome(Refusal):
    """{step} ended with {outcome}; later steps build on it and version {version} does not have it: keep it there."""

    sv = "{step} slutade med {outcome}; senare steg bygger på det och version {version} saknar det: behåll det där."
