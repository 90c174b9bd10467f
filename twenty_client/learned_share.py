"""How many calls a minute Twenty lets us make, as it turns out: less than configured after it refused some."""

import json
from math import floor
from time import time

from redis import Redis

LEAST = 10
_AFTER_A_REFUSAL = 0.75
_WON_BACK_A_MINUTE = 0.1
_OF_A_STATED_LIMIT = 0.8
_MEMORY_MS = 20 * 60_000


def lowered(share: int) -> int:
    """The share after Twenty refused a call for rate: a quarter less, never under 10 a minute."""
    return max(floor(share * _AFTER_A_REFUSAL), min(LEAST, share))


def within(limit: int, share: int) -> int:
    """The share under a limit that Twenty itself states for the whole workspace: four fifths of it."""
    return max(1, min(share, floor(limit * _OF_A_STATED_LIMIT)))


def won_back(learned: int, configured: int, since_s: float) -> int:
    """The share that is `since_s` seconds away from the refusal that lowered it to `learned`."""
    return min(configured, learned + floor(configured * _WON_BACK_A_MINUTE * max(since_s, 0.0) / 60))


class LearnedShare:
    """The share of all processes, in Redis, forgotten after 20 minutes without a refusal or a stated limit."""

    def __init__(self, redis: Redis, workspace: str, configured: int) -> None:
        self._redis = redis
        self._refused = f"repsync:twenty:{workspace}:refused"
        self._limit = f"repsync:twenty:{workspace}:limit"
        self._configured = configured

    def now(self) -> int:
        """Calls a minute."""
        refused, limit = self._redis.mget(self._refused, self._limit)
        share = within(int(limit), self._configured) if limit else self._configured
        if not refused:
            return share
        learned, at_s = json.loads(refused)
        return min(share, won_back(learned, self._configured, time() - at_s))

    def refused(self) -> None:
        """Twenty answered 429."""
        self._redis.set(self._refused, json.dumps([lowered(self.now()), time()]), px=_MEMORY_MS)

    def stated(self, limit: int) -> None:
        """Twenty said how many calls a minute the workspace has."""
        self._redis.set(self._limit, limit, px=_MEMORY_MS)
