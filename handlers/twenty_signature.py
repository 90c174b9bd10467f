"""Twenty's webhook signature, checked on the raw bytes.

`X-Twenty-Webhook-Signature` is the lower-case hex HMAC-SHA256, keyed with the secret as text, of
`X-Twenty-Webhook-Timestamp` (ms) + ":" + the raw body. `X-Twenty-Webhook-Nonce` is not signed and says
nothing. Seen on Twenty 2.21.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime

from handlers.rejections import Rejection
from handlers.signed_time import is_stale, read_milliseconds
from handlers.verdicts import Rejected, Verified

TIMESTAMP_HEADER = "x-twenty-webhook-timestamp"
SIGNATURE_HEADER = "x-twenty-webhook-signature"


def verify_twenty(
    raw: bytes, headers: Mapping[str, str], secrets: Sequence[str], now: datetime, tolerance_s: int
) -> Verified | Rejected:
    """Checks a delivery of Twenty against every secret; names of headers may be in any case.

    Rejected says BAD_HEADERS (missing, or a timestamp that is none), BAD_SIGNATURE (no secret matches), or
    STALE (rightly signed, but more than `tolerance_s` away from `now`). The key is the hex SHA-256 of
    timestamp + body.
    """
    by_name = {name.lower(): value for name, value in headers.items()}
    timestamp, signature = by_name.get(TIMESTAMP_HEADER, ""), by_name.get(SIGNATURE_HEADER, "")
    sent_at = read_milliseconds(timestamp)
    if sent_at is None or not signature:
        return Rejected(Rejection.BAD_HEADERS)
    if not _is_signed(raw, timestamp, signature, secrets):
        return Rejected(Rejection.BAD_SIGNATURE)
    if is_stale(sent_at, now, tolerance_s):
        return Rejected(Rejection.STALE)
    return Verified(hashlib.sha256(timestamp.encode() + raw).hexdigest(), sent_at)


def _is_signed(raw: bytes, timestamp: str, signature: str, secrets: Sequence[str]) -> bool:
    # compare_digest refuses text beyond ASCII, so it gets bytes; "replace" copes with lone surrogates.
    given = signature.encode(errors="replace")
    signed = timestamp.encode() + b":" + raw
    return any(hmac.compare_digest(_hex_hmac(secret, signed), given) for secret in secrets)


def _hex_hmac(secret: str, signed: bytes) -> bytes:
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest().encode()
