"""Awards that are not under the key that their cause gives them, or are missing."""

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Text,
    and_,
    case,
    cast,
    column,
    distinct,
    func,
    literal,
    or_,
    select,
)

from ledger.proof_queries.deviations import Deviations, deviating, deviations
from ledger.tables import awards, facts, record_versions
from programs.progression.awards import BY_CALL
from programs.progression.facts import BATTLE, MODULE

DEAL, CARRIED, APPOINTMENT = "deal", "carried", "appointment:"
_a, _f = awards.c, facts.c
_AWARD = "award " + _a.reason + " of " + _a.cause


def under_another_key(connection: Connection) -> Deviations:
    """Awards that do not stand under the key of what they pay: their call, deal, battle, module or appointment.

    As (key, reason) is unique, nothing is paid twice while each stands under its own.
    """
    own = case(
        (_a.reason.in_(BY_CALL), _f.call_key),
        (_a.reason.in_((DEAL, BATTLE)), _f.key),
        (_a.reason == MODULE, _of_module()),
        else_=APPOINTMENT + _f.paid_rep + ":" + _f.paid_lead,
    )
    query = deviating(_AWARD, "under " + _a.fact_key, "under " + func.coalesce(own, "no key"), _a.rep)
    paid = query.join_from(awards, facts, _f.key == _a.cause).where(_a.fact_key.is_distinct_from(own))
    return deviations(connection, paid)


def _of_module() -> ColumnElement[str]:
    """Once for each rep and module; which module a telling was of, a later one may correct."""
    its = MODULE + literal(":") + _a.rep + ":"
    return case((_a.fact_key.startswith(its), _a.fact_key), else_=its + _f.subject)


def without_cause(connection: Connection) -> Deviations:
    """Awards for a record that the ledger never saw; carried ones name the write that they stem from."""
    f, v = facts.c, record_versions.c
    fact = select(f.key).where(f.key == _a.cause).exists()
    version = select(v.id).where(v.object + ":" + v.record_id == _a.cause).exists()
    carried = (_a.reason == CARRIED) & (_a.fact_key == _a.cause) & _a.cause.startswith(CARRIED + ":" + _a.rep + ":")
    query = deviating(_AWARD, "under " + _a.fact_key, literal("a record that was seen"), _a.rep)
    return deviations(connection, query.where(~fact, ~version, ~carried))


def modules_paid_twice(connection: Connection) -> Deviations:
    """Modules passed once and paid to two reps, as when an alias was moved."""
    found = cast(func.count(), Text) + " awards: " + func.string_agg(_a.fact_key, ", ")
    query = deviating("award module of " + _a.cause, found, literal("one award"), func.max(_a.rep))
    passed = query.where(_a.reason == MODULE).group_by(_a.cause)
    return deviations(connection, passed.having(func.count() > 1))


def calls_unpaid(connection: Connection) -> Deviations:
    """Settled calls (each once: a twin is the other's) that lack an award for one of their reasons."""
    each = func.unnest(func.array_cat(_f.reasons, _f.waiting)).table_valued(column("reason", Text)).render_derived()
    reason = each.c.reason
    paid = select(_a.id).where(_a.fact_key == _f.call_key, _a.reason == reason).exists()
    query = deviating(_f.key, "no award " + reason, literal("one under ") + _f.call_key, _f.rep)
    settled = and_(~_f.unpaid, _f.call_key.is_not(None), _f.twin_of.is_(None))
    return deviations(connection, query.select_from(facts.join(each, literal(True))).where(settled, ~paid))


def deals_and_trainings_unpaid(connection: Connection) -> Deviations:
    """Settled deals, battles and modules without their award; a module is paid once, whichever attempt passed it."""
    same = facts.alias()
    attempt = and_(same.c.kind == MODULE, same.c.rep_hint == _f.rep_hint, same.c.subject == _f.subject)
    own = select(_a.id).where(_a.cause == _f.key, _a.reason.in_((DEAL, BATTLE, MODULE))).exists()
    other = select(_a.id).where(_a.reason == MODULE, _a.cause == same.c.key, _f.kind == MODULE, attempt).exists()
    earns = or_(_f.won_at.is_not(None), and_(_f.kind.in_((MODULE, BATTLE)), func.cardinality(_f.reasons) > 0))
    query = deviating(_f.key, literal("no award"), "one for the " + _f.kind, _f.rep)
    return deviations(connection, query.where(~_f.unpaid, earns, ~own, ~other))


def appointments_unpaid(connection: Connection) -> Deviations:
    """Settled signs of an appointment that were credited to nobody, or without an award for that rep and lead."""
    key = APPOINTMENT + _f.paid_rep + ":" + _f.paid_lead
    paid = select(_a.id).where(_a.fact_key == key).exists()
    query = deviating(_f.key, literal("no award for its appointment"), func.coalesce("one under " + key, "one"), _f.rep)
    settled = and_(~_f.unpaid, _f.met_at.is_not(None), _f.twin_of.is_(None))
    return deviations(connection, query.where(settled, or_(_f.paid_rep.is_(None), ~paid)))


def appointments_misnumbered(connection: Connection) -> Deviations:
    """Appointments of a rep with a lead that are not numbered 1, 2, 3 …"""
    highest, count = func.max(cast(_a.reason, Integer)), func.count(distinct(_a.reason))
    found = cast(count, Text) + " awards, numbered up to " + cast(highest, Text)
    query = deviating(_a.fact_key, found, literal("numbered from 1 without a gap"), func.max(_a.rep))
    numbered = _a.fact_key.startswith(APPOINTMENT) & _a.reason.regexp_match("^[0-9]{1,6}$")
    return deviations(connection, query.where(numbered).group_by(_a.fact_key).having(highest != count))
