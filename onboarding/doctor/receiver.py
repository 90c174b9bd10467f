"""The receiver, as it answers at the address that Twenty posts to."""

import re
from functools import cached_property
from ipaddress import ip_address
from socket import getaddrinfo
from typing import Any
from urllib.parse import urlsplit

import requests

from onboarding.doctor.check import Finding, NotSeen, failed, passed, warned
from onboarding.doctor.workspace import NO_RECEIVER
from onboarding.setup_plan import Receiver

TIMEOUT_S = 5.0
_REASON = re.compile(r"[a-z_]{1,40}")


class ReceiverSight:
    """What the receiver says of itself at `/readyz`, asked once."""

    def __init__(self, receiver: Receiver | None) -> None:
        self.receiver = receiver

    @cached_property
    def readiness(self) -> dict[str, Any] | str:
        """Its answer, or in a word why there is none. Raises NotSeen without an address."""
        if self.receiver is None:
            raise NotSeen(NO_RECEIVER)
        try:
            url = f"{self.receiver.url.rstrip('/')}/readyz"
            told = requests.get(url, timeout=TIMEOUT_S, allow_redirects=False).json()
        except requests.JSONDecodeError:
            return "something else answers there"
        except requests.RequestException as error:
            return type(error).__name__
        return told if isinstance(told, dict) and "database" in told else "something else answers there"

    def rejected(self, source: str) -> dict[str, int]:
        """Deliveries of a source that were turned away since the receiver's process started, by reason."""
        told = self.readiness
        if isinstance(told, str):
            raise NotSeen(f"can't be known: the receiver does not answer from here ({told})")
        counts = (told.get("rejections") or {}).get(source) or {}
        return {name: n for name, n in counts.items() if _REASON.fullmatch(name) and isinstance(n, int)}


def check_receiver(sight: ReceiverSight) -> Finding:
    """Whether it answers, with its stores, and whom it turns away."""
    return judge_receiver(sight.readiness, {} if isinstance(sight.readiness, str) else sight.rejected("twenty"))


def judge_receiver(readiness: dict[str, Any] | str, rejected: dict[str, int]) -> Finding:
    """From here it may be out of reach and for Twenty not, so silence is a warning."""
    if isinstance(readiness, str):
        return warned(f"no answer from here ({readiness})", "Start it (`repsync start`), or set RECEIVER_URL right.")
    if readiness["database"] != "reachable":
        return failed("answers 503: it does not reach PostgreSQL", "Set its DATABASE_URL right, or start PostgreSQL.")
    if rejected:
        told = f"turned away webhooks of Twenty since it started: {counted(rejected)}"
        return warned(told, "bad_signature: another secret; stale: another clock; see the table in docs/runbook.md.")
    return passed("ready, and turned away no webhook of Twenty since it started")


def counted(counts: dict[str, int]) -> str:
    """`bad_signature 3, stale 1`."""
    return ", ".join(f"{name} {number}" for name, number in sorted(counts.items()))


def is_private(url: str) -> bool:
    """Whether the address leads, as seen from here, into a private network."""
    try:
        found = getaddrinfo(urlsplit(url).hostname, None)
    except OSError:
        return False
    return any(ip_address(str(address[4][0]).partition("%")[0]).is_private for address in found)
