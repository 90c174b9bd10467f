"""Which facts stay as they are when a rep was forgotten, and what is kept of what comes in."""

from datetime import UTC, datetime

import pytest

from programs.progression.contents import NoteContent, OpportunityContent
from programs.progression.forgetting import blanked, hidden, is_frozen

AT = datetime(2026, 11, 16, 14, tzinfo=UTC)
GONE = frozenset({"jane"})


@pytest.mark.parametrize(
    ("kept", "read", "frozen"),
    [
        ("jane", "jane", True),
        ("jane", None, True),
        (None, "jane", True),
        ("jony", "jane", True),
        ("jane", "jony", False),
        (None, None, False),
        ("jony", None, False),
    ],
)
def test_a_fact_stays_unless_it_became_somebody_elses(kept: str | None, read: str | None, frozen: bool) -> None:
    """What was Jane's is not read anew, and nothing becomes hers; a deal that Jony has now is Jony's."""
    assert is_frozen(kept, read, GONE) is frozen


def test_only_the_time_of_a_record_is_kept() -> None:
    """A note or a deal of hers says that it is there, and since when; it names nobody and earns nothing."""
    note = NoteContent("call", "V1", "XOCHITL", 125, "title", "title", "jane", "key", AT)
    deal = OpportunityContent("CUSTOMER", "kim", "jane", "key", AT)
    assert blanked(note) == NoteContent("other", "none", None, None, None, "forgotten", None, None, AT)
    assert blanked(deal) == OpportunityContent(None, None, None, None, AT)


def test_a_hidden_name_is_known_again_and_not_read() -> None:
    """The same value hides the same way, another one does not."""
    assert hidden("JANE_AUSTEN") == hidden("JANE_AUSTEN") != hidden("JANE_AUSTIN")
    assert "JANE" not in hidden("JANE_AUSTEN")
