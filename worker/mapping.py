"""Mapping: giving an outside name to a workspace member. The preview does it for real, and takes it back."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import Connection

from accounts.mapping import Alias, Change, Mapped, Moved, Outlook
from ledger import audit
from ledger.aliases import map_names, mapped_rep
from ledger.attribution import Whose, facts_hinted
from ledger.awards import xp_of
from ledger.engine import rolled_back, transaction, undone
from ledger.forgotten import forgotten_at
from ledger.inbox import release
from ledger.locks import hold_names, share_forgotten
from ledger.members import load_members
from ledger.published import known_row
from ledger.rep_list import members_known_as
from ledger.reps import lock_reps
from ledger.sweep_state import watermark_at
from programs.progression.attribution import ALIAS
from programs.progression.rep_rows import RepRows
from programs.progression.row import read_row
from programs.progression.standing_json import standing_json
from worker.auditing import Cause
from worker.awarding import award_rep
from worker.facts_anew import read_anew
from worker.outlook import WHEN_ALL_IS_SEEN, standing_beside
from worker.parts import Parts
from worker.planning import opened
from worker.rows import RowSource

BY_COMMAND = Cause("cli", "repsync reps map")


class MappingRefused(Exception):
    """The mapping can't be made as it was asked for. The message says what to do."""


def find_rep(parts: Parts, word: str) -> str:
    """The member with this id, or exactly this name. Errors: `MappingRefused` if there is none, or more than one."""
    with transaction(parts.engine) as connection:
        found = members_known_as(connection, word)
    if not found:
        raise MappingRefused(
            f"No workspace member has the id or the name {word!r}. `repsync reps list` shows those that are known;"
            " a new one is known after the next sweep."
        )
    if len(found) > 1:
        raise MappingRefused(f"{len(found)} workspace members are called {word!r}. Give the id: {', '.join(found)}.")
    return found[0]


def preview_mapping(parts: Parts, alias: Alias) -> Mapped:
    """What the mapping would come to, exactly; changes nothing. Errors: those of `map_name`."""
    rows = _unopened_rows(parts, alias)
    with rolled_back(parts.engine) as connection:
        return _map(connection, alias, rows, parts, BY_COMMAND.actor)


def map_name(parts: Parts, alias: Alias, by: Cause = BY_COMMAND) -> Mapped:
    """Maps the name for good, in one transaction: facts, awards, dirty reps, parked deliveries, an audit row.

    `by` says who does it, and by what. XP that was paid stays with whom it was given to. Errors: those of
    `twenty_client.errors`, when a rep's row was never read before (what it holds decides what repsync pays).
    """
    rows = _unopened_rows(parts, alias)
    with transaction(parts.engine) as connection:
        mapped = _map(connection, alias, rows, parts, by.actor)
        facts = {moved.kind: moved.count for moved in mapped.moved}
        audit.add(
            connection,
            actor=by.actor,
            action="map",
            subject=f"alias:{alias.source}:{alias.name}",
            rep=alias.rep,
            before={"rep": mapped.before},
            after={"rep": alias.rep, "facts": facts},
            cause=by.why,
        )
    return mapped


def _unopened_rows(parts: Parts, alias: Alias) -> dict[str, RepRows]:
    """The rows of those whom it concerns and whose row nobody has read yet; none while no fact may move."""
    with rolled_back(parts.engine) as connection:
        _require_remembered(connection, alias)
        hinted = facts_hinted(connection, alias.source, alias.name)
        movable = any(_may_move(whose, alias) for whose in hinted.values())
        reps = lock_reps(connection, _concerned(alias, hinted) if movable else ())
    unopened = [rep.id for rep in reps.values() if rep.opened_at is None]
    if not unopened:
        return {}
    return RowSource(parts.twenty).read(unopened, {})


def _may_move(whose: Whose, alias: Alias) -> bool:
    return whose.rep is None or (whose.rep_by == ALIAS and whose.rep != alias.rep)


def _concerned(alias: Alias, hinted: Mapping[str, Whose]) -> list[str]:
    """The alias's rep, and those who may lose a fact to it."""
    owners = {whose.rep for whose in hinted.values() if whose.rep is not None and _may_move(whose, alias)}
    return [alias.rep, *sorted(owners)]


def _require_remembered(connection: Connection, alias: Alias) -> None:
    """Nothing is given to a rep who was forgotten, nor is what was theirs given to anybody else."""
    if forgotten_at(connection, alias.rep):
        raise MappingRefused(f"{alias.rep} was forgotten (`repsync forget`): nothing is read into facts of theirs.")
    before = mapped_rep(connection, alias.source, alias.name)
    if before is not None and forgotten_at(connection, before):
        raise MappingRefused(f"{alias.name!r} of {alias.source} is the id of a rep who was forgotten ({before}).")


def _map(connection: Connection, alias: Alias, rows: Mapping[str, RepRows], parts: Parts, actor: str) -> Mapped:
    share_forgotten(connection)
    _require_remembered(connection, alias)
    hold_names(connection)
    hinted = facts_hinted(connection, alias.source, alias.name)
    reps = _concerned(alias, hinted)
    _open(connection, reps, rows, parts)
    before = {rep: _outlook(connection, rep, rows, parts) for rep in reps}
    known_as = mapped_rep(connection, alias.source, alias.name)
    map_names(connection, alias.source, {alias.name: alias.rep})
    cause = Cause(actor, f"alias {alias.source}:{alias.name}")
    release(connection, sorted(read_anew(connection, hinted.keys(), parts, cause=cause).attributed))
    now = facts_hinted(connection, alias.source, alias.name)
    after = {rep: _outlook(connection, rep, rows, parts) for rep in reps}
    members = load_members(connection, reps)
    names = {rep: member.name for rep, member in members.items()}
    changes = tuple(Change(rep, names.get(rep), before[rep], after[rep]) for rep in reps)
    return Mapped(alias, known_as, tuple(_moved(hinted, now)), changes)


def _open(connection: Connection, reps: Iterable[str], rows: Mapping[str, RepRows], parts: Parts) -> None:
    """Opens those whose row was read for this, and pays what is theirs anyhow."""
    for rep in lock_reps(connection, list(reps)).values():
        if rep.id in rows or rep.opened_at is not None:
            found = rows.get(rep.id, RepRows(read_row(None)))
            award_rep(connection, opened(connection, rep, found, parts.now()), watermark_at(connection), parts.rules)


def _outlook(connection: Connection, rep_id: str, rows: Mapping[str, RepRows], parts: Parts) -> Outlook:
    rep = lock_reps(connection, [rep_id])[rep_id]
    xp = xp_of(connection, rep_id)
    its = rows.get(rep_id) or RepRows(read_row(known_row(connection, rep_id)))
    found = standing_beside(connection, rep, its, xp, parts)
    with undone(connection):
        award_rep(connection, rep, WHEN_ALL_IS_SEEN, parts.rules)
        settled_xp = xp_of(connection, rep_id)
    return Outlook(xp, settled_xp, standing_json(found, parts.rules))


def _moved(before: Mapping[str, Whose], after: Mapping[str, Whose]) -> Iterator[Moved]:
    counts = Counter(
        (whose.kind, whose.rep) for key, whose in before.items() if key in after and after[key].rep != whose.rep
    )
    for (kind, rep), count in sorted(counts.items(), key=lambda item: (item[0][0], item[0][1] or "")):
        yield Moved(kind, count, rep)
