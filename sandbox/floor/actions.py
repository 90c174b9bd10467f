"""Actions: what is done to Twenty and posted by RedHawk, one at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Kind = Literal["create", "update", "soft_delete", "restore", "destroy"]


@dataclass(frozen=True, slots=True)
class Write:
    """A change of a record of Twenty. `rep` is the workspace member who makes it, None for the API key."""

    at: datetime
    kind: Kind
    rep: str | None
    plural: str
    id: str
    fields: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Post:
    """An event of RedHawk's. `rep` is a short id; `id` the webhook-id, kept in all of its `sends`."""

    at: datetime
    rep: str
    id: str
    event: Mapping[str, Any] = field(repr=False)
    sends: int = 1
    kind: Literal["post"] = "post"


Action = Write | Post
