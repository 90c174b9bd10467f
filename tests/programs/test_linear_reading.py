"""Reading costs grow with the text and no faster: four times the text, about four times the work at most."""

import json
import sys
from collections.abc import Callable

import pytest

from handlers.bodies import require_json_object
from handlers.rejections import Refused
from programs.progression.note_bodies import body_text
from programs.progression.notes import read_note
from schemas.twenty import Unreadable, read_event

AT = "2026-11-21T02:48:02.272Z"
PIECES = (
    "Call - ",
    "|",
    " | ",
    "call -",
    "1:",
    ":00",
    " - ",
    "a ",
    "\n",
    "Duration: ",
    "--- ",
    "\x00",
    "\ud800",
    "[{",
    "x",
)


def _steps(work: Callable[[], object]) -> int:
    """How many lines of Python and calls of functions it takes: no clock, so a busy machine is no failure."""
    count = 0

    def trace(*_: object) -> object:
        nonlocal count
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)  # type: ignore[arg-type]
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def _event(text: str) -> bytes:
    body = {"markdown": text, "blocknote": text}
    record = {"id": "n1", "createdAt": AT, "updatedAt": AT, "title": text, "bodyV2": body, "createdBy": {"name": text}}
    return json.dumps({"eventName": "note.created", "eventDate": AT, "record": record}).encode()


def _read(raw: bytes) -> None:
    try:
        require_json_object(raw)
        read_event(raw)
    except (Refused, Unreadable):
        return


@pytest.mark.parametrize("piece", PIECES)
def test_a_title_of_a_megabyte_takes_no_more_steps_than_a_short_one(piece: str) -> None:
    """What is beyond the bound is cut before it is looked at, of whatever it is made."""
    small, large = piece * (20_000 // len(piece)), piece * (1_000_000 // len(piece))
    for work in (lambda text: read_note(text, text), lambda text: body_text(text, text, text)):
        assert _steps(lambda: work(large)) <= 2 * _steps(lambda: work(small)) + 50  # noqa: B023


@pytest.mark.parametrize("piece", PIECES)
def test_a_delivery_of_a_megabyte_takes_as_many_steps_as_a_small_one(piece: str) -> None:
    """From the bytes to the record: nothing walks through a text letter by letter before it is cut."""
    small, large = (_event(piece * (length // len(piece))) for length in (20_000, 250_000))
    assert _steps(lambda: _read(large)) <= 2 * _steps(lambda: _read(small)) + 50


def test_patterns_do_not_backtrack() -> None:
    """The patterns work in C, where no step is counted: eight times the bounded text is not 64 times the time."""
    import time

    def cost_s(text: str) -> float:
        began_s = time.process_time()
        for _ in range(50):
            read_note(text, "")
        return time.process_time() - began_s

    for piece in PIECES:
        short, long = (min(cost_s("Call - " + piece * (size // len(piece))) for _ in range(3)) for size in (60, 480))
        assert long < 30 * short + 0.05, piece
