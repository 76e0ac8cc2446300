"""What the numbers are called, on the page, in files and on the command line."""

from __future__ import annotations

from schemas.base import Both
from services.numbers import counting as c

TITLES = {
    "funnel": Both(sv="Så långt har de kommit", en="How far they have come"),
    "milestones": Both(sv="Milstolpar", en="Milestones"),
    "partners": Both(sv="Genom vem de kom", en="Through whom they came"),
    "contact": Both(sv="Från intresse till första kontakt", en="From interest to first contact"),
    "lost": Both(sv="Förlorade dagar", en="Days lost"),
    "rests": Both(sv="Vila", en="Rests"),
    "exits": Both(sv="Varför de slutade", en="Why they left"),
    "movers": Both(sv="De som flyttade, efter väg", en="Those who moved, by route"),
    "met": Both(sv="Mötta på öppna evenemang", en="Met at open events"),
}
FIRSTS = {
    "funnel": Both(sv="Har kommit till fasen", en="Have come to the phase"),
    "milestones": Both(sv="Har nått", en="Have reached"),
    "partners": Both(sv="Samverkanspart", en="Partner"),
    "contact": Both(sv="Första kontakten", en="First contact"),
    "lost": Both(sv="Vem man väntade på", en="Whom one waited for"),
    "rests": Both(sv="Skäl", en="Reason"),
    "exits": Both(sv="Skäl", en="Reason"),
    "movers": Both(sv="Väg", en="Route"),
    "met": Both(sv="Hur", en="How"),
}
COLUMNS = {
    "people": Both(sv="Personer", en="People"),
    "share": Both(sv="Andel", en="Share"),
    "days": Both(sv="Dagar", en="Days"),
    "each": Both(sv="Dagar per person", en="Days per person"),
    "events": Both(sv="Evenemang", en="Events"),
    "heads": Both(sv="Mötta (huvuden)", en="Met (heads)"),
    c.ANY_GENDER: Both(sv="Alla", en="Everybody"),
    "woman": Both(sv="Kvinnor", en="Women"),
    "man": Both(sv="Män", en="Men"),
    "unknown": Both(sv="Annat eller inte känt", en="Other or not known"),
}
PARTICIPANTS = Both(sv="Deltagare", en="Participants")
NOT_SAID = Both(sv="Inte angivet", en="Not said")
OTHERS = Both(sv="Övriga", en="Others")
LEFT = Both(sv="Har slutat, alla skäl", en="Have left, whatever the reason")
UNDER_WAY = Both(sv="Är på väg", en="Are on the way")
INTEREST = Both(sv="Intresse", en="Interest")
EVERYBODY = Both(sv="Alla", en="Everybody")
UNKNOWN_ROUTE = Both(sv="Inte känt", en="Not known")
US = Both(sv="Oss", en="Us")
HOW = {
    "physical": Both(sv="På plats", en="On site"),
    "digital": Both(sv="Digitalt", en="On line"),
}
ABOUT = {
    "programme": Both(sv="Program", en="Programme"),
    "period": Both(sv="Intresset kom in", en="The interest came in"),
    "partner": Both(sv="Samverkanspart", en="Partner"),
    "until": Both(sv="Räknat till och med", en="Counted up to"),
    "hidden": Both(sv="Två punkter (..)", en="Two points (..)"),
}
HIDDEN_MEANS = Both(
    sv="färre än fem, eller dolt så att ett sådant tal inte kan räknas ut",
    en="fewer than five, or hidden so that such a number cannot be worked out",
)


def contact(key: str, days: int) -> Both:
    """What a way in which the first contact went is called, where so many days are promised."""
    return {
        c.WITHIN: Both(sv=f"Inom {days} dagar", en=f"Within {days} days"),
        c.WITHIN_WORKING: Both(sv=f"Senare, men inom {days} arbetsdagar", en=f"Later, but within {days} working days"),
        c.IN_TIME: Both(sv=f"Inom {days} arbetsdagar, alla", en=f"Within {days} working days, all"),
        c.LATER: Both(sv=f"Efter mer än {days} arbetsdagar", en=f"After more than {days} working days"),
        c.REACHED: Both(sv="Nådda, alla", en="Reached, all"),
        c.WAITING: Both(sv="Inte nådda än, i tid", en="Not reached yet, in time"),
        c.WAITING_LATE: Both(sv="Inte nådda än, för sent", en="Not reached yet, too late"),
        c.GONE: Both(sv="Slutade utan att ha nåtts", en="Left without having been reached"),
    }[key]
