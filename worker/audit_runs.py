"""Audits that nobody sits in front of: once a night, and when somebody asks for one on the console."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sentry_sdk
import structlog
from sqlalchemy import Connection, Engine

from ledger.audit_runs import (
    ask_for_audit,
    audited_since,
    begin_audit,
    break_off_audit,
    finish_audit,
    first_received_at,
    keep_audit,
    waiting_audit,
)
from ledger.engine import transaction
from ledger.errors import LedgerUnavailable
from ledger.locks import held_alone
from worker.failures import place, told_without_data
from worker.parts import Parts, installed_parts
from worker.proofs.proof import Proof, proof_json
from worker.proofs.prove import prove_ledger

log = structlog.get_logger()
AUDITOR = "auditor"
CLOCK = "clock"
QUIET_AT = time(3)  # by default: nobody sells then


def audit_job() -> None:
    """RQ's entry: one audit at a time, until none is asked for."""
    parts = installed_parts()
    with told_without_data(), held_alone(parts.engine, AUDITOR) as held:
        while held and (run := _waiting(parts)) is not None:
            run_audit(parts, run)


def run_audit(parts: Parts, run: int) -> None:
    """Proves the ledger and keeps what was found. Errors: `LedgerUnavailable`, then the clock has it run again."""
    with transaction(parts.engine) as connection:
        begin_audit(connection, run)
    try:
        proofs = list(prove_ledger(parts))
    except LedgerUnavailable:
        raise
    except Exception as error:
        sentry_sdk.capture_exception(error)
        log.warning("audit broke off", error=place(error))
        with transaction(parts.engine) as connection:
            break_off_audit(connection, run, place(error))
        return
    with transaction(parts.engine) as connection:
        finish_audit(connection, run, _off(proofs), [proof_json(proof) for proof in proofs])
    log.info("audited", off=_off(proofs))


@contextmanager
def kept_audit(engine: Engine, by: str, proofs: Sequence[Proof]) -> Iterator[None]:
    """Keeps an audit that a person runs, with the proofs that are there at its end; none that was broken off."""
    began_at = datetime.now(UTC)
    yield
    with transaction(engine) as connection:
        keep_audit(connection, by, began_at, _off(proofs), [proof_json(proof) for proof in proofs])


def audit_due(connection: Connection, now: datetime, time_zone: str) -> bool:
    """Whether an audit waits or is at work; the nightly one is asked for here.

    A ledger without a delivery from before this night's hour has nothing to prove yet.
    """
    quiet_at = last_quiet_time(now, time_zone)
    if not audited_since(connection, quiet_at) and _received_before(connection, quiet_at):
        ask_for_audit(connection, CLOCK)
    return waiting_audit(connection) is not None


def last_quiet_time(now: datetime, time_zone: str) -> datetime:
    """When it last was 3 o'clock at night where reps have no time zone of their own."""
    local = now.astimezone(ZoneInfo(time_zone))
    quiet_at = datetime.combine(local.date(), QUIET_AT, local.tzinfo)
    return quiet_at if quiet_at <= local else quiet_at - timedelta(days=1)


def _received_before(connection: Connection, at: datetime) -> bool:
    first = first_received_at(connection)
    return first is not None and first < at


def _waiting(parts: Parts) -> int | None:
    with transaction(parts.engine) as connection:
        return waiting_audit(connection)


def _off(proofs: Sequence[Proof]) -> int:
    return sum(proof.off for proof in proofs)
