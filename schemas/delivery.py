"""A delivery: one thing that came in, kept byte for byte before anybody trusts it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from schemas.told import NOTHING, Told

Source = Literal["twenty", "redhawk", "sweep", "missing"]
KEPT_HEADERS = ("content-type", "user-agent", "webhook-id", "x-twenty-webhook-nonce")


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """What a transport hands to the inbox.

    `key` makes a repeat recognisable within its source: for Twenty sha256(signed timestamp, raw body), for RedHawk
    its `webhook-id`, for the sweep the version key, for a record that is missing in Twenty the record and since when.
    `headers` holds no secret and no signature. `sent_at` is the time the sender signed (for the sweep: Twenty's clock
    at the sweep's start). `told` is only for those who look for a delivery: the bytes decide.
    """

    source: Source
    key: str
    raw: bytes = field(repr=False)
    headers: Mapping[str, str]
    sent_at: datetime
    told: Told = NOTHING
