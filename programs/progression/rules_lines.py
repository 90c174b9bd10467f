"""Which line of a TOML text each of its keys stands in: tomllib does not tell."""

import re
import tomllib
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator

_BLANK = re.compile(r"(?:\s|#[^\n]*)*")
_KEY = re.compile(r"""[ \t]*("(?:\\.|[^"\\])*"|'[^']*'|[A-Za-z0-9_-]+)[ \t]*""")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})' + r"|'''.*?'''(?:'{0,2})" + r'|"(?:\\.|[^"\\])*"' + r"|'[^']*'", re.DOTALL
)
_SCALAR = re.compile(r"[^,\]}#\n]+")


class LineIndex:
    """Lines (from 1) by a key's path, such as `xp.dial.value` or `ranks[1].gates[0].kind`."""

    def __init__(self, text: str) -> None:
        """`text` must be TOML that tomllib reads."""
        self._lines = _Scan(text).lines

    def line_of(self, path: str) -> int:
        """The line of a key; of one that is not there the nearest table or list around it, else the first line."""
        while path and path not in self._lines:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self._lines.get(path, 1)


class _Scan:
    """One pass over the text, remembering where each key and each element begins."""

    def __init__(self, text: str) -> None:
        self.lines: dict[str, int] = {}
        self._text = text
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._at = 0
        self._tables: Counter[str] = Counter()  # elements so far of each [[array of tables]]
        self._statements()

    def _statements(self) -> None:
        table = ""
        while self._next():
            if self._next() == "[":
                table = self._header()
            else:
                self._assignment(table)

    def _header(self) -> str:
        """`[table]` or `[[array of tables]]`; returns its path."""
        line, brackets = self._line(), 2 if self._text.startswith("[[", self._at) else 1
        self._at += brackets
        *parents, last = self._keys()
        self._at += brackets
        path = _joined(self._within(parents, line), last)
        if brackets == 1:
            self.lines[path] = line
            return self._newest(path)
        self.lines.setdefault(path, line)
        self._tables[path] += 1
        self.lines[self._newest(path)] = line
        return self._newest(path)

    def _within(self, keys: list[str], line: int) -> str:
        """The path of a header's parents, which may be mentioned here first."""
        path = ""
        for key in keys:
            path = _joined(path, key)
            self.lines.setdefault(path, line)
            path = self._newest(path)
        return path

    def _newest(self, path: str) -> str:
        return f"{path}[{self._tables[path] - 1}]" if path in self._tables else path

    def _assignment(self, table: str) -> None:
        """`key.key = value`."""
        path, line = table, self._line()
        for key in self._keys():
            path = _joined(path, key)
            self.lines.setdefault(path, line)
        self._at += 1
        self._value(path)

    def _value(self, path: str) -> None:
        first = self._next()
        if first == "{":
            for _ in self._elements("}"):
                self._assignment(path)
        elif first == "[":
            for index, _ in enumerate(self._elements("]")):
                self.lines[f"{path}[{index}]"] = self._line()
                self._value(f"{path}[{index}]")
        else:
            found = (_STRING if first in "\"'" else _SCALAR).match(self._text, self._at)
            self._at = found.end() if found else len(self._text)

    def _elements(self, closing: str) -> Iterator[None]:
        """Stops before each element of a list or an inline table, and goes beyond its end."""
        self._at += 1
        while self._next() not in (closing, ""):
            yield
            if self._next() == ",":
                self._at += 1
        self._at += 1

    def _keys(self) -> list[str]:
        """The parts of a dotted key."""
        keys = []
        while found := _KEY.match(self._text, self._at):
            keys.append(_unquoted(found[1]))
            self._at = found.end()
            if self._text[self._at : self._at + 1] != ".":
                break
            self._at += 1
        return keys

    def _next(self) -> str:
        """The next letter that is no blank and no comment; "" at the end."""
        found = _BLANK.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return self._text[self._at : self._at + 1]

    def _line(self) -> int:
        return bisect_right(self._starts, self._at)


def _unquoted(key: str) -> str:
    return str(tomllib.loads(f"key = {key}")["key"]) if key[0] in "\"'" else key


def _joined(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
