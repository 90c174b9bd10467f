"""RedHawk's battle histories, the fallback of its webhooks: read for mapped reps into the same inbox."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import structlog

from ledger.engine import transaction
from ledger.inbox import store_all
from ledger.locks import held_alone
from ledger.redhawk_history import (
    HISTORY_KEY,
    begin_poll,
    finish_poll,
    history_state,
    known_keys,
    mapped_redhawk_ids,
)
from redhawk_client.client import RedHawkClient
from redhawk_client.errors import RedHawkAway, RedHawkError, UnknownRep
from schemas.delivery import NewDelivery
from schemas.payloads import Unreadable
from schemas.redhawk_history import BattleHistory, read_history
from schemas.told import Told
from worker.failures import told_without_data
from worker.parts import Parts, installed_parts
from worker.wake import DIGEST

log = structlog.get_logger()
_APART = timedelta(seconds=15)
BATTLE_ENDED = Told("battle.ended", None)
POLLER = "redhawk_history"


def history_job() -> None:
    """RQ's entry: one reading at a time; what fails is read again when the clock says so."""
    parts = installed_parts()
    with told_without_data(), held_alone(parts.engine, POLLER) as held:
        if held and parts.redhawk is not None and not _just_read(parts):
            read_histories(parts, parts.redhawk)


def read_histories(parts: Parts, redhawk: RedHawkClient) -> int:
    """Reads every mapped rep's history and returns how many battles were new.

    An answer that can't be used holds up nobody else's; when RedHawk is away, the round ends.
    """
    with transaction(parts.engine) as connection:
        begin_poll(connection)
        ids = mapped_redhawk_ids(connection)
    new, problems = 0, list[RedHawkError | Unreadable]()
    for rep_id in ids:
        try:
            new += _keep(parts, read_history(redhawk.battle_stats(rep_id), rep_id))
        except (RedHawkError, Unreadable) as error:
            problems.append(error)
            if isinstance(error, RedHawkAway):
                break
    _finish(parts, len(ids), problems)
    return new


def _just_read(parts: Parts) -> bool:
    """Whether this job waited in line behind another one."""
    with transaction(parts.engine) as connection:
        polled_at = history_state(connection).polled_at
    return polled_at is not None and datetime.now(UTC) - polled_at < _APART


def _finish(parts: Parts, asked: int, problems: Sequence[RedHawkError | Unreadable]) -> None:
    """A rep whom RedHawk does not know is no failure of RedHawk's."""
    counts = Counter(f"{type(problem).__name__}: {problem}" for problem in problems)
    told = "; ".join(f"{count} of {asked}: {problem}" for problem, count in sorted(counts.items())) or None
    failed = any(not isinstance(problem, UnknownRep) for problem in problems)
    if told:
        log.warning("battle histories not read", problem=told)
    with transaction(parts.engine) as connection:
        finish_poll(connection, told, failed=failed)


def _keep(parts: Parts, history: BattleHistory) -> int:
    """Stores what is new; a battle that was read before is no repeat worth counting."""
    found = {f"{HISTORY_KEY}{battle.session_id}": battle for battle in history.battles}
    with transaction(parts.engine) as connection:
        known = known_keys(connection, found.keys())
        new = store_all(
            connection,
            [
                NewDelivery("redhawk", key, battle.raw, {}, battle.ended_at, BATTLE_ENDED)
                for key, battle in found.items()
                if key not in known
            ],
        )
    if new:
        parts.wake(DIGEST)
    return new
