"""What stops a request, one class each; `console.app` makes pages of them."""

from __future__ import annotations


class NotThere(Exception):  # noqa: N818 (named after what is wrong)
    """There is no such page, or not for whoever asks: nobody can tell which."""


class NotSignedIn(Exception):  # noqa: N818
    """Only for those who have signed in; `back` is where they wanted to go, `door` where they come in."""

    def __init__(self, back: str, door: str = "/sign-in") -> None:
        self.back = back
        self.door = door
        super().__init__()


class OldPage(Exception):  # noqa: N818
    """What was sent does not come from a form that we have just shown to this visitor."""


class TooMany(Exception):  # noqa: N818
    """More was asked for than one visitor needs; again in so many `seconds`."""

    def __init__(self, seconds: float) -> None:
        self.seconds = max(1, round(seconds + 0.5))
        super().__init__()
