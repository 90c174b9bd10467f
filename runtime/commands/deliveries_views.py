"""What `repsync deliveries` shows: tables for people in 80 columns, and JSON for programs."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from rich.console import RenderableType

from accounts.delivery_account import DeliveryAccount
from accounts.delivery_list import DeliveryPage
from accounts.requeue_preview import RequeuePreview
from accounts.words import minutes, pruned_on, what
from ledger.delivery_queries import ListedDelivery
from ledger.record_queries import KeptVersion
from ledger.refused_rows import RefusedRow
from programs.progression.facts import KeptFact
from runtime.explain.tables import awards_table, heading, lines, rows
from runtime.explain.words import moment, plain
from runtime.plain_table import PlainTable, table_of


def page_table(page: DeliveryPage) -> PlainTable:
    """Deliveries, one a row, the reason below what became of it."""
    table = table_of("Deliveries", ">Id", "Received (UTC)", "Source", "What", "Rep", "State, and why")
    for each in page.deliveries:
        table.add_row(
            *(str(each.id), moment(each.received_at), each.source, _what(each), each.name or each.rep or "–"),
            _became(each),
        )
    return table


def _what(each: ListedDelivery) -> str:
    return " ".join(part for part in (each.object or "–", each.action) if part) + f"\n{each.record_id or ''}"


def _became(each: ListedDelivery) -> str:
    repeats = f" (+{each.duplicates})" if each.duplicates else ""
    again = f", tried again {moment(each.retry_at)}" if each.retry_at else ""
    return f"{each.state}{repeats}{again}" + (f"\n{each.reason}" if each.reason else "")


def page_json(page: DeliveryPage) -> dict[str, Any]:
    """The same; `next` is for --cursor."""
    return {"deliveries": [listed_json(each) for each in page.deliveries], "next": page.next}


def listed_json(each: ListedDelivery) -> dict[str, Any]:
    """Times as ISO 8601."""
    return {
        "id": each.id,
        "source": each.source,
        "object": each.object,
        "action": each.action,
        "recordId": each.record_id,
        "rep": each.rep,
        "name": each.name,
        "receivedAt": _iso(each.received_at),
        "state": each.state,
        "reason": each.reason,
        "duplicates": each.duplicates,
        "digestedAt": _iso(each.digested_at),
        "retryAt": _iso(each.retry_at),
    }


def account_page(account: DeliveryAccount) -> Iterator[RenderableType]:
    """One delivery whole."""
    kept, listed = account.delivery, account.delivery.listed
    size = f"{kept.size:,} bytes" if kept.size else pruned_on(kept.pruned_at)
    yield plain(f"Delivery {listed.id}: {' '.join(_what(listed).split())}, by {listed.source}, {size}", "bold")
    yield plain(f"It is {_became(listed).replace(chr(10), ': ')}.")
    if kept.dismissal:
        yield plain(f"Dismissed by {kept.dismissal.by}, {moment(kept.dismissal.at)}: {kept.dismissal.because}")
    yield heading("Steps")
    yield rows(("When (UTC)", "Step"), ((moment(step.at), step.name) for step in account.steps))
    yield heading("How it was read")
    yield lines([_read(account.version, account.is_new)])
    yield heading("What it changed")
    yield lines(_changed(account))
    if account.awards:
        yield awards_table(account.awards)
    if account.headers:
        yield heading("Headers")
        yield rows(("Name", "Value"), sorted(account.headers.items()))
    if account.audit_log:
        yield heading("Who did what with it")
        yield lines(f"{moment(row.at)} {row.actor}: {row.action} {row.cause or ''}" for row in account.audit_log)


def _read(version: KeptVersion | None, is_new: bool) -> str:
    if version is None:
        return "No version of a record is kept of it."
    content = version.content
    said = f"changed {moment(version.updated_at)}"
    if "form" in content:
        read = f"{content['disposition'] or 'no disposition'}, {minutes(content['duration_s'])}"
        said += f": {content['kind']} {content['form']}, {read} (read from {content['how']})"
    elif "stage" in content:
        said += f": stage {content['stage']}"
    return said if is_new else f"{said}; known already, since {moment(version.first_seen_at)} by {version.brought_by}"


def _changed(account: DeliveryAccount) -> Iterator[str]:
    if account.fact:
        yield f"The record is now {_fact(account.fact)}"
    for row in account.corrections:
        yield f"{row.action}: {_difference(row.before or {}, row.after or {})}"
    if not account.awards:
        yield "It paid nothing."
    elif account.write is None:
        yield "Not all of its XP is in Twenty yet."
    else:
        yield f"Its XP is in Twenty since {moment(account.write.written_at)}, with write {account.write.sequence}."


def _fact(kept: KeptFact) -> str:
    waits = ", something of it waits for the watermark" if kept.unpaid else ""
    return f"{what(kept.fact)}{'' if kept.fact.live else ', deleted'}{waits}."


def _difference(before: Any, after: Any) -> str:
    return ", ".join(f"{name} {before.get(name)} → {after.get(name)}" for name in sorted({*before, *after}))


def account_json(account: DeliveryAccount) -> dict[str, Any]:
    """The same for programs."""
    kept, fact = account.delivery, account.fact
    return {
        **listed_json(kept.listed),
        "sentAt": _iso(kept.sent_at),
        "size": kept.size,
        "prunedAt": _iso(kept.pruned_at),
        "headers": dict(account.headers),
        "dismissal": _plain(asdict(kept.dismissal)) if kept.dismissal else None,
        "steps": [{"name": step.name, "at": _iso(step.at)} for step in account.steps],
        "reading": dict(account.version.content) if account.version else None,
        "isNew": account.is_new,
        "fact": {"key": fact.fact.key, "kind": fact.fact.kind, "waits": fact.unpaid} if fact else None,
        "awards": [{"reason": told.award.reason, "xp": told.award.amount} for told in account.awards],
        "corrections": [
            {"action": row.action, "before": row.before, "after": row.after} for row in account.corrections
        ],
        "write": account.write.sequence if account.write else None,
        "auditLog": [
            {"at": _iso(row.at), "actor": row.actor, "action": row.action, "reason": row.cause}
            for row in account.audit_log
        ],
    }


def preview_tables(preview: RequeuePreview) -> Iterator[RenderableType]:
    """What would happen, one delivery a row, and what each rep would get."""
    table = table_of("What would happen", ">Id", "Effect")
    for each in preview.foreseen:
        table.add_row(str(each.delivery_id), each.told)
    yield table
    if preview.rest:
        yield f"And {preview.rest:,} more, which are not looked at one by one."
    if preview.gains:
        yield _gains(preview)


def _gains(preview: RequeuePreview) -> PlainTable:
    table = table_of("XP that it pays", "Rep", ">At once", ">After the watermark")
    for gain in preview.gains:
        table.add_row(gain.name or gain.rep, f"{gain.at_once:+,}", f"{gain.after_watermark:+,}")
    return table


def preview_json(preview: RequeuePreview) -> dict[str, Any]:
    """The same for programs."""
    return {
        "matching": preview.matching,
        "rest": preview.rest,
        "effects": [
            {"id": each.delivery_id, "effect": each.effect, "told": each.told, "rep": each.rep, "xp": each.xp}
            for each in preview.foreseen
        ],
        "xp": [
            {"rep": gain.rep, "name": gain.name, "atOnce": gain.at_once, "afterWatermark": gain.after_watermark}
            for gain in preview.gains
        ],
    }


def refused_table(found: Sequence[RefusedRow]) -> PlainTable:
    """Rows that are not written, one a rep."""
    table = table_of("Rows that are refused", "Rep", "Since (UTC)", ">Times", "Tried again (UTC)", "Why")
    for row in found:
        since, again = moment(row.refused_at) if row.refused_at else "–", moment(row.retry_at) if row.retry_at else "–"
        table.add_row(f"{row.name or '–'}\n{row.rep}", since, str(row.refusals), again, row.reason)
    return table


def refused_json(found: Sequence[RefusedRow]) -> list[dict[str, Any]]:
    """The same for programs."""
    return [_plain(asdict(row)) for row in found]


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Names as everywhere in JSON, times as ISO 8601."""
    named = {name.split("_")[0] + "".join(map(str.capitalize, name.split("_")[1:])): v for name, v in values.items()}
    return {name: _iso(value) if isinstance(value, datetime) else value for name, value in named.items()}


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
