"""Facts as the ledger keeps them: the reading, and what was decided about it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    DateTime,
    RowMapping,
    Text,
    cast,
    false,
    func,
    literal,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert

from ledger.recordsets import all_of, any_of, given, recordset, values_of
from ledger.tables import facts
from programs.progression.facts import Fact, KeptFact
from programs.progression.histories import EarlierState, State
from programs.progression.twins import FIRST_WRITER, SECOND_WRITER, from_first_writer

_FACT = tuple(field.name for field in fields(Fact))
_DECIDED = ("unpaid", "behind_at", "call_key", "twin_of", "paid_rep", "paid_lead")
_VALUES = (*_FACT[1:], *_DECIDED, "noticed_at")
_KEPT = recordset({name: facts.c[name].type for name in ("key", *_VALUES)})
_INSERT = insert(facts).from_select(["key", *_VALUES], select(_KEPT))
_SAVE = _INSERT.on_conflict_do_update(index_elements=["key"], set_={name: _INSERT.excluded[name] for name in _VALUES})
_DECISIONS = recordset({name: facts.c[name].type for name in ("key", *_DECIDED)})
_DECIDE = update(facts).where(facts.c.key == _DECISIONS.c.key).values({name: _DECISIONS.c[name] for name in _DECIDED})
_NO_REASON = cast(literal("{}"), ARRAY(Text))
_outcome_as_written = func.coalesce(facts.c.earlier[0]["disposition"].astext, facts.c.disposition)
_around_them = recordset(
    {
        "rep": Text(),
        "from_at": DateTime(timezone=True),
        "until_at": DateTime(timezone=True),
        "outcomes": ARRAY(Text),
        "of_second_writer": Boolean(),
        "of_first_writer": Boolean(),
    }
)
_a = _around_them.c
_same_outcome = _outcome_as_written == func.any(_a.outcomes)
_lonely = facts.c.form.in_(SECOND_WRITER) & facts.c.call_key.is_not(None) & facts.c.twin_of.is_(None)
_first = (facts.c.reasons != _NO_REASON) | (facts.c.form == FIRST_WRITER)
_MAY_BE_TWINS = select(facts).where(
    facts.c.rep == _a.rep,
    facts.c.occurred_at.between(_a.from_at, _a.until_at),
    (_a.of_second_writer & _lonely & _same_outcome)
    | (_a.of_first_writer & ((_first & _same_outcome) | facts.c.twin_of.is_not(None))),
)
_uncertain = facts.c.form.not_in(SECOND_WRITER) & _first & facts.c.call_key.is_(None)
_with_them = recordset({"rep": Text(), "lead": Text()})
_CREDITED = select(facts).where(facts.c.paid_rep == _with_them.c.rep, facts.c.paid_lead == _with_them.c.lead)


def load_facts(connection: Connection, keys: Collection[str]) -> dict[str, KeptFact]:
    """Facts by key, and their twins."""
    given_keys = any_of(keys)
    found = _load(connection, (facts.c.key == given_keys) | (facts.c.twin_of == given_keys))
    firsts = {kept.twin_of for kept in found.values() if kept.twin_of} - found.keys()
    return found | (_load(connection, facts.c.key.in_(firsts)) if firsts else {})


def reps_of_facts(connection: Connection, keys: Collection[str]) -> dict[str, str]:
    """Whose these facts are, by key, as far as anybody's."""
    found = select(facts.c.key, facts.c.rep).where(facts.c.key.in_(keys), facts.c.rep.is_not(None))
    return {row.key: row.rep for row in connection.execute(found)}


def load_facts_of(connection: Connection, rep: str) -> list[KeptFact]:
    """All facts of a rep."""
    return list(_load(connection, facts.c.rep == rep).values())


def load_unsettled(
    connection: Connection,
    reps: Collection[str],
    twins_within: timedelta,
    watermark: datetime | None,
    known: Mapping[str, KeptFact],
) -> dict[str, dict[str, KeptFact]]:
    """By rep, who has any: unpaid facts (by key), the notes that may be twins of those, and all credited appointments
    with a lead of whom one may be credited now, or was and its time changed. `known` are kept as they are told, and not
    read again; beside them only those unpaid ones are read that may be decided now.
    """
    unsettled: defaultdict[str, dict[str, KeptFact]] = defaultdict(dict)
    others = _load(connection, (facts.c.rep == any_of(reps)) & facts.c.unpaid & _beside(known, watermark))
    for key, kept in (others | {key: kept for key, kept in known.items() if kept.unpaid}).items():
        if kept.fact.rep in reps:
            unsettled[str(kept.fact.rep)][key] = kept
    around = [near for rep, unpaid in unsettled.items() if (near := _around(rep, unpaid.values(), twins_within))]
    for row in connection.execute(_MAY_BE_TWINS, given(around)).mappings() if around else ():
        unsettled[row["rep"]].setdefault(row["key"], _kept(row))
    pointed = {(rep, lead) for rep, found in unsettled.items() for lead in _appointed(found.values(), watermark)}
    beside = [{"rep": rep, "lead": lead} for rep, lead in sorted(pointed)]
    for row in connection.execute(_CREDITED, given(beside)).mappings() if beside else ():
        unsettled[row["paid_rep"]].setdefault(row["key"], _kept(row))
    return unsettled


def _beside(known: Collection[str], watermark: datetime | None) -> ColumnElement[bool]:
    """Which others may be decided now: all, where nothing is known; else those that grew before the watermark moved,
    and notes of the first writer that may turn out twins. What only waits would be paid anew, for nothing, each time.
    """
    if not known:
        return true()
    passed = false() if watermark is None else facts.c.behind_at.is_(None) | (facts.c.behind_at < watermark)
    return (facts.c.key != all_of(known)) & (_uncertain | passed)


def _appointed(found: Iterable[KeptFact], watermark: datetime | None) -> set[str]:
    """The leads of whose appointments something may be decided. Of one that waits nothing is."""
    return {
        lead
        for kept in found
        if kept.fact.met_at is not None and (kept.paid_rep is not None or kept.due(kept.fact.met_at, watermark))
        if (lead := kept.fact.lead if kept.paid_rep is None else kept.paid_lead)
    }


def _around(rep: str, unpaid: Iterable[KeptFact], within: timedelta) -> dict[str, object] | None:
    """Which notes of the other writer may be twins of the unpaid ones: when they are written, and of what."""
    calls = [kept.fact for kept in unpaid if kept.fact.as_written.disposition and kept.call_key is None]
    if not calls:
        return None
    return {
        "rep": rep,
        "from_at": min(fact.occurred_at for fact in calls) - within,
        "until_at": max(fact.occurred_at for fact in calls) + within,
        "outcomes": sorted({str(fact.as_written.disposition) for fact in calls}),
        "of_second_writer": any(from_first_writer(fact) for fact in calls),
        "of_first_writer": any(not from_first_writer(fact) for fact in calls),
    }


def save_facts(connection: Connection, kept: Mapping[str, KeptFact], noticed_at: Mapping[str, datetime]) -> None:
    """Inserts or replaces facts (by key); `noticed_at` is when the delivery that changed each was received."""
    rows = [_row(kept[key]) | {"noticed_at": noticed_at[key]} for key in sorted(kept)]
    if rows:
        connection.execute(_SAVE, given(rows))


def save_decisions(connection: Connection, decided: Iterable[KeptFact]) -> None:
    """Remembers what was decided about facts."""
    rows = [{"key": kept.fact.key, **values_of(kept, _DECIDED)} for kept in decided]
    if rows:
        connection.execute(_DECIDE, given(rows))


def _load(connection: Connection, condition: ColumnElement[bool]) -> dict[str, KeptFact]:
    rows = connection.execute(select(facts).where(condition)).mappings()
    return {row["key"]: _kept(row) for row in rows}


def _kept(row: RowMapping) -> KeptFact:
    values: dict[str, Any] = {name: row[name] for name in _FACT}
    values["reasons"], values["waiting"] = frozenset(row["reasons"]), frozenset(row["waiting"])
    values["earlier"] = tuple(map(_earlier, row["earlier"]))
    return KeptFact(Fact(**values), **{name: row[name] for name in _DECIDED})


def _row(kept: KeptFact) -> dict[str, Any]:
    values = values_of(kept.fact, _FACT)
    values["reasons"], values["waiting"] = sorted(kept.fact.reasons), sorted(kept.fact.waiting)
    values["earlier"] = [{"until": each.until.isoformat(), **asdict(each.state)} for each in kept.fact.earlier]
    return values | values_of(kept, _DECIDED)


def _earlier(stored: Mapping[str, Any]) -> EarlierState:
    state = {name: value for name, value in stored.items() if name != "until"}
    return EarlierState(datetime.fromisoformat(stored["until"]), State(**state))


def unattributed_to(connection: Connection, names: Collection[str]) -> set[str]:
    """Keys of the facts without a rep that one of these names may be known for."""
    waiting = select(facts.c.key).where(facts.c.rep.is_(None), facts.c.rep_hint.in_(names))
    return set(connection.execute(waiting).scalars())
