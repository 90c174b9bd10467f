"""XP in a row that others write too: which part is ours, and a total that never falls."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from programs.progression.row import Row

NOTHING_SEEN = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Memory:
    """What the ledger remembers of a rep's row; as it is made here for a rep never published.

    `foreign_xp` is the highest XP of others seen in it, `synced_xp` our part of what was last written,
    `sequence` that write's appliedSequence. `shared` is True for good once somebody else wrote XP into it.
    `intended_total` and `intended_synced` are those of a write whose answer never came. `duplicates` says of each
    second row that ever named the rep (by its id) how much XP was ours when it was first seen: it may be a copy.
    """

    foreign_xp: int = 0
    synced_xp: int | None = None
    sequence: int = 0
    adopted_at: datetime | None = None
    shared: bool = False
    intended_total: int | None = None
    intended_synced: int = 0
    duplicates: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MergedXp:
    """XP to write: `total` = `foreign` + `ours`.

    `carried` is the part of `ours` that no award explains, to be booked as one. `lowered` says that somebody
    lowered the total, which is raised again; `foreign_write` that somebody else wrote XP since our last write.
    """

    total: int
    ours: int
    foreign: int
    carried: int
    lowered: bool
    foreign_write: bool


def needs_adoption(row: Row, memory: Memory) -> bool:
    """Whether the row holds XP that repsync never wrote nor saw: it pays for what happened so far."""
    known = memory.synced_xp is not None or memory.foreign_xp > 0 or memory.adopted_at is not None
    return row.total_xp > 0 and row.synced_xp is None and row.adopted_at is None and not known


@dataclass(frozen=True, slots=True)
class GapDecision:
    """Whether to book the gap now, and since which watermark it is there (None: there is none any more)."""

    book: bool
    behind_at: datetime | None


def _remembered(row: Row, memory: Memory) -> int:
    """Our part of the row as the ledger knows it; a write whose answer was lost counts if the row shows it."""
    return max(memory.synced_xp or 0, memory.intended_synced if _arrived(row, memory) else 0)


def _arrived(row: Row, memory: Memory) -> bool:
    """Whether the row shows the write that was last intended, by its sequence where the workspace has the field.

    A total alone can be somebody else's, who won the race that our write lost.
    """
    if memory.intended_total is None or row.total_xp < memory.intended_total:
        return False
    return "appliedSequence" not in row.raw or row.applied_sequence > memory.sequence


def decide_on_gap(gap: int, behind_at: datetime | None, watermark: datetime | None) -> GapDecision:
    """What to do about XP of ours in the row that no award explains (`gap`).

    It is booked when it is still there after the watermark has moved beyond where it stood when the gap was seen
    first (`behind_at`): then all that can be earned anew from Twenty has been.
    """
    if not gap:
        return GapDecision(False, None)
    if behind_at is None:
        return GapDecision(False, watermark or NOTHING_SEEN)
    if watermark is not None and watermark > behind_at:
        return GapDecision(True, None)
    return GapDecision(False, behind_at)


def with_duplicates(memory: Memory, duplicates: Sequence[Row]) -> Memory:
    """The memory, with how much XP is ours at the first sight of each of these rows."""
    first_seen = {row.id: memory.synced_xp or 0 for row in duplicates if row.id}
    return replace(memory, duplicates={**first_seen, **memory.duplicates})


def merge_xp(row: Row, memory: Memory, award_xp: int, duplicates: Sequence[Row] = ()) -> MergedXp:
    """Merges the row's XP with the sum of the rep's awards.

    Others' XP is what the row holds beyond our part. Our part is the row's syncedXp, the ledger's where that
    is missing or was cleared (0 counts as cleared), 0 where neither has it. Neither part ever falls. Of the rep's
    rows (`duplicates` are the others) the highest figure of others' XP counts, so that none is added twice.
    """
    remembered = _remembered(row, memory)
    synced = row.synced_xp or remembered
    beside = (_beside_ours(other, with_duplicates(memory, duplicates)) for other in duplicates)
    foreign = max(row.total_xp - synced, memory.foreign_xp, 0, *beside)
    ours = max(award_xp, synced, remembered)
    lowered = row.exists and row.total_xp < memory.foreign_xp + max(synced, remembered)
    return MergedXp(
        total=foreign + ours,
        ours=ours,
        foreign=foreign,
        carried=max(ours - award_xp, 0),
        lowered=lowered,
        foreign_write=row.exists and (lowered or foreign > memory.foreign_xp),
    )


def _beside_ours(duplicate: Row, memory: Memory) -> int:
    return duplicate.total_xp - (duplicate.synced_xp or memory.duplicates.get(duplicate.id or "", 0))
