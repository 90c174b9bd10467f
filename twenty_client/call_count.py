"""Counting calls to Twenty: those of a piece of work, for its log line."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Calls:
    """How many calls took a token of Twenty's budget."""

    made: int = 0


_counted: ContextVar[tuple[Calls, ...]] = ContextVar("counted", default=())


@contextmanager
def counted_calls() -> Iterator[Calls]:
    """The calls of this thread from now until the block ends."""
    calls = Calls()
    token = _counted.set((*_counted.get(), calls))
    try:
        yield calls
    finally:
        _counted.reset(token)


def count_call() -> None:
    """A call is made."""
    for calls in _counted.get():
        calls.made += 1
