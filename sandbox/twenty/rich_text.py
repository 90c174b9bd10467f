"""The editor's form of a text: blocks made of its Markdown. Paragraphs, bullets and bold words are known."""

import json
import re
from collections.abc import Iterator
from uuid import uuid4

from sandbox.twenty.schema import Row

_BOLD = re.compile(r"\*\*(.+?)\*\*")
_PROPS = {"backgroundColor": "default", "textColor": "default", "textAlignment": "left"}


def blocks(markdown: str) -> str:
    """As JSON."""
    made = [block for part in markdown.split("\n\n") for block in _blocks_of(part)]
    return json.dumps(made, separators=(",", ":"), ensure_ascii=False)


def _blocks_of(part: str) -> Iterator[Row]:
    lines = part.split("\n")
    if all(line.startswith("- ") for line in lines):
        yield from (_block("bulletListItem", line[2:]) for line in lines)
    else:
        # The editor indents what follows a line break within a paragraph.
        yield _block("paragraph", "\n ".join(lines))


def _block(type_: str, text: str) -> Row:
    return {"id": str(uuid4()), "type": type_, "props": _PROPS, "content": list(_content(text)), "children": []}


def _content(text: str) -> Iterator[Row]:
    for at, piece in enumerate(_BOLD.split(text)):
        if piece:
            yield {"type": "text", "text": piece, "styles": {"bold": True} if at % 2 else {}}
