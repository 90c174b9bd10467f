"""Facts as the ledger keeps them: the reading, and what was decided about it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Text,
    and_,
    cast,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert

from ledger.tables import facts
from programs.progression.facts import Fact, KeptFact
from programs.progression.histories import EarlierState, State
from programs.progression.twins import FIRST_WRITER, SECOND_WRITER, from_first_writer

_FACT = tuple(field.name for field in fields(Fact))
_DECIDED = ("unpaid", "behind_at", "call_key", "twin_of", "paid_rep", "paid_lead")
_NO_REASON = cast(literal("{}"), ARRAY(Text))
_OUTCOME_AS_WRITTEN = func.coalesce(facts.c.earlier[0]["disposition"].astext, facts.c.disposition)


def load_facts(connection: Connection, keys: Collection[str]) -> dict[str, KeptFact]:
    """Facts by key, and their twins."""
    found = _load(connection, facts.c.key.in_(keys) | facts.c.twin_of.in_(keys))
    firsts = {kept.twin_of for kept in found.values() if kept.twin_of} - found.keys()
    return found | (_load(connection, facts.c.key.in_(firsts)) if firsts else {})


def reps_of_facts(connection: Connection, keys: Collection[str]) -> dict[str, str]:
    """Whose these facts are, by key, as far as anybody's."""
    found = select(facts.c.key, facts.c.rep).where(facts.c.key.in_(keys), facts.c.rep.is_not(None))
    return {row.key: row.rep for row in connection.execute(found)}


def load_facts_of(connection: Connection, rep: str) -> list[KeptFact]:
    """All facts of a rep."""
    return list(_load(connection, facts.c.rep == rep).values())


def load_unsettled(connection: Connection, rep: str, twins_within: timedelta) -> list[KeptFact]:
    """A rep's unpaid facts, the notes that may be twins of those, and all credited appointments."""
    found = _load(connection, and_(facts.c.rep == rep, facts.c.unpaid))
    near = _may_be_twins(list(found.values()), rep, twins_within)
    if near is not None:
        found = _load(connection, near) | found
    if any(kept.fact.met_at for kept in found.values()):
        found = _load(connection, facts.c.paid_rep == rep) | found
    return list(found.values())


def _may_be_twins(unpaid: Sequence[KeptFact], rep: str, within: timedelta) -> ColumnElement[bool] | None:
    """The other writer's notes around the unpaid ones."""
    calls = [kept.fact for kept in unpaid if kept.fact.as_written.disposition and kept.call_key is None]
    if not calls:
        return None
    around = facts.c.occurred_at.between(
        min(fact.occurred_at for fact in calls) - within, max(fact.occurred_at for fact in calls) + within
    )
    same_outcome = _OUTCOME_AS_WRITTEN.in_({fact.as_written.disposition for fact in calls})
    sides: list[ColumnElement[bool]] = []
    if any(from_first_writer(fact) for fact in calls):
        lonely = facts.c.call_key.is_not(None) & facts.c.twin_of.is_(None)
        sides.append(facts.c.form.in_(SECOND_WRITER) & lonely & same_outcome)
    if any(not from_first_writer(fact) for fact in calls):
        first = (facts.c.reasons != _NO_REASON) | (facts.c.form == FIRST_WRITER)
        sides.append(first & same_outcome)
        sides.append(facts.c.twin_of.is_not(None))
    return and_(facts.c.rep == rep, around, or_(*sides))


def save_facts(connection: Connection, kept: Mapping[str, KeptFact], noticed_at: Mapping[str, datetime]) -> None:
    """Inserts or replaces facts (by key); `noticed_at` is when the delivery that changed each was received."""
    rows = [_row(kept[key]) | {"noticed_at": noticed_at[key]} for key in sorted(kept)]
    if not rows:
        return
    statement = insert(facts).values(rows)
    columns = {name: statement.excluded[name] for name in rows[0] if name != "key"}
    connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_=columns))


def save_decisions(connection: Connection, decided: Iterable[KeptFact]) -> None:
    """Remembers what was decided about facts."""
    for kept in decided:
        values = {name: getattr(kept, name) for name in _DECIDED}
        connection.execute(update(facts).where(facts.c.key == kept.fact.key).values(**values))


def _load(connection: Connection, condition: ColumnElement[bool]) -> dict[str, KeptFact]:
    rows = connection.execute(select(facts).where(condition)).mappings()
    return {row["key"]: _kept(row) for row in rows}


def _kept(row: RowMapping) -> KeptFact:
    values: dict[str, Any] = {name: row[name] for name in _FACT}
    values["reasons"], values["waiting"] = frozenset(row["reasons"]), frozenset(row["waiting"])
    values["earlier"] = tuple(map(_earlier, row["earlier"]))
    return KeptFact(Fact(**values), **{name: row[name] for name in _DECIDED})


def _row(kept: KeptFact) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(kept.fact, name) for name in _FACT}
    values["reasons"], values["waiting"] = sorted(kept.fact.reasons), sorted(kept.fact.waiting)
    values["earlier"] = [{"until": each.until.isoformat(), **asdict(each.state)} for each in kept.fact.earlier]
    return values | {name: getattr(kept, name) for name in _DECIDED}


def _earlier(stored: Mapping[str, Any]) -> EarlierState:
    state = {name: value for name, value in stored.items() if name != "until"}
    return EarlierState(datetime.fromisoformat(stored["until"]), State(**state))


def unattributed_to(connection: Connection, names: Collection[str]) -> set[str]:
    """Keys of the facts without a rep that one of these names may be known for."""
    waiting = select(facts.c.key).where(facts.c.rep.is_(None), facts.c.rep_hint.in_(names))
    return set(connection.execute(waiting).scalars())
