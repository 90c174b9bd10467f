"""The tables of the ledger, one for each thing that is kept (docs/glossary.md has the words)."""

from ledger.tables.access import api_tokens, sessions, sign_ins, users
from ledger.tables.auditing import audit_log, audit_runs
from ledger.tables.columns import Instant, metadata
from ledger.tables.earned import awards, badges, rank_steps, standing_checkpoints, standing_leads
from ledger.tables.inbox import PRUNABLE_DELIVERY, deliveries, delivery_moves, delivery_totals
from ledger.tables.people import aliases, board, board_state, members, reps
from ledger.tables.records import comparisons, losses, missing_records, record_versions
from ledger.tables.sweeping import backfill_state, redhawk_history, sweep_requests, sweep_state
from ledger.tables.work import CHANGED_FACT, UNREAD_TITLE, day_totals, facts
from ledger.tables.writing import PRUNABLE_WRITE, foreign_growth, publish_lags, publisher_state, writes

__all__ = [
    "CHANGED_FACT",
    "PRUNABLE_DELIVERY",
    "PRUNABLE_WRITE",
    "UNREAD_TITLE",
    "Instant",
    "aliases",
    "api_tokens",
    "audit_log",
    "audit_runs",
    "awards",
    "backfill_state",
    "badges",
    "board",
    "board_state",
    "comparisons",
    "day_totals",
    "deliveries",
    "delivery_moves",
    "delivery_totals",
    "facts",
    "foreign_growth",
    "losses",
    "members",
    "metadata",
    "missing_records",
    "publish_lags",
    "publisher_state",
    "rank_steps",
    "record_versions",
    "redhawk_history",
    "reps",
    "sessions",
    "sign_ins",
    "standing_checkpoints",
    "standing_leads",
    "sweep_requests",
    "sweep_state",
    "users",
    "writes",
]
