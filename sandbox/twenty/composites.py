"""Values made of parts (amount, bodyV2, createdBy): merged part by part into what the row holds."""

import json
from typing import Any

from sandbox.twenty import scalars
from sandbox.twenty.errors import RefusedError
from sandbox.twenty.rich_text import blocks
from sandbox.twenty.schema import SUB_FIELDS, Field, Row


def composite(field: Field, sent: Any, held: Row) -> Row:
    """`held` with the parts in `sent`; parts that are not sent stay. Raises RefusedError."""
    if sent is None:
        return field.empty()  # type: ignore[no-any-return]
    if not isinstance(sent, dict):
        raise RefusedError(f"Invalid object value '{sent}' for field \"{field.name}\"")
    unknown = next((part for part in sent if part not in SUB_FIELDS[field.type]), None)
    if unknown is not None:
        raise RefusedError(f"Unknown sub-field '{unknown}' for composite field '{field.name}'")
    return held | _read(field, sent)


def _read(field: Field, sent: Row) -> Row:
    if field.type == "CURRENCY":
        return _currency(field, sent)
    if field.type == "RICH_TEXT":
        return _rich_text(field, sent)
    return sent


def _currency(field: Field, sent: Row) -> Row:
    micros = sent.get("amountMicros")
    if micros is None:
        return sent
    return sent | {"amountMicros": scalars.whole_number(micros, f"{field.name}.amountMicros")}


def _rich_text(field: Field, sent: Row) -> Row:
    blocknote = sent.get("blocknote")
    if blocknote is not None:
        _must_be_json(field, blocknote)
        return sent
    markdown = sent.get("markdown") or ""
    return {"blocknote": blocks(markdown) if markdown else None, "markdown": markdown}


def _must_be_json(field: Field, blocknote: Any) -> None:
    try:
        json.loads(blocknote)
    except (TypeError, ValueError):
        raise RefusedError(
            f'Invalid blocknote value for field "{field.name}.blocknote" - must contain valid JSON'
        ) from None
