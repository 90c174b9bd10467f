"""PostgreSQL's `to_tsvector('simple', …)`, as far as titles and names need it."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

# PostgreSQL leaves out words beyond this, in bytes.
_LONGEST = 2046
_EMAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_HOST = r"[A-Za-z][\w-]*(?:\.[A-Za-z][\w-]*)+"
_SIGNED = r"(?<![\w)])[+-]\d+"
_COMPOUND = r"[^\W\d_][^\W_]*(?:-[^\W_]+)+"
_WORD = r"[^\W_]+"
_TOKEN = re.compile("|".join((_EMAIL, _HOST, _SIGNED, _COMPOUND, _WORD)))


def search_vector(values: Iterable[Any]) -> str:
    """`'call':1,5 'contact':2 …`: each word with its places, of the texts in a row's searched fields."""
    positions: dict[str, list[str]] = {}
    text = _plain(" ".join(_texts(values)))
    for place, word in enumerate(_words(text), start=1):
        positions.setdefault(word, []).append(str(place))
    return " ".join(f"'{word}':{','.join(at)}" for word, at in sorted(positions.items()))


def _texts(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        if isinstance(value, dict):
            # Of a rich text only the Markdown is searched.
            yield from _texts([value["markdown"]] if "markdown" in value else value.values())
        elif isinstance(value, str):
            yield value


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).lower()


def _words(text: str) -> Iterator[str]:
    for token in _TOKEN.findall(text):
        if len(token.encode()) > _LONGEST:
            continue
        yield token
        if re.fullmatch(_COMPOUND, token):
            yield from token.split("-")
