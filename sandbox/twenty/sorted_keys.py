"""Keys kept in order in pieces of bounded length: to add or find one of millions moves few of them."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from typing import Generic, TypeVar

Key = TypeVar("Key", str, tuple[str, str])

PIECE = 1000


class SortedKeys(Generic[Key]):
    """A set of keys in ascending order. Don't change it while an iterator over it is in use."""

    def __init__(self) -> None:
        self._pieces: list[list[Key]] = []
        self._lasts: list[Key] = []

    def add(self, key: Key) -> None:
        """`key` must not be in it yet."""
        if not self._pieces:
            self._pieces, self._lasts = [[key]], [key]
            return
        at = min(bisect_left(self._lasts, key), len(self._pieces) - 1)
        insort(self._pieces[at], key)
        self._settle(at)

    def remove(self, key: Key) -> None:
        """`key` must be in it."""
        at = bisect_left(self._lasts, key)
        piece = self._pieces[at]
        del piece[bisect_left(piece, key)]
        self._settle(at)

    def since(self, key: Key) -> Iterator[Key]:
        """The keys from `key` on."""
        first = bisect_left(self._lasts, key)
        for at in range(first, len(self._pieces)):
            piece = self._pieces[at]
            yield from piece[bisect_left(piece, key) :] if at == first else piece

    def after(self, key: Key) -> Iterator[Key]:
        """The keys greater than `key`."""
        first = bisect_right(self._lasts, key)
        for at in range(first, len(self._pieces)):
            piece = self._pieces[at]
            yield from piece[bisect_right(piece, key) :] if at == first else piece

    def __iter__(self) -> Iterator[Key]:
        for piece in self._pieces:
            yield from piece

    def _settle(self, at: int) -> None:
        """Splits the piece when it is too long, drops it when it is empty, and notes its last key."""
        piece = self._pieces[at]
        halves = [piece] if len(piece) <= PIECE else [piece[: PIECE // 2], piece[PIECE // 2 :]]
        kept = [half for half in halves if half]
        self._pieces[at : at + 1] = kept
        self._lasts[at : at + 1] = [half[-1] for half in kept]
