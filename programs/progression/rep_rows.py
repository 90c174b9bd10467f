"""Which of Twenty's rows is a rep's when there are several, and what somebody did to it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID, uuid5

from programs.progression.row import Row, read_row

OWNER = "workspaceMemberId"
_ROW_IDS = UUID("6f0b8b63-3c0e-4d5b-9a7e-5d7f2a1c9e40")
_TWENTYS_OWN = {"createdAt", "createdBy", "updatedAt", "updatedBy", "position", "searchVector"}
RawRow = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class RepRows:
    """The rep's row, and other live rows that name the rep, oldest first: those are read and never written.

    `taken` says that the row which was the rep's names somebody else now.
    """

    row: Row
    duplicates: tuple[Row, ...] = ()
    taken: bool = False


def new_row_id(rep: str) -> str:
    """The id of a row that repsync makes: always the same for a rep, so that making it twice makes one."""
    return str(uuid5(_ROW_IDS, rep))


def rows_of(reps: Collection[str], known_ids: Mapping[str, str], found: Iterable[RawRow]) -> dict[str, RepRows]:
    """Each rep's row: the oldest live one that names the rep.

    Without any, the row that was the rep's before (`known_ids`: row id by rep) if it names nobody now; else one that
    was deleted. A row that is not there has `exists` False.
    """
    rows = sorted(found, key=_age)
    by_owner: dict[object, list[RawRow]] = {}
    for raw in rows:
        by_owner.setdefault(raw.get(OWNER), []).append(raw)
    by_id = {raw.get("id"): raw for raw in rows}
    return {rep: _chosen(rep, by_owner.get(rep, []), by_id.get(known_ids.get(rep))) for rep in reps}


def reps_to_look_at(known: Mapping[str, RawRow], found: Iterable[RawRow]) -> set[str]:
    """The reps about whose rows `found` says anything but what we know (`known`: the rep's row, {} for none).

    What repsync wrote itself is known. Any other row that names the rep differs already by its id.
    """
    by_id = {row["id"]: rep for rep, row in known.items() if row.get("id")}
    told = [(rep, raw) for raw in found for rep in {raw.get(OWNER), by_id.get(raw.get("id"))} if rep in known]
    return {str(rep) for rep, raw in told if _said(raw) != _said(known[str(rep)])}


def _said(raw: RawRow) -> dict[str, object]:
    """Without what moves at every write, and what Twenty fills in itself."""
    return {name: value for name, value in raw.items() if name not in _TWENTYS_OWN and value not in (None, "")}


def _chosen(rep: str, named: list[RawRow], known: RawRow | None) -> RepRows:
    live = [raw for raw in named if not raw.get("deletedAt")]
    if live:
        return RepRows(read_row(live[0]), tuple(read_row(raw) for raw in live[1:]))
    owner = known.get(OWNER) if known else None
    ownerless = None if owner else known
    return RepRows(read_row(ownerless or next(iter(named), None)), taken=owner not in (None, "", rep))


def _age(raw: RawRow) -> tuple[str, str]:
    return str(raw.get("createdAt")), str(raw.get("id"))


def row_problem(rows: RepRows, sequence: int) -> str | None:
    """What somebody did to the rep's row, in words; `sequence` is that of our last write, 0 before the first."""
    row = rows.row
    if not row.exists:
        return f"the row was gone after write {sequence}: made anew" if sequence else None
    if row.deleted:
        return f"the row was deleted at {row.raw.get('deletedAt')}: brought back"
    if not row.raw.get(OWNER):
        return f"workspaceMemberId of row {row.id} was cleared: put back"
    if rows.duplicates:
        others = ", ".join(str(other.id) for other in rows.duplicates)
        return f"{len(rows.duplicates) + 1} rows for this rep: {row.id} counts, not {others}"
    return None
