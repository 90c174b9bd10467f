"""The proof that each call counts once: notes of one call know each other, and the day totals are the facts'."""

from collections import Counter

from ledger.rebuilding import rep_ids
from programs.progression.day_totals import COLUMNS, DayTotals
from worker.proofs.proof import REBUILD, Look, Proof
from worker.rebuild import CountedAnew, count_anew


def prove_days(look: Look, proof: Proof) -> None:
    """Day totals and decisions about twins of each rep are those that the facts come to."""
    for rep in rep_ids(look.connection):
        counted = count_anew(look.connection, rep, look.parts)
        proof.count({"days": len(counted.totals), "calls": _calls(counted.totals)})
        _tell_twins(counted, rep, proof)
        _tell_days(counted, rep, proof)


def _calls(totals: DayTotals) -> int:
    return sum(counts["calls"] for counts in totals.values())


def _tell_twins(counted: CountedAnew, rep: str, proof: Proof) -> None:
    for key, right in sorted(counted.decisions.items()):
        kept = counted.facts[key]
        found = f"call key {kept.call_key}, twin of {kept.twin_of}"
        expected = f"call key {right.call_key}, twin of {right.twin_of}"
        proof.tell(key, found, expected, REBUILD, rep)


def _tell_days(counted: CountedAnew, rep: str, proof: Proof) -> None:
    for day, change in sorted(counted.days.items()):
        kept = counted.totals.get(day, Counter())
        found = ", ".join(f"{kept[name]} {name}" for name in COLUMNS if change[name])
        expected = ", ".join(f"{kept[name] + change[name]} {name}" for name in COLUMNS if change[name])
        proof.tell(f"rep {rep}, {day[1]}", found, expected, REBUILD, rep)
