"""Corrections: what was said of a fact and is no longer so. What only adds to a fact is none."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from programs.progression.facts import Fact
from programs.progression.row_json import Json

FIELDS = ("kind", "live", "rep", "lead", "disposition", "duration_s", "met_now", "won_now", "score")


@dataclass(frozen=True, slots=True)
class Correction:
    """What happened to a fact, and the fields that differ, before and after."""

    action: str
    before: Mapping[str, Json]
    after: Mapping[str, Json]


def correction(old: Fact, new: Fact) -> Correction | None:
    """The correction that turned `old` into `new`; None if it is the same or only more is known.

    A lead or rep that becomes known, and a deal that gets further, correct nothing that was said before.
    """
    changed = [name for name in FIELDS if _was_said(old, name) and getattr(old, name) != getattr(new, name)]
    if not changed:
        return None
    return Correction(_action(old, new), _values(old, changed), _values(new, changed))


def _was_said(old: Fact, name: str) -> bool:
    if name == "lead":
        return old.lead_known
    if name in ("met_now", "won_now"):
        return bool(getattr(old, name))
    return name != "rep" or old.rep is not None


def _action(old: Fact, new: Fact) -> str:
    if old.live != new.live:
        return "restored" if new.live else "deleted"
    if old.rep is not None and old.rep != new.rep:
        return "reassigned"
    if old.won_now and not new.won_now:
        return "reopened"
    return "edited"


def _values(fact: Fact, names: list[str]) -> dict[str, Json]:
    return {name: _json(getattr(fact, name)) for name in names}


def _json(value: bool | int | str | Decimal | None) -> Json:
    return float(value) if isinstance(value, Decimal) else value
