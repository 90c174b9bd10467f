"""What can go wrong when RedHawk is asked. No message holds an address, an id or an answer."""


class RedHawkError(Exception):
    """RedHawk gave no history. The message names what happened and nothing else."""


class RedHawkAway(RedHawkError):
    """No connection, or no answer in time: other reps' histories would not come either."""


class RedHawkRefused(RedHawkError):
    """An answer with another status than 200, or one too large to be a history."""


class UnknownRep(RedHawkError):
    """404: it knows no such rep, or the address has another prefix."""
