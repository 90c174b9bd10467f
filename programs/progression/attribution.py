"""Attribution: whose a fact is, by what its record, its lead and the name on the API key say. Never guessed."""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple
from unicodedata import combining, normalize

from programs.progression.facts import TRAINING, Fact

Source = Literal["redhawk", "twenty"]
RECORD, ASSIGNED_REP, ALIAS = "record", "assigned_rep", "alias"
NOBODY: Mapping[str, str] = MappingProxyType({})
_NEEDS_NO_REP = frozenset({"other", "inbound", "opportunity"})
_NOT_IN_A_NAME = re.compile(r"[^A-Z0-9]+")


class Attribution(NamedTuple):
    """A rep and how it was found: `record`, `assigned_rep` or `alias`; both None when nobody knows."""

    rep: str | None
    by: str | None


def attribute(
    named: str | None,
    lead: str | None,
    hint: str | None,
    reps_by_lead: Mapping[str, str],
    reps_by_hint: Mapping[str, str],
) -> Attribution:
    """The rep whom the record names, else the lead's assignedRep, else the alias of the hint (call-notes § The rep)."""
    if named:
        return Attribution(named, RECORD)
    if lead is not None and lead in reps_by_lead:
        return Attribution(reps_by_lead[lead], ASSIGNED_REP)
    if hint is not None and hint in reps_by_hint:
        return Attribution(reps_by_hint[hint], ALIAS)
    return Attribution(None, None)


def attribute_training(told: str, reps_by_hint: Mapping[str, str]) -> Attribution:
    """The rep of RedHawk's id: a workspace member's id names the member itself, another one needs an alias."""
    rep = reps_by_hint.get(told)
    return attribute(rep if rep == told else None, None, told, NOBODY, reps_by_hint)


def needs_rep(fact: Fact) -> bool:
    """A note that is no call, or a deal that never got to a meeting, is nobody's XP."""
    return bool(fact.reasons or fact.waiting or fact.met_at) or fact.kind not in _NEEDS_NO_REP


def source_of(fact: Fact) -> Source:
    """Whose names the fact's hint is one of."""
    return "redhawk" if fact.kind in TRAINING else "twenty"


def select_value(name: str) -> str:
    """A full name as `assignedRep` writes it: SCREAMING_SNAKE_CASE, accents stripped, all else an underscore (LIDS).

    Several underscores are one, so that `J. Smith` and `J__SMITH` are the same; a name without Latin letters or
    digits becomes empty, and stands for nobody.
    """
    plain = "".join(letter for letter in normalize("NFKD", name) if not combining(letter))
    return _NOT_IN_A_NAME.sub("_", plain.upper()).strip("_")


def reps_by_select_value(names: Mapping[str, str], deleted: Collection[str] = ()) -> dict[str, str]:
    """The member (id) of each assignedRep value, from members' names by id; a value that two share is nobody's.

    Deleted members share no value with live ones: they go by it only while no live one does.
    """
    members: dict[str, list[str]] = defaultdict(list)
    for member, name in names.items():
        members[select_value(name)].append(member)
    found = {value: [m for m in sharing if m not in deleted] or sharing for value, sharing in members.items()}
    return {value: sharing[0] for value, sharing in found.items() if value and len(sharing) == 1}
