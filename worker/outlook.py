"""Outlook: what a rep's standing and XP come to beside the row as last known in Twenty, which is not asked."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection

from ledger.awards import xp_by_reason, xp_of
from ledger.facts import load_facts_of
from ledger.members import load_members
from ledger.published import known_row
from ledger.rebuilding import fact_keys_of
from ledger.reps import Rep, lock_reps
from ledger.standing_inputs import standing_inputs
from ledger.sweep_state import watermark_at
from ledger.totals import add_to_totals, clear_totals
from programs.progression.day_totals import day_totals
from programs.progression.rep_rows import RepRows
from programs.progression.row import read_row
from programs.progression.row_json import Json
from programs.progression.rules import Rules
from programs.progression.standing import Standing
from programs.progression.standing_json import standing_json
from programs.progression.xp_merge import merge_xp
from worker.awarding import award_rep
from worker.facts_anew import read_anew
from worker.parts import Parts
from worker.standing_reading import Reading, read_standing
from worker.time_zones import zones

WHEN_ALL_IS_SEEN = datetime.max.replace(tzinfo=UTC)


def outlook(connection: Connection, rep: str, parts: Parts) -> Mapping[str, Json]:
    """The rep's standing if all facts were read anew by the rules of `parts` now and settled as far as may be.

    Beside the standing as JSON: `xp`, the awards' XP by reason, `xpToCome`, what waits for the watermark. Writes facts,
    totals and awards, for a transaction that is rolled back.
    """
    _read_all_anew(connection, rep, parts)
    award_rep(connection, lock_reps(connection, [rep])[rep], watermark_at(connection), parts.rules)
    found = as_kept(standing_beside_known_row(connection, lock_reps(connection, [rep])[rep], parts), parts.rules)
    paid = xp_by_reason(connection, rep)
    award_rep(connection, lock_reps(connection, [rep])[rep], WHEN_ALL_IS_SEEN, parts.rules)
    settled = xp_by_reason(connection, rep)
    to_come = {reason: xp - paid.get(reason, 0) for reason, xp in settled.items() if xp != paid.get(reason, 0)}
    return {**found, "xp": paid, "xpToCome": to_come}


def _read_all_anew(connection: Connection, rep: str, parts: Parts) -> None:
    """Facts from the kept versions, and day totals from those: other rules may count another time zone's days."""
    read_anew(connection, fact_keys_of(connection, rep), parts)
    facts = {kept.fact.key: kept for kept in load_facts_of(connection, rep)}
    zone_of = zones(load_members(connection, [rep]), [rep], parts.rules.time_zone)
    clear_totals(connection, rep)
    add_to_totals(connection, day_totals(facts, zone_of, parts.rules))


def standing_beside_known_row(connection: Connection, rep: Rep, parts: Parts) -> Standing:
    """What publishing would come to now, had nobody else touched the row."""
    return read_standing(connection, beside_known_row(connection, rep, parts))


def beside_known_row(connection: Connection, rep: Rep, parts: Parts) -> Reading:
    """The rep's row as last known."""
    rows = RepRows(read_row(known_row(connection, rep.id)))
    return _beside(connection, rep, rows, xp_of(connection, rep.id), parts)


def as_kept(found: Standing, rules: Rules) -> dict[str, Json]:
    """The standing as it comes back from the ledger."""
    plain: dict[str, Json] = json.loads(json.dumps(standing_json(found, rules)))
    return plain


def standing_beside(connection: Connection, rep: Rep, rows: RepRows, award_xp: int, parts: Parts) -> Standing:
    """The standing of a rep, whose awards sum up to `award_xp`, beside these rows in Twenty."""
    return read_standing(connection, _beside(connection, rep, rows, award_xp, parts))


def _beside(connection: Connection, rep: Rep, rows: RepRows, award_xp: int, parts: Parts) -> Reading:
    xp = merge_xp(rows.row, rep.memory, award_xp, rows.duplicates)
    return Reading(standing_inputs(connection, rep.id), rows.row, xp, watermark_at(connection), parts)
