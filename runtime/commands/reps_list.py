"""Which reps `repsync reps list` shows, and in which order; named as in the console."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from ledger.rep_list import ListedRep
from programs.progression.rules import Rules

SORTS: Mapping[str, Callable[[ListedRep, Sequence[str]], Any]] = MappingProxyType(
    {
        "name": lambda rep, _: ((rep.name or "").casefold(), rep.id),
        "rank": lambda rep, ladder: ladder.index(rep.rank) if rep.rank in ladder else -1,
        "level": lambda rep, _: rep.level or 0,
        "xp": lambda rep, _: rep.total_xp or 0,
        "last-active": lambda rep, _: rep.last_active_on or date.min,
    }
)


def chosen(reps: Sequence[ListedRep], search: str, sort: str, rules: Rules) -> list[ListedRep]:
    """Those in whom the text occurs, in any case; by name from A, by all else from the top, equals by name."""
    found = [rep for rep in reps if any(search.casefold() in text.casefold() for text in _texts(rep))]
    ladder = [rank.code for rank in rules.ranks]
    by_name = sorted(found, key=lambda rep: SORTS["name"](rep, ladder))
    if sort == "name":
        return by_name
    return sorted(by_name, key=lambda rep: SORTS[sort](rep, ladder), reverse=True)


def _texts(rep: ListedRep) -> list[str]:
    return [rep.name or "", rep.id, *(name for _, name in rep.aliases)]
