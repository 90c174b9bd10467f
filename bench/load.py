"""The load generator: HTTP requests over many connections at once, made beforehand, so that sending costs little."""

import asyncio
import gc
import time
from collections.abc import Coroutine, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

CONNECTIONS = 32
TIMEOUT_S = 5.0  # Twenty's own
NO_ANSWER = 0
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Answer:
    """Its HTTP status (0: none within 5 s), and the seconds from when the request was due until it was there."""

    status: int
    seconds: float


def rate_of(url: str, requests: Sequence[bytes]) -> float:
    """Accepted requests a second, over 32 kept connections, each sending its next as soon as it is answered."""
    began_s = time.perf_counter()
    statuses = _sent(_as_fast_as_it_goes(url, requests))
    return statuses.count(202) / (time.perf_counter() - began_s)


def at_times(url: str, requests: Sequence[bytes], due_s: Sequence[float]) -> list[Answer]:
    """Each request at its time after the start, on a connection of its own, whether others were answered or not."""
    return _sent(_at_times(url, requests, due_s))


def _sent(sending: Coroutine[Any, Any, _T]) -> _T:
    """Without the garbage collector, whose pauses here, of 0.1 s, would count as a server's."""
    gc.disable()
    try:
        return asyncio.run(sending)
    finally:
        gc.enable()


async def _as_fast_as_it_goes(url: str, requests: Sequence[bytes]) -> list[int]:
    left = iter(requests)
    return [
        status for each in await asyncio.gather(*(_in_turn(url, left) for _ in range(CONNECTIONS))) for status in each
    ]


async def _in_turn(url: str, left: Iterator[bytes]) -> list[int]:
    reader, writer = await _connected(url)
    statuses = [await _answered(reader, writer, request) for request in left]
    writer.close()
    return statuses


async def _at_times(url: str, requests: Sequence[bytes], due_s: Sequence[float]) -> list[Answer]:
    began_s = time.perf_counter()
    sent = []
    for request, due in zip(requests, due_s, strict=True):
        await asyncio.sleep(began_s + due - time.perf_counter())
        sent.append(asyncio.create_task(_due_now(url, request, began_s + due)))
    return await asyncio.gather(*sent)


async def _due_now(url: str, request: bytes, due_s: float) -> Answer:
    try:
        async with asyncio.timeout(TIMEOUT_S):
            status = await _alone(url, request)
    except (OSError, TimeoutError, asyncio.IncompleteReadError):
        status = NO_ANSWER
    return Answer(status, time.perf_counter() - due_s)


async def _alone(url: str, request: bytes) -> int:
    reader, writer = await _connected(url)
    try:
        return await _answered(reader, writer, request)
    finally:
        writer.close()


async def _connected(url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection(urlsplit(url).hostname, urlsplit(url).port)


async def _answered(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> int:
    """The status; the body is read, so that the connection can be kept."""
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = head.partition(b"content-length:")[2].partition(b"\r\n")[0]
    await reader.readexactly(int(length))
    return int(head.split(b" ", 2)[1])
