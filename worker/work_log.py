"""What the one log line of a piece of work tells of its cost."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter

from twenty_client.call_count import Calls, counted_calls


@dataclass(frozen=True, slots=True)
class Work:
    """A piece of work that began then (seconds of `perf_counter`), and its calls to Twenty so far."""

    began_s: float
    _calls: Calls

    @property
    def ms(self) -> float:
        """Milliseconds since it began."""
        return round((perf_counter() - self.began_s) * 1000, 1)

    @property
    def calls(self) -> int:
        """Calls that took a token of Twenty's budget."""
        return self._calls.made


@contextmanager
def measured() -> Iterator[Work]:
    """A piece of work begins now."""
    with counted_calls() as calls:
        yield Work(perf_counter(), calls)
