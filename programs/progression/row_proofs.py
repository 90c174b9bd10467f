"""What a rep's row in Twenty lacks of what repsync remembers to have written there."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, NamedTuple, TypeAlias

from programs.progression.ranks import merge_rank, normalise_rank
from programs.progression.rep_rows import OWNER, RepRows
from programs.progression.row import Row, read_elements
from programs.progression.row_fields import can_hold
from programs.progression.row_json import UnreadableJson
from programs.progression.rules import Rules


@dataclass(frozen=True, slots=True)
class WrittenRow:
    """What Twenty had when repsync last published: XP in all and ours, the write's sequence, badges and rank."""

    total_xp: int
    synced_xp: int
    sequence: int
    badges: Collection[str]
    rank: str


Cure: TypeAlias = Literal["publish", "next write", "delete"]


class Lack(NamedTuple):
    """What is, and what should be. Publishing the rep mends it, or the next write does, or a person must delete."""

    found: str
    expected: str
    cure: Cure = "publish"


Compare: TypeAlias = Callable[[Row, WrittenRow, Rules], Lack | None]


def row_lacks(rows: RepRows, written: WrittenRow, schema_fields: Mapping[str, str], rules: Rules) -> Iterator[Lack]:
    """What is wrong with the row, or the rows, of a rep who waits for nothing; all of it others did.

    More XP than repsync knows of, more badges and a higher rank are others' right. `schema_fields` are the fields'
    metadata types: of what the workspace does not have, or in a type that repsync does not write, nothing is missed.
    """
    row = rows.row
    problem = _problem(rows)
    if problem is not None:
        told = f"{problem}: somebody did that, no XP of ours is lost"
        yield Lack(told, "one live row that names the rep", "delete" if rows.duplicates else "publish")
    if not row.exists or row.deleted:
        return
    for field, compare in _COMPARED.items():
        if field in schema_fields and can_hold(field, schema_fields[field]):
            lack = compare(row, written, rules)
            if lack is not None:
                yield lack


def _problem(rows: RepRows) -> str | None:
    if not rows.row.exists:
        return "no row"
    if rows.row.deleted:
        return "the row is deleted"
    if not rows.row.raw.get(OWNER):
        return f"{OWNER} is cleared"
    others = ", ".join(str(other.id) for other in rows.duplicates)
    return f"{len(rows.duplicates) + 1} rows, {rows.row.id} counts, not {others}" if others else None


def _total(row: Row, written: WrittenRow, _: Rules) -> Lack | None:
    lowered = row.total_xp < written.total_xp
    return Lack(f"totalXp {row.total_xp}", f"{written.total_xp} or more") if lowered else None


def _synced(row: Row, written: WrittenRow, _: Rules) -> Lack | None:
    differs = (row.synced_xp or 0) != written.synced_xp
    return Lack(f"syncedXp {row.synced_xp}", f"{written.synced_xp}") if differs else None


def _sequence(row: Row, written: WrittenRow, _: Rules) -> Lack | None:
    older = row.applied_sequence < written.sequence
    return (
        Lack(f"appliedSequence {row.applied_sequence}", f"{written.sequence} or more", "next write") if older else None
    )


def _badges(row: Row, written: WrittenRow, _: Rules) -> Lack | None:
    """A field that holds no list is left alone by every write."""
    try:
        read_elements(row.raw.get("badges"))
    except UnreadableJson:
        return None
    missing = sorted(set(written.badges) - row.badges)
    return Lack(f"badges without {', '.join(missing)}", "all that were granted") if missing else None


def _rank(row: Row, written: WrittenRow, rules: Rules) -> Lack | None:
    """A word that is no rank is left alone by every write."""
    merged = merge_rank(row.rank_word, written.rank, rules).rank
    lower = merged is not None and merged != normalise_rank(row.rank_word, rules)
    return Lack(f"currentRank {row.rank_word}", f"{written.rank} or above") if lower else None


_COMPARED: Mapping[str, Compare] = MappingProxyType(
    {
        "totalXp": _total,
        "syncedXp": _synced,
        "appliedSequence": _sequence,
        "badges": _badges,
        "currentRank": _rank,
    }
)
