"""Keys in order: whatever comes and goes, they read like a sorted set."""

from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from sandbox.twenty.sorted_keys import SortedKeys

KEYS = st.text("abc", min_size=1, max_size=4)


@given(st.lists(KEYS, unique=True), st.sets(KEYS), KEYS)
def test_keys_read_like_a_sorted_set(added: list[str], gone: set[str], bound: str) -> None:
    """All of them, those from a key on, and those after it; in pieces of any length."""
    with patch("sandbox.twenty.sorted_keys.PIECE", 4):
        keys: SortedKeys[str] = SortedKeys()
        for key in added:
            keys.add(key)
        for key in gone & set(added):
            keys.remove(key)
        left = sorted(set(added) - gone)
        assert list(keys) == left
        assert list(keys.since(bound)) == [key for key in left if key >= bound]
        assert list(keys.after(bound)) == [key for key in left if key > bound]


def test_no_piece_grows_beyond_its_length() -> None:
    """10,000 ascending keys lie in pieces of at most 1000."""
    keys: SortedKeys[str] = SortedKeys()
    for number in range(10_000):
        keys.add(f"{number:05d}")
    lengths = [len(piece) for piece in keys._pieces]
    assert max(lengths) <= 1000
    assert sum(lengths) == 10_000
