"""Finding a body's text in Twenty's three fields for it."""

import json
from typing import Any

import pytest

from programs.progression.note_bodies import body_text


def _paragraph(text: str, *children: dict[str, Any]) -> dict[str, Any]:
    return {"type": "paragraph", "content": [{"type": "text", "text": text}], "children": list(children)}


def test_markdown_comes_first_then_blocknote_then_the_older_body() -> None:
    """The first of the three that says anything is the body."""
    blocknote = json.dumps([_paragraph("block")])
    assert body_text("mark", blocknote, "old") == "mark"
    assert body_text(" \n", blocknote, "old") == "block"
    assert body_text("", None, "old") == "old"
    assert body_text(None, None, None) == ""


def test_blocks_become_lines_in_reading_order() -> None:
    """Nested blocks, links and plain strings are read in order, one line a block."""
    link = {"type": "link", "href": "x", "content": [{"type": "text", "text": "here"}]}
    blocks = [
        _paragraph("Auto: contact", _paragraph("nested")),
        {"type": "paragraph", "content": [{"type": "text", "text": "see "}, link], "children": []},
        {"type": "heading", "content": "Duration: 2:05", "children": []},
    ]
    assert body_text(None, json.dumps(blocks), None) == "Auto: contact\nnested\nsee here\nDuration: 2:05"


def test_the_older_body_may_hold_blocks_too() -> None:
    """Older versions of Twenty kept the blocks in `body` itself."""
    assert body_text(None, None, json.dumps([_paragraph("Duration: 2:05")])) == "Duration: 2:05"


def test_the_recorded_blocks_say_what_the_recorded_markdown_says(floor_deliveries: list[dict[str, Any]]) -> None:
    """For every recorded body, reading its blocks gives the words that Twenty's own markdown has."""
    bodies = [json.loads(delivery["raw"])["record"].get("bodyV2") for delivery in floor_deliveries]
    written = [body for body in bodies if body and body["blocknote"]]
    assert len(written) == 5
    for body in written:
        assert body_text(None, body["blocknote"], None).split() == body["markdown"].split()


@pytest.mark.parametrize(
    "blocknote",
    [
        "not json",
        "[" * 200_000,
        '[{"content":' * 50_000,
        '{"text": "not a list"}',
        "[1, null, true, {}, [], [[1]]]",
        '[{"text": 5, "content": {"content": 7}, "children": "x\x00"}]',
        "9" * 10_000,
        "[" + " " * 1_000_000 + "]",
    ],
)
def test_hostile_blocks_say_nothing_and_the_older_body_is_read(blocknote: str) -> None:
    """Blocks that are no JSON, nested too deep, too long or of another shape leave the next field its turn."""
    assert body_text("", blocknote, "old") == "old"


def test_deep_but_readable_blocks_are_walked() -> None:
    """Blocks nested some hundred deep are read without recursion."""
    block = _paragraph("deepest")
    for _ in range(150):
        block = _paragraph("", block)
    assert body_text(None, json.dumps([block]), None) == "deepest"


def test_a_huge_body_is_cut() -> None:
    """A megabyte of text leaves 20,000 characters, whichever field it came in."""
    huge = "x" * 1_000_000
    assert len(body_text(huge, None, None)) == 20_000
    assert len(body_text(None, None, huge)) == 20_000
    assert len(body_text(None, json.dumps([_paragraph("x" * 900_000)]), None)) == 20_000
