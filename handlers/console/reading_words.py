"""How a delivery was read and how long its steps took, in words for people; none of them is a note's text."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple

from accounts.delivery_account import Step

_LABELS: Mapping[str, str] = {
    "kind": "Kind",
    "disposition": "Disposition",
    "duration_s": "Duration",
    "duration_in": "Duration is in",
    "form": "Form",
    "how": "Read as",
    "stage": "Stage",
    "subject": "Subject",
    "score": "Score",
    "outcome": "Outcome",
    "rep_hint": "Named",
    "note_id": "Note",
    "person_id": "Person",
    "contact": "Contact",
    "assigned_rep": "Assigned rep",
    "created_at": "Created",
}


class TimedStep(NamedTuple):
    """A step, and what it took since the one before: `+ 340 ms`, `+ 2.1 s`, nothing for the first."""

    name: str
    at: datetime
    took: str


def told_content(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What the content of a version says, by its name for people; the rep is told elsewhere."""
    for name, label in _LABELS.items():
        value = content.get(name)
        if value is not None:
            yield label, _WORDS.get(name, str)(value)


def timed(steps: Sequence[Step]) -> Iterator[TimedStep]:
    """The steps with what each took."""
    if steps:
        yield TimedStep(steps[0].name, steps[0].at, "")
    for before, step in pairwise(steps):
        yield TimedStep(step.name, step.at, _took((step.at - before.at).total_seconds()))


def _clock(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02d}"


def _moment(at: str) -> str:
    return f"{datetime.fromisoformat(at):%Y-%m-%d %H:%M:%S}"


_WORDS: Mapping[str, Callable[[Any], str]] = {"duration_s": _clock, "created_at": _moment}


def _took(seconds: float) -> str:
    if seconds < 1:
        return f"+ {max(seconds, 0) * 1000:.0f} ms"
    return f"+ {seconds:.1f} s" if seconds < 60 else f"+ {seconds / 60:.0f} min"
