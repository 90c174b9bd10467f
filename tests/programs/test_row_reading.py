"""Rows as Twenty returns them, whatever form their fields have."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.progression.row import PassedExam, read_row


def test_a_row_as_twenty_returns_it() -> None:
    """Numbers, JSON lists and a rank word are read; null lists are empty."""
    row = read_row(
        {
            "id": "341a0dac",
            "updatedAt": "2026-11-21T02:48:12.961Z",
            "deletedAt": None,
            "name": "Jane Austen",
            "totalXp": 42,
            "syncedXp": 30,
            "currentRank": "E-1",
            "badges": ["closer.bronze"],
            "completedModules": None,
            "passedExams": [{"id": "operative", "score": 91, "passedOn": "2026-11-20"}],
            "adoptedAt": "2026-11-01T00:00:00.000Z",
            "appliedSequence": 7,
        }
    )
    assert (row.exists, row.deleted, row.total_xp, row.synced_xp, row.applied_sequence) == (True, False, 42, 30, 7)
    assert row.badges == {"closer.bronze"}
    assert not row.modules
    assert row.exams == (PassedExam("operative", Decimal(91), date(2026, 11, 20)),)
    assert (row.adopted_at, row.updated_at) == (datetime(2026, 11, 1, tzinfo=UTC), "2026-11-21T02:48:12.961Z")


def test_numbers_beyond_counting_are_read_as_empty_and_named() -> None:
    """The greatest that can be ours is read; one more is none, and a total leaves room for ours to be added."""
    most, total = 2**31 - 1, 2**53 - 2**31
    row = read_row({"totalXp": total, "syncedXp": most, "appliedSequence": str(most)})
    assert (row.total_xp, row.synced_xp, row.applied_sequence, row.uncounted) == (total, most, most, ())
    row = read_row({"totalXp": total + 1, "syncedXp": most + 1, "appliedSequence": 1e300})
    assert (row.total_xp, row.synced_xp, row.applied_sequence) == (0, None, 0)
    assert row.uncounted == ("totalXp", "syncedXp", "appliedSequence")


def test_a_missing_row_is_an_empty_one() -> None:
    """No row holds no XP, no rank and no lists."""
    row = read_row(None)
    assert (row.exists, row.total_xp, row.synced_xp, row.rank_word, row.exams) == (False, 0, None, None, ())


@pytest.mark.parametrize(
    ("value", "xp"),
    [
        (1200, 1200),
        (1200.0, 1200),
        ("1200", 1200),
        (" 1200.0 ", 1200),
        (None, 0),
        ("", 0),
        ("many", 0),
        (True, 0),
        (float("nan"), 0),
        ("1e999999999", 0),
        (-5, 0),
    ],
)
def test_numbers_come_as_numbers_floats_or_text(value: object, xp: int) -> None:
    """What is no number, no finite one or below 0 counts as nothing."""
    assert read_row({"totalXp": value}).total_xp == xp


def test_lists_come_as_json_or_as_text_that_holds_json() -> None:
    """Ids, objects with an id, and badges with a tier are read alike from both."""
    listed = ["closer.bronze", {"badgeId": "opener_elite", "tier": "gold"}, {"id": "first_blood"}, 7, None]
    text = '["closer.bronze", {"badgeId": "opener_elite", "tier": "gold"}, {"id": "first_blood"}, 7, null]'
    wanted = {"closer.bronze", "opener_elite.gold", "first_blood"}
    assert read_row({"badges": listed}).badges == read_row({"badges": text}).badges == wanted


def test_exams_may_be_ids_and_scores_shares() -> None:
    """An id alone has no score; 0.9 is 90 %, 950 is no score."""
    row = read_row({"passedExams": ["operative", {"examType": "tcpa", "score": 0.9}, {"id": "dnc", "score": 950}]})
    assert row.exams == (PassedExam("operative"), PassedExam("tcpa", Decimal(90)), PassedExam("dnc"))


def test_a_soft_deleted_row_is_known_as_deleted() -> None:
    """deletedAt makes it so; its XP can still be read."""
    row = read_row({"deletedAt": "2026-11-21T02:48:12.748Z", "totalXp": 5})
    assert (row.exists, row.deleted, row.total_xp) == (True, True, 5)


def test_a_rows_repr_does_not_show_the_row() -> None:
    """Fields that repsync does not know stay out of logs."""
    assert "private" not in repr(read_row({"mood": "private"}))


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ["totalXp", "syncedXp", "name", "deletedAt", "adoptedAt", "badges", "passedExams", "currentRank"]


@given(st.dictionaries(st.sampled_from(FIELDS), JSON | st.just("[" * 3000) | st.just('{"a":' * 3000)))
def test_reading_never_raises(raw: dict[str, object]) -> None:
    """People and programs can put anything into a row."""
    assert read_row(raw).total_xp >= 0
