"""A filter of a request, read and bound to an object."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sandbox.twenty.filters import Comparison, Condition, Group, comparisons, parse_filter
from sandbox.twenty.predicates import Predicate, names_field, operand, predicate
from sandbox.twenty.schema import ObjectType, Row
from sandbox.twenty.store import Store
from sandbox.twenty.table import Table


@dataclass(frozen=True, slots=True)
class Selection:
    """`test` is the filter alone; `matches` also leaves out soft-deleted rows, unless it names `deletedAt`."""

    condition: Group
    test: Predicate
    sees_deleted: bool
    compares_dates_for_equality: bool

    @property
    def is_everything(self) -> bool:
        return not self.condition.members

    def matches(self, row: Row) -> bool:
        return (self.sees_deleted or row["deletedAt"] is None) and self.test(row)


def read_selection(kind: ObjectType, sources: list[str], store: Store) -> Selection:
    """From the values of `filter=` in the query. A repeated `filter=` drops them all. Raises RefusedError."""
    condition = parse_filter(sources[0]) if len(sources) == 1 else Group("and", ())
    test = predicate(kind, condition, store)
    on_equality = [each for each in comparisons(condition) if each.operator == "eq"]
    return Selection(
        condition,
        test,
        sees_deleted=names_field(condition, "deletedAt"),
        compares_dates_for_equality=any(_is_date(kind, each) for each in on_equality),
    )


def candidates(kind: ObjectType, condition: Condition, table: Table) -> set[str] | None:
    """The ids of the rows that may match, when an index tells; None when every row may."""
    required = [each for each in _required(condition) if len(each.path) == 1]
    for asked in required:
        if asked.operator in ("eq", "in") and _is_indexed(asked.path[0], table):
            return _ids_holding(kind, asked, table)
    for asked in required:
        if asked.operator in ("gt", "gte") and asked.path == ("updatedAt",):
            return set(table.updated_since(operand(kind.named("updatedAt"), asked)))
    return None


def _is_date(kind: ObjectType, asked: Comparison) -> bool:
    field = kind.by_name.get(asked.path[0])
    return field is not None and field.type == "DATE_TIME"


def _is_indexed(name: str, table: Table) -> bool:
    return name == "id" or table.finds(name)


def _required(condition: Condition) -> Iterator[Comparison]:
    """The comparisons that every matching row satisfies."""
    if isinstance(condition, Comparison):
        yield condition
    elif condition.word == "and":
        for member in condition.members:
            yield from _required(member)


def _ids_holding(kind: ObjectType, asked: Comparison, table: Table) -> set[str] | None:
    name = asked.path[0]
    wanted = operand(kind.named(name), asked)
    values: Iterable[str] = wanted if isinstance(wanted, list) else [wanted]
    if name == "id":
        return {value for value in values if value in table.rows}
    if not all(values):
        # Empty values are not indexed.
        return None
    return {record_id for value in values for record_id in table.holding(name, value)}
