"""XP in a row that others write too: which part is ours, and a total that never falls."""

from dataclasses import dataclass
from datetime import datetime

from programs.progression.row import Row


@dataclass(frozen=True, slots=True)
class Memory:
    """What the ledger remembers of a rep's row; as it is made here for a rep never published.

    `foreign_xp` is the highest XP of others seen in it, `synced_xp` our part of what was last written,
    `sequence` that write's appliedSequence. `shared` is True for good once somebody else wrote XP into it.
    """

    foreign_xp: int = 0
    synced_xp: int | None = None
    sequence: int = 0
    adopted_at: datetime | None = None
    shared: bool = False


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


def merge_xp(row: Row, memory: Memory, award_xp: int) -> MergedXp:
    """Merges the row's XP with the sum of the rep's awards.

    Others' XP is what the row holds beyond our part. Our part is the row's syncedXp, the ledger's where that
    is missing or was cleared (0 counts as cleared), 0 where neither has it. Neither part ever falls.
    """
    remembered = memory.synced_xp or 0
    synced = row.synced_xp or remembered
    foreign = max(row.total_xp - synced, memory.foreign_xp, 0)
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
