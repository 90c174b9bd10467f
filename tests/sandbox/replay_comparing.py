"""How an answer of the sandbox is held against the recorded one."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from replay_calls import CUT_LIST, CUT_TEXT

STAMPS = {"createdAt", "updatedAt", "deletedAt"}
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_SECRET = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Deviation:
    """Where in the answer (`data.notes.0.title`) it says something else."""

    path: str
    recorded: Any
    given: Any


@dataclass
class Ids:
    """Which id of the sandbox stands for which recorded one; each for one only."""

    given: dict[str, str] = field(default_factory=dict)
    recorded: dict[str, str] = field(default_factory=dict)

    def agree(self, recorded: str, given: str) -> bool:
        known = self.given.setdefault(recorded, given)
        return known == given and self.recorded.setdefault(given, recorded) == recorded

    def in_text(self, text: str) -> str:
        return _UUID.sub(lambda found: self.given.get(found[0], found[0]), text)


def deviations(recorded: Any, given: Any, ids: Ids, path: str = "", *, ordered: bool = True) -> Iterator[Deviation]:
    """Nothing when they are equal: key for key, in the same order where `ordered`, type for type, value for value.

    Times are compared by form, ids by the recorded ids they stand for, what was cut by what is left and its length.
    """
    if isinstance(recorded, dict) and isinstance(given, dict):
        yield from _of_objects(recorded, given, ids, path, ordered)
    elif isinstance(recorded, list) and isinstance(given, list):
        yield from _of_lists(recorded, given, ids, path, ordered)
    elif type(recorded) is not type(given):
        yield Deviation(path, recorded, given)
    elif isinstance(recorded, str):
        yield from _of_texts(recorded, given, ids, path)
    elif recorded != given:
        yield Deviation(path, recorded, given)


def _of_objects(
    recorded: dict[str, Any], given: dict[str, Any], ids: Ids, path: str, ordered: bool
) -> Iterator[Deviation]:
    if _identity(recorded) != _identity(given):
        yield Deviation(_under(path, "(another)"), _identity(recorded), _identity(given))
        return
    for name in sorted(recorded.keys() ^ given.keys()):
        yield Deviation(_under(path, name), recorded.get(name, "(absent)"), given.get(name, "(absent)"))
    if ordered and recorded.keys() == given.keys() and list(recorded) != list(given):
        yield Deviation(_under(path, "(order)"), list(recorded), list(given))
    for name in [name for name in recorded if name in given]:
        yield from deviations(recorded[name], given[name], ids, _under(path, name), ordered=ordered)


def _identity(value: dict[str, Any]) -> Any:
    """Which object or field of the metadata it is; what is said of another one can't be compared."""
    if "nameSingular" in value:
        return value["nameSingular"]
    return (value["name"], value["type"]) if {"name", "type", "universalIdentifier"} <= value.keys() else None


def _of_lists(recorded: list[Any], given: list[Any], ids: Ids, path: str, ordered: bool) -> Iterator[Deviation]:
    cut = CUT_LIST.fullmatch(recorded[-1]) if recorded and isinstance(recorded[-1], str) else None
    shown = recorded[:-1] if cut else recorded
    length = len(shown) + (int(cut[1]) if cut else 0)
    if length != len(given):
        yield Deviation(_under(path, "(length)"), length, len(given))
    for at, (one, other) in enumerate(zip(shown, given, strict=False)):
        yield from deviations(one, other, ids, _under(path, str(at)), ordered=ordered)


def _of_texts(recorded: str, given: str, ids: Ids, path: str) -> Iterator[Deviation]:
    name = path.rpartition(".")[2]
    if name == "blocknote":
        yield from deviations(json.loads(recorded), json.loads(given), ids, path)
    elif not _same_text(name, recorded, given, ids):
        yield Deviation(path, recorded, given)


def _same_text(name: str, recorded: str, given: str, ids: Ids) -> bool:
    if name in STAMPS:
        return _STAMP.fullmatch(recorded) is not None and _STAMP.fullmatch(given) is not None
    if _UUID.fullmatch(recorded) and not name.endswith("Cursor"):
        return _UUID.fullmatch(given) is not None and ids.agree(recorded, given)
    if name == "secret" and _SECRET.fullmatch(recorded):
        return _SECRET.fullmatch(given) is not None
    cut = CUT_TEXT.fullmatch(recorded)
    if cut:
        return given.startswith(cut[1]) and len(given) == len(cut[1]) + int(cut[2])
    return ids.in_text(recorded) == given


def _under(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
