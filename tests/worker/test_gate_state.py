"""The gate's state as everybody is shown it."""

from datetime import UTC, datetime, timedelta

from redis import Redis

from accounts.gate_state import GateState, gate_state
from twenty_client.errors import ServerFault, Unreachable, ValidationFailed
from twenty_client.gate import Gate
from twenty_client.pauses import RedisPauses
from twenty_client.redis_outage import impatient_redis

TWENTY = "https://crm.example.com"


def _now(redis: Redis) -> GateState:
    return gate_state(RedisPauses(redis, TWENTY), datetime.now(UTC))


def test_it_says_since_when_until_when_and_why(redis_url: str) -> None:
    """Open; closed by the first failure, and still since then by the second; trying when the pause is over; open;
    and of the next outage that one's beginning."""
    redis = impatient_redis(redis_url)
    gate = Gate(redis, TWENTY)
    gate.report(ValidationFailed("no", status=400))
    assert _now(redis) == GateState("open")
    gate.report(Unreachable("gone"))
    first = _now(redis)
    assert (first.state, first.reason, first.failures) == ("closed", "Unreachable", 1)
    assert first.since_at is not None
    assert first.until_at is not None
    assert timedelta(seconds=4) < first.until_at - first.since_at < timedelta(seconds=6)
    redis.delete(f"repsync:twenty:{TWENTY}:pause")
    assert _now(redis) == GateState("trying", first.since_at, failures=1)
    gate.report(ServerFault("down", status=502))
    second = _now(redis)
    assert (second.state, second.since_at, second.reason, second.failures) == (
        "closed",
        first.since_at,
        "ServerFault",
        2,
    )
    redis.delete(f"repsync:twenty:{TWENTY}:pause")
    gate.report_success()
    assert _now(redis) == GateState("open")
    gate.report(Unreachable("gone"))
    assert (_now(redis).since_at or first.since_at) > first.since_at
