"""What a write did: the material of webhooks."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from sandbox.twenty.schema import ObjectType, Row

Action = Literal["created", "updated", "deleted", "restored", "destroyed"]


@dataclass(frozen=True, slots=True)
class Person:
    """Who caused a change, when it was somebody signed in and not an API key."""

    user_id: str
    member_id: str


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


@dataclass(frozen=True, slots=True)
class MetadataChange:
    """A change of an object or a field itself.

    `metadata_name` is Twenty's word for what changed (`objectMetadata`, `fieldMetadata`); `properties` are
    `{"after": {…, "id": …}}`, and `before` where there was one.
    """

    metadata_name: str
    action: Literal["created", "updated", "deleted"]
    record_id: str
    properties: dict[str, Any]

    @property
    def event_name(self) -> str:
        return f"metadata.{self.metadata_name}.{self.action}"


Announce = Callable[[list[Change]], None]
