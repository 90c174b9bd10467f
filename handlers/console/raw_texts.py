"""The bytes of a delivery as people can read them."""

import json
from contextlib import suppress

LONGEST_SHOWN = 200_000


def readable(raw: bytes) -> str:
    """Indented where it is JSON; at most 200,000 characters. Never raises."""
    text = raw.decode("utf-8", "backslashreplace")
    with suppress(ValueError, RecursionError):
        text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}\n…"
