"""What is refused about roll-outs.

Refusal (journey.errors)
├── RollOutUnderWay · Superseded · StopItFirst · NoRollOut · NobodyToBringBack
├── InForceAlready · NobodyToMove
└── WhereNobody · OtherProgramme
"""

from __future__ import annotations

from journey.errors import Refusal


class RollOutUnderWay(Refusal):
    """A roll-out of {programme} is under way; wait until it is done, or stop it with: operator bulk stop {bulk}."""

    sv = "En utrullning av {programme} pågår; vänta tills den är klar, eller stoppa den med: operator bulk stop {bulk}."


class Superseded(Refusal):
    """A later roll-out of {programme} has been ordered ({bulk}), so this one does not go on; roll out anew."""

    sv = "En senare utrullning av {programme} är beställd ({bulk}), så den här går inte vidare; rulla ut på nytt."


class StopItFirst(Refusal):
    """The roll-out {bulk} is under way; stop it first with: operator bulk stop {bulk}."""

    sv = "Utrullningen {bulk} pågår; stoppa den först med: operator bulk stop {bulk}."


class NoRollOut(Refusal):
    """{bulk} is no roll-out, so there is no way back from it; look its id up with: owner roll-outs."""

    sv = "{bulk} är ingen utrullning, så det finns ingen väg tillbaka från den; sök upp dess id med: owner roll-outs."


class NobodyToBringBack(Refusal):
    """No journey follows the version of the roll-out {bulk} because of it, so nobody has to go back."""

    sv = "Ingen resa följer versionen i utrullningen {bulk} på grund av den, så ingen behöver gå tillbaka."


class InForceAlready(Refusal):
    """New journeys of {programme} begin with version {version} already; to move those under way, add --to all."""

    sv = "Nya resor i {programme} börjar redan med version {version}; lägg till --to all för att flytta dem som pågår."


class NobodyToMove(Refusal):
    """Everybody in {programme} whom it is for follows version {version} already; look at: owner versions."""

    sv = "Alla i {programme} som det gäller följer redan version {version}; se: owner versions."


class WhereNobody(Refusal):
    """New journeys cannot be chosen among beforehand; leave --where out, or roll out with --to all."""

    sv = "Bland nya resor går det inte att välja i förväg; ta bort --where, eller rulla ut med --to all."


class OtherProgramme(Refusal):
    """This is about {programme} alone, and no other programme can be asked for; leave programme out of --where."""

    sv = "Det här gäller bara {programme}, och inget annat program går att välja; ta bort programme ur --where."
