"""A request's bytes as they come in: whether a server could read the request to its end without waiting."""

import re
from dataclasses import dataclass, field

LONGEST_HEAD = 65_536
_HEAD_END = b"\r\n\r\n"
_LONGEST_SIZE_LINE = 8_192  # gunicorn refuses one of more than 8,190 bytes, and waits for the end of a shorter one
_LENGTH = re.compile(rb"^content-length:[ \t]*([0-9]{1,4300})[ \t]*$", re.IGNORECASE | re.MULTILINE)
_CHUNKED = re.compile(rb"^transfer-encoding:.*chunked", re.IGNORECASE | re.MULTILINE)
_SIZE = re.compile(rb"[0-9a-fA-F]+")


@dataclass(slots=True, eq=False, weakref_slot=True)
class Gathered:
    """The bytes so far, and how far they were looked at; grown by `add` alone.

    `most_body` bounds the body: what is declared longer is whole with its head, what turns out longer with the first
    byte too many, as it will be refused. It only says when to begin: what the request is, the server decides.
    """

    most_body: int
    began_s: float
    raw: bytearray = field(default_factory=bytearray)
    _body_at: int | None = None
    _length: int | None = None
    _chunk_at: int = 0
    _unchunked: int = 0

    def add(self, piece: bytes) -> None:
        """Takes what came next."""
        looked_at = max(len(self.raw) - len(_HEAD_END), 0)
        self.raw += piece
        if self._body_at is None and (end := self.raw.find(_HEAD_END, looked_at)) >= 0:
            self._read_head(end)

    @property
    def is_endless(self) -> bool:
        """Whether more came than any request may have: no end of the head, or chunks that hold next to nothing."""
        most = LONGEST_HEAD if self._body_at is None else LONGEST_HEAD + 2 * self.most_body
        return len(self.raw) > most

    @property
    def is_whole(self) -> bool:
        """Whether all of the request is here, or as much of it as will be read."""
        if self._body_at is None:
            return False
        if self._length is None:
            return self._has_last_chunk()
        return not len(self.raw) - self._body_at < self._length <= self.most_body

    def _read_head(self, end: int) -> None:
        head = bytes(self.raw[:end]).replace(b"\r\n", b"\n")
        self._body_at = self._chunk_at = end + len(_HEAD_END)
        length = _LENGTH.search(head)
        if length is None and _CHUNKED.search(head):
            return
        # Both at once is a smuggler's: the server refuses the head.
        self._length = int(length[1]) if length and not _CHUNKED.search(head) else 0

    def _has_last_chunk(self) -> bool:
        """Goes on from chunk to chunk; what is no chunk is for the server to refuse."""
        while (end := self.raw.find(b"\r\n", self._chunk_at, self._chunk_at + _LONGEST_SIZE_LINE)) >= 0:
            found = _SIZE.match(self.raw, self._chunk_at, end)
            if found is None:
                return True
            size = int(found[0], 16)
            if size == 0:
                return self.raw.find(_HEAD_END, end) >= 0
            if end + size + 4 > len(self.raw):
                return self._unchunked + len(self.raw) - end - 2 > self.most_body
            self._unchunked, self._chunk_at = self._unchunked + size, end + size + 4
        return self._unchunked > self.most_body or len(self.raw) - self._chunk_at >= _LONGEST_SIZE_LINE
