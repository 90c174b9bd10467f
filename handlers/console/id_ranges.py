"""Many ids in an address: `3-17,20`."""

import re
from collections.abc import Collection, Iterator

MOST_IDS = 10_000
LONGEST = 3_000  # gunicorn takes a request line of 4,094
_RANGE = re.compile(r"([0-9]{1,18})(?:-([0-9]{1,18}))?")


def as_ranges(ids: Collection[int]) -> str:
    """As many of them, the smallest first, as an address holds."""
    text = ",".join(f"{first}-{last}" if last > first else f"{first}" for first, last in _runs(ids))
    return text if len(text) <= LONGEST else text[:LONGEST].rpartition(",")[0]


def ids_in(text: str) -> list[int]:
    """The ids of such a text, the first 10,000. Errors: `ValueError` for another text."""
    found: list[int] = []
    for part in filter(None, text.split(",")):
        said = _RANGE.fullmatch(part)
        if said is None:
            raise ValueError("not ranges of ids")
        first = int(said[1])
        found += range(first, min(int(said[2] or first), first + MOST_IDS) + 1)
    return found[:MOST_IDS]


def _runs(ids: Collection[int]) -> Iterator[tuple[int, int]]:
    first = last = None
    for each in sorted(set(ids)):
        if last is not None and each == last + 1:
            last = each
            continue
        if first is not None and last is not None:
            yield first, last
        first = last = each
    if first is not None and last is not None:
        yield first, last
