"""Reads a rules file key by key, so that a mistake is named with its key and an unknown key is a mistake."""

import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import pairwise
from typing import TypeVar
from zoneinfo import ZoneInfo

from programs.progression.rules_mistakes import FILE, Gathering, RulesError, not_toml

SOURCES = ("seed", "LIDS", "default")
T = TypeVar("T")


class Keys:
    """One table of the file: every key is taken once by a reader, and `done` refuses what is left over."""

    def __init__(self, value: object, path: str = "") -> None:
        if not isinstance(value, Mapping):
            raise RulesError(f"{path or FILE}: must be a table")
        self.path = path
        self._left: dict[str, object] = dict(value)

    def at(self, key: str) -> str:
        """The full name of a key, such as `xp.dial`."""
        return f"{self.path}.{key}" if self.path else key

    def names(self) -> tuple[str, ...]:
        """The keys that were not taken yet."""
        return tuple(self._left)

    def take(self, key: str) -> object:
        """The raw value of a key that must be there."""
        if key not in self._left:
            raise RulesError(f"{self.at(key)}: is missing")
        return self._left.pop(key)

    def table(self, key: str) -> "Keys":
        """The table below a key."""
        return Keys(self.take(key), self.at(key))

    def sourced(self, key: str, read: Callable[[object, str], T]) -> T:
        """The value of `key = { value = …, source = "seed" | "LIDS" | "default" }`."""
        leaf = self.table(key)
        with Gathering() as part:
            value = part(lambda: read(leaf.take("value"), leaf.at("value")))
            leaf.end_with_source()
        return value

    def all_sourced(self, read: Callable[[object, str], T]) -> dict[str, T]:
        """Every key of this table, read alike."""
        with Gathering() as part:
            return {key: part(self.sourced, key, read) for key in self.names()}

    def exactly(self, names: Iterable[str], read: Callable[[object, str], T]) -> dict[str, T]:
        """These keys, read alike, and no other."""
        with Gathering() as part:
            found = {name: part(self.sourced, name, read) for name in names}
            self.done()
        return found

    def end_with_source(self) -> None:
        """Takes `source`, which must be the last key."""
        one_of(SOURCES)(self.take("source"), self.at("source"))
        self.done()

    def done(self) -> None:
        """Raises RulesError for the keys that nobody took."""
        if self._left:
            raise RulesError(*(f"{self.at(key)}: unknown key" for key in self._left))


def parse_toml(text: str) -> Keys:
    """The file's top table."""
    try:
        return Keys(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise not_toml(text, str(error)) from None


def whole(least: int, most: int | None = None) -> Callable[[object, str], int]:
    """Reads a whole number from `least` to `most`."""

    def read(value: object, path: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise RulesError(f"{path}: must be a whole number from {least}, not {value!r}")
        if most is not None and value > most:
            raise RulesError(f"{path}: must be at most {most}, not {value!r}")
        return value

    return read


positive = whole(1)
percent = whole(0, 100)


def word(value: object, path: str) -> str:
    """Reads a text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise RulesError(f"{path}: must be a text that is not empty, not {value!r}")
    return value


def time_zone(value: object, path: str) -> str:
    """Reads the IANA name of a time zone."""
    name = word(value, path)
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise RulesError(f"{path}: {name!r} is not the name of a time zone") from None
    return name


def one_of(choices: Collection[str]) -> Callable[[object, str], str]:
    """Reads one of some words."""

    def read(value: object, path: str) -> str:
        if not isinstance(value, str) or value not in choices:
            raise RulesError(f"{path}: must be one of {', '.join(choices)}, not {value!r}")
        return value

    return read


def list_of(read: Callable[[object, str], T]) -> Callable[[object, str], tuple[T, ...]]:
    """Reads a list with at least one element, no two the same."""

    def read_list(value: object, path: str) -> tuple[T, ...]:
        if not isinstance(value, list) or not value:
            raise RulesError(f"{path}: must be a list that is not empty")
        with Gathering() as part:
            found = tuple(part(read, element, f"{path}[{index}]") for index, element in enumerate(value))
        return distinct(found, lambda index: f"{path}[{index}]")

    return read_list


def distinct(values: tuple[T, ...], place: Callable[[int], str]) -> tuple[T, ...]:
    """The same values, no two of them equal; `place` names the key of the n-th."""
    for index, value in enumerate(values):
        if value in values[:index]:
            raise RulesError(f"{place(index)}: {value!r} is there already")
    return values


def ascending(values: tuple[int, ...], place: Callable[[int], str]) -> tuple[int, ...]:
    """The same numbers, which must start at 0 and rise; `place` names the key of the n-th."""
    if values[0] != 0:
        raise RulesError(f"{place(0)}: must start at 0, not {values[0]}")
    for index, (lower, higher) in enumerate(pairwise(values), start=1):
        if higher <= lower:
            raise RulesError(f"{place(index)}: must rise, but {higher} follows {lower}")
    return values
