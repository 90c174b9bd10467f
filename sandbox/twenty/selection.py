"""A filter of a request, read and bound to an object."""

from dataclasses import dataclass

from sandbox.twenty.filters import Group, comparisons, parse_filter
from sandbox.twenty.predicates import Predicate, names_field, predicate
from sandbox.twenty.schema import ObjectType, Row


@dataclass(frozen=True, slots=True)
class Selection:
    """`test` is the filter alone; `matches` also leaves out soft-deleted rows, unless it names `deletedAt`."""

    test: Predicate
    sees_deleted: bool
    compares_dates_for_equality: bool

    def matches(self, row: Row) -> bool:
        return (self.sees_deleted or row["deletedAt"] is None) and self.test(row)


def read_selection(kind: ObjectType, sources: list[str]) -> Selection:
    """From the values of `filter=` in the query. A repeated `filter=` drops them all. Raises RefusedError."""
    condition = parse_filter(sources[0]) if len(sources) == 1 else Group("and", ())
    test = predicate(kind, condition)
    on_equality = [each for each in comparisons(condition) if each.operator == "eq"]
    return Selection(
        test,
        sees_deleted=names_field(condition, "deletedAt"),
        compares_dates_for_equality=any(kind.named(each.path[0]).type == "DATE_TIME" for each in on_equality),
    )
