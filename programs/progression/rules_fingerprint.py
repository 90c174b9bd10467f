"""A fingerprint of the rules: the same for the same numbers, whichever process reads them."""

import hashlib
from collections.abc import Mapping, Set
from dataclasses import fields, is_dataclass

from programs.progression.rules import Rules

_last: list[tuple[Rules, str]] = []


def fingerprint(rules: Rules) -> str:
    """Hex digits. The last one is remembered, as a process has one set of rules."""
    if not _last or _last[0][0] is not rules:
        _last[:] = [(rules, hashlib.sha256(repr(_ordered(rules)).encode()).hexdigest())]
    return _last[0][1]


def _ordered(value: object) -> object:
    """What has an order of its own, so that it is written the same way each time."""
    if is_dataclass(value):
        return [(each.name, _ordered(getattr(value, each.name))) for each in fields(value)]
    if isinstance(value, Mapping):
        return sorted((key, repr(_ordered(each))) for key, each in value.items())
    if isinstance(value, Set):
        return sorted(repr(_ordered(each)) for each in value)
    return [_ordered(each) for each in value] if isinstance(value, tuple | list) else value
