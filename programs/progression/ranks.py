"""Ranks: which one a rep has earned, and which gates still stand before the next."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from programs.progression.figures import Figures
from programs.progression.gate_checks import GateResult, Shown, check, is_met
from programs.progression.rank_gates import LASTING, Rank, rank_key
from programs.progression.row_json import Json
from programs.progression.rules import Rules


@dataclass(frozen=True, slots=True)
class Eligibility:
    """The next rank (None at the top) with its gates, and before them the unmet gates of lower ranks."""

    current_rank: str
    next_rank: str | None
    gates: tuple[GateResult, ...]


@dataclass(frozen=True, slots=True)
class MergedRank:
    """The higher of the row's rank and ours; None where the row holds a word that is no rank: it stays.

    `granted_elsewhere`: the row's is higher, as a leader gave it in Twenty.
    """

    rank: str | None
    granted_elsewhere: bool


def gates_of(rank: str, figures: Figures, rules: Rules) -> tuple[GateResult, ...]:
    """Every gate of a rank's own, its XP first. Raises ValueError for a code that the rules do not have."""
    return tuple(_results(rules.ranks[rules.rank_index(rank)], figures))


def highest_rank(figures: Figures, rules: Rules, current: str) -> str:
    """The highest rank whose gates, and those of every rank below it, are met; never below `current`.

    Stops at the first unmet gate, as the fold asks after each fact.
    """
    earned = 0
    for index, rank in enumerate(rules.ranks):
        if not _reached(rank, figures):
            break
        earned = index
    return rules.ranks[max(earned, rules.rank_index(current))].code


def barred(current: str, figures: Figures, rules: Rules) -> bool:
    """Whether a fold that came to these figures could at no moment before go beyond `current`, with this XP or less.

    What lasts never fell: where it is missing now, it was missing always.
    """
    ranks = rules.ranks[: rules.rank_index(current) + 2]
    lasting = (gate for rank in ranks for gate in rank.gates if gate.kind in LASTING)
    return figures.total_xp < rules.xp_above(current) or not all(is_met(gate, figures) for gate in lasting)


def eligibility(figures: Figures, rules: Rules, current_rank: str) -> Eligibility:
    """What the rank after `current_rank` needs, and what is unmet below it (a leader can give a rank)."""
    at = rules.rank_index(current_rank)
    if at + 1 == len(rules.ranks):
        return Eligibility(current_rank, None, ())
    below = [result for rank in rules.ranks[: at + 1] for result in _results(rank, figures) if not result.met]
    following = rules.ranks[at + 1]
    return Eligibility(current_rank, following.code, (*below, *_results(following, figures)))


def as_json(found: Eligibility) -> dict[str, Json]:
    """The row's rankEligibility: {current, next, gates: [{rank, gate, need, have, met, reason}]}."""
    return {
        "current": found.current_rank,
        "next": found.next_rank,
        "gates": [gate_json(result) for result in found.gates],
    }


def gate_json(result: GateResult) -> dict[str, Json]:
    """{rank, gate, need, have, met, reason}; `have` is null without data."""
    return {
        "rank": result.rank,
        "gate": result.gate,
        "need": _number(result.need),
        "have": _number(result.have),
        "met": result.met,
        "reason": result.reason,
    }


def normalise_rank(word: str | None, rules: Rules) -> str | None:
    """The code for a code, a name or an old id (`E-4`, `Sales Operative`, `operative`); None if unknown."""
    return rules.rank_words.get(rank_key(word)) if word else None


def merge_rank(row_word: str | None, ours: str, rules: Rules) -> MergedRank:
    """Unites the word for a rank in the row with the rank that repsync computed."""
    theirs = normalise_rank(row_word, rules)
    if row_word and theirs is None:
        return MergedRank(None, granted_elsewhere=False)
    if theirs and rules.rank_index(theirs) > rules.rank_index(ours):
        return MergedRank(theirs, granted_elsewhere=True)
    return MergedRank(ours, granted_elsewhere=False)


def _reached(rank: Rank, figures: Figures) -> bool:
    return figures.total_xp >= rank.xp and all(is_met(gate, figures) for gate in rank.gates)


def _results(rank: Rank, figures: Figures) -> Iterator[GateResult]:
    if rank.xp:
        yield GateResult(rank.code, "xp", rank.xp, figures.total_xp, figures.total_xp >= rank.xp)
    for gate in rank.gates:
        yield check(rank.code, gate, figures)


def _number(value: Shown | None) -> Json:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
