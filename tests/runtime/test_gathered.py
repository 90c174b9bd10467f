"""When a request is here whole: the same however its bytes come, and before a server would have to wait."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.gathered import LONGEST_HEAD, Gathered

MOST = 100
POST = b"POST / HTTP/1.1\r\nHost: x\r\n"
PLAIN = POST + b"content-length: 5\r\n\r\nhello"
CHUNKED = POST + b"Transfer-Encoding: Chunked\r\n\r\n5\r\nhello\r\n3;x=y\r\n0\r\n\r\n0\r\nX: y\r\n\r\n"
GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


def gathered(raw: bytes, *cuts: int) -> Gathered:
    """The bytes, come in pieces."""
    found = Gathered(MOST, 0.0)
    for start, end in zip((0, *cuts), (*cuts, len(raw)), strict=True):
        found.add(raw[start:end])
    return found


@given(st.sampled_from([PLAIN, CHUNKED, GET]), st.data())
def test_a_request_is_whole_with_its_last_byte(raw: bytes, data: st.DataObject) -> None:
    """However it is cut, it is whole with the last byte and not before."""
    cuts = sorted(data.draw(st.lists(st.integers(0, len(raw)), max_size=6)))
    whole = gathered(raw, *cuts)
    assert (whole.is_whole, bytes(whole.raw)) == (True, raw)
    assert not gathered(raw[:-1], *(min(cut, len(raw) - 1) for cut in cuts)).is_whole


@pytest.mark.parametrize(
    "raw",
    [
        POST + b"Content-Length: 101\r\n\r\n",
        POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        POST + b"Content-Length: " + b"0" * 4_301 + b"\r\n\r\n",
        POST + b"Content-Length: many\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\n" + b"9" * 8_192,
        POST + b"Transfer-Encoding: chunked\r\n\r\nffffff\r\n" + b"x" * 101,
        POST + b"Transfer-Encoding: chunked\r\n\r\n" + b"33\r\n" + b"x" * 51 + b"\r\n32\r\n" + b"x" * 50 + b"\r\n",
    ],
)  # fmt: skip
def test_what_will_be_refused_is_not_waited_for(raw: bytes) -> None:
    """A body that is too long, declared wrongly or twice: the server says so at once."""
    assert gathered(raw).is_whole


@pytest.mark.parametrize(
    "raw",
    [
        POST + b"Transfer-Encoding: chunked\r\n\r\n32\r\n" + b"\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\nffffff\r\nx",
        POST + b"X: y\r\nContent-Length: 100\r\n\r\n" + b"\r\n" * 49,
        POST + b"X-Content-Length: 0\r\n",
        POST + b"Content-Length: " + b"0" * 19 + b"5\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\n" + b"0" * 16 + b"ff\r\n\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\n1;" + b"x" * 8_000,
    ],
)  # fmt: skip
def test_a_thread_is_not_got_by_looking_finished(raw: bytes) -> None:
    """An end inside of a chunk or a body is no end, nor is a length of many digits or a chunk's long first line."""
    assert not gathered(raw).is_whole


def test_what_never_ends_is_endless() -> None:
    """A head of more than 64 KiB, and chunks that cost more than they may hold."""
    assert gathered(POST + b"X: " + b"x" * LONGEST_HEAD).is_endless
    assert gathered(POST + b"Transfer-Encoding: chunked\r\n\r\n" + b"1;" + b"x" * 500 + b"\r\n" * 1).is_endless is False
    many = gathered(POST + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 90 + b"0\r\n" + b"X: y\r\n" * 12_000)
    assert many.is_endless
