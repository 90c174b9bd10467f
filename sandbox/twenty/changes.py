"""What a write did: the material of webhooks."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sandbox.twenty.schema import ObjectType, Row

Action = Literal["created", "updated", "deleted", "restored", "destroyed"]


@dataclass(frozen=True, slots=True)
class Change:
    """One row, after the change (before it, when destroyed). `updated_fields` is None where Twenty sends none."""

    kind: ObjectType
    action: Action
    row: Row
    updated_fields: list[str] | None = None

    @property
    def event_name(self) -> str:
        return f"{self.kind.singular}.{self.action}"


Announce = Callable[[list[Change]], None]
