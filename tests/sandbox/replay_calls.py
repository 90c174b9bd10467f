"""The recorded calls of Twenty 2.21, as data."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RECORDINGS = Path(__file__).parents[1] / "recordings"
FLOOR = "floor-calls"
TOPICS = (
    "metadata-rest",
    "metadata-rest-custom-object",
    "rest-read",
    "rest-write",
    "rest-filter-order-page",
    "errors",
    "webhook-admin",
    "as-user",
    "compare-and-set",
    "rep-progression-setup",
    FLOOR,
    "rate-limit",
)
"""In the order in which they were recorded, all in one workspace."""

CUT_TEXT = re.compile(r"(?s)(.*)… (\d+) characters left out")
CUT_LIST = re.compile(r"… (\d+) more left out")


@dataclass(frozen=True)
class RecordedCall:
    """One request and its answer. A `body` that is a text was sent as it is; `answer` is a text when it was no JSON."""

    topic: str
    name: str
    method: str
    path: str
    headers: dict[str, str]
    body: Any
    status: int
    answer: Any


def read_topic(topic: str) -> list[RecordedCall]:
    """The calls of a topic, in recorded order."""
    if topic == FLOOR:
        calls = json.loads((RECORDINGS / "floor-calls.json").read_text())["calls"]
        return [_floor_call(at, call) for at, call in enumerate(calls, start=1)]
    lines = (RECORDINGS / "twenty-2.21" / f"{topic}.jsonl").read_text().splitlines()
    return [_call(topic, json.loads(line)) for line in lines]


def rows_in(value: Any) -> Iterator[dict[str, Any]]:
    """Every object within an answer that has an id and a creation time."""
    if isinstance(value, dict):
        if "id" in value and "createdAt" in value:
            yield value
        for part in value.values():
            yield from rows_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from rows_in(part)


def whole_text(value: Any) -> Any:
    """A request's body with its cut texts made long again: what was left out repeated the character before it."""
    if isinstance(value, dict):
        return {name: whole_text(part) for name, part in value.items()}
    if isinstance(value, list):
        return [whole_text(part) for part in value]
    cut = CUT_TEXT.fullmatch(value) if isinstance(value, str) else None
    return cut[1] + cut[1][-1] * int(cut[2]) if cut else value


def _call(topic: str, line: dict[str, Any]) -> RecordedCall:
    sent, got = line["request"], line["response"]
    return RecordedCall(
        topic, line["name"], sent["method"], sent["path"], sent["headers"], sent["body"], got["status"], got["body"]
    )


def _floor_call(at: int, call: dict[str, Any]) -> RecordedCall:
    headers = {"Authorization": "Bearer <redacted>", "Content-Type": "application/json"}
    name = f"{at:03d}-{call['tag']}"
    return RecordedCall(
        FLOOR, name, call["method"], call["path"], headers, call["body"], call["status"], call["response"]
    )
