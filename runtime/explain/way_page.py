"""The page of one note or opportunity: the way from its deliveries to the rep's row."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.console import Group, RenderableType

from accounts.record_way import RecordWay
from accounts.rep_account import RepStanding
from accounts.words import FOUND_BY, minutes, what
from ledger.record_queries import Delivered, KeptVersion
from programs.progression.facts import KeptFact
from runtime.explain.tables import awards_table, heading, lines, rows
from runtime.explain.words import moment, plain


def way_page(way: RecordWay) -> RenderableType:
    """What came in, how it was read, what it is now, what it paid, and when Twenty had it."""
    return Group(*_parts(way))


def _parts(way: RecordWay) -> Iterator[RenderableType]:
    yield plain(f"{way.object.capitalize()} {way.id}", "bold")
    yield from _now(way)
    yield heading("Deliveries")
    yield rows(("Received (UTC)", "From", "Became", "Why"), map(_delivery, way.deliveries))
    yield heading("Versions, and how each was read")
    yield rows(("Changed (UTC)", "By", "State", "Reading"), map(_version, way.versions))
    if way.targets:
        yield heading("Which lead (noteTargets)")
        yield rows(("Changed (UTC)", "By", "State", "Person"), map(_target, way.targets))
    yield heading("Awards" if way.awards else "Awards: none.")
    if way.awards:
        yield awards_table(way.awards)
    yield from _in_twenty(way)
    yield from _corrections(way)


def _now(way: RecordWay) -> Iterator[RenderableType]:
    kept = way.fact
    if kept is None:
        yield plain("There is no fact: only a noteTarget told of it, or it could not be read.")
        return
    state = "" if kept.fact.live else " It is deleted: it counts no more, and its XP stays."
    yield plain(f"Now: {what(kept.fact)}, {moment(kept.fact.occurred_at)} UTC.{state}")
    yield plain(_whose(kept, way.rep))
    yield from map(plain, _missing(way))
    yield from map(plain, _twins(way, kept))
    if kept.unpaid and way.rep:
        yield plain("Something of it is not settled yet: it waits for the watermark, or for the row to be read.")


def _whose(kept: KeptFact, rep: RepStanding | None) -> str:
    fact = kept.fact
    if rep is None:
        hint = f" (written by {fact.rep_hint!r})" if fact.rep_hint else ""
        return f"Nobody knows whose it is{hint}: it is parked until somebody maps the name."
    by = FOUND_BY.get(fact.rep_by, fact.rep_by or "")
    standing = rep.rep.standing
    where = f", now {standing['currentRank']} with {standing['totalXp']:,} XP" if standing else ""
    return f"Rep: {rep.rep.name or rep.rep.id}" + (f" ({by})" if by else "") + where + "."


def _missing(way: RecordWay) -> Iterator[str]:
    missing = way.missing
    if missing is None:
        return
    waits = "a second read, after the next sweep, will confirm it or not"
    confirmed = f"confirmed {moment(missing.confirmed_at)}" if missing.confirmed_at else waits
    yield f"No webhook told of its end: missing in Twenty since {moment(missing.missing_at)} UTC, {confirmed}."


def _twins(way: RecordWay, kept: KeptFact) -> Iterator[str]:
    for twin in way.twins:
        repeats = "It repeats" if kept.twin_of == twin.fact.key else "It is repeated by"
        yield f"{repeats} {twin.fact.key} ({what(twin.fact)}): one call, which counts and pays once."


def _delivery(told: Delivered) -> tuple[str, ...]:
    again = f" ({told.duplicates} repeats)" if told.duplicates else ""
    return moment(told.received_at), told.source, told.state + again, told.reason or ""


def _version(version: KeptVersion) -> tuple[str, ...]:
    return moment(version.updated_at), version.brought_by, _state(version), _reading(version.content)


def _state(version: KeptVersion) -> str:
    if version.destroyed_at:
        return f"destroyed {moment(version.destroyed_at)}"
    return f"deleted {moment(version.deleted_at)}" if version.deleted_at else "live"


def _reading(content: Mapping[str, Any]) -> str:
    if "form" not in content:
        return f"stage {content['stage']}"
    said = f"{content['disposition'] or 'no disposition'}, {minutes(content['duration_s'])}"
    return f"{content['kind']} {content['form']}: {said} (read from {content['how']})"


def _target(version: KeptVersion) -> tuple[str, ...]:
    return moment(version.updated_at), version.brought_by, _state(version), str(version.content["person_id"])


def _in_twenty(way: RecordWay) -> Iterator[RenderableType]:
    published = [told.award.published_at for told in way.awards if told.award.published_at]
    if not way.awards:
        return
    if not published:
        yield heading("Its XP is not in Twenty yet.")
    elif len(published) < len(way.awards):
        yield heading(f"{len(published)} of {len(way.awards)} awards are in Twenty, the last at {_utc(published)}.")
    else:
        carried = f" with write {way.write.sequence} at {moment(way.write.written_at)}" if way.write else ""
        yield heading(f"Its XP is in Twenty since {_utc(published)}{carried}.")


def _utc(times: Sequence[datetime]) -> str:
    """The last of them."""
    return f"{moment(max(times))} UTC"


def _corrections(way: RecordWay) -> Iterator[RenderableType]:
    if way.audit_log:
        yield heading("Corrections")
        yield lines(
            f"{moment(row.at)} {row.actor}: {row.action}, {_change(row.before, row.after)}" for row in way.audit_log
        )


def _change(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> str:
    names: Sequence[str] = sorted({*(before or {}), *(after or {})})
    return ", ".join(f"{name} {(before or {}).get(name)} → {(after or {}).get(name)}" for name in names)
