"""The text of a note's body: out of Twenty's three fields for it, and the lines a dialer writes into it."""

import json
from collections.abc import Iterator

LONGEST_BODY = 20_000
LONGEST_BLOCKNOTE = 1_000_000
MOST_NODES = 20_000

TRANSCRIPTION = "--- transcription ---"


def body_text(markdown: str | None, blocknote: str | None, legacy: str | None) -> str:
    """The first that says anything: `bodyV2.markdown`, `bodyV2.blocknote` (JSON of blocks), the older `body`.

    The older `body` is text, or blocknote too.
    At most 20,000 characters, stripped. Never raises: blocknote that is not JSON, is nested too deep or is
    longer than a million characters says nothing.
    """
    return bounded(markdown) or _blocknote_text(blocknote) or _blocknote_text(legacy) or bounded(legacy)


def bounded(text: str | None, longest: int = LONGEST_BODY) -> str:
    """The text without the whitespace around it, at most `longest` characters; empty for None."""
    return (text or "").strip()[:longest].rstrip()


def line_value(body: str, label: str) -> str | None:
    """What stands behind `label:` in a line of its own, None without such a line.

    The dialer writes its lines after the rep's free text, so the last one counts; what was said on the phone
    (after `--- Transcription ---`) does not.
    """
    value = None
    for line in body[:LONGEST_BODY].splitlines():
        if line.strip().casefold().startswith(TRANSCRIPTION):
            break
        name, colon, rest = line.partition(":")
        if colon and name.strip().casefold() == label.casefold():
            value = rest.strip()
    return value


def _blocknote_text(blocknote: str | None) -> str:
    if not blocknote or len(blocknote) > LONGEST_BLOCKNOTE:
        return ""
    try:
        blocks = json.loads(blocknote)
    except (ValueError, RecursionError):
        return ""
    return bounded("".join(_pieces(blocks))) if isinstance(blocks, list) else ""


def _pieces(blocks: object) -> Iterator[str]:
    """Texts in reading order with a line break after each block, walked without recursion."""
    waiting = [blocks]
    for _ in range(MOST_NODES):
        if not waiting:
            return
        node = waiting.pop()
        if isinstance(node, str):
            yield node
        elif isinstance(node, list):
            waiting.extend(reversed(node[:MOST_NODES]))
        elif isinstance(node, dict):
            waiting.extend(reversed(_parts(node)))


def _parts(node: dict[str, object]) -> list[object]:
    if isinstance(node.get("text"), str):
        return [node["text"]]
    is_block = "children" in node
    return [node.get("content"), "\n" if is_block else None, node.get("children")]
