"""What can go wrong between repsync and its PostgreSQL."""


class LedgerUnavailable(Exception):
    """PostgreSQL can't be reached or refuses work now: the caller may try again later (HTTP 503)."""


class LedgerOutdated(Exception):
    """The ledger's tables are those of an older release: no process of this one has migrated them yet."""
