"""A mapping as it is told: what an outside name stands for, which facts move, and what that pays."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from programs.progression.attribution import Source


@dataclass(frozen=True, slots=True)
class Alias:
    """An outside name (RedHawk's id, the name of an API key of Twenty) and the member (id) that it is to stand for."""

    source: Source
    name: str
    rep: str


@dataclass(frozen=True, slots=True)
class Moved:
    """So many facts of a kind that were a rep's, or nobody's, and become the alias's."""

    kind: str
    count: int
    before: str | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """A rep's XP from awards: now, and when all that waits is settled; and the standing as JSON."""

    xp: int
    settled_xp: int
    standing: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """What the mapping changes for a rep."""

    rep: str
    name: str | None
    before: Outlook
    after: Outlook

    @property
    def at_once(self) -> int:
        """XP that the mapping pays as it is made."""
        return self.after.xp - self.before.xp

    @property
    def after_watermark(self) -> int:
        """XP that it pays later; below 0 for a rep from whom something that waited is taken."""
        return self.after.settled_xp - self.before.settled_xp - self.at_once


@dataclass(frozen=True, slots=True)
class Mapped:
    """What a mapping comes to. `before` is the member that the name stood for; the alias's rep is the first change."""

    alias: Alias
    before: str | None
    moved: tuple[Moved, ...]
    changes: tuple[Change, ...]

    @property
    def names(self) -> Mapping[str, str]:
        """What those are called whom it changes something for; the id of whom no sweep has named."""
        return {change.rep: change.name or change.rep for change in self.changes}


def differing_figures(change: Change) -> dict[str, tuple[Any, Any]]:
    """The standing's figures that are another after the mapping, by name: (before, after)."""
    before, after = _flat(change.before.standing), _flat(change.after.standing)
    return {name: (before.get(name), value) for name, value in after.items() if before.get(name) != value}


def _flat(standing: Mapping[str, Any]) -> dict[str, Any]:
    """Plain figures and rates; gates and the like follow from them."""
    plain = {name: value for name, value in standing.items() if isinstance(value, int | float | str)}
    lists = {name: tuple(value) for name, value in standing.items() if _is_words(value)}
    rates = {name: rate["rate"] for name, rate in standing["efficiency"].items() if "rate" in rate}
    return {**plain, **lists, **rates}


def _is_words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)
