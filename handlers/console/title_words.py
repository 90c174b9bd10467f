"""How a call note was read, in words for people; none of them is the note's."""

from typing import NamedTuple

from programs.progression.dispositions import UNREAD

_KEPT_OUT = "digits, or more than three words: not kept"


class TitlePart(NamedTuple):
    """A part of a title or body; `understood` is False for the one to mend."""

    text: str
    understood: bool


def told_word(word: str | None) -> str:
    """What stood in the place of the disposition."""
    return "no word" if word is None else _KEPT_OUT if word == UNREAD else word


def told_reading(reading: str) -> list[TitlePart]:
    """`title: unknown disposition | duration | name` as its parts, the place (`title`, `body`) first."""
    parts = reading.replace("; body: ", " | in the body: ").replace(": ", " | ", 1).split(" | ")
    return [TitlePart(part, "unknown" not in part) for part in parts]
