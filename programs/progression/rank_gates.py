"""What each rank asks for, as the rules file says it."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from programs.progression.rules_mistakes import Gathering, RulesError
from programs.progression.rules_reading import (
    Keys,
    ascending,
    distinct,
    list_of,
    one_of,
    percent,
    positive,
    whole,
    word,
)

COUNTS = ("dials", "badges", "appointments", "deals", "mentees")
RATES = ("sub_thirty_drop", "call_to_appointment", "cadence_completion")
TEAM_METRICS = "team_metrics"
# Once met, met at every later moment of a fold: nothing is taken out of the sets that these look at.
LASTING = ("badges", "mentees", "modules", "exam", "certification", TEAM_METRICS)
GATES = (*COUNTS, *RATES, "modules", "exam", "certification", TEAM_METRICS)


@dataclass(frozen=True, slots=True)
class Gate:
    """One condition of a rank.

    Counts and scores (percents) are compared with >= `at_least`, rates strictly with < `below_percent` or
    > `above_percent`; `ids` are the modules, the one exam or the one certification. `team_metrics` has none.
    """

    kind: str
    at_least: int = 0
    below_percent: int | None = None
    above_percent: int | None = None
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rank:
    """A rank's code (E-1 …), its name, the XP it needs and its own gates."""

    code: str
    name: str
    xp: int
    gates: tuple[Gate, ...]


def read_ranks(value: object, modules: Collection[str]) -> tuple[Rank, ...]:
    """The ranks, lowest first; a gate may only name `modules`. Raises RulesError."""
    if not isinstance(value, list) or not value:
        raise RulesError("ranks: must be a list that is not empty")
    with Gathering() as part:
        ranks = tuple(part(_rank, entry, f"ranks[{index}]", modules) for index, entry in enumerate(value))
    distinct(tuple(rank.code for rank in ranks), lambda index: f"ranks[{index}].code")
    ascending(tuple(rank.xp for rank in ranks), lambda index: f"ranks[{index}].xp.value")
    return ranks


def _rank(entry: object, path: str, modules: Collection[str]) -> Rank:
    keys = Keys(entry, path)
    with Gathering() as part:
        rank = Rank(
            code=part(_word, keys, "code"),
            name=part(_word, keys, "name"),
            xp=part(keys.sourced, "xp", whole(0)),
            gates=part(_gates, keys, modules),
        )
        keys.done()
    return rank


def _word(keys: Keys, key: str) -> str:
    return word(keys.take(key), keys.at(key))


def _gates(keys: Keys, modules: Collection[str]) -> tuple[Gate, ...]:
    gates = keys.take("gates")
    if not isinstance(gates, list):
        raise RulesError(f"{keys.at('gates')}: must be a list")
    with Gathering() as part:
        return tuple(part(_gate, gate, keys.at(f"gates[{n}]"), modules) for n, gate in enumerate(gates))


def _gate(entry: object, path: str, modules: Collection[str]) -> Gate:
    keys = Keys(entry, path)
    kind = one_of(GATES)(keys.take("kind"), keys.at("kind"))
    gate = _gate_of(kind, keys, modules)
    keys.end_with_source()
    return gate


def _gate_of(kind: str, keys: Keys, modules: Collection[str]) -> Gate:
    if kind in COUNTS:
        return Gate(kind, at_least=positive(keys.take("at_least"), keys.at("at_least")))
    if kind in RATES:
        return _rate_gate(kind, keys)
    if kind == "modules":
        return Gate(kind, ids=list_of(one_of(modules))(keys.take("ids"), keys.at("ids")))
    if kind == TEAM_METRICS:
        return Gate(kind)
    gate_id = (word(keys.take("id"), keys.at("id")),)
    if kind == "certification":
        return Gate(kind, ids=gate_id)
    return Gate(kind, at_least=percent(keys.take("at_least_percent"), keys.at("at_least_percent")), ids=gate_id)


def _rate_gate(kind: str, keys: Keys) -> Gate:
    bound = "below_percent" if "below_percent" in keys.names() else "above_percent"
    value = percent(keys.take(bound), keys.at(bound))
    return Gate(kind, below_percent=value) if bound == "below_percent" else Gate(kind, above_percent=value)


def rank_key(text: str) -> str:
    """A rank's word without case, spaces and punctuation: `E-1`, `e1` and `E 1` are the same."""
    return re.sub(r"[^a-z0-9]", "", text.casefold())


def rank_names(value: object) -> dict[str, str]:
    """The name of each rank (by code) as far as the file's list of ranks can be read."""
    ranks = [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []
    return {str(rank["code"]): str(rank.get("name")) for rank in ranks if "code" in rank}


def read_rank_words(keys: Keys, names: Mapping[str, str]) -> dict[str, str]:
    """The rank's code of each word (by rank_key): codes, `names` and the file's words. Raises RulesError."""
    words = {rank_key(word): code for code, name in names.items() for word in (code, name)}
    for found, code in keys.all_sourced(one_of(names)).items():
        if words.setdefault(rank_key(found), code) != code:
            raise RulesError(f"{keys.at(found)}: is a word for {words[rank_key(found)]} already")
    return words
