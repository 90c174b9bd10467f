"""A recorded day: which deliveries to play, and how."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sandbox.player import arrange
from sandbox.twenty.recorded import RecordedDelivery, newest_event_at, read_deliveries, without_progressions

# The secret of the recordings in tests/recordings, made for them and used nowhere else.
RECORDED_SECRET = "s3cret-for-tests-0000000000000000"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Day:
    """Deliveries as recorded, without those that repsync's own writes caused."""

    deliveries: Sequence[RecordedDelivery]
    secret: str = field(repr=False)

    @property
    def as_of(self) -> datetime:
        """The time that standings are computed for: the newest event's."""
        return newest_event_at(list(self.deliveries))

    def playlist(self, shuffle: int | None, repeat: int) -> list[tuple[dict[str, str], bytes]]:
        """What to post: each delivery `repeat` times, in the order given or shuffled with a seed."""
        pairs = [(delivery.headers, delivery.raw) for delivery in self.deliveries]
        return [(dict(headers), raw) for headers, raw in arrange(pairs, shuffle, repeat)]


def read_day(path: Path, secret: str) -> Day:
    """A day from JSON lines with `headers` and `raw`. Errors: `OSError`, `ValueError` names what is wrong."""
    deliveries = read_deliveries(path)
    for line, delivery in enumerate(deliveries, start=1):
        _check(delivery, f"{path.name}: delivery {line}")
    played = without_progressions(deliveries)
    if not played:
        raise ValueError(f"{path.name} holds no delivery to play (events of repProgression are left out)")
    return Day(played, secret)


def _check(delivery: RecordedDelivery, place: str) -> None:
    """A day's end and its records can only be known from bodies that are Twenty's."""
    try:
        body = delivery.body()
        datetime.fromisoformat(body["eventDate"])
        body["eventName"].partition(".")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ValueError(f"{place} is no webhook of Twenty's with eventName and eventDate") from None
