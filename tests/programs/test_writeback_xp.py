"""XP in a row that others write too."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.progression.row import Row, read_row
from programs.progression.xp_merge import Memory, MergedXp, merge_xp, needs_adoption

ADOPTED_AT = datetime(2026, 11, 21, tzinfo=UTC)


def row(total: object, synced: object = None, **others: object) -> Row:
    return read_row({"totalXp": total, "syncedXp": synced, **others})


def test_a_new_rep_gets_what_the_awards_say() -> None:
    """Without a row and without a memory, the total is the sum of the awards."""
    assert merge_xp(read_row(None), Memory(), 120) == MergedXp(120, 120, 0, 0, False, False)


def test_our_part_grows_and_theirs_stays() -> None:
    """1,000 of others and 400 of ours become 1,000 and 450."""
    merged = merge_xp(row(1_400, 400), Memory(1_000, 400), 450)
    assert merged == MergedXp(1_450, 450, 1_000, 0, False, False)


def test_what_others_added_stays_and_is_noticed() -> None:
    """50 XP more than we wrote are somebody else's, and make the row a shared one."""
    merged = merge_xp(row(1_450, 400), Memory(1_000, 400), 400)
    assert merged == MergedXp(1_450, 400, 1_050, 0, False, True)


def test_a_total_that_somebody_lowered_is_raised_again_and_reported() -> None:
    """Neither the part of others nor ours goes down with it."""
    merged = merge_xp(row(100, 400), Memory(1_000, 400), 420)
    assert merged == MergedXp(1_420, 420, 1_000, 0, True, True)


@pytest.mark.parametrize("cleared", [None, "", 0, "nothing", -1])
def test_a_cleared_synced_xp_is_remembered_by_the_ledger(cleared: object) -> None:
    """Our 400 are not taken for somebody else's, which would pay them twice."""
    assert merge_xp(row(1_400, cleared), Memory(1_000, 400), 400) == MergedXp(1_400, 400, 1_000, 0, False, False)


def test_a_missing_row_comes_back_from_memory() -> None:
    """A row that is gone had 1,000 of others and 400 of ours."""
    assert merge_xp(read_row(None), Memory(1_000, 400), 410) == MergedXp(1_410, 410, 1_000, 0, False, False)


def test_xp_that_no_award_explains_is_carried() -> None:
    """The row says 400 of ours, the ledger (a new one) knows of 150: 250 are booked as carried."""
    merged = merge_xp(row(400, 400), Memory(), 150)
    assert (merged.total, merged.ours, merged.carried) == (400, 400, 250)


def test_a_write_whose_answer_was_lost_is_recognised() -> None:
    """The row holds 450 of ours although the ledger remembers 400: nothing is taken for foreign."""
    merged = merge_xp(row(1_450, 450), Memory(1_000, 400), 450)
    assert merged == MergedXp(1_450, 450, 1_000, 0, False, False)


def test_all_of_an_adopted_row_is_somebody_elses() -> None:
    """What a row held before us counts once, beside what we award from then on."""
    merged = merge_xp(row(2_000), Memory(adopted_at=ADOPTED_AT), 20)
    assert (merged.total, merged.ours, merged.foreign) == (2_020, 20, 2_000)


@pytest.mark.parametrize(
    ("found", "memory", "adopts"),
    [
        (row(2_000), Memory(), True),
        (row("2000.0"), Memory(), True),
        (row(0), Memory(), False),
        (read_row(None), Memory(), False),
        (row(2_000, 0), Memory(), False),
        (row(2_000, 300), Memory(), False),
        (row(2_000, adoptedAt="2026-11-01T00:00:00Z"), Memory(), False),
        (row(2_000), Memory(adopted_at=ADOPTED_AT), False),
        (row(2_000), Memory(synced_xp=300), False),
        (row(2_000), Memory(foreign_xp=2_000), False),
    ],
)
def test_a_row_is_adopted_once_when_it_has_xp_that_is_not_ours(found: Row, memory: Memory, adopts: bool) -> None:
    """XP without syncedXp in a row that neither it nor the ledger knows as adopted or written."""
    assert needs_adoption(found, memory) is adopts


XP = st.integers(0, 10_000)
ROWS = st.builds(row, XP, st.none() | XP) | st.just(read_row(None))
MEMORIES = st.builds(Memory, XP, st.none() | XP)


@given(ROWS, MEMORIES, XP)
def test_no_part_ever_falls(found: Row, memory: Memory, award_xp: int) -> None:
    """Whatever the row and the ledger say, neither the total nor a part of it goes down."""
    merged = merge_xp(found, memory, award_xp)
    assert merged.total == merged.ours + merged.foreign >= found.total_xp
    assert merged.foreign >= memory.foreign_xp
    assert merged.ours == award_xp + merged.carried >= max(memory.synced_xp or 0, found.synced_xp or 0)


@given(ROWS, MEMORIES, XP)
def test_merging_again_after_the_write_changes_nothing(found: Row, memory: Memory, award_xp: int) -> None:
    """Once written, booked and remembered, the same facts give the same XP."""
    first = merge_xp(found, memory, award_xp)
    written = row(first.total, first.ours)
    remembered = replace(memory, foreign_xp=first.foreign, synced_xp=first.ours)
    again = merge_xp(written, remembered, award_xp + first.carried)
    assert again == MergedXp(first.total, first.ours, first.foreign, 0, False, False)


@given(ROWS, MEMORIES, XP)
def test_merging_again_after_a_lost_answer_changes_nothing(found: Row, memory: Memory, award_xp: int) -> None:
    """If the row was written and the ledger does not know, the XP are still the same."""
    first = merge_xp(found, memory, award_xp)
    again = merge_xp(row(first.total, first.ours), memory, award_xp)
    assert (again.total, again.ours, again.foreign) == (first.total, first.ours, first.foreign)
