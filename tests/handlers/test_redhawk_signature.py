"""RedHawk's signature, held against the Standard Webhooks library as the sender."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from handlers.redhawk_signature import is_usable_secret, verify_redhawk
from handlers.rejections import Rejection
from handlers.verdicts import Rejected, Verified

OLD, NEW, OTHER = ("whsec_" + base64.b64encode(bytes([n]) * 24).decode() for n in (1, 2, 3))
RAW = '{"type":"module.completed","data":{"moduleId":"µ-1","repId":"1"}}'.encode()
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"


def sign(raw: bytes = RAW, at: datetime = NOW, secret: str = OLD, message_id: str = "msg_1") -> dict[str, str]:
    """Headers as a sender with the standard's library makes them."""
    return {
        ID: message_id,
        TIMESTAMP: str(int(at.timestamp())),
        SIGNATURE: Webhook(secret).sign(message_id, at, raw.decode()),
    }


def verify(raw: bytes, headers: dict[str, str], *secrets: str) -> Verified | Rejected:
    """The verifier with one secret and five minutes of tolerance, unless told otherwise."""
    return verify_redhawk(raw, headers, secrets or (OLD,), NOW, 300)


def test_what_the_library_signs_verifies() -> None:
    """The key is the webhook-id and the time the signed one."""
    assert verify(RAW, sign()) == Verified("msg_1", NOW)


def test_the_standards_own_example_verifies() -> None:
    """The vector published with the standard's reference libraries verifies byte for byte."""
    headers = {
        ID: "msg_p5jXN8AQM9LWM0D4loKWxJek",
        TIMESTAMP: "1614265330",
        SIGNATURE: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    secrets = ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",)
    signed_at = datetime(2021, 2, 25, 15, 2, 10, tzinfo=UTC)
    verdict = verify_redhawk(b'{"test": 2432232314}', headers, secrets, signed_at, 300)
    assert verdict == Verified("msg_p5jXN8AQM9LWM0D4loKWxJek", signed_at)


@given(st.integers(0, len(RAW) - 1), st.integers(0, 7))
def test_any_flipped_bit_of_the_body_fails(position: int, bit: int) -> None:
    """One changed bit anywhere in the body is a bad signature, also when it is no UTF-8 any more."""
    changed = bytearray(RAW)
    changed[position] ^= 1 << bit
    assert verify(bytes(changed), sign()) == Rejected(Rejection.BAD_SIGNATURE)


@given(st.sampled_from([ID, TIMESTAMP, SIGNATURE]), st.integers(0, 100), st.integers(0, 7))
def test_any_flipped_bit_of_a_header_fails(name: str, position: int, bit: int) -> None:
    """One changed bit in id, timestamp or signature is never accepted, unused base64 bits included."""
    headers = sign()
    changed = bytearray(headers[name].encode())
    changed[position % len(changed)] ^= 1 << bit
    assert isinstance(verify(RAW, {**headers, name: changed.decode("latin-1")}), Rejected)


@pytest.mark.parametrize("secret", [OLD, NEW])
def test_any_of_several_secrets_may_match(secret: str) -> None:
    """During a rotation each configured secret is good, others are not."""
    assert isinstance(verify(RAW, sign(secret=secret), OLD, NEW), Verified)
    assert verify(RAW, sign(secret=OTHER), OLD, NEW) == Rejected(Rejection.BAD_SIGNATURE)


def test_one_of_several_signatures_suffices() -> None:
    """A sender that rotates signs with both secrets; signatures of unknown versions are passed over."""
    both = " ".join(["v1a,AAAA", "junk", sign(secret=OTHER)[SIGNATURE], sign(secret=NEW)[SIGNATURE]])
    assert isinstance(verify(RAW, {**sign(), SIGNATURE: both}, NEW), Verified)


def test_another_version_with_the_right_digest_is_not_accepted() -> None:
    """Only `v1,` signatures count."""
    assert verify(RAW, {**sign(), SIGNATURE: sign()[SIGNATURE].replace("v1,", "v2,")}) == Rejected(
        Rejection.BAD_SIGNATURE
    )


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_rightly_signed_old_or_future_delivery_is_stale(seconds: int) -> None:
    """Beyond the tolerance in either direction a good signature is stale, a bad one stays bad."""
    headers = sign(at=NOW + timedelta(seconds=seconds))
    assert verify(RAW, headers) == Rejected(Rejection.STALE)
    assert verify(RAW + b" ", headers) == Rejected(Rejection.BAD_SIGNATURE)


def test_the_tolerance_is_ours_and_not_the_librarys() -> None:
    """A tolerance beyond the library's fixed five minutes is honoured, on the clock that was handed in."""
    headers = sign(at=NOW - timedelta(days=30))
    assert isinstance(verify_redhawk(RAW, headers, (OLD,), NOW, 86_400 * 31), Verified)


@pytest.mark.parametrize("timestamp", ["", "0", "-1", "1.5", "nan", "inf", "1e9", "01795262400", "9" * 12, "٣"])
def test_a_hostile_timestamp_is_a_bad_header(timestamp: str) -> None:
    """Only 1 to 11 ASCII digits are a timestamp."""
    assert verify(RAW, {**sign(), TIMESTAMP: timestamp}) == Rejected(Rejection.BAD_HEADERS)


@pytest.mark.parametrize("message_id", ["", "x" * 201, "with space", "nul\0", "é"])
def test_a_hostile_id_is_a_bad_header(message_id: str) -> None:
    """The id becomes a key in the inbox: only 1 to 200 visible ASCII characters, however well signed."""
    assert verify(RAW, sign(message_id=message_id)) == Rejected(Rejection.BAD_HEADERS)
    assert isinstance(verify(RAW, sign(message_id="x" * 200)), Verified)


@pytest.mark.parametrize("missing", [ID, TIMESTAMP, SIGNATURE])
def test_a_missing_header_is_a_bad_header(missing: str) -> None:
    """Without id, timestamp or signature there is nothing to verify."""
    headers = {name: value for name, value in sign().items() if name != missing}
    assert verify(RAW, headers) == Rejected(Rejection.BAD_HEADERS)


@pytest.mark.parametrize("signature", ["v1,é", "v1", "v1,", "\udcff", "v1,not base64", ",,,"])
def test_an_odd_signature_is_a_bad_signature(signature: str) -> None:
    """Text that is no signature fails without an exception."""
    assert verify(RAW, {**sign(), SIGNATURE: signature}) == Rejected(Rejection.BAD_SIGNATURE)


def test_header_names_are_read_in_any_case() -> None:
    """HTTP header names have no case."""
    assert isinstance(verify(RAW, {name.title(): value for name, value in sign().items()}), Verified)


def test_signatures_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison is hmac.compare_digest: when that says no, nothing verifies."""
    monkeypatch.setattr("hmac.compare_digest", lambda _a, _b: False)
    assert verify(RAW, sign()) == Rejected(Rejection.BAD_SIGNATURE)


@pytest.mark.parametrize(
    ("secret", "usable"),
    [(OLD, True), (OLD.rstrip("="), True), ("c2VjcmV0", True), ("whsec_", False), ("", False),
     ("whsec_s3cret-for-tests", False), ("whsec_clé", False), ("whsec_A", False)],
)  # fmt: skip
def test_a_usable_secret_is_base64(secret: str, usable: bool) -> None:
    """Prefix and padding may be missing; nothing and other text are of no use."""
    assert is_usable_secret(secret) is usable
