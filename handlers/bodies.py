"""Request bodies: read as raw bytes, never more than allowed, and looked at once they are verified."""

import json
from typing import IO, Any, NoReturn

from flask import Request

from handlers.rejections import Refused, Rejection

_READ_SIZE = 65_536


def _refuse_constant(_word: str) -> NoReturn:
    raise ValueError("NaN and Infinity are not JSON")


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)


def read_body(request: Request, max_bytes: int) -> bytes:
    """The body as received, at most `max_bytes` long.

    Works with and without Content-Length (chunked bodies have none) and believes no Content-Length: at most
    one byte more than allowed is asked of the server. Raises Refused TOO_LARGE, or INCOMPLETE when the body
    ends early or is badly chunked.
    """
    declared = request.content_length
    if declared is not None and declared > max_bytes:
        raise _too_large(max_bytes)
    raw = _read_at_most(request.environ["wsgi.input"], _safe_length(request, declared, max_bytes))
    if len(raw) > max_bytes:
        raise _too_large(max_bytes)
    if declared is not None and len(raw) < declared:
        raise Refused(Rejection.INCOMPLETE, "the body is shorter than its Content-Length")
    return raw


def require_json_object(raw: bytes) -> dict[str, Any]:
    """The object in the body.

    Raises Refused NOT_JSON unless the bytes are one JSON object in UTF-8 (not too deep for the parser).
    """
    try:
        parsed = _DECODER.decode(raw.decode())
    except (ValueError, RecursionError):
        parsed = None
    if not isinstance(parsed, dict):
        raise Refused(Rejection.NOT_JSON, "the body is not a JSON object")
    return parsed


def _safe_length(request: Request, declared: int | None, max_bytes: int) -> int:
    """How many bytes may be asked for: beyond these, a server that does not end the stream blocks."""
    if declared is not None:
        return declared
    return max_bytes + 1 if request.environ.get("wsgi.input_terminated") else 0


def _read_at_most(stream: IO[bytes], length: int) -> bytes:
    pieces: list[bytes] = []
    missing = length
    while missing > 0 and (piece := _read_piece(stream, min(missing, _READ_SIZE))):
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)


def _read_piece(stream: IO[bytes], size: int) -> bytes:
    try:
        return stream.read(size)
    except Exception:  # gunicorn's and werkzeug's errors for a broken stream share no base class
        raise Refused(Rejection.INCOMPLETE, "the body could not be read to its end") from None


def _too_large(max_bytes: int) -> Refused:
    return Refused(Rejection.TOO_LARGE, f"the body is larger than {max_bytes} bytes")
