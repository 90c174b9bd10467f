"""What can go wrong between repsync and its PostgreSQL."""

# Classes of SQLSTATEs (PostgreSQL, appendix A): connection exceptions; it is shutting down, or starting.
_NO_CONNECTION = ("08", "57P")


class LedgerUnavailable(Exception):
    """PostgreSQL can't be reached or refuses work now: the caller may try again later (HTTP 503).

    `sqlstate` is its own word for why, None where it said nothing.
    """

    def __init__(self, cause: str, sqlstate: str | None = None) -> None:
        super().__init__(cause)
        self.sqlstate = sqlstate

    @property
    def is_away(self) -> bool:
        """Whether there is no connection; else it answers, and refuses this work."""
        return self.sqlstate is None or self.sqlstate.startswith(_NO_CONNECTION)


class LedgerOutdated(Exception):
    """The ledger's tables are those of an older release: no process of this one has migrated them yet."""
