"""What `repsync reps` shows: tables for people in 80 columns, and JSON for programs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import RenderableType

from accounts.mapping import Change, Mapped, differing_figures
from programs.progression.unattributed import Unattributed
from runtime.explain.words import plain
from runtime.plain_table import PlainTable, table_of
from worker.force_sync import ForcedSync

NOBODY = "nobody"
MOST_SHOWN = 20


def unattributed_table(groups: Sequence[Unattributed]) -> PlainTable:
    """Facts that are nobody's, one name a row."""
    table = table_of("Facts without a rep", "Source", "Name", "Facts", "First", "Last", ">XP at most")
    for group in groups:
        table.add_row(
            group.source,
            group.hint or "– (no name)",
            ", ".join(f"{count} {kind}" for kind, count in group.counts.items()),
            f"{group.first_at:%Y-%m-%d}",
            f"{group.last_at:%Y-%m-%d}",
            _number(group.most_xp),
        )
    return table


def unattributed_json(groups: Sequence[Unattributed]) -> list[dict[str, Any]]:
    """The same, with times as ISO 8601."""
    return [
        {
            "source": group.source,
            "name": group.hint,
            "facts": dict(group.counts),
            "firstAt": group.first_at.isoformat(),
            "lastAt": group.last_at.isoformat(),
            "mostXp": group.most_xp,
        }
        for group in groups
    ]


def mapped_tables(mapped: Mapped) -> Iterator[RenderableType]:
    """Which facts move from whom, what it pays, and which figures change."""
    names, alias = mapped.names, mapped.alias
    was = f" (until now {names.get(mapped.before, mapped.before)})" if mapped.before else ""
    yield plain(f"{alias.source}:{alias.name} → {names[alias.rep]}{was}")
    if not mapped.moved:
        yield "No fact that is there moves; those to come will be theirs."
        return
    yield _moves(mapped, names)
    yield _payments(mapped, names)
    yield _figures(mapped, names)


def _moves(mapped: Mapped, names: Mapping[str, str]) -> PlainTable:
    table = table_of("Facts that move", ">Facts", "Kind", "From")
    for moved in mapped.moved:
        table.add_row(
            _number(moved.count), moved.kind, names.get(moved.before, moved.before) if moved.before else NOBODY
        )
    return table


def _payments(mapped: Mapped, names: Mapping[str, str]) -> PlainTable:
    table = table_of("XP that it pays (what was paid stays)", "Rep", ">At once", ">After the watermark")
    for change in mapped.changes:
        table.add_row(names[change.rep], f"{change.at_once:+,}", f"{change.after_watermark:+,}")
    return table


def _figures(mapped: Mapped, names: Mapping[str, str]) -> PlainTable:
    table = table_of("Figures that change at once", "Rep", "Figure", ">Before", ">After")
    for change in mapped.changes:
        for figure, (before, after) in differing_figures(change).items():
            table.add_row(names[change.rep], figure, _shown(before), _shown(after))
    return table


def mapped_json(mapped: Mapped) -> dict[str, Any]:
    """The same for programs; ids as they are, standings whole."""
    return {
        "source": mapped.alias.source,
        "name": mapped.alias.name,
        "rep": mapped.alias.rep,
        "before": mapped.before,
        "facts": [{"kind": moved.kind, "count": moved.count, "from": moved.before} for moved in mapped.moved],
        "reps": [_change_json(change) for change in mapped.changes],
    }


def _change_json(change: Change) -> dict[str, Any]:
    return {
        "workspaceMemberId": change.rep,
        "name": change.name,
        "xpAtOnce": change.at_once,
        "xpAfterWatermark": change.after_watermark,
        "before": dict(change.before.standing),
        "after": dict(change.after.standing),
    }


def synced_table(done: Mapping[str, ForcedSync], names: Mapping[str, str]) -> PlainTable:
    """What became of each rep; a large number that went well is a number."""
    failed = {rep: each for rep, each in done.items() if each.outcome != "synced"}
    shown = done if len(done) <= MOST_SHOWN else failed
    table = table_of(f"{len(done) - len(failed)} of {len(done)} synced", "Rep", "Outcome", "Reason")
    for rep, each in shown.items():
        table.add_row(names.get(rep, rep), each.outcome.replace("_", " "), each.reason)
    return table


def synced_json(done: Mapping[str, ForcedSync], names: Mapping[str, str]) -> dict[str, Any]:
    """The same, with everybody."""
    return {
        "synced": sum(each.outcome == "synced" for each in done.values()),
        "reps": [
            {"workspaceMemberId": rep, "name": names.get(rep), "outcome": each.outcome, "reason": each.reason or None}
            for rep, each in done.items()
        ],
    }


def _number(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.1%}"
    return ", ".join(value) or "none" if isinstance(value, tuple) else "none" if value is None else f"{value}"
