"""Recorded webhooks, signed anew: as many as are asked for, each one that no receiver has seen."""

import hashlib
import hmac
import time
from collections.abc import Iterator
from itertools import count, cycle
from pathlib import Path
from urllib.parse import urlsplit

from bench.stores import SECRET
from handlers.twenty_signature import SIGNATURE_HEADER, TIMESTAMP_HEADER
from sandbox.twenty.recorded import read_deliveries, without_progressions

RECORDED = Path(__file__).parents[1] / "tests" / "recordings" / "floor-deliveries.jsonl"
_signed_at_ms = count(time.time_ns() // 10**6)


def fresh_requests(url: str) -> Iterator[bytes]:
    """HTTP requests to `url`, without end: recorded bodies byte for byte, each with another signed time."""
    raws = [delivery.raw for delivery in without_progressions(read_deliveries(RECORDED))]
    for raw in cycle(raws):
        yield signed_request(url, raw)


def signed_request(url: str, raw: bytes) -> bytes:
    """A webhook with this body, signed at a time that no other was signed at."""
    host, path = urlsplit(url).netloc, urlsplit(url).path
    timestamp = str(next(_signed_at_ms))
    signature = hmac.new(SECRET.encode(), timestamp.encode() + b":" + raw, hashlib.sha256).hexdigest()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nUser-Agent: axios/1.17.0\r\n"
        f"{TIMESTAMP_HEADER}: {timestamp}\r\n{SIGNATURE_HEADER}: {signature}\r\nContent-Length: {len(raw)}\r\n\r\n"
    )
    return head.encode() + raw
