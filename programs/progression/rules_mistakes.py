"""Mistakes in a rules file: gathered over all of it, so that one reading tells them all, each with its line."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from types import TracebackType
from typing import ParamSpec, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")
FILE = "the file"
_TOML_LINE = re.compile(r" \(at line (\d+), column \d+\)$")


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong (`told`) with a key, and the line (from 1) that the key, or the table it belongs in, stands in."""

    key: str
    told: str
    line: int | None = None

    def __str__(self) -> str:
        return f"{self.key}: {self.told}" if self.line is None else f"line {self.line}: {self.key}: {self.told}"


class RulesError(ValueError):
    """The rules file can't be used: `mistakes` says why."""

    def __init__(self, *mistakes: str | Mistake) -> None:
        """A mistake may come as text: `xp.dial: is missing`."""
        self.mistakes = tuple(_read(mistake) for mistake in mistakes)
        super().__init__("; ".join(map(str, self.mistakes)))


def _read(mistake: str | Mistake) -> Mistake:
    if isinstance(mistake, Mistake):
        return mistake
    key, _, told = mistake.partition(": ")
    return Mistake(key, told)


def not_toml(text: str, reason: str) -> RulesError:
    """What tomllib refuses, with the line that it names, or the last one where it ran into the end."""
    found = _TOML_LINE.search(reason)
    line = int(found[1]) if found else max(len(text.splitlines()), 1)
    return RulesError(Mistake(FILE, f"is not TOML: {reason}", line))


class Gathering:
    """Reads part after part; a mistake in one does not keep the others from being looked at.

    At the end of the `with` block all mistakes are raised as one RulesError. What a part returns must not be used
    after it unless there was none: it is None then, and what fails because of that is no mistake of the file.
    """

    def __init__(self, line_of: Callable[[str], int] | None = None) -> None:
        """`line_of` gives each mistake its line."""
        self._line_of = line_of
        self._mistakes: list[Mistake] = []

    def __call__(self, read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `read` returns."""
        try:
            return read(*args, **kwargs)
        except RulesError as error:
            self._mistakes += error.mistakes
        except (TypeError, AttributeError, KeyError, IndexError):
            if not self._mistakes:
                raise
        return cast(T, None)

    def __enter__(self) -> "Gathering":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, RulesError):
            self._mistakes += error.mistakes
        if self._mistakes:
            raise RulesError(*self._placed(self._mistakes)) from None

    def _placed(self, mistakes: Iterable[Mistake]) -> list[Mistake]:
        """In the order of the file's lines."""
        if self._line_of is None:
            return list(mistakes)
        placed = [replace(mistake, line=self._line_of(mistake.key)) for mistake in mistakes]
        return sorted(placed, key=lambda mistake: mistake.line or 0)
