"""What a signature check says about a delivery."""

from dataclasses import dataclass
from datetime import datetime

from handlers.rejections import Rejection


@dataclass(frozen=True, slots=True)
class Verified:
    """The sender knows a secret of ours and signed these bytes lately.

    `key` recognises a repeat within the source, `sent_at` is the instant the sender signed.
    """

    key: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Rejected:
    """The delivery is not taken; `reason` is BAD_HEADERS, BAD_SIGNATURE or STALE."""

    reason: Rejection
