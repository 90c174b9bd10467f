"""What the pages on work say of ids, readings and bytes, without a ledger."""

from datetime import timedelta

import pytest
from world import MONDAY

from accounts.delivery_account import Step
from handlers.console.id_ranges import LONGEST, MOST_IDS, as_ranges, ids_in
from handlers.console.raw_texts import LONGEST_SHOWN, readable
from handlers.console.reading_words import timed, told_content
from handlers.console.title_words import told_reading, told_word


@pytest.mark.parametrize(
    ("ids", "text"),
    [([], ""), ([7], "7"), ([3, 1, 2], "1-3"), ([1, 2, 4, 9, 10, 11, 2], "1-2,4,9-11"), ([0, 5], "0,5")],
)
def test_ids_stand_in_an_address_as_ranges(ids: list[int], text: str) -> None:
    """What is written comes back, sorted and once each."""
    assert as_ranges(ids) == text
    assert ids_in(text) == sorted(set(ids))


def test_an_address_holds_no_more_ids_than_it_can() -> None:
    """Of ids far apart the first that fit; of a huge range the first ten thousand."""
    far_apart = list(range(0, 100_000, 7))
    text = as_ranges(far_apart)
    assert LONGEST - 10 < len(text) <= LONGEST
    found = ids_in(text)
    assert found == far_apart[: len(found)]
    assert ids_in("1-999999999999999999") == list(range(1, MOST_IDS + 1))
    assert ids_in("9-3") == []


@pytest.mark.parametrize("text", ["x", "1-", "-1", "1--2", "1;2", "٣", "1" * 19, "1 2"])
def test_what_is_no_list_of_ids_is_refused(text: str) -> None:
    """Letters, other digits, numbers beyond PostgreSQL's."""
    with pytest.raises(ValueError, match="not ranges of ids"):
        ids_in(text)


def test_a_reading_is_told_by_its_parts() -> None:
    """The part to mend is marked, and a body's duration is said to be in the body."""
    assert told_reading("title: unknown disposition | duration | name") == [
        ("title", True),
        ("unknown disposition", False),
        ("duration", True),
        ("name", True),
    ]
    assert told_reading("title: disposition; body: unknown duration") == [
        ("title", True),
        ("disposition", True),
        ("in the body: unknown duration", False),
    ]
    assert (told_word(None), told_word("GATEKEEPER")) == ("no word", "GATEKEEPER")
    assert "not kept" in told_word("UNREAD")


def test_a_version_s_content_is_told_in_words_for_people() -> None:
    """Durations as a clock, times without fractions; what is not given and whose it is are left out."""
    content = {
        "duration_s": 125,
        "kind": "call",
        "rep": "x",
        "stage": None,
        "created_at": "2026-11-16T14:00:01.5+00:00",
    }
    assert list(told_content(content)) == [
        ("Kind", "call"),
        ("Duration", "2:05"),
        ("Created", "2026-11-16 14:00:01"),
    ]


def test_each_step_says_what_it_took() -> None:
    """In milliseconds, seconds or minutes; clocks that disagree make no negative time."""
    after = [0, 0.25, 2.35, 600, 599]
    steps = [Step(f"s{number}", MONDAY + timedelta(seconds=s)) for number, s in enumerate(after)]
    assert [step.took for step in timed(steps)] == ["", "+ 250 ms", "+ 2.1 s", "+ 10 min", "+ 0 ms"]
    assert list(timed([])) == []


def test_any_bytes_can_be_read() -> None:
    """JSON is indented, anything else shown as it is, and neither depth nor size hurts."""
    assert readable(b'{"a":"\xc3\xa4"}') == '{\n  "a": "ä"\n}'
    assert readable(b"\xff{") == "\\xff{"
    assert readable(b"[" * 100_000).startswith("[[[")
    assert len(readable(b"x" * 1_000_000)) <= LONGEST_SHOWN + 2
