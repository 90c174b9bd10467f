"""Exit statuses: the same for every command."""

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType


class ExitStatus(IntEnum):
    """How a command ended."""

    DONE = 0
    FOUND = 1
    USAGE = 2
    AWAY = 3
    INTERRUPTED = 130
    NOBODY_READS = 141
    TERMINATED = 143


STATUSES: Mapping[ExitStatus, str] = MappingProxyType(
    {
        ExitStatus.DONE: "done",
        ExitStatus.FOUND: "something was found that a person must see, or nothing could be done",
        ExitStatus.USAGE: "the command line is wrong",
        ExitStatus.AWAY: "what it needs is not there: a setting, PostgreSQL, Redis, Twenty",
        ExitStatus.INTERRUPTED: "stopped by Ctrl-C",
        ExitStatus.NOBODY_READS: "whoever read the output went away, such as `head`",
        ExitStatus.TERMINATED: "told to end (SIGTERM)",
    }
)
