"""The round trip: a note is written, its webhook awaited in the inbox, the note removed."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import Engine

from ledger.engine import transaction
from ledger.inbox_queries import newest_delivery, webhook_came
from onboarding.doctor.check import Finding, failed, passed, skipped
from onboarding.doctor.receiver import is_private
from onboarding.doctor.workspace import NO_RECEIVER
from onboarding.setup_plan import Receiver
from twenty_client.errors import NotFound, TwentyError, Unauthorized
from twenty_client.filters import eq
from twenty_client.paging import Sends
from twenty_client.request import create, destroy, patch_where

TITLE = "repsync doctor: looks for its webhook, and is removed again"  # no call: nobody is paid for it
PATIENCE_S = 15.0
# Twenty caches the settings of webhooks for up to 10 s: a note written before brings none, a later change of it does.
NUDGES_AT_S = (4.0, 8.0, 12.0)
LOOK_EVERY_S = 0.1
BLOCKED = (
    "Twenty blocks private targets by default: list the host in OUTBOUND_HTTP_ALLOWED_INTERNAL_HOSTS, or set"
    " OUTBOUND_HTTP_SAFE_MODE_ENABLED=false, for Twenty's server and worker."
)


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """`came_s`: after how long the webhook was in the inbox, None if never. `left`: the note, if it could not go."""

    came_s: float | None
    refused: TwentyError | None = None
    left: UUID | None = None


def check_round_trip(twenty: Sends, engine: Engine, receiver: Receiver | None) -> Finding:
    """Waits 15 s at most. Errors: `LedgerUnavailable`."""
    if receiver is None:
        return skipped(NO_RECEIVER)
    return judge_round_trip(travel(twenty, engine), is_private=is_private(receiver.url))


def judge_round_trip(trip: RoundTrip, *, is_private: bool) -> Finding:
    """The cure names what is likelier: a private target that Twenty blocks, or one that it does not reach."""
    if trip.left is not None:
        return failed(f"the note {trip.left} could not be removed: {trip.refused}", "Delete it in Twenty.")
    if trip.refused is not None:
        return failed(f"no note could be written: {trip.refused}", "Let the key's role create and destroy notes.")
    if trip.came_s is not None:
        return passed(f"a note's webhook was in the inbox after {trip.came_s:.1f} s")
    told = f"no webhook of a note came within {PATIENCE_S:.0f} s"
    if is_private:
        return failed(f"{told}, and RECEIVER_URL is a private address", BLOCKED)
    return failed(told, f"See that Twenty's own worker runs and reaches RECEIVER_URL. If it is private: {BLOCKED}")


def travel(twenty: Sends, engine: Engine) -> RoundTrip:
    """Writes the note, waits, and removes it, also when interrupted. Errors: `LedgerUnavailable`."""
    with transaction(engine) as connection:
        before = newest_delivery(connection)
    note, came_s, refused = uuid4(), None, None
    try:
        twenty.send(create("notes", {"id": str(note), "title": TITLE}))
        came_s = _waited(lambda: _has_come(engine, before, note), lambda n: _nudge(twenty, note, n))
    except TwentyError as error:
        refused = error
    finally:
        # A role that may not write made no note.
        not_removed = None if isinstance(refused, Unauthorized) else _remove(twenty, note)
    return RoundTrip(came_s, not_removed or refused, note if not_removed else None)


def _waited(has_come: Callable[[], bool], nudge: Callable[[int], None]) -> float | None:
    began_s, nudges = time.monotonic(), 0
    while not has_come():
        passed_s = time.monotonic() - began_s
        if passed_s >= PATIENCE_S:
            return None
        if nudges < len(NUDGES_AT_S) and passed_s >= NUDGES_AT_S[nudges]:
            nudges += 1
            nudge(nudges)
        time.sleep(LOOK_EVERY_S)
    return time.monotonic() - began_s


def _has_come(engine: Engine, before: int, note: UUID) -> bool:
    with transaction(engine) as connection:
        return webhook_came(connection, before, str(note))


def _nudge(twenty: Sends, note: UUID, number: int) -> None:
    twenty.send(patch_where("notes", eq("id", str(note)), {"title": f"{TITLE} ({number})"}))


def _remove(twenty: Sends, note: UUID) -> TwentyError | None:
    """The error that left it there, if it may be there."""
    try:
        twenty.send(destroy("notes", note))
    except NotFound:
        return None
    except TwentyError as error:
        return error
    return None
