"""The JSON that a request sends."""

import json
from typing import Any

from flask import request
from werkzeug.exceptions import BadRequest

from sandbox.twenty.errors import RefusedError, type_error
from sandbox.twenty.schema import Row
from sandbox.twenty.workspace import MAX_BATCH


def sent_json() -> Any:
    """None when there is no body; a form's fields are read too. Raises BadRequest when it is not JSON."""
    if request.mimetype == "application/x-www-form-urlencoded":
        return request.form.to_dict()
    raw = request.get_data()
    try:
        sent = json.loads(raw) if raw else None
        json.dumps(sent, ensure_ascii=False).encode()  # half of a surrogate pair could be stored and never answered
        return sent
    except ValueError:
        raise BadRequest("Unexpected end of JSON input") from None


def sent_record(*, required: bool = True) -> Row:
    """One record. A list is read as Twenty's JavaScript does: as an object with the fields "0", "1", …"""
    sent = sent_json()
    if isinstance(sent, list):
        return {str(index): member for index, member in enumerate(sent)}
    if sent is None and required:
        raise type_error("Cannot read properties of undefined (reading 'position')")
    return sent or {}


def sent_batch() -> list[Row]:
    """A list of at most 200 records."""
    sent = sent_json()
    if not isinstance(sent, list):
        raise type_error("args.data.forEach is not a function")
    if len(sent) > MAX_BATCH:
        raise RefusedError(f"Maximum number of records to upsert is {MAX_BATCH}.")
    return sent
