"""Deliveries that match a filter, newest first, page by page."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from accounts.cursors import cursor_of, position_of
from ledger.delivery_filter import DeliveryFilter, count_by_group, newest_matching
from ledger.delivery_queries import ListedDelivery, listed_deliveries

MOST = 200
NO_FILTER = DeliveryFilter()


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """Deliveries newest first; `next` is the cursor of the page behind, None on the last."""

    deliveries: tuple[ListedDelivery, ...]
    next: str | None


def delivery_page(
    connection: Connection, wanted: DeliveryFilter, limit: int = 50, cursor: str | None = None
) -> DeliveryPage:
    """Up to `limit` (1 to 200) deliveries behind `cursor`. What comes meanwhile moves no page.

    Errors: `InvalidCursor`.
    """
    most = max(1, min(limit, MOST))
    ids = newest_matching(connection, wanted, most + 1, position_of(cursor) if cursor else None)
    shown = tuple(listed_deliveries(connection, ids[:most]))
    return DeliveryPage(shown, cursor_of(shown[-1].received_at, shown[-1].id) if len(ids) > most else None)


def count_matching(connection: Connection, wanted: DeliveryFilter, most: int | None = None) -> int:
    """How many match; with `most` counting stops there: it takes as long as there are many."""
    counted = sum(count_by_group(connection, wanted, most).values())
    return counted if most is None else min(counted, most)


def parked_reasons(connection: Connection, wanted: DeliveryFilter = NO_FILTER) -> Mapping[str, int]:
    """How many parked ones match, by the words before their reason's first colon, most first: quick filters."""
    counted: Counter[str] = Counter()
    for group, number in count_by_group(connection, replace(wanted, state="parked")).items():
        counted[group.reason.partition(":")[0]] += number
    return dict(counted.most_common())
