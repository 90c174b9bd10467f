"""Plays recorded deliveries into a receiver, byte for byte."""

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

import requests
import tenacity

Delivery = tuple[Mapping[str, str], bytes]

PATIENCE_S = 60
PAUSE_S = 0.2
TIMEOUT_S = (5, 30)
# They described the recorded connection, not this one (RFC 9110, section 7.6.1).
CONNECTION_HEADERS = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-length",
        "expect",
        "host",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)


class ReceiverAway(Exception):
    """The receiver refused every connection for a minute."""


def arrange(deliveries: Sequence[Delivery], shuffle_seed: int | None, repeat: int) -> list[Delivery]:
    """Each delivery `repeat` times: in the order given, its copies together, or shuffled with the seed."""
    arranged = [delivery for delivery in deliveries for _ in range(repeat)]
    if shuffle_seed is not None:
        random.Random(shuffle_seed).shuffle(arranged)
    return arranged


def play(
    deliveries: Sequence[Delivery], url: str, *, threads: int = 8, on_progress: Callable[[int], None]
) -> Mapping[int, int]:
    """Posts every delivery to `url`; returns how many ended with each HTTP status.

    Started in the order given, up to `threads` at once (1: strictly one after the other). A refused
    connection or a 503 is tried again for a minute, as nothing was accepted; nothing else is. Status 0
    counts connections that broke before an answer. `on_progress` gets the number done so far, in the
    calling thread.

    Errors: `ReceiverAway`.
    """
    counts: Counter[int] = Counter()
    pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="player")
    try:
        sent = [pool.submit(_send, url, delivery) for delivery in deliveries]
        for done, answer in enumerate(as_completed(sent), start=1):
            counts[answer.result()] += 1
            on_progress(done)
    finally:
        pool.shutdown(cancel_futures=True)
    return dict(counts)


def _send(url: str, delivery: Delivery) -> int:
    """The status of the last try; 0 when the connection broke before an answer."""
    tries = tenacity.Retrying(
        retry=tenacity.retry_if_exception(_refused) | tenacity.retry_if_result(lambda status: status == 503),
        wait=tenacity.wait_fixed(PAUSE_S),
        stop=tenacity.stop_after_delay(PATIENCE_S),
        retry_error_callback=_last_answer,
    )
    try:
        return tries(_post, url, delivery)
    except (requests.ConnectionError, requests.Timeout):
        return 0


def _post(url: str, delivery: Delivery) -> int:
    """A connection for each: a kept one that the receiver closes meanwhile would look like a loss."""
    recorded, raw = delivery
    headers = {name: value for name, value in recorded.items() if name.lower() not in CONNECTION_HEADERS}
    with requests.Session() as session:
        # A proxy named in the environment must not see recorded personal data.
        session.trust_env = False
        answer = session.post(
            url,
            data=raw,
            headers={"Content-Type": "application/json", **headers, "Connection": "close"},
            timeout=TIMEOUT_S,
            allow_redirects=False,
        )
        return answer.status_code


def _refused(error: BaseException) -> bool:
    """Whether the connection was never made; requests and urllib3 wrap the system's error."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ConnectionRefusedError):
        cause = cause.__context__
    return cause is not None


def _last_answer(state: tenacity.RetryCallState) -> int:
    """What counts when the minute is over: a 503 as it came; a refused connection raises."""
    if state.outcome is None or state.outcome.failed:
        raise ReceiverAway(f"connections were refused for {PATIENCE_S} s")
    return int(state.outcome.result())
