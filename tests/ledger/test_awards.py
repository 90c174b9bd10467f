"""Awards are inserted once, however many there are at a time."""

from datetime import UTC, datetime

from ledger.awards import add_awards, xp_of
from ledger.engine import connect_engine, transaction
from programs.progression.awards import Award

AT = datetime(2026, 11, 20, tzinfo=UTC)


def test_a_backlog_of_awards_is_inserted_once(database_url: str) -> None:
    """A rep's thousands of calls are settled at once at the start, and by a mapping; a second time adds none."""
    awards = [Award(f"note:{n}", "dial", f"note:{n}", 2, "paid", AT, waited=False) for n in range(7_000)]
    with transaction(connect_engine(database_url)) as connection:
        for _ in range(2):
            add_awards(connection, {"rep-1": awards}, "1")
            assert xp_of(connection, "rep-1") == 14_000
