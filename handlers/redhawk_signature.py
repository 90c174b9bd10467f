"""RedHawk's webhook signature: Standard Webhooks 1.0, checked on the raw bytes.

`webhook-signature` holds one or more `v1,<base64 HMAC-SHA256>` parted by spaces, over `webhook-id` + "." +
`webhook-timestamp` (s) + "." + the raw body; secrets are `whsec_` + base64. The library computes the
signature; its own `verify` fixes the tolerance at 5 minutes and reads the machine's clock, so headers and
age are judged here.
"""

import base64
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from standardwebhooks import Webhook

from handlers.rejections import Rejection
from handlers.signed_time import is_stale, read_seconds
from handlers.verdicts import Rejected, Verified

ID_HEADER = "webhook-id"
TIMESTAMP_HEADER = "webhook-timestamp"
SIGNATURE_HEADER = "webhook-signature"
SECRET_PREFIX = "whsec_"  # noqa: S105 - the standard's prefix, not a secret

_MESSAGE_ID = re.compile(r"[!-~]{1,200}")


def verify_redhawk(
    raw: bytes, headers: Mapping[str, str], secrets: Sequence[str], now: datetime, tolerance_s: int
) -> Verified | Rejected:
    """Checks a delivery of RedHawk against every secret; names of headers may be in any case.

    Rejected says BAD_HEADERS (missing, a timestamp that is none, an id that is not 1 to 200 visible ASCII
    characters), BAD_SIGNATURE (no secret matches; bytes that are not UTF-8 never do), or STALE (rightly
    signed, but more than `tolerance_s` away from `now`). The key is the `webhook-id`, which a resend keeps.
    """
    by_name = {name.lower(): value for name, value in headers.items()}
    message_id, signatures = by_name.get(ID_HEADER, ""), by_name.get(SIGNATURE_HEADER, "")
    sent_at = read_seconds(by_name.get(TIMESTAMP_HEADER, ""))
    if sent_at is None or not signatures or not _MESSAGE_ID.fullmatch(message_id):
        return Rejected(Rejection.BAD_HEADERS)
    expected = _expected_signatures(raw, message_id, sent_at, secrets)
    if not _any_matches(expected, signatures):
        return Rejected(Rejection.BAD_SIGNATURE)
    if is_stale(sent_at, now, tolerance_s):
        return Rejected(Rejection.STALE)
    return Verified(message_id, sent_at)


def is_usable_secret(secret: str) -> bool:
    """Whether the secret is base64 (with or without `whsec_` and padding) of at least one byte."""
    digits = secret.removeprefix(SECRET_PREFIX).rstrip("=")
    try:
        return bool(base64.b64decode(digits + "=" * (-len(digits) % 4), validate=True))
    except ValueError:
        return False


def _expected_signatures(raw: bytes, message_id: str, sent_at: datetime, secrets: Sequence[str]) -> tuple[bytes, ...]:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return ()
    return tuple(Webhook(secret).sign(message_id, sent_at, text).encode() for secret in secrets)


def _any_matches(expected: Sequence[bytes], signatures: str) -> bool:
    # Compared as text: many base64 texts decode to the same bytes, only one was sent.
    given = [signature.encode(errors="replace") for signature in signatures.split(" ")]
    return any(hmac.compare_digest(one, other) for one in expected for other in given)
