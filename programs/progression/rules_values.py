"""The values of a rules file, each with its source and line, and how two files differ."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from programs.progression.element_names import element_names
from programs.progression.rules_lines import LineIndex
from programs.progression.rules_mistakes import not_toml
from programs.progression.rules_reading import SOURCES

NAMED_BY = ("code", "kind")


@dataclass(frozen=True, slots=True)
class RuleValue:
    """One value of the file: its key (`xp.dial`, `ranks[E-2].gates[dials].at_least`), source and line (from 1).

    `source` is seed, LIDS or default; None for what needs none (the version, a rank's name). A gate without a number
    has the value None.
    """

    key: str
    value: Any
    source: str | None
    line: int


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A value that is another one (`changed`), or in one of two files only (`added` to, `removed` from the second)."""

    key: str
    change: Literal["changed", "added", "removed"]
    before: Any
    after: Any


def rule_values(text: str) -> tuple[RuleValue, ...]:
    """Every value of a rules file in its order, whatever its tables are called. Raises RulesError for what is no TOML.

    Ranks and gates go by their codes and kinds, so that a gate put between two others moves none.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise not_toml(text, str(error)) from None
    return tuple(_values(document, "", "", LineIndex(text)))


def rule_changes(before: Sequence[RuleValue], after: Sequence[RuleValue]) -> tuple[RuleChange, ...]:
    """Which values differ, whatever their sources: changed, removed and added ones, each in its file's order."""
    old, new = ({each.key: each.value for each in values} for values in (before, after))
    changed = [RuleChange(key, "changed", old[key], new[key]) for key in old if key in new and new[key] != old[key]]
    removed = [RuleChange(key, "removed", value, None) for key, value in old.items() if key not in new]
    added = [RuleChange(key, "added", None, value) for key, value in new.items() if key not in old]
    return (*changed, *removed, *added)


def _values(table: Mapping[str, Any], path: str, name: str, lines: LineIndex) -> Iterator[RuleValue]:
    """`path` is where the file has it, `name` what it is called here."""
    source = table.get("source") if table.get("source") in SOURCES else None
    own = {key: value for key, value in table.items() if not (source and key == "source")}
    if name.endswith("]"):
        own = {key: value for key, value in own.items() if key not in NAMED_BY}
    if source and set(own) == {"value"}:
        yield RuleValue(name, own["value"], source, lines.line_of(f"{path}.value"))
        return
    if source and not own:
        yield RuleValue(name, None, source, lines.line_of(path))
    for key, value in own.items():
        below = (f"{path}.{key}", f"{name}.{key}") if path else (key, key)
        yield from _value(value, *below, source, lines)


def _value(value: object, path: str, name: str, source: str | None, lines: LineIndex) -> Iterator[RuleValue]:
    if isinstance(value, Mapping):
        yield from _values(value, path, name, lines)
    elif isinstance(value, list) and all(isinstance(element, Mapping) for element in value):
        for place, called in enumerate(element_names(value, NAMED_BY)):
            yield from _values(value[place], f"{path}[{place}]", f"{name}[{called}]", lines)
    else:
        yield RuleValue(name, value, source, lines.line_of(path))
