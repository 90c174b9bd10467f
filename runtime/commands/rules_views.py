"""Rules for people: a summary, a table of all values, and what other rules would change."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.box import SIMPLE

from programs.progression.rules import Rules
from programs.progression.rules_values import RuleChange, RuleValue
from runtime.plain_table import PlainTable
from worker.rules_diff import RepChanges

NOT_THERE = "not there"


def summary(found: Rules, values: Sequence[RuleValue]) -> dict[str, Any]:
    """{version, counts, numbers: by source, tables: numbers in each}."""
    sourced = [each for each in values if each.source]
    return {
        "version": found.version,
        "counts": {
            "ranks": len(found.ranks),
            "gates": sum(len(rank.gates) for rank in found.ranks),
            "modules": len(found.modules),
            "levels": len(found.level_xp),
            "certifications": len(found.certification_pass_marks),
        },
        "numbers": dict(sorted(Counter(str(each.source) for each in sourced).items())),
        "tables": dict(Counter(each.key.partition(".")[0].partition("[")[0] for each in sourced)),
    }


def compared(before: Sequence[RuleValue], after: Sequence[RuleValue]) -> dict[str, int]:
    """How many keys both have, and how many one of them alone."""
    old, new = {each.key for each in before}, {each.key for each in after}
    return {"inBoth": len(old & new), "onlyInForce": len(old - new), "onlyInFile": len(new - old)}


def values_table(title: str, values: Sequence[RuleValue]) -> PlainTable:
    """Each value with its source and line."""
    table = _table(title, "Key", "Value", "Source", "Line")
    for each in values:
        table.add_row(each.key, _shown(each.value), each.source or "", str(each.line))
    return table


def diff_tables(
    old: Rules, new: Rules, keys: Mapping[str, int], numbers: Sequence[RuleChange], reps: Sequence[RepChanges]
) -> Iterator[PlainTable | str]:
    """What differs between the rules, then a table for each rep who would stand differently."""
    yield (
        f"Rules {old.version} in force, {new.version} in the file. {keys['inBoth']} keys are in both, "
        f"{keys['onlyInForce']} only in force, {keys['onlyInFile']} only in the file."
    )
    if numbers:
        table = _table("Rules that differ", "Key", "In force", "In the file")
        for each in numbers:
            before = NOT_THERE if each.change == "added" else _shown(each.before)
            table.add_row(each.key, before, NOT_THERE if each.change == "removed" else _shown(each.after))
        yield table
    changed = [rep for rep in reps if rep.changes]
    yield f"{len(reps)} reps compared, {len(changed)} would stand differently. Awards already given keep their amounts."
    yield from map(_rep_table, changed)


def _rep_table(rep: RepChanges) -> PlainTable:
    table = _table(rep.name or rep.rep, "What", "By the rules in force", "By the file")
    for each in rep.changes:
        table.add_row(each.what, _shown(each.before), _shown(each.after))
    return table


def _table(title: str, *headings: str) -> PlainTable:
    table = PlainTable(title, box=SIMPLE, title_justify="left")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return "–" if value is None else str(value)
