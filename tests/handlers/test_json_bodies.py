"""Which verified bodies count as a JSON object."""

import pytest

from handlers.bodies import require_json_object
from handlers.rejections import Refused, Rejection

DEEP = b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
NO_OBJECTS = {
    "nothing": b"",
    "text": b"no json",
    "array": b"[]",
    "null": b"null",
    "number": b"1",
    "string": b'"text"',
    "two": b"{}{}",
    "NaN": b'{"a":NaN}',
    "infinity": b'{"a":-Infinity}',
    "no UTF-8": b'{"a":"\xff"}',
    "UTF-16": "{}".encode("utf-16"),
    "too deep": DEEP,
    "too long a number": b'{"a":' + b"9" * 5000 + b"}",
}


@pytest.mark.parametrize("raw", [b"{}", b' {"a": [1, null]}\n', '{"name":"Jürgen"}'.encode()])
def test_an_object_passes(raw: bytes) -> None:
    """Any object will do: what it means is for the digest to find out."""
    require_json_object(raw)


@pytest.mark.parametrize("raw", NO_OBJECTS.values(), ids=NO_OBJECTS.keys())
def test_everything_else_is_refused(raw: bytes) -> None:
    """Other values, almost-JSON, other encodings and what the parser can't hold are refused alike."""
    with pytest.raises(Refused) as refused:
        require_json_object(raw)
    assert refused.value.reason is Rejection.NOT_JSON
