"""Writing planned rows to Twenty: new ones, many in one batch, and shared ones alone by compare-and-set."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import structlog

from ledger.engine import transaction
from ledger.fault_points import reached
from ledger.published import PASSING_RETRY, REFUSED_RETRY, recheck, refuse
from programs.progression.rep_rows import OWNER
from programs.progression.row import Row, read_whole
from twenty_client.errors import Duplicate, PermanentError, TimedOut, Unauthorized
from twenty_client.filters import and_, eq, is_null, lte
from twenty_client.reply import Reply
from twenty_client.request import Request, batch_create, batch_upsert, patch_where
from worker.parts import Parts
from worker.planning import PlannedWrite, remember, superseded
from worker.rows import PLURAL

log = structlog.get_logger()
RECHECK = timedelta(minutes=2)
RACED_RECHECK = timedelta(seconds=5)


def write(parts: Parts, writes: Sequence[PlannedWrite], types: Mapping[str, str]) -> list[PlannedWrite]:
    """Writes and remembers these plans; returns those that lost a race, as somebody else wrote the row meanwhile.

    `types` are the fields' metadata types. A row that Twenty refuses is remembered as refused. Errors: those of
    `twenty_client.errors`.
    """
    with transaction(parts.engine) as connection:
        overtaken = superseded(connection, writes)
    still = [plan for plan in writes if plan.rep not in overtaken]
    by_way = {way: [plan for plan in still if plan.way == way] for way in ("create", "batch", "alone")}
    if len(by_way["batch"]) == 1 and not by_way["batch"][0].found.deleted:
        by_way["alone"] += by_way.pop("batch")  # a compare-and-set costs no more than a batch of one
    lost = _many(parts, by_way["create"], lambda plans: batch_create(PLURAL, [_body(plan) for plan in plans]))
    lost += _many(parts, by_way.get("batch", []), lambda plans: batch_upsert(PLURAL, [_body(plan) for plan in plans]))
    lost += [plan for plan in by_way["alone"] if not _alone(parts, plan, types)]
    return lost + [plan for plan in writes if plan.rep in overtaken]


def _body(plan: PlannedWrite) -> dict[str, object]:
    return {"id": plan.row_id, **(plan.fields or {})}


def _many(
    parts: Parts, plans: list[PlannedWrite], request: Callable[[list[PlannedWrite]], Request]
) -> list[PlannedWrite]:
    """One call; if Twenty refuses it for good, halves, until the row that it refuses stands alone."""
    if not plans:
        return []
    try:
        reply = _sent(parts, plans, request(plans))
    except Unauthorized:
        raise
    except PermanentError as error:
        if len(plans) > 1:
            middle = len(plans) // 2
            return _many(parts, plans[:middle], request) + _many(parts, plans[middle:], request)
        if isinstance(error, Duplicate) and plans[0].way == "create":
            return plans
        refuse_row(parts, plans[0].rep, plans[0].dirty, str(error))
        return []
    remember(parts, plans)
    _read_again_soon(parts, [plan.rep for plan in plans if not _as_planned(plan, reply)])
    return []


def _alone(parts: Parts, plan: PlannedWrite, types: Mapping[str, str]) -> bool:
    """Whether it is done with: written as long as nobody else wrote the row since it was read, or refused."""
    kept = plan.found.raw.get(OWNER)
    fields = {name: value for name, value in (plan.fields or {}).items() if not (name == OWNER and kept)}
    try:
        reply = _sent(parts, [plan], patch_where(PLURAL, as_read(plan.found, types), fields))
    except Unauthorized:
        raise
    except PermanentError as error:
        refuse_row(parts, plan.rep, plan.dirty, str(error))
        return True
    if reply.rows:
        remember(parts, [plan])
    return bool(reply.rows)


def as_read(row: Row, types: Mapping[str, str]) -> str:
    """The filter that matches the row only while it is as it was read.

    Twenty's dates can't be compared by `eq` in a PATCH, so updatedAt goes by `lte`; of totalXp only forms are compared
    that every version reads alike: whole numbers, and digits in a TEXT field.
    """
    terms = [eq("id", row.id or "")]
    total, kind = row.raw.get("totalXp"), types.get("totalXp")
    if kind == "NUMBER" and total is None and "totalXp" in row.raw:
        terms.append(is_null("totalXp"))
    elif kind == "NUMBER" and isinstance(total, int | float) and total == int(total):
        terms.append(eq("totalXp", int(total)))
    elif kind == "TEXT" and isinstance(total, str) and total.isdecimal():
        terms.append(eq("totalXp", total))
    return and_(*terms, *([lte("updatedAt", row.updated_at)] if row.updated_at else []))


def _sent(parts: Parts, plans: Sequence[PlannedWrite], request: Request) -> Reply:
    """The reply. A write without an answer may still arrive: its rows are read again in a while."""
    reached("publish.planned")
    try:
        reply = parts.twenty.send(request)
    except TimedOut:
        with transaction(parts.engine) as connection:
            recheck(connection, [plan.rep for plan in plans], RECHECK)
        raise
    reached("publish.written")
    return reply


def _as_planned(plan: PlannedWrite, reply: Reply) -> bool:
    """Whether the answer shows the row that was read, with the XP that it should have now."""
    after = next((row for row in reply.rows if row.get("id") == plan.row_id), None)
    if after is None or (plan.found.exists and after.get("createdAt") != plan.found.raw.get("createdAt")):
        return False
    return read_whole(after.get("totalXp")) == read_whole(plan.row.get("totalXp"))


def _read_again_soon(parts: Parts, reps: list[str]) -> None:
    if reps:
        log.warning("rows changed while they were written: they are read again", reps=len(reps))
        with transaction(parts.engine) as connection:
            recheck(connection, reps, RACED_RECHECK)


def refuse_row(parts: Parts, rep: str, dirty: int, reason: str, *, passing: bool = False) -> None:
    """This rep's row can't be written until something changes, or time has passed: little if it is `passing`."""
    with transaction(parts.engine) as connection:
        refuse(connection, rep, dirty, reason, PASSING_RETRY if passing else REFUSED_RETRY)
    log.error("row refused", rep=rep, reason=reason)
