"""Twenty's signature, held against 158 deliveries recorded from a real Twenty 2.21."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rejections import Rejection
from handlers.twenty_signature import verify_twenty
from handlers.verdicts import Rejected, Verified

SECRET = "s3cret-for-tests-0000000000000000"
RECORDING = Path(__file__).parents[1] / "recordings" / "floor-deliveries.jsonl"
LINES = [json.loads(line) for line in RECORDING.read_text(encoding="utf-8").splitlines()]
TIMESTAMP, SIGNATURE = "X-Twenty-Webhook-Timestamp", "X-Twenty-Webhook-Signature"
RAW = b'{"eventName":"note.created"}'
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def sign(raw: bytes = RAW, at: datetime = NOW, secret: str = SECRET) -> dict[str, str]:
    """Headers as Twenty makes them."""
    timestamp = str(int(at.timestamp() * 1000))
    signed = timestamp.encode() + b":" + raw
    return {
        TIMESTAMP: timestamp,
        SIGNATURE: hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest(),
    }


def verify(raw: bytes, headers: dict[str, str], *secrets: str, now: datetime = NOW) -> Verified | Rejected:
    """The verifier with the recording's secret and five minutes of tolerance, unless told otherwise."""
    return verify_twenty(raw, headers, secrets or (SECRET,), now, 300)


def recorded(line: int) -> tuple[bytes, dict[str, str], datetime]:
    """Bytes, headers and time of arrival of one recorded delivery."""
    entry = LINES[line]
    return entry["raw"].encode(), entry["headers"], datetime.fromtimestamp(entry["at"], UTC)


def flip(text: bytes, position: int, bit: int) -> bytes:
    """The same bytes with one bit turned over; the position wraps around."""
    changed = bytearray(text)
    changed[position % len(text)] ^= 1 << bit
    return bytes(changed)


lines = st.integers(0, len(LINES) - 1)
positions = st.integers(0, 5000)
bits = st.integers(0, 7)


def test_every_recorded_delivery_verifies() -> None:
    """All 158 signatures of the recorded day match, with distinct keys and the time Twenty signed."""
    keys = set()
    for line in range(158):
        raw, headers, arrived_at = recorded(line)
        verdict = verify(raw, headers, now=arrived_at)
        assert isinstance(verdict, Verified)
        assert verdict.sent_at.timestamp() * 1000 == pytest.approx(int(headers[TIMESTAMP]), abs=0.01)
        keys.add(verdict.key)
    assert len(keys) == len(LINES) == 158


@given(lines, positions, bits)
def test_any_flipped_bit_of_a_body_fails(line: int, position: int, bit: int) -> None:
    """One changed bit anywhere in a recorded body is a bad signature."""
    raw, headers, arrived_at = recorded(line)
    verdict = verify(flip(raw, position, bit), headers, now=arrived_at)
    assert verdict == Rejected(Rejection.BAD_SIGNATURE)


@given(lines, positions, bits, st.sampled_from([TIMESTAMP, SIGNATURE]))
def test_any_flipped_bit_of_a_signed_header_fails(line: int, position: int, bit: int, name: str) -> None:
    """One changed bit in the timestamp or the signature is never accepted, non-ASCII results included."""
    raw, headers, arrived_at = recorded(line)
    changed = flip(headers[name].encode(), position, bit).decode("latin-1")
    assert isinstance(verify(raw, {**headers, name: changed}, now=arrived_at), Rejected)


def test_the_key_is_the_hash_of_timestamp_and_body() -> None:
    """A repeat of the same signed bytes has the same key, whatever its nonce; a re-signed one another key."""
    first = verify(RAW, sign())
    again = verify(RAW, {**sign(), "X-Twenty-Webhook-Nonce": "other"})
    later = verify(RAW, sign(at=NOW + timedelta(seconds=72)))
    assert first == again
    assert isinstance(first, Verified)
    assert isinstance(later, Verified)
    assert first.key == hashlib.sha256(b"1795262400000" + RAW).hexdigest() != later.key


@pytest.mark.parametrize("secret", ["old-secret", "new-secret", "schlüssel"])
def test_any_of_several_secrets_may_match(secret: str) -> None:
    """During a rotation each configured secret is good, others are not."""
    configured = ("old-secret", "new-secret", "schlüssel")
    assert isinstance(verify(RAW, sign(secret=secret), *configured), Verified)
    assert verify(RAW, sign(secret=SECRET), *configured) == Rejected(Rejection.BAD_SIGNATURE)


def test_without_secrets_nothing_verifies() -> None:
    """An empty list of secrets accepts nobody."""
    assert verify_twenty(RAW, sign(), (), NOW, 300) == Rejected(Rejection.BAD_SIGNATURE)


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_rightly_signed_old_or_future_delivery_is_stale(seconds: int) -> None:
    """Beyond the tolerance in either direction a good signature is stale, a bad one stays bad."""
    headers = sign(at=NOW + timedelta(seconds=seconds))
    assert verify(RAW, headers) == Rejected(Rejection.STALE)
    assert verify(RAW + b" ", headers) == Rejected(Rejection.BAD_SIGNATURE)


@pytest.mark.parametrize("seconds", [-300, 300])
def test_the_tolerance_itself_is_still_fresh(seconds: int) -> None:
    """Exactly at the tolerance a delivery is accepted."""
    assert isinstance(verify(RAW, sign(at=NOW + timedelta(seconds=seconds))), Verified)


@pytest.mark.parametrize(
    "timestamp",
    ["", "0", "-1", "+1795262400000", "1795262400000.0", " 1795262400000", "1795262400000\n", "1_795", "1e12",
     "01795262400000", "١٧٩٥٢٦٢٤٠٠٠٠٠", "9" * 15, "9" * 5000, "\udcff"],
)  # fmt: skip
def test_a_hostile_timestamp_is_a_bad_header(timestamp: str) -> None:
    """Only 1 to 14 ASCII digits are a timestamp; everything else is refused before any arithmetic."""
    assert verify(RAW, {**sign(), TIMESTAMP: timestamp}) == Rejected(Rejection.BAD_HEADERS)


@pytest.mark.parametrize("missing", [TIMESTAMP, SIGNATURE])
def test_a_missing_header_is_a_bad_header(missing: str) -> None:
    """Without a timestamp or a signature there is nothing to verify."""
    headers = {name: value for name, value in sign().items() if name != missing}
    assert verify(RAW, headers) == Rejected(Rejection.BAD_HEADERS)


@pytest.mark.parametrize("signature", ["é" * 64, "\udcff", "0" * 64, sign()[SIGNATURE].upper(), "x"])
def test_an_odd_signature_is_a_bad_signature(signature: str) -> None:
    """Text that is no lower-case hex of the right HMAC fails without an exception."""
    assert verify(RAW, {**sign(), SIGNATURE: signature}) == Rejected(Rejection.BAD_SIGNATURE)


def test_header_names_are_read_in_any_case() -> None:
    """HTTP header names have no case."""
    assert isinstance(verify(RAW, {name.lower(): value for name, value in sign().items()}), Verified)


def test_signatures_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison is hmac.compare_digest: when that says no, nothing verifies."""
    monkeypatch.setattr("hmac.compare_digest", lambda _a, _b: False)
    assert verify(RAW, sign()) == Rejected(Rejection.BAD_SIGNATURE)
