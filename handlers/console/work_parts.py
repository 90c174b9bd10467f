"""What acts when somebody presses a button on the pages on work."""

from collections.abc import Callable
from dataclasses import dataclass

from accounts.mapping import Alias, Mapped


@dataclass(frozen=True, slots=True)
class WorkParts:
    """Each raises LedgerUnavailable; `str` is the name of the user who acts, for the audit log.

    `preview_mapping` and `map_name` raise MappingPutOff.
    """

    preview_mapping: Callable[[Alias], Mapped]
    map_name: Callable[[Alias, str], Mapped]
