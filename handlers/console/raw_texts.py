"""The bytes of a delivery as people can read them."""

import json

LONGEST_SHOWN = 200_000


def readable(raw: bytes) -> str:
    """Indented where it is JSON; at most 200,000 characters. Never raises."""
    text = raw.decode("utf-8", "backslashreplace")
    try:
        text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        pass
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}\n…"
