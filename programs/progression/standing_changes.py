"""How two standings differ, as data."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from programs.progression.element_names import element_names
from programs.progression.row_json import Json

NAMED_BY = ("rank", "gate", "badge", "id")
TOLD_ELSEWHERE = "eligibility.gates"  # `gates` has every gate of every rank


@dataclass(frozen=True, slots=True)
class Change:
    """One figure: what it is (`totalXp`, `gates[E-2 dials].met`), before and after; None where it is not there."""

    what: str
    before: Json
    after: Json


def standing_changes(before: Mapping[str, Json], after: Mapping[str, Json]) -> tuple[Change, ...]:
    """The figures that differ between two standings as JSON, in their order. Gates go by rank and kind."""
    old, new = dict(_figures(before, "")), dict(_figures(after, ""))
    names = [*old, *(name for name in new if name not in old)]
    return tuple(Change(name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name))


def _figures(value: Json, name: str) -> Iterator[tuple[str, Json]]:
    if name == TOLD_ELSEWHERE:
        return
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _figures(inner, f"{name}.{key}" if name else key)
        return
    elements = [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []
    if not elements:
        yield name, value
    for called, element in zip(element_names(elements, NAMED_BY), elements, strict=True):
        own = {key: inner for key, inner in element.items() if key not in NAMED_BY}
        yield from _figures(own, f"{name}[{called}]")
