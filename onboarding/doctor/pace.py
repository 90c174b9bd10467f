"""Twenty's clock, and how many calls it lets us make."""

from datetime import UTC, datetime

from redis import Redis

from accounts.gate_state import GateState, gate_state
from onboarding.doctor.check import Finding, failed, passed, warned
from onboarding.doctor.stores import RedisSight
from onboarding.doctor.twenty_sight import TwentySight
from twenty_client.pacing import Pacer
from twenty_client.pauses import RedisPauses

SKEW_TOLD_S = 5.0


def check_skew(sight: TwentySight, tolerance_s: int) -> Finding:
    """Both clocks, to a second."""
    twenty_at, our_at = sight.clocks
    return judge_skew(twenty_at, our_at, tolerance_s)


def judge_skew(twenty_at: datetime, our_at: datetime, tolerance_s: int) -> Finding:
    """Over 5 s (default) is told; over the webhook tolerance every webhook is turned away as stale."""
    skew_s = (twenty_at - our_at).total_seconds()
    told = f"Twenty's clock is {abs(skew_s):.0f} s {'ahead of' if skew_s > 0 else 'behind'} ours"
    cure = "Let both machines keep time (NTP)."
    if abs(skew_s) > tolerance_s:
        return failed(f"{told}, more than WEBHOOK_TOLERANCE_S ({tolerance_s}): webhooks are turned away", cure)
    return warned(told, cure) if abs(skew_s) > SKEW_TOLD_S else passed("Twenty's and ours agree")


def check_budget(sight: RedisSight, redis: Redis, workspace: str, configured: int) -> Finding:
    """Our share as all processes know it through Redis."""
    sight.require()
    now = datetime.now(UTC)
    gate = gate_state(RedisPauses(redis, workspace), now)
    return judge_budget(Pacer(redis, workspace, share=configured).share(), configured, gate, now)


def judge_budget(share: int, configured: int, gate: GateState, now: datetime) -> Finding:
    """A share below the configured one was learnt: from 429s, or from a limit that Twenty states."""
    if gate.until_at is not None:
        left_s, since = (
            (gate.until_at - now).total_seconds(),
            f"{gate.since_at:%H:%M:%S} UTC" if gate.since_at else "now",
        )
        told = f"all calls pause for {left_s:.0f} s more: they fail since {since} ({gate.reason})"
        return warned(told, "See the lines above; what waits goes on by itself.")
    if share < configured:
        told = f"{share} of {configured} calls a minute: Twenty refused calls (429), or states a smaller limit"
        return warned(told, "Other API clients use the same budget: lower TWENTY_CALLS_PER_MINUTE, or theirs.")
    return passed(f"{share} calls a minute, no pause, no refusal in the last 20 minutes")
