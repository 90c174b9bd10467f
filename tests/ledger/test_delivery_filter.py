"""Looking for deliveries: every filter finds what it should, newest first, page by page, and nothing else."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import Connection, insert, text

from accounts.cursors import InvalidCursor
from accounts.delivery_list import count_matching, delivery_page, parked_reasons
from ledger.delivery_filter import DeliveryFilter, matching_ids
from ledger.engine import connect_engine, transaction
from ledger.inbox import UNATTRIBUTED
from ledger.tables import deliveries, facts, members

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
STATES = ("pending", "processed", "ignored", "parked", "dismissed")
REASONS = {"parked": (UNATTRIBUTED, "unreadable: record.id: missing"), "ignored": ("not ours: company.created",)}
EVENTS = ("note.created", "noteTarget.updated", "opportunity.updated", None)


def _row(number: int, state: str, source: str, event: str | None, reason: str | None) -> dict[str, Any]:
    """Three of four tell of a fact; two of each minute came at the same time."""
    return {
        "source": source,
        "key": f"note:{number}" if source == "sweep" else f"k{number}",
        "raw": b"{}",
        "headers": {},
        "sent_at": AT,
        "received_at": AT + timedelta(minutes=number // 2),
        "state": state,
        "reason": reason,
        "record_key": f"note:{number // 2}" if number % 4 else None,
        "event": event,
    }


@pytest.fixture
def rows(database_url: str) -> Iterator[tuple[Connection, list[dict[str, Any]]]]:
    """Deliveries of all kinds, in no order of kinds, and what each says."""
    kinds = [
        (state, source, event, reason)
        for state, source, event in product(STATES, ("twenty", "sweep", "redhawk"), EVENTS)
        for reason in REASONS.get(state, ("because",) if state == "dismissed" else (None,))
    ]
    made = [_row(number, *kind) for number, kind in enumerate(kinds * 2)]
    with transaction(connect_engine(database_url)) as connection:
        connection.execute(insert(deliveries).values(made))
        reps = [{"key": f"note:{n}", "rep": ("jane", "jony", None)[n % 3]} for n in range(len(made))]
        other = {"kind": "call", "occurred_at": AT, "live": True, "noticed_at": AT}
        connection.execute(insert(facts).values([{**fact, **other} for fact in reps]))
        connection.execute(insert(members).values(id="jane", name="Jane Austen", updated_at=AT))
        found = [dict(row) for row in connection.execute(text(KINDS)).mappings()]
        yield connection, found


KINDS = """
    SELECT d.id, d.state, d.source, d.reason, d.received_at, f.rep,
           CASE WHEN event IS NOT NULL THEN split_part(event, '.', 1) WHEN source = 'sweep' THEN 'note'
                WHEN record_key IS NOT NULL THEN 'note' END AS object
    FROM deliveries d LEFT JOIN facts f ON f.key = d.record_key ORDER BY d.received_at DESC, d.id DESC
"""
NOTHING = (
    DeliveryFilter(source="missing"),
    DeliveryFilter(object="company"),
    DeliveryFilter(reason="%"),
    DeliveryFilter(rep="nobody"),
)
HALF = AT + timedelta(minutes=40)
FILTERS = [
    *NOTHING,
    DeliveryFilter(),
    *(DeliveryFilter(state=state) for state in STATES),  # type: ignore[arg-type]
    DeliveryFilter(source="sweep"),
    DeliveryFilter(object="note"),
    DeliveryFilter(object="opportunity"),
    DeliveryFilter(reason="UNREADABLE"),
    DeliveryFilter(reason="company"),
    DeliveryFilter(rep="jane"),
    DeliveryFilter(rep="jony", state="parked"),
    DeliveryFilter(rep="jony", object="noteTarget", since=AT, until=HALF),
    DeliveryFilter(rep="jane", reason="unattributed", source="twenty"),
    DeliveryFilter(since=HALF),
    DeliveryFilter(until=HALF),
    DeliveryFilter(state="processed", source="twenty", object="note", since=AT, until=HALF),
]


def _expected(rows: list[dict[str, Any]], wanted: DeliveryFilter) -> list[int]:
    return [
        row["id"]
        for row in rows
        if all(getattr(wanted, name) in (None, row[name]) for name in ("state", "source", "object", "rep"))
        and (wanted.reason or "").lower() in (row["reason"] or "").lower()
        and (wanted.since is None or row["received_at"] >= wanted.since)
        and (wanted.until is None or row["received_at"] < wanted.until)
    ]


def test_each_filter_finds_what_matches(rows: tuple[Connection, list[dict[str, Any]]]) -> None:
    """Newest first, over pages of seven, beside deliveries of the same time; counts and ids are those of the pages."""
    connection, kept = rows
    for wanted in FILTERS:
        expected, found, cursor = _expected(kept, wanted), list[int](), None
        while True:
            page = delivery_page(connection, wanted, 7, cursor)
            found += [each.id for each in page.deliveries]
            assert len(page.deliveries) == min(7, len(expected)) or page.next is None
            cursor = page.next
            if cursor is None:
                break
        assert found == expected, wanted
        assert count_matching(connection, wanted) == len(expected), wanted
        assert matching_ids(connection, wanted) == sorted(expected), wanted
        assert expected or wanted in NOTHING


def test_what_a_listed_delivery_says(rows: tuple[Connection, list[dict[str, Any]]]) -> None:
    """Object and action of the event, the record, whose it is with the name, and what became of it."""
    connection, _ = rows
    page = delivery_page(connection, DeliveryFilter(rep="jane", object="opportunity"))
    each = page.deliveries[0]
    assert (each.object, each.action, each.rep, each.name) == ("opportunity", "updated", "jane", "Jane Austen")
    assert (each.record_key, each.record_id) == (f"note:{each.record_id}", (each.record_key or "")[5:])


def test_parked_ones_are_counted_by_the_words_before_the_colon(rows: tuple[Connection, list[dict[str, Any]]]) -> None:
    """For quick filters; what is not parked is none of them."""
    connection, kept = rows
    parked = len([row for row in kept if row["state"] == "parked"])
    assert parked_reasons(connection) == {"unattributed": parked // 2, "unreadable": parked // 2}
    assert count_matching(connection, DeliveryFilter(), 5) == 5


@pytest.mark.parametrize("cursor", ["", "x", "W10", "WyIyMDI2LTExLTIwIiwgMV0"])
def test_a_cursor_that_no_page_gave_is_refused(database_url: str, cursor: str) -> None:
    """It is an error of its own, not a page from somewhere; an empty one is none at all."""
    with transaction(connect_engine(database_url)) as connection:
        if not cursor:
            assert delivery_page(connection, DeliveryFilter(), 7, cursor).deliveries == ()
            return
        with pytest.raises(InvalidCursor):
            delivery_page(connection, DeliveryFilter(), 7, cursor)


def test_an_empty_inbox_has_an_empty_page(database_url: str) -> None:
    """No groups, no deliveries, no error."""
    with transaction(connect_engine(database_url)) as connection:
        assert delivery_page(connection, DeliveryFilter(state="parked")).deliveries == ()
        assert count_matching(connection, DeliveryFilter(rep="jane")) == 0
